// DTSTART, DTEND and DURATION of two texts: the same moment may be written in another zone, under another name of the zone,
// as a duration instead of an end (RFC 5545 §3.6.1, §3.8.2). Whole and zoned times become instants, dates stay dates.
import type { Component } from '../ical/object.ts'
import { extentOf, type Extent } from '../ical/extent.ts'
import type { Zones } from '../ical/instant.ts'
import { firstProperty } from '../ical/text.ts'
import { dayMs, wallFromMs, wallMs } from '../ical/value.ts'
import { instantIn, wallIn, type Zone } from '../ical/zone.ts'
import type { FieldChange } from './compare-fields.ts'

/** A start or an end that can be compared. */
export interface Moment {
  readonly isDate: boolean
  /** Instant; of a date, midnight UTC of that day. */
  readonly at: number
  readonly zone: Zone
}

/** When an event happens. */
export interface Timing {
  readonly extent: Extent
  readonly start: Moment
  /** Exclusive; equal to the start for an event of no length. */
  readonly end: Moment
  readonly isSeries: boolean
}

/** Reads the times of an event. Throws `IcalError` when DTSTART is missing or a value cannot be read. */
export function timingOf(event: Component, zones: Zones): Timing {
  const extent = extentOf(event, zones)
  const { start, zone } = extent
  const isDate = start.kind === 'date'
  const end = extent.endOf(start.wall)
  return {
    extent,
    start: { isDate, at: isDate ? wallMs(start.wall) : instantIn(zone, start.wall), zone },
    end: { isDate, at: isDate ? Math.round(wallMs(wallIn(zone, end)) / dayMs) * dayMs : end, zone },
    isSeries: firstProperty(event, 'RRULE') !== undefined || firstProperty(event, 'RDATE') !== undefined,
  }
}

/** DTSTART and DTEND as far as they differ. In a series the zone counts too: its later dates hang on it. */
export function compareTimes(before: Timing, after: Timing): readonly FieldChange[] {
  const isSeries = before.isSeries || after.isSeries
  const isOneClock =
    !isSeries || before.start.isDate || isSameZone(before.start.zone, after.start.zone, before.start.at)
  const isSame = (name: 'start' | 'end'): boolean => isOneClock && isSameMoment(before[name], after[name])
  return [
    ...(isSame('start') ? [] : [changeOf('DTSTART', before.start, after.start)]),
    ...(isSame('end') ? [] : [changeOf('DTEND', before.end, after.end)]),
  ]
}

function isSameMoment(one: Moment, other: Moment): boolean {
  return one.isDate === other.isDate && one.at === other.at
}

function changeOf(field: string, before: Moment, after: Moment): FieldChange {
  return { field, before: printMoment(before), after: printMoment(after) }
}

/** `2026-03-09`, or `2026-03-09T09:00:00 Europe/Berlin`. */
export function printMoment({ isDate, at, zone }: Moment): string {
  const wall = isDate ? wallFromMs(at) : wallIn(zone, at)
  const pad = (number: number): string => String(number).padStart(2, '0')
  const date = `${String(wall.year).padStart(4, '0')}-${pad(wall.month)}-${pad(wall.day)}`
  return isDate ? date : `${date}T${pad(wall.hour)}:${pad(wall.minute)}:${pad(wall.second)} ${zone.name}`
}

/** True when two zones, whatever their names, tell the same time for ten years from a moment on. */
export function isSameZone(one: Zone, other: Zone, from: number): boolean {
  if (one.name === other.name) return true
  for (let at = from; at < from + 10 * 365 * dayMs; at += 10 * dayMs) {
    if (one.offsetAt(at) !== other.offsetAt(at)) return false
  }
  return true
}
