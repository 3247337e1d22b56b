// The recurrence set of a calendar object as instants (RFC 5545 §3.8.5; which instances touch a range: RFC 4791 §9.9).
// RECURRENCE-ID and EXDATE of another value type than DTSTART are matched by local date, as old clients write them.
import { IcalError, UnsupportedError } from '../base/errors.ts'
import type { WallTime } from '../base/zones.ts'
import { extentOf, type Extent } from './extent.ts'
import { instantOfTime, zonesOf, type Zones } from './instant.ts'
import type { CalendarObject, Component, TimeRange } from './object.ts'
import { defaultRuleLimits, slotStarts, type RuleLimits } from './rule.ts'
import { firstProperty, propertiesOf } from './text.ts'
import { dayMs, timeOf, timesOf, timesOrPeriodsOf, type IcalTime } from './value.ts'
import { instantIn, wallIn } from './zone.ts'

/** One date of a calendar object. Times are instants in milliseconds; those of an all-day event are midnights. */
export interface Instance {
  readonly start: number
  /** Equal to `start` for an event without length. */
  readonly end: number
  /** The slot in the series, wherever the instance was moved to; undefined for an event that does not repeat. */
  readonly recurrenceId: number | undefined
  /** The master, or the override that replaces it. */
  readonly component: Component
  readonly isAllDay: boolean
}

/** How to read an object. */
export interface ExpandOptions {
  /** IANA zone of floating times and dates. */
  readonly floatingZone: string
  readonly limits?: RuleLimits
}

/**
 * The instances that touch a range, by start: those that begin before its end and end after its start; one without length
 * touches where it begins. A range without an end is for objects that end. Cancelled overrides are instances too. Throws
 * `IcalError` and `UnsupportedError` for what cannot be read, `too-large` where a limit is passed.
 */
export function expand(object: CalendarObject, range: TimeRange, options: ExpandOptions): readonly Instance[] {
  const zones = zonesOf(object.zones, options.floatingZone)
  const overrides = overridesOf(object, zones)
  const fromMaster =
    object.master === undefined ? [] : masterInstances(object.master, { zones, overrides, range, ...options })
  return [...fromMaster, ...overrides.instances]
    .filter((instance) => touches(instance, range))
    .sort((one, other) => one.start - other.start || (one.recurrenceId ?? 0) - (other.recurrenceId ?? 0))
}

/** RFC 4791 §9.9, first table. */
export function touches(span: { readonly start: number; readonly end: number }, range: TimeRange): boolean {
  const startsBeforeEnd = range.end === null || span.start < range.end
  if (!startsBeforeEnd || range.start === null) return startsBeforeEnd
  return span.end > range.start || (span.start === span.end && span.start >= range.start)
}

interface Overrides {
  /** The slots that overrides take from the master. */
  readonly slots: ReadonlySet<number>
  readonly instances: readonly Instance[]
}

// The last override of a slot counts.
function overridesOf(object: CalendarObject, zones: Zones): Overrides {
  const extent = object.master === undefined ? undefined : extentOf(object.master, zones)
  const instances = new Map<number, Instance>()
  for (const component of object.overrides) {
    const recurrenceId = firstProperty(component, 'RECURRENCE-ID')
    if (!recurrenceId) throw new IcalError('an override has no RECURRENCE-ID', { property: 'RECURRENCE-ID' })
    const slot = slotOf(timeOf(recurrenceId), extent, zones)
    instances.set(slot, instanceAt(component, slot, extentOf(component, zones)))
  }
  return { slots: new Set(instances.keys()), instances: [...instances.values()] }
}

function instanceAt(component: Component, recurrenceId: number | undefined, extent: Extent): Instance {
  const { start, zone } = extent
  return {
    start: instantIn(zone, start.wall),
    end: extent.endOf(start.wall),
    recurrenceId,
    component,
    isAllDay: start.kind === 'date',
  }
}

/** The instant of the slot that a RECURRENCE-ID, EXDATE or RDATE means in the series of this master. */
export function slotOf(time: IcalTime, master: Extent | undefined, zones: Zones): number {
  if (master === undefined || (master.start.kind === 'date') === (time.kind === 'date'))
    return instantOfTime(time, zones)
  const { year, month, day } = time.wall
  return instantIn(master.zone, { ...master.start.wall, year, month, day })
}

interface MasterWork extends ExpandOptions {
  readonly zones: Zones
  readonly overrides: Overrides
  readonly range: TimeRange
}

function masterInstances(master: Component, work: MasterWork): readonly Instance[] {
  if (firstProperty(master, 'EXRULE')) throw new UnsupportedError('EXRULE', 'EXRULE is not supported')
  const extent = extentOf(master, work.zones)
  const single = instanceAt(master, undefined, extent)
  const rules = propertiesOf(master, 'RRULE')
  const dates = propertiesOf(master, 'RDATE')
  if (rules.length + dates.length === 0) return work.overrides.slots.has(single.start) ? [] : [single]
  const taken = new Set([...work.overrides.slots, ...slotsOf(master, 'EXDATE', extent, work.zones)])
  const ends = new Map([
    ...ruleSlots(
      rules.map(({ value }) => value),
      extent,
      work,
    ),
    ...dateSlots(master, extent, work.zones),
  ])
  return [...ends]
    .filter(([slot]) => !taken.has(slot))
    .map(([slot, end]) => ({ ...single, start: slot, end, recurrenceId: slot }))
}

/** The slots that the times of all properties of a name mean. */
function slotsOf(master: Component, name: string, extent: Extent, zones: Zones): readonly number[] {
  return propertiesOf(master, name)
    .flatMap(timesOf)
    .map((time) => slotOf(time, extent, zones))
}

type SlotAndEnd = readonly [slot: number, end: number]

// DTSTART is a slot of every rule, and of a series that has only RDATEs.
function ruleSlots(rules: readonly string[], extent: Extent, work: MasterWork): readonly SlotAndEnd[] {
  const { start, end } = work.range
  const search = { start: start === null ? null : start - extent.longest, end }
  const series = { start: extent.start.wall, zone: extent.zone }
  const walls: readonly WallTime[] =
    rules.length === 0
      ? [extent.start.wall]
      : rules.flatMap((rule) => slotStarts({ ...series, rule }, search, work.limits ?? defaultRuleLimits))
  return walls.map((wall) => [instantIn(extent.zone, wall), extent.endOf(wall)])
}

/** The slots that RDATEs add, with their ends. */
export function dateSlots(master: Component, extent: Extent, zones: Zones): readonly SlotAndEnd[] {
  return propertiesOf(master, 'RDATE')
    .flatMap(timesOrPeriodsOf)
    .map((date): SlotAndEnd => {
      if (!('start' in date)) return endAfter(slotOf(date, extent, zones), extent)
      const slot = slotOf(date.start, extent, zones)
      if ('kind' in date.end) return [slot, Math.max(slot, instantOfTime(date.end, zones))]
      return [slot, slot + date.end.days * dayMs + date.end.seconds * 1000]
    })
}

function endAfter(slot: number, extent: Extent): SlotAndEnd {
  return [slot, extent.endOf(wallIn(extent.zone, slot))]
}
