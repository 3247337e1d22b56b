// What the server sets and no request can: read from Graph JSON for the control API, samples and generated tenants.
import type { Content, Response } from './event.ts'
import { addressAt, attendeeOf } from './event-input.ts'
import { booleanAt, defined, isObject, type JsonObject, objectAt, objectsAt, stringAt, wordAt } from './json.ts'
import { parseInstant } from './zone-time.ts'

/** Facts about an event beside what a request may say. */
export interface Trusted {
  readonly content: Partial<Content>
  /** Null: an event without one. */
  readonly iCalUId?: string | null
  /** Labels shown instead of the posted ones. */
  readonly startZone?: string
  readonly endZone?: string
  /** Milliseconds. */
  readonly created?: number
  readonly overlay?: Readonly<Record<string, unknown>>
}

/** Reads them from the body that also holds the ordinary members. */
export function parseTrusted(body: JsonObject): Trusted {
  const created = stringAt(body, 'createdDateTime')
  return defined({
    content: trustedContentAt(body),
    iCalUId: body['iCalUId'] === null ? null : stringAt(body, 'iCalUId'),
    startZone: stringAt(body, 'originalStartTimeZone'),
    endZone: stringAt(body, 'originalEndTimeZone'),
    created: created === undefined ? undefined : parseInstant(created),
    overlay: isObject(body['overlay']) ? body['overlay'] : undefined,
  })
}

function trustedContentAt(body: JsonObject): Partial<Content> {
  const status = objectAt(body, 'responseStatus')
  const organizer = objectAt(body, 'organizer')
  const attendees = objectsAt(body, 'attendees')
  return defined({
    hasAttachments: booleanAt(body, 'hasAttachments'),
    organizer: organizer && addressAt(organizer),
    isOrganizer: booleanAt(body, 'isOrganizer'),
    isCancelled: booleanAt(body, 'isCancelled'),
    isDraft: booleanAt(body, 'isDraft'),
    responseStatus: status && responseOf(status),
    attendees: attendees?.map((entry) => ({
      ...attendeeOf(entry),
      status: responseOf(objectAt(entry, 'status') ?? {}),
    })),
  })
}

const responses = ['none', 'organizer', 'tentativelyAccepted', 'accepted', 'declined', 'notResponded'] as const

function responseOf(status: JsonObject): Response {
  const time = stringAt(status, 'time')
  const at = time === undefined || time.startsWith('0001') ? undefined : parseInstant(time)
  return { response: wordAt(status, 'response', responses) ?? 'none', at }
}
