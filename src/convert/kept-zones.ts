// The client's own name for a zone: Graph keeps Windows ids, which stand for many IANA zones (Unicode CLDR windowsZones). It
// comes back only where both zones tell the same time, so that no instant moves.
import type { CalendarObject, Component, Property } from '../ical/object.ts'
import { firstProperty, parameterOf, withParameter } from '../ical/text.ts'
import { timesOf } from '../ical/value.ts'
import { ianaOfTzid, ianaZone, instantIn } from '../ical/zone.ts'
import { isSameZone } from './compare-times.ts'
import type { Piece } from './kept.ts'

/** The object with the client's names of zones; RECURRENCE-ID, EXDATE and DTSTART of a series go together. */
export function withOwnZones(object: CalendarObject, pieces: readonly Piece[]): CalendarObject {
  return pieces.reduce((changed, piece) => (piece.kind === 'zone' ? renamed(changed, piece) : changed), object)
}

function renamed(
  object: CalendarObject,
  { served, own }: { readonly served: string; readonly own: string },
): CalendarObject {
  if (ianaOfTzid(own) !== own || ianaOfTzid(served) !== served) return object
  const events = object.master ? [object.master, ...object.overrides] : object.overrides
  const isTime = (line: Property): boolean => timeNames.includes(line.name) && parameterOf(line, 'TZID') === served
  const lines = events.flatMap(({ properties }) => properties.filter(isTime))
  if (!lines.every((line) => isSameInstant(line, served, own)) || !isSameInSeries(object.master, served, own))
    return object
  const rename = (event: Component): Component => ({
    ...event,
    properties: event.properties.map((line) => (lines.includes(line) ? withParameter(line, 'TZID', own) : line)),
  })
  return { ...object, master: object.master && rename(object.master), overrides: object.overrides.map(rename) }
}

const timeNames = ['DTSTART', 'DTEND', 'RECURRENCE-ID', 'EXDATE']

function isSameInstant(line: Property, served: string, own: string): boolean {
  return timesOf(line).every(({ wall }) => instantIn(ianaZone(served), wall) === instantIn(ianaZone(own), wall))
}

// The later dates of a series are written nowhere.
function isSameInSeries(master: Component | undefined, served: string, own: string): boolean {
  const start = master && firstProperty(master, 'RRULE') && firstProperty(master, 'DTSTART')
  const [first] = start ? timesOf(start) : []
  return first === undefined || isSameZone(ianaZone(served), ianaZone(own), instantIn(ianaZone(served), first.wall))
}
