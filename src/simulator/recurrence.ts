// Which days a pattern falls on: all six patterns, all three ranges, on plain day numbers. The simulator's own expansion,
// shared with nobody. Graph pages "recurrencePattern", "recurrenceRange".
import type { GraphPattern, GraphRange, GraphWeekday } from '../graph/types.ts'
import { datePartsOf, type Day, dayOf, daysInMonth, parseDay, weekdayOf } from './days.ts'

/** What happens to a monthly or yearly day 29-31 in a shorter month: Outlook's last day, or no slot at all. */
export type MonthEnd = 'clamped' | 'skipped'

export interface Rule {
  readonly pattern: GraphPattern
  readonly range: GraphRange
}

export const weekdays: readonly GraphWeekday[] = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
]

/** The days of the slots with `from <= day <= to`, in order. Slots are counted whether they were cancelled or not. */
export function slotDays(rule: Rule, from: Day, to: Day, monthEnd: MonthEnd): readonly Day[] {
  const { pattern, range } = rule
  const first = parseDay(range.startDate)
  if (first === undefined) return []
  const last = range.type === 'endDate' ? Math.min(to, parseDay(range.endDate) ?? to) : to
  const limit = range.type === 'numbered' ? range.numberOfOccurrences : Infinity
  const found: Day[] = []
  let count = 0
  // A numbered range has to be counted from its beginning; the others can start near `from`.
  let period = range.type === 'numbered' ? 0 : Math.max(0, periodOf(pattern, first, from) - 1)
  for (; periodStart(pattern, first, period) <= last; period += 1) {
    for (const day of daysOfPeriod(pattern, first, period, monthEnd)) {
      if (day < first) continue
      count += 1
      if (day > last || count > limit) return found
      if (day >= from) found.push(day)
    }
  }
  return found
}

/** The first day that fits the pattern on or after the range's start; undefined when there is none within 100 years. */
export function firstSlotDay(pattern: GraphPattern, startDate: string, monthEnd: MonthEnd): Day | undefined {
  const start = parseDay(startDate)
  if (start === undefined) return undefined
  const range: GraphRange = {
    type: 'numbered',
    startDate,
    endDate: '0001-01-01',
    recurrenceTimeZone: '',
    numberOfOccurrences: 1,
  }
  return slotDays({ pattern, range }, start, start + 36_525, monthEnd)[0]
}

/** The slots next to a day: the nearest one before and the nearest one after it. */
export function neighbouringSlots(
  rule: Rule,
  day: Day,
  monthEnd: MonthEnd,
): { readonly previous: Day | undefined; readonly next: Day | undefined } {
  const reach = 366 * 8 * rule.pattern.interval
  return {
    previous: slotDays(rule, day - reach, day - 1, monthEnd).at(-1),
    next: slotDays(rule, day + 1, day + reach, monthEnd)[0],
  }
}

/** The number of the period (days, weeks, months or years of one interval) that a day lies in. */
function periodOf(pattern: GraphPattern, first: Day, day: Day): number {
  const { interval } = pattern
  switch (pattern.type) {
    case 'daily':
      return Math.floor((day - first) / interval)
    case 'weekly':
      return Math.floor((day - weekStart(pattern, first)) / (7 * interval))
    case 'absoluteMonthly':
    case 'relativeMonthly':
      return Math.floor((monthNumber(day) - monthNumber(first)) / interval)
    case 'absoluteYearly':
    case 'relativeYearly':
      return Math.floor((datePartsOf(day).year - datePartsOf(first).year) / interval)
  }
}

/** The first day that could belong to a period. */
function periodStart(pattern: GraphPattern, first: Day, period: number): Day {
  const steps = period * pattern.interval
  switch (pattern.type) {
    case 'daily':
      return first + steps
    case 'weekly':
      return weekStart(pattern, first) + 7 * steps
    case 'absoluteMonthly':
    case 'relativeMonthly': {
      const { year, month } = monthOf(monthNumber(first) + steps)
      return dayOf(year, month, 1)
    }
    case 'absoluteYearly':
    case 'relativeYearly':
      return dayOf(datePartsOf(first).year + steps, pattern.month, 1)
  }
}

function daysOfPeriod(pattern: GraphPattern, first: Day, period: number, monthEnd: MonthEnd): readonly Day[] {
  const start = periodStart(pattern, first, period)
  switch (pattern.type) {
    case 'daily':
      return [start]
    case 'weekly': {
      const wanted = weekdayNumbers(pattern)
      return [0, 1, 2, 3, 4, 5, 6].map((offset) => start + offset).filter((day) => wanted.has(weekdayOf(day)))
    }
    case 'absoluteMonthly':
    case 'absoluteYearly':
      return dayOfMonth(start, pattern.dayOfMonth, monthEnd)
    case 'relativeMonthly':
    case 'relativeYearly':
      return relativeDay(start, pattern)
  }
}

function dayOfMonth(firstOfMonth: Day, wanted: number, monthEnd: MonthEnd): readonly Day[] {
  const { year, month } = datePartsOf(firstOfMonth)
  const length = daysInMonth(year, month)
  if (wanted <= length) return [firstOfMonth + wanted - 1]
  return monthEnd === 'clamped' ? [firstOfMonth + length - 1] : []
}

/** Several days of the week make one slot: the index-th day of the month that is any of them. */
function relativeDay(firstOfMonth: Day, pattern: GraphPattern): readonly Day[] {
  const { year, month } = datePartsOf(firstOfMonth)
  const wanted = weekdayNumbers(pattern)
  const fitting = Array.from({ length: daysInMonth(year, month) }, (_, offset) => firstOfMonth + offset).filter((day) =>
    wanted.has(weekdayOf(day)),
  )
  const place = { first: 0, second: 1, third: 2, fourth: 3, last: -1 }[pattern.index]
  const day = fitting.at(place)
  return day === undefined ? [] : [day]
}

function weekStart(pattern: GraphPattern, day: Day): Day {
  return day - ((weekdayOf(day) - weekdays.indexOf(pattern.firstDayOfWeek) + 7) % 7)
}

function weekdayNumbers(pattern: GraphPattern): ReadonlySet<number> {
  return new Set(pattern.daysOfWeek.map((name) => weekdays.indexOf(name)))
}

/** Months since year 0. */
function monthNumber(day: Day): number {
  const { year, month } = datePartsOf(day)
  return year * 12 + month - 1
}

function monthOf(number: number): { readonly year: number; readonly month: number } {
  return { year: Math.floor(number / 12), month: (number % 12) + 1 }
}
