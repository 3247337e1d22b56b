// The slots that a recurrence rule makes, in wall time (RFC 5545 §3.3.10, §3.8.5.3). The home of rrule, whose dates are
// wall times dressed as UTC; the only file that touches `Date`. Work is bounded before it begins.
// In plain Node rrule is a CommonJS module: the named import that its types offer does not exist there.
// oxlint-disable-next-line import/default
import rrule from 'rrule'
import { GraphdavError, UnsupportedError } from '../base/errors.ts'
import type { WallTime } from '../base/zones.ts'
import type { TimeRange } from './object.ts'
import { parseRule, weekdays, type Rule, type WeekdayNumber } from './rule-text.ts'
import { dayMs, wallFromMs, wallMs } from './value.ts'
import { instantIn, wallIn, type Zone } from './zone.ts'

// oxlint-disable-next-line import/no-named-as-default-member
const { RRule } = rrule

/** How much a rule may cost. */
export interface RuleLimits {
  /** Most slots of one answer; more are a `too-large` error. */
  readonly slots: number
  /** Most days that may be looked at between the first and the last slot asked for; more are a `too-large` error. */
  readonly days: number
}

/** Some tenths of a second at worst. */
export const defaultRuleLimits: RuleLimits = { slots: 10_000, days: 40_000 }

/** The DTSTART of a series, the zone it is in (that of floating times for DATE and floating ones), and its rule. */
export interface Series {
  readonly rule: Rule | string
  readonly start: WallTime
  readonly zone: Zone
}

/**
 * The wall times at which the instances of a series begin, in order, each once, whose instants lie in the range (start
 * inclusive, end exclusive). DTSTART is always one of them and counts (RFC 5545 §3.8.5.3); EXDATE and RDATE are not known
 * here. A range without an end is for rules that end. A slot in the spring gap keeps its wall time: the RFC skips it,
 * Outlook and most clients move it. Throws `UnsupportedError` for rules below DAILY, `too-large` for too many slots.
 */
export function slotStarts(
  series: Series,
  range: TimeRange,
  limits: RuleLimits = defaultRuleLimits,
): readonly WallTime[] {
  const rule = typeof series.rule === 'string' ? parseRule(series.rule) : series.rule
  if (series.start.year < 1601)
    throw new UnsupportedError('DTSTART', 'a series that begins before 1601 is not supported')
  const start = wallMs(series.start)
  const span = wallSpan({ rule, start, zone: series.zone, range })
  const walls = new Set([start, ...ruleSlots(rule, start, span, limits)])
  const ordered = [...walls].sort((one, other) => one - other)
  return ordered.map(wallFromMs).filter((wall) => isInRange(instantIn(series.zone, wall), range))
}

/** True when the rule goes on for ever. */
export function isEndless(rule: Rule): boolean {
  return rule.count === undefined && rule.until === undefined
}

function isInRange(instant: number, { start, end }: TimeRange): boolean {
  return (start === null || instant >= start) && (end === null || instant < end)
}

interface WallSpan {
  readonly first: number
  /** Infinite only for a rule that COUNT ends. */
  readonly last: number
}

// A zone's offset moves a wall time by less than a day.
function wallSpan(asked: {
  readonly rule: Rule
  readonly start: number
  readonly zone: Zone
  readonly range: TimeRange
}): WallSpan {
  const { rule, start, zone, range } = asked
  const first = range.start === null ? start : Math.max(start, range.start - dayMs)
  const rangeEnd = range.end === null ? Infinity : range.end + dayMs
  const last = Math.min(rangeEnd, rule.until === undefined ? Infinity : untilWall(rule.until, zone))
  if (last === Infinity && isEndless(rule)) throw tooLarge('an endless rule in an endless span')
  return { first, last }
}

// UNTIL as the last wall time that may still be a slot. A DATE means the whole day.
function untilWall(until: NonNullable<Rule['until']>, zone: Zone): number {
  if (until.kind === 'utc') return wallMs(wallIn(zone, wallMs(until.wall)))
  return wallMs(until.wall) + (until.kind === 'date' ? dayMs - 1000 : 0)
}

// The rule's slots from `start` on, those before `span.first` left out.
function ruleSlots(rule: Rule, start: number, span: WallSpan, limits: RuleLimits): readonly number[] {
  if (span.last < start) return []
  const steps = stepsOf(rule)
  const full = withImpliedParts(rule, start)
  const first = firstPeriod(rule, steps, start, rule.count === undefined ? span.first : start)
  const needed = (span.last - first) / (steps.shortestDays * rule.interval * dayMs) + 2
  const allowed = limits.days / steps.longestDays + 2
  const slots: number[] = []
  let counted = 0
  const take = (slot: number): boolean => {
    if (slot < start) return true
    if (slot > span.last) return false
    // DTSTART counts, also where the rule does not name it.
    if (counted === 0 && slot !== start) counted = 1
    if (counted === rule.count) return false
    if (slot >= span.first) slots.push(slot)
    counted += 1
    if (slots.length > limits.slots) throw tooLarge('too many instances')
    return counted !== rule.count
  }
  const work = {
    most: limits.days,
    rule: full,
    first,
    last: span.last + steps.longestDays * dayMs,
    periods: Math.min(needed, allowed),
  }
  const isDone = rule.bySetPos.length === 0 ? iterate(work, take) : iteratePositions(work, take)
  if (!isDone && needed > allowed) throw tooLarge('too long a span')
  return slots
}

/** What to iterate: periods from `first` on, until `last`, and not more than `periods` of them. */
interface Iteration {
  readonly rule: Rule
  readonly first: number
  readonly last: number
  readonly periods: number
  /** Most slots before positions are picked; more are a `too-large` error. */
  readonly most: number
}

/** Hands each slot in order to `take`, which answers whether to go on. False when `periods` was the reason to stop. */
function iterate({ rule, first, last, periods, most }: Iteration, take: (slot: number) => boolean): boolean {
  const iterated = new RRule(
    {
      freq: RRule[rule.freq],
      dtstart: new Date(first),
      until: last === Infinity ? null : new Date(last),
      wkst: RRule[rule.wkst ?? 'MO'],
      byweekday: listOf(
        rule.byDay.map(({ weekday, ordinal }) => (ordinal === 0 ? RRule[weekday] : RRule[weekday].nth(ordinal))),
      ),
      bymonth: listOf(rule.byMonth),
      bymonthday: listOf(rule.byMonthDay),
      byyearday: listOf(rule.byYearDay),
      byweekno: listOf(rule.byWeekNo),
      byhour: listOf(rule.byHour),
      byminute: listOf(rule.byMinute),
      bysecond: listOf(rule.bySecond),
    },
    true,
  )
  // A rule without any date makes rrule run to the year 9999, whatever UNTIL says. It reads the interval twice a period
  // and stops where that is zero: the only place to stop it.
  const readable = 2 * Math.ceil(periods)
  let reads = 0
  Object.defineProperty(iterated.options, 'interval', {
    get: () => {
      reads += 1
      return reads >= readable ? 0 : rule.interval
    },
  })
  let isWanted = true
  iterated.all((date, index) => {
    if (index >= most) throw tooLarge('too many instances')
    isWanted = take(date.getTime())
    return isWanted
  })
  return !isWanted || reads < readable
}

// BYSETPOS is counted here, period by period: rrule takes the first of a period whose positions a negative number passes.
function iteratePositions(work: Iteration, take: (slot: number) => boolean): boolean {
  let slots: number[] = []
  let period = NaN
  const takeChosen = (): boolean => {
    const chosen = work.rule.bySetPos.flatMap((position) => slots.at(position > 0 ? position - 1 : position) ?? [])
    slots = []
    return [...new Set(chosen)].sort((one, other) => one - other).every(take)
  }
  const isDone = iterate(work, (slot) => {
    const own = periodOf(work.rule, slot)
    const goesOn = own === period || takeChosen()
    period = own
    slots.push(slot)
    return goesOn
  })
  return !takeChosen() || isDone
}

// A number that is the same for all slots of one period of the rule.
function periodOf(rule: Rule, slot: number): number {
  const { year, month } = wallFromMs(slot)
  if (rule.freq === 'YEARLY') return year
  if (rule.freq === 'MONTHLY') return year * 12 + month
  const day = Math.floor(slot / dayMs)
  return rule.freq === 'WEEKLY' ? Math.floor((day + 3 - weekdays.indexOf(rule.wkst ?? 'MO')) / 7) : day
}

function listOf<T>(values: readonly T[]): T[] | null {
  return values.length === 0 ? null : [...values]
}

/** A period's unit (`months` 0: it is counted in days) and its bounds in days. */
interface Steps {
  readonly months: number
  readonly shortestDays: number
  readonly longestDays: number
}

function stepsOf(rule: Rule): Steps {
  const times = [rule.byHour, rule.byMinute, rule.bySecond].reduce((product, list) => product * (list.length || 1), 1)
  if (times > 48) throw new UnsupportedError('RRULE', 'a series with more than 48 times a day is not supported')
  switch (rule.freq) {
    case 'DAILY':
      return { months: 0, shortestDays: 1, longestDays: 1 }
    case 'WEEKLY':
      return { months: 0, shortestDays: 7, longestDays: 7 }
    case 'MONTHLY':
      return { months: 1, shortestDays: 28, longestDays: 31 }
    case 'YEARLY':
      return { months: 12, shortestDays: 365, longestDays: 366 }
    case 'HOURLY':
    case 'MINUTELY':
    case 'SECONDLY':
      throw new UnsupportedError('RRULE', `a series that repeats within the day (FREQ=${rule.freq}) is not supported`)
  }
}

// Where the iteration begins: the first moment, at DTSTART's time of day, of a period that the rule visits, at least one
// period before `wanted`, or that of DTSTART. Whole periods, because BYSETPOS counts in them.
function firstPeriod(rule: Rule, steps: Steps, start: number, wanted: number): number {
  if (steps.months === 0) {
    const unit = steps.longestDays * rule.interval * dayMs
    const week = weekdayOf(start) - weekdays.indexOf(rule.wkst ?? 'MO')
    const begin = rule.freq === 'WEEKLY' ? start - ((week + 7) % 7) * dayMs : start
    return begin + Math.max(0, Math.floor((wanted - begin) / unit) - 1) * unit
  }
  const unit = steps.months * rule.interval
  const begin = monthOf(start, steps.months)
  const skipped = Math.max(0, Math.floor((monthOf(wanted, steps.months) - begin) / unit) - 1) * unit
  const month = begin + skipped
  return wallMs({ ...wallFromMs(start), year: Math.floor(month / 12), month: (month % 12) + 1, day: 1 })
}

// Months since year 0 of the period's first month.
function monthOf(wall: number, months: number): number {
  const { year, month } = wallFromMs(wall)
  return year * 12 + (months === 12 ? 0 : month - 1)
}

/** Monday is 0. */
function weekdayOf(wall: number): number {
  return (((Math.floor(wall / dayMs) + 3) % 7) + 7) % 7
}

// RFC 5545 §3.3.10: what the rule does not say is taken from DTSTART.
function withImpliedParts(rule: Rule, start: number): Rule {
  const { month, day } = wallFromMs(start)
  const own: WeekdayNumber = { weekday: weekdays[weekdayOf(start)] ?? 'MO', ordinal: 0 }
  if (rule.byDay.length + rule.byMonthDay.length + rule.byYearDay.length > 0) return rule
  if (rule.byWeekNo.length > 0 || rule.freq === 'WEEKLY') return { ...rule, byDay: [own] }
  if (rule.freq === 'MONTHLY') return { ...rule, byMonthDay: [day] }
  if (rule.freq !== 'YEARLY') return rule
  return { ...rule, byMonth: rule.byMonth.length > 0 ? rule.byMonth : [month], byMonthDay: [day] }
}

function tooLarge(what: string): GraphdavError {
  return new GraphdavError('too-large', `the recurrence rule asks for ${what}`)
}
