// From changed properties to the keys of a Graph event that are sent: only those, and of these only what Graph does not say
// already. One table of groups; each group is converted by its own file.
import type { GraphDateTime, GraphEvent, GraphEventInput } from '../graph/types.ts'
import type { Component } from '../ical/object.ts'
import { withoutProperties, withParameter } from '../ical/text.ts'
import type { EventChanges } from './compare-event.ts'
import { propertyTable } from './event.ts'
import type { GraphContext } from './graph-context.ts'
import { reminderToGraph } from './reminder-to-graph.ts'
import { dayOfGraph, instantOfGraph } from './time.ts'
import { ianaOfLabel } from './zones.ts'

/** Graph properties that are written together. */
export type Group = (typeof groups)[number]['group']

/**
 * `fields`: the iCalendar properties that are read for it. `otherwise`: those among them that say the same in another way; a
 * client that gives one of them back unchanged does not mean it. `ofAttendee`: who is only invited may change it.
 */
interface GroupRow {
  readonly group: string
  readonly fields: readonly string[]
  readonly otherwise?: readonly string[]
  readonly ofAttendee?: true
}

const groups = [
  { group: 'subject', fields: ['SUMMARY'] },
  {
    group: 'body',
    fields: ['DESCRIPTION', 'ALTREP', 'X-ALT-DESC', 'STYLED-DESCRIPTION'],
    otherwise: ['ALTREP', 'X-ALT-DESC', 'STYLED-DESCRIPTION'],
  },
  { group: 'times', fields: ['DTSTART', 'DTEND'] },
  { group: 'recurrence', fields: ['RRULE', 'RDATE', 'EXRULE'] },
  { group: 'location', fields: ['LOCATION', 'GEO'], otherwise: ['GEO'] },
  {
    group: 'showAs',
    fields: ['STATUS', 'TRANSP', 'X-MICROSOFT-CDO-BUSYSTATUS'],
    otherwise: ['STATUS', 'TRANSP', 'X-MICROSOFT-CDO-BUSYSTATUS'],
    ofAttendee: true,
  },
  {
    group: 'sensitivity',
    fields: ['CLASS', 'X-CALENDARSERVER-ACCESS'],
    otherwise: ['CLASS', 'X-CALENDARSERVER-ACCESS'],
    ofAttendee: true,
  },
  {
    group: 'importance',
    fields: ['PRIORITY', 'X-MICROSOFT-CDO-IMPORTANCE'],
    otherwise: ['PRIORITY', 'X-MICROSOFT-CDO-IMPORTANCE'],
  },
  { group: 'categories', fields: ['CATEGORIES'], ofAttendee: true },
  { group: 'counter', fields: ['X-MICROSOFT-DISALLOW-COUNTER'] },
  { group: 'attendees', fields: ['ATTENDEE'] },
  { group: 'reminder', fields: ['VALARM'], ofAttendee: true },
] as const satisfies readonly GroupRow[]

const rows: readonly (GroupRow & { readonly group: Group })[] = groups

function convert({ fields }: GroupRow, event: Component, context: GraphContext): GraphEventInput {
  const [name = ''] = fields
  if (name === 'VALARM') return reminderToGraph(event, context)
  return propertyTable.find(({ names }) => names.includes(name))?.toGraph?.(event, context) ?? {}
}

/** The groups that a person changed. */
export function changedGroups({ fields, alarms, people }: EventChanges): ReadonlySet<Group> {
  const changed = rows.filter((row) => fields.some(({ field }) => row.fields.includes(field))).map(({ group }) => group)
  const hasAlarms = alarms.added.length + alarms.removed.length > 0
  const hasPeople = people.added.length + people.removed.length + people.retyped.length > 0
  return new Set([
    ...changed,
    ...(hasAlarms ? (['reminder'] as const) : []),
    ...(hasPeople ? (['attendees'] as const) : []),
  ])
}

/** The groups that a person who is only invited may change. */
export function isOfAttendee(group: Group): boolean {
  return rows.some((row) => row.group === group && row.ofAttendee === true)
}

/** What is written of some groups of an event. */
export interface WantedGroups {
  readonly event: Component
  readonly groups: ReadonlySet<Group>
  /** Names of the properties that the person changed; undefined: all, as in a new event. */
  readonly changed: readonly string[] | undefined
}

/** The keys to send: those of the groups that Graph does not have like this already. */
export function inputOf({ event, groups: wanted, changed }: WantedGroups, context: GraphContext): GraphEventInput {
  const meant = changed === undefined ? event : withoutUnmeant(event, changed)
  const inputs = rows.filter(({ group }) => wanted.has(group)).map((row) => convert(row, meant, context))
  const input: GraphEventInput = Object.assign({}, ...inputs)
  if (context.current === undefined) return input
  return withoutEqual(
    changed === undefined ? input : withoutSettledTimes(input, changed, context.current),
    context.current,
  )
}

// A client that changes the text gives the old HTML back, one that makes the event free gives the old busy status back.
function withoutUnmeant(event: Component, changed: readonly string[]): Component {
  const unmeant = rows
    .filter(({ fields }) => fields.some((field) => changed.includes(field)))
    .flatMap(({ otherwise = [] }) => otherwise.filter((field) => !changed.includes(field)))
  const names = unmeant.includes('X-MICROSOFT-CDO-BUSYSTATUS')
    ? [...unmeant, 'X-MICROSOFT-CDO-INTENDEDSTATUS']
    : unmeant
  const rest = withoutProperties(event, names)
  if (!unmeant.includes('ALTREP')) return rest
  const plain = rest.properties.map((line) =>
    line.name === 'DESCRIPTION' ? withParameter(line, 'ALTREP', undefined) : line,
  )
  return { ...rest, properties: plain }
}

// Start and end are converted together; which of them moved is known better from the texts.
function withoutSettledTimes(input: GraphEventInput, changed: readonly string[], current: GraphEvent): GraphEventInput {
  if (input.isAllDay !== undefined && input.isAllDay !== current.isAllDay) return input
  const { start, end, ...rest } = input
  return {
    ...(start && changed.includes('DTSTART') ? { start } : {}),
    ...(end && changed.includes('DTEND') ? { end } : {}),
    ...rest,
  }
}

function withoutEqual(input: GraphEventInput, current: GraphEvent): GraphEventInput {
  const turns = input.isAllDay !== undefined && input.isAllDay !== current.isAllDay
  const entries = Object.entries(input).filter(([key]) => {
    if (turns && (key === 'start' || key === 'end' || key === 'isAllDay')) return true
    return !isEqual(key as keyof GraphEventInput, input, current)
  })
  return Object.fromEntries(entries)
}

function isEqual(key: keyof GraphEventInput, input: GraphEventInput, current: GraphEvent): boolean {
  switch (key) {
    case 'subject':
      return input.subject === (current.subject ?? '')
    case 'body':
      return input.body?.contentType === current.bodyContentType && input.body.content === current.body
    case 'start':
      return isSameTime(input.start, current.start, current)
    case 'end':
      return isSameTime(input.end, current.end, current)
    case 'location':
      return isSamePlace(input.location, current)
    case 'attendees':
      return isSameText(input.attendees?.map(told), current.attendees.map(told))
    case 'categories':
      return isSameText([...(input.categories ?? [])].sort(), [...current.categories].sort())
    case 'isAllDay':
    case 'showAs':
    case 'sensitivity':
    case 'importance':
    case 'isReminderOn':
    case 'allowNewTimeProposals':
      return input[key] === current[key]
    case 'reminderMinutesBeforeStart':
      return current.isReminderOn && input[key] === current[key]
    case 'recurrence':
    case 'transactionId':
    case 'singleValueExtendedProperties':
      return false
  }
}

function told(attendee: NonNullable<GraphEventInput['attendees']>[number]): string {
  return `${attendee.type} ${attendee.emailAddress.address.toLowerCase()}`
}

// The zone of a series counts too: its later dates hang on it.
function isSameTime(wanted: GraphDateTime | undefined, now: GraphDateTime, current: GraphEvent): boolean {
  if (wanted === undefined) return true
  if (current.isAllDay) return dayOfGraph(wanted, wanted.timeZone) === dayOfGraph(now, current.originalStartTimeZone)
  const isSameZone =
    current.recurrence === null || ianaOfLabel(wanted.timeZone) === ianaOfLabel(current.originalStartTimeZone)
  return instantOfGraph(wanted) === instantOfGraph(now) && isSameZone
}

function isSamePlace(wanted: GraphEventInput['location'], { location, locations }: GraphEvent): boolean {
  const coordinates = wanted?.coordinates
  const isThere =
    coordinates === undefined ||
    (coordinates.latitude === location?.latitude && coordinates.longitude === location.longitude)
  return isThere && locations.length < 2 && (wanted?.displayName ?? '') === (location?.displayName.trim() ?? '')
}

function isSameText(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
