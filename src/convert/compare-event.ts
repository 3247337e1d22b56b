// Two versions of one VEVENT, property by property. What Graph has a place for, what is kept with the event, and what is kept
// in the local store only are told apart: the first two are edits, the last is not.
import type { Zones } from '../ical/instant.ts'
import type { Component } from '../ical/object.ts'
import { compareAlarms, compareAlarmTraces, type AlarmChanges } from './compare-alarms.ts'
import { compareMapped, type FieldChange } from './compare-fields.ts'
import { compareDurable, compareVolatile } from './compare-lines.ts'
import { comparePeople, noPeopleChanges, type PeopleChanges } from './compare-people.ts'
import { compareRules } from './compare-rule.ts'
import { compareTimes, timingOf } from './compare-times.ts'

/** A VEVENT and the zones of its text. */
export interface ZonedEvent {
  readonly event: Component
  readonly zones: Zones
}

export interface EventChanges {
  /** Properties that Graph has a place for, times and rule among them. */
  readonly fields: readonly FieldChange[]
  readonly people: PeopleChanges
  readonly alarms: AlarmChanges
  /** Properties that are kept with the event. */
  readonly kept: readonly FieldChange[]
  /** Traces of reminders that were seen or put off. */
  readonly traces: readonly FieldChange[]
}

/** No change. */
export const noChanges: EventChanges = {
  fields: [],
  people: noPeopleChanges,
  alarms: { added: [], removed: [] },
  kept: [],
  traces: [],
}

/** Compares two versions of an event; one may be what a master says of a date. */
export function compareEvents(before: ZonedEvent, after: ZonedEvent, ownAddresses: readonly string[]): EventChanges {
  const [old, now] = [timingOf(before.event, before.zones), timingOf(after.event, after.zones)]
  return {
    fields: [
      ...compareTimes(old, now),
      ...compareRules({ ...before, extent: old.extent }, { ...after, extent: now.extent }),
      ...compareMapped(before.event, after.event),
    ],
    people: comparePeople(before.event, after.event, ownAddresses),
    alarms: compareAlarms(before.event, after.event),
    kept: compareDurable(before.event, after.event),
    traces: [...compareVolatile(before.event, after.event), ...compareAlarmTraces(before.event, after.event)],
  }
}

/** True when nothing at all is different. */
export function isUnchanged(changes: EventChanges): boolean {
  return !isEdit(changes) && changes.traces.length === 0 && changes.people.unscheduled === undefined
}

/** True when a person changed what Graph holds or keeps for us; seen and snoozed reminders are no edit. */
export function isEdit({ fields, people, alarms, kept }: EventChanges): boolean {
  const { added, removed, retyped, ownAnswer, organizer, details } = people
  const persons = added.length + removed.length + retyped.length + details.length
  return (
    fields.length + kept.length + alarms.added.length + alarms.removed.length + persons > 0 ||
    ownAnswer !== undefined ||
    organizer !== undefined
  )
}
