// Graph's recurrence pattern ⇄ the days of an RRULE (RFC 5545 §3.3.10, Graph page "recurrencePattern resource type").
// The tables are read in both directions.
import type { GraphPattern, GraphPatternType, GraphWeekday, GraphWeekIndex } from '../graph/types.ts'
import { plainRule, type Frequency, type Rule, type Weekday } from '../ical/rule-text.ts'

/** Monday first: the order in which days are listed. */
export const weekdayCodes: readonly (readonly [GraphWeekday, Weekday])[] = [
  ['monday', 'MO'],
  ['tuesday', 'TU'],
  ['wednesday', 'WE'],
  ['thursday', 'TH'],
  ['friday', 'FR'],
  ['saturday', 'SA'],
  ['sunday', 'SU'],
]

export const weekIndexNumbers: readonly (readonly [GraphWeekIndex, number])[] = [
  ['first', 1],
  ['second', 2],
  ['third', 3],
  ['fourth', 4],
  ['last', -1],
]

const frequencies: Readonly<Record<GraphPatternType, Frequency>> = {
  daily: 'DAILY',
  weekly: 'WEEKLY',
  absoluteMonthly: 'MONTHLY',
  relativeMonthly: 'MONTHLY',
  absoluteYearly: 'YEARLY',
  relativeYearly: 'YEARLY',
}

/** The endless rule of a pattern whose fields are complete (`completePattern`). */
export function ruleOfPattern(pattern: GraphPattern): Rule {
  return { ...plainRule(frequencies[pattern.type]), interval: pattern.interval, ...dayPartsOf(pattern) }
}

function dayPartsOf(pattern: GraphPattern): Partial<Rule> {
  switch (pattern.type) {
    case 'daily':
      return {}
    case 'weekly': {
      const [wkst] = codesOf([pattern.firstDayOfWeek])
      return { byDay: everyOf(pattern.daysOfWeek), wkst }
    }
    case 'absoluteMonthly':
      return monthDayParts(pattern, anyMonth)
    case 'relativeMonthly':
      return weekdayParts(pattern)
    case 'absoluteYearly':
      return { byMonth: [pattern.month], ...monthDayParts(pattern, lengthsOf(pattern.month)) }
    case 'relativeYearly':
      return { byMonth: [pattern.month], ...weekdayParts(pattern) }
  }
}

/** Shortest and longest length of a month that a rule meets. */
interface MonthLengths {
  readonly shortest: number
  readonly longest: number
}

const anyMonth: MonthLengths = { shortest: 28, longest: 31 }

function lengthsOf(month: number): MonthLengths {
  if (month === 2) return { shortest: 28, longest: 29 }
  const days = [4, 6, 9, 11].includes(month) ? 30 : 31
  return { shortest: days, longest: days }
}

// Outlook runs on the last day of a month that is too short; a plain BYMONTHDAY would skip that month. So the rule
// offers the days down to the shortest month's last, and BYSETPOS=-1 takes the latest that exists. (A Graph that leaves
// short months out is what BYMONTHDAY means.)
function monthDayParts(pattern: GraphPattern, { shortest, longest }: MonthLengths): Partial<Rule> {
  if (pattern.skipsShortMonths) return { byMonthDay: [pattern.dayOfMonth] }
  const day = Math.min(pattern.dayOfMonth, longest)
  if (day <= shortest) return { byMonthDay: [day] }
  return { byMonthDay: Array.from({ length: day - shortest + 1 }, (_, index) => shortest + index), bySetPos: [-1] }
}

// Several days of the week are one occurrence, the index-th of all of them together: BYSETPOS, never `1MO,1TU`.
function weekdayParts({ daysOfWeek, index }: GraphPattern): Partial<Rule> {
  const position = weekIndexNumbers.find(([name]) => name === index)?.[1] ?? 1
  const byDay = everyOf(daysOfWeek)
  if (byDay.length === 1) return { byDay: byDay.map(({ weekday }) => ({ weekday, ordinal: position })) }
  if (byDay.length === 7 && index === 'last') return { byMonthDay: [-1] }
  return { byDay, bySetPos: [position] }
}

function everyOf(days: readonly GraphWeekday[]): Rule['byDay'] {
  return codesOf(days).map((weekday) => ({ weekday, ordinal: 0 }))
}

function codesOf(days: readonly GraphWeekday[]): readonly Weekday[] {
  return weekdayCodes.filter(([day]) => days.includes(day)).map(([, code]) => code)
}
