// Graph events for tests: everything that a case does not say has a plain default.
import type { GraphEvent, GraphPattern, GraphRange, GraphRecurrence, GraphSeries } from '../../src/graph/types.ts'

/** A recurrence with only the fields that matter; the others have Graph's neutral values. */
export interface RecurrenceFields {
  readonly pattern: Partial<GraphPattern>
  readonly range?: Partial<GraphRange>
}

export type EventFields = Partial<Omit<GraphEvent, 'recurrence'>> & { readonly recurrence?: RecurrenceFields | null }

export interface SeriesFields {
  readonly main: EventFields
  /** Each like the main event, without its recurrence, but for the fields given. */
  readonly exceptions?: readonly EventFields[]
  readonly cancelled?: readonly string[]
  /** The kept values (`graphdav-kept`). */
  readonly kept?: unknown
}

const plainEvent: GraphEvent = {
  id: 'AAMkADk3EVENT0001AAA=',
  changeKey: 'kTq1cXk2bUa0cV9vYw7n1AAAB3Zr2Q==',
  type: 'singleInstance',
  iCalUId: null,
  seriesMasterId: null,
  originalStart: null,
  subject: 'Budget review',
  bodyContentType: 'html',
  body: '',
  start: { dateTime: '2026-03-03T09:00:00.0000000', timeZone: 'UTC' },
  end: { dateTime: '2026-03-03T10:00:00.0000000', timeZone: 'UTC' },
  isAllDay: false,
  isCancelled: false,
  isOrganizer: true,
  responseRequested: true,
  allowNewTimeProposals: true,
  responseStatus: 'organizer',
  showAs: 'busy',
  sensitivity: 'normal',
  importance: 'normal',
  categories: [],
  isReminderOn: false,
  reminderMinutesBeforeStart: 15,
  hasAttachments: false,
  originalStartTimeZone: 'UTC',
  originalEndTimeZone: 'UTC',
  recurrence: null,
  location: null,
  locations: [],
  attendees: [],
  organizer: { name: 'Mara Lindqvist', address: 'mara@fabrikam.example' },
  webLink: null,
  joinUrl: null,
  createdDateTime: '2026-02-20T08:11:52.4410023Z',
  lastModifiedDateTime: '2026-02-24T14:03:07.118Z',
}

export function graphEvent(fields: EventFields = {}): GraphEvent {
  const { recurrence = null, ...rest } = fields
  const type = recurrence === null ? plainEvent.type : 'seriesMaster'
  return { ...plainEvent, type, ...rest, recurrence: recurrence && graphRecurrence(recurrence) }
}

export function graphSeries({ main, exceptions = [], cancelled = [], kept }: SeriesFields): GraphSeries {
  const master = graphEvent(main)
  const exception = { ...master, type: 'exception', seriesMasterId: master.id, recurrence: null } as const
  return {
    key: master.id,
    main: master,
    exceptions: exceptions.map((fields) => ({ ...exception, ...graphEvent({ ...exception, ...fields }) })),
    cancelled,
    kept: { uid: null, name: null, values: kept === undefined ? null : JSON.stringify(kept) },
  }
}

export function graphRecurrence({ pattern, range = {} }: RecurrenceFields): GraphRecurrence {
  return {
    pattern: {
      type: 'daily',
      interval: 1,
      month: 0,
      dayOfMonth: 0,
      daysOfWeek: [],
      firstDayOfWeek: 'sunday',
      index: 'first',
      ...pattern,
    },
    range: {
      type: 'noEnd',
      startDate: '0001-01-01',
      endDate: '0001-01-01',
      recurrenceTimeZone: '',
      numberOfOccurrences: 0,
      ...range,
    },
  }
}
