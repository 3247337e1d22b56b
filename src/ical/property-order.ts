// The one order in which the properties of a component are printed; what is not listed stands at the end, as it came.
import type { Component, Property } from './object.ts'

const order = [
  'ACTION',
  'TRIGGER',
  'UID',
  'RECURRENCE-ID',
  'SEQUENCE',
  'DTSTAMP',
  'CREATED',
  'LAST-MODIFIED',
  'DTSTART',
  'DTEND',
  'DURATION',
  'RRULE',
  'RDATE',
  'EXDATE',
  'SUMMARY',
  'DESCRIPTION',
  'X-ALT-DESC',
  'LOCATION',
  'GEO',
  'STATUS',
  'TRANSP',
  'X-MICROSOFT-CDO-BUSYSTATUS',
  'X-MICROSOFT-CDO-ALLDAYEVENT',
  'CLASS',
  'PRIORITY',
  'CATEGORIES',
  'COLOR',
  'ORGANIZER',
  'ATTENDEE',
  'URL',
  'CONFERENCE',
  'ATTACH',
]

const ranks: ReadonlyMap<string, number> = new Map(order.map((name, index) => [name, index]))

/** A component's properties in printing order; those of one name keep theirs. A VTIMEZONE and its parts stay as they are. */
export function orderedProperties({ name, properties }: Component): readonly Property[] {
  if (name === 'VTIMEZONE' || name === 'STANDARD' || name === 'DAYLIGHT') return properties
  return [...properties].sort((one, other) => rankOf(one) - rankOf(other))
}

function rankOf({ name }: Property): number {
  return ranks.get(name) ?? order.length
}
