// Instants, wall times and zone labels as Graph writes them. Graph pages "dateTimeTimeZone", "outlookUser:
// supportedTimeZones". Zone data come from base/zones.ts; the arithmetic is the simulator's own.
import { ianaOfWindows } from '../base/windows-zones.ts'
import { isIanaZone, offsetMinutesAt } from '../base/zones.ts'
import { datePartsOf, type Day, pad, parseDay, printDay, weekdayOf } from './days.ts'

export const msPerDay = 86_400_000

/** Graph's `dateTimeTimeZone` in an answer. */
export interface DateTimeTimeZone {
  readonly dateTime: string
  readonly timeZone: string
}

/** A local date and the seconds since its midnight. */
export interface LocalTime {
  readonly day: Day
  readonly second: number
}

/** The IANA zone that a label means: a Windows id, an IANA name, UTC in its spellings; undefined for custom and unknown ones. */
export function zoneOfLabel(label: string): string | undefined {
  if (/^(utc|etc\/utc|tzone:\/\/microsoft\/utc)$/i.test(label)) return 'UTC'
  return ianaOfWindows(label) ?? (isIanaZone(label) ? label : undefined)
}

/** The instant of a wall time: the first of two in the autumn hour, with the offset before the change in the spring gap. */
export function instantAt(local: LocalTime, zone: string): number {
  const asUtc = local.day * msPerDay + local.second * 1000
  if (zone === 'UTC') return asUtc
  const before = offsetMinutesAt(zone, asUtc - msPerDay)
  const after = offsetMinutesAt(zone, asUtc + msPerDay)
  const fitting = [before, after]
    .map((offset) => ({ offset, instant: asUtc - offset * 60_000 }))
    .filter(({ offset, instant }) => offsetMinutesAt(zone, instant) === offset)
    .map(({ instant }) => instant)
  return fitting.length > 0 ? Math.min(...fitting) : asUtc - before * 60_000
}

export function localTimeOf(instant: number, zone: string): LocalTime {
  const shifted = instant + (zone === 'UTC' ? 0 : offsetMinutesAt(zone, instant) * 60_000)
  const day = Math.floor(shifted / msPerDay)
  return { day, second: Math.floor((shifted - day * msPerDay) / 1000) }
}

/** An instant as Graph shows start and end: wall time of the zone, seven fraction digits, the label as given. */
export function printDateTime(instant: number, zone: string, label: string): DateTimeTimeZone {
  const { day, second } = localTimeOf(instant, zone)
  return { dateTime: `${printDay(day)}T${printTime(second)}.0000000`, timeZone: label }
}

/** A date as Graph shows the ends of all-day events. */
export function printMidnight(day: Day, label: string): DateTimeTimeZone {
  return { dateTime: `${printDay(day)}T00:00:00.0000000`, timeZone: label }
}

/** RFC 3339 in UTC; the fraction without trailing zeros, as `createdDateTime` is written. */
export function printInstant(instant: number): string {
  const day = Math.floor(instant / msPerDay)
  const rest = instant - day * msPerDay
  const fraction = rest % 1000 === 0 ? '' : `.${pad(rest % 1000, 3).replace(/0+$/, '')}`
  return `${printDay(day)}T${printTime(Math.floor(rest / 1000))}${fraction}Z`
}

/** The form of HTTP's Date and Retry-After (RFC 9110 §5.6.7). */
export function printHttpDate(instant: number): string {
  const { day, second } = localTimeOf(instant, 'UTC')
  const { year, month, day: dayOfMonth } = datePartsOf(day)
  const weekday = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][weekdayOf(day)]
  const name = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][month - 1]
  return `${weekday}, ${pad(dayOfMonth, 2)} ${name} ${year} ${printTime(second)} GMT`
}

/** Graph's "no date" in a DateTimeOffset. */
export const noInstant = '0001-01-01T00:00:00Z'

function printTime(second: number): string {
  return `${pad(Math.floor(second / 3600), 2)}:${pad(Math.floor(second / 60) % 60, 2)}:${pad(second % 60, 2)}`
}

const dateTimeForm = /^\d{4}-\d{2}-\d{2}(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,7})?)?)?(Z|[+-]\d{2}:?\d{2})?$/i

/**
 * A date-time text; `offsetMinutes` is undefined when the text has none. Undefined for texts that are no date-time.
 * A `+` that arrived as a space (not percent-encoded in a query) is no date-time, as in Graph.
 */
export function parseDateTime(
  text: string,
): { readonly local: LocalTime; readonly offsetMinutes: number | undefined } | undefined {
  const found = dateTimeForm.exec(text)
  const day = parseDay(text)
  if (!found || day === undefined) return undefined
  const [hour, minute, second] = [Number(found[1] ?? 0), Number(found[2] ?? 0), Number(found[3] ?? 0)]
  if (hour > 23 || minute > 59 || second > 59) return undefined
  return { local: { day, second: hour * 3600 + minute * 60 + second }, offsetMinutes: parseOffset(found[4]) }
}

/** The instant of a query value: its own offset decides, no offset means UTC (Graph page "List calendarView"). */
export function parseInstant(text: string): number | undefined {
  const parsed = parseDateTime(text)
  if (!parsed) return undefined
  return parsed.local.day * msPerDay + parsed.local.second * 1000 - (parsed.offsetMinutes ?? 0) * 60_000
}

function parseOffset(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^z$/i.test(text)) return 0
  const digits = text.replace(/\D/g, '')
  return (text.startsWith('-') ? -1 : 1) * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4)))
}
