// The changes of an object as a person reads and writes them in a fixture: what is empty is left out, slots by name.
import type { ObjectChanges } from '../../src/convert/compare.ts'
import type { EventChanges } from '../../src/convert/compare-event.ts'
import type { FieldChange } from '../../src/convert/compare-fields.ts'

/** `{master: {fields: {SUMMARY: ["old", "new"]}}, cancelled: ["2026-03-09T08:30:00Z"]}` */
export function printChanges({ masterIs, master, overrides, cancelled, restored }: ObjectChanges): unknown {
  return filled({
    masterIs: masterIs === 'kept' ? undefined : masterIs,
    master: printEvent(master),
    overrides: overrides.map(({ kind, slot, changes }) => ({ [kind]: slot.name, ...printEvent(changes) })),
    cancelled: cancelled.map(({ name }) => name),
    restored: restored.map(({ name }) => name),
  })
}

function printEvent({ fields, people, alarms, kept, traces }: EventChanges): Readonly<Record<string, unknown>> {
  const { added, removed, retyped, ownAnswer, answersOfOthers, organizer, details, unscheduled, areLeftOut } = people
  return filled({
    fields: printFields(fields),
    people: filled({
      added,
      removed,
      retyped: printFields(retyped),
      ownAnswer: ownAnswer && [ownAnswer.before, ownAnswer.after],
      answersOfOthers,
      organizer: organizer && [organizer.before ?? null, organizer.after ?? null],
      details: printFields(details),
      unscheduled: unscheduled && [unscheduled.before ?? null, unscheduled.after ?? null],
      areLeftOut: areLeftOut || undefined,
    }),
    alarms: filled({ added: alarms.added, removed: alarms.removed }),
    kept: printFields(kept),
    traces: printFields(traces),
  })
}

function printFields(changes: readonly FieldChange[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(changes.map(({ field, before, after }) => [field, [before ?? null, after ?? null]]))
}

function filled(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !isEmpty(value)))
}

function isEmpty(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
}
