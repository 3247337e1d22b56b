// Requests that change events, one function each. Graph pages "Create event", "Update event", "Delete event", "event: cancel",
// "event: accept", "event: tentativelyAccept", "event: decline". In which order they are sent: convert/plan.ts.
import { GraphError } from '../base/errors.ts'
import { segment, type GraphAnswer, type SendOptions } from './client.ts'
import { oddAnswer, parseObject, parsePage } from './parse.ts'
import { isItemGone } from './errors.ts'
import { optionsOf, type EventSource } from './event-source.ts'
import { keptPropertyIds } from './extended-properties.ts'
import { objectOf, wordOf } from './json.ts'
import type { GraphEventInput, GraphKept } from './types.ts'

/** Our own properties to write; absent ones stay, null takes one away. */
export type KeptWrite = { readonly [Key in keyof GraphKept]?: string | null | undefined }

/** What Graph calls the request, for support; the target may be gone already. */
export interface SentAnswer {
  readonly kind: 'done' | 'gone'
  /** Empty when the target was gone. */
  readonly requestId: string
}

export type ResponseAction = 'accept' | 'tentativelyAccept' | 'decline'

/** Makes an event; the same transactionId again makes no second one. Gives its id. Throws `GraphError`. */
export async function createEvent(
  source: EventSource,
  event: { readonly body: GraphEventInput; readonly kept: KeptWrite; readonly transactionId: string },
): Promise<{ readonly id: string; readonly requestId: string }> {
  const { transactionId } = event
  const json = { ...event.body, transactionId, ...keptJson(event.kept) }
  const options: SendOptions = { ...optionsOf(source, 'write'), method: 'POST', json, isRepeatable: true }
  const answer = await source.client.send(source.calendar.eventsPath, options)
  const id = wordOf(parseObject(answer.body, answer.requestId)['id'])
  if (id === null) throw oddAnswer('a new event without an id', answer.requestId)
  return { id, requestId: answer.requestId }
}

/**
 * Changes an event or an instance. With `ifMatch` (a changeKey) only if nobody else did since. It is repeated blindly only without
 * that, and when nobody is mailed.
 */
export async function patchEvent(
  source: EventSource,
  id: string,
  change: {
    readonly body: GraphEventInput
    readonly kept?: KeptWrite | undefined
    readonly ifMatch?: string | undefined
    readonly isMailed?: boolean
  },
): Promise<SentAnswer> {
  const { body, kept = {}, ifMatch, isMailed = false } = change
  const json = { ...body, ...keptJson(kept) }
  return send(source, id, '', {
    method: 'PATCH',
    json,
    ...matching(ifMatch),
    ...(isMailed ? { isRepeatable: false } : {}),
  })
}

/** Removes an event, or one instance from its series. */
export async function removeEvent(source: EventSource, id: string, ifMatch?: string): Promise<SentAnswer> {
  return send(source, id, '', { method: 'DELETE', ...matching(ifMatch) })
}

/** Calls a meeting off; the attendees get mail. Never repeated blindly. */
export async function cancelEvent(source: EventSource, id: string, comment: string): Promise<SentAnswer> {
  return send(source, id, '/cancel', { method: 'POST', json: { comment }, isRepeatable: false })
}

/** Answers an invitation; the organizer gets mail if `sendResponse`. Never repeated blindly. */
export async function respondToEvent(
  source: EventSource,
  id: string,
  response: { readonly answer: ResponseAction; readonly comment: string; readonly sendResponse: boolean },
): Promise<SentAnswer> {
  const { answer, comment, sendResponse } = response
  return send(source, id, `/${answer}`, { method: 'POST', json: { comment, sendResponse }, isRepeatable: false })
}

/** The events of the calendar that carry this UID of a client's. */
export async function findByKeptUid(source: EventSource, uid: string): Promise<readonly string[]> {
  const [property, value] = [keptPropertyIds.uid, uid.replaceAll("'", "''")]
  const $filter = `singleValueExtendedProperties/Any(ep: ep/id eq '${property}' and ep/value eq '${value}')`
  const query = { $filter, $select: 'id', $top: 10 }
  const answer = await source.client.get(source.calendar.eventsPath, { ...optionsOf(source, 'kept'), query })
  return parsePage(answer.body, answer.requestId).rows.flatMap((row) => wordOf(objectOf(row)['id']) ?? [])
}

/**
 * The events of the calendar that have this UID in Outlook itself (Graph page "event resource type"): somebody else's, or outside
 * of what is mirrored. None where Graph refuses to be asked so.
 */
export async function findByICalUid(source: EventSource, uid: string): Promise<readonly string[]> {
  const query = { $filter: `iCalUId eq '${uid.replaceAll("'", "''")}'`, $select: 'id,type', $top: 10 }
  try {
    const answer = await source.client.get(source.calendar.eventsPath, { ...optionsOf(source, 'kept'), query })
    const rows = parsePage(answer.body, answer.requestId).rows.map(objectOf)
    return rows.filter((row) => row['type'] !== 'exception').flatMap((row) => wordOf(row['id']) ?? [])
  } catch (error) {
    if (error instanceof GraphError && error.kind === 'invalid') return []
    throw error
  }
}

// A repeat after a lost answer would meet the change key of our own change.
function matching(changeKey: string | undefined): Pick<SendOptions, 'ifMatch' | 'isRepeatable'> {
  return changeKey === undefined ? { isRepeatable: true } : { ifMatch: `W/"${changeKey}"`, isRepeatable: false }
}

async function send(
  source: EventSource,
  id: string,
  action: string,
  options: Pick<SendOptions, 'method' | 'json' | 'ifMatch' | 'isRepeatable'>,
): Promise<SentAnswer> {
  const path = `${source.calendar.basePath}/events/${segment(id)}${action}`
  try {
    const { requestId }: GraphAnswer = await source.client.send(path, { ...optionsOf(source, 'write'), ...options })
    return { kind: 'done', requestId }
  } catch (error) {
    if (isItemGone(error)) return { kind: 'gone', requestId: '' }
    throw error
  }
}

function keptJson(kept: KeptWrite): Pick<GraphEventInput, 'singleValueExtendedProperties'> {
  const names = ['uid', 'name', 'values'] as const
  const values = names.flatMap((name) => {
    const value = kept[name]
    return value === undefined ? [] : [{ id: keptPropertyIds[name], value }]
  })
  return values.length === 0 ? {} : { singleValueExtendedProperties: values }
}
