// The property table: one Graph event ⇄ one VEVENT. Each row owns some iCalendar properties and says which Graph properties
// they are made of; nothing else writes them. The times, which hang on the whole series, come in as facts (series.ts).
import type { GraphEvent, GraphEventInput } from '../graph/types.ts'
import type { Component, Property } from '../ical/object.ts'
import { printRule, type Rule } from '../ical/rule-text.ts'
import {
  component,
  joinTexts,
  propertiesOf,
  property,
  splitTexts,
  textOf,
  textProperty,
  valueOf,
} from '../ical/text.ts'
import { printTime, timeProperty, type IcalTime } from '../ical/value.ts'
import { availabilityToGraph, availabilityToIcal } from './availability.ts'
import { bodyToGraph, bodyToIcal } from './body.ts'
import { importanceToGraph, importanceToIcal, sensitivityToGraph, sensitivityToIcal } from './classification.ts'
import type { GraphContext } from './graph-context.ts'
import { joinLinkToIcal, webLinkToIcal } from './links.ts'
import { peopleToIcal } from './people.ts'
import { peopleToGraph } from './people-to-graph.ts'
import { placesToGraph, placesToIcal } from './places.ts'
import { recurrenceToGraph } from './recurrence-to-graph.ts'
import { reminderToGraph } from './reminder-to-graph.ts'
import { reminderToIcal } from './reminders.ts'
import { instantOfStamp, utcText } from './time.ts'
import { timesToGraph } from './times-to-graph.ts'

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

/** A mapping both ways. A row without `toGraph` is of values that only Graph sets. */
interface PropertyRow {
  /** iCalendar properties; nobody else writes them. */
  readonly names: readonly string[]
  /** The Graph properties that they are made of. */
  readonly graph: readonly (keyof GraphEvent)[]
  readonly toIcal: (event: GraphEvent, facts: EventFacts) => readonly Property[]
  /** Throws UnsupportedError naming what Graph cannot hold, IcalError for values that cannot be read. */
  readonly toGraph?: (event: Component, context: GraphContext) => GraphEventInput
}

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
    toGraph: (event) => ({ subject: textOf(event, 'SUMMARY') ?? '' }),
  },
  {
    names: ['DTSTART', 'DTEND', 'X-MICROSOFT-CDO-ALLDAYEVENT'],
    graph: ['start', 'end', 'isAllDay', 'originalStartTimeZone', 'originalEndTimeZone'],
    toIcal: timesToIcal,
    toGraph: timesToGraph,
  },
  {
    names: ['RRULE', 'EXDATE'],
    graph: ['recurrence'],
    toIcal: recurrenceToIcal,
    toGraph: recurrenceToGraph,
  },
  {
    names: ['STATUS', 'TRANSP', 'X-MICROSOFT-CDO-BUSYSTATUS', 'X-MICROSOFT-CDO-INTENDEDSTATUS'],
    graph: ['isCancelled', 'showAs'],
    toIcal: availabilityToIcal,
    toGraph: availabilityToGraph,
  },
  { names: ['CLASS'], graph: ['sensitivity'], toIcal: sensitivityToIcal, toGraph: sensitivityToGraph },
  {
    names: ['PRIORITY', 'X-MICROSOFT-CDO-IMPORTANCE'],
    graph: ['importance'],
    toIcal: importanceToIcal,
    toGraph: importanceToGraph,
  },
  { names: ['LOCATION', 'GEO'], graph: ['location', 'locations'], toIcal: placesToIcal, toGraph: placesToGraph },
  {
    names: ['DESCRIPTION', 'X-ALT-DESC'],
    graph: ['body', 'bodyContentType'],
    toIcal: bodyToIcal,
    toGraph: bodyToGraph,
  },
  { names: ['CATEGORIES'], graph: ['categories'], toIcal: categoriesToIcal, toGraph: categoriesToGraph },
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
    toGraph: peopleToGraph,
  },
  {
    names: ['X-MICROSOFT-DISALLOW-COUNTER'],
    graph: ['allowNewTimeProposals'],
    toIcal: ({ allowNewTimeProposals }) =>
      allowNewTimeProposals ? [] : [property('X-MICROSOFT-DISALLOW-COUNTER', 'TRUE')],
    toGraph: counterToGraph,
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

/**
 * All that Graph can hold of a VEVENT, its alarm included. Of an override: what the instance is to be; `recurrence` is
 * then null and not to be sent.
 * @throws UnsupportedError naming the property or rule part that Graph cannot hold, IcalError for values that cannot be read
 */
export function eventToGraph(event: Component, context: GraphContext): GraphEventInput {
  const inputs = propertyTable.map(({ toGraph }) => toGraph?.(event, context))
  return Object.assign({}, ...inputs, reminderToGraph(event, context)) as GraphEventInput
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

function timesToIcal(_: GraphEvent, { start, end }: EventFacts): readonly Property[] {
  return [
    timeProperty('DTSTART', start),
    ...(end === undefined ? [] : [timeProperty('DTEND', end)]),
    ...(start.kind === 'date' ? [property('X-MICROSOFT-CDO-ALLDAYEVENT', 'TRUE')] : []),
  ]
}

function recurrenceToIcal(_: GraphEvent, { rule, cancelled }: EventFacts): readonly Property[] {
  return [
    ...(rule === undefined ? [] : [property('RRULE', printRule(rule))]),
    // One property per date: several readers take only the first of a list.
    ...cancelled.map((slot) => timeProperty('EXDATE', slot)),
  ]
}

function categoriesToIcal({ categories }: GraphEvent): readonly Property[] {
  const names = categories.filter((name) => name.trim() !== '')
  return names.length === 0 ? [] : [property('CATEGORIES', joinTexts(names))]
}

/** categories of all CATEGORIES, each once, in the order of the text; absent: none. */
export function categoriesToGraph(event: Component): GraphEventInput {
  const names = propertiesOf(event, 'CATEGORIES').flatMap(({ value }) => splitTexts(value).map((name) => name.trim()))
  return { categories: [...new Set(names)].filter((name) => name !== '') }
}

/** allowNewTimeProposals of Outlook's own property; absent: as it is. */
export function counterToGraph(event: Component, { current }: GraphContext): GraphEventInput {
  const value = valueOf(event, 'X-MICROSOFT-DISALLOW-COUNTER')?.trim().toUpperCase()
  return { allowNewTimeProposals: value === undefined ? (current?.allowNewTimeProposals ?? true) : value !== 'TRUE' }
}
