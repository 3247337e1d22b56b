// Time zones of calendars: the calendar-timezone property and the zone that a query brings (RFC 4791 §5.2.2, §7.3, §9.8;
// RFC 7809 §5.2).
import type { Collection } from '../calendar/collection.ts'
import type { Clock } from '../base/clock.ts'
import { GraphdavError } from '../base/errors.ts'
import type { Component } from '../ical/object.ts'
import { zoneOfVtimezone } from '../ical/observances.ts'
import { parseCalendar } from '../ical/parse.ts'
import { valueOf } from '../ical/text.ts'
import { timezoneComponent } from '../ical/timezone.ts'
import { dayMs } from '../ical/value.ts'
import { nearestIanaOf } from '../ical/zone-match.ts'
import { ianaOfTzid } from '../ical/zone.ts'
import { printCalendar } from './calendar-text.ts'
import { caldav, isSameName, type Name } from './names.ts'
import { DavError } from './preconditions.ts'
import type { Session } from './subject.ts'
import { childNamed, parseXml, textOf, type XmlElement } from './xml.ts'

/**
 * The calendar-timezone of a calendar for which the user set none: a whole calendar with the VTIMEZONE, right from 1970 on,
 * of the calendar-timezone-id that they set, else of the calendar's zone.
 */
export function timeZoneText(collection: Collection, session: Session): string {
  const id = storedText(caldav('calendar-timezone-id'), collection, session)
  return printCalendar([timezoneComponent((id && ianaOfTzid(id)) ?? collection.timeZone, 0, null)])
}

/** The calendar-timezone-id of a calendar for which the user set none: as in the calendar-timezone that they set. */
export function timeZoneId(collection: Collection, session: Session): string {
  const text = storedText(caldav('calendar-timezone'), collection, session)
  const vtimezone = text === undefined ? undefined : vtimezoneOf(text)
  return (vtimezone && ianaOfTzid(valueOf(vtimezone, 'TZID') ?? '')) ?? collection.timeZone
}

/** The property that says the same in another way, so that of the two the one set last counts; undefined for any other. */
export function twinOf(name: Name): Name | undefined {
  const twins = [caldav('calendar-timezone'), caldav('calendar-timezone-id')]
  const at = twins.findIndex((one) => isSameName(one, name))
  return at < 0 ? undefined : twins[1 - at]
}

/** Why a calendar-timezone cannot be set; undefined when it can. */
export function checkTimeZone(value: XmlElement): string | undefined {
  return vtimezoneOf(textOf(value)) === undefined ? 'a calendar-timezone is a VCALENDAR with one VTIMEZONE' : undefined
}

/** Why a calendar-timezone-id cannot be set; undefined when it can. */
export function checkTimeZoneId(value: XmlElement): string | undefined {
  return ianaOfTzid(textOf(value)) === undefined ? 'a calendar-timezone-id is the name of a known zone' : undefined
}

/**
 * The IANA zone of floating times and dates: that of the query, else what the user set for the calendar, else the calendar's.
 * A zone that only its VTIMEZONE defines is the IANA zone whose clock is most like it from now on. Throws
 * valid-calendar-data for a zone of the query that cannot be read, valid-timezone for an id that is not known.
 */
export function floatingZone(
  { body, session, clock }: { readonly body: XmlElement; readonly session: Session; readonly clock: Clock },
  collection: Collection,
): string {
  const zone = childNamed(body, caldav('timezone'))
  const id = childNamed(body, caldav('timezone-id'))
  const own = ianaOfTzid(collection.timeZone) ?? 'UTC'
  return (
    (id && zoneOfId(textOf(id))) ??
    (zone && zoneOfQuery(textOf(zone), own, clock)) ??
    zoneOfSetting(collection, session, own, clock) ??
    own
  )
}

function zoneOfId(id: string): string {
  const name = ianaOfTzid(id)
  if (name === undefined) throw new DavError('valid-timezone', 'the timezone-id is not known here')
  return name
}

function zoneOfQuery(text: string, own: string, clock: Clock): string | undefined {
  const vtimezone = vtimezoneOf(text)
  if (!vtimezone) throw new DavError('valid-calendar-data', 'the timezone of a query is a VCALENDAR with one VTIMEZONE')
  return ianaOfVtimezone(vtimezone, own, clock)
}

function zoneOfSetting(collection: Collection, session: Session, own: string, clock: Clock): string | undefined {
  const id = storedText(caldav('calendar-timezone-id'), collection, session)
  if (id !== undefined) return ianaOfTzid(id)
  const vtimezone = vtimezoneOf(storedText(caldav('calendar-timezone'), collection, session) ?? '')
  return vtimezone && ianaOfVtimezone(vtimezone, own, clock)
}

function storedText(name: Name, { slug }: Collection, { stored }: Session): string | undefined {
  const property = stored.get(`${slug}/`)?.find((one) => isSameName(one, name))
  return property && textOf(parseXml(property.xml))
}

const comparedMs = 3 * 366 * dayMs

// Undefined for rules that cannot be computed.
function ianaOfVtimezone(vtimezone: Component, own: string, clock: Clock): string | undefined {
  const name = ianaOfTzid(valueOf(vtimezone, 'TZID') ?? '')
  if (name !== undefined) return name
  const now = clock.now()
  const zone = unlessRefused(() => zoneOfVtimezone(vtimezone))
  return zone && nearestIanaOf(zone, { from: now, to: now + comparedMs }, own)
}

/** The one VTIMEZONE in a text; undefined for anything else. */
function vtimezoneOf(text: string): Component | undefined {
  const [zone, ...more] = unlessRefused(() => parseCalendar(text).zones) ?? []
  return more.length === 0 && zone && valueOf(zone, 'TZID')?.trim() ? zone : undefined
}

function unlessRefused<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof GraphdavError) return undefined
    throw error
  }
}
