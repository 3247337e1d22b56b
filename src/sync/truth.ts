// The truth of one event or series, read from Graph by id: what the mirror holds. A series is master, exceptions and
// cancelled dates, learnt in the way this cloud answers; each way gives the same result.
import { GraphError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { getEvent, getSeries, type EventAnswer, type SeriesAnswer } from '../graph/events.ts'
import type { EventSource } from '../graph/event-source.ts'
import { oddAnswer } from '../graph/parse.ts'
import { parseRecurrenceBlob, type RecurrenceSlots } from '../graph/recurrence-blob.ts'
import type { GraphEvent, GraphKept, GraphSeries } from '../graph/types.ts'
import type { Cloud, SeriesStrategy } from './cloud.ts'
import { readOccurrences, settleCancelled, withExceptions, type Reports } from './occurrences.ts'
import type { Window } from './window.ts'

/** What reading needs; one for a round. */
export interface TruthContext {
  readonly source: EventSource
  readonly cloud: Cloud
  /** The mailbox's zone, as any label. */
  readonly mailboxZone: string
  /** Where instances are looked at when nothing else tells the cancelled dates. */
  readonly window: Window
  /** Full rows of exceptions that came with the pages, by id. */
  readonly exceptionRows: ReadonlyMap<string, GraphEvent>
  /** The series as the mirror has it: what is known of dates outside the window. */
  readonly previous: (key: string) => Promise<GraphSeries | undefined>
  readonly log: Log
  /** Told after every read: the round moves. */
  readonly onRead?: () => void
}

/** What an id turned out to be. */
export type Truth =
  | { readonly kind: 'series'; readonly series: GraphSeries }
  | { readonly kind: 'gone' }
  /** An occurrence or exception of this series. */
  | { readonly kind: 'partOf'; readonly master: string; readonly event: GraphEvent; readonly kept: GraphKept }
  | { readonly kind: 'unusable'; readonly reason: string }

/** Reads an event of which nobody knows yet what it is. */
export async function readEvent(id: string, context: TruthContext): Promise<Truth> {
  const answer = await getEvent(context.source, id)
  if (answer.kind !== 'event') return answer
  if (answer.event.type === 'seriesMaster') return readSeries(id, context)
  return simpleTruth(id, answer.event, answer.kept)
}

/** Reads a series by the id of its master. Throws `GraphError` when none of the ways works. */
export async function readSeries(id: string, context: TruthContext): Promise<Truth> {
  const known = context.cloud.strategy
  let refusal: GraphError | undefined
  for (const strategy of orderOf(known)) {
    const truth = await readBy(strategy, id, context)
    if (truth === 'unsupported') continue
    if (truth instanceof GraphError) {
      refusal = truth
      continue
    }
    if (truth.kind === 'series' && truth.series.main.recurrence !== null) learn(strategy, known, context)
    return truth
  }
  throw refusal ?? oddAnswer('a series that nothing is told of', '')
}

// Of those that read side by side the first has found it out. Where the best way has worked, a series that only its instances
// tell of says nothing about the cloud: a cloud does not lose two ways at once.
function learn(strategy: SeriesStrategy, known: Cloud['strategy'], { cloud, log }: TruthContext): void {
  const isOfOneSeries = strategy === 'instances' && known === 'direct'
  if (strategy === known || isOfOneSeries || cloud.strategy !== known) return
  cloud.strategy = strategy
  log.info('found out how this cloud tells changed dates', { strategy })
}

// The way that worked last first; a cloud that has learnt a better one is noticed when the known one fails.
function orderOf(known: SeriesStrategy | undefined): readonly SeriesStrategy[] {
  const all = ['direct', 'blob', 'instances'] as const
  return known === undefined ? all : [known, ...all.filter((strategy) => strategy !== known)]
}

/** A refusal is a value here: the next way may work. */
async function readBy(
  strategy: SeriesStrategy,
  id: string,
  context: TruthContext,
): Promise<Truth | 'unsupported' | GraphError> {
  try {
    switch (strategy) {
      case 'direct':
        return await readDirect(id, context)
      case 'blob':
        return await readWithBlob(id, context)
      case 'instances':
        return await readByInstances(id, context)
    }
  } catch (error) {
    if (error instanceof GraphError && error.kind === 'invalid') return error
    throw error
  }
}

async function readDirect(id: string, context: TruthContext): Promise<Truth | 'unsupported'> {
  const answer: SeriesAnswer = await getSeries(context.source, id)
  if (answer.kind === 'untold') return 'unsupported'
  if (answer.kind !== 'series') return answer
  const { event, kept, cancelledDates, recurrenceBlob } = answer
  if (event.type !== 'seriesMaster') return simpleTruth(id, event, kept)
  const blob = slotsOfBlob(recurrenceBlob)
  const exceptions = answer.exceptions.flatMap((parsed) => {
    if (parsed.kind === 'event') return [parsed.event]
    context.log.warn('a changed date cannot be used', { series: id, event: parsed.id, reason: parsed.reason })
    return []
  })
  const reports: Reports = { told: cancelledDates, blob }
  const complete = await withExceptions(event, exceptions, answer.exceptions.length, reports, context)
  if (complete === 'gone') return { kind: 'gone' }
  return seriesTruth(id, kept, complete, await settleCancelled(event, reports, context))
}

async function readWithBlob(id: string, context: TruthContext): Promise<Truth | 'unsupported'> {
  const answer = await getEvent(context.source, id, { recurrenceBlob: true })
  if (answer.kind !== 'event') return answer
  if (answer.event.type !== 'seriesMaster') return simpleTruth(id, answer.event, answer.kept)
  const blob = slotsOfBlob(answer.recurrenceBlob)
  if (blob === undefined) return 'unsupported'
  const reports: Reports = { told: undefined, blob }
  const exceptions = await withExceptions(answer.event, [], 0, reports, context)
  if (exceptions === 'gone') return { kind: 'gone' }
  return seriesTruth(id, answer.kept, exceptions, await settleCancelled(answer.event, reports, context))
}

async function readByInstances(id: string, context: TruthContext): Promise<Truth> {
  const answer: EventAnswer = await getEvent(context.source, id)
  if (answer.kind !== 'event') return answer
  if (answer.event.type !== 'seriesMaster') return simpleTruth(id, answer.event, answer.kept)
  const occurrences = await readOccurrences(answer.event, await context.previous(id), context)
  if (occurrences === 'gone') return { kind: 'gone' }
  return seriesTruth(id, answer.kept, occurrences.exceptions, occurrences)
}

/** The truth of an event that is no master: a single one, or a part of a series. */
function simpleTruth(id: string, event: GraphEvent, kept: GraphKept): Truth {
  if (event.type === 'seriesMaster') return { kind: 'unusable', reason: 'a series where a single event was expected' }
  if (event.seriesMasterId !== null) return { kind: 'partOf', master: event.seriesMasterId, event, kept }
  return { kind: 'series', series: seriesOfSingle(event, kept, id) }
}

/** What an event carries that carries nothing of ours. */
export const noKept: GraphKept = { uid: null, name: null, values: null }

/** A single event as a series of its own. */
export function seriesOfSingle(event: GraphEvent, kept: GraphKept, key: string = event.id): GraphSeries {
  return { key, main: event, exceptions: [], cancelled: [], kept }
}

function seriesTruth(
  key: string,
  kept: GraphKept,
  exceptions: readonly GraphEvent[],
  { main, cancelled }: { readonly main: GraphEvent; readonly cancelled: readonly string[] },
): Truth {
  const order = (event: GraphEvent): string => `${event.originalStart ?? ''} ${event.id}`
  const sorted = [...exceptions].sort((one, other) => (order(one) < order(other) ? -1 : 1))
  return { kind: 'series', series: { key, main, exceptions: sorted, cancelled, kept } }
}

function slotsOfBlob(base64: string | null): RecurrenceSlots | undefined {
  return base64 === null ? undefined : parseRecurrenceBlob(base64)
}
