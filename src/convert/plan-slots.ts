// The instances of a series as requests find them: the slot in the pattern, the exception that Graph has there, and how far
// an instance may move (Graph page "Update event": not to or past the day of its neighbours).
import { UnsupportedError } from '../base/errors.ts'
import type { GraphEvent, GraphSeries } from '../graph/types.ts'
import { wallTimeOf } from '../base/zones.ts'
import { rfc3339, type Slot } from './compare-slots.ts'
import type { TargetSlot } from './plan-request.ts'
import { instantOfSlot, scheduleOf, type Schedule } from './schedule.ts'
import { slotDays, slotDaysOf } from './slots.ts'
import {
  dayOfGraph,
  dayOfGraphDate,
  dayOfSlot,
  dayOfWall,
  graphDateOf,
  instantOfGraph,
  instantOfStamp,
} from './time.ts'

/** The days of a series, to be asked for what Graph calls its slots. */
export interface SeriesSlots {
  /** True when the series has a slot on this day, cancelled or not. */
  has(day: string): boolean
  target(day: string): TargetSlot
  exceptionOn(day: string): GraphEvent | undefined
  /** The days of all exceptions. */
  readonly changedDays: readonly string[]
}

/** Undefined when the event is no series. */
export function slotsOf({ main, exceptions }: GraphSeries, mailboxZone: string): SeriesSlots | undefined {
  if (main.recurrence === null) return undefined
  const schedule = scheduleOf(main, mailboxZone)
  const days = slotDaysOf(main.recurrence, dayOfWall(schedule.start))
  const byDay = new Map(exceptions.map((event) => [slotDayOf(event, schedule), event]))
  return {
    has: (day) => days.has(dayOfGraphDate(day) ?? NaN),
    exceptionOn: (day) => byDay.get(day),
    changedDays: [...byDay.keys()].filter((day) => day !== undefined).sort(),
    target: (day) => ({ originalStart: originalStartOf(day, schedule, byDay.get(day)), day }),
  }
}

function originalStartOf(day: string, schedule: Schedule, exception: GraphEvent | undefined): string {
  if (schedule.isAllDay) return day
  const known = instantOfStamp(exception?.originalStart ?? null)
  return rfc3339(known ?? instantOfSlot(schedule, dayOfGraphDate(day) ?? 0))
}

function slotDayOf(event: GraphEvent, { isAllDay, tzid }: Schedule): string | undefined {
  const instant = instantOfStamp(event.originalStart)
  if (instant === undefined) return undefined
  return graphDateOf(isAllDay ? dayOfSlot(instant, event.originalStartTimeZone) : dayOfWall(wallTimeOf(instant, tzid)))
}

/**
 * Refuses what Graph would refuse with ErrorOccurrenceCrossingBoundary, before anything is sent.
 * @throws UnsupportedError when an instance of the series lies on or beyond the day of a neighbour
 */
export function checkBoundaries(series: GraphSeries, changed: readonly string[], mailboxZone: string): void {
  const { main } = series
  const slots = slotsOf(series, mailboxZone)
  if (main.recurrence === null || slots === undefined || changed.length === 0) return
  const { tzid, start } = scheduleOf(main, mailboxZone)
  const dayNow = (day: string): string => {
    const exception = slots.exceptionOn(day)
    return exception === undefined ? day : graphDateOf(dayOfStart(exception, tzid))
  }
  const last = [...changed].sort().at(-1) ?? ''
  const all: string[] = []
  for (const day of slotDays(main.recurrence, dayOfWall(start))) {
    all.push(graphDateOf(day))
    if ((all.at(-2) ?? '') >= last) break
  }
  for (const day of changed) {
    const at = all.indexOf(day)
    const [before, after] = [all[at - 1], all[at + 1]].map((other) => (other === undefined ? undefined : dayNow(other)))
    const own = dayNow(day)
    if (own !== day && ((before !== undefined && own <= before) || (after !== undefined && own >= after))) {
      throw new UnsupportedError('RECURRENCE-ID', 'Outlook cannot move one date of a series to or past its neighbour')
    }
  }
}

function dayOfStart({ isAllDay, start, originalStartTimeZone }: GraphEvent, tzid: string): number {
  return isAllDay ? dayOfGraph(start, originalStartTimeZone) : dayOfWall(wallTimeOf(instantOfGraph(start), tzid))
}

/** Slots in an order in which each instance can move: later ones first where they move on, earlier first where they move back. */
export function movingOrder<Item extends { readonly slot: Slot; readonly isLater: boolean }>(
  items: readonly Item[],
): readonly Item[] {
  const later = items.filter(({ isLater }) => isLater).sort((one, other) => other.slot.at - one.slot.at)
  const rest = items.filter(({ isLater }) => !isLater).sort((one, other) => one.slot.at - other.slot.at)
  return [...rest, ...later]
}
