// The calendar-data element of reports (RFC 4791 §9.6): which part of a resource's text is wanted.
import { DavError } from './preconditions.ts'
import { attributeOf, type XmlElement } from './xml.ts'

/** How the text of a resource is given. */
export interface CalendarData {
  /** The text as it is stored. */
  readonly kind: 'whole'
}

/** Reads the element. Throws supported-calendar-data for anything but iCalendar 2.0. */
export function parseCalendarData(wanted: XmlElement): CalendarData {
  const type = attributeOf(wanted, 'content-type') ?? 'text/calendar'
  const version = attributeOf(wanted, 'version') ?? '2.0'
  if (type.toLowerCase() !== 'text/calendar' || version !== '2.0') {
    throw new DavError('supported-calendar-data', 'calendar data are given as text/calendar 2.0 only')
  }
  return { kind: 'whole' }
}
