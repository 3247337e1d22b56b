// The instances of an event in a range: what calendarView and instances show. Graph page "List calendarView".
import type { Day } from './days.ts'
import type { Recurrence, StoredEvent, StoredException, When } from './event.ts'
import { slotDays } from './recurrence.ts'
import type { Switches } from './switches.ts'
import { instantAt, msPerDay } from './zone-time.ts'

/** Instants in milliseconds, the end exclusive. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** A single event or master, or one instance of a series: what has an id and can be a row. */
export interface Item {
  readonly event: StoredEvent
  /** Undefined for the single event or master itself. */
  readonly slot: Day | undefined
  readonly exception: StoredException | undefined
  readonly when: When
}

type Expansion = Pick<Switches, 'monthEnd' | 'instanceEnd' | 'windowEdge'>

export function mainItem(event: StoredEvent): Item {
  return { event, slot: undefined, exception: undefined, when: event.when }
}

/** The instances that touch the range, in order of their slots; a single event is its own instance. */
export function instancesOf(event: StoredEvent, range: Range, switches: Expansion): readonly Item[] {
  if (!event.recurrence) return touches(event.when, range, switches) ? [mainItem(event)] : []
  const exceptions = [...event.exceptions.values()].map((exception) => exceptionItem(event, exception, switches))
  const reach = 2 + Math.ceil(lengthOf(event.when) / msPerDay)
  const from = Math.floor(range.start / msPerDay) - reach
  const to = Math.ceil(range.end / msPerDay) + 2
  const gone = new Set([...event.cancelled, ...event.exceptions.keys()])
  const plain = slotDays(event.recurrence, from, to, switches.monthEnd)
    .filter((slot) => !gone.has(slot))
    .map((slot) => ({ event, slot, exception: undefined, when: whenOfSlot(event, slot, switches) }))
  return [...plain, ...exceptions]
    .filter(({ when }) => touches(when, range, switches))
    .sort((one, other) => one.slot - other.slot)
}

/** The instance of one slot; undefined when the pattern has no such slot or it was cancelled. */
export function instanceAt(event: StoredEvent, slot: Day, switches: Expansion): Item | undefined {
  if (!event.recurrence || event.cancelled.includes(slot)) return undefined
  const exception = event.exceptions.get(slot)
  if (exception) return exceptionItem(event, exception, switches)
  const [found] = slotDays(event.recurrence, slot, slot, switches.monthEnd)
  return found === undefined
    ? undefined
    : { event, slot, exception: undefined, when: whenOfSlot(event, slot, switches) }
}

/** All exceptions of a master, in order of their slots. */
export function exceptionItems(event: StoredEvent, switches: Expansion): readonly Item[] {
  return [...event.exceptions.values()]
    .map((exception) => exceptionItem(event, exception, switches))
    .sort((one, other) => one.slot - other.slot)
}

function exceptionItem(
  event: StoredEvent,
  exception: StoredException,
  switches: Expansion,
): Item & { readonly slot: Day } {
  return { event, slot: exception.slot, exception, when: exception.when ?? whenOfSlot(event, exception.slot, switches) }
}

/** Where the pattern puts a slot: local wall time in the series' zone. */
export function whenOfSlot(event: StoredEvent, slot: Day, switches: Pick<Switches, 'instanceEnd'>): When {
  const { when, recurrence } = event
  return recurrence && !when.isAllDay
    ? timedSlot(recurrence, slot, switches)
    : { ...when, start: slot, end: slot + when.end - when.start }
}

/** A slot of a timed series. An end that a clock change puts before its start is moved to it. */
export function timedSlot(recurrence: Recurrence, slot: Day, switches: Pick<Switches, 'instanceEnd'>): When {
  const { zone, startSecond, wallSeconds, exactMs } = recurrence
  const start = instantAt({ day: slot, second: startSecond }, zone)
  if (switches.instanceEnd === 'exact') return { isAllDay: false, start, end: start + exactMs }
  const endSecond = startSecond + wallSeconds
  const end = instantAt({ day: slot + Math.floor(endSecond / 86_400), second: endSecond % 86_400 }, zone)
  return { isAllDay: false, start, end: Math.max(start, end) }
}

/** The slot's instant, which `originalStart` shows: midnight UTC of the date for all-day series. */
export function slotInstant(event: StoredEvent, slot: Day): number {
  const { recurrence } = event
  return recurrence && !event.when.isAllDay
    ? instantAt({ day: slot, second: recurrence.startSecond }, recurrence.zone)
    : slot * msPerDay
}

/** Start and end as instants; dates count as midnights in UTC. */
export function spanOf(when: When): Range {
  return when.isAllDay ? { start: when.start * msPerDay, end: when.end * msPerDay } : when
}

function lengthOf(when: When): number {
  const { start, end } = spanOf(when)
  return end - start
}

function touches(when: When, range: Range, switches: Pick<Switches, 'windowEdge'>): boolean {
  const { start, end } = spanOf(when)
  const reachesIn = end > range.start || (end === start && start === range.start)
  const touchesEdge = switches.windowEdge === 'included' && end === range.start
  return start < range.end && (reachesIn || touchesEdge)
}
