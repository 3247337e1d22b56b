// Time zones of calendars: the calendar-timezone property and the zone that a query brings (RFC 4791 §5.2.2, §7.3, §9.8;
// RFC 7809 §5.2).
import type { Collection } from '../calendar/collection.ts'
import { GraphdavError } from '../base/errors.ts'
import { parseCalendar } from '../ical/parse.ts'
import { timezoneComponent } from '../ical/timezone.ts'
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
  return tzidOf(textOf(value)) === undefined ? 'a calendar-timezone is a VCALENDAR with one VTIMEZONE' : undefined
}

/**
 * The IANA zone of floating times and dates: that of the query, else what the user set for the calendar, else the
 * calendar's. A zone that only its VTIMEZONE defines is passed over. Throws valid-calendar-data for a zone of the query
 * that cannot be read.
 */
export function floatingZone(body: XmlElement, collection: Collection, session: Session): string {
  const zone = childNamed(body, caldav('timezone'))
  const id = childNamed(body, caldav('timezone-id'))
  if (zone && checkTimeZone(zone) !== undefined) {
    throw new DavError('valid-calendar-data', 'the timezone of a query is a VCALENDAR with one VTIMEZONE')
  }
  const stored = session.stored
    .get(`${collection.slug}/`)
    ?.find((property) => isSameName(property, caldav('calendar-timezone')))
  const labels = [
    id && textOf(id).trim(),
    zone && tzidOf(textOf(zone)),
    stored && tzidOf(textOf(parseXml(stored.xml))),
    collection.timeZone,
  ]
  for (const label of labels) {
    const name = label === undefined ? undefined : ianaOfTzid(label)
    if (name !== undefined) return name
  }
  return 'UTC'
}

/** The TZID of the one VTIMEZONE in a text; undefined for anything else. */
function tzidOf(text: string): string | undefined {
  const unfolded = text.trim().replace(/\r?\n[ \t]/g, '')
  if ((unfolded.match(/^BEGIN:VTIMEZONE\r?$/gim) ?? []).length !== 1) return undefined
  try {
    parseCalendar(text.trim())
  } catch (error) {
    if (error instanceof GraphdavError) return undefined
    throw error
  }
  return /^TZID(?:;[^:]*)?:([^\r\n]+)/im.exec(unfolded)?.[1]?.trim()
}
