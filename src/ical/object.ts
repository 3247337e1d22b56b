// iCalendar as data (RFC 5545 §3): component, property, parameter, and the calendar object made of them. Types only.

/** One parameter of a property; the name upper-case, the values decoded (RFC 6868, quotes removed). */
export interface Parameter {
  readonly name: string
  readonly values: readonly string[]
}

/** One content line. The name is upper-case; `value` is what stands after the colon, unfolded and still escaped as TEXT is. */
export interface Property {
  readonly name: string
  readonly parameters: readonly Parameter[]
  readonly value: string
}

/** A component with its properties and sub-components in the order of the text; the name is upper-case. */
export interface Component {
  readonly name: string
  readonly properties: readonly Property[]
  readonly components: readonly Component[]
}

/**
 * The content of one calendar object resource (RFC 4791 §4.1): all VEVENTs of one UID. `master` is the VEVENT without
 * RECURRENCE-ID; it is absent when the user was invited to single occurrences only, and then `overrides` is not empty.
 * Overrides are sorted by RECURRENCE-ID. `zones` are the VTIMEZONEs as a text brought them; empty for an object that we
 * made: printing adds a VTIMEZONE for each TZID in use.
 */
export interface CalendarObject {
  readonly uid: string
  readonly master: Component | undefined
  readonly overrides: readonly Component[]
  readonly zones: readonly Component[]
}

/** Half-open span of time [start, end) in milliseconds; `null` is unbounded. */
export interface TimeRange {
  readonly start: number | null
  readonly end: number | null
}
