// DTSTART, DTEND and DURATION → start, end, isAllDay (RFC 5545 §3.8.2; Graph pages "dateTimeTimeZone", "event"). The way
// back is times.ts.
import { UnsupportedError } from '../base/errors.ts'
import type { GraphDateTime, GraphEventInput } from '../graph/types.ts'
import { instantOfTime, zoneOfTime, type Zones } from '../ical/instant.ts'
import type { Component } from '../ical/object.ts'
import { firstProperty } from '../ical/text.ts'
import { dayMs, timeOf, wallMs, type IcalTime } from '../ical/value.ts'
import { instantIn, utc, wallIn, type Zone } from '../ical/zone.ts'
import { timingOf, type Timing } from './compare-times.ts'
import type { GraphContext } from './graph-context.ts'
import { dayOfWall, graphDateOf } from './time.ts'
import { exactGraphLabelOf } from './zones.ts'

/**
 * Start, end and isAllDay of a VEVENT. Wall times keep their zone where Graph reads it alike; a single event whose zone
 * Graph does not have is written in UTC, which is the same moment.
 * @throws UnsupportedError for a series in a zone that Graph does not have, IcalError for values that cannot be read
 */
export function timesToGraph(event: Component, { zones }: GraphContext): GraphEventInput {
  const timing = timingOf(event, zones)
  if (timing.start.isDate) {
    const label = dayLabel(zones, timing)
    return { isAllDay: true, start: midnight(timing.start.at, label), end: midnight(timing.end.at, label) }
  }
  const start = timeToGraph(timing.extent.start, zones, timing)
  return { isAllDay: false, start, end: timeToGraph(endOf(event, timing, zones), zones, timing) }
}

/** The label in which the event's start is written, which is also that of its recurrence. Throws as `timesToGraph`. */
export function startLabel(event: Component, zones: Zones): string {
  const timing = timingOf(event, zones)
  if (timing.start.isDate) return dayLabel(zones, timing)
  return timeToGraph(timing.extent.start, zones, timing).timeZone
}

// All-day events are days of the mailbox's own zone, whatever else the text speaks of.
function dayLabel({ floating }: Zones, { start }: Timing): string {
  return exactGraphLabelOf(floating, { from: start.at, to: start.at + dayMs }, floating.name) ?? 'UTC'
}

function midnight(day: number, timeZone: string): GraphDateTime {
  return { dateTime: `${graphDateOf(day)}T00:00:00`, timeZone }
}

// DTEND as it is written; a duration's end, or one that DTEND puts before the start, in the zone of the start.
function endOf(event: Component, { start, end }: Timing, zones: Zones): IcalTime {
  const dtend = firstProperty(event, 'DTEND')
  const written = dtend && timeOf(dtend)
  if (written !== undefined && written.kind !== 'date' && instantOfTime(written, zones) >= start.at) return written
  const wall = wallIn(start.zone, end.at)
  return start.zone === utc ? { kind: 'utc', wall } : { kind: 'zoned', wall, tzid: start.zone.name }
}

function timeToGraph(time: IcalTime, zones: Zones, timing: Timing): GraphDateTime {
  const zone = zoneOfTime(time, zones)
  if (zone === utc) return written(time, 'UTC')
  const { start, isSeries } = timing
  const span = { from: start.at, to: start.at + (isSeries ? seriesYears * 366 : 1) * dayMs }
  const label = exactGraphLabelOf(zone, span, zones.floating.name)
  if (isSeries && label === undefined) {
    throw new UnsupportedError('TZID', 'Outlook does not have the time zone in which the series repeats')
  }
  const isSure = label !== undefined && (isSeries || (isPlain(time, zone) && !label.includes('/')))
  return isSure ? written(time, label) : written({ kind: 'utc', wall: wallIn(utc, instantIn(zone, time.wall)) }, 'UTC')
}

/** So long the clocks of a series' zone must be those of the Windows zone. */
const seriesYears = 6

// A wall time that exists exactly once: in a gap and in a doubled hour the two programs would read different moments.
function isPlain({ wall }: IcalTime, zone: Zone): boolean {
  const instant = instantIn(zone, wall)
  const isRead = (at: number): boolean => wallMs(wallIn(zone, at)) === wallMs(wall)
  return isRead(instant) && ![0.5, 1, 2].some((hours) => isRead(instant + hours * 3_600_000))
}

function written({ wall }: IcalTime, timeZone: string): GraphDateTime {
  const pad = (number: number): string => String(number).padStart(2, '0')
  const time = [wall.hour, wall.minute, wall.second].map(pad).join(':')
  return { dateTime: `${graphDateOf(dayOfWall(wall))}T${time}`, timeZone }
}
