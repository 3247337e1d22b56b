// Kept values back into what Graph shows: pure, and careful, because anybody may have changed the event or the values since.
// A value whose partner reads otherwise is left out; none can touch what Graph itself says of time, people or identity.
import { GraphdavError } from '../base/errors.ts'
import type { Extent } from '../ical/extent.ts'
import type { CalendarObject, Component, Property } from '../ical/object.ts'
import { slotStarts } from '../ical/rule.ts'
import { firstProperty, valueOf, withProperties } from '../ical/text.ts'
import { timeOf, timeProperty, wallMs } from '../ical/value.ts'
import { instantIn } from '../ical/zone.ts'
import { alarmKey } from './compare-alarms.ts'
import { isDurableName, isVolatileName } from './compare-lines.ts'
import { addressOf, attendeeTypeOf } from './compare-people.ts'
import { instanceAt, slotOnDay, type Slot } from './compare-slots.ts'
import { isTied } from './kept-ties.ts'
import { nothingKept, type Kept, type Piece } from './kept.ts'
import { withOwnZones } from './kept-zones.ts'
import { slotted, type SlottedEvent, type SlottedObject } from './slotted.ts'

/** Kept values of one object. */
export interface KeptValues {
  /** One per series that the object is made of (several only where there is no master). */
  readonly durable: readonly Kept[]
  /** From the local store. */
  readonly local: Kept
}

/**
 * The object as clients get it: what Graph shows and what is kept. An instance that Graph shows as its series does, but of
 * which something is kept, becomes an override.
 */
export function mergeKept(object: CalendarObject, { durable, local }: KeptValues): CalendarObject {
  const kept = durable.reduce(joinDocuments, nothingKept)
  const read = slotted(object, 'UTC')
  const piecesAt = (day: string): readonly Piece[] => [
    ...(kept.slots.get(day) ?? kept.main),
    ...(local.slots.get(day) ?? []),
  ]
  const days = [...new Set([...kept.slots.keys(), ...local.slots.keys()])]
  const overrides = [...read.overrides, ...plainInstances(read, days)]
    .map(({ slot, event }) => withPieces(event, piecesAt(slot.day)))
    .sort((one, other) => wallOfSlot(one) - wallOfSlot(other))
  const master = object.master && withPieces(object.master, [...kept.main, ...local.main])
  return withOwnZones({ ...object, master, overrides }, kept.main)
}

// Without a master the documents of several series have different days.
function joinDocuments(one: Kept, other: Kept): Kept {
  return { main: [...one.main, ...other.main], slots: new Map([...one.slots, ...other.slots]) }
}

// Dates of the series that nobody cancelled or changed in Graph.
function plainInstances(object: SlottedObject, days: readonly string[]): readonly SlottedEvent[] {
  const { extent } = object
  const { master } = object.object
  const rule = master && valueOf(master, 'RRULE')
  if (!master || !extent || rule === undefined) return []
  const asked = days.flatMap((day) => slotOnDay(day, object) ?? [])
  const free = asked.filter((slot) => object.overrideAt(slot) === undefined && !object.isCancelled(slot))
  const ruled = ruledInstants(free, rule, extent)
  return free.filter(({ at }) => ruled.has(at)).map((slot) => ({ slot, event: overrideAt(master, slot, extent) }))
}

// None when it would take too long to say.
function ruledInstants(slots: readonly Slot[], rule: string, extent: Extent): ReadonlySet<number> {
  const instants = slots.map(({ at }) => at)
  const range = { start: Math.min(...instants), end: Math.max(...instants) + 1 }
  if (instants.length === 0) return new Set()
  try {
    const walls = slotStarts({ rule, start: extent.start.wall, zone: extent.zone }, range)
    return new Set(walls.map((wall) => instantIn(extent.zone, wall)))
  } catch (error) {
    if (error instanceof GraphdavError) return new Set()
    throw error
  }
}

function overrideAt(master: Component, slot: Slot, extent: Extent): Component {
  const instance = instanceAt(master, slot, extent)
  const start = firstProperty(instance, 'DTSTART')
  return start ? withProperties(instance, [timeProperty('RECURRENCE-ID', timeOf(start))]) : instance
}

function wallOfSlot(override: Component): number {
  const recurrenceId = firstProperty(override, 'RECURRENCE-ID')
  return recurrenceId ? wallMs(timeOf(recurrenceId).wall) : 0
}

/** One VEVENT with its kept values, those left out whose partner reads otherwise now. */
export function withPieces(event: Component, pieces: readonly Piece[]): Component {
  return pieces.filter((piece) => isTied(piece, event)).reduce(withPiece, withLines(event, pieces))
}

// All lines of a name are one value: they replace what Graph shows under that name.
function withLines(event: Component, pieces: readonly Piece[]): Component {
  const lines = pieces.flatMap((piece) =>
    piece.kind === 'property' && isKeepable(piece.line.name) && isTied(piece, event) ? [piece.line] : [],
  )
  return lines.length === 0 ? event : withProperties(event, lines)
}

function isKeepable(name: string): boolean {
  const isExact = name === 'PRIORITY' || name === 'CLASS' || name === 'STATUS' || name === 'ORGANIZER'
  return isExact || isDurableName(name) || isVolatileName(name)
}

function withPiece(event: Component, piece: Piece): Component {
  switch (piece.kind) {
    case 'property':
    case 'zone':
      return event
    case 'alarms':
      return { ...event, components: [...withoutAlarms(event), ...piece.alarms] }
    case 'person':
      return mapLines(event, (line) => (isPerson(line, piece.line) ? withParameters(line, piece.line) : line))
    case 'attendee':
      return { ...event, properties: [...event.properties, piece.line] }
    case 'seen':
      return {
        ...event,
        components: event.components.map((alarm) =>
          isAlarm(alarm, piece.alarm) ? withProperties(alarm, piece.lines) : alarm,
        ),
      }
    case 'snooze':
      return { ...event, components: [...event.components, piece.alarm] }
  }
}

function withoutAlarms({ components }: Component): readonly Component[] {
  return components.filter(({ name }) => name !== 'VALARM')
}

function isAlarm(child: Component, key: string): boolean {
  return child.name === 'VALARM' && alarmKey(child) === key
}

function mapLines(event: Component, change: (line: Property) => Property): Component {
  return { ...event, properties: event.properties.map(change) }
}

function isPerson(line: Property, kept: Property): boolean {
  return line.name === 'ATTENDEE' && addressOf(line) === addressOf(kept)
}

// ROLE and CUTYPE say more than Graph's type, as long as that is still the one that they were written as.
function withParameters(line: Property, kept: Property): Property {
  const type = attendeeTypeOf(line)
  const added = kept.parameters.filter(({ name }) =>
    name === 'ROLE' || name === 'CUTYPE' ? type === 'required' : true,
  )
  const names = added.map(({ name }) => name)
  return { ...line, parameters: [...line.parameters.filter(({ name }) => !names.includes(name)), ...added] }
}
