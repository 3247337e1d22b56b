// From the times of a calendar object to instants (RFC 5545 §3.3.5): which zone a TZID means, and what floating times and
// dates mean to a reader (RFC 4791 §7.3).
import { IcalError } from '../base/errors.ts'
import type { Component } from './object.ts'
import { zoneOfVtimezone } from './observances.ts'
import { textOf } from './text.ts'
import { wallMs, type IcalTime } from './value.ts'
import { ianaOfTzid, ianaZone, instantIn, utc, wallIn, type Zone } from './zone.ts'

/** The zones of one text and one reader. */
export interface Zones {
  /** The zone of floating times and of dates. */
  readonly floating: Zone
  /** The zone of a TZID; throws `IcalError` when neither its name nor a VTIMEZONE tells what it is. */
  of(tzid: string): Zone
}

/**
 * Zones by TZID: an IANA name, however another program spells it, else the VTIMEZONE of that TZID. `floatingZone` is an
 * IANA name.
 */
export function zonesOf(vtimezones: readonly Component[], floatingZone: string): Zones {
  const known = new Map<string, Zone>()
  return {
    floating: zoneOfTzid(floatingZone, []),
    of: (tzid) => {
      const zone = known.get(tzid) ?? zoneOfTzid(tzid, vtimezones)
      known.set(tzid, zone)
      return zone
    },
  }
}

function zoneOfTzid(tzid: string, vtimezones: readonly Component[]): Zone {
  const name = ianaOfTzid(tzid)
  if (name !== undefined) return ianaZone(name)
  const vtimezone = vtimezones.find((component) => textOf(component, 'TZID') === tzid)
  if (!vtimezone) throw new IcalError('a TZID is neither an IANA zone nor defined in the text', { property: 'TZID' })
  return zoneOfVtimezone(vtimezone)
}

/** The zone in which a time is written. */
export function zoneOfTime(time: IcalTime, zones: Zones): Zone {
  switch (time.kind) {
    case 'utc':
      return utc
    case 'zoned':
      return zones.of(time.tzid)
    case 'date':
    case 'floating':
      return zones.floating
  }
}

/** The instant of a time, milliseconds; of a DATE its first moment in the floating zone. */
export function instantOfTime(time: IcalTime, zones: Zones): number {
  return time.kind === 'utc' ? wallMs(time.wall) : instantIn(zoneOfTime(time, zones), time.wall)
}

/** An instant as a UTC time, or as the DATE that it falls on in the floating zone. */
export function timeOfInstant(instant: number, kind: 'utc' | 'date', zones: Zones): IcalTime {
  if (kind === 'utc') return { kind, wall: wallIn(utc, instant) }
  return { kind, wall: { ...wallIn(zones.floating, instant), hour: 0, minute: 0, second: 0 } }
}
