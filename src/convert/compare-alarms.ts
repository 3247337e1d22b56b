// VALARMs of two events (RFC 5545 §3.6.6, RFC 9074): alarms that a person set, and what clients note when an alarm was seen
// or put off. Only the first is an edit.
import type { Component, Property } from '../ical/object.ts'
import { componentsOf, firstProperty, parameterOf, propertiesOf, valueOf } from '../ical/text.ts'
import { parseDuration, parseTime, printTime } from '../ical/value.ts'
import { GraphdavError } from '../base/errors.ts'
import { normalLine, type FieldChange } from './compare-fields.ts'

export interface AlarmChanges {
  /** Alarms in normal form, e.g. `DISPLAY -900 START`. One that was changed is in both lists. */
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/** The alarms that a person set; what happened to them does not count. */
export function compareAlarms(before: Component, after: Component): AlarmChanges {
  const [old, now] = [settledAlarms(before).map(alarmKey), settledAlarms(after).map(alarmKey)]
  return { added: without(now, old), removed: without(old, now) }
}

/** Acknowledgements and snoozes that are different, by alarm. */
export function compareAlarmTraces(before: Component, after: Component): readonly FieldChange[] {
  const [old, now] = [alarmTraces(before), alarmTraces(after)]
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((field) => ({ field, before: old.get(field), after: now.get(field) }))
    .filter((change) => change.before !== change.after)
}

/** The alarms of an event that are no snoozes. */
export function settledAlarms(event: Component): readonly Component[] {
  return componentsOf(event, 'VALARM').filter((alarm) => !isSnooze(alarm))
}

/** The alarms that a client made to repeat another one later (RFC 9074 §7.1; Apple leaves the relation's type out). */
export function snoozes(event: Component): readonly Component[] {
  return componentsOf(event, 'VALARM').filter(isSnooze)
}

function isSnooze(alarm: Component): boolean {
  const relation = firstProperty(alarm, 'RELATED-TO')
  return relation !== undefined && ['SNOOZE', undefined].includes(parameterOf(relation, 'RELTYPE')?.toUpperCase())
}

/** What makes an alarm this alarm: how and when it goes off. */
export function alarmKey(alarm: Component): string {
  const action = valueOf(alarm, 'ACTION')?.trim().toUpperCase() ?? 'DISPLAY'
  const told = alarm.properties.filter(({ name }) => !untold.has(name) && !isText(action, name))
  return [`${action} ${printTrigger(firstProperty(alarm, 'TRIGGER'))}`, ...told.map(normalLine).sort()].join(' ')
}

/** Identity, and what other programs write there by themselves. */
const untold: ReadonlySet<string> = new Set([
  'ACTION',
  'TRIGGER',
  'UID',
  'X-WR-ALARMUID',
  'X-EVOLUTION-ALARM-UID',
  'ACKNOWLEDGED',
  'X-MOZ-LASTACK',
  'X-LIC-ERROR',
])

function isText(action: string, name: string): boolean {
  return (action === 'DISPLAY' || action === 'AUDIO') && (name === 'DESCRIPTION' || name === 'SUMMARY')
}

/** The moment of an alarm: seconds from start or end (a day counted as 24 hours), or a time. */
export type Trigger =
  { readonly kind: 'start' | 'end'; readonly seconds: number } | { readonly kind: 'time'; readonly value: string }

/** Reads a TRIGGER; undefined when it is missing or cannot be read. */
export function triggerOf(line: Property | undefined): Trigger | undefined {
  if (line === undefined) return undefined
  try {
    if (!/^[-+]?P/i.test(line.value.trim())) {
      return { kind: 'time', value: printTime(parseTime(line.value, parameterOf(line, 'TZID'), 'TRIGGER')) }
    }
    const { days, seconds } = parseDuration(line.value, 'TRIGGER')
    const kind = parameterOf(line, 'RELATED')?.toUpperCase() === 'END' ? 'end' : 'start'
    return { kind, seconds: days * 86_400 + seconds }
  } catch (error) {
    if (error instanceof GraphdavError) return undefined
    throw error
  }
}

function printTrigger(line: Property | undefined): string {
  const trigger = triggerOf(line)
  if (trigger === undefined) return line?.value.trim() ?? 'never'
  return trigger.kind === 'time' ? trigger.value : `${trigger.seconds} ${trigger.kind.toUpperCase()}`
}

/** The properties of an alarm that tell that it was seen. */
export function acknowledgements(alarm: Component): readonly Property[] {
  return ['ACKNOWLEDGED', 'X-MOZ-LASTACK'].flatMap((name) => propertiesOf(alarm, name))
}

function alarmTraces(event: Component): ReadonlyMap<string, string> {
  const seen = settledAlarms(event).map(
    (alarm) =>
      [`ACKNOWLEDGED of ${alarmKey(alarm)}`, acknowledgements(alarm).map(normalLine).sort().join(' ')] as const,
  )
  const later = snoozes(event).map(alarmKey).sort().join(', ')
  return new Map([...seen, ['snoozes', later] as const].filter(([, text]) => text !== ''))
}

function without(list: readonly string[], other: readonly string[]): readonly string[] {
  const left = [...other]
  return list.filter((key) => {
    const at = left.indexOf(key)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}
