// organizer, attendees and answers ⇄ ORGANIZER and ATTENDEE (RFC 5545 §3.8.4.1, §3.8.4.3; Graph pages "attendee",
// "responseStatus"). Graph says the mailbox owner's own answer only in the event's responseStatus.
import type { GraphAttendee, GraphEmailAddress, GraphEvent, GraphResponse } from '../graph/types.ts'
import type { Property } from '../ical/object.ts'
import { cleanValue, property } from '../ical/text.ts'

/** Read from the left by response; from the right the first row that matches. */
export const responseTable: readonly { readonly response: GraphResponse; readonly partstat: string }[] = [
  { response: 'none', partstat: 'NEEDS-ACTION' },
  { response: 'notResponded', partstat: 'NEEDS-ACTION' },
  { response: 'accepted', partstat: 'ACCEPTED' },
  { response: 'organizer', partstat: 'ACCEPTED' },
  { response: 'tentativelyAccepted', partstat: 'TENTATIVE' },
  { response: 'declined', partstat: 'DECLINED' },
]

/** Read from the left by type; from the right the first row of the CUTYPE, else of the ROLE. */
export const attendeeTypeTable: readonly {
  readonly type: GraphAttendee['type']
  readonly role: string
  readonly cutype: string | undefined
}[] = [
  { type: 'required', role: 'REQ-PARTICIPANT', cutype: undefined },
  { type: 'optional', role: 'OPT-PARTICIPANT', cutype: undefined },
  { type: 'resource', role: 'NON-PARTICIPANT', cutype: 'RESOURCE' },
  { type: 'resource', role: 'NON-PARTICIPANT', cutype: 'ROOM' },
]

/** ORGANIZER and ATTENDEEs; nothing for an event without attendees (an organizer alone is mis-shown by iPhones). */
export function peopleToIcal(event: GraphEvent, ownAddresses: readonly string[]): readonly Property[] {
  const attendees = distinct(event.attendees)
  if (attendees.length === 0) return []
  const { organizer } = event
  const address = organizer === null ? undefined : calendarAddress(organizer)
  const lines = attendees.map((attendee) => attendeeLine(attendee, event, ownAddresses))
  if (organizer === null || address === undefined) return lines
  return [property('ORGANIZER', address, { CN: commonName(organizer) }), ...lines]
}

function attendeeLine(attendee: GraphAttendee, event: GraphEvent, ownAddresses: readonly string[]): Property {
  const partstat = partstatOf(attendee, event, ownAddresses)
  const isRoom = event.locations.some(({ displayName }) => displayName === attendee.emailAddress.name)
  const row = attendeeTypeTable.find(({ type, cutype }) => type === attendee.type && (cutype === 'ROOM') === isRoom)
  const typed = row ?? attendeeTypeTable.find(({ type }) => type === attendee.type)
  // An answer that is there is not asked for again: Apple's Calendar would show the invitation as open.
  const isWanted = event.responseRequested && !event.isCancelled && attendee.type !== 'resource'
  return property('ATTENDEE', calendarAddress(attendee.emailAddress) ?? '', {
    CN: commonName(attendee.emailAddress),
    CUTYPE: typed?.cutype,
    ROLE: typed?.role,
    PARTSTAT: partstat,
    RSVP: isWanted && partstat === 'NEEDS-ACTION' ? 'TRUE' : undefined,
    'SCHEDULE-STATUS': isMailed(attendee, event) ? '1.1' : undefined,
  })
}

// Exchange mails the attendees of its own meetings; what became of a mail it does not tell (RFC 6638 §3.2.9: 1.1, sent).
function isMailed({ emailAddress }: GraphAttendee, { organizer, isOrganizer }: GraphEvent): boolean {
  const hasMail = (person: GraphEmailAddress): boolean => calendarAddress(person)?.startsWith('mailto:') === true
  if (!isOrganizer || organizer === null || !hasMail(organizer) || !hasMail(emailAddress)) return false
  return !isSameAddress(organizer.address, emailAddress.address)
}

// Who sits at the organizer's place takes part; who is the mailbox's owner has answered what the event says.
function partstatOf(attendee: GraphAttendee, event: GraphEvent, ownAddresses: readonly string[]): string {
  const isOwn = !event.isOrganizer && ownAddresses.some((own) => isSameAddress(own, attendee.emailAddress.address))
  const isOrganizer = event.organizer !== null && isSameAddress(event.organizer.address, attendee.emailAddress.address)
  const own = isOwn && event.responseStatus !== 'none' ? event.responseStatus : attendee.response
  const response = isOrganizer ? 'organizer' : own
  return responseTable.find((row) => row.response === response)?.partstat ?? 'NEEDS-ACTION'
}

/** Mail addresses without regard to case; the empty one equals none. */
export function isSameAddress(one: string, other: string): boolean {
  return one !== '' && one.trim().toLowerCase() === other.trim().toLowerCase()
}

/**
 * The calendar user address of a person: `mailto:`. Who has no mail address (Exchange's own form `/o=…/cn=…`, or a bare
 * name) gets `invalid:` with that text percent-encoded, so that clients show the person and nobody mails there.
 * Undefined when there is neither address nor name.
 */
export function calendarAddress({ name, address }: GraphEmailAddress): string | undefined {
  const mail = cleanValue(address).trim()
  if (/^[^\s@]+@[^\s@]+$/.test(mail)) return `mailto:${mail.replace(/["<>\\^`{|}]/g, encodeURIComponent)}`
  const text = mail === '' ? cleanValue(name).trim() : mail
  return text === '' ? undefined : `invalid:${encodeURIComponent(text)}`
}

// The name unless it only repeats the address; one line, no double quotes (readers differ on how to take them).
function commonName({ name, address }: GraphEmailAddress): string | undefined {
  const text = cleanValue(name.replace(/\s+/g, ' ')).trim().replaceAll('"', "'")
  return text === '' || isSameAddress(text, address) ? undefined : text
}

function distinct(attendees: readonly GraphAttendee[]): readonly GraphAttendee[] {
  const seen = new Set<string>()
  return attendees.filter(({ emailAddress }) => {
    const address = calendarAddress(emailAddress)?.toLowerCase()
    if (address === undefined || seen.has(address)) return false
    seen.add(address)
    return true
  })
}
