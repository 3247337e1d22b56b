// Lists of events: the instances of a series, what carries properties of ours, everything that a calendar holds. Graph pages
// "List instances", "List events", "Get singleValueLegacyExtendedProperty".
import { GraphError } from '../base/errors.ts'
import { segment, type RequestOptions } from './client.ts'
import { isItemGone } from './errors.ts'
import { eventProperties, optionsOf, ours, pagesFrom, type EventSource } from './event-source.ts'
import { carriesAnyOf, expandProperties } from './extended-properties.ts'
import { textOf, wordOf, type JsonObject } from './json.ts'
import { eventTypeOf, parseDateTime, parseEvent, type ParsedEvent } from './parse-event.ts'
import { parseRecurrence } from './parse-recurrence.ts'
import { parseKept, parsePage } from './parse.ts'
import type { GraphDateTime, GraphEventType, GraphKept, GraphRecurrence } from './types.ts'

/** One instance of a series, without its content. */
export interface InstanceRow {
  readonly id: string
  readonly type: GraphEventType
  readonly changeKey: string
  /** The slot in the pattern, RFC 3339 in UTC. */
  readonly originalStart: string
  readonly start: GraphDateTime
  /** Undefined when it has no usable end. */
  readonly end: GraphDateTime | undefined
}

/**
 * The occurrences and exceptions of a series that touch a range (RFC 3339), never the cancelled ones; `gone` when the
 * series is. Rows without a slot are left out: they say nothing about one.
 */
export async function listInstances(
  source: EventSource,
  id: string,
  range: { readonly start: string; readonly end: string },
): Promise<readonly InstanceRow[] | 'gone'> {
  const query = {
    startDateTime: range.start,
    endDateTime: range.end,
    $select: 'id,type,changeKey,originalStart,start,end',
    $top: 500,
  }
  const path = `${source.calendar.basePath}/events/${segment(id)}/instances`
  const found: InstanceRow[] = []
  try {
    const first = source.client.get(path, { ...optionsOf(source, 'instances'), query })
    for await (const rows of pagesFrom(source, 'instances', first)) {
      found.push(...rows.map(instanceOf).filter((instance) => instance !== undefined))
    }
    return found
  } catch (error) {
    if (isItemGone(error)) return 'gone'
    throw error
  }
}

/**
 * True when a series has any instance that touches the range, as Graph sees it; `gone` when it is not there, `refused` when
 * Graph does not want to say: it may be no series any more.
 */
export async function hasInstances(
  source: EventSource,
  id: string,
  range: { readonly start: string; readonly end: string },
): Promise<boolean | 'gone' | 'refused'> {
  const query = { startDateTime: range.start, endDateTime: range.end, $select: 'id', $top: 1 }
  const path = `${source.calendar.basePath}/events/${segment(id)}/instances`
  try {
    const answer = await source.client.get(path, { ...optionsOf(source, 'instances'), query })
    return parsePage(answer.body, answer.requestId).rows.length > 0
  } catch (error) {
    if (isItemGone(error)) return 'gone'
    if (error instanceof GraphError && error.kind === 'invalid') return 'refused'
    throw error
  }
}

function instanceOf(row: JsonObject): InstanceRow | undefined {
  const id = wordOf(row['id'])
  const originalStart = wordOf(row['originalStart'])
  const start = parseDateTime(row['start'])
  if (id === null || originalStart === null || Number.isNaN(Date.parse(originalStart)) || start === undefined)
    return undefined
  const end = parseDateTime(row['end'])
  return { id, type: eventTypeOf(row), changeKey: wordOf(row['changeKey']) ?? '', originalStart, start, end }
}

/** Every event of the calendar that carries properties of ours: id → what it carries. */
export async function listKept(source: EventSource): Promise<ReadonlyMap<string, GraphKept>> {
  const query = { $select: 'id', $expand: expandProperties(ours), $top: 200 }
  try {
    return await keptOf(source, { $filter: carriesAnyOf(ours), ...query })
  } catch (error) {
    // A mailbox server that cannot search for them still returns them: then all events are looked at.
    if (error instanceof GraphError && error.kind === 'invalid') return keptOf(source, query)
    throw error
  }
}

async function keptOf(
  source: EventSource,
  query: NonNullable<RequestOptions['query']>,
): Promise<ReadonlyMap<string, GraphKept>> {
  const found = new Map<string, GraphKept>()
  const first = source.client.get(source.calendar.eventsPath, { ...optionsOf(source, 'kept'), query })
  for await (const rows of pagesFrom(source, 'kept', first)) {
    for (const row of rows) {
      const id = wordOf(row['id'])
      const kept = parseKept(row)
      if (id !== null && (kept.uid ?? kept.name ?? kept.values) !== null) found.set(id, kept)
    }
  }
  return found
}

/** A page of all events of a calendar with their content and our properties. */
export interface FullPage {
  readonly events: readonly { readonly event: ParsedEvent; readonly kept: GraphKept }[]
  /** Where the list goes on; null at its end. */
  readonly next: string | null
}

/** One page of the full list, from its beginning or a link. */
export async function getFullPage(source: EventSource, link: string | null): Promise<FullPage> {
  const query = { $select: eventProperties, $expand: expandProperties(ours), $top: 100 }
  const options = optionsOf(source, 'events')
  const answer = await (link === null
    ? source.client.get(source.calendar.eventsPath, { ...options, query })
    : source.client.follow(link, options))
  const page = parsePage(answer.body, answer.requestId)
  return { events: page.rows.map((row) => ({ event: parseEvent(row), kept: parseKept(row) })), next: page.nextLink }
}

/** One event of a calendar's list, enough to compare it with the mirror. */
export interface ListedEvent {
  readonly id: string
  readonly changeKey: string
  readonly type: GraphEventType
  readonly seriesMasterId: string | null
  /** Undefined when it has no usable start or end. */
  readonly start: GraphDateTime | undefined
  readonly end: GraphDateTime | undefined
  readonly lastModifiedDateTime: string
  readonly recurrence: GraphRecurrence | null
}

/** All singles and masters that the calendar holds; some services list exceptions too. */
export async function listEvents(source: EventSource): Promise<readonly ListedEvent[]> {
  const query = { $select: 'id,changeKey,type,seriesMasterId,start,end,recurrence,lastModifiedDateTime', $top: 1000 }
  const found: ListedEvent[] = []
  const first = source.client.get(source.calendar.eventsPath, { ...optionsOf(source, 'ids'), query })
  for await (const rows of pagesFrom(source, 'ids', first)) {
    found.push(...rows.map(listedOf).filter((event) => event !== undefined))
  }
  return found
}

function listedOf(row: JsonObject): ListedEvent | undefined {
  const id = wordOf(row['id'])
  if (id === null) return undefined
  return {
    id,
    changeKey: wordOf(row['changeKey']) ?? '',
    type: eventTypeOf(row),
    seriesMasterId: wordOf(row['seriesMasterId']),
    start: parseDateTime(row['start']),
    end: parseDateTime(row['end']),
    lastModifiedDateTime: textOf(row['lastModifiedDateTime']) ?? '',
    recurrence: parseRecurrence(row['recurrence']),
  }
}
