// The property table: one Graph event ⇄ one VEVENT. Each row owns some iCalendar properties and says which Graph properties
// they are made of; nothing else writes them. The times, which hang on the whole series, come in as facts (series.ts).
import type { GraphEvent } from '../graph/types.ts'
import type { Component, Property } from '../ical/object.ts'
import { printRule, type Rule } from '../ical/rule-text.ts'
import { component, joinTexts, property, textProperty } from '../ical/text.ts'
import { printTime, timeProperty, type IcalTime } from '../ical/value.ts'
import { availabilityToIcal } from './availability.ts'
import { bodyToIcal } from './body.ts'
import { importanceToIcal, sensitivityToIcal } from './classification.ts'
import { joinLinkToIcal, webLinkToIcal } from './links.ts'
import { peopleToIcal } from './people.ts'
import { placesToIcal } from './places.ts'
import { reminderToIcal } from './reminders.ts'
import { instantOfStamp, utcText } from './time.ts'

/** What a VEVENT says that its Graph event alone does not. */
export interface EventFacts {
  readonly uid: string
  /** The slot that an override replaces; undefined for a single event and for a master. */
  readonly recurrenceId: IcalTime | undefined
  readonly start: IcalTime
  /** Exclusive; undefined for an event of no length. */
  readonly end: IcalTime | undefined
  readonly rule: Rule | undefined
  /** EXDATEs: of the type and zone of `start`, sorted. */
  readonly cancelled: readonly IcalTime[]
  readonly sequence: number
  /** The mailbox owner's addresses; empty when they are not known. */
  readonly addresses: readonly string[]
}

interface PropertyRow {
  readonly names: readonly string[]
  readonly graph: readonly (keyof GraphEvent)[]
  readonly toIcal: (event: GraphEvent, facts: EventFacts) => readonly Property[]
}

/** In the order in which the properties are written. */
export const propertyTable: readonly PropertyRow[] = [
  {
    names: ['UID', 'RECURRENCE-ID'],
    graph: ['iCalUId', 'originalStart'],
    toIcal: (_, { uid, recurrenceId }) => [
      textProperty('UID', uid),
      ...(recurrenceId === undefined ? [] : [timeProperty('RECURRENCE-ID', recurrenceId)]),
    ],
  },
  {
    names: ['DTSTAMP', 'CREATED', 'LAST-MODIFIED', 'SEQUENCE'],
    graph: ['createdDateTime', 'lastModifiedDateTime'],
    toIcal: stampsToIcal,
  },
  {
    names: ['SUMMARY'],
    graph: ['subject'],
    toIcal: ({ subject }) => (subject === null || subject === '' ? [] : [textProperty('SUMMARY', subject)]),
  },
  {
    names: ['DTSTART', 'DTEND', 'RRULE', 'EXDATE', 'X-MICROSOFT-CDO-ALLDAYEVENT'],
    graph: ['start', 'end', 'isAllDay', 'originalStartTimeZone', 'originalEndTimeZone', 'recurrence'],
    toIcal: timesToIcal,
  },
  {
    names: ['STATUS', 'TRANSP', 'X-MICROSOFT-CDO-BUSYSTATUS', 'X-MICROSOFT-CDO-INTENDEDSTATUS'],
    graph: ['isCancelled', 'showAs'],
    toIcal: availabilityToIcal,
  },
  { names: ['CLASS'], graph: ['sensitivity'], toIcal: sensitivityToIcal },
  { names: ['PRIORITY', 'X-MICROSOFT-CDO-IMPORTANCE'], graph: ['importance'], toIcal: importanceToIcal },
  { names: ['LOCATION', 'GEO'], graph: ['location', 'locations'], toIcal: placesToIcal },
  { names: ['DESCRIPTION', 'X-ALT-DESC'], graph: ['body', 'bodyContentType'], toIcal: bodyToIcal },
  { names: ['CATEGORIES'], graph: ['categories'], toIcal: categoriesToIcal },
  { names: ['URL'], graph: ['webLink'], toIcal: webLinkToIcal },
  {
    names: ['CONFERENCE', 'X-GOOGLE-CONFERENCE', 'X-MICROSOFT-SKYPETEAMSMEETINGURL'],
    graph: ['joinUrl'],
    toIcal: joinLinkToIcal,
  },
  {
    names: ['ORGANIZER', 'ATTENDEE'],
    graph: ['organizer', 'attendees', 'isOrganizer', 'responseStatus', 'responseRequested'],
    toIcal: (event, { addresses }) => peopleToIcal(event, addresses),
  },
  {
    names: ['X-MICROSOFT-DISALLOW-COUNTER'],
    graph: ['allowNewTimeProposals'],
    toIcal: ({ allowNewTimeProposals }) =>
      allowNewTimeProposals ? [] : [property('X-MICROSOFT-DISALLOW-COUNTER', 'TRUE')],
  },
]

/** The VEVENT of a Graph event, its alarm included. */
export function eventToIcal(event: GraphEvent, facts: EventFacts): Component {
  const slot = facts.recurrenceId === undefined ? '' : printTime(facts.recurrenceId)
  return component(
    'VEVENT',
    propertyTable.flatMap(({ toIcal }) => toIcal(event, facts)),
    reminderToIcal(event, `${facts.uid} ${slot}`),
  )
}

/** The newest of these events' modification times as SEQUENCE counts: whole seconds since 2000-01-01T00:00:00Z. */
export function sequenceOf(events: readonly GraphEvent[]): number {
  return Math.max(0, Math.floor((lastModifiedOf(events) - Date.UTC(2000, 0, 1)) / 1000))
}

/** The newest modification time, milliseconds; 2000-01-01Z when no event has one. */
export function lastModifiedOf(events: readonly GraphEvent[]): number {
  return Math.max(
    Date.UTC(2000, 0, 1),
    ...events.map(({ lastModifiedDateTime }) => instantOfStamp(lastModifiedDateTime) ?? 0),
  )
}

function stampsToIcal(event: GraphEvent, { sequence }: EventFacts): readonly Property[] {
  const created = instantOfStamp(event.createdDateTime)
  const modified = utcText(lastModifiedOf([event]))
  return [
    property('DTSTAMP', modified),
    ...(created === undefined ? [] : [property('CREATED', utcText(created))]),
    property('LAST-MODIFIED', modified),
    property('SEQUENCE', String(sequence)),
  ]
}

function timesToIcal(_: GraphEvent, { start, end, rule, cancelled }: EventFacts): readonly Property[] {
  return [
    timeProperty('DTSTART', start),
    ...(end === undefined ? [] : [timeProperty('DTEND', end)]),
    ...(rule === undefined ? [] : [property('RRULE', printRule(rule))]),
    // One property per date: several readers take only the first of a list.
    ...cancelled.map((slot) => timeProperty('EXDATE', slot)),
    ...(start.kind === 'date' ? [property('X-MICROSOFT-CDO-ALLDAYEVENT', 'TRUE')] : []),
  ]
}

function categoriesToIcal({ categories }: GraphEvent): readonly Property[] {
  const names = categories.filter((name) => name.trim() !== '')
  return names.length === 0 ? [] : [property('CATEGORIES', joinTexts(names))]
}
