// RRULE values (RFC 5545 §3.3.10): text ↔ typed rule. What the RFC forbids is refused here; what other programs cannot
// hold is their business.
import { IcalError, UnsupportedError } from '../base/errors.ts'
import { parseTime, printTime, type IcalTime } from './value.ts'

/** FREQ, from the shortest period to the longest. */
export const frequencies = ['SECONDLY', 'MINUTELY', 'HOURLY', 'DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const
export type Frequency = (typeof frequencies)[number]

/** Days of the week, Monday first. */
export const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
export type Weekday = (typeof weekdays)[number]

/** An element of BYDAY. `ordinal` 0: every such day; 2: the second of the month or year; -1: the last. */
export interface WeekdayNumber {
  readonly weekday: Weekday
  readonly ordinal: number
}

/** A recurrence rule. Lists are empty when the part is absent; COUNT and UNTIL are never both there. */
export interface Rule {
  readonly freq: Frequency
  /** At least 1. */
  readonly interval: number
  readonly count: number | undefined
  /** Inclusive. */
  readonly until: IcalTime | undefined
  readonly bySecond: readonly number[]
  readonly byMinute: readonly number[]
  readonly byHour: readonly number[]
  readonly byDay: readonly WeekdayNumber[]
  readonly byMonthDay: readonly number[]
  readonly byYearDay: readonly number[]
  readonly byWeekNo: readonly number[]
  readonly byMonth: readonly number[]
  readonly bySetPos: readonly number[]
  /** The week's first day; Monday when undefined. */
  readonly wkst: Weekday | undefined
}

/** A rule of a frequency alone, for building others: `{ ...plainRule('DAILY'), count: 3 }`. */
export function plainRule(freq: Frequency): Rule {
  return {
    freq,
    interval: 1,
    count: undefined,
    until: undefined,
    bySecond: [],
    byMinute: [],
    byHour: [],
    byDay: [],
    byMonthDay: [],
    byYearDay: [],
    byWeekNo: [],
    byMonth: [],
    bySetPos: [],
    wkst: undefined,
  }
}

// The list parts of numbers: name in the text, key in the rule, smallest and largest value; `both` signs where allowed.
const numberParts = [
  { name: 'BYMONTH', key: 'byMonth', min: 1, max: 12, both: false },
  { name: 'BYWEEKNO', key: 'byWeekNo', min: 1, max: 53, both: true },
  { name: 'BYYEARDAY', key: 'byYearDay', min: 1, max: 366, both: true },
  { name: 'BYMONTHDAY', key: 'byMonthDay', min: 1, max: 31, both: true },
  { name: 'BYHOUR', key: 'byHour', min: 0, max: 23, both: false },
  { name: 'BYMINUTE', key: 'byMinute', min: 0, max: 59, both: false },
  { name: 'BYSECOND', key: 'bySecond', min: 0, max: 60, both: false },
  { name: 'BYSETPOS', key: 'bySetPos', min: 1, max: 366, both: true },
] as const

/** Parses an RRULE value, in any case. Throws `IcalError` for what the RFC forbids, `UnsupportedError` for RSCALE and SKIP. */
export function parseRule(value: string): Rule {
  const parts = partsOf(value)
  const freq = frequencies.find((name) => name === parts.get('FREQ'))
  if (freq === undefined) throw invalid('has no FREQ that is known')
  const numbers = Object.fromEntries(
    numberParts.map((part) => [part.key, numbersOf(part, parts.get(part.name))]),
  ) as Pick<Rule, (typeof numberParts)[number]['key']>
  const rule: Rule = {
    ...plainRule(freq),
    ...numbers,
    interval: wholeNumber('INTERVAL', parts.get('INTERVAL')) ?? 1,
    count: wholeNumber('COUNT', parts.get('COUNT')),
    until: parts.has('UNTIL') ? parseTime(parts.get('UNTIL') ?? '', undefined, 'RRULE') : undefined,
    byDay: (parts.get('BYDAY')?.split(',') ?? []).map(weekdayNumberOf),
    wkst: parts.has('WKST') ? weekdayOf(parts.get('WKST') ?? '') : undefined,
  }
  checkRule(rule)
  return rule
}

const knownParts: readonly string[] = [
  'FREQ',
  'INTERVAL',
  'COUNT',
  'UNTIL',
  'BYDAY',
  'WKST',
  ...numberParts.map(({ name }) => name),
]

function partsOf(value: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>()
  for (const piece of value.trim().toUpperCase().split(';')) {
    if (piece === '') continue
    const [name = '', text, ...rest] = piece.split('=')
    if (text === undefined || text === '' || rest.length > 0) throw invalid('has a part without a value')
    if (parts.has(name)) throw invalid(`has ${knownParts.includes(name) ? name : 'a part'} twice`)
    parts.set(name, text)
  }
  // RFC 7529: the Gregorian calendar with the default SKIP is what RFC 5545 means anyway.
  if (parts.get('RSCALE') === 'GREGORIAN') parts.delete('RSCALE')
  if (parts.get('SKIP') === 'OMIT') parts.delete('SKIP')
  const calendar = ['RSCALE', 'SKIP'].find((name) => parts.has(name))
  if (calendar !== undefined) throw new UnsupportedError('RRULE', `${calendar} in a recurrence rule is not supported`)
  if ([...parts.keys()].some((name) => !knownParts.includes(name))) throw invalid('has a part that is not known')
  return parts
}

function numbersOf(part: (typeof numberParts)[number], text: string | undefined): readonly number[] {
  if (text === undefined) return []
  return text.split(',').map((piece) => {
    const number = Number(piece)
    const size = part.both ? Math.abs(number) : number
    if (!/^[+-]?\d{1,3}$/.test(piece) || size < part.min || size > part.max) {
      throw invalid(`has a value in ${part.name} that is out of range`)
    }
    return number
  })
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,7}$/.test(text) || Number(text) === 0)
    throw invalid(`has a value in ${name} that is not a positive number`)
  return Number(text)
}

function weekdayNumberOf(text: string): WeekdayNumber {
  const found = /^([+-]?\d{1,2})?([A-Z]{2})$/.exec(text)
  const ordinal = Number(found?.[1] ?? 0)
  if (!found || Math.abs(ordinal) > 53 || (found[1] !== undefined && ordinal === 0)) {
    throw invalid('has a value in BYDAY that is no day')
  }
  return { weekday: weekdayOf(found[2] ?? ''), ordinal }
}

function weekdayOf(text: string): Weekday {
  const weekday = weekdays.find((name) => name === text)
  if (weekday === undefined) throw invalid('names a day of the week that is not known')
  return weekday
}

// RFC 5545 §3.3.10: what MUST NOT stand together.
function checkRule(rule: Rule): void {
  const isYearly = rule.freq === 'YEARLY'
  if (rule.count !== undefined && rule.until !== undefined) throw invalid('has both COUNT and UNTIL')
  if (rule.byDay.some(({ ordinal }) => ordinal !== 0) && !isYearly && rule.freq !== 'MONTHLY') {
    throw invalid('has a number in BYDAY, which only MONTHLY and YEARLY may have')
  }
  if (rule.byDay.some(({ ordinal }) => ordinal !== 0) && rule.byWeekNo.length > 0) {
    throw invalid('has a number in BYDAY beside BYWEEKNO')
  }
  if (rule.byMonthDay.length > 0 && rule.freq === 'WEEKLY') throw invalid('has BYMONTHDAY, which WEEKLY may not have')
  if (rule.byYearDay.length > 0 && ['DAILY', 'WEEKLY', 'MONTHLY'].includes(rule.freq)) {
    throw invalid('has BYYEARDAY, which only YEARLY may have')
  }
  if (rule.byWeekNo.length > 0 && !isYearly) throw invalid('has BYWEEKNO, which only YEARLY may have')
  const lists = [rule.byDay, ...numberParts.filter(({ key }) => key !== 'bySetPos').map(({ key }) => rule[key])]
  if (rule.bySetPos.length > 0 && lists.every((list) => list.length === 0)) {
    throw invalid('has BYSETPOS without another BY part')
  }
}

function invalid(what: string): IcalError {
  return new IcalError(`the recurrence rule ${what}`, { property: 'RRULE' })
}

/** Prints the value of an RRULE in one fixed order of parts; an INTERVAL of 1 is left out. */
export function printRule(rule: Rule): string {
  const list = (name: string, values: readonly (string | number)[]): readonly string[] =>
    values.length === 0 ? [] : [`${name}=${values.join(',')}`]
  const [month, weekNo, yearDay, monthDay, hour, minute, second, setPos] = numberParts.map(({ name, key }) =>
    list(name, rule[key]),
  )
  return [
    `FREQ=${rule.freq}`,
    ...(rule.interval === 1 ? [] : [`INTERVAL=${rule.interval}`]),
    ...[month, weekNo, yearDay, monthDay].flatMap((part) => part ?? []),
    ...list(
      'BYDAY',
      rule.byDay.map(({ ordinal, weekday }) => (ordinal === 0 ? weekday : `${ordinal}${weekday}`)),
    ),
    ...[hour, minute, second, setPos].flatMap((part) => part ?? []),
    ...(rule.wkst === undefined ? [] : [`WKST=${rule.wkst}`]),
    ...(rule.count === undefined ? [] : [`COUNT=${rule.count}`]),
    ...(rule.until === undefined ? [] : [`UNTIL=${printTime(rule.until)}`]),
  ].join(';')
}
