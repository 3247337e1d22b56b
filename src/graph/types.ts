// The Graph shapes that the bridge reads, as they come over the wire after `graph/parse.ts` has checked a row: what is
// absent there is null here. Sources: the Graph pages "event resource type", "recurrencePattern", "recurrenceRange".

/** `dateTimeTimeZone`: no offset in the text; up to 7 fraction digits; the zone is Graph's label ("UTC" unless asked otherwise). */
export interface GraphDateTime {
  readonly dateTime: string
  readonly timeZone: string
}

export type GraphEventType = 'singleInstance' | 'occurrence' | 'exception' | 'seriesMaster'
export type GraphShowAs = 'free' | 'tentative' | 'busy' | 'oof' | 'workingElsewhere' | 'unknown'
export type GraphSensitivity = 'normal' | 'personal' | 'private' | 'confidential'
export type GraphImportance = 'low' | 'normal' | 'high'
export type GraphResponse = 'none' | 'organizer' | 'tentativelyAccepted' | 'accepted' | 'declined' | 'notResponded'
export type GraphWeekday = 'sunday' | 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday'
export type GraphWeekIndex = 'first' | 'second' | 'third' | 'fourth' | 'last'
export type GraphPatternType =
  'daily' | 'weekly' | 'absoluteMonthly' | 'relativeMonthly' | 'absoluteYearly' | 'relativeYearly'

export interface GraphPattern {
  readonly type: GraphPatternType
  /** Days, weeks, months or years; at least 1. */
  readonly interval: number
  /** 1-12; 0 where the type does not use it. */
  readonly month: number
  /** 1-31; 0 where the type does not use it. */
  readonly dayOfMonth: number
  readonly daysOfWeek: readonly GraphWeekday[]
  readonly firstDayOfWeek: GraphWeekday
  readonly index: GraphWeekIndex
  /**
   * Not Graph's: set by sync when this Graph was seen to leave out day 29-31 in shorter months, where Outlook itself takes
   * their last day.
   */
  readonly skipsShortMonths?: true
}

export interface GraphRange {
  readonly type: 'endDate' | 'noEnd' | 'numbered'
  /** yyyy-MM-dd in the recurrence's zone. */
  readonly startDate: string
  /** yyyy-MM-dd, inclusive; `0001-01-01` when there is none. */
  readonly endDate: string
  /** Zone label; may be empty or unknown. */
  readonly recurrenceTimeZone: string
  /** 0 when there is none. */
  readonly numberOfOccurrences: number
}

/** When the slots of a series begin and end on the clock of its zone: minutes from the midnight of their day. */
export interface GraphSlotTimes {
  readonly start: number
  /** Beyond 1440 when they end on a later day. */
  readonly end: number
}

export interface GraphRecurrence {
  readonly pattern: GraphPattern
  readonly range: GraphRange
  /**
   * Not Graph's: there only where the master's `start` shows another time, because its first date lies in the hour that a
   * spring night leaves out (StartTimeOffset and EndTimeOffset, [MS-OXOCAL] 2.2.1.44.1).
   */
  readonly slotTimes?: GraphSlotTimes
}

export interface GraphEmailAddress {
  /** Empty when Graph has none. */
  readonly name: string
  /** Empty when Graph has none. */
  readonly address: string
}

export interface GraphAttendee {
  readonly type: 'required' | 'optional' | 'resource'
  readonly response: GraphResponse
  readonly emailAddress: GraphEmailAddress
}

export interface GraphLocation {
  readonly displayName: string
  readonly latitude: number | null
  readonly longitude: number | null
}

/** One event, complete: a single instance, a series master, or an exception. */
export interface GraphEvent {
  readonly id: string
  readonly changeKey: string
  readonly type: GraphEventType
  readonly iCalUId: string | null
  readonly seriesMasterId: string | null
  /** The slot in the pattern, RFC 3339 in UTC; null unless it was selected (occurrences and exceptions only). */
  readonly originalStart: string | null
  readonly subject: string | null
  readonly bodyContentType: 'html' | 'text'
  /** As Graph has it, HTML unless the content type says otherwise; empty when there is none. */
  readonly body: string
  readonly start: GraphDateTime
  /** Exclusive for all-day events. */
  readonly end: GraphDateTime
  readonly isAllDay: boolean
  readonly isCancelled: boolean
  readonly isOrganizer: boolean
  readonly responseRequested: boolean
  readonly allowNewTimeProposals: boolean
  readonly responseStatus: GraphResponse
  readonly showAs: GraphShowAs
  readonly sensitivity: GraphSensitivity
  readonly importance: GraphImportance
  readonly categories: readonly string[]
  readonly isReminderOn: boolean
  readonly reminderMinutesBeforeStart: number
  readonly hasAttachments: boolean
  readonly originalStartTimeZone: string
  readonly originalEndTimeZone: string
  readonly recurrence: GraphRecurrence | null
  readonly location: GraphLocation | null
  readonly locations: readonly GraphLocation[]
  readonly attendees: readonly GraphAttendee[]
  readonly organizer: GraphEmailAddress | null
  readonly webLink: string | null
  /** Join link of an online meeting. */
  readonly joinUrl: string | null
  /** RFC 3339 in UTC, up to 7 fraction digits. */
  readonly createdDateTime: string
  readonly lastModifiedDateTime: string
}

/** Our own extended properties of an event; null where the event does not carry one. */
export interface GraphKept {
  /** The client's UID (`graphdav-uid`). */
  readonly uid: string | null
  /** The client's file name (`graphdav-name`). */
  readonly name: string | null
  /** What Graph cannot hold, versioned JSON (`graphdav-kept`). */
  readonly values: string | null
}

/**
 * The truth of one series as it was read: a single event, or a master with its exceptions and cancelled occurrences.
 * `key` is the id of the single event or of the master. When the user was invited to some occurrences of a series only,
 * each of these events is a series of its own here; they share one UID later.
 */
export interface GraphSeries {
  readonly key: string
  readonly main: GraphEvent
  readonly exceptions: readonly GraphEvent[]
  /** Slots deleted from the series: local dates (yyyy-MM-dd) in the series' zone, sorted. */
  readonly cancelled: readonly string[]
  readonly kept: GraphKept
}

/** A place as it is written; replaces the event's whole list of places. */
export interface GraphLocationInput {
  readonly displayName: string
  readonly coordinates?: { readonly latitude: number; readonly longitude: number }
}

/** An attendee as it is written: answers are never written. */
export interface GraphAttendeeInput {
  readonly type: GraphAttendee['type']
  readonly emailAddress: GraphEmailAddress
}

/** What creating or changing an event takes. An absent key stays as it is; null and the empty list clear. */
export interface GraphEventInput {
  readonly subject?: string
  readonly body?: { readonly contentType: 'html' | 'text'; readonly content: string }
  /** Wall time of the labelled zone; midnight of one zone for both when all-day. */
  readonly start?: GraphDateTime
  readonly end?: GraphDateTime
  readonly isAllDay?: boolean
  readonly recurrence?: GraphRecurrence | null
  readonly location?: GraphLocationInput
  readonly attendees?: readonly GraphAttendeeInput[]
  readonly showAs?: GraphShowAs
  readonly sensitivity?: GraphSensitivity
  readonly importance?: GraphImportance
  readonly categories?: readonly string[]
  readonly isReminderOn?: boolean
  readonly reminderMinutesBeforeStart?: number
  readonly allowNewTimeProposals?: boolean
  /** Of a new event only: a repeat with the same id makes no second one. */
  readonly transactionId?: string
  /** Our own properties: `String {guid} Name x`. */
  readonly singleValueExtendedProperties?: readonly { readonly id: string; readonly value: string | null }[]
}
