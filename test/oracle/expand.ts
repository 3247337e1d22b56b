// An independent expander of iCalendar texts, for tests: rrule-temporal makes the slots in wall time, and the zone is read
// from the VTIMEZONE that stands in the text. Shares nothing with src: a mistake there is not repeated here.
import { RRuleTemporal } from 'rrule-temporal'
import {
  instantOf,
  line,
  lines,
  readBlock,
  readZones,
  timeOf,
  timesOf,
  wallMsOf,
  wallOf,
  type Block,
  type OracleTime,
  type OracleZones,
} from './ics.ts'

/** One date that a client would show. Milliseconds; all-day events begin and end at midnight UTC of their dates. */
export interface OracleInstance {
  readonly uid: string
  readonly start: number
  readonly end: number
  /** The original slot; absent for an event that does not repeat. */
  readonly recurrenceId?: number
  readonly summary: string
  readonly location: string
  readonly isAllDay: boolean
  /** STATUS of the event; empty when it has none. */
  readonly status: string
}

/**
 * The instances of all VEVENTs of a text (one object or a whole feed) that touch [fromMs, toMs), by start. Throws for
 * anything it does not understand, an undefined TZID first of all.
 */
export function expandIcs(text: string, fromMs: number, toMs: number): readonly OracleInstance[] {
  const calendar = readBlock(text)
  const zones = readZones(calendar, new Date(toMs).getUTCFullYear() + 2)
  const events = calendar.blocks.filter(({ name }) => name === 'VEVENT').map((block) => readEvent(block, zones))
  const overridden = new Set(events.filter(({ slot }) => slot !== undefined).map(({ uid, slot }) => `${uid} ${slot}`))
  return events
    .flatMap((event) => instancesOf(event, overridden, fromMs, toMs))
    .filter(({ start, end }) => start < toMs && (end > fromMs || (start === end && start >= fromMs)))
    .sort((one, other) => one.start - other.start || one.end - other.end || one.uid.localeCompare(other.uid))
}

interface OracleEvent {
  readonly block: Block
  readonly uid: string
  readonly start: OracleTime
  /** End on the clock of the start's zone minus start; or the exact length where the zones differ. */
  readonly length: { readonly onClock: number } | { readonly exact: number }
  /** The slot that this override takes; undefined for a master. */
  readonly slot: number | undefined
  readonly zones: OracleZones
}

function readEvent(block: Block, zones: OracleZones): OracleEvent {
  const start = timeOf(block, 'DTSTART', zones)
  if (!start) throw new Error('a VEVENT without DTSTART')
  if (line(block, 'DURATION')) throw new Error('DURATION is not read here')
  const end = timeOf(block, 'DTEND', zones)
  const slot = timeOf(block, 'RECURRENCE-ID', zones)
  return {
    block,
    uid: line(block, 'UID')?.value ?? '',
    start,
    length: lengthOf(start, end),
    slot: slot && instantOf(slot.wall, slot.zone),
    zones,
  }
}

function lengthOf(start: OracleTime, end: OracleTime | undefined): OracleEvent['length'] {
  if (!end) return { onClock: start.isDate ? 86_400_000 : 0 }
  if (end.isDate !== start.isDate) throw new Error('DTSTART and DTEND are of different types')
  const length =
    end.zone === start.zone
      ? { onClock: end.wall - start.wall }
      : { exact: instantOf(end.wall, end.zone) - instantOf(start.wall, start.zone) }
  if (Object.values(length).some((ms) => ms < 0)) throw new Error('an event ends before it starts')
  return length
}

function instancesOf(
  event: OracleEvent,
  overridden: ReadonlySet<string>,
  fromMs: number,
  toMs: number,
): readonly OracleInstance[] {
  const { block, start, uid, slot } = event
  const rule = line(block, 'RRULE')
  const extra = lines(block, 'RDATE').flatMap((line) => timesOf(line, event.zones))
  if (slot !== undefined) return [instanceAt(event, start.wall, slot)]
  if (!rule && extra.length === 0) return [instanceAt(event, start.wall, undefined)]
  const excluded = new Set(
    lines(block, 'EXDATE').flatMap((line) => {
      const times = timesOf(line, event.zones)
      if (times.some(({ isDate }) => isDate !== start.isDate))
        throw new Error('EXDATE and DTSTART are of different types')
      return times.map(({ wall, zone }) => instantOf(wall, zone))
    }),
  )
  const walls = rule ? slotWalls(event, rule.value, fromMs, toMs) : [start.wall]
  const all = [...walls, ...extra.map(({ wall, zone }) => wallOf(instantOf(wall, zone), start.zone))]
  const byInstant = new Map(all.map((wall) => [instantOf(wall, start.zone), wall]))
  return [...byInstant]
    .filter(([instant]) => !excluded.has(instant) && !overridden.has(`${uid} ${instant}`))
    .map(([instant, wall]) => instanceAt(event, wall, instant))
}

function instanceAt(event: OracleEvent, wall: number, recurrenceId: number | undefined): OracleInstance {
  const { start, length, block, uid } = event
  const from = instantOf(wall, start.zone)
  const to = 'exact' in length ? from + length.exact : instantOf(wall + length.onClock, start.zone)
  return {
    uid,
    start: from,
    end: Math.max(from, to),
    ...(recurrenceId === undefined ? {} : { recurrenceId }),
    summary: plainText(line(block, 'SUMMARY')?.value ?? ''),
    location: plainText(line(block, 'LOCATION')?.value ?? ''),
    isAllDay: start.isDate,
    status: line(block, 'STATUS')?.value ?? '',
  }
}

function plainText(value: string): string {
  return value.replace(/\\(.)/gs, (_, character: string) => (character.toLowerCase() === 'n' ? '\n' : character))
}

// The wall clock is a UTC clock to the rule: no zone, so no gaps and no doubled hours; UNTIL is set to the same clock.
function slotWalls(event: OracleEvent, rule: string, fromMs: number, toMs: number): readonly number[] {
  const { start, length } = event
  const longest = Object.values(length)[0] ?? 0
  const value = rule.replace(/UNTIL=(\w+)/, (_, text: string) => {
    const until = text.endsWith('Z')
      ? wallOf(wallMsOf(text), start.zone)
      : wallMsOf(text) + (text.includes('T') ? 0 : 86_399_000)
    return `UNTIL=${compact(until)}`
  })
  const iterated = (rule: string): RRuleTemporal =>
    new RRuleTemporal({ rruleString: `DTSTART:${compact(start.wall)}\nRRULE:${rule}`, maxIterations: 10_000 })
  const day = 86_400_000
  const from = new Date(Math.max(start.wall, fromMs - longest - 2 * day))
  const isCounted = value.includes('COUNT=')
  const first = isCounted ? iterated(value).next(new Date(start.wall), true)?.epochMilliseconds : undefined
  const counted = isCounted && first !== start.wall ? countedWithoutStart(value) : value
  const found = counted === undefined ? [] : iterated(counted).between(from, new Date(toMs + 2 * day), true)
  return [start.wall, ...found.map((date) => date.epochMilliseconds)]
}

// DTSTART is the first instance and counts, also where the rule does not name it; nothing is left of a COUNT of one then.
function countedWithoutStart(rule: string): string | undefined {
  const count = Number(/COUNT=(\d+)/.exec(rule)?.[1])
  return count === 1 ? undefined : rule.replace(/COUNT=\d+/, `COUNT=${count - 1}`)
}

function compact(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '')
}
