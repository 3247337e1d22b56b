// A time zone as arithmetic: offset of an instant, instant of a wall time (RFC 5545 §3.3.5), and which IANA name a TZID
// of another program means. Zones made of a VTIMEZONE are in `observances.ts`.
import { ianaOfWindows } from '../base/windows-zones.ts'
import { ianaNameOf, offsetMinutesAt, type WallTime } from '../base/zones.ts'
import { wallFromMs, wallMs } from './value.ts'

/** A zone that can be computed with. Instants are milliseconds. */
export interface Zone {
  /** IANA name, or the TZID label of a zone that only its VTIMEZONE defines. */
  readonly name: string
  /** Milliseconds east of UTC at an instant. */
  offsetAt(instant: number): number
}

/** The zone of an IANA name, which must be known (`ianaOfTzid`). */
export function ianaZone(name: string): Zone {
  return { name, offsetAt: (instant) => offsetMinutesAt(name, instant) * 60_000 }
}

/** A zone that never changes; offset in milliseconds east of UTC. */
export function fixedZone(name: string, offset: number): Zone {
  return { name, offsetAt: () => offset }
}

/** UTC. */
export const utc: Zone = fixedZone('UTC', 0)

// All offsets lie between these, so the zone's offsets at both ends of the span are the only candidates.
const eastmost = 14 * 3_600_000
const westmost = -12 * 3_600_000

/**
 * The instant of a wall time: in a doubled hour the first of the two, in a gap as if the offset before it went on (RFC
 * 5545 §3.3.5), so that the wall time lands after the gap.
 */
export function instantIn(zone: Zone, wall: WallTime): number {
  const local = wallMs(wall)
  const before = zone.offsetAt(local - eastmost)
  const after = zone.offsetAt(local - westmost)
  if (before === after) return local - before
  const possible = [before, after].filter((offset) => zone.offsetAt(local - offset) === offset)
  return local - (possible.length === 0 ? before : Math.max(...possible))
}

/** The wall time of an instant. */
export function wallIn(zone: Zone, instant: number): WallTime {
  return wallFromMs(instant + zone.offsetAt(instant))
}

/**
 * The IANA name that a TZID means: itself, a Windows id, or the tail of a path such as
 * `/freeassociation.sourceforge.net/Tzfile/Europe/Berlin` (Evolution) or `/mozilla.org/20070129_1/Europe/Berlin`
 * (Thunderbird). Undefined when only a VTIMEZONE can tell.
 */
export function ianaOfTzid(tzid: string): string | undefined {
  const label = tzid.trim()
  return ianaNameOf(label) ?? ianaOfWindows(label) ?? ianaOfPath(label) ?? ianaOfMicrosoft(label)
}

// The label that Exchange gives to UTC; its `tzone://Microsoft/Custom` says nothing.
function ianaOfMicrosoft(label: string): string | undefined {
  return label.toLowerCase() === 'tzone://microsoft/utc' ? 'UTC' : undefined
}

function ianaOfPath(label: string): string | undefined {
  if (!label.startsWith('/')) return undefined
  const segments = label.split('/').slice(-3)
  for (const [index] of segments.entries()) {
    const name = ianaNameOf(segments.slice(index).join('/'))
    if (name !== undefined) return name
  }
  return undefined
}
