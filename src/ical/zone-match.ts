// IANA zones by their clock: for a zone that only its VTIMEZONE defines (RFC 5545 §3.6.5), where a name is needed.
import { ianaOfWindows, windowsZones } from '../base/windows-zones.ts'
import { offsetMinutesAt } from '../base/zones.ts'
import { dayMs } from './value.ts'
import type { Zone } from './zone.ts'

/** So long two clocks are compared; instants. */
export interface ClockSpan {
  readonly from: number
  readonly to: number
}

/** True when an IANA zone has the same clock all the time. */
export function isLikeIana(zone: Zone, tzid: string, span: ClockSpan): boolean {
  return differenceOf(zone, tzid, span, 0) === 0
}

/** The IANA zone with the same clock: `own`, else UTC, else the main one of a Windows id; undefined when there is none. */
export function ianaOfZone(zone: Zone, span: ClockSpan, own: string): string | undefined {
  return candidates(own).find((tzid) => isLikeIana(zone, tzid, span))
}

/** The IANA zone whose clock differs least; among equals in the order of `ianaOfZone`. */
export function nearestIanaOf(zone: Zone, span: ClockSpan, own: string): string {
  let nearest = own
  let least = Infinity
  for (const tzid of candidates(own)) {
    const difference = differenceOf(zone, tzid, span, least)
    if (difference === 0) return tzid
    if (difference >= least) continue
    nearest = tzid
    least = difference
  }
  return nearest
}

function candidates(own: string): readonly string[] {
  return [own, 'UTC', ...windowsZones().flatMap((windowsZone) => ianaOfWindows(windowsZone) ?? [])]
}

// Every clock change of the last decades lasted longer than ten days. Counting ends above `most`.
function differenceOf(zone: Zone, tzid: string, { from, to }: ClockSpan, most: number): number {
  let difference = 0
  for (let at = from; at < to + 10 * dayMs && difference <= most; at += 10 * dayMs) {
    difference += Math.abs(zone.offsetAt(at) - offsetMinutesAt(tzid, at) * 60_000)
  }
  return difference
}
