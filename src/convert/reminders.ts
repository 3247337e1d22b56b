// isReminderOn, reminderMinutesBeforeStart ⇄ VALARM (RFC 5545 §3.6.6, RFC 9074 §4; Graph page "event resource type").
import { sha256Hex } from '../base/hash.ts'
import type { GraphEvent } from '../graph/types.ts'
import type { Component } from '../ical/object.ts'
import { component, property, textProperty } from '../ical/text.ts'

/**
 * The one alarm that Graph has, or none. `instance` tells the events of one object apart (UID and RECURRENCE-ID): the
 * alarm's own UID is made of it, so it stays when the minutes change.
 */
export function reminderToIcal(event: GraphEvent, instance: string): readonly Component[] {
  if (!event.isReminderOn) return []
  const uid = uuidOf(`alarm ${instance}`)
  return [
    component('VALARM', [
      property('UID', uid),
      property('X-WR-ALARMUID', uid),
      property('ACTION', 'DISPLAY'),
      property('TRIGGER', triggerOf(Math.trunc(event.reminderMinutesBeforeStart))),
      textProperty('DESCRIPTION', event.subject?.trim() || 'Reminder'),
    ]),
  ]
}

// Minutes and never days: a day before would be a calendar day, across a clock change another moment than Outlook's.
function triggerOf(minutes: number): string {
  if (minutes === 0) return 'PT0S'
  return minutes > 0 ? `-PT${minutes}M` : `PT${-minutes}M`
}

function uuidOf(text: string): string {
  const hex = sha256Hex(text).toUpperCase()
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}
