// What a person changed: the calendar object that was served against the one that came back in a PUT, per property and per
// instance (RFC 5545 §3.8; RFC 4791 §5.3.4). Order, folding, default values, stamps and spellings of one meaning are no change.
import { zonesOf, type Zones } from '../ical/instant.ts'
import type { Extent } from '../ical/extent.ts'
import type { CalendarObject, Component } from '../ical/object.ts'
import { compareEvents, isUnchanged, noChanges, type EventChanges } from './compare-event.ts'
import { cancelledSlots, instanceAt, isSameSlot, pairSlots, slotOfOverride, type Slot } from './compare-slots.ts'
import { timingOf } from './compare-times.ts'

export interface CompareContext {
  /** IANA zone of floating times. */
  readonly floatingZone: string
  /** The mailbox's addresses: whose answer is the owner's. */
  readonly ownAddresses: readonly string[]
}

/** What became of one instance that is not as the master says. */
export interface OverrideChange {
  /**
   * `added`: compared with what the new master says of that date. `vanished` without being cancelled: from what it was to
   * what the new master says.
   */
  readonly kind: 'added' | 'changed' | 'vanished'
  readonly slot: Slot
  readonly changes: EventChanges
}

export interface ObjectChanges {
  /** Whether there is a master in both texts, in the second only, in the first only; none in both counts as both. */
  readonly masterIs: 'kept' | 'added' | 'removed'
  readonly master: EventChanges
  /** In the order of the dates; unchanged overrides are not listed, nor added ones that say what the master says. */
  readonly overrides: readonly OverrideChange[]
  /** Dates that are cancelled now and were not. */
  readonly cancelled: readonly Slot[]
  /** Dates that were cancelled and no longer are. */
  readonly restored: readonly Slot[]
}

/** Compares two versions of an object. Throws `IcalError` and `UnsupportedError` for times and rules that cannot be read. */
export function compareObjects(before: CalendarObject, after: CalendarObject, context: CompareContext): ObjectChanges {
  const [old, now] = [readObject(before, context), readObject(after, context)]
  const cancelled = now.cancelled.filter((slot) => !old.cancelled.some((other) => isSameSlot(slot, other)))
  const restored = old.cancelled.filter((slot) => !now.cancelled.some((other) => isSameSlot(slot, other)))
  const overrides = [...compareOverrides(old, now, context)].filter(
    ({ kind, changes }) => kind === 'vanished' || !isUnchanged(changes),
  )
  return {
    masterIs: masterChange(before, after),
    master: compareMasters(old, now, context),
    overrides: overrides.sort((one, other) => one.slot.at - other.slot.at),
    cancelled,
    restored,
  }
}

/** True when the person changed nothing, not even what is kept in the local store. */
export function isSameObject({ masterIs, master, overrides, cancelled, restored }: ObjectChanges): boolean {
  return masterIs === 'kept' && isUnchanged(master) && overrides.length + cancelled.length + restored.length === 0
}

interface ReadObject {
  readonly master: { readonly event: Component; readonly extent: Extent } | undefined
  readonly overrides: readonly { readonly event: Component; readonly slot: Slot }[]
  /** Without those that an override takes. */
  readonly cancelled: readonly Slot[]
  readonly zones: Zones
}

function readObject({ master, overrides, zones: vtimezones }: CalendarObject, context: CompareContext): ReadObject {
  const zones = zonesOf(vtimezones, context.floatingZone)
  const extent = master && timingOf(master, zones).extent
  const replaced = overrides.flatMap((event) => {
    const slot = slotOfOverride(event, extent, zones)
    return slot === undefined ? [] : [{ event, slot }]
  })
  const cancelled = master && extent ? cancelledSlots(master, extent, zones) : []
  return {
    master: master && extent && { event: master, extent },
    overrides: replaced,
    cancelled: cancelled.filter((slot) => !replaced.some((other) => isSameSlot(slot, other.slot))),
    zones,
  }
}

function masterChange(before: CalendarObject, after: CalendarObject): ObjectChanges['masterIs'] {
  if ((before.master === undefined) === (after.master === undefined)) return 'kept'
  return before.master === undefined ? 'added' : 'removed'
}

function compareMasters(old: ReadObject, now: ReadObject, { ownAddresses }: CompareContext): EventChanges {
  if (!old.master || !now.master) return noChanges
  return compareEvents(
    { event: old.master.event, zones: old.zones },
    { event: now.master.event, zones: now.zones },
    ownAddresses,
  )
}

function* compareOverrides(
  old: ReadObject,
  now: ReadObject,
  { ownAddresses }: CompareContext,
): Generator<OverrideChange> {
  const pairs = pairSlots(now.overrides, old.overrides)
  for (const override of now.overrides) {
    const was = pairs.get(override)
    const { slot, event } = override
    const base = was ? { event: was.event, zones: old.zones } : masterAt(now, slot)
    if (base === undefined) continue
    const changes = compareEvents(base, { event, zones: now.zones }, ownAddresses)
    yield { kind: was ? 'changed' : 'added', slot, changes }
  }
  const found = new Set(pairs.values())
  for (const override of old.overrides) {
    const { slot, event } = override
    const base = masterAt(now, slot)
    if (found.has(override) || base === undefined || now.cancelled.some((other) => isSameSlot(slot, other))) continue
    yield { kind: 'vanished', slot, changes: compareEvents({ event, zones: old.zones }, base, ownAddresses) }
  }
}

function masterAt({ master, zones }: ReadObject, slot: Slot): { event: Component; zones: Zones } | undefined {
  return master && { event: instanceAt(master.event, slot, master.extent), zones }
}
