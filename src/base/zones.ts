// Time zone data: one source for the bridge and the simulator (expansion logic is never shared, data is). The home of
// moment-timezone (data only). Importing this module makes luxon compute with these data instead of the runtime's
// older ones: Node 20 is an hour wrong in several zones from 2026 on.
import { IANAZone, DateTime, Settings } from 'luxon'
import moment from 'moment-timezone'

declare module 'luxon' {
  interface TSSettings {
    throwOnInvalid: true
  }
}

Settings.throwOnInvalid = true
Settings.defaultZone = 'utc'
// Said here, so that luxon does not ask the runtime's locale data: the first question loads 8 MB and takes a tenth of a second.
Settings.defaultLocale = 'en-US'

const runtimeOffset: (this: IANAZone, instant: number) => number = Reflect.get(IANAZone.prototype, 'offset')
const runtimeKnows: (name: string) => boolean = Reflect.get(IANAZone, 'isValidZone')

IANAZone.prototype.offset = function offset(this: IANAZone, instant: number): number {
  const zone = moment.tz.zone(this.name)
  if (!zone || !Number.isFinite(instant) || isBeyondData(zone.untils, instant)) return runtimeOffset.call(this, instant)
  return -zone.utcOffset(instant)
}

// For the same reason: the runtime is asked for names only that the data do not have in this spelling.
IANAZone.isValidZone = (name) => moment.tz.zone(name)?.name === name || runtimeKnows(name)

// The data end in 2037; a zone that still changes then goes on by the runtime's rules.
function isBeyondData(untils: readonly (number | null)[], instant: number): boolean {
  const last = untils.length > 1 ? (untils[untils.length - 2] ?? -Infinity) : -Infinity
  return instant >= last && last >= Date.UTC(2037, 0, 1)
}

/** A local date and time without a zone. Month 1-12, day 1-31, seconds whole. */
export interface WallTime {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

/** True for an IANA zone name that the data (or the runtime) know, in its exact spelling or another case. */
export function isIanaZone(name: string): boolean {
  return name !== '' && (moment.tz.zone(name) !== null || IANAZone.isValidZone(name))
}

/** An IANA zone name in its exact spelling (`europe/berlin` → `Europe/Berlin`; aliases stay aliases); undefined when unknown. */
export function ianaNameOf(name: string): string | undefined {
  if (!/^[a-z][\w+-]*(?:\/[\w+-]+)*$/i.test(name) || name.toLowerCase() in {}) return undefined
  const data = moment.tz.zone(name)
  // Luxon remembers what `create` made, so only names that the data know go there.
  if (data) return IANAZone.create(data.name).isValid ? data.name : undefined
  return IANAZone.isValidZone(name) ? name : undefined
}

/** Offset from UTC in minutes (east positive) at an instant in milliseconds. The zone must be known. */
export function offsetMinutesAt(zone: string, instant: number): number {
  return IANAZone.create(zone).offset(instant)
}

// All offsets lie between these; a wall time's instant is within this span of the same wall time in UTC.
const eastmostMs = 14 * 3_600_000
const westmostMs = -12 * 3_600_000

/**
 * The instant of a wall time, in milliseconds. In the doubled autumn hour the first of the two (RFC 5545 §3.3.5); in
 * the missing spring hour the time is read with the offset before the gap, so it lands after it. Not luxon's answer, which
 * is wrong near the changes of zones far west (Scoresbysund, Apia).
 */
export function instantOf(wall: WallTime, zone: string): number {
  const offsetMs = (instant: number): number => offsetMinutesAt(zone, instant) * 60_000
  const local = DateTime.fromObject({ ...wall }, { zone: 'utc' }).toMillis()
  const before = offsetMs(local - eastmostMs)
  const after = offsetMs(local - westmostMs)
  const possible = [before, after].filter((offset) => offsetMs(local - offset) === offset)
  return local - (possible.length === 0 ? before : Math.max(...possible))
}

/** The wall time of an instant (milliseconds) in a zone. */
export function wallTimeOf(instant: number, zone: string): WallTime {
  const { year, month, day, hour, minute, second } = DateTime.fromMillis(instant, { zone })
  return { year, month, day, hour, minute, second }
}

/** True when the wall time does not exist in the zone (the spring gap). */
export function isInGap(wall: WallTime, zone: string): boolean {
  const back = wallTimeOf(instantOf(wall, zone), zone)
  return back.hour !== wall.hour || back.minute !== wall.minute || back.day !== wall.day
}

/** One change of a zone's offset. */
export interface ZoneTransition {
  /** Instant of the change, milliseconds. */
  readonly at: number
  readonly offsetBefore: number
  /** Minutes east of UTC from `at` on. */
  readonly offsetAfter: number
  /** Abbreviation from `at` on, e.g. `CEST`; may be numeric (`+0330`). */
  readonly abbreviation: string
}

/** The changes of a zone with `from <= at < to` (milliseconds), in order; empty for a zone without any, and for one without data. */
export function transitionsOf(zone: string, from: number, to: number): readonly ZoneTransition[] {
  const data = moment.tz.zone(zone)
  if (!data) return []
  const found: ZoneTransition[] = []
  data.untils.forEach((until, index) => {
    const before = data.offsets[index]
    const after = data.offsets[index + 1]
    if (until === null || !Number.isFinite(until) || before === undefined || after === undefined) return
    if (until < from || until >= to) return
    found.push({ at: until, offsetBefore: -before, offsetAfter: -after, abbreviation: data.abbrs[index + 1] ?? '' })
  })
  return found
}

/** The abbreviation in force at an instant, e.g. `CET`; empty when the data do not have the zone. */
export function abbreviationAt(zone: string, instant: number): string {
  const data = moment.tz.zone(zone)
  return data ? data.abbr(instant) : ''
}
