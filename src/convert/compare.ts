// What a person changed: the calendar object that was served against the one that came back in a PUT, per property and per
// instance (RFC 5545 §3.8; RFC 4791 §5.3.4). Order, folding, default values, stamps and spellings of one meaning are no change.
import type { CalendarObject } from '../ical/object.ts'
import { compareEvents, isUnchanged, noChanges, type EventChanges } from './compare-event.ts'
import { pairSlots, type Slot } from './compare-slots.ts'
import { masterAt, slotted, type SlottedObject } from './slotted.ts'

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
  const [old, now] = [slotted(before, context.floatingZone), slotted(after, context.floatingZone)]
  const overrides = [...compareOverrides(old, now, context)].filter(
    ({ kind, changes }) => kind === 'vanished' || !isUnchanged(changes),
  )
  return {
    masterIs: masterChange(before, after),
    master: compareMasters(old, now, context),
    overrides: overrides.sort((one, other) => one.slot.at - other.slot.at),
    cancelled: now.cancelled.filter((slot) => !old.isCancelled(slot)),
    restored: old.cancelled.filter((slot) => !now.isCancelled(slot)),
  }
}

/** True when the person changed nothing, not even what is kept in the local store. */
export function isSameObject({ masterIs, master, overrides, cancelled, restored }: ObjectChanges): boolean {
  return masterIs === 'kept' && isUnchanged(master) && overrides.length + cancelled.length + restored.length === 0
}

function masterChange(before: CalendarObject, after: CalendarObject): ObjectChanges['masterIs'] {
  if ((before.master === undefined) === (after.master === undefined)) return 'kept'
  return before.master === undefined ? 'added' : 'removed'
}

function compareMasters(old: SlottedObject, now: SlottedObject, { ownAddresses }: CompareContext): EventChanges {
  if (!old.object.master || !now.object.master) return noChanges
  return compareEvents(
    { event: old.object.master, zones: old.zones },
    { event: now.object.master, zones: now.zones },
    ownAddresses,
  )
}

function* compareOverrides(
  old: SlottedObject,
  now: SlottedObject,
  { ownAddresses }: CompareContext,
): Generator<OverrideChange> {
  const pairs = pairSlots(now.overrides, old.overrides)
  for (const override of now.overrides) {
    const was = pairs.get(override)
    const { slot, event } = override
    const base = was?.event ?? masterAt(now, slot)
    if (base === undefined) continue
    const before = { event: base, zones: was ? old.zones : now.zones }
    const changes = compareEvents(before, { event, zones: now.zones }, ownAddresses)
    yield { kind: was ? 'changed' : 'added', slot, changes }
  }
  const found = new Set(pairs.values())
  for (const override of old.overrides) {
    const { slot, event } = override
    const base = masterAt(now, slot)
    if (found.has(override) || base === undefined || now.isCancelled(slot)) continue
    const after = { event: base, zones: now.zones }
    yield { kind: 'vanished', slot, changes: compareEvents({ event, zones: old.zones }, after, ownAddresses) }
  }
}
