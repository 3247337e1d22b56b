// What a mail about a meeting does where it arrives, when that is a mailbox of this tenant: an invitation puts a copy into
// the default calendar, an update changes it, a cancellation marks it and leaves it there, an answer is noted in the
// organizer's attendee list. Usual behaviour of Exchange; the Graph page "calendar" says which calendars tally answers.
// People who are invited to one instance of a series only get nothing here.
import { updateEvent } from './changes.ts'
import type { Day } from './days.ts'
import { type Attendee, type Content, contentOf, isSameAddress, type Response, type StoredEvent } from './event.ts'
import type { EventInput } from './event-input.ts'
import { updateInstance } from './instance-changes.ts'
import { instanceAt } from './instances.ts'
import { meetingCopy, updatedCopy } from './meeting-copy.ts'
import type { Place } from './place.ts'
import type { Mailbox } from './tenant.ts'

/** A single event or whole series, or the instance of one slot. */
export interface Meeting {
  readonly event: StoredEvent
  readonly slot: Day | undefined
}

export function contentOfMeeting({ event, slot }: Meeting): Content {
  return contentOf(event, slot === undefined ? undefined : event.exceptions.get(slot))
}

/** Changes what a meeting says, without mail. */
export function changeMeeting(place: Place, { event, slot }: Meeting, content: Partial<Content>): void {
  const nothing: EventInput = { content: {}, properties: new Map() }
  if (slot === undefined) updateEvent(place, event, nothing, { content })
  else updateInstance(place, event, slot, nothing, { content })
}

/** An invitation or update from the organizer, as it stands in the organizer's calendar. */
export function deliverUpdate(place: Place, { event, slot }: Meeting, address: string): void {
  const { tenant } = place
  const mailbox = recipient(place, address)
  if (!mailbox) return
  const copy = copyIn(place, mailbox, event)
  if (copy) tenant.commit(copy, updatedCopy(place, event, copy, slot))
  else if (slot === undefined) {
    tenant.commit(undefined, meetingCopy(place, event, tenant.defaultCalendar(mailbox)))
  }
}

export function deliverCancellation(place: Place, { event, slot }: Meeting, address: string): void {
  const mailbox = recipient(place, address)
  const copy = mailbox && copyIn(place, mailbox, event)
  if (!copy || (slot !== undefined && !instanceAt(copy, slot, place.switches))) return
  const meeting = { event: copy, slot }
  const { subject, isCancelled } = contentOfMeeting(meeting)
  if (isCancelled) return
  changeMeeting(place, meeting, { isCancelled: true, showAs: 'free', subject: `Canceled: ${subject ?? ''}` })
}

/** An answer, sent about the attendee's copy. */
export function deliverAnswer(place: Place, { event: copy, slot }: Meeting, from: string, status: Response): void {
  const { tenant } = place
  const mailbox = recipient(place, copy.content.organizer.address)
  const event = mailbox && tenant.eventsOf(tenant.defaultCalendar(mailbox)).find((one) => isOriginalOf(one, copy))
  if (!event || (slot !== undefined && !instanceAt(event, slot, place.switches))) return
  const meeting = { event, slot }
  const noted = (attendee: Attendee): Attendee =>
    isSameAddress(attendee.emailAddress.address, from) ? { ...attendee, status } : attendee
  changeMeeting(place, meeting, { attendees: contentOfMeeting(meeting).attendees.map(noted) })
}

function recipient({ tenant, switches }: Place, address: string): Mailbox | undefined {
  const mailbox = switches.attendeeCopies ? tenant.findMailbox(address) : undefined
  return mailbox?.kind === 'group' ? undefined : mailbox
}

function copyIn({ tenant }: Place, mailbox: Mailbox, original: StoredEvent): StoredEvent | undefined {
  return tenant.eventsOf(tenant.defaultCalendar(mailbox)).find((one) => isOriginalOf(original, one))
}

/** Organizer and attendees share the iCalUId. */
function isOriginalOf(original: StoredEvent, copy: StoredEvent): boolean {
  const isSameUid = original.iCalUId !== null && original.iCalUId === copy.iCalUId
  return isSameUid && original.content.isOrganizer && !copy.content.isOrganizer
}
