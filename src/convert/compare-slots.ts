// Which date of a series a RECURRENCE-ID or EXDATE means, and what the master says of that date (RFC 5545 §3.8.4.4,
// §3.8.5.1). A Graph series has at most one slot a day, so a slot is found by its instant, else by its day in the series' zone.
import type { Component } from '../ical/object.ts'
import { slotOf } from '../ical/expand.ts'
import type { Extent } from '../ical/extent.ts'
import { instantOfTime, zoneOfTime, type Zones } from '../ical/instant.ts'
import { firstProperty, propertiesOf, withoutProperties } from '../ical/text.ts'
import { addToWall, printTime, timeOf, timesOf, wallFromMs, wallMs, type IcalTime } from '../ical/value.ts'
import { wallIn } from '../ical/zone.ts'
import { dayOfGraphDate, dayOfWall, graphDateOf, icalDateOf, onDay, utcText } from './time.ts'

/** One date of a series, wherever its instance was moved to. */
export interface Slot {
  /** `2026-03-09T08:30:00Z`, as Graph's originalStart; of an all-day series the day. */
  readonly name: string
  /** `yyyy-MM-dd` in the series' zone. */
  readonly day: string
  /** Instant of the slot; of an all-day series the midnight UTC of its day. */
  readonly at: number
  readonly isDate: boolean
}

/** The slot that a time means in the series of this master; without one, in the time's own zone. */
export function slotOfTime(time: IcalTime, master: Extent | undefined, zones: Zones): Slot {
  const kind = master === undefined ? time.kind : master.start.kind
  if (kind === 'date') {
    const at = dayOfDate(time, zones)
    const day = graphDateOf(at)
    return { name: day, day, at, isDate: true }
  }
  const at = slotOf(time, master, zones)
  const zone = master === undefined ? zoneOfTime(time, zones) : master.zone
  return { name: rfc3339(at), day: graphDateOf(dayOfWall(wallIn(zone, at))), at, isDate: false }
}

// The day that a time means in an all-day series. Thunderbird, when its user makes a series all-day, turns the series' dates
// into midnights of UTC and writes those as the user's clock shows them (EXDATE with its zone, RECURRENCE-ID without):
// west of Greenwich that is the evening before.
function dayOfDate(time: IcalTime, zones: Zones): number {
  const day = dayOfWall(time.wall)
  if (time.kind === 'floating') return dayOfWall(addToWall(time.wall, { days: 0, seconds: 12 * 3600 }))
  const at = time.kind === 'zoned' ? instantOfTime(time, zones) : day
  return at === dayOfWall(wallFromMs(at)) ? at : day
}

/** The slot that an override replaces; undefined for a VEVENT without RECURRENCE-ID. */
export function slotOfOverride(override: Component, master: Extent | undefined, zones: Zones): Slot | undefined {
  const recurrenceId = firstProperty(override, 'RECURRENCE-ID')
  return recurrenceId && slotOfTime(timeOf(recurrenceId), master, zones)
}

/** The slot of a series on a day (`yyyy-MM-dd` in its zone), whether its rule has one there or not. */
export function slotOnDay(
  day: string,
  { extent, zones }: { readonly extent: Extent | undefined; readonly zones: Zones },
): Slot | undefined {
  const midnight = dayOfGraphDate(day)
  return midnight === undefined ? undefined : slotOfTime(icalDateOf(midnight), extent, zones)
}

/** The cancelled slots of a master, in the order of the text. */
export function cancelledSlots(master: Component, extent: Extent, zones: Zones): readonly Slot[] {
  return propertiesOf(master, 'EXDATE')
    .flatMap(timesOf)
    .map((time) => slotOfTime(time, extent, zones))
}

/** `2026-03-09T08:30:00Z` */
export function rfc3339(instant: number): string {
  return utcText(instant).replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')
}

/** Finds an element by its slot: by the instant, else by the day. The first of several counts. */
export function slotIndex<Item extends { readonly slot: Slot }>(
  items: readonly Item[],
): (slot: Slot) => Item | undefined {
  const reversed = [...items].reverse()
  const byName = new Map(reversed.map((item) => [item.slot.name, item]))
  const byDay = new Map(reversed.map((item) => [item.slot.day, item]))
  return ({ name, day }) => byName.get(name) ?? byDay.get(day)
}

/** The partner of each element of `left` in `right`, by instant where there is one, else by day; each is used once. */
export function pairSlots<Left extends { readonly slot: Slot }, Right extends { readonly slot: Slot }>(
  left: readonly Left[],
  right: readonly Right[],
): ReadonlyMap<Left, Right> {
  const pairs = new Map<Left, Right>()
  const used = new Set<Right>()
  for (const key of ['name', 'day'] as const) {
    const free = new Map(right.filter((item) => !used.has(item)).map((item) => [item.slot[key], item]))
    for (const item of left) {
      const other = pairs.has(item) ? undefined : free.get(item.slot[key])
      if (other === undefined || used.has(other)) continue
      pairs.set(item, other)
      used.add(other)
    }
  }
  return pairs
}

/** True when two slots of one series, or of two versions of it, are the same date. */
export function isSameSlot(one: Slot, other: Slot): boolean {
  return one.name === other.name || one.day === other.day
}

/** What the master says of one of its slots: the master at that date, without its recurrence. */
export function instanceAt(master: Component, slot: Slot, extent: Extent): Component {
  const day = slot.isDate ? slot.at : dayOfWall(wallIn(extent.zone, slot.at))
  const start = onDay(day, extent.start.wall)
  const seconds = (wallMs(start) - wallMs(extent.start.wall)) / 1000
  const moved = master.properties.map((line) => {
    if (line.name !== 'DTSTART' && line.name !== 'DTEND') return line
    const time = timeOf(line)
    return { ...line, value: printTime({ ...time, wall: addToWall(time.wall, { days: 0, seconds }) }) }
  })
  return withoutProperties({ ...master, properties: moved }, ['RRULE', 'RDATE', 'EXDATE', 'EXRULE'])
}
