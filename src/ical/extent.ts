// How long an event lasts (RFC 5545 §3.6.1, §3.8.2): DTSTART, and from it the end of any of its instances.
import { IcalError } from '../base/errors.ts'
import type { WallTime } from '../base/zones.ts'
import { instantOfTime, zoneOfTime, type Zones } from './instant.ts'
import type { Component } from './object.ts'
import { firstProperty } from './text.ts'
import { addToWall, dayMs, parseDuration, timeOf, wallMs, type IcalTime } from './value.ts'
import { instantIn, type Zone } from './zone.ts'

/** An event's start, and the end of an instance by its start. */
export interface Extent {
  readonly start: IcalTime
  /** The zone of the start. */
  readonly zone: Zone
  /** The end instant of the instance that starts at this wall time of the zone; never before its start. */
  endOf(wall: WallTime): number
  /** No instance lasts longer, milliseconds. */
  readonly longest: number
}

/** Reads DTSTART with DTEND or DURATION. Throws `IcalError` when there is no DTSTART or a value cannot be read. */
export function extentOf(event: Component, zones: Zones): Extent {
  const dtstart = firstProperty(event, 'DTSTART')
  if (!dtstart) throw new IcalError('an event has no DTSTART', { property: 'DTSTART' })
  const start = timeOf(dtstart)
  const zone = zoneOfTime(start, zones)
  const { days, seconds } = lengthOf(event, start, zones)
  return {
    start,
    zone,
    endOf: (wall) => {
      const from = instantIn(zone, wall)
      return Math.max(from, instantIn(zone, addToWall(wall, days)) + seconds * 1000)
    },
    longest: Math.max(0, days.days * dayMs + days.seconds * 1000 + seconds * 1000) + dayMs,
  }
}

/** What is added to the wall time, and what is added to the instant after that. */
interface Length {
  readonly days: { readonly days: number; readonly seconds: number }
  readonly seconds: number
}

// An end in the start's own zone keeps its distance on the clock: that is how Outlook stores an instance and what most
// clients show (RFC 5545 §3.8.5.3 would keep the exact duration; they differ only in the night of a clock change).
function lengthOf(event: Component, start: IcalTime, zones: Zones): Length {
  const dtend = firstProperty(event, 'DTEND')
  const none = { days: 0, seconds: 0 }
  if (dtend) {
    const end = timeOf(dtend)
    const onClock = (wallMs(end.wall) - wallMs(start.wall)) / 1000
    if (start.kind === 'date')
      return { days: { days: Math.max(1, Math.ceil(onClock / 86_400)), seconds: 0 }, seconds: 0 }
    if (isSameZone(start, end)) return { days: { days: 0, seconds: onClock }, seconds: 0 }
    return { days: none, seconds: (instantOfTime(end, zones) - instantOfTime(start, zones)) / 1000 }
  }
  const duration = firstProperty(event, 'DURATION')
  if (duration) {
    const { days, seconds } = parseDuration(duration.value, 'DURATION')
    return start.kind === 'date'
      ? { days: { days: Math.max(1, days + Math.ceil(seconds / 86_400)), seconds: 0 }, seconds: 0 }
      : { days: { days, seconds: 0 }, seconds }
  }
  return { days: start.kind === 'date' ? { days: 1, seconds: 0 } : none, seconds: 0 }
}

function isSameZone(start: IcalTime, end: IcalTime): boolean {
  if (start.kind === 'zoned') return end.kind === 'zoned' && end.tzid === start.tzid
  return start.kind === end.kind
}
