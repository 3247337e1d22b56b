// Graph's times → instants and iCalendar's forms of a time (RFC 5545 §3.3.4, §3.3.5), and back. Graph pages
// "dateTimeTimeZone resource type" and "event resource type" (isAllDay). Days are UTC midnights in milliseconds.
import { UnsupportedError } from '../base/errors.ts'
import { instantOf, wallTimeOf, type WallTime } from '../base/zones.ts'
import type { GraphDateTime } from '../graph/types.ts'
import { dayMs, printTime, wallFromMs, wallMs, type IcalTime } from '../ical/value.ts'
import { ianaOfLabel } from './zones.ts'

/**
 * The instant of a Graph time, milliseconds, whole seconds (Exchange keeps no finer). The label decides; UTC where it
 * names no zone.
 * @throws UnsupportedError for text that is no time, and for the years by which Exchange says "no date" (1, 9999)
 */
export function instantOfGraph(time: GraphDateTime): number {
  const { wall, offsetMinutes } = parseDateTime(time.dateTime)
  if (offsetMinutes !== undefined) return wallMs(wall) - offsetMinutes * 60_000
  return instantOf(wall, ianaOfLabel(time.timeZone) ?? 'UTC')
}

/** The instant of an RFC 3339 text (`lastModifiedDateTime`), whole seconds; undefined for "no date" and for text that is none. */
export function instantOfStamp(text: string | null): number | undefined {
  return text === null || readDateTime(text) === undefined
    ? undefined
    : instantOfGraph({ dateTime: text, timeZone: '' })
}

/**
 * The day of an all-day boundary. All-day times are dates dressed as times: the label does not count. A boundary that is
 * not midnight was shifted out of the zone in which the event was made (`ownLabel`): midnight there, else the nearest one.
 * @throws UnsupportedError as `instantOfGraph`
 */
export function dayOfGraph(time: GraphDateTime, ownLabel: string): number {
  const shown = wallMs(parseDateTime(time.dateTime).wall)
  return shown % dayMs === 0 ? shown : (midnightIn(ownLabel, instantOfGraph(time)) ?? nearestDay(shown))
}

/** The day of an all-day slot (`originalStart`), read as `dayOfGraph`. */
export function dayOfSlot(instant: number, ownLabel: string): number {
  return instant % dayMs === 0 ? instant : (midnightIn(ownLabel, instant) ?? nearestDay(instant))
}

function midnightIn(label: string, instant: number): number | undefined {
  const zone = ianaOfLabel(label)
  if (zone === undefined) return undefined
  const wall = wallMs(wallTimeOf(instant, zone))
  return wall % dayMs === 0 ? wall : undefined
}

function nearestDay(instant: number): number {
  return Math.round(instant / dayMs) * dayMs
}

/** The day of Graph's `yyyy-MM-dd`; undefined for "no date" (year 1) and for text that is none. */
export function dayOfGraphDate(text: string): number | undefined {
  const found = readDateTime(`${text.slice(0, 10)}T00:00`)
  return found && wallMs(found.wall)
}

/** `2026-03-03`, Graph's spelling of a day. */
export function graphDateOf(day: number): string {
  return printDay(day).replace(/^(\d+)(\d\d)(\d\d)$/, '$1-$2-$3')
}

/** Exchange refuses an end of a series from here on; some programs write UNTIL=99991231 where they mean none. */
export const endOfCalendar = Date.UTC(4500, 8, 1)

/** The day of a wall time. */
export function dayOfWall(wall: WallTime): number {
  return Math.floor(wallMs(wall) / dayMs) * dayMs
}

/** The wall time at the same hour of another day. */
export function onDay(day: number, { hour, minute, second }: WallTime): WallTime {
  return { ...wallFromMs(day), hour, minute, second }
}

/** A day as a DATE. */
export function icalDateOf(day: number): IcalTime {
  return { kind: 'date', wall: wallFromMs(day) }
}

/** A wall time of a zone as it is, also one that does not exist there or exists twice. */
export function icalWallTime(wall: WallTime, tzid: string): IcalTime {
  return tzid === 'UTC' ? { kind: 'utc', wall } : { kind: 'zoned', wall, tzid }
}

/** An instant as wall time of the zone; in UTC where that wall time means another instant (the second of a doubled hour). */
export function icalTimeOf(instant: number, tzid: string): IcalTime {
  const wall = wallTimeOf(instant, tzid)
  return instantOf(wall, tzid) === instant ? icalWallTime(wall, tzid) : { kind: 'utc', wall: wallFromMs(instant) }
}

/** `20260303T090000Z` */
export function utcText(instant: number): string {
  return printTime({ kind: 'utc', wall: wallFromMs(instant) })
}

function printDay(day: number): string {
  return printTime(icalDateOf(day))
}

interface DateTimeParts {
  readonly wall: WallTime
  /** Minutes east of UTC when the text says so. */
  readonly offsetMinutes: number | undefined
}

function parseDateTime(text: string): DateTimeParts {
  const found = readDateTime(text)
  if (found) return found
  const shown = JSON.stringify(text.slice(0, 40))
  throw new UnsupportedError('DTSTART', `its time ${shown} lies outside every calendar (Graph's way to say "no date")`)
}

const form = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.\d*)?)?(?:Z|([+-])(\d\d):?(\d\d))?$/i

// Outlook's own calendar runs from 1601 to 4500; what lies outside stands for "no date".
function readDateTime(text: string): DateTimeParts | undefined {
  const found = form.exec(text.trim())
  if (!found) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((part) => Number(part ?? 0))
  const wall = { year, month, day, hour, minute, second }
  const real = wallFromMs(wallMs(wall))
  const isReal = real.month === month && real.day === day && hour <= 23 && minute <= 59 && second <= 59
  if (!isReal || year < 1601 || year > 4500) return undefined
  const offset = found[7] === undefined ? 0 : Number(found[8]) * 60 + Number(found[9])
  const hasOffset = found[7] !== undefined || /z$/i.test(text.trim())
  return { wall, offsetMinutes: hasOffset ? (found[7] === '-' ? -offset : offset) : undefined }
}
