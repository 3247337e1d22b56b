// A zone that is computed from its VTIMEZONE (RFC 5545 §3.6.5): for TZIDs that are no IANA zone. The onsets of its
// observances are listed once, those of rules from 1970 to 2050; before the first the zone has that one's TZOFFSETFROM.
import { IcalError, UnsupportedError } from '../base/errors.ts'
import type { Component } from './object.ts'
import { parseRule, type Rule } from './rule-text.ts'
import { slotStarts, type RuleLimits } from './rule.ts'
import { propertiesOf, textOf, valueOf } from './text.ts'
import { timeOf, timesOf, wallMs, type IcalTime } from './value.ts'
import { fixedZone, instantIn, type Zone } from './zone.ts'

/** From `at` on (milliseconds) the zone is `offset` milliseconds east of UTC. */
interface Onset {
  readonly at: number
  readonly offset: number
  readonly offsetBefore: number
}

const listed = { start: Date.UTC(1970, 0, 1), end: Date.UTC(2050, 0, 1) }

// A stranger's text must not cost more than some tenths of a second: real zones have a handful of plain yearly rules.
const mostRules = 20
const limits: RuleLimits = { slots: 100, days: 100_000 }

/** Reads a VTIMEZONE. Throws `IcalError` where it breaks the RFC, `UnsupportedError` for a rule that is not yearly. */
export function zoneOfVtimezone(vtimezone: Component): Zone {
  const observances = vtimezone.components.filter(({ name }) => name === 'STANDARD' || name === 'DAYLIGHT')
  if (observances.flatMap((observance) => propertiesOf(observance, 'RRULE')).length > mostRules) {
    throw new UnsupportedError('VTIMEZONE', `a zone with more than ${mostRules} rules is not supported`)
  }
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
  const ruled = propertiesOf(observance, 'RRULE').flatMap(({ value }) =>
    slotStarts({ rule: yearlyRule(value), start: start.wall, zone }, listed, limits).map((wall) =>
      instantIn(zone, wall),
    ),
  )
  const single = [start, ...propertiesOf(observance, 'RDATE').flatMap(timesOf)].map((time) =>
    instantOfOnset(time, zone),
  )
  return [...new Set([...ruled, ...single])].map((at) => ({ at, offset, offsetBefore }))
}

function yearlyRule(value: string): Rule {
  const rule = parseRule(value)
  const others = [rule.byHour, rule.byMinute, rule.bySecond, rule.bySetPos, rule.byWeekNo]
  if (rule.freq === 'YEARLY' && others.every((list) => list.length === 0)) return rule
  throw new UnsupportedError('VTIMEZONE', 'a zone whose rule is not a plain yearly one is not supported')
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
