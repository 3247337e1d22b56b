// Exceptions and cancelled dates of a series, made complete: what one source leaves out or leaves open is looked up among the
// instances. Graph pages "List instances", "Get event"; MS-OXOCAL 2.2.1.44.
import { GraphdavError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { withSlotTimes } from '../convert/schedule.ts'
import { getEvent } from '../graph/events.ts'
import { listInstances, type InstanceRow } from '../graph/event-lists.ts'
import type { EventSource } from '../graph/event-source.ts'
import type { RecurrenceSlots } from '../graph/recurrence-blob.ts'
import type { GraphEvent, GraphSeries } from '../graph/types.ts'
import type { Cloud } from './cloud.ts'
import { withShortMonths } from './short-months.ts'
import { slotTimesOf } from './slot-times.ts'
import { clusters, judge, meaningOf, slotInstant, slotsIn, withoutInstance, type SlotSource } from './slots.ts'
import { printInstant, type Window } from './window.ts'

const dayMs = 86_400_000

export interface OccurrenceContext {
  readonly source: EventSource
  readonly cloud: Cloud
  readonly mailboxZone: string
  readonly window: Window
  /** Full rows of exceptions by id; they lack `originalStart`. */
  readonly exceptionRows: ReadonlyMap<string, GraphEvent>
  readonly log: Log
}

/** What was reported about a series; undefined: that source said nothing. */
export interface Reports {
  /** Dates of `cancelledOccurrences`. */
  readonly told: readonly string[] | undefined
  readonly blob: RecurrenceSlots | undefined
}

/** A master, perhaps with what was found out about its pattern, and its cancelled local dates. */
export interface Settled {
  readonly main: GraphEvent
  readonly cancelled: readonly string[]
}

/** Settles the cancelled dates of a series; what the reports leave open is looked up among the instances. */
export async function settleCancelled(
  main: GraphEvent,
  reports: Reports,
  context: OccurrenceContext,
): Promise<Settled> {
  const { mailboxZone } = context
  const told = reports.told
  const blob = reports.blob?.cancelled
  try {
    const source = { main: withSlotTimes(main, reports.blob?.times, mailboxZone), mailboxZone }
    const { certain, disputed } = judge(source, { told, blob, meaning: context.cloud.cancelledDates })
    const confirmed = await confirmCancelled(source, disputed, context)
    const cancelled = [...certain, ...confirmed].sort()
    if (told !== undefined && disputed.length > 0) {
      context.cloud.cancelledDates ??= meaningOf(source, told, new Set(cancelled))
    }
    return await withShortMonths({ main: source.main, cancelled }, context)
  } catch (error) {
    // Times that no calendar can show: the mirror will name and skip the series.
    if (error instanceof GraphdavError && error.code === 'unsupported') return { main, cancelled: told ?? blob ?? [] }
    throw error
  }
}

async function confirmCancelled(
  source: SlotSource,
  dates: readonly string[],
  context: OccurrenceContext,
): Promise<readonly string[]> {
  const confirmed: string[] = []
  for (const run of clusters(dates, 60)) {
    const [first, last] = [run[0], run.at(-1)]
    if (first === undefined || last === undefined) continue
    const rows = await listInstances(context.source, source.main.id, {
      start: printInstant(slotInstant(source, first) - 3 * dayMs),
      end: printInstant(slotInstant(source, last) + 3 * dayMs),
    })
    if (rows !== 'gone') confirmed.push(...withoutInstance(source, run, originalsOf(rows)))
  }
  return confirmed
}

/**
 * The exceptions of a series made complete: those that an answer left out, or gave without the slot they stand for, are
 * looked up. `reported` counts what the answer held, unusable ones included. `gone`: the series went meanwhile.
 */
export async function withExceptions(
  main: GraphEvent,
  exceptions: readonly GraphEvent[],
  reported: number,
  { blob }: Reports,
  context: OccurrenceContext,
): Promise<readonly GraphEvent[] | 'gone'> {
  const slotless = exceptions.filter(({ originalStart }) => originalStart === null)
  const isShort = blob !== undefined && blob.exceptions.length > reported
  if (slotless.length === 0 && !isShort) return exceptions
  const dates = [
    ...slotless.map(({ start }) => start.dateTime.slice(0, 10)),
    ...(isShort ? blob.exceptions.map(({ date }) => date) : []),
  ]
  const known = new Map(
    exceptions.filter(({ originalStart }) => originalStart !== null).map((event) => [event.id, event]),
  )
  const rows = new Map([...context.exceptionRows, ...slotless.map((event) => [event.id, event] as const)])
  for (const run of clusters(dates, 60)) {
    const [first, last] = [run[0], run.at(-1)]
    if (first === undefined || last === undefined) continue
    const start = printInstant(Date.parse(`${first}T00:00:00Z`) - 2 * dayMs)
    const end = printInstant(Date.parse(`${last}T00:00:00Z`) + 3 * dayMs)
    const found = await listInstances(context.source, main.id, { start, end })
    if (found === 'gone') return 'gone'
    const fresh = found.filter(({ id, type }) => type === 'exception' && !known.has(id))
    for (const event of await exceptionsOf(fresh, { ...context, exceptionRows: rows })) known.set(event.id, event)
  }
  return [...known.values()]
}

/** Exceptions and cancelled dates from the instances of a window alone; outside it, what was known before. */
export async function readOccurrences(
  main: GraphEvent,
  previous: GraphSeries | undefined,
  context: OccurrenceContext,
): Promise<(Settled & { readonly exceptions: readonly GraphEvent[] }) | 'gone'> {
  const [start, end] = [Date.parse(context.window.start), Date.parse(context.window.end)]
  const padMs = padDays(main) * dayMs
  const [from, to] = [start - padMs, end + padMs]
  const rows: InstanceRow[] = []
  for (let at = from; at < to; at += longestRangeMs) {
    const range = { start: printInstant(at), end: printInstant(Math.min(to, at + longestRangeMs)) }
    const found = await listInstances(context.source, main.id, range)
    if (found === 'gone') return 'gone'
    rows.push(...found)
  }
  const changed = [...new Map(rows.filter(({ type }) => type === 'exception').map((row) => [row.id, row])).values()]
  const exceptions = await exceptionsOf(changed, context)
  const isOutside = (instant: number): boolean => instant < from || instant >= to
  const source = withTimes({ main, mailboxZone: context.mailboxZone }, rows)
  const older = (previous?.exceptions ?? []).filter(({ originalStart }) => {
    const slot = Date.parse(originalStart ?? '')
    return isOutside(slot) && isStillSlot(source, slot)
  })
  const missing = withoutInstance(source, slotsIn(source, start, end), originalsOf(rows))
  const before = (previous?.cancelled ?? []).filter((date) => {
    const instant = slotInstant(source, date)
    return instant < start || instant >= end
  })
  const cancelled = [...new Set([...before, ...missing])].sort()
  const settled = await withShortMonths({ main: source.main, cancelled }, context)
  return { ...settled, exceptions: [...older, ...exceptions] }
}

function withTimes(source: SlotSource, rows: readonly InstanceRow[]): SlotSource {
  const { main, mailboxZone } = source
  return { ...source, main: withSlotTimes(main, slotTimesOf(source, rows), mailboxZone) }
}

// After a change of the rule an exception of the old one is none any more. All-day slots may be shown as midnights elsewhere.
function isStillSlot(source: SlotSource, slot: number): boolean {
  const allowedMs = source.main.isAllDay ? dayMs : 0
  const near = slotsIn(source, slot - 2 * dayMs, slot + 2 * dayMs)
  return near.some((date) => Math.abs(slotInstant(source, date) - slot) <= allowedMs)
}

/** Longer ranges are refused for calendarView, so they are not asked here either. */
const longestRangeMs = 1800 * dayMs

/** How far an instance of the window can have been moved: not beyond its neighbours in the pattern. */
function padDays({ recurrence }: GraphEvent): number {
  const days = {
    daily: 2,
    weekly: 8,
    absoluteMonthly: 32,
    relativeMonthly: 38,
    absoluteYearly: 367,
    relativeYearly: 373,
  }
  return recurrence === null ? 0 : Math.min(days[recurrence.pattern.type] * recurrence.pattern.interval, 800)
}

/** The full events of exception rows; one that came with the pages and has not changed since is not read again. */
async function exceptionsOf(rows: readonly InstanceRow[], context: OccurrenceContext): Promise<readonly GraphEvent[]> {
  const events: GraphEvent[] = []
  for (const row of rows) {
    const known = context.exceptionRows.get(row.id)
    if (known !== undefined && row.changeKey !== '' && known.changeKey === row.changeKey) {
      events.push({ ...known, originalStart: row.originalStart })
      continue
    }
    const answer = await getEvent(context.source, row.id)
    if (answer.kind === 'event')
      events.push({ ...answer.event, originalStart: answer.event.originalStart ?? row.originalStart })
    else if (answer.kind === 'unusable')
      context.log.warn('a changed date cannot be used', { event: row.id, reason: answer.reason })
  }
  return events
}

function originalsOf(rows: readonly InstanceRow[]): readonly number[] {
  return rows.map(({ originalStart }) => Date.parse(originalStart))
}
