// Values of type DATE, DATE-TIME, DURATION and PERIOD (RFC 5545 §3.3.4, §3.3.5, §3.3.6, §3.3.9): text ↔ typed value.
// Also the arithmetic of wall times, which knows no zone. Whoever needs instants goes through `zone.ts`.
import { IcalError } from '../base/errors.ts'
import type { WallTime } from '../base/zones.ts'
import type { Property } from './object.ts'
import { parameterOf, property } from './text.ts'

/** A moment as iCalendar writes it. The wall time of a `date` is midnight. `tzid` is the label in the text, not always IANA. */
export type IcalTime =
  | { readonly kind: 'date'; readonly wall: WallTime }
  | { readonly kind: 'floating'; readonly wall: WallTime }
  | { readonly kind: 'utc'; readonly wall: WallTime }
  | { readonly kind: 'zoned'; readonly wall: WallTime; readonly tzid: string }

/** Calendar days (weeks counted as seven) and exact seconds, both of one sign: `P1D` is a day, `PT24H` is 24 hours. */
export interface Duration {
  readonly days: number
  readonly seconds: number
}

/** A PERIOD: ends at a time or after a duration. */
export interface Period {
  readonly start: IcalTime
  readonly end: IcalTime | Duration
}

/**
 * The time of a property: DTSTART, DTEND, RECURRENCE-ID, DTSTAMP … Whether it is a DATE is told by the value's own form, as
 * some programs leave VALUE out or put the wrong one. Throws `IcalError`.
 */
export function timeOf(property: Property): IcalTime {
  return parseTime(property.value, parameterOf(property, 'TZID'), property.name)
}

/** The times of a list property (EXDATE, RDATE without periods); an empty value is the empty list. Throws `IcalError`. */
export function timesOf(property: Property): readonly IcalTime[] {
  const tzid = parameterOf(property, 'TZID')
  return listOf(property).map((value) => parseTime(value, tzid, property.name))
}

/** The values of an RDATE, which may be periods. Throws `IcalError`. */
export function timesOrPeriodsOf(property: Property): readonly (IcalTime | Period)[] {
  const tzid = parameterOf(property, 'TZID')
  return listOf(property).map((value) =>
    value.includes('/') ? parsePeriod(value, tzid, property.name) : parseTime(value, tzid, property.name),
  )
}

function listOf(property: Property): readonly string[] {
  return property.value.trim() === '' ? [] : property.value.split(',')
}

const timeForm = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?$/i

/** DATE or DATE-TIME text; `tzid` is the TZID parameter, ignored beside `Z` and DATE. Throws `IcalError` naming `name`. */
export function parseTime(text: string, tzid: string | undefined, name: string): IcalTime {
  const found = timeForm.exec(text.trim())
  if (!found) throw new IcalError(`${name} is neither a date nor a date-time`, { property: name })
  const [, year, month, day, hour, minute, second, utc] = found
  const wall: WallTime = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour ?? 0),
    minute: Number(minute ?? 0),
    // RFC 5545 §3.3.12: without leap seconds, the sixtieth is the one before it.
    second: second === '60' ? 59 : Number(second ?? 0),
  }
  if (!isWallTime(wall)) throw new IcalError(`${name} names a day or time that does not exist`, { property: name })
  if (hour === undefined) return { kind: 'date', wall }
  if (utc !== '') return { kind: 'utc', wall }
  return tzid === undefined || tzid === '' ? { kind: 'floating', wall } : { kind: 'zoned', wall, tzid }
}

/** The value of a time: `20260301`, `20260301T090000` or `20260301T090000Z`. */
export function printTime(time: IcalTime): string {
  if (time.kind === 'date') return printDate(time.wall)
  return time.kind === 'utc' ? `${printDateTime(time.wall)}Z` : printDateTime(time.wall)
}

/** The property of one or several times of one kind and zone, with the VALUE and TZID parameters they need. */
export function timeProperty(name: string, time: IcalTime, ...more: readonly IcalTime[]): Property {
  return property(name, [time, ...more].map(printTime).join(','), {
    VALUE: time.kind === 'date' ? 'DATE' : undefined,
    TZID: time.kind === 'zoned' ? time.tzid : undefined,
  })
}

function printDate(wall: WallTime): string {
  return `${digits(wall.year, 4)}${digits(wall.month, 2)}${digits(wall.day, 2)}`
}

function printDateTime(wall: WallTime): string {
  return `${printDate(wall)}T${digits(wall.hour, 2)}${digits(wall.minute, 2)}${digits(wall.second, 2)}`
}

function digits(number: number, width: number): string {
  return String(number).padStart(width, '0')
}

const durationForm = /^([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/i

/** DURATION text. Throws `IcalError` naming `name`. */
export function parseDuration(text: string, name: string): Duration {
  const found = durationForm.exec(text.trim())
  const parts = found?.slice(2) ?? []
  if (!found || parts.every((part) => part === undefined) || parts.some((part) => (part ?? '').length > 9)) {
    throw new IcalError(`${name} is not a duration`, { property: name })
  }
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts.map((part) => Number(part ?? 0))
  const sign = found[1] === '-' ? -1 : 1
  return {
    days: signed(sign, weeks * 7 + days),
    seconds: signed(sign, hours * 3600 + minutes * 60 + seconds),
  }
}

function signed(sign: number, amount: number): number {
  return amount === 0 ? 0 : sign * amount
}

/** Shortest usual form: whole weeks as weeks, `PT0S` for nothing, `-PT15M`, `P1DT2H`. */
export function printDuration({ days, seconds }: Duration): string {
  const sign = days < 0 || seconds < 0 ? '-' : ''
  const wholeDays = Math.abs(days)
  const rest = Math.abs(seconds)
  if (rest === 0 && wholeDays > 0 && wholeDays % 7 === 0) return `${sign}P${wholeDays / 7}W`
  const time = [
    [Math.trunc(rest / 3600), 'H'],
    [Math.trunc((rest % 3600) / 60), 'M'],
    [rest % 60, 'S'],
  ] as const
  const timeText = time.map(([amount, unit]) => (amount > 0 ? `${amount}${unit}` : '')).join('')
  const dayText = wholeDays > 0 ? `${wholeDays}D` : ''
  if (dayText === '' && timeText === '') return 'PT0S'
  return `${sign}P${dayText}${timeText === '' ? '' : `T${timeText}`}`
}

/** PERIOD text, in either form. Throws `IcalError` naming `name`. */
export function parsePeriod(text: string, tzid: string | undefined, name: string): Period {
  const [from = '', to = '', ...rest] = text.trim().split('/')
  if (rest.length > 0 || to === '') throw new IcalError(`${name} is not a period`, { property: name })
  const end = /^[+-]?P/i.test(to) ? parseDuration(to, name) : parseTime(to, tzid, name)
  return { start: parseTime(from, tzid, name), end }
}

/** Prints both ends, or start and duration. */
export function printPeriod({ start, end }: Period): string {
  return `${printTime(start)}/${'kind' in end ? printTime(end) : printDuration(end)}`
}

/**
 * The wall time as milliseconds on a line that has no zone: for differences and order. Equal to the instant when the
 * wall time is UTC.
 */
export function wallMs(wall: WallTime): number {
  return ((daysOf(wall) * 24 + wall.hour) * 60 + wall.minute) * 60_000 + wall.second * 1000
}

/** The inverse of `wallMs`; parts of a second are cut off. */
export function wallFromMs(ms: number): WallTime {
  const days = Math.floor(ms / dayMs)
  const seconds = Math.floor((ms - days * dayMs) / 1000)
  return {
    ...dateOf(days),
    hour: Math.trunc(seconds / 3600),
    minute: Math.trunc((seconds % 3600) / 60),
    second: seconds % 60,
  }
}

/** Milliseconds of a day of 24 hours. */
export const dayMs = 86_400_000

/** The wall time moved by calendar days and seconds, still without a zone. */
export function addToWall(wall: WallTime, { days, seconds }: Duration): WallTime {
  return wallFromMs(wallMs(wall) + days * dayMs + seconds * 1000)
}

// Days since 1970-01-01 in the proleptic Gregorian calendar and back; years are counted from March, so that the leap
// day is the last of its year. `Date` would read the years 0-99 as 1900-1999.
function daysOf({ year, month, day }: WallTime): number {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

function dateOf(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const month = ((monthFromMarch + 2) % 12) + 1
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  }
}

function isWallTime(wall: WallTime): boolean {
  if (wall.year < 1 || wall.hour > 23 || wall.minute > 59 || wall.second > 59) return false
  if (wall.month < 1 || wall.month > 12) return false
  const { month, day } = wallFromMs(wallMs(wall))
  return month === wall.month && day === wall.day
}
