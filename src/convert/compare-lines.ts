// The properties that Graph has no place for: client's own ones that are kept and given back, and traces of acknowledged and
// snoozed reminders, which are kept too but never a reason to write (RFC 5545 §3.8.8; RFC 9074 for the idea of both).
import type { Component, Property } from '../ical/object.ts'
import { absences, isChanged, mappedFields, normalLine, type Absence, type FieldChange } from './compare-fields.ts'

/** Read elsewhere, made by the server, or of no meaning in an object: never kept and never compared as lines. */
const known: ReadonlySet<string> = new Set([
  ...mappedFields,
  'BEGIN',
  'END',
  'UID',
  'RECURRENCE-ID',
  'DTSTAMP',
  'CREATED',
  'LAST-MODIFIED',
  'SEQUENCE',
  'DTSTART',
  'DTEND',
  'DURATION',
  'RRULE',
  'RDATE',
  'EXDATE',
  'EXRULE',
  'ORGANIZER',
  'ATTENDEE',
  'REQUEST-STATUS',
  'X-MICROSOFT-CDO-ALLDAYEVENT',
  'X-MICROSOFT-CDO-INSTTYPE',
  'X-MICROSOFT-CDO-INTENDEDSTATUS',
  'X-MICROSOFT-CDO-APPT-SEQUENCE',
  'X-MICROSOFT-CDO-OWNER-CRITICAL-CHANGE',
  'X-MICROSOFT-CDO-ATTENDEE-CRITICAL-CHANGE',
  'X-MICROSOFT-CDO-OWNERAPPTID',
  'X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT',
  // Thunderbird: what to do with this one change, and what it noted of the last one.
  'X-MOZ-SEND-INVITATIONS',
  'X-MOZ-SEND-INVITATIONS-UNDISCLOSED',
  'X-MOZ-RECEIVED-SEQUENCE',
  'X-MOZ-RECEIVED-DTSTAMP',
  // Evolution's own cache, libical's complaints.
  'X-EVOLUTION-CALDAV-HREF',
  'X-EVOLUTION-CALDAV-ETAG',
  'X-LIC-ERROR',
])

/** Thunderbird's traces of a reminder that was dismissed or put off. */
const volatileNames = /^X-MOZ-(?:LASTACK|SNOOZE-TIME(?:-\d+)?|GENERATION)$/

/** True for a property that is kept with the event in Graph. */
export function isDurableName(name: string): boolean {
  return !known.has(name) && !volatileNames.test(name)
}

/** True for a property that is kept in the local store only. */
export function isVolatileName(name: string): boolean {
  return volatileNames.test(name)
}

/** The properties that are kept with the event in Graph. */
export function durableLines(event: Component): readonly Property[] {
  return event.properties.filter(({ name }) => isDurableName(name))
}

/** The properties that are kept in the local store only. */
export function volatileLines(event: Component): readonly Property[] {
  return event.properties.filter(({ name }) => volatileNames.test(name))
}

/** The kept properties that the person changed, by name; several of one name are one value. */
export function compareDurable(before: Component, after: Component): readonly FieldChange[] {
  return compareNames(durableLines(before), durableLines(after), (field) => absenceInPut(field, after))
}

/** The traces of reminders that are different. */
export function compareVolatile(before: Component, after: Component): readonly FieldChange[] {
  return compareNames(volatileLines(before), volatileLines(after), () => 'cleared')
}

/**
 * True when the client brings back properties that it cannot know: every event is served with Outlook's busy status. What
 * else is missing in its text was taken out by a person.
 */
function carriesUnknown(event: Component): boolean {
  return event.properties.some(({ name }) => name === 'X-MICROSOFT-CDO-BUSYSTATUS')
}

/** What the absence of a kept property in this text means. */
export function absenceInPut(field: string, put: Component): 'stays' | 'cleared' {
  const table: Readonly<Record<string, Absence>> = absences
  const absence = table[field] ?? absences.otherProperties
  return absence === 'whenCarried' ? (carriesUnknown(put) ? 'cleared' : 'stays') : absence
}

function compareNames(
  before: readonly Property[],
  after: readonly Property[],
  absence: (field: string) => Absence,
): readonly FieldChange[] {
  const names = [...new Set([...before, ...after].map(({ name }) => name))]
  return names.flatMap((field) => {
    const change = { field, before: normalLines(before, field), after: normalLines(after, field) }
    return isChanged(change, absence(field)) ? [change] : []
  })
}

function normalLines(lines: readonly Property[], name: string): string | undefined {
  const own = lines.filter((line) => line.name === name).map((line) => normalLine(line).slice(name.length))
  return own.length === 0 ? undefined : own.sort().join('\n')
}
