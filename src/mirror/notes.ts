// What the rounds of a calendar remember beside Graph's series: written together with them, in one commit.

/** A removal that the brake holds: the series is still published. */
export interface HeldRemoval {
  readonly key: string
  /** When it was first held, milliseconds. */
  readonly since: number
  /** How many rounds have found it missing from the source's full list of ids. */
  readonly confirmations: number
}

export interface Notes {
  readonly held: readonly HeldRemoval[]
  /** Differences that audits have found and repaired since the store was begun. */
  readonly drift: number
  /** When the last audit ended, milliseconds; null: never. */
  readonly lastAudit: number | null
  /** What was found out about the Graph host; JSON of the rounds. Absent: nothing yet. */
  readonly cloud?: unknown
}

export const emptyNotes: Notes = { held: [], drift: 0, lastAudit: null }
