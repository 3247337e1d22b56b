// VTIMEZONE for an IANA zone and a span of time (RFC 5545 §3.6.5): small, exact, and of a shape that Outlook and Google
// read: whole-minute offsets, yearly rules, nothing older than what is in force when the span begins.
import { IcalError } from '../base/errors.ts'
import { abbreviationAt, offsetMinutesAt } from '../base/zones.ts'
import type { CalendarObject, Component, Property } from './object.ts'
import { printRule } from './rule-text.ts'
import { spanOf } from './span.ts'
import { component, eventsOf, parameterOf, property, textOf, textProperty } from './text.ts'
import { dayMs, timeProperty, timesOrPeriodsOf, wallFromMs, wallMs, type IcalTime } from './value.ts'
import { ianaOfTzid } from './zone.ts'
import { observancesOf, type Change, type Observance } from './zone-rules.ts'

// A span without an end is right up to here even where changes follow no rule; zones with rules are right for ever.
const endOfEndless = Date.UTC(2040, 0, 1)

/**
 * The VTIMEZONE of a TZID that means an IANA zone, right for instants from `fromMs` to `toMs` (null: for ever). Throws
 * `IcalError` for a TZID that means none.
 */
export function timezoneComponent(tzid: string, fromMs: number, toMs: number | null): Component {
  const zone = ianaOfTzid(tzid)
  if (zone === undefined) throw new IcalError('a TZID is no IANA zone', { property: 'TZID' })
  const all = observancesOf(zone)
  const inForce = lastOnset(all, fromMs)
  const to = toMs ?? endOfEndless
  const ruled = all.filter(({ rule, onsets }) => rule !== undefined && isWithin(onsets, inForce, to))
  const listed = all
    .filter(({ rule }) => rule === undefined)
    .map((observance) => ({ ...observance, onsets: observance.onsets.filter((at) => at > inForce && at < to) }))
    .filter(({ onsets }) => onsets.length > 0)
  const isStarted = ruled.some(({ onsets }) => onsets.includes(inForce))
  const dated = isStarted ? listed : [observanceInForce(zone, all, { fromMs, inForce }), ...listed]
  return component(
    'VTIMEZONE',
    [textProperty('TZID', tzid), textProperty('X-LIC-LOCATION', zone)],
    [...ruled, ...mergeDates(dated)]
      .sort((one, other) => (one.onsets[0] ?? 0) - (other.onsets[0] ?? 0))
      .map(observanceComponent),
  )
}

// A run of which the span needs more than the last onset, which `observanceInForce` says more simply.
function isWithin(onsets: readonly number[], inForce: number, to: number): boolean {
  return (onsets.at(-1) ?? 0) > inForce && (onsets[0] ?? 0) < to
}

/** The last onset at or before an instant; -Infinity when there is none. */
function lastOnset(observances: readonly Observance[], instant: number): number {
  return Math.max(-Infinity, ...observances.map(({ onsets }) => onsets.findLast((at) => at <= instant) ?? -Infinity))
}

// What the span begins in. What began before 1970, or never, begins in 1970, or a year before an older span.
function observanceInForce(
  zone: string,
  all: readonly Observance[],
  { fromMs, inForce }: { readonly fromMs: number; readonly inForce: number },
): Observance {
  const own = all.find(({ onsets }) => onsets.includes(inForce))
  if (own && (inForce >= 0 || fromMs < 0)) return { change: own.change, onsets: [inForce], rule: undefined }
  const offset = Math.round(offsetMinutesAt(zone, fromMs)) + 0
  const change: Change = {
    kind: 'STANDARD',
    offsetFrom: offset,
    offsetTo: offset,
    abbreviation: abbreviationAt(zone, fromMs),
  }
  const start = fromMs >= 0 ? 0 : fromMs - 366 * dayMs
  return { change, onsets: [Math.floor(start / dayMs) * dayMs - offset * 60_000], rule: undefined }
}

// Dates of the same change are one observance with RDATEs.
function mergeDates(observances: readonly Observance[]): readonly Observance[] {
  const merged = new Map<string, Observance>()
  for (const observance of observances) {
    const key = JSON.stringify(observance.change)
    const onsets = [...(merged.get(key)?.onsets ?? []), ...observance.onsets].sort((one, other) => one - other)
    merged.set(key, { ...observance, onsets })
  }
  return [...merged.values()]
}

function observanceComponent({ change, onsets, rule }: Observance): Component {
  const [first, second, ...more] = (rule === undefined ? onsets : onsets.slice(0, 1)).map((at) =>
    localTime(at, change.offsetFrom),
  )
  if (!first) throw new RangeError('an observance without an onset')
  return component(change.kind, [
    property('TZOFFSETFROM', printOffset(change.offsetFrom)),
    property('TZOFFSETTO', printOffset(change.offsetTo)),
    ...(change.abbreviation === '' ? [] : [textProperty('TZNAME', change.abbreviation)]),
    timeProperty('DTSTART', first),
    ...(rule === undefined ? [] : [property('RRULE', printRule(rule))]),
    ...(second === undefined ? [] : [timeProperty('RDATE', second, ...more)]),
  ])
}

function localTime(at: number, offset: number): IcalTime {
  return { kind: 'floating', wall: wallFromMs(at + offset * 60_000) }
}

/** UTC-OFFSET of minutes (RFC 5545 §3.3.14): `+0530`. */
function printOffset(minutes: number): string {
  const digits = (number: number): string => String(number).padStart(2, '0')
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${digits(Math.trunc(size / 60))}${digits(size % 60)}`
}

/** The TZIDs that an object's events use, each once, sorted. */
export function tzidsOf(object: CalendarObject): readonly string[] {
  return [...new Set(zonedProperties(object).flatMap((property) => parameterOf(property, 'TZID') ?? []))].sort()
}

/** One VTIMEZONE for each TZID that an object uses: the object's own where it brought one, else ours for its whole span. */
export function timezonesOf(object: CalendarObject): readonly Component[] {
  const tzids = tzidsOf(object)
  if (tzids.length === 0) return []
  const span = spanOf(object)
  // A RECURRENCE-ID or EXDATE may lie before the first instance; a wall time is within a day of its instant.
  const walls = zonedProperties(object)
    .flatMap(timesOrPeriodsOf)
    .map((time) => wallMs('start' in time ? time.start.wall : time.wall))
  const first = Math.min(span.first, ...walls) - dayMs
  const last = span.last === null ? null : Math.max(span.last, ...walls) + dayMs
  return tzids.map(
    (tzid) => object.zones.find((zone) => textOf(zone, 'TZID') === tzid) ?? timezoneComponent(tzid, first, last),
  )
}

function zonedProperties(object: CalendarObject): readonly Property[] {
  return eventsOf(object).flatMap(zonedIn)
}

function zonedIn(component: Component): readonly Property[] {
  const own = component.properties.filter((property) => parameterOf(property, 'TZID') !== undefined)
  return [...own, ...component.components.flatMap(zonedIn)]
}
