// The mails that Exchange would have sent; nothing leaves the process. Graph pages "Create event", "Update event" (a change
// of the attendees only goes to those that changed; a series and each of its exceptions send one mail), "Delete event",
// "event: cancel". Who hears of what is decided by the keys of a request, not by whether their values differ.
import { printDay } from './days.ts'
import { contentOfMeeting, deliverAnswer, deliverCancellation, deliverUpdate, type Meeting } from './delivery.ts'
import { type Attendee, isSameAddress, type Response, type StoredEvent } from './event.ts'
import type { JsonObject } from './json.ts'
import type { Place } from './place.ts'
import type { Mail } from './tenant.ts'

const personalKeys: ReadonlySet<string> = new Set([
  'categories',
  'isReminderOn',
  'reminderMinutesBeforeStart',
  'showAs',
  'singleValueExtendedProperties',
  'multiValueExtendedProperties',
])

/** True when a PATCH of these keys stays in the calendar of the mailbox that made it. */
export function isPersonal(body: JsonObject): boolean {
  return Object.keys(body).every((key) => personalKeys.has(key))
}

/** Mails of a new meeting. */
export function mailInvitations(place: Place, event: StoredEvent): void {
  mailAttendees(place, { event, slot: undefined }, 'invitation', event.content.attendees)
}

/** Mails of a PATCH with this body; before and after may differ in their attendees. */
export function mailUpdate(
  place: Place,
  { before, meeting }: { readonly before: StoredEvent; readonly meeting: Meeting },
  body: JsonObject,
): void {
  if (isPersonal(body) && place.switches.personalChange === 'silent') return
  const { event, slot } = meeting
  const old = contentOfMeeting({ event: before, slot }).attendees
  const now = contentOfMeeting(meeting).attendees
  const isAttendeesOnly = Object.keys(body).every((key) => key === 'attendees')
  const toChangedOnly = isAttendeesOnly && place.switches.attendeesChange === 'changed'
  const added = now.filter((attendee) => !sameIn(old, attendee))
  const updated = now.filter((attendee) => {
    const same = sameIn(old, attendee)
    return same && !(toChangedOnly && same.type === attendee.type)
  })
  const removed = old.filter((attendee) => !sameIn(now, attendee))
  mailAttendees(place, meeting, 'invitation', added)
  mailAttendees(place, meeting, 'update', updated)
  mailAttendees(place, meeting, 'cancellation', removed)
  if (slot !== undefined || toChangedOnly) return
  for (const exception of event.exceptions.keys()) {
    const instance = { event, slot: exception }
    mailAttendees(place, instance, 'update', contentOfMeeting(instance).attendees)
  }
}

/**
 * Mails of a meeting that its organizer ends; to be sent while it is still there. Who is invited to single dates of a series only
 * hears of these.
 */
export function mailCancellations(place: Place, meeting: Meeting, comment = ''): void {
  const { isCancelled, attendees } = contentOfMeeting(meeting)
  if (!isCancelled) mailAttendees(place, meeting, 'cancellation', attendees, comment)
  if (meeting.slot !== undefined) return
  for (const slot of meeting.event.exceptions.keys()) {
    const instance = { event: meeting.event, slot }
    const own = contentOfMeeting(instance).attendees.filter((attendee) => !sameIn(attendees, attendee))
    mailAttendees(place, instance, 'cancellation', own, comment)
  }
}

/** Mails an attendee's answer to the organizer. */
export function mailAnswer(
  place: Place,
  meeting: Meeting,
  answer: {
    readonly from: string
    readonly kind: 'accepted' | 'tentativelyAccepted' | 'declined'
    readonly comment: string
  },
): void {
  const { from, kind, comment } = answer
  const { organizer, subject } = contentOfMeeting(meeting)
  record(place, meeting, { kind, from, to: [organizer.address], subject, comment })
  const status: Response = { response: kind, at: place.tenant.clock.now() }
  deliverAnswer(place, meeting, from, status)
}

type AttendeeMail = 'invitation' | 'update' | 'cancellation'

function mailAttendees(
  place: Place,
  meeting: Meeting,
  kind: AttendeeMail,
  attendees: readonly Attendee[],
  comment = '',
): void {
  const { organizer, isOrganizer, subject } = contentOfMeeting(meeting)
  const to = [...new Set(attendees.map(({ emailAddress }) => emailAddress.address))].filter(
    (address) => address !== '' && !isSameAddress(address, organizer.address),
  )
  if (!isOrganizer || to.length === 0) return
  record(place, meeting, { kind, from: organizer.address, to, subject, comment })
  const deliver = kind === 'cancellation' ? deliverCancellation : deliverUpdate
  for (const address of to) deliver(place, meeting, address)
}

type Letter = Pick<Mail, 'kind' | 'from' | 'to' | 'subject'> & { readonly comment: string }

function record({ tenant }: Place, { slot }: Meeting, { comment, ...letter }: Letter): void {
  tenant.outbox.push({
    ...letter,
    at: tenant.clock.now(),
    ...(slot === undefined ? {} : { instance: printDay(slot) }),
    ...(comment === '' ? {} : { comment }),
  })
}

function sameIn(attendees: readonly Attendee[], { emailAddress }: Attendee): Attendee | undefined {
  return attendees.find((other) => isSameAddress(other.emailAddress.address, emailAddress.address))
}
