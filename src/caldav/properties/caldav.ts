// Properties of CalDAV: RFC 4791 §5.2 and §6.2, RFC 6638 §2 and §9, RFC 7809 §5.
import { maxAttendeesPerInstance, maxDateTime, maxInstances, maxResourceSize, minDateTime } from '../limits.ts'
import { caldav, dav } from '../names.ts'
import { hrefOf, type Location } from '../routes.ts'
import type { Session } from '../subject.ts'
import { collations } from '../text-match.ts'
import { checkTimeZone, checkTimeZoneId, timeZoneId, timeZoneText } from '../time-zone.ts'
import { element, elementsOf, elementWith, type XmlElement } from '../xml.ts'
import { on, row, unset, type PropertyRow } from './row.ts'

/** The rows. */
export const caldavProperties: readonly PropertyRow[] = [
  // The principal and its addresses.
  row(
    caldav('calendar-home-set'),
    'RFC 4791 §6.2.1',
    on(['principal'], (_, session) => href('home', session)),
  ),
  row(
    caldav('calendar-user-address-set'),
    'RFC 6638 §2.4.1',
    on(['principal'], (_, session) => addresses(session)),
  ),
  row(
    caldav('calendar-user-type'),
    'RFC 6638 §2.4.2',
    on(['principal'], () => 'INDIVIDUAL'),
  ),
  row(
    caldav('schedule-inbox-URL'),
    'RFC 6638 §2.2.1',
    on(['principal'], (_, session) => href('inbox', session)),
  ),
  row(
    caldav('schedule-outbox-URL'),
    'RFC 6638 §2.1.1',
    on(['principal'], (_, session) => href('outbox', session)),
  ),

  // A calendar.
  { ...row(caldav('calendar-description'), 'RFC 4791 §5.2.1', unset), set: 'per-user' },
  {
    ...row(
      caldav('calendar-timezone'),
      'RFC 4791 §5.2.2',
      on(['collection'], ({ collection }, session) => timeZoneText(collection, session)),
    ),
    set: checkTimeZone,
  },
  {
    ...row(
      caldav('calendar-timezone-id'),
      'RFC 7809 §5.2',
      on(['collection'], ({ collection }, session) => timeZoneId(collection, session)),
    ),
    set: checkTimeZoneId,
  },
  row(
    caldav('supported-calendar-component-set'),
    'RFC 4791 §5.2.3',
    on(['collection', 'inbox', 'outbox'], () => onlyEvents),
  ),
  row(
    caldav('supported-calendar-component-sets'),
    'caldav-extensions',
    on(['home'], () => element(caldav('supported-calendar-component-set'), onlyEvents)),
  ),
  row(
    caldav('supported-calendar-data'),
    'RFC 4791 §5.2.4',
    on(['collection', 'inbox', 'outbox'], () =>
      elementWith(caldav('calendar-data'), { 'content-type': 'text/calendar', version: '2.0' }),
    ),
  ),
  row(caldav('max-resource-size'), 'RFC 4791 §5.2.5', inCalendars(String(maxResourceSize))),
  row(caldav('min-date-time'), 'RFC 4791 §5.2.6', inCalendars(minDateTime)),
  row(caldav('max-date-time'), 'RFC 4791 §5.2.7', inCalendars(maxDateTime)),
  row(caldav('max-instances'), 'RFC 4791 §5.2.8', inCalendars(String(maxInstances))),
  row(caldav('max-attendees-per-instance'), 'RFC 4791 §5.2.9', inCalendars(String(maxAttendeesPerInstance))),
  row(
    caldav('supported-collation-set'),
    'RFC 4791 §7.5.1',
    on(['collection', 'inbox'], () => collations.map((name) => element(caldav('supported-collation'), name))),
  ),

  // Scheduling.
  {
    ...row(
      caldav('schedule-calendar-transp'),
      'RFC 6638 §9.1',
      on(['collection'], ({ collection }) => element(caldav(collection.isShared ? 'transparent' : 'opaque'))),
    ),
    set: checkTransparency,
  },
  row(
    caldav('schedule-default-calendar-URL'),
    'RFC 6638 §9.2',
    on(['inbox'], (_, session) => calendarHrefs(session)[0]),
  ),
  {
    ...row(
      caldav('calendar-free-busy-set'),
      'RFC 6638 §2.2 (obsolete)',
      on(['inbox'], (_, session) => calendarHrefs(session)),
    ),
    set: 'per-user',
  },
  { ...row(caldav('default-alarm-vevent-datetime'), 'caldav-alarms', unset), set: 'per-user' },
  { ...row(caldav('default-alarm-vevent-date'), 'caldav-alarms', unset), set: 'per-user' },
]

const onlyEvents = elementWith(caldav('comp'), { name: 'VEVENT' })

function inCalendars(value: string): PropertyRow['read'] {
  return on(['collection', 'inbox', 'outbox'], () => value)
}

function href(kind: 'home' | 'inbox' | 'outbox', session: Session): XmlElement {
  return hrefElement({ kind, user: session.user }, session)
}

function hrefElement(location: Location, { prefix }: Session): XmlElement {
  return element(dav('href'), hrefOf(location, prefix))
}

function calendarHrefs(session: Session): readonly XmlElement[] {
  return session.collections.map(({ slug }) => hrefElement({ kind: 'collection', user: session.user, slug }, session))
}

// Thunderbird takes the first mailto: as the organizer's; the principal itself comes last.
function addresses(session: Session): readonly XmlElement[] {
  const mailtos = session.principal.addresses.map((address) => element(dav('href'), `mailto:${address}`))
  return [...mailtos, hrefElement({ kind: 'principal', user: session.user }, session)]
}

function checkTransparency(value: XmlElement): string | undefined {
  const [only, ...more] = elementsOf(value)
  const isKnown = only !== undefined && ['opaque', 'transparent'].includes(only.name.local)
  return isKnown && more.length === 0 ? undefined : 'the value is opaque or transparent'
}
