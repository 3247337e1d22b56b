// Which dates of a series are cancelled, from what the different sources say. Each source has its doubt: Graph's dates may be
// local or UTC, Exchange's blob may be missing, instances are bounded. What they do not agree on is asked of Graph. Pure.
import { GraphdavError } from '../base/errors.ts'
import { wallTimeOf } from '../base/zones.ts'
import { slotDates } from '../convert/recurrence.ts'
import { instantOfSlot, scheduleOf, type Schedule } from '../convert/schedule.ts'
import { dayOfGraphDate, dayOfSlot, graphDateOf } from '../convert/time.ts'
import type { GraphEvent, GraphSeries } from '../graph/types.ts'
import type { Window } from './window.ts'

const dayMs = 86_400_000

/** A series whose slots are looked at. */
export interface SlotSource {
  readonly main: GraphEvent
  /** The mailbox's zone, as any label. */
  readonly mailboxZone: string
}

/** Dates as Graph's `cancelledOccurrences` gave them, and as Exchange's blob did; undefined: that source said nothing. */
export interface CancelledReports {
  readonly told: readonly string[] | undefined
  readonly blob: readonly string[] | undefined
  readonly meaning: 'local' | 'utc' | undefined
}

/** Local dates of slots: cancelled for sure, and perhaps. */
export interface Verdict {
  readonly certain: readonly string[]
  readonly disputed: readonly string[]
}

/** Puts the reports together. Dates on which the pattern has no slot are left out: they hide nothing. */
export function judge(source: SlotSource, { told, blob, meaning }: CancelledReports): Verdict {
  const dates = [...(told ?? []), ...(blob ?? [])]
  if (dates.length === 0) return { certain: [], disputed: [] }
  const slots = slotsAround(source, dates)
  const inBlob = blob?.filter((date) => slots.has(date))
  if (told === undefined) return { certain: sorted(inBlob ?? []), disputed: [] }
  const meant = told.map((date) => meanings(date, slots, meaning)).filter((choices) => choices.length > 0)
  if (inBlob === undefined) {
    return {
      certain: sorted(meant.filter(({ length }) => length === 1).flat()),
      disputed: sorted(meant.filter(({ length }) => length > 1).flat()),
    }
  }
  const possible = new Set(meant.flat())
  const agreed = new Set(inBlob.filter((date) => possible.has(date)))
  const unheard = meant.filter((choices) => !choices.some((date) => agreed.has(date))).flat()
  return {
    certain: sorted([...agreed]),
    disputed: sorted([...inBlob.filter((date) => !agreed.has(date)), ...unheard]),
  }
}

/** What a date of Graph's was found to mean, from one that could mean two slots; undefined when it still could. */
export function meaningOf(
  source: SlotSource,
  told: readonly string[],
  cancelled: ReadonlySet<string>,
): 'local' | 'utc' | undefined {
  const slots = slotsAround(source, told)
  for (const date of told) {
    const [local, utc] = [meanings(date, slots, 'local'), meanings(date, slots, 'utc')]
    if (local.join() === utc.join() || local.length !== 1 || utc.length !== 1) continue
    const [isLocal, isUtc] = [local.every((one) => cancelled.has(one)), utc.every((one) => cancelled.has(one))]
    if (isLocal !== isUtc) return isLocal ? 'local' : 'utc'
  }
  return undefined
}

/** The dates among `dates` whose slot none of the instances stands for: `originals` are the instants of their slots. */
export function withoutInstance(
  source: SlotSource,
  dates: readonly string[],
  originals: readonly number[],
): readonly string[] {
  const { main, mailboxZone } = source
  const schedule = scheduleOf(main, mailboxZone)
  if (main.isAllDay) {
    const days = new Set(originals.map((original) => dayOfSlot(original, main.originalStartTimeZone)))
    return dates.filter((date) => !days.has(dayOf(date)))
  }
  return dates.filter((date) => {
    const instant = instantOfDate(schedule, date)
    return !originals.some((original) => Math.abs(original - instant) < dayMs / 2)
  })
}

/**
 * True when a series has a date well inside a window that is neither cancelled nor changed: an instance that must be there,
 * whatever a list says.
 */
export function hasPlainDate(
  { main, exceptions, cancelled }: GraphSeries,
  mailboxZone: string,
  window: Window,
): boolean {
  const originals = exceptions.map(({ originalStart }) => Date.parse(originalStart ?? ''))
  if (originals.some(Number.isNaN)) return false
  try {
    const source = { main, mailboxZone }
    const dates = slotsIn(source, Date.parse(window.start) + dayMs, Date.parse(window.end) - dayMs)
    const gone = new Set(cancelled)
    return withoutInstance(source, dates, originals).some((date) => !gone.has(date))
  } catch (error) {
    // Times that no calendar can show.
    if (error instanceof GraphdavError && error.code === 'unsupported') return false
    throw error
  }
}

/** Local dates of the slots in a range of instants. */
export function slotsIn({ main, mailboxZone }: SlotSource, start: number, end: number): readonly string[] {
  return slotDates(main, mailboxZone, { start, end })
}

/** The instant at which the slot of a local date begins; midnight UTC for all-day series. */
export function slotInstant({ main, mailboxZone }: SlotSource, date: string): number {
  return instantOfDate(scheduleOf(main, mailboxZone), date)
}

/** Runs of dates that lie close together, so that one request can look at each run. */
export function clusters(dates: readonly string[], maxGapDays: number): readonly (readonly string[])[] {
  const runs: string[][] = []
  for (const date of sorted(dates)) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (run && last !== undefined && dayOf(date) - dayOf(last) <= maxGapDays * dayMs) run.push(date)
    else runs.push([date])
  }
  return runs
}

/** Local date → the UTC date of the same slot. */
type Slots = ReadonlyMap<string, string>

function slotsAround(source: SlotSource, dates: readonly string[]): Slots {
  const schedule = scheduleOf(source.main, source.mailboxZone)
  const days = dates.map(dayOf)
  const found = slotsIn(source, Math.min(...days) - 2 * dayMs, Math.max(...days) + 3 * dayMs)
  return new Map(found.map((date) => [date, utcDateOf(instantOfDate(schedule, date))]))
}

function meanings(date: string, slots: Slots, meaning: 'local' | 'utc' | undefined): readonly string[] {
  const local = slots.has(date) ? [date] : []
  const utc = [...slots].filter(([, utcDate]) => utcDate === date).map(([localDate]) => localDate)
  if (meaning === 'local') return local
  return meaning === 'utc' ? utc : [...new Set([...local, ...utc])]
}

function instantOfDate(schedule: Schedule, date: string): number {
  return instantOfSlot(schedule, dayOf(date))
}

function dayOf(date: string): number {
  return dayOfGraphDate(date) ?? 0
}

function utcDateOf(instant: number): string {
  const { year, month, day } = wallTimeOf(instant, 'UTC')
  return graphDateOf(Date.UTC(year, month - 1, day))
}

function sorted(dates: readonly string[]): readonly string[] {
  return [...new Set(dates)].sort()
}
