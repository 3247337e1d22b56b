// The extended properties that carry what Graph cannot hold (Graph page "Outlook extended properties overview"). Names of
// single-value extended properties are `{type} {guid} Name {name}`; they come back only when they are expanded.
import type { GraphKept } from './types.ts'

/** The namespace of everything this program writes into events and calendars. Never change it: those in people's mailboxes carry it. */
export const propertySet = '7e449df0-f918-454b-b98a-efeadd58dd86'

/** Graph ids of our properties. */
export const keptPropertyIds = {
  uid: `String {${propertySet}} Name graphdav-uid`,
  name: `String {${propertySet}} Name graphdav-name`,
  values: `String {${propertySet}} Name graphdav-kept`,
} as const satisfies Record<keyof GraphKept, string>

/** On calendars that were made here: whose they are (graph/marked-calendars.ts). */
export const calendarMarkId = `String {${propertySet}} Name graphdav-calendar`

/** The series as Exchange keeps it: pattern, deleted and modified slots ([MS-OXOCAL] PidLidAppointmentRecur). */
export const recurrencePropertyId = 'Binary {00062002-0000-0000-c000-000000000046} Id 0x8216'

/** The value of `$expand` that returns these properties with an event. */
export function expandProperties(ids: readonly string[]): string {
  return `singleValueExtendedProperties($filter=${ids.map((id) => `id eq '${id}'`).join(' or ')})`
}

/** The value of `$filter` that finds the events that carry any of these properties. */
export function carriesAnyOf(ids: readonly string[]): string {
  return ids.map((id) => `singleValueExtendedProperties/Any(ep: ep/id eq '${id}' and ep/value ne null)`).join(' or ')
}

/** True when two property ids name the same property; the case of the GUID and of the type varies between answers. */
export function isSameProperty(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase()
}
