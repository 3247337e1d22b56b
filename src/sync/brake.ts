// The brake on mass removal: what a round would remove beyond both limits waits, until a person accepts it or the
// calendar's full list has agreed often enough for long enough. Pure.
import type { HeldRemoval } from '../mirror/notes.ts'

/** Removals of a round that exceed both wait. */
export interface Brake {
  readonly removals: number
  /** Of all series of the calendar, 0 to 1. */
  readonly share: number
}

/** What a round has found out about removals. */
export interface RemovalFacts {
  readonly held: readonly HeldRemoval[]
  /** Keys found gone in this round. */
  readonly gone: ReadonlySet<string>
  /** Keys found to be there after all, or to have left the window. */
  readonly settled: ReadonlySet<string>
  /** The ids that the calendar lists; undefined when it was not asked, or could not be. */
  readonly listed: ReadonlySet<string> | undefined
  /** Series of the calendar before the round. */
  readonly total: number
  readonly accept: boolean
  readonly now: number
}

export interface RemovalVerdict {
  readonly removals: readonly string[]
  readonly held: readonly HeldRemoval[]
  /** Keys held for the first time. */
  readonly newlyHeld: number
}

const neededConfirmations = 3
const neededMs = 10 * 60_000

/** Decides which removals pass. */
export function decideRemovals(facts: RemovalFacts, brake: Brake): RemovalVerdict {
  const { accept, now, total } = facts
  const waiting = facts.held.filter(({ key }) => !facts.settled.has(key))
  const fresh = [...facts.gone].filter((key) => !waiting.some((held) => held.key === key))
  if (accept) return { removals: [...waiting.map(({ key }) => key), ...fresh], held: [], newlyHeld: 0 }
  const counted = waiting.map((held) => counting(held, facts.listed))
  const passes = ({ confirmations, since }: HeldRemoval): boolean =>
    confirmations >= neededConfirmations && now - since >= neededMs
  const confirmed = counted.filter(passes).map(({ key }) => key)
  const held = counted.filter((one) => !passes(one))
  const isMass = fresh.length > brake.removals && fresh.length > brake.share * total
  if (!isMass) return { removals: [...confirmed, ...fresh], held, newlyHeld: 0 }
  const newly = fresh.map((key) => ({ key, since: now, confirmations: 0 }))
  return { removals: confirmed, held: [...held, ...newly], newlyHeld: newly.length }
}

// A key that the list shows again begins anew.
function counting(held: HeldRemoval, listed: ReadonlySet<string> | undefined): HeldRemoval {
  if (listed === undefined) return held
  return { ...held, confirmations: listed.has(held.key) ? 0 : held.confirmations + 1 }
}
