// A zone that is computed from its VTIMEZONE (RFC 5545 §3.6.5): for TZIDs that are no IANA zone. The onsets of its
// observances are listed once; before the first the zone has that one's TZOFFSETFROM, after 2100 nothing changes any more.
import { IcalError, UnsupportedError } from '../base/errors.ts'
import type { Component } from './object.ts'
import { parseRule } from './rule-text.ts'
import { slotStarts } from './rule.ts'
import { propertiesOf, textOf, valueOf } from './text.ts'
import { timeOf, timesOf, wallMs, type IcalTime } from './value.ts'
import { fixedZone, instantIn, type Zone } from './zone.ts'

/** From `at` on (milliseconds) the zone is `offset` milliseconds east of UTC. */
interface Onset {
  readonly at: number
  readonly offset: number
  readonly offsetBefore: number
}

const listed = { start: Date.UTC(1900, 0, 1), end: Date.UTC(2100, 0, 1) }

/** Reads a VTIMEZONE. Throws `IcalError` where it breaks the RFC, `UnsupportedError` for a rule that is not yearly. */
export function zoneOfVtimezone(vtimezone: Component): Zone {
  const observances = vtimezone.components.filter(({ name }) => name === 'STANDARD' || name === 'DAYLIGHT')
  const onsets = observances.flatMap(onsetsOf).sort((one, other) => one.at - other.at)
  const [first] = onsets
  if (!first) throw new IcalError('a VTIMEZONE has no observance', { property: 'VTIMEZONE' })
  return {
    name: textOf(vtimezone, 'TZID') ?? '',
    offsetAt: (instant) => lastUntil(onsets, instant)?.offset ?? first.offsetBefore,
  }
}

// The last onset at or before the instant.
function lastUntil(onsets: readonly Onset[], instant: number): Onset | undefined {
  let low = 0
  let high = onsets.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((onsets[middle]?.at ?? Infinity) <= instant) low = middle + 1
    else high = middle
  }
  return onsets[low - 1]
}

function onsetsOf(observance: Component): readonly Onset[] {
  const offsetBefore = offsetOf(observance, 'TZOFFSETFROM')
  const offset = offsetOf(observance, 'TZOFFSETTO')
  const zone = fixedZone('', offsetBefore)
  const [dtstart] = propertiesOf(observance, 'DTSTART')
  if (!dtstart) throw new IcalError('an observance of a VTIMEZONE has no DTSTART', { property: 'VTIMEZONE' })
  const start = timeOf(dtstart)
  const ruled = propertiesOf(observance, 'RRULE').flatMap(({ value }) => {
    const rule = parseRule(value)
    if (rule.freq !== 'YEARLY')
      throw new UnsupportedError('VTIMEZONE', 'a zone whose rule is not yearly is not supported')
    return slotStarts({ rule, start: start.wall, zone }, listed).map((wall) => instantIn(zone, wall))
  })
  const single = [start, ...propertiesOf(observance, 'RDATE').flatMap(timesOf)].map((time) =>
    instantOfOnset(time, zone),
  )
  return [...new Set([...ruled, ...single])].map((at) => ({ at, offset, offsetBefore }))
}

function instantOfOnset(time: IcalTime, zone: Zone): number {
  return time.kind === 'utc' ? wallMs(time.wall) : instantIn(zone, time.wall)
}

/** A UTC-OFFSET (RFC 5545 §3.3.14) in milliseconds. */
function offsetOf(observance: Component, name: 'TZOFFSETFROM' | 'TZOFFSETTO'): number {
  const found = /^([+-])(\d{2})(\d{2})(\d{2})?$/.exec(valueOf(observance, name)?.trim() ?? '')
  if (!found || Number(found[2]) > 23) throw new IcalError(`${name} is not an offset`, { property: name })
  const seconds = Number(found[2]) * 3600 + Number(found[3]) * 60 + Number(found[4] ?? 0)
  return (found[1] === '-' ? -seconds : seconds) * 1000
}
