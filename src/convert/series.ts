// A Graph series → one calendar object (RFC 4791 §4.1): master, overrides and cancelled dates; or a single event; or, for
// who was invited to single occurrences only, overrides without a master. Graph pages "event", "List instances".
import type { GraphEvent, GraphRecurrence, GraphSeries } from '../graph/types.ts'
import type { CalendarObject, Component } from '../ical/object.ts'
import { printTime, type IcalTime } from '../ical/value.ts'
import { eventToIcal, sequenceOf, type EventFacts } from './event.ts'
import { orphanToIcal, overrideToIcal, sortOverrides, type Override } from './overrides.ts'
import { ruleOf } from './recurrence.ts'
import { endOfSlot, icalSlot, scheduleOf, type OnLoss, type Schedule } from './schedule.ts'
import { slotDaysOf, type SlotDays } from './slots.ts'
import { dayOfGraphDate, dayOfWall } from './time.ts'
import { timesOfSingle } from './times.ts'

/** What conversion needs beside the events. */
export interface SeriesContext {
  /** UID of the whole object. */
  readonly uid: string
  /** The mailbox's own zone, as any label; used where a series' own zone is not known. */
  readonly mailboxZone: string
  /** The mailbox owner's addresses: whose answer an event's `responseStatus` is. */
  readonly addresses?: readonly string[]
  /** Hears, in a sentence without titles or addresses, what is shown otherwise than Graph has it. */
  readonly onLoss?: OnLoss
}

/**
 * The calendar object of the series that share a UID: one series, or several single occurrences of somebody's series.
 * @throws UnsupportedError when an event has no time that a calendar can show
 */
export function seriesToIcal(group: readonly GraphSeries[], context: SeriesContext): CalendarObject {
  const { uid, addresses = [], onLoss = () => undefined } = context
  const sequence = sequenceOf(group.flatMap(({ main, exceptions }) => [main, ...exceptions]))
  const facts: CommonFacts = { uid, sequence, addresses, recurrenceId: undefined, rule: undefined, cancelled: [] }
  for (const series of group) {
    const { recurrence } = series.main
    const others = group.filter((other) => other !== series).map(({ main }) => main)
    if (recurrence !== null) return recurringToIcal({ series, recurrence, others, facts, onLoss, ...context })
  }
  const events = group.map(({ main }) => main)
  const [single] = events
  if (single !== undefined && events.length === 1) {
    return objectOf(uid, eventToIcal(single, { ...facts, ...timesOfSingle(single, onLoss) }), [])
  }
  return objectOf(
    uid,
    undefined,
    events.map((event) => orphanToIcal(event, facts, onLoss)),
  )
}

type CommonFacts = Omit<EventFacts, 'start' | 'end'>

interface Recurring {
  readonly series: GraphSeries
  readonly recurrence: GraphRecurrence
  /** Further events with the same UID. */
  readonly others: readonly GraphEvent[]
  readonly facts: CommonFacts
  readonly mailboxZone: string
  readonly onLoss: OnLoss
}

function recurringToIcal({ series, recurrence, others, facts, mailboxZone, onLoss }: Recurring): CalendarObject {
  const { main, exceptions, cancelled } = series
  const schedule = scheduleOf(main, mailboxZone, onLoss)
  const first = dayOfWall(schedule.start)
  const changed = [...exceptions, ...others]
  const slots = slotDaysOf(recurrence, first)
  const overrides = changed.flatMap((event) => overrideToIcal(event, { main, schedule, slots, facts, onLoss }) ?? [])
  const taken = new Set(overrides.map(({ slot }) => printTime(slot)))
  // DTSTART is a date of the series to every reader, also of a series that ends before its first one.
  const untrue = slots.has(first) ? [] : [icalSlot(schedule, first)]
  const gone = [...untrue, ...cancelledSlots(cancelled, schedule, slots, onLoss)]
  const master = eventToIcal(main, {
    ...facts,
    start: icalSlot(schedule, first),
    end: endOfSlot(schedule, first),
    rule: ruleOf(recurrence, schedule),
    cancelled: gone.filter((slot) => !taken.has(printTime(slot))),
  })
  return objectOf(facts.uid, master, overrides)
}

function objectOf(uid: string, master: Component | undefined, overrides: readonly Override[]): CalendarObject {
  const shown = sortOverrides(overrides).filter(({ isPlain }) => !isPlain)
  return { uid, master, overrides: shown.map(({ component }) => component), zones: [] }
}

// In order, each once. A date that is none of the pattern cannot be cancelled: the series would not show it anyway.
function cancelledSlots(
  dates: readonly string[],
  schedule: Schedule,
  slots: SlotDays,
  onLoss: OnLoss,
): readonly IcalTime[] {
  const days = [...new Set(dates.map((date) => dayOfGraphDate(date) ?? NaN))]
  const strange = days.filter((day) => !slots.has(day)).length
  if (strange > 0) onLoss(`${strange} of its cancelled dates fall on no date of its pattern and are left out`)
  const fitting = days.filter((day) => slots.has(day)).sort((one, other) => one - other)
  return fitting.map((day) => icalSlot(schedule, day))
}
