// On which served property a kept value depends. The value is read in the normal form of the comparison, so that another
// spelling of the same is no change.
import type { Component } from '../ical/object.ts'
import { firstProperty, parameterOf, propertiesOf } from '../ical/text.ts'
import { sha256Hex } from '../base/hash.ts'
import { alarmKey, settledAlarms } from './compare-alarms.ts'
import { mappedFields, readField } from './compare-fields.ts'
import type { Piece, Tie } from './kept.ts'

/** The property that a kept property belongs to, by name; others belong to none. */
const partners: Readonly<Record<string, string>> = {
  'X-APPLE-STRUCTURED-LOCATION': 'LOCATION',
  'X-APPLE-TRAVEL-START': 'LOCATION',
  COLOR: 'CATEGORIES',
  PRIORITY: 'PRIORITY',
  CLASS: 'CLASS',
  STATUS: 'STATUS',
  CONFERENCE: 'CONFERENCE',
  'X-GOOGLE-CONFERENCE': 'CONFERENCE',
  'X-MICROSOFT-SKYPETEAMSMEETINGURL': 'CONFERENCE',
}

/** The tie of a kept property to what is served beside it. */
export function tieOfLine(name: string, served: Component): { readonly tie?: Tie } {
  const partner = partners[name]
  return partner === undefined ? {} : { tie: tieTo(partner, served) }
}

/** A tie to a property as it is served now. */
export function tieTo(name: string, served: Component): Tie {
  return { to: name, was: shortened(read(served, name)) }
}

/** True while the property that the kept value belongs to is as it was. */
export function isTied({ tie }: Piece, served: Component): boolean {
  return tie === undefined || shortened(read(served, tie.to)) === tie.was
}

function read(event: Component, name: string): string | null {
  if (name === 'VALARM') return settledAlarms(event).map(alarmKey).sort().join(' ') || null
  if (name === 'DTSTART') return startOf(event)
  const field = mappedFields.find((known) => known === name)
  if (field !== undefined) return readField(event, field) ?? null
  return propertiesOf(event, name)[0]?.value ?? null
}

function startOf(event: Component): string | null {
  const start = firstProperty(event, 'DTSTART')
  return start === undefined ? null : `${start.value} ${parameterOf(start, 'TZID') ?? ''}`.trim()
}

function shortened(text: string | null): string | null {
  return text === null || text.length <= 64 ? text : `sha256:${sha256Hex(text)}`
}
