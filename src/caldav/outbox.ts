// POST to the schedule outbox (RFC 6638 §3.2, §5): when are these people free? Other messages are not taken: Exchange sends
// invitations by itself.
import { GraphdavError } from '../base/errors.ts'
import type { Component, Property } from '../ical/object.ts'
import { parseCalendar } from '../ical/parse.ts'
import { firstProperty, propertiesOf } from '../ical/text.ts'
import { timeOf, wallMs } from '../ical/value.ts'
import { freeBusyComponent } from './busy-time.ts'
import { calendarBusyTime } from './calendar-busy-time.ts'
import { printCalendar } from './calendar-text.ts'
import type { DavAnswer } from './exchange.ts'
import type { Availability } from './free-busy-source.ts'
import { openSession, type Exchange, type Method } from './method.ts'
import { caldav, dav } from './names.ts'
import { DavError } from './preconditions.ts'
import { readSelected, select } from './properties/lookup.ts'
import { findSubject, type Session } from './subject.ts'
import type { BoundedRange } from './time-range.ts'
import { element, elementsOf, printDocument, type XmlElement } from './xml.ts'

const maxMessageSize = 256 * 1024
const maxAttendees = 200
const longestRangeMs = 400 * 86_400_000

/** Answers POST of a VFREEBUSY request. */
export const postToOutbox: Method = async (exchange) => {
  const session = await openSession(exchange)
  await findSubject(exchange.location, session, exchange.backend)
  const question = parseQuestion(await readMessage(exchange), exchange.request.header('content-type'))
  const answers = await answersTo(question, exchange, session)
  const responses = question.attendees.map((attendee, index) =>
    response(question, attendee, answers[index], exchange.clock.now()),
  )
  return answer(element(caldav('schedule-response'), ...responses))
}

interface Question {
  readonly range: BoundedRange
  /** The ATTENDEE properties, each address once. */
  readonly attendees: readonly Property[]
  /** UID and ORGANIZER, which the answers repeat. */
  readonly repeated: readonly Property[]
}

async function readMessage({ request }: Exchange): Promise<string> {
  return (await request.body(maxMessageSize)).toString('utf8')
}

function parseQuestion(text: string, contentType: string): Question {
  if (!/^\s*text\/calendar\s*(?:;|$)/i.test(contentType)) {
    throw new DavError('supported-calendar-data', 'the outbox takes text/calendar')
  }
  const { freeBusy, method } = parseMessage(text)
  if (method !== 'REQUEST' || !freeBusy) throw invalid('the outbox takes free/busy requests only')
  const attendees = new Map(propertiesOf(freeBusy, 'ATTENDEE').map((one) => [addressOf(one), one]))
  if (attendees.size === 0) throw invalid('a free/busy request names the people it asks about')
  if (attendees.size > maxAttendees) throw invalid(`a free/busy request names at most ${maxAttendees} people`)
  const repeated = [...propertiesOf(freeBusy, 'UID'), ...propertiesOf(freeBusy, 'ORGANIZER')]
  return { range: rangeOf(freeBusy), attendees: [...attendees.values()], repeated }
}

function parseMessage(text: string): { readonly freeBusy: Component | undefined; readonly method: string } {
  try {
    const { properties, objects, others } = parseCalendar(text)
    const [only, ...more] = others
    const isOne = only?.name === 'VFREEBUSY' && more.length + objects.length === 0
    const method = properties.find(({ name }) => name === 'METHOD')?.value.toUpperCase() ?? ''
    return { freeBusy: isOne ? only : undefined, method }
  } catch (error) {
    if (error instanceof GraphdavError) throw new DavError('valid-calendar-data', error.message)
    throw error
  }
}

function rangeOf(freeBusy: Component): BoundedRange {
  const [start, end] = ['DTSTART', 'DTEND'].map((name) => {
    const found = firstProperty(freeBusy, name)
    return found && /Z$/i.test(found.value) ? wallMs(timeOf(found).wall) : undefined
  })
  if (start === undefined || end === undefined || end <= start) {
    throw invalid('a free/busy request has a DTSTART and a later DTEND, both in UTC')
  }
  if (end - start > longestRangeMs) throw invalid('a free/busy request spans at most 400 days')
  return { start, end }
}

async function answersTo(
  { range, attendees }: Question,
  exchange: Exchange,
  session: Session,
): Promise<readonly Availability[]> {
  const addresses = attendees.map(addressOf)
  // About the user the own calendars say more, and nobody has to be asked. Who shares a calendar has others beside it.
  const owners = session.collections.filter(({ isShared }) => !isShared).flatMap(({ ownerAddresses }) => ownerAddresses)
  const own = new Set(owners.map((address) => address.toLowerCase()))
  const asked = addresses.filter((address) => address.includes('@') && !own.has(address))
  const found =
    asked.length === 0 ? [] : await exchange.freeBusy.availability({ user: session.user, addresses: asked, ...range })
  const answers: Availability[] = []
  for (const address of addresses) {
    const other = found.find((one) => one.address.toLowerCase() === address)
    const isOwn = own.has(address)
    answers.push(isOwn ? await ownBusyTime(address, range, exchange, session) : (other ?? { kind: 'unknown', address }))
  }
  return answers
}

async function ownBusyTime(
  address: string,
  range: BoundedRange,
  exchange: Exchange,
  session: Session,
): Promise<Availability> {
  const busy = []
  for (const collection of session.collections) {
    const subject = { kind: 'collection', collection } as const
    const { found } = readSelected(select([caldav('schedule-calendar-transp')]), subject, session)
    const isTransparent = found.some((value) => elementsOf(value).some(({ name }) => name.local === 'transparent'))
    if (isTransparent || collection.state !== 'ready') continue
    busy.push(...(await calendarBusyTime(exchange, collection.slug, range, collection.timeZone)))
  }
  return { kind: 'known', address, busy }
}

// RFC 5546 §3.6.
const failures = {
  unknown: '3.7;Invalid calendar user',
  denied: '3.8;No authority',
  unavailable: '5.1;Service unavailable',
} as const

// RFC 6638 §10.1-10.3.
function response(
  { range, repeated }: Question,
  attendee: Property,
  availability: Availability = { kind: 'unknown', address: '' },
  now: number,
): XmlElement {
  const recipient = element(caldav('recipient'), element(dav('href'), attendee.value))
  if (availability.kind !== 'known') {
    return element(caldav('response'), recipient, element(caldav('request-status'), failures[availability.kind]))
  }
  const component = freeBusyComponent(availability.busy, range, now, [...repeated, attendee])
  return element(
    caldav('response'),
    recipient,
    element(caldav('request-status'), '2.0;Success'),
    element(caldav('calendar-data'), printCalendar([component], 'REPLY')),
  )
}

function addressOf(attendee: Property): string {
  return attendee.value
    .trim()
    .toLowerCase()
    .replace(/^mailto:/, '')
}

function answer(root: XmlElement): DavAnswer {
  return { status: 200, headers: { 'Content-Type': 'application/xml; charset=utf-8' }, body: printDocument(root) }
}

function invalid(sentence: string): DavError {
  return new DavError('valid-scheduling-message', sentence)
}
