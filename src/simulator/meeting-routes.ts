// The actions on a meeting over HTTP: accept, tentativelyAccept, decline, cancel. Graph pages of these names; parameters are
// taken in any case.
import type { Answer } from './answer.ts'
import { parseEventTime } from './event-input.ts'
import { checkEditable, type EventRequest, findItem } from './event-routes.ts'
import { booleanAt, type JsonObject, objectAt, parseBody, stringAt } from './json.ts'
import { type AnswerName, answerMeeting, cancelMeeting } from './meetings.ts'
import { badRequest, invalidRequest } from './refusal.ts'
import { whenOf } from './schedule.ts'

/** POST …/events/{id}/accept and its sisters: 202 without a body. */
export function postAnswer(asked: EventRequest, id: string, name: AnswerName): Answer {
  const { place, scope } = asked
  checkEditable(scope)
  const meeting = findItem(asked, id)
  const body = parametersOf(asked, ['comment', 'sendresponse', ...(name === 'accept' ? [] : ['proposednewtime'])])
  const proposed = objectAt(body, 'proposednewtime')
  if (proposed) checkProposal(proposed)
  const owner = place.tenant.mailboxOf(place.tenant.calendars.get(meeting.event.calendar) ?? scope.calendar)
  answerMeeting(place, owner, meeting, {
    name,
    comment: stringAt(body, 'comment') ?? '',
    sendResponse: booleanAt(body, 'sendresponse') ?? true,
    proposesNewTime: proposed !== undefined,
  })
  return { status: 202 }
}

/** POST …/events/{id}/cancel: 202 without a body. */
export function postCancellation(asked: EventRequest, id: string): Answer {
  checkEditable(asked.scope)
  const meeting = findItem(asked, id)
  const body = parametersOf(asked, ['comment'])
  cancelMeeting(asked.place, meeting, stringAt(body, 'comment') ?? '')
  return { status: 202 }
}

/** The parameters under lower-case names; refuses one that the action does not have. */
function parametersOf({ request }: EventRequest, names: readonly string[]): JsonObject {
  const body = request.body === '' ? {} : parseBody(request.body)
  const entries = Object.entries(body).map(([name, value]) => [name.toLowerCase(), value] as const)
  const strange = entries.find(([name]) => !names.includes(name))
  if (strange) {
    throw badRequest(`The parameter '${strange[0]}' in the request payload is not a valid parameter for the operation.`)
  }
  return Object.fromEntries(entries)
}

function checkProposal(proposed: JsonObject): void {
  const [start, end] = [parseEventTime(proposed, 'start'), parseEventTime(proposed, 'end')]
  if (!start || !end) throw invalidRequest('A proposed new time needs a start and an end.')
  whenOf(start, end, false)
}
