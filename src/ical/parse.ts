// Text → calendar objects (RFC 5545 §3.4, §3.6; RFC 4791 §4.1), for texts that strangers send: bounded in size, lines, depth
// and events, and checked where other code would otherwise stumble. Throws our own errors only.
import { GraphdavError, IcalError, UnsupportedError } from '../base/errors.ts'
import { parseContentLine } from './content-line.ts'
import { zonesOf } from './instant.ts'
import type { CalendarObject, Component, Property } from './object.ts'
import { parseRule } from './rule-text.ts'
import { firstProperty, propertiesOf, textOf } from './text.ts'
import { tzidsOf } from './timezone.ts'
import { parseDuration, timeOf, timesOf, timesOrPeriodsOf, wallMs } from './value.ts'
import { ianaOfTzid } from './zone.ts'

/** How much a text may hold. */
export interface ParseLimits {
  /** UTF-16 units of the whole text. */
  readonly length: number
  /** Content lines, unfolded. */
  readonly lines: number
  /** Components inside one another, VCALENDAR being the first. */
  readonly depth: number
  readonly events: number
  /** TZIDs that only a VTIMEZONE explains. */
  readonly zones: number
}

/** Room for a calendar of some thousand events. */
export const defaultParseLimits: ParseLimits = {
  length: 5_000_000,
  lines: 100_000,
  depth: 8,
  events: 10_000,
  zones: 25,
}

/** A whole calendar as it was read. */
export interface ParsedCalendar {
  /** The calendar's own properties: METHOD, PRODID, X-WR-CALNAME … */
  readonly properties: readonly Property[]
  /** The VTIMEZONEs, used or not. */
  readonly zones: readonly Component[]
  /** By UID, in the order in which the UIDs first appear. */
  readonly objects: readonly CalendarObject[]
  /** Components that are neither VEVENT nor VTIMEZONE, in the order of the text. */
  readonly others: readonly Component[]
}

/**
 * Parses a text of exactly one VCALENDAR. Times, rules and zones of its events are readable afterwards. Throws `IcalError`
 * with the line, `UnsupportedError` for another version or calendar scale, `too-large` where a limit is passed.
 */
export function parseCalendar(text: string, limits: ParseLimits = defaultParseLimits): ParsedCalendar {
  const calendar = parseComponent(text, limits)
  if (calendar.name !== 'VCALENDAR') throw new IcalError('the text is no VCALENDAR')
  checkHead(calendar)
  const events = calendar.components.filter(({ name }) => name === 'VEVENT')
  if (events.length > limits.events) throw tooLarge('events')
  const zones = calendar.components.filter(({ name }) => name === 'VTIMEZONE')
  const objects = [...groupsByUid(events)].map(([uid, group]) => objectOf(uid, group, zones))
  checkZones(new Set(objects.flatMap(tzidsOf)), zones, limits)
  return {
    properties: calendar.properties,
    zones,
    objects,
    others: calendar.components.filter(({ name }) => name !== 'VEVENT' && name !== 'VTIMEZONE'),
  }
}

/**
 * Parses the text of one calendar object resource: VEVENTs of one UID, no METHOD. Throws as `parseCalendar` does;
 * `UnsupportedError` naming the component for any other kind of component; `IcalError` naming METHOD, UID or VEVENT for a
 * text that is well-formed and yet no such resource.
 */
export function parseObject(text: string, limits: ParseLimits = defaultParseLimits): CalendarObject {
  const { properties, objects, others } = parseCalendar(text, limits)
  const [other] = others
  if (other) throw new UnsupportedError(other.name, `${other.name} is not supported; only events are`)
  if (properties.some(({ name }) => name === 'METHOD')) {
    throw new IcalError('a calendar object must not have a METHOD', { property: 'METHOD' })
  }
  const [object, second] = objects
  if (!object) throw new IcalError('the text has no event', { property: 'VEVENT' })
  if (second) throw new IcalError('the text has events of more than one UID', { property: 'UID' })
  return object
}

function checkHead(calendar: Component): void {
  const version = textOf(calendar, 'VERSION')?.trim() ?? '2.0'
  if (version !== '2.0') throw new UnsupportedError('VERSION', 'only version 2.0 of iCalendar is supported')
  const scale = textOf(calendar, 'CALSCALE')?.trim() ?? 'GREGORIAN'
  if (!/^gregorian$/i.test(scale)) throw new UnsupportedError('CALSCALE', 'only the Gregorian calendar is supported')
}

function groupsByUid(events: readonly Component[]): ReadonlyMap<string, readonly Component[]> {
  const groups = new Map<string, Component[]>()
  for (const event of events) {
    const uid = textOf(event, 'UID')
    if (uid === undefined || uid === '') throw new IcalError('an event has no UID', { property: 'UID' })
    const group = groups.get(uid)
    if (group) group.push(event)
    else groups.set(uid, [event])
  }
  return groups
}

function objectOf(uid: string, events: readonly Component[], zones: readonly Component[]): CalendarObject {
  for (const event of events) checkEvent(event)
  const masters = events.filter((event) => !firstProperty(event, 'RECURRENCE-ID'))
  if (masters.length > 1) throw new IcalError('two events of one UID have no RECURRENCE-ID', { property: 'UID' })
  const overrides = events
    .flatMap((event) => {
      const recurrenceId = firstProperty(event, 'RECURRENCE-ID')
      return recurrenceId ? [{ event, at: wallMs(timeOf(recurrenceId).wall) }] : []
    })
    .sort((one, other) => one.at - other.at)
    .map(({ event }) => event)
  const tzids = tzidsOf({ uid, master: masters[0], overrides, zones: [] })
  const used = zones.filter((zone) => tzids.includes(textOf(zone, 'TZID') ?? ''))
  return { uid, master: masters[0], overrides, zones: used }
}

// Every TZID in use can be computed with.
function checkZones(tzids: ReadonlySet<string>, zones: readonly Component[], limits: ParseLimits): void {
  const unnamed = [...tzids].filter((tzid) => ianaOfTzid(tzid) === undefined)
  if (unnamed.length > limits.zones) throw tooLarge('time zones')
  const known = zonesOf(zones, 'UTC')
  for (const tzid of unnamed) known.of(tzid)
}

function checkEvent(event: Component): void {
  if (!firstProperty(event, 'DTSTART')) throw new IcalError('an event has no DTSTART', { property: 'DTSTART' })
  if (firstProperty(event, 'EXRULE')) throw new UnsupportedError('EXRULE', 'EXRULE is not supported')
  if (propertiesOf(event, 'RRULE').length > 1) {
    throw new UnsupportedError('RRULE', 'more than one recurrence rule in an event is not supported')
  }
}

interface Open {
  readonly name: string
  readonly properties: Property[]
  readonly components: Component[]
}

// The one component of the text.
function parseComponent(text: string, limits: ParseLimits): Component {
  if (text.length > limits.length) throw tooLarge('text')
  const stack: Open[] = []
  let root: Component | undefined
  for (const { line, number } of contentLines(text, limits)) {
    const property = parseContentLine(line, number)
    const top = stack.at(-1)
    if (root)
      throw new IcalError('something follows the end of the calendar', { line: number, property: property.name })
    if (property.name === 'BEGIN') {
      stack.push({ name: property.value.trim().toUpperCase(), properties: [], components: [] })
      if (stack.length > limits.depth) throw new IcalError('components are nested too deep', { line: number })
    } else if (!top) {
      throw new IcalError('the text does not begin with a component', { line: number, property: property.name })
    } else if (property.name === 'END') {
      if (top.name !== property.value.trim().toUpperCase()) {
        throw new IcalError('an END does not match its BEGIN', { line: number, property: 'END' })
      }
      stack.pop()
      const parent = stack.at(-1)
      if (parent) parent.components.push(top)
      else root = top
    } else {
      if (top.name === 'VEVENT') checkValue(property, number)
      top.properties.push(property)
    }
  }
  if (!root) throw new IcalError('the calendar has no end')
  return root
}

/** Unfolded lines with their numbers, blank ones left out. A byte order mark and white space before the first go. */
function* contentLines(text: string, limits: ParseLimits): Generator<{ line: string; number: number }> {
  let parts: string[] = []
  let number = 0
  for (const ended of text.trimStart().split('\n')) {
    const raw = withoutReturns(ended)
    if (raw.startsWith(' ') || raw.startsWith('\t')) {
      parts.push(raw.slice(1))
    } else if (raw !== '') {
      if (parts.length > 0) yield { line: parts.join(''), number }
      parts = [raw]
      number += 1
      if (number > limits.lines) throw tooLarge('lines')
    }
  }
  if (parts.length > 0) yield { line: parts.join('').trimEnd(), number }
}

// By hand: a regular expression looks at each of many returns once for every one before it.
function withoutReturns(line: string): string {
  let end = line.length
  while (end > 0 && line[end - 1] === '\r') end -= 1
  return line.slice(0, end)
}

const checks: ReadonlyMap<string, (property: Property) => unknown> = new Map<string, (property: Property) => unknown>([
  ['DTSTART', timeOf],
  ['DTEND', timeOf],
  ['RECURRENCE-ID', timeOf],
  ['EXDATE', timesOf],
  ['RDATE', timesOrPeriodsOf],
  ['DURATION', ({ value }) => parseDuration(value, 'DURATION')],
  ['RRULE', ({ value }) => parseRule(value)],
])

// What the event's dates depend on is read once here, while its line is known.
function checkValue(property: Property, line: number): void {
  try {
    checks.get(property.name)?.(property)
  } catch (error) {
    if (error instanceof IcalError) throw new IcalError(error.message, { line, property: property.name, cause: error })
    throw error
  }
}

function tooLarge(what: string): GraphdavError {
  return new GraphdavError('too-large', `the calendar has too many ${what}`)
}
