// What the tenant keeps of one event: a single event, or a master with its exceptions and cancelled dates. Records are
// never changed in place, a change makes a new one: delta rounds compare the one before with the one after.
import type {
  GraphEmailAddress,
  GraphImportance,
  GraphPattern,
  GraphRange,
  GraphResponse,
  GraphSensitivity,
  GraphShowAs,
} from '../graph/types.ts'
import type { Day } from './days.ts'
import type { IdParts } from './ids.ts'

/** Instants in milliseconds for a timed event; dates for an all-day one. The end is exclusive. */
export type When =
  | { readonly isAllDay: false; readonly start: number; readonly end: number }
  | { readonly isAllDay: true; readonly start: Day; readonly end: Day }

export interface Response {
  readonly response: GraphResponse
  /** Milliseconds; undefined when nobody answered. */
  readonly at: number | undefined
}

export interface Attendee {
  readonly type: 'required' | 'optional' | 'resource'
  readonly status: Response
  readonly emailAddress: GraphEmailAddress
}

/** Graph's `location`, as it is shown; unknown members are kept. */
export type Location = Readonly<Record<string, unknown>> & { readonly displayName: string }

export interface OnlineMeeting {
  readonly provider: 'teamsForBusiness' | 'skypeForBusiness' | 'skypeForConsumer' | 'unknown'
  readonly joinUrl: string
}

/** What an exception can have of its own. */
export interface Content {
  readonly subject: string | null
  /** HTML as it is stored; empty when there is none. */
  readonly body: string
  readonly importance: GraphImportance
  readonly sensitivity: GraphSensitivity
  readonly showAs: GraphShowAs
  readonly categories: readonly string[]
  readonly isReminderOn: boolean
  readonly reminderMinutesBeforeStart: number
  readonly hasAttachments: boolean
  readonly locations: readonly Location[]
  readonly attendees: readonly Attendee[]
  readonly organizer: GraphEmailAddress
  readonly isOrganizer: boolean
  readonly isCancelled: boolean
  readonly isDraft: boolean
  readonly responseStatus: Response
  readonly responseRequested: boolean
  readonly allowNewTimeProposals: boolean
  readonly hideAttendees: boolean
  readonly onlineMeeting: OnlineMeeting | null
}

export interface Recurrence {
  readonly pattern: GraphPattern
  readonly range: GraphRange
  /** IANA zone in which the slots repeat; what the labels mean, or the mailbox's zone when they mean nothing. */
  readonly zone: string
  /** Seconds from local midnight to each start; 0 for all-day series. */
  readonly startSecond: number
  /** From start to end on the local clock, and as it was in the first instance; both 0 for all-day series. */
  readonly wallSeconds: number
  readonly exactMs: number
}

/** One instance that was changed. */
export interface StoredException {
  /** Its slot in the pattern: the local date. */
  readonly slot: Day
  /** What differs from the master; everything else follows the master. */
  readonly overrides: Partial<Content>
  /** Undefined when only the content was changed. */
  readonly when: When | undefined
  readonly properties: ReadonlyMap<string, string>
  readonly version: number
  readonly created: number
  readonly modified: number
}

export interface StoredEvent {
  readonly serial: number
  /** Key of the calendar that holds it. */
  readonly calendar: number
  readonly ids: IdParts
  readonly folderMoves: number
  readonly content: Content
  /** Of a master: the first slot of the pattern. */
  readonly when: When
  /** The labels in force when it was created, as posted. */
  readonly startZone: string
  readonly endZone: string
  readonly recurrence: Recurrence | null
  /** Slots deleted from the series, sorted. */
  readonly cancelled: readonly Day[]
  readonly exceptions: ReadonlyMap<Day, StoredException>
  /** Single-value extended properties: normalised id → value. */
  readonly properties: ReadonlyMap<string, string>
  readonly iCalUId: string | null
  readonly transactionId: string | null
  readonly version: number
  readonly created: number
  readonly modified: number
  /** Members that replace the shown ones of the single event or master as they are, for rows that are odd or broken. */
  readonly overlay: Readonly<Record<string, unknown>>
}

/** An exception's whole content. */
export function contentOf(event: StoredEvent, exception: StoredException | undefined): Content {
  return exception ? { ...event.content, ...exception.overrides } : event.content
}

/** Addresses are compared in any case. */
export function isSameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
