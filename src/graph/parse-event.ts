// One event of Graph's JSON → `GraphEvent`, field by field. Graph page "event resource type"; the type is open, so unknown
// members are normal. Missing or null members get Graph's own neutral value; only what no event can lack makes it unusable.
import {
  booleanOf,
  integerOf,
  isObject,
  numberOf,
  objectOf,
  objectsOf,
  oneOf,
  textOf,
  wordOf,
  type JsonObject,
} from './json.ts'
import { parseRecurrence } from './parse-recurrence.ts'
import type {
  GraphAttendee,
  GraphDateTime,
  GraphEmailAddress,
  GraphEvent,
  GraphEventType,
  GraphLocation,
} from './types.ts'

/** Why an event of Graph's cannot be used; `id` is empty when it has none. */
export interface Unusable {
  readonly kind: 'unusable'
  readonly id: string
  readonly reason: string
}

export type ParsedEvent = { readonly kind: 'event'; readonly event: GraphEvent } | Unusable

const types = ['singleInstance', 'occurrence', 'exception', 'seriesMaster'] as const
const responses = ['none', 'organizer', 'tentativelyAccepted', 'accepted', 'declined', 'notResponded'] as const
const showAs = ['free', 'tentative', 'busy', 'oof', 'workingElsewhere', 'unknown'] as const
const sensitivities = ['normal', 'personal', 'private', 'confidential'] as const
const importances = ['low', 'normal', 'high'] as const

/** Graph's "no date". */
const noInstant = '0001-01-01T00:00:00Z'

/** Checks one event; never throws. */
export function parseEvent(value: unknown): ParsedEvent {
  const row = objectOf(value)
  const id = wordOf(row['id']) ?? ''
  const unusable = (reason: string): Unusable => ({ kind: 'unusable', id, reason })
  if (id === '') return unusable('it has no id')
  const start = parseDateTime(row['start'])
  const end = parseDateTime(row['end'])
  if (start === undefined) return unusable('it has no start')
  if (end === undefined) return unusable('it has no end')
  const type = eventTypeOf(row)
  const recurrence = parseRecurrence(row['recurrence'])
  if (type === 'seriesMaster' && recurrence === null) return unusable('it is a series without a rule')
  return { kind: 'event', event: { ...identityOf(row, id, type), ...contentOf(row), start, end, recurrence } }
}

/** The type; told from the other members when it is missing. */
export function eventTypeOf(row: JsonObject): GraphEventType {
  const otherwise = isObject(row['recurrence'])
    ? 'seriesMaster'
    : wordOf(row['seriesMasterId']) === null
      ? 'singleInstance'
      : 'exception'
  return oneOf(row['type'], types, otherwise)
}

type Identity = Pick<
  GraphEvent,
  | 'id'
  | 'changeKey'
  | 'type'
  | 'iCalUId'
  | 'seriesMasterId'
  | 'originalStart'
  | 'createdDateTime'
  | 'lastModifiedDateTime'
  | 'originalStartTimeZone'
  | 'originalEndTimeZone'
>

function identityOf(row: JsonObject, id: string, type: GraphEventType): Identity {
  return {
    id,
    changeKey: changeKeyOf(row),
    type,
    iCalUId: wordOf(row['iCalUId']),
    seriesMasterId: wordOf(row['seriesMasterId']),
    originalStart: instantOf(row['originalStart']),
    createdDateTime: instantOf(row['createdDateTime']) ?? noInstant,
    lastModifiedDateTime: instantOf(row['lastModifiedDateTime']) ?? noInstant,
    originalStartTimeZone: textOf(row['originalStartTimeZone']) ?? '',
    originalEndTimeZone: textOf(row['originalEndTimeZone']) ?? '',
  }
}

function contentOf(row: JsonObject): Omit<GraphEvent, keyof Identity | 'start' | 'end' | 'recurrence'> {
  const body = objectOf(row['body'])
  const onlineMeeting = objectOf(row['onlineMeeting'])
  const locations = objectsOf(row['locations']).map(parseLocation)
  return {
    subject: textOf(row['subject']),
    bodyContentType: oneOf(body['contentType'], ['html', 'text'] as const, 'html'),
    body: textOf(body['content']) ?? '',
    isAllDay: booleanOf(row['isAllDay'], false),
    isCancelled: booleanOf(row['isCancelled'], false),
    isOrganizer: booleanOf(row['isOrganizer'], true),
    responseRequested: booleanOf(row['responseRequested'], true),
    allowNewTimeProposals: booleanOf(row['allowNewTimeProposals'], true),
    responseStatus: oneOf(objectOf(row['responseStatus'])['response'], responses, 'none'),
    showAs: oneOf(row['showAs'], showAs, 'unknown'),
    sensitivity: oneOf(row['sensitivity'], sensitivities, 'normal'),
    importance: oneOf(row['importance'], importances, 'normal'),
    categories: Array.isArray(row['categories']) ? row['categories'].filter((name) => typeof name === 'string') : [],
    isReminderOn: booleanOf(row['isReminderOn'], false),
    reminderMinutesBeforeStart: integerOf(row['reminderMinutesBeforeStart'], -2_147_483_648, 2_147_483_647, 0),
    hasAttachments: booleanOf(row['hasAttachments'], false),
    location: isObject(row['location']) ? parseLocation(row['location']) : null,
    locations,
    attendees: objectsOf(row['attendees']).map(parseAttendee),
    organizer: isObject(row['organizer']) ? parseAddress(objectOf(row['organizer'])['emailAddress']) : null,
    webLink: wordOf(row['webLink']),
    joinUrl: wordOf(onlineMeeting['joinUrl']) ?? wordOf(row['onlineMeetingUrl']),
  }
}

/** The change key; else the text inside the weak etag, which equals it for full events. */
function changeKeyOf(row: JsonObject): string {
  return wordOf(row['changeKey']) ?? /^W\/"(.*)"$/.exec(textOf(row['@odata.etag']) ?? '')?.[1] ?? ''
}

/** Undefined for no date, Graph's year 1 included. The capitalised keys are those of the events/delta samples. */
export function parseDateTime(value: unknown): GraphDateTime | undefined {
  const pair = objectOf(value)
  const text = textOf(pair['dateTime']) ?? textOf(pair['DateTime']) ?? ''
  const [dateTime, year] = /^(\d{4})-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?/.exec(text) ?? []
  if (dateTime === undefined || Number(year) < 1601 || Number.isNaN(Date.parse(`${dateTime.slice(0, 19)}Z`)))
    return undefined
  return { dateTime, timeZone: wordOf(pair['timeZone']) ?? wordOf(pair['TimeZone']) ?? 'UTC' }
}

function instantOf(value: unknown): string | null {
  const text = textOf(value)
  return text !== null && !Number.isNaN(Date.parse(text)) ? text : null
}

function parseLocation(location: JsonObject): GraphLocation {
  const { latitude, longitude } = objectOf(location['coordinates'])
  const isPlace = typeof latitude === 'number' && typeof longitude === 'number'
  return {
    displayName: textOf(location['displayName']) ?? '',
    latitude: isPlace ? numberOf(latitude, 0) : null,
    longitude: isPlace ? numberOf(longitude, 0) : null,
  }
}

function parseAttendee(attendee: JsonObject): GraphAttendee {
  return {
    type: oneOf(attendee['type'], ['required', 'optional', 'resource'] as const, 'required'),
    response: oneOf(objectOf(attendee['status'])['response'], responses, 'none'),
    emailAddress: parseAddress(attendee['emailAddress']),
  }
}

function parseAddress(value: unknown): GraphEmailAddress {
  const address = objectOf(value)
  return { name: textOf(address['name']) ?? '', address: textOf(address['address']) ?? '' }
}
