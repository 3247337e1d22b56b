// What can be seen of an event, as flat facts: once from the tenant, once from an iCalendar text by a reader that shares nothing
// with the bridge. And the law of a write: what the person changed is there, everything else is as it was.
import type { Simulator } from '../../src/simulator/simulator.ts'
import { expandIcs } from '../oracle/expand.ts'
import { line, readBlock, type Block } from '../oracle/ics.ts'

/** `SLOT title` → `Lunch`, `series CLASS` → `PUBLIC`; a slot is there when it has `SLOT from`. */
export type Facts = ReadonlyMap<string, string>

/** RFC 3339. */
export interface Seen {
  readonly from: string
  readonly to: string
}

/** Where it is looked. */
export const seen: Seen = { from: '2026-01-01T00:00:00Z', to: '2026-07-01T00:00:00Z' }

/** The one event of a text. */
export function factsOfText(text: string, range = seen): Facts {
  const facts = new Map<string, string>()
  const [from, to] = [Date.parse(range.from), Date.parse(range.to)]
  for (const { start, end, summary, location, recurrenceId } of expandIcs(text, from, to)) {
    addInstance(facts, recurrenceId, { start, end, title: summary, place: location })
  }
  const master = readBlock(text).blocks.find((block) => block.name === 'VEVENT' && !line(block, 'RECURRENCE-ID'))
  if (master) for (const [name, value] of seriesFactsOf(master)) facts.set(`series ${name}`, value)
  return facts
}

/** The events of a feed or a calendar by UID. */
export function factsByUid(text: string): ReadonlyMap<string, Facts> {
  const head = text.slice(0, text.indexOf('BEGIN:VEVENT'))
  const zones = [...text.matchAll(/BEGIN:VTIMEZONE[\s\S]*?END:VTIMEZONE\r\n/g)].map(([zone]) => zone).join('')
  const events = [...text.matchAll(/BEGIN:VEVENT[\s\S]*?END:VEVENT\r\n/g)].map(([event]) => event)
  const byUid = new Map<string, string[]>()
  for (const event of events) {
    const uid = /^UID:(.*)\r$/m.exec(event.replaceAll('\r\n ', ''))?.[1] ?? ''
    byUid.set(uid, [...(byUid.get(uid) ?? []), event])
  }
  const start = head.includes('BEGIN:VTIMEZONE') ? head.slice(0, head.indexOf('BEGIN:VTIMEZONE')) : head
  return new Map([...byUid].map(([uid, own]) => [uid, factsOfText(`${start}${zones}${own.join('')}END:VCALENDAR\r\n`)]))
}

/** Everything in a calendar of the tenant, by immutable id. */
export function factsOfTenant(tenant: Simulator, calendar: string, range = seen): ReadonlyMap<string, Facts> {
  const [from, to] = [Date.parse(range.from), Date.parse(range.to)]
  const { allDayTimes } = tenant.switches()
  // Shifted, an all-day event of one zone looks like one of another; asked for as midnights, its date is plain.
  tenant.setSwitches({ allDayTimes: 'midnight' })
  const { events, instances } = tenant.control.truth({ calendar }, range)
  tenant.setSwitches({ allDayTimes })
  const byId = new Map(events.map((event) => [textOf(event['id']), new Map<string, string>()]))
  for (const event of events) {
    const facts = byId.get(textOf(event['id']))
    for (const [name, value] of seriesFactsOfGraph(event)) facts?.set(`series ${name}`, value)
    for (const day of listOf(event['cancelledDates'])) facts?.set(`cancelled ${day}`, 'yes')
  }
  for (const instance of instances) {
    const isPart = typeof instance['seriesMasterId'] === 'string'
    const facts = byId.get(textOf(isPart ? instance['seriesMasterId'] : instance['id']))
    const [start, end] = [instantOf(instance['start']), instantOf(instance['end'])]
    if (facts === undefined || start >= to || !(end > from || start === end)) continue
    const slot = instance['isAllDay'] === true ? `${textOf(instance['slotDate'])}T00:00:00Z` : instance['originalStart']
    const title = textOf(instance['subject'])
    addInstance(facts, isPart ? Date.parse(textOf(slot)) : undefined, { start, end, title, place: placeOf(instance) })
  }
  return new Map(events.map((event) => [textOf(event['immutableId']), byId.get(textOf(event['id'])) ?? new Map()]))
}

interface Instance {
  readonly start: number
  readonly end: number
  readonly title: string
  readonly place: string
}

function addInstance(
  facts: Map<string, string>,
  slot: number | undefined,
  { start, end, title, place }: Instance,
): void {
  const key = slot === undefined ? 'single' : print(slot)
  for (const [name, value] of Object.entries({ from: print(start), to: print(end), title, place })) {
    facts.set(`${key} ${name}`, value)
  }
}

function print(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16)
}

function seriesFactsOf(master: Block): ReadonlyMap<string, string> {
  const valueOf = (name: string): string => line(master, name)?.value ?? ''
  const alarm = master.blocks.find(({ name }) => name === 'VALARM')
  return new Map([
    ['DESCRIPTION', valueOf('DESCRIPTION').replaceAll('\\n', '\n').trim()],
    ['CATEGORIES', valueOf('CATEGORIES').split(',').sort().join()],
    ['CLASS', valueOf('CLASS') || 'PUBLIC'],
    ['ALARM', alarm ? (line(alarm, 'TRIGGER')?.value ?? '') : ''],
    ['NOTE', valueOf('X-NOTE')],
  ])
}

// A note of the client's own is not told by the tenant in words.
function seriesFactsOfGraph(event: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const { body, sensitivity } = event
  const html = typeof body === 'object' && body !== null && 'content' in body ? textOf(body.content) : ''
  const text = html.replace(/<head[\s\S]*?<\/head>/g, '').replace(/<[^>]*>/g, '')
  return new Map([
    ['DESCRIPTION', text.trim()],
    ['HTML', html],
    ['CATEGORIES', listOf(event['categories']).sort().join()],
    ['CLASS', sensitivity === 'private' ? 'PRIVATE' : 'PUBLIC'],
    ['ALARM', event['isReminderOn'] === true ? `-PT${Number(event['reminderMinutesBeforeStart'])}M` : ''],
  ])
}

/** A tenant's facts as a text can tell them. */
export function tellable(facts: Facts): Facts {
  return new Map([...facts].filter(([key]) => !isUntold(key)))
}

// What only one of the two readers sees.
function isUntold(key: string): boolean {
  return key.startsWith('cancelled ') || key === 'series NOTE' || key === 'series HTML'
}

/** What a write began from, was to do, and left. Undefined: no such event. */
export interface Story {
  /** What the client had. */
  readonly base: Facts
  /** The tenant before, and after each change that somebody else made meanwhile. */
  readonly theirs: readonly Facts[]
  readonly mine: Facts
  readonly after: Facts
  /** True when the write may have been measured against another text than the client had: then either may stand. */
  readonly isLoose: boolean
  /** True when somebody gave the series another rule in Outlook, where its changed dates may have gone: a client may bring them back. */
  readonly isRuledAnew: boolean
}

/** Where the law is broken, in words. */
export function brokenBy({ base, theirs, mine, after, isLoose, isRuledAnew }: Story): readonly string[] {
  const keys = new Set([
    ...base.keys(),
    ...mine.keys(),
    ...after.keys(),
    ...theirs.flatMap((facts) => [...facts.keys()]),
  ])
  // Words that the person did not touch keep their markup.
  const isBodyMine = base.get('series DESCRIPTION') !== mine.get('series DESCRIPTION')
  const html = theirs.map((facts) => facts.get('series HTML'))
  const isFlattened = !isLoose && !isBodyMine && after.size > 0 && !html.includes(after.get('series HTML'))
  const broken = [...keys].flatMap((key) => {
    if (isUntold(key)) return []
    const [b, m, a] = [base.get(key), mine.get(key), after.get(key)]
    const t = theirs.map((facts) => facts.get(key))
    if (a === undefined && isCancelled(key, [...theirs, after])) return []
    const isTheirs = t.some((value) => value !== b)
    const allowed = m === b ? [...t] : isTheirs ? [m, ...t] : [m]
    if (isLoose) allowed.push(m, ...t)
    if (isRuledAnew && isWords(key)) allowed.push(m)
    // A date that the other rule has brought, and the client has not seen, has what the client says of all dates.
    if (isRuledAnew && b === undefined && m === undefined && isWords(key)) allowed.push(...wordsLike(key, mine))
    // A date that the client has moved has what somebody else has said of all dates.
    if (b === undefined && isWords(key)) allowed.push(...theirs.flatMap((facts) => wordsLike(key, facts)))
    const told = `${key}: had ${show(b)}, wanted ${show(m)}, theirs ${t.map(show).join(' | ')}, is ${show(a)}`
    return allowed.includes(a) ? [] : [told]
  })
  return isFlattened ? [...broken, `the markup of the body: ${show(after.get('series HTML'))}`] : broken
}

function isWords(key: string): boolean {
  return key.endsWith(' title') || key.endsWith(' place')
}

function wordsLike(key: string, facts: Facts): readonly string[] {
  const name = key.slice(key.indexOf(' '))
  return [...facts].flatMap(([other, value]) => (other.endsWith(name) ? [value] : []))
}

// A cancelled date cannot be brought back. Its day may be the next one in UTC.
function isCancelled(key: string, all: readonly Facts[]): boolean {
  const at = Date.parse(`${key.slice(0, 16)}:00Z`)
  if (Number.isNaN(at)) return false
  const days = [-1, 0, 1].map((days) => new Date(at + days * 86_400_000).toISOString().slice(0, 10))
  return all.some((facts) => days.some((day) => facts.has(`cancelled ${day}`)))
}

function show(value: string | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}

/** The first differences, in words. */
export function differences(one: Facts, other: Facts): readonly string[] {
  const keys = [...new Set([...one.keys(), ...other.keys()])].filter((key) => one.get(key) !== other.get(key))
  return keys.map((key) => `${key}: ${show(one.get(key))} ≠ ${show(other.get(key))}`)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function placeOf({ location }: Readonly<Record<string, unknown>>): string {
  return typeof location === 'object' && location !== null && 'displayName' in location
    ? String(location.displayName)
    : ''
}

function instantOf(value: unknown): number {
  const text = typeof value === 'object' && value !== null && 'dateTime' in value ? String(value.dateTime) : ''
  return Date.parse(`${text.slice(0, 19)}Z`)
}
