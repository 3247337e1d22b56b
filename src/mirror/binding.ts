// Which of Graph's calendars a slug shows.

export interface Binding {
  /** Id of the mailbox whose path the calendar is read through. */
  readonly mailbox: string
  readonly calendarId: string
  /** The owner's address. */
  readonly owner: string
  /** The name Graph has for it. */
  readonly name: string
  /** The name by which the configuration has found it; absent where it was found in another way. */
  readonly soughtName?: string
  /** IANA zone of its floating times, as last found; absent in stores of before. */
  readonly timeZone?: string
  /** `#rrggbb` as Graph has it, null when nobody chose one; absent in stores of before. */
  readonly color?: string | null
}

/** The same calendar: its id, or in spite of a new id (Graph has been seen to change ids) its owner and name. */
export function isSameCalendar(one: Binding, other: Binding): boolean {
  if (one.mailbox !== other.mailbox) return false
  return one.calendarId === other.calendarId || (one.owner === other.owner && one.name === other.name)
}
