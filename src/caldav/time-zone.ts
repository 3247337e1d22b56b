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
import { caldav, isSameName } from './names.ts'
import { DavError } from './preconditions.ts'
import type { Session } from './subject.ts'
import { childNamed, parseXml, textOf, type XmlElement } from './xml.ts'

/** A whole calendar that holds the VTIMEZONE of an IANA zone, right from 1970 on. */
export function timeZoneText(tzid: string): string {
  return printCalendar([timezoneComponent(tzid, 0, null)])
}

/** Why a calendar-timezone cannot be set; undefined when it can. */
export function checkTimeZone(value: XmlElement): string | undefined {
  return vtimezoneOf(textOf(value)) === undefined ? 'a calendar-timezone is a VCALENDAR with one VTIMEZONE' : undefined
}

/**
 * The IANA zone of floating times and dates: that of the query, else what the user set for the calendar, else the calendar's.
 * A zone that only its VTIMEZONE defines is the IANA zone whose clock is most like it from now on. Throws
 * valid-calendar-data for a zone of the query that cannot be read.
 */
export function floatingZone(
  { body, session, clock }: { readonly body: XmlElement; readonly session: Session; readonly clock: Clock },
  collection: Collection,
): string {
  const zone = childNamed(body, caldav('timezone'))
  const id = childNamed(body, caldav('timezone-id'))
  const stored = session.stored
    .get(`${collection.slug}/`)
    ?.find((property) => isSameName(property, caldav('calendar-timezone')))
  const own = ianaOfTzid(collection.timeZone) ?? 'UTC'
  return (
    (id && ianaOfTzid(textOf(id))) ??
    (zone && zoneOfQuery(textOf(zone), own, clock)) ??
    (stored && zoneOfSetting(textOf(parseXml(stored.xml)), own, clock)) ??
    own
  )
}

function zoneOfQuery(text: string, own: string, clock: Clock): string | undefined {
  const vtimezone = vtimezoneOf(text)
  if (!vtimezone) throw new DavError('valid-calendar-data', 'the timezone of a query is a VCALENDAR with one VTIMEZONE')
  return ianaOfVtimezone(vtimezone, own, clock)
}

function zoneOfSetting(text: string, own: string, clock: Clock): string | undefined {
  const vtimezone = vtimezoneOf(text)
  return vtimezone && ianaOfVtimezone(vtimezone, own, clock)
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
