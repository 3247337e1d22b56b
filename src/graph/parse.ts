// Rows and envelopes of Graph's answers, checked once, here. A row that cannot be used becomes a named value, never a crash:
// one bad event does not take its page down. Graph pages "event: delta", "Use delta query".
import { GraphError } from '../base/errors.ts'
import { isSameProperty, keptPropertyIds } from './extended-properties.ts'
import { isObject, objectOf, objectsOf, textOf, wordOf, type JsonObject } from './json.ts'
import { eventTypeOf, parseEvent, type Unusable } from './parse-event.ts'
import type { GraphEvent, GraphEventType, GraphKept } from './types.ts'

/** One row of a delta page: a signal that something about an id changed. */
export type DeltaRow =
  /** A complete single event, master or exception. */
  | { readonly kind: 'event'; readonly event: GraphEvent }
  /** Only its identity: an occurrence, a row of events/delta, or one that lacks what a full row has. */
  | {
      readonly kind: 'stub'
      readonly id: string
      readonly type: GraphEventType
      readonly seriesMasterId: string | null
    }
  | { readonly kind: 'removed'; readonly id: string }
  | Unusable

/** Checks one row of a delta page; never throws. */
export function parseDeltaRow(value: unknown): DeltaRow {
  const row = objectOf(value)
  const id = wordOf(row['id'])
  if (id === null) return { kind: 'unusable', id: '', reason: 'the row has no id' }
  if (isObject(row['@removed'])) return { kind: 'removed', id }
  const type = eventTypeOf(row)
  if (type === 'occurrence' || !isFull(row)) {
    return { kind: 'stub', id, type, seriesMasterId: wordOf(row['seriesMasterId']) }
  }
  return parseEvent(row)
}

// What every full row has. A row without one of these may lack others too: its event is read by itself then.
function isFull(row: JsonObject): boolean {
  return (
    'subject' in row &&
    'isAllDay' in row &&
    'body' in row &&
    isObject(row['start']) &&
    isObject(row['end']) &&
    wordOf(row['lastModifiedDateTime']) !== null &&
    wordOf(row['type']) !== null
  )
}

/** Our own properties of an event, from its expanded `singleValueExtendedProperties`. */
export function parseKept(value: unknown): GraphKept {
  const row = objectOf(value)
  return {
    uid: propertyOf(row, keptPropertyIds.uid),
    name: propertyOf(row, keptPropertyIds.name),
    values: propertyOf(row, keptPropertyIds.values),
  }
}

/** The value of one expanded extended property; null when the event does not carry it. */
export function propertyOf(row: JsonObject, propertyId: string): string | null {
  const found = objectsOf(row['singleValueExtendedProperties']).find((property) =>
    isSameProperty(textOf(property['id']) ?? '', propertyId),
  )
  return found === undefined ? null : wordOf(found['value'])
}

/** A page of any collection. */
export interface Page {
  readonly rows: readonly unknown[]
  readonly nextLink: string | null
  readonly deltaLink: string | null
}

/** The envelope of a page. Throws `GraphError` when the answer is none: an odd answer is never taken for an empty page. */
export function parsePage(body: unknown, requestId: string): Page {
  const page = objectOf(body)
  if (!Array.isArray(page['value'])) throw oddAnswer('a page without rows', requestId)
  return { rows: page['value'], nextLink: wordOf(page['@odata.nextLink']), deltaLink: wordOf(page['@odata.deltaLink']) }
}

/** The object that an answer has to be. Throws `GraphError` when it is none. */
export function parseObject(body: unknown, requestId: string): JsonObject {
  if (!isObject(body)) throw oddAnswer('something else than an object', requestId)
  return body
}

/** An answer that came in full and still is not what its request asks for; asking again may cure it. */
export function oddAnswer(what: string, requestId: string): GraphError {
  return new GraphError({
    kind: 'unavailable',
    status: 200,
    graphCode: '',
    requestId,
    message: `Microsoft Graph answered with ${what} (request ${requestId}).`,
  })
}
