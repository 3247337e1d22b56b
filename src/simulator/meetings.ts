// What becomes of a meeting when an attendee answers or the organizer ends it. Graph pages "event: accept", "event:
// tentativelyAccept", "event: decline", "event: cancel".
import { deleteEvent } from './changes.ts'
import { changeMeeting, contentOfMeeting, type Meeting } from './delivery.ts'
import type { Content } from './event.ts'
import { cancelInstance } from './instance-changes.ts'
import { mailAnswer, mailCancellations } from './outbox.ts'
import type { Place } from './place.ts'
import { invalidRequest } from './refusal.ts'
import type { Mailbox } from './tenant.ts'

export type AnswerName = 'accept' | 'tentativelyAccept' | 'decline'

/** An attendee's answer as a request says it. */
export interface MeetingAnswer {
  readonly name: AnswerName
  readonly comment: string
  readonly sendResponse: boolean
  readonly proposesNewTime: boolean
}

const results = {
  accept: { response: 'accepted', showAs: 'busy' },
  tentativelyAccept: { response: 'tentativelyAccepted', showAs: 'tentative' },
  decline: { response: 'declined', showAs: 'free' },
} as const

/** Answers for the mailbox in whose calendar the meeting stands; throws a Refusal where Graph would. */
export function answerMeeting(place: Place, mailbox: Mailbox, meeting: Meeting, answer: MeetingAnswer): void {
  checkAnswer(place, contentOfMeeting(meeting), answer)
  const { name, comment, sendResponse } = answer
  const { response, showAs } = results[name]
  const at = place.tenant.clock.now()
  if (sendResponse) mailAnswer(place, meeting, { from: mailbox.address, kind: response, comment })
  if (name === 'decline' && place.switches.declined === 'removed') removeMeeting(place, meeting)
  else changeMeeting(place, meeting, { responseStatus: { response, at }, showAs })
}

function checkAnswer(place: Place, content: Content, answer: MeetingAnswer): void {
  if (content.isOrganizer) {
    throw invalidRequest(
      "Your request can't be completed. You can't respond to this meeting because you're the meeting organizer.",
    )
  }
  if (!content.responseRequested && place.switches.unaskedAnswer === 'refused') {
    throw invalidRequest("Your request can't be completed. The meeting organizer hasn't requested a response.")
  }
  if (answer.proposesNewTime && !(content.allowNewTimeProposals && answer.sendResponse)) {
    throw invalidRequest("Your request can't be completed. A new time cannot be proposed for this meeting.")
  }
}

/** The organizer ends the meeting; it goes to Deleted Items, which no calendar shows. */
export function cancelMeeting(place: Place, meeting: Meeting, comment: string): void {
  if (!contentOfMeeting(meeting).isOrganizer) {
    throw invalidRequest("Your request can't be completed. You need to be an organizer to cancel a meeting.")
  }
  mailCancellations(place, meeting, comment)
  removeMeeting(place, meeting)
}

function removeMeeting(place: Place, { event, slot }: Meeting): void {
  if (slot === undefined) deleteEvent(place, event)
  else cancelInstance(place, event, slot)
}
