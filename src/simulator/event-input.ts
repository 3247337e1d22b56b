// An event as a request body says it, read into what the tenant keeps. Graph pages "Create event", "Update event":
// an absent key leaves the value alone, null or [] clears it, read-only keys are ignored.
import type { GraphPattern, GraphRange } from '../graph/types.ts'
import { parseDay } from './days.ts'
import type { Attendee, Content, Location, OnlineMeeting } from './event.ts'
import { storedBody } from './html-body.ts'
import {
  booleanAt,
  defined,
  integerAt,
  type JsonObject,
  listAt,
  objectAt,
  objectsAt,
  stringAt,
  wordAt,
} from './json.ts'
import type { PropertyChanges } from './properties.ts'
import { weekdays } from './recurrence.ts'
import { badProperty, invalidRequest } from './refusal.ts'
import { type LocalTime, parseDateTime } from './zone-time.ts'

/** A wall time with the label it was posted with. */
export interface InputTime {
  readonly local: LocalTime
  readonly label: string
}

/** What the body says; an absent member leaves the event as it is. */
export interface EventInput {
  readonly content: Partial<Content>
  readonly start?: InputTime
  readonly end?: InputTime
  readonly isAllDay?: boolean
  /** Null: no series any more. */
  readonly recurrence?: { readonly pattern: GraphPattern; readonly range: GraphRange } | null
  readonly properties: PropertyChanges
  readonly transactionId?: string
}

/** Reads the body of POST and PATCH; throws a Refusal for what Graph would not take. */
export function parseEventInput(body: JsonObject): EventInput {
  const recurrence = body['recurrence']
  return defined({
    content: contentAt(body),
    start: parseEventTime(body, 'start'),
    end: parseEventTime(body, 'end'),
    isAllDay: booleanAt(body, 'isAllDay'),
    recurrence: recurrence === null ? null : recurrenceAt(body),
    properties: propertiesAt(body),
    transactionId: stringAt(body, 'transactionId'),
  })
}

/** The members that a request may set. */
function contentAt(body: JsonObject): Partial<Content> {
  return defined({
    ...textsAt(body),
    categories: listOrCleared(body, 'categories')?.map((entry) => textOf(entry, 'categories')),
    isReminderOn: booleanAt(body, 'isReminderOn'),
    reminderMinutesBeforeStart: integerAt(body, 'reminderMinutesBeforeStart'),
    locations: locationsAt(body),
    attendees: attendeesAt(body),
    responseRequested: booleanAt(body, 'responseRequested'),
    allowNewTimeProposals: booleanAt(body, 'allowNewTimeProposals'),
    hideAttendees: booleanAt(body, 'hideAttendees'),
    onlineMeeting: onlineMeetingAt(body),
  })
}

function textsAt(body: JsonObject): Partial<Content> {
  const content = objectAt(body, 'body')
  const contentType = content && (wordAt(content, 'contentType', ['text', 'html']) ?? 'text')
  return defined({
    subject: body['subject'] === null ? null : stringAt(body, 'subject'),
    body: content && contentType ? storedBody(contentType, stringAt(content, 'content') ?? '') : undefined,
    importance: wordAt(body, 'importance', ['low', 'normal', 'high']),
    sensitivity: wordAt(body, 'sensitivity', ['normal', 'personal', 'private', 'confidential']),
    showAs: wordAt(body, 'showAs', ['free', 'tentative', 'busy', 'oof', 'workingElsewhere', 'unknown']),
  })
}

/** A start or end. */
export function parseEventTime(body: JsonObject, key: string): InputTime | undefined {
  const time = objectAt(body, key)
  if (!time) return undefined
  const text = stringAt(time, 'dateTime') ?? ''
  const parsed = parseDateTime(text)
  const label = stringAt(time, 'timeZone') ?? 'UTC'
  if (!parsed) throw invalidRequest(`The value '${text}' of ${key} is not a date-time.`)
  if (parsed.offsetMinutes !== undefined && !(parsed.offsetMinutes === 0 && label === 'UTC')) {
    throw invalidRequest(`The date-time of ${key} has an offset beside the time zone '${label}'.`)
  }
  return { local: parsed.local, label }
}

function recurrenceAt(body: JsonObject): { readonly pattern: GraphPattern; readonly range: GraphRange } | undefined {
  const recurrence = objectAt(body, 'recurrence')
  if (!recurrence) return undefined
  const [pattern, range] = [objectAt(recurrence, 'pattern'), objectAt(recurrence, 'range')]
  if (!pattern || !range) throw badProperty('The recurrence needs a pattern and a range.')
  return { pattern: patternOf(pattern), range: rangeOf(range) }
}

function patternOf(pattern: JsonObject): GraphPattern {
  const type = wordAt(pattern, 'type', [
    'daily',
    'weekly',
    'absoluteMonthly',
    'relativeMonthly',
    'absoluteYearly',
    'relativeYearly',
  ])
  if (!type) throw badProperty('The recurrence pattern needs a type.')
  const daysOfWeek = (listAt(pattern, 'daysOfWeek') ?? []).map((day) => wordAt({ day }, 'day', weekdays) ?? 'sunday')
  return {
    type,
    interval: integerAt(pattern, 'interval') ?? 1,
    month: integerAt(pattern, 'month') ?? 0,
    dayOfMonth: integerAt(pattern, 'dayOfMonth') ?? 0,
    daysOfWeek,
    firstDayOfWeek: wordAt(pattern, 'firstDayOfWeek', weekdays) ?? 'sunday',
    index: wordAt(pattern, 'index', ['first', 'second', 'third', 'fourth', 'last']) ?? 'first',
  }
}

function rangeOf(range: JsonObject): GraphRange {
  const type = wordAt(range, 'type', ['endDate', 'noEnd', 'numbered']) ?? 'noEnd'
  const [startDate, endDate] = [stringAt(range, 'startDate') ?? '', stringAt(range, 'endDate') ?? '']
  if (type === 'endDate' && parseDay(endDate) === undefined) throw badProperty('The recurrence range needs an endDate.')
  return {
    type,
    startDate,
    endDate: type === 'endDate' ? endDate.slice(0, 10) : '0001-01-01',
    recurrenceTimeZone: stringAt(range, 'recurrenceTimeZone') ?? '',
    numberOfOccurrences: type === 'numbered' ? (integerAt(range, 'numberOfOccurrences') ?? 0) : 0,
  }
}

/** PATCH of `location` replaces the whole list, `locations` too. */
function locationsAt(body: JsonObject): readonly Location[] | undefined {
  const many = body['locations'] === null ? [] : objectsAt(body, 'locations')
  const one = body['location'] === null ? {} : objectAt(body, 'location')
  const given = many ?? (one ? [one] : undefined)
  return given?.filter((entry) => stringAt(entry, 'displayName') || entry['address']).map(locationOf)
}

function locationOf(entry: JsonObject): Location {
  const displayName = stringAt(entry, 'displayName') ?? ''
  return { locationType: 'default', uniqueId: displayName, uniqueIdType: 'private', ...entry, displayName }
}

/** A request cannot set an attendee's answer. */
function attendeesAt(body: JsonObject): readonly Attendee[] | undefined {
  const given = body['attendees'] === null ? [] : objectsAt(body, 'attendees')
  if (given && given.length > 500) throw badProperty('An event can have at most 500 attendees.')
  return given?.map(attendeeOf)
}

export function attendeeOf(entry: JsonObject): Attendee {
  return {
    type: wordAt(entry, 'type', ['required', 'optional', 'resource']) ?? 'required',
    status: { response: 'none', at: undefined },
    emailAddress: addressAt(entry),
  }
}

export function addressAt(holder: JsonObject): { readonly name: string; readonly address: string } {
  const address = objectAt(holder, 'emailAddress') ?? {}
  return { name: stringAt(address, 'name') ?? '', address: stringAt(address, 'address') ?? '' }
}

function onlineMeetingAt(body: JsonObject): OnlineMeeting | undefined {
  if (booleanAt(body, 'isOnlineMeeting') !== true) return undefined
  const providers = ['teamsForBusiness', 'skypeForBusiness', 'skypeForConsumer', 'unknown'] as const
  const meeting = objectAt(body, 'onlineMeeting') ?? {}
  return {
    provider: wordAt(body, 'onlineMeetingProvider', providers) ?? 'teamsForBusiness',
    joinUrl: stringAt(meeting, 'joinUrl') ?? 'https://teams.example/l/meetup-join/0',
  }
}

/** The single-value extended properties that a body sets, by normalised id. */
export function propertiesAt(body: JsonObject): PropertyChanges {
  const given = objectsAt(body, 'singleValueExtendedProperties') ?? []
  return new Map(
    given.map((entry) => [normalPropertyId(stringAt(entry, 'id') ?? ''), stringAt(entry, 'value') ?? null] as const),
  )
}

/** One spelling for `String {GUID} Name X`: the GUID and hex numbers in lower case. Refuses what has another form. */
export function normalPropertyId(id: string): string {
  const named = /^(\w+) (\{[0-9a-f-]{36}\}) (Name|Id) (.+)$/i.exec(id.trim())
  if (named) {
    const [, type = '', guid = '', kind = '', name = ''] = named
    const isName = kind.toLowerCase() === 'name'
    return `${type} ${guid.toLowerCase()} ${isName ? 'Name' : 'Id'} ${isName ? name : name.toLowerCase()}`
  }
  if (/^\w+ 0x[0-9a-f]{1,8}$/i.test(id.trim()))
    return id
      .trim()
      .toLowerCase()
      .replace(/^\w/, (letter) => letter.toUpperCase())
  throw invalidRequest(`The extended property id '${id}' is invalid.`)
}

function listOrCleared(body: JsonObject, key: string): readonly unknown[] | undefined {
  return body[key] === null ? [] : listAt(body, key)
}

function textOf(value: unknown, key: string): string {
  if (typeof value !== 'string') throw badProperty(`An entry of '${key}' is not a text.`)
  return value
}
