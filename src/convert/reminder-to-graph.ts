// VALARM → isReminderOn, reminderMinutesBeforeStart (RFC 5545 §3.6.6; Graph page "event resource type"). Graph has one
// reminder; of several alarms it gets the one that comes last before the start. The way back is reminders.ts.
import type { GraphEvent, GraphEventInput } from '../graph/types.ts'
import type { Zones } from '../ical/instant.ts'
import { instantOfTime } from '../ical/instant.ts'
import type { Component } from '../ical/object.ts'
import { firstProperty, parameterOf, valueOf } from '../ical/text.ts'
import { parseTime } from '../ical/value.ts'
import { instantIn } from '../ical/zone.ts'
import { settledAlarms, triggerOf } from './compare-alarms.ts'
import { timingOf } from './compare-times.ts'
import type { GraphContext } from './graph-context.ts'

/** The alarm that stands for an event in Graph. */
export interface ChosenAlarm {
  readonly alarm: Component
  /** Minutes before the start. */
  readonly minutes: number
}

/** Without an alarm that Graph can hold the reminder is off: Graph's own default would be on. */
export function reminderToGraph(event: Component, { zones, current }: GraphContext): GraphEventInput {
  const chosen = chosenAlarm(event, zones, current)
  return chosen === undefined
    ? { isReminderOn: false }
    : { isReminderOn: true, reminderMinutesBeforeStart: chosen.minutes }
}

/**
 * The DISPLAY or AUDIO alarm with the fewest minutes before the start. One after the start is taken only when Graph has
 * it already; e-mails, programs and Apple's "no alarm" never are. Undefined when none is left.
 */
export function chosenAlarm(event: Component, zones: Zones, current: GraphEvent | undefined): ChosenAlarm | undefined {
  const now = current?.isReminderOn === true ? Math.trunc(current.reminderMinutesBeforeStart) : undefined
  const fitting = settledAlarms(event).flatMap((alarm): readonly ChosenAlarm[] => {
    const action = valueOf(alarm, 'ACTION')?.trim().toUpperCase() ?? 'DISPLAY'
    const minutes = action === 'DISPLAY' || action === 'AUDIO' ? minutesBefore(alarm, event, zones) : undefined
    return minutes !== undefined && (minutes >= 0 || minutes === now) ? [{ alarm, minutes }] : []
  })
  return fitting.sort((one, other) => one.minutes - other.minutes)[0]
}

// Undefined when the trigger cannot be read, and for a moment of its own in a series, which is that of one date only.
function minutesBefore(alarm: Component, event: Component, zones: Zones): number | undefined {
  const line = firstProperty(alarm, 'TRIGGER')
  const trigger = triggerOf(line)
  if (line === undefined || trigger === undefined) return undefined
  const { extent, isSeries } = timingOf(event, zones)
  const start = instantIn(extent.zone, extent.start.wall)
  switch (trigger.kind) {
    case 'start':
      return Math.round(-trigger.seconds / 60) + 0
    case 'end':
      return Math.round((start - extent.endOf(extent.start.wall)) / 60_000 - trigger.seconds / 60) + 0
    case 'time': {
      const at = instantOfTime(parseTime(trigger.value, parameterOf(line, 'TZID'), 'TRIGGER'), zones)
      return isSeries ? undefined : Math.round((start - at) / 60_000) + 0
    }
  }
}
