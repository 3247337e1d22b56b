// Reading events by id and in lists: the truth behind the signals of a delta page. Graph pages "Get event", "List instances",
// "List events", "Get singleValueLegacyExtendedProperty". How a series is put together from these answers: sync/truth.ts.
import { GraphError } from '../base/errors.ts'
import type { ResolvedCalendar } from './calendars.ts'
import { segment, type GraphAnswer, type GraphClient, type Purpose, type RequestOptions } from './client.ts'
import { isItemGone } from './errors.ts'
import { carriesAnyOf, expandProperties, keptPropertyIds, recurrencePropertyId } from './extended-properties.ts'
import { objectOf, objectsOf, textOf, wordOf, type JsonObject } from './json.ts'
import { parseDateTime, parseEvent, eventTypeOf, type ParsedEvent, type Unusable } from './parse-event.ts'
import { parseKept, parseObject, parsePage, propertyOf } from './parse.ts'
import { parseRecurrence } from './parse-recurrence.ts'
import type { GraphDateTime, GraphEvent, GraphEventType, GraphKept, GraphRecurrence } from './types.ts'

/** Everything a `GraphEvent` is made of; named because `cancelledOccurrences` and `originalStart` come only when selected. */
const eventProperties =
  'id,changeKey,type,iCalUId,seriesMasterId,originalStart,subject,body,start,end,isAllDay,isCancelled,isOrganizer,' +
  'responseRequested,allowNewTimeProposals,responseStatus,showAs,sensitivity,importance,categories,isReminderOn,' +
  'reminderMinutesBeforeStart,hasAttachments,originalStartTimeZone,originalEndTimeZone,recurrence,location,locations,' +
  'attendees,organizer,webLink,onlineMeeting,onlineMeetingUrl,createdDateTime,lastModifiedDateTime'

const ours = Object.values(keptPropertyIds)

/** Where to read: every path is the calendar's own, so that shared mailboxes and groups work alike. */
export interface EventSource {
  readonly client: GraphClient
  readonly calendar: ResolvedCalendar
  readonly signal?: AbortSignal | undefined
}

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
  /** The answer does not hold the two properties: this cloud has no such thing. */
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
  return {
    kind: 'series',
    event: parsed.event,
    kept: parseKept(row),
    exceptions: [...objectsOf(exceptions), ...(await restOfExceptions(source, row))].map(parseEvent),
    cancelledDates: Array.isArray(cancelled) ? cancelled.map(dateOfOccurrenceId).filter((date) => date !== '') : [],
    recurrenceBlob: propertyOf(row, recurrencePropertyId),
  }
}

// An expanded collection does not page as a rule; should it, the rest is read.
async function restOfExceptions(source: EventSource, row: JsonObject): Promise<readonly JsonObject[]> {
  const link = wordOf(row['exceptionOccurrences@odata.nextLink'])
  if (link === null) return []
  const rows: JsonObject[] = []
  for await (const page of pagesFrom(source, 'series', source.client.follow(link, optionsOf(source, 'series')))) {
    rows.push(...page)
  }
  return rows
}

// `OID.{masterId}.{yyyy-MM-dd}`: the date stands after the last dot.
function dateOfOccurrenceId(value: unknown): string {
  return /\.(\d{4}-\d\d-\d\d)$/.exec(textOf(value) ?? '')?.[1] ?? ''
}

/** One instance of a series, without its content. */
export interface InstanceRow {
  readonly id: string
  readonly type: GraphEventType
  readonly changeKey: string
  /** The slot in the pattern, RFC 3339 in UTC. */
  readonly originalStart: string
  readonly start: GraphDateTime
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

/** True when a series has any instance that touches the range, as Graph sees it; `gone` when it is not there. */
export async function hasInstances(
  source: EventSource,
  id: string,
  range: { readonly start: string; readonly end: string },
): Promise<boolean | 'gone'> {
  const query = { startDateTime: range.start, endDateTime: range.end, $select: 'id', $top: 1 }
  const path = `${source.calendar.basePath}/events/${segment(id)}/instances`
  try {
    const answer = await source.client.get(path, { ...optionsOf(source, 'instances'), query })
    return parsePage(answer.body, answer.requestId).rows.length > 0
  } catch (error) {
    if (isItemGone(error)) return 'gone'
    throw error
  }
}

function instanceOf(row: JsonObject): InstanceRow | undefined {
  const id = wordOf(row['id'])
  const originalStart = wordOf(row['originalStart'])
  const start = parseDateTime(row['start'])
  if (id === null || originalStart === null || Number.isNaN(Date.parse(originalStart)) || start === undefined)
    return undefined
  return { id, type: eventTypeOf(row), changeKey: wordOf(row['changeKey']) ?? '', originalStart, start }
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

/** A list that is longer than any calendar: Graph runs in circles. */
const maxListPages = 10_000

async function* pagesFrom(
  source: EventSource,
  purpose: Purpose,
  first: Promise<GraphAnswer>,
): AsyncGenerator<readonly JsonObject[], void, undefined> {
  let answer = await first
  for (let pages = 1; pages <= maxListPages; pages += 1) {
    const page = parsePage(answer.body, answer.requestId)
    yield page.rows.map(objectOf)
    if (page.nextLink === null) return
    answer = await source.client.follow(page.nextLink, optionsOf(source, purpose))
  }
  throw new GraphError({
    kind: 'unavailable',
    status: 200,
    graphCode: '',
    requestId: answer.requestId,
    message: `Microsoft Graph's list does not end after ${maxListPages} pages.`,
  })
}

function optionsOf({ calendar, signal }: EventSource, purpose: Purpose): RequestOptions {
  return { purpose, mailbox: calendar.mailbox, signal }
}
