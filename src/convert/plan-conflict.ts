// Two people changed the same: the text that a client had is compared with what Graph shows now (RFC 9110 §13.1 leaves the
// merge to the server). Different properties and different dates go together, the same ones do not.
import { ConflictError } from '../base/errors.ts'
import type { CalendarObject } from '../ical/object.ts'
import { compareObjects, isSameObject, type CompareContext, type ObjectChanges } from './compare.ts'
import type { EventChanges } from './compare-event.ts'
import { isSameSlot, type Slot } from './compare-slots.ts'
import { bothChanged } from './plan-event.ts'
import { changedGroups, type Group } from './plan-input.ts'

/** The text that the client had, what Graph shows now, and what the client sent. */
export interface ThreeWays {
  readonly served: CalendarObject
  readonly shown: CalendarObject
  readonly wanted: CalendarObject
  /** True when an unfinished change from `wanted` to `served` is taken back. */
  readonly isUndoing: boolean
}

/** @throws ConflictError when both sides changed the same property of the same event to different values. */
export function checkConflicts({ served, shown, wanted, isUndoing }: ThreeWays, context: CompareContext): void {
  const newer = compareObjects(served, shown, context)
  if (isSameObject(newer)) return
  const own = compareObjects(served, wanted, context)
  const missing = compareObjects(shown, wanted, context)
  const remote = isUndoing && touchesSchedule(own.master) ? byOthers(newer, missing) : newer
  if (isConflict(own.master, remote.master, missing.master)) throw conflict()
  // Times and rule go to Graph together: one of them alone cannot be taken from each side.
  if ([own, remote, missing].every(({ master }) => touchesSchedule(master))) throw conflict()
  if (touchesSchedule(own.master) && touchesDates(remote)) throw conflict()
  if (touchesSchedule(remote.master) && touchesDates(own)) throw conflict()
  for (const { slot, changes } of own.overrides) {
    const there = remote.overrides.find((other) => isSameSlot(other.slot, slot))
    const left = missing.overrides.find((other) => isSameSlot(other.slot, slot))
    if (isIn(slot, remote.cancelled) || (there && left && isConflict(changes, there.changes, left.changes)))
      throw conflict()
  }
  if (own.cancelled.some((slot) => remote.overrides.some((other) => isSameSlot(other.slot, slot)))) throw conflict()
}

// The dates of a series whose rule is set back: what is there as it was before is nobody else's change, nor what Graph has
// dropped, as it does with exceptions and cancelled dates when a rule changes.
function byOthers(newer: ObjectChanges, missing: ObjectChanges): ObjectChanges {
  const overrides = newer.overrides.filter(({ kind, slot, changes }) => {
    const left = missing.overrides.find((other) => isSameSlot(other.slot, slot))
    const groups = changedGroups(changes)
    return kind !== 'vanished' && left && [...changedGroups(left.changes)].some((group) => groups.has(group))
  })
  return {
    ...newer,
    overrides,
    cancelled: newer.cancelled.filter((slot) => isIn(slot, missing.restored)),
    restored: [],
  }
}

// Who is invited is merged person by person.
function isConflict(own: EventChanges, remote: EventChanges, missing: EventChanges): boolean {
  const theirs = changedGroups(remote)
  const left = bothChanged({ changes: own, needed: missing })
  return [...left].some((group) => group !== 'attendees' && theirs.has(group))
}

const schedule: readonly Group[] = ['times', 'recurrence']

function touchesSchedule(changes: EventChanges): boolean {
  const groups = changedGroups(changes)
  return schedule.some((group) => groups.has(group))
}

function touchesDates({ overrides, cancelled, restored }: ObjectChanges): boolean {
  return overrides.length + cancelled.length + restored.length > 0
}

function isIn(slot: Slot, slots: readonly Slot[]): boolean {
  return slots.some((other) => isSameSlot(other, slot))
}

function conflict(): ConflictError {
  return new ConflictError('somebody else changed the same part of the event in the meantime')
}
