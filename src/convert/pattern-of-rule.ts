// The days of an RRULE → Graph's recurrence pattern, exactly or not at all (RFC 5545 §3.3.10; Graph page "recurrencePattern
// resource type"). What Outlook cannot say is refused by the name of the rule part.
import { UnsupportedError } from '../base/errors.ts'
import type { GraphPattern, GraphWeekday, GraphWeekIndex } from '../graph/types.ts'
import type { Rule, Weekday, WeekdayNumber } from '../ical/rule-text.ts'
import type { WallTime } from '../base/zones.ts'
import { weekdayCodes, weekIndexNumbers } from './pattern.ts'
import { weekdayOf } from './slots.ts'
import { dayOfWall } from './time.ts'

/**
 * The pattern of a rule whose first instance begins at this wall time. Days 29-31 that are not in every month are the
 * caller's business (`checkShortMonths`).
 * @throws UnsupportedError for rules that no pattern means exactly
 */
export function patternOfRule(rule: Rule, start: WallTime): GraphPattern {
  refuseClockParts(rule, start)
  switch (rule.freq) {
    case 'DAILY':
      return dailyPattern(rule, start)
    case 'WEEKLY':
      return weeklyPattern(rule, start)
    case 'MONTHLY':
      return monthlyPattern(rule, start)
    case 'YEARLY':
      return yearlyPattern(rule, start)
    case 'SECONDLY':
    case 'MINUTELY':
    case 'HOURLY':
      throw unsupported('FREQ', `Outlook cannot repeat an event ${rule.freq}`)
  }
}

function dailyPattern(rule: Rule, start: WallTime): GraphPattern {
  refuse(rule, ['byMonth', 'byMonthDay', 'bySetPos'], 'a daily rule')
  if (rule.byDay.length === 0 || daysOf(rule.byDay).length === 7) return patternOf(rule, { type: 'daily' })
  if (rule.interval === 1) return weeklyPattern({ ...rule, wkst: rule.wkst ?? 'MO' }, start)
  throw unsupported('BYDAY', 'Outlook cannot leave days of the week out of a rule that runs every several days')
}

function weeklyPattern(rule: Rule, start: WallTime): GraphPattern {
  refuse(rule, ['byMonth', 'bySetPos'], 'a weekly rule')
  const days = rule.byDay.length === 0 ? [weekdayOf(dayOfWall(start))] : daysOf(rule.byDay)
  return patternOf(rule, { type: 'weekly', daysOfWeek: days, firstDayOfWeek: dayOf(rule.wkst ?? 'MO') })
}

function monthlyPattern(rule: Rule, start: WallTime): GraphPattern {
  if (rule.byMonth.length > 0 && rule.byMonth.length < 12) {
    throw unsupported('BYMONTH', 'Outlook cannot leave months out of a monthly rule')
  }
  if (isEveryWeekday(rule)) {
    if (rule.interval === 1) return weeklyPattern({ ...rule, byMonth: [], wkst: rule.wkst ?? 'MO' }, start)
    throw unsupported('BYDAY', 'Outlook cannot repeat on each such day of every several months')
  }
  const day = dayOfMonthOf(rule, start)
  if (day !== undefined) return patternOf(rule, { type: 'absoluteMonthly', dayOfMonth: day })
  return patternOf(rule, { type: 'relativeMonthly', ...relativeDays(rule) })
}

function yearlyPattern(rule: Rule, start: WallTime): GraphPattern {
  const isOfYear = rule.byMonth.length === 0 && (rule.byDay.length > 0 || rule.byMonthDay.length > 0)
  if (rule.byMonth.length > 1 || (isOfYear && rule.byMonthDay.length > 0)) return severalMonths(rule, start)
  if (isEveryWeekday(rule)) throw unsupported('BYDAY', 'Outlook cannot repeat on each such day of a month or year')
  const month = rule.byMonth[0] ?? start.month
  if (isOfYear) {
    // The n-th such day of a year, up to the fourth, lies in January; the last one in December.
    const days = relativeDays(rule)
    return patternOf(rule, { type: 'relativeYearly', month: days.index === 'last' ? 12 : 1, ...days })
  }
  const day = dayOfMonthOf(rule, start)
  if (day !== undefined) return patternOf(rule, { type: 'absoluteYearly', month, dayOfMonth: day })
  return patternOf(rule, { type: 'relativeYearly', month, ...relativeDays(rule) })
}

// A yearly rule of months that lie evenly apart is a monthly one: BYMONTH=1,7 is every sixth month.
function severalMonths(rule: Rule, start: WallTime): GraphPattern {
  const months = rule.byMonth.length === 0 ? allMonths : [...new Set(rule.byMonth)].sort((one, other) => one - other)
  const interval = 12 / months.length
  const isEven = months.every((month) => (month - start.month) % interval === 0)
  if (!isEven || !Number.isInteger(interval) || rule.interval > 1 || rule.bySetPos.length > 1) {
    throw unsupported('BYMONTH', 'Outlook cannot repeat in several months of a year that do not lie evenly apart')
  }
  // Positions count within the year there, within the month here.
  if (rule.bySetPos.length > 0) throw unsupported('BYSETPOS', 'Outlook cannot pick from several months of a year')
  return monthlyPattern({ ...rule, freq: 'MONTHLY', interval, byMonth: [] }, start)
}

const allMonths = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]

/** Whether the rule means every Tuesday (or so) of its months: days without a number, nothing that picks from them. */
function isEveryWeekday({ byDay, byMonthDay, bySetPos }: Rule): boolean {
  return byDay.length > 0 && byMonthDay.length + bySetPos.length === 0 && byDay.every(({ ordinal }) => ordinal === 0)
}

// The day of an absolute pattern: that of the start, BYMONTHDAY=d, or the form that takes a short month's last day.
function dayOfMonthOf(rule: Rule, start: WallTime): number | undefined {
  const { byDay, byMonthDay, bySetPos } = rule
  if (byDay.length > 0) return undefined
  if (byMonthDay.length === 0) return start.day
  const days = [...byMonthDay].sort((one, other) => one - other)
  const [first = 0] = days
  const last = days.at(-1) ?? 0
  if (days.length === 1) {
    if (bySetPos.some((position) => Math.abs(position) !== 1)) throw noPosition()
    return first > 0 ? first : undefined
  }
  const isRun = first === 28 && days.every((day, index) => day === first + index)
  if (isRun && bySetPos.length === 1 && bySetPos[0] === -1) return last
  throw unsupported('BYMONTHDAY', 'Outlook cannot repeat on several days of a month in one series')
}

/** The days and the index of a relative pattern. */
function relativeDays(rule: Rule): Pick<GraphPattern, 'daysOfWeek' | 'index'> {
  const { byDay, byMonthDay, bySetPos } = rule
  if (byMonthDay.length > 0) return byDay.length > 0 ? weekdayInRun(rule) : lastDay(byMonthDay)
  const [first] = byDay
  if (first !== undefined && byDay.length === 1 && first.ordinal !== 0) {
    if (bySetPos.some((position) => Math.abs(position) !== 1)) throw noPosition()
    return { daysOfWeek: daysOf(byDay), index: indexOf(first.ordinal, 'BYDAY') }
  }
  if (byDay.some(({ ordinal }) => ordinal !== 0)) {
    throw unsupported('BYDAY', 'Outlook cannot repeat on several numbered days of a month in one series')
  }
  if (bySetPos.length !== 1) throw noPosition()
  return { daysOfWeek: daysOf(byDay), index: indexOf(bySetPos[0] ?? 0, 'BYSETPOS') }
}

function lastDay(byMonthDay: readonly number[]): Pick<GraphPattern, 'daysOfWeek' | 'index'> {
  if (byMonthDay.length === 1 && byMonthDay[0] === -1) {
    return { daysOfWeek: weekdayCodes.map(([day]) => day), index: 'last' }
  }
  throw unsupported('BYMONTHDAY', 'Outlook counts days from the end of a month only for the last one')
}

// BYDAY=TU;BYMONTHDAY=8,…,14 is the second Tuesday: a run of seven days that begins a week of the month.
function weekdayInRun({ byDay, byMonthDay, bySetPos }: Rule): Pick<GraphPattern, 'daysOfWeek' | 'index'> {
  const days = [...new Set(byMonthDay)].sort((one, other) => one - other)
  const [first = 0] = days
  const isRun = days.length === 7 && days.every((day, index) => day === first + index)
  const position = isRun && (first === -7 || first % 7 === 1) ? (first === -7 ? -1 : (first + 6) / 7) : 0
  if (byDay.length !== 1 || byDay[0]?.ordinal !== 0 || position === 0 || position > 4 || bySetPos.length > 0) {
    throw unsupported('BYMONTHDAY', 'Outlook cannot ask for a day of the week and a day of the month at once')
  }
  return { daysOfWeek: daysOf(byDay), index: indexOf(position, 'BYMONTHDAY') }
}

function indexOf(position: number, part: string): GraphWeekIndex {
  const found = weekIndexNumbers.find(([, number]) => number === position)
  if (found) return found[0]
  throw unsupported(part, 'Outlook counts the days of a month only to the fourth, and the last one from its end')
}

function daysOf(byDay: readonly WeekdayNumber[]): readonly GraphWeekday[] {
  return weekdayCodes.filter(([, code]) => byDay.some(({ weekday }) => weekday === code)).map(([day]) => day)
}

function dayOf(code: Weekday): GraphWeekday {
  return weekdayCodes.find((row) => row[1] === code)?.[0] ?? 'monday'
}

/** Graph's neutral value in every field that the type does not use. */
function patternOf({ interval }: Rule, fields: Partial<GraphPattern> & Pick<GraphPattern, 'type'>): GraphPattern {
  return { interval, month: 0, dayOfMonth: 0, daysOfWeek: [], firstDayOfWeek: 'sunday', index: 'first', ...fields }
}

function refuse(rule: Rule, keys: readonly ('byMonth' | 'byMonthDay' | 'bySetPos')[], what: string): void {
  const found = keys.find((key) => rule[key].length > 0 && !(key === 'byMonth' && rule.byMonth.length === 12))
  if (found !== undefined) throw unsupported(found.toUpperCase(), `Outlook has no ${found.toUpperCase()} in ${what}`)
}

// BYHOUR=9 beside a start at nine says nothing; any other clock part is another time of day.
function refuseClockParts(rule: Rule, start: WallTime): void {
  const parts = [
    ['BYWEEKNO', rule.byWeekNo, undefined],
    ['BYYEARDAY', rule.byYearDay, undefined],
    ['BYHOUR', rule.byHour, start.hour],
    ['BYMINUTE', rule.byMinute, start.minute],
    ['BYSECOND', rule.bySecond, start.second],
  ] as const
  const found = parts.find(([, values, own]) => values.some((value) => value !== own))
  if (found) throw unsupported(found[0], `Outlook has no ${found[0]} in a recurrence`)
}

function noPosition(): UnsupportedError {
  return unsupported('BYSETPOS', 'Outlook can pick one of several days only by one position: first to fourth, or last')
}

function unsupported(part: string, sentence: string): UnsupportedError {
  return new UnsupportedError(part, sentence)
}
