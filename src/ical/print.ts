// Calendar objects and feeds as text (RFC 5545 §3.4, §3.6; RFC 7986). The home of ical-generator: it prints the head of the
// calendar and what it can say exactly of an event; the other properties are content lines of our own. Properties stand in
// one fixed order, so that equal objects are equal bytes.
import ical, {
  ICalCalendarMethod,
  ICalEvent,
  ICalEventBusyStatus,
  ICalEventClass,
  ICalEventStatus,
  ICalEventTransparency,
  type ICalCalendar,
  type ICalCalendarData,
  type ICalEventData,
} from 'ical-generator'
import { DateTime } from 'luxon'
import { colorName } from './color.ts'
import { contentLine, printLines, safeName } from './lines.ts'
import type { CalendarObject, Component, Property } from './object.ts'
import { orderedProperties } from './property-order.ts'
import { cleanValue, escapeText, eventsOf, joinTexts, splitTexts, unescapeText } from './text.ts'
import { timezonesOf } from './timezone.ts'

/** What a feed says of itself. */
export interface FeedHead {
  readonly name: string
  readonly description?: string | undefined
  /** `#rrggbb`. */
  readonly color?: string | undefined
  /** IANA name. */
  readonly timeZone: string
  /** How often a reader may ask again; an hour when absent. */
  readonly refreshSeconds?: number | undefined
}

/** What stands before and after the fragments of a feed. */
export interface Around {
  readonly before: string
  readonly after: string
}

/**
 * The text of one resource: the head without METHOD (RFC 4791 §4.1), one VTIMEZONE for each TZID in use, the events, each
 * line ended by CRLF. Throws `IcalError` for a TZID that is neither an IANA zone nor defined in the object.
 */
export function printObject(object: CalendarObject): string {
  return inCalendar({}, [timezonesOf(object).map(printComponent).join(''), printEvents(object)])
}

/** The VEVENT blocks of an object: the fragment that a feed is made of. */
export function printEvents(object: CalendarObject): string {
  return eventsOf(object).map(printComponent).join('')
}

/** The text of a feed. `zones` define each TZID of the fragments once; the fragments come from `printEvents`. */
export function printFeed(head: FeedHead, zones: readonly Component[], fragments: readonly string[]): string {
  const { before, after } = printAroundFragments(head, zones)
  return [before, ...fragments, after].join('')
}

/** What stands before and after the fragments of a feed. */
export function printAroundFragments(head: FeedHead, zones: readonly Component[]): Around {
  return calendarAround(feedData(head), zones.map(printComponent))
}

function feedData(head: FeedHead): ICalCalendarData {
  const color = /^#[0-9a-f]{6}$/i.test(head.color ?? '') ? head.color : undefined
  return {
    method: ICalCalendarMethod.PUBLISH,
    name: escapeText(head.name),
    description: head.description === undefined ? null : escapeText(head.description),
    ttl: head.refreshSeconds ?? 3600,
    color: color ?? null,
    x: [
      ['X-WR-TIMEZONE', cleanValue(head.timeZone)],
      ...(color === undefined ? [] : [['COLOR', colorName(color)] satisfies [string, string]]),
    ],
  }
}

function inCalendar(data: ICalCalendarData, blocks: readonly string[]): string {
  const { before, after } = calendarAround(data, blocks)
  return before + after
}

// ical-generator sets no zone of its own: it would add one, and take the Z from UTC times.
function calendarAround(data: ICalCalendarData, blocks: readonly string[]): Around {
  const text = ical({ prodId, scale: 'GREGORIAN', timezone: null, ...data }).toString()
  const end = 'END:VCALENDAR'
  return { before: text.slice(0, -end.length) + blocks.join(''), after: `${end}\r\n` }
}

const prodId = '//graphdav//graphdav//EN'

function printComponent(component: Component): string {
  const name = safeName(component.name)
  const properties = orderedProperties(component).filter(isPrintable)
  const own = name === 'VEVENT' ? eventLines(properties) : properties.map(contentLine)
  const lines = printLines([`BEGIN:${name}`, ...own])
  return `${lines}${component.components.map(printComponent).join('')}END:${name}\r\n`
}

// BEGIN and END are no properties: they would open or close a component.
function isPrintable({ name }: Property): boolean {
  return !['', 'BEGIN', 'END'].includes(safeName(name))
}

// The lines of an event: those that ical-generator says, and ours.
function eventLines(properties: readonly Property[]): readonly string[] {
  const said = new Map<string, Property>()
  const data: ICalEventData = { start: anyStart }
  const x: [string, string][] = []
  for (const property of properties) {
    if (said.has(property.name) || !addTo(data, x, property)) continue
    said.set(property.name, property)
  }
  const lines = generatedLines({ ...data, x })
  return properties.map((property) => {
    const line = said.get(property.name) === property ? lines.get(property.name) : undefined
    return line ?? contentLine(property)
  })
}

// The generator wants a start; what it makes of it is not used (see `sayings`).
const anyStart = DateTime.utc(2000)

const generatorCalendar: ICalCalendar = ical({ timezone: null })

/** What the generator prints of an event, by property name; no value has a line break in it. */
function generatedLines(data: ICalEventData): ReadonlyMap<string, string> {
  const lines = new ICalEvent(data, generatorCalendar).toString().split('\r\n')
  return new Map(lines.map((line) => [line.slice(0, line.search(/[;:]|$/)), line]))
}

/** Sets what the generator can say exactly; false for what it cannot: parameters, other spellings, values it does not know. */
function addTo(data: ICalEventData, x: [string, string][], { name, parameters, value }: Property): boolean {
  if (parameters.length > 0 || name !== safeName(name)) return false
  if (name.startsWith('X-') && name !== 'X-MICROSOFT-CDO-BUSYSTATUS') {
    if (!isPlainText(value)) return false
    x.push([name, unescapeText(value)])
    return true
  }
  const saying = sayings.get(name)?.(value)
  Object.assign(data, saying)
  return saying !== undefined
}

type Saying = Partial<ICalEventData> | undefined

// Times are not among them: the generator passes them through a zone, which moves those in the hour that spring skips, and
// cannot say DATE for RECURRENCE-ID. People are not: it puts a backslash before the quotes in a name.
const sayings: ReadonlyMap<string, (value: string) => Saying> = new Map<string, (value: string) => Saying>([
  ['UID', (value) => (value === '' || value !== cleanValue(value) ? undefined : { id: value })],
  ['SEQUENCE', (value) => (/^(?:0|[1-9]\d{0,9})$/.test(value) ? { sequence: Number(value) } : undefined)],
  ['RRULE', (value) => (/^FREQ=[\w=;,+-]+$/.test(value) ? { repeating: `RRULE:${value}` } : undefined)],
  ['SUMMARY', (value) => (isPlainText(value) ? { summary: unescapeText(value) } : undefined)],
  ['DESCRIPTION', (value) => (isPlainText(value) ? { description: { plain: unescapeText(value) } } : undefined)],
  [
    'LOCATION',
    (value) => (isPlainText(value) && value !== '' ? { location: { title: unescapeText(value) } } : undefined),
  ],
  ['CATEGORIES', categoriesOf],
  ['PRIORITY', (value) => (/^\d$/.test(value) ? { priority: Number(value) } : undefined)],
  ['STATUS', oneOf(ICalEventStatus, (status) => ({ status }))],
  ['TRANSP', oneOf(ICalEventTransparency, (transparency) => ({ transparency }))],
  ['CLASS', oneOf(ICalEventClass, (known) => ({ class: known }))],
  ['X-MICROSOFT-CDO-BUSYSTATUS', oneOf(ICalEventBusyStatus, (busystatus) => ({ busystatus }))],
])

function oneOf<T extends string>(
  known: Readonly<Record<string, T>>,
  saying: (value: T) => Saying,
): (value: string) => Saying {
  return (value) => {
    const found = Object.values(known).find((one) => one === value)
    return found === undefined ? undefined : saying(found)
  }
}

function categoriesOf(value: string): Saying {
  const names = splitTexts(value)
  if (names.length === 0 || names.includes('') || joinTexts(names) !== value) return undefined
  return { categories: names.map((name) => ({ name })) }
}

// True for TEXT as we escape it ourselves; `\N` and needless backslashes stay as they came.
function isPlainText(value: string): boolean {
  return escapeText(unescapeText(value)) === value
}
