// Reading one event or series by its id: the truth behind the signals of a delta page. Graph pages "Get event",
// "Get singleValueLegacyExtendedProperty". How a series is put together from these answers: sync/truth.ts.
import { GraphError } from '../base/errors.ts'
import { segment, type GraphAnswer, type Purpose, type RequestOptions } from './client.ts'
import { isItemGone } from './errors.ts'
import { eventProperties, optionsOf, ours, pagesFrom, type EventSource } from './event-source.ts'
import { expandProperties, recurrencePropertyId } from './extended-properties.ts'
import { objectsOf, textOf, wordOf, type JsonObject } from './json.ts'
import { parseEvent, type ParsedEvent, type Unusable } from './parse-event.ts'
import { parseKept, parseObject, propertyOf } from './parse.ts'
import type { GraphEvent, GraphKept } from './types.ts'

/** One event with our own properties, and the recurrence property where it was asked for (base64; null when there is none). */
export type EventAnswer =
  | {
      readonly kind: 'event'
      readonly event: GraphEvent
      readonly kept: GraphKept
      readonly recurrenceBlob: string | null
    }
  | { readonly kind: 'gone' }
  | Unusable

/** Reads one event, ours expanded; with `recurrenceBlob` also what Exchange keeps of a series' pattern. */
export async function getEvent(
  source: EventSource,
  id: string,
  options: { readonly recurrenceBlob?: boolean } = {},
): Promise<EventAnswer> {
  const properties = options.recurrenceBlob === true ? [...ours, recurrencePropertyId] : ours
  const query = { $select: eventProperties, $expand: expandProperties(properties) }
  const answer = await getById(source, id, options.recurrenceBlob === true ? 'series' : 'event', query)
  if (answer === 'gone') return { kind: 'gone' }
  const row = parseObject(answer.body, answer.requestId)
  const parsed = parseEvent(row)
  if (parsed.kind !== 'event') return parsed
  const recurrenceBlob = propertyOf(row, recurrencePropertyId)
  return { kind: 'event', event: parsed.event, kept: parseKept(row), recurrenceBlob }
}

/** A master with its exceptions and cancelled dates as one request tells them. */
export type SeriesAnswer =
  | {
      readonly kind: 'series'
      readonly event: GraphEvent
      readonly kept: GraphKept
      readonly exceptions: readonly ParsedEvent[]
      /** `yyyy-MM-dd`, in the series' zone or in UTC: Graph does not say which. */
      readonly cancelledDates: readonly string[]
      readonly recurrenceBlob: string | null
    }
  | { readonly kind: 'gone' }
  /** The answer does not hold the two properties, or not all of them: this cloud has no such thing. */
  | { readonly kind: 'untold' }
  | Unusable

/**
 * Reads a series with `cancelledOccurrences` and `exceptionOccurrences`, and what Exchange keeps of its pattern, which tells
 * when these two are not complete. Clouds without the two answer 400 (`GraphError` invalid) or leave them out.
 */
export async function getSeries(source: EventSource, id: string): Promise<SeriesAnswer> {
  const answer = await getById(source, id, 'series', {
    $select: `${eventProperties},cancelledOccurrences,exceptionOccurrences`,
    $expand: `exceptionOccurrences,${expandProperties([...ours, recurrencePropertyId])}`,
  })
  if (answer === 'gone') return { kind: 'gone' }
  const row = parseObject(answer.body, answer.requestId)
  const parsed = parseEvent(row)
  if (parsed.kind !== 'event') return parsed
  const { cancelledOccurrences: cancelled, exceptionOccurrences: exceptions } = row
  const isSeries = parsed.event.type === 'seriesMaster'
  if (isSeries && (!Array.isArray(cancelled) || !Array.isArray(exceptions))) return { kind: 'untold' }
  const rest = await restOfExceptions(source, row)
  if (rest === 'refused') return { kind: 'untold' }
  return {
    kind: 'series',
    event: parsed.event,
    kept: parseKept(row),
    exceptions: [...objectsOf(exceptions), ...rest].map(parseEvent),
    cancelledDates: Array.isArray(cancelled) ? cancelled.map(dateOfOccurrenceId).filter((date) => date !== '') : [],
    recurrenceBlob: propertyOf(row, recurrencePropertyId),
  }
}

// An expanded collection does not page as a rule; should it, the rest is read. A cloud may give a link to a path that it does
// not serve (a switch of the simulator): then another way has to tell the rest.
async function restOfExceptions(source: EventSource, row: JsonObject): Promise<readonly JsonObject[] | 'refused'> {
  const link = wordOf(row['exceptionOccurrences@odata.nextLink'])
  if (link === null) return []
  const rows: JsonObject[] = []
  try {
    for await (const page of pagesFrom(source, 'series', source.client.follow(link, optionsOf(source, 'series')))) {
      rows.push(...page)
    }
  } catch (error) {
    if (error instanceof GraphError && error.status === 400) return 'refused'
    throw error
  }
  return rows
}

// `OID.{masterId}.{yyyy-MM-dd}`: the date stands after the last dot.
function dateOfOccurrenceId(value: unknown): string {
  return /\.(\d{4}-\d\d-\d\d)$/.exec(textOf(value) ?? '')?.[1] ?? ''
}

async function getById(
  source: EventSource,
  id: string,
  purpose: Purpose,
  query: NonNullable<RequestOptions['query']>,
): Promise<GraphAnswer | 'gone'> {
  try {
    return await source.client.get(`${source.calendar.basePath}/events/${segment(id)}`, {
      ...optionsOf(source, purpose),
      query,
    })
  } catch (error) {
    if (isItemGone(error)) return 'gone'
    throw error
  }
}
