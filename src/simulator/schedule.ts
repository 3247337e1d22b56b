// From posted times and recurrence to what the tenant keeps, with the checks that Graph makes. Graph pages "event resource
// type" (isAllDay), "recurrencePattern", "recurrenceRange"; graph error texts as they were seen in the field.
import type { GraphPattern, GraphRange } from '../graph/types.ts'
import { parseDay, printDay } from './days.ts'
import type { Recurrence, When } from './event.ts'
import type { InputTime } from './event-input.ts'
import { timedSlot } from './instances.ts'
import { firstSlotDay, slotDays } from './recurrence.ts'
import { badProperty, invalidRequest, Refusal, unknownZone } from './refusal.ts'
import type { Switches } from './switches.ts'
import { instantAt, type LocalTime, localTimeOf, msPerDay, zoneOfLabel } from './zone-time.ts'

/** When an event happens, as it is kept. */
export interface Schedule {
  readonly when: When
  readonly recurrence: Recurrence | null
}

type Assumptions = Pick<Switches, 'monthEnd' | 'instanceEnd'>

export interface ScheduleInput {
  readonly start: InputTime
  readonly end: InputTime
  readonly isAllDay: boolean
  readonly recurrence: { readonly pattern: GraphPattern; readonly range: GraphRange } | null
  /** Labels that name the zone of a series when the range does not, first known one wins; the mailbox's comes last. */
  readonly labels: readonly string[]
}

/** Throws a Refusal for what Graph does not take. */
export function scheduleOf(input: ScheduleInput, switches: Assumptions): Schedule {
  const when = whenOf(input.start, input.end, input.isAllDay)
  return input.recurrence ? seriesSchedule(input, when, switches) : { when, recurrence: null }
}

/** The zone in which a series repeats: the first label that means one, UTC when none does. */
export function seriesZone(labels: readonly string[]): string {
  return labels.map(zoneOfLabel).find((zone) => zone !== undefined) ?? 'UTC'
}

/** Start and end of an event without regard to its series. */
export function whenOf(start: InputTime, end: InputTime, isAllDay: boolean): When {
  const [startZone, endZone] = [knownZone(start.label), knownZone(end.label)]
  if (isAllDay) {
    checkAllDay(start, end)
    return { isAllDay, start: start.local.day, end: end.local.day }
  }
  const when = { isAllDay, start: instantAt(start.local, startZone), end: instantAt(end.local, endZone) }
  if (when.end < when.start) throw invalidRequest('The end of the event is before its start.')
  return when
}

function knownZone(label: string): string {
  const zone = zoneOfLabel(label)
  if (zone === undefined) throw unknownZone(label)
  return zone
}

function checkAllDay(start: InputTime, end: InputTime): void {
  const message = (which: string): string =>
    `The Event.${which} property for an all-day event needs to be set to midnight.`
  if (start.local.second !== 0) throw invalidRequest(message('Start'))
  if (end.local.second !== 0) throw invalidRequest(message('End'))
  if (start.label !== end.label) throw invalidRequest('The start and end of an all-day event need the same time zone.')
  if (end.local.day <= start.local.day)
    throw invalidRequest('The duration of an all-day event must be at least 24 hours.')
}

function seriesSchedule(input: ScheduleInput, when: When, switches: Assumptions): Schedule {
  const { pattern, range } = input.recurrence ?? neverMissing()
  checkPattern(pattern)
  const zone = when.isAllDay ? 'UTC' : seriesZone([range.recurrenceTimeZone, ...input.labels])
  const local = localIn(input.start, zone, when.isAllDay)
  const localEnd = localIn(input.end, zone, when.isAllDay)
  checkRange(range, [input.start.local.day, local.day].map(printDay))
  const first = firstSlotDay(pattern, printDay(local.day), switches.monthEnd)
  if (first === undefined) throw badProperty('The recurrence pattern has no occurrence.')
  const recurrence: Recurrence = {
    pattern,
    range: {
      ...range,
      startDate: printDay(first),
      recurrenceTimeZone: range.recurrenceTimeZone || (input.labels[0] ?? 'UTC'),
    },
    zone,
    startSecond: local.second,
    wallSeconds: when.isAllDay ? 0 : (localEnd.day - local.day) * 86_400 + localEnd.second - local.second,
    exactMs: when.isAllDay ? 0 : when.end - when.start,
  }
  const moved = when.isAllDay
    ? { ...when, start: first, end: first + when.end - when.start }
    : timedSlot(recurrence, first, switches)
  checkSpan(recurrence, moved, switches)
  return { when: moved, recurrence }
}

/** A time in the series' zone; a posted time of that zone stays as it is, even where it does not exist. */
function localIn(time: InputTime, zone: string, isAllDay: boolean): LocalTime {
  const posted = knownZone(time.label)
  return isAllDay || posted === zone ? time.local : localTimeOf(instantAt(time.local, posted), zone)
}

function checkPattern(pattern: GraphPattern): void {
  const needsDays = ['weekly', 'relativeMonthly', 'relativeYearly'].includes(pattern.type)
  const needsDay = pattern.type.startsWith('absolute')
  const needsMonth = pattern.type.endsWith('Yearly')
  if (pattern.interval < 1) throw badProperty('The recurrence interval must be at least 1.')
  if (needsDays && pattern.daysOfWeek.length === 0) throw badProperty('The recurrence pattern needs daysOfWeek.')
  if (needsDay && !within(pattern.dayOfMonth, 1, 31)) throw badProperty('The recurrence pattern needs a dayOfMonth.')
  if (needsMonth && !within(pattern.month, 1, 12)) throw badProperty('The recurrence pattern needs a month.')
}

function checkRange(range: GraphRange, startDates: readonly string[]): void {
  if (range.startDate === '') {
    const message = 'Recurrence end date can not exceed Sep 1, 4500 00:00:00.'
    throw new Refusal(400, 'ErrorRecurrenceEndDateTooBig', message)
  }
  const day = parseDay(range.startDate)
  if (day === undefined || !startDates.includes(printDay(day))) {
    throw badProperty('The startDate of the recurrence range must be the date of the start of the event.')
  }
  if (range.type === 'numbered' && range.numberOfOccurrences < 1) {
    throw badProperty('The recurrence range needs a numberOfOccurrences above 0.')
  }
  if (range.type === 'endDate' && (parseDay(range.endDate) ?? 0) < day) {
    throw new Refusal(
      400,
      'ErrorRecurrenceEndDateEarlierThanStartDate',
      'The end of the recurrence is before its start.',
    )
  }
}

/** An occurrence must end before the next one starts. */
function checkSpan(recurrence: Recurrence, when: When, switches: Assumptions): void {
  const first = parseDay(recurrence.range.startDate) ?? 0
  const slots = slotDays(recurrence, first, first + 366 * 9 * recurrence.pattern.interval, switches.monthEnd).slice(
    0,
    60,
  )
  const gaps = slots.slice(1).map((slot, index) => slot - (slots[index] ?? slot))
  const days = when.isAllDay ? when.end - when.start : (when.end - when.start) / msPerDay
  if (days > Math.min(Infinity, ...gaps)) {
    throw new Refusal(
      400,
      'ErrorOccurrenceTimeSpanTooBig',
      'The duration of an occurrence must be shorter than the time to the next one.',
    )
  }
}

function within(value: number, low: number, high: number): boolean {
  return value >= low && value <= high
}

function neverMissing(): never {
  throw new Error('a series schedule needs a recurrence')
}
