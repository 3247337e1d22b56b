// The days on which a recurrence has a slot, straight from Graph's pattern (Graph page "recurrencePattern resource type").
// Days are UTC midnights in milliseconds: the calendar day in the series' own zone, without the zone.
import type { GraphPattern, GraphRecurrence, GraphWeekday, GraphWeekIndex } from '../graph/types.ts'
import { dayMs, wallFromMs, wallMs } from '../ical/value.ts'
import { dayOfGraphDate } from './time.ts'

/** Sunday first, as both calendars count. */
export const weekdays: readonly GraphWeekday[] = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
]

/** Day of the week of a UTC midnight. */
export function weekdayOf(day: number): GraphWeekday {
  return weekdays[weekdayNumber(day)] ?? 'sunday'
}

/** The slots of a recurrence whose pattern is counted from `first`, in order; endless when the range is. */
export function* slotDays({ pattern, range }: GraphRecurrence, first: number): Generator<number> {
  const last = range.type === 'endDate' ? (dayOfGraphDate(range.endDate) ?? Infinity) : Infinity
  const most = range.type === 'numbered' ? Math.max(1, range.numberOfOccurrences) : Infinity
  let count = 0
  for (const day of patternDays(pattern, first)) {
    if (day > last || count === most) return
    count += 1
    yield day
  }
}

/** Asks of single days whether they are slots, however far away, without listing all before them. */
export interface SlotDays {
  has(day: number): boolean
}

/** The slots of a recurrence whose pattern is counted from `first`, to be asked. */
export function slotDaysOf(recurrence: GraphRecurrence, first: number): SlotDays {
  const pattern = completePattern(recurrence.pattern, first)
  const { range } = recurrence
  const last = range.type === 'endDate' ? (dayOfGraphDate(range.endDate) ?? Infinity) : Infinity
  const isInPattern = (day: number): boolean => {
    const period = periodOf(pattern, first, day)
    return period % pattern.interval === 0 && daysOfPeriod(pattern, first, period).includes(day)
  }
  let counted: ReadonlySet<number> | undefined
  const isCounted = (day: number): boolean => {
    if (range.type !== 'numbered' || day === first) return true
    counted ??= firstSlots(recurrence, first)
    return counted.has(day)
  }
  return { has: (day) => day >= first && day <= last && isInPattern(day) && isCounted(day) }
}

function firstSlots(recurrence: GraphRecurrence, first: number): ReadonlySet<number> {
  const found = new Set<number>()
  for (const day of slotDays(recurrence, first)) if (found.add(day).size === mostCounted) break
  return found
}

/** Outlook itself counts to 999. */
const mostCounted = 10_000

/** The first day on or after `from` that fits the pattern: Outlook moves a series to it. */
export function firstSlotDay(pattern: GraphPattern, from: number): number {
  for (const day of patternDays(pattern, from)) return day
  return from
}

/** The pattern with the fields that its type leaves to the first day filled in, and days that no month has cut. */
export function completePattern(pattern: GraphPattern, first: number): GraphPattern {
  const { month, day } = wallFromMs(first)
  return {
    ...pattern,
    interval: Math.max(1, pattern.interval),
    month: pattern.month >= 1 && pattern.month <= 12 ? pattern.month : month,
    dayOfMonth: pattern.dayOfMonth >= 1 && pattern.dayOfMonth <= 31 ? pattern.dayOfMonth : day,
    daysOfWeek: pattern.daysOfWeek.length > 0 ? pattern.daysOfWeek : [weekdayOf(first)],
  }
}

// Ends where no slot comes any more (a 31 April that is left out, not moved).
function* patternDays(given: GraphPattern, first: number): Generator<number> {
  const pattern = completePattern(given, first)
  let emptyPeriods = 0
  for (let period = 0; emptyPeriods < mostEmptyPeriods; period += pattern.interval) {
    const days = daysOfPeriod(pattern, first, period)
    emptyPeriods = days.length === 0 ? emptyPeriods + 1 : 0
    for (const day of days) if (day >= first) yield day
  }
}

/** 29 February can be away for this many yearly periods, whatever the interval, and no day for more. */
const mostEmptyPeriods = 100

// How many days, weeks, months or years of the pattern a day lies after that of `first`.
function periodOf(pattern: GraphPattern, first: number, day: number): number {
  const [start, end] = [wallFromMs(first), wallFromMs(day)]
  switch (pattern.type) {
    case 'daily':
      return (day - first) / dayMs
    case 'weekly':
      return (weekBegin(pattern, day) - weekBegin(pattern, first)) / (7 * dayMs)
    case 'absoluteMonthly':
    case 'relativeMonthly':
      return (end.year - start.year) * 12 + end.month - start.month
    case 'absoluteYearly':
    case 'relativeYearly':
      return end.year - start.year
  }
}

// The slots of the day, week, month or year that lies `period` of these after that of `first`.
function daysOfPeriod(pattern: GraphPattern, first: number, period: number): readonly number[] {
  const { year, month } = wallFromMs(first)
  switch (pattern.type) {
    case 'daily':
      return [first + period * dayMs]
    case 'weekly':
      return daysOfWeek(pattern, first + period * 7 * dayMs)
    case 'absoluteMonthly':
    case 'relativeMonthly':
      return dayInMonth(pattern, year, month + period)
    case 'absoluteYearly':
    case 'relativeYearly':
      return dayInMonth(pattern, year + period, pattern.month)
  }
}

function daysOfWeek(pattern: GraphPattern, day: number): readonly number[] {
  const begin = weekBegin(pattern, day)
  const week = [0, 1, 2, 3, 4, 5, 6].map((offset) => begin + offset * dayMs)
  return week.filter((candidate) => pattern.daysOfWeek.includes(weekdayOf(candidate)))
}

function weekBegin({ firstDayOfWeek }: GraphPattern, day: number): number {
  return day - ((weekdayNumber(day) - weekdays.indexOf(firstDayOfWeek) + 7) % 7) * dayMs
}

// One day, or none. A day of the month that a short month lacks is its last one, unless this Graph leaves it out.
function dayInMonth(pattern: GraphPattern, year: number, monthNumber: number): readonly number[] {
  const begin = monthBegin(year, monthNumber)
  const length = (monthBegin(year, monthNumber + 1) - begin) / dayMs
  if (pattern.type === 'absoluteMonthly' || pattern.type === 'absoluteYearly') {
    if (pattern.dayOfMonth > length && pattern.skipsShortMonths) return []
    return [begin + (Math.min(pattern.dayOfMonth, length) - 1) * dayMs]
  }
  const days = Array.from({ length }, (_, index) => begin + index * dayMs)
  const fitting = days.filter((day) => pattern.daysOfWeek.includes(weekdayOf(day)))
  return fitting.slice(positions[pattern.index]).slice(0, 1)
}

// The first day of a month counted on from January of the year; 13 is the next January.
function monthBegin(year: number, monthNumber: number): number {
  const years = Math.floor((monthNumber - 1) / 12)
  const month = monthNumber - years * 12
  return wallMs({ year: year + years, month, day: 1, hour: 0, minute: 0, second: 0 })
}

/** Place in the list of a month's fitting days. */
const positions: Readonly<Record<GraphWeekIndex, number>> = { first: 0, second: 1, third: 2, fourth: 3, last: -1 }

// 1970-01-01 was a Thursday.
function weekdayNumber(day: number): number {
  return (((day / dayMs + 4) % 7) + 7) % 7
}
