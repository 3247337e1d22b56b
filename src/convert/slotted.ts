// A calendar object whose overrides and cancelled dates are found by slot (RFC 5545 §3.8.4.4, §3.8.5.1): read once, asked often.
import { extentOf, type Extent } from '../ical/extent.ts'
import { zonesOf, type Zones } from '../ical/instant.ts'
import type { CalendarObject, Component } from '../ical/object.ts'
import { withoutProperties } from '../ical/text.ts'
import { cancelledSlots, instanceAt, slotIndex, slotOfOverride, type Slot } from './compare-slots.ts'

export interface SlottedObject {
  readonly object: CalendarObject
  readonly zones: Zones
  /** Of the master; undefined without one. */
  readonly extent: Extent | undefined
  readonly overrides: readonly SlottedEvent[]
  /** Without those that an override takes. */
  readonly cancelled: readonly Slot[]
  overrideAt(slot: Slot): Component | undefined
  isCancelled(slot: Slot): boolean
}

export interface SlottedEvent {
  readonly event: Component
  readonly slot: Slot
}

/** Reads the slots of an object. Throws `IcalError` for times that cannot be read. */
export function slotted(object: CalendarObject, floatingZone: string): SlottedObject {
  const { master } = object
  const zones = zonesOf(object.zones, floatingZone)
  const extent = master && extentOf(master, zones)
  const overrides = object.overrides.flatMap((event) => {
    const slot = slotOfOverride(event, extent, zones)
    // A rule there is a copy of the master's, or was refused.
    return slot === undefined ? [] : [{ event: withoutProperties(event, ['RRULE', 'RDATE', 'EXRULE']), slot }]
  })
  const find = slotIndex(overrides)
  const all = master && extent ? cancelledSlots(master, extent, zones) : []
  const cancelled = all.filter((slot) => find(slot) === undefined)
  const findCancelled = slotIndex(cancelled.map((slot) => ({ slot })))
  return {
    object,
    zones,
    extent,
    overrides,
    cancelled,
    overrideAt: (slot) => find(slot)?.event,
    isCancelled: (slot) => findCancelled(slot) !== undefined,
  }
}

/** What an object says of a slot: its override, else its master at that date. */
export function eventAt(object: SlottedObject, slot: Slot): Component | undefined {
  return object.overrideAt(slot) ?? masterAt(object, slot)
}

/** What the master says of a slot. */
export function masterAt({ object, extent }: SlottedObject, slot: Slot): Component | undefined {
  return object.master && extent && instanceAt(object.master, slot, extent)
}
