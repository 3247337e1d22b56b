// One changed VEVENT → the requests for its Graph event: a PATCH of what changed, for one's own; for somebody else's meeting
// the answer to its organizer and a PATCH of what is personal (RFC 6638 §3.2.1, §3.2.2; Graph pages "Update event", "event:
// accept", "event: cancel").
import type { GraphEvent, GraphEventInput } from '../graph/types.ts'
import type { Zones } from '../ical/instant.ts'
import type { Component } from '../ical/object.ts'
import { firstProperty, parameterOf, property, textOf, valueOf } from '../ical/text.ts'
import type { EventChanges } from './compare-event.ts'
import { addressOf, organizerOf } from './compare-people.ts'
import { calendarAddress } from './people.ts'
import { isInvitation, type PlanContext } from './plan-context.ts'
import { changedGroups, inputOf, isOfAttendee, type Group } from './plan-input.ts'
import { effectOfPatch, effectOfRemoval, type Answer, type GraphRequest, type Target } from './plan-request.ts'
import { predictPatched } from './plan-predict.ts'
import type { OnLoss } from './schedule.ts'

/** One VEVENT of a PUT whose Graph event exists. */
export interface ChangedEvent {
  readonly target: Target
  readonly current: GraphEvent
  /** Of a master: its changed dates. */
  readonly exceptions?: readonly GraphEvent[]
  readonly event: Component
  readonly zones: Zones
  /** What the person changed. */
  readonly changes: EventChanges
  /** How the text differs from what Graph shows now; less than `changes` where Graph has it already. */
  readonly needed: EventChanges
}

/** The requests for an event, and the event after them; undefined when it is gone then. */
export interface EventStep {
  readonly requests: readonly GraphRequest[]
  readonly predicted: GraphEvent | undefined
}

/** The requests for one event; none when Graph has all of it. */
export function planEvent(changed: ChangedEvent, context: PlanContext, onLoss: OnLoss): EventStep {
  return isInvitation(changed.current) ? planInvitation(changed, context, onLoss) : planOwn(changed, onLoss)
}

function planOwn(changed: ChangedEvent, onLoss: OnLoss): EventStep {
  const { target, current, exceptions, changes } = changed
  if (isCancelledNow(changed)) {
    return {
      requests: [{ kind: 'cancel', effect: effectOfRemoval(current, exceptions), target, comment: commentOf(changed) }],
      predicted: undefined,
    }
  }
  if (changes.people.areLeftOut) onLoss('the text has no attendees; those of the meeting stay')
  if (changes.people.organizer?.before !== undefined) onLoss('the organizer of a meeting cannot be changed')
  const body = bodyOf({ ...changed, event: withPeopleOfBoth(changed) }, bothChanged(changed), onLoss)
  return patchStep(changed, body)
}

// Whom somebody else invited or disinvited in the meantime, and the person did not, stays so.
function withPeopleOfBoth({ event, current, changes }: ChangedEvent): Component {
  const { added, removed } = changes.people
  const there = current.attendees.map(({ emailAddress }) => {
    const line = property('ATTENDEE', calendarAddress(emailAddress) ?? '')
    return { line, address: addressOf(line) }
  })
  const isKnown = (address: string): boolean => there.some((person) => person.address === address)
  const kept = event.properties.filter((line) => {
    const address = addressOf(line)
    return line.name !== 'ATTENDEE' || isKnown(address) || added.includes(address) || address === organizerOf(event)
  })
  const listed = kept.filter(({ name }) => name === 'ATTENDEE').map(addressOf)
  const others = there.filter(({ address }) => !listed.includes(address) && !removed.includes(address))
  return { ...event, properties: [...kept, ...others.map(({ line }) => line)] }
}

function isCancelledNow({ current, changes, event }: ChangedEvent): boolean {
  const status = changes.fields.find(({ field }) => field === 'STATUS')
  return status?.after === 'CANCELLED' && current.attendees.length > 0 && valueOf(event, 'STATUS') !== undefined
}

/** The groups that the person changed and that Graph shows otherwise: a property that came back unchanged is not meant. */
export function bothChanged({ changes, needed }: Pick<ChangedEvent, 'changes' | 'needed'>): ReadonlySet<Group> {
  const { people, alarms } = needed
  const isLeft =
    (left: readonly string[]): ((name: string) => boolean) =>
    (name) =>
      left.includes(name)
  const retyped = people.retyped.map(({ field }) => field)
  return changedGroups({
    ...changes,
    fields: changes.fields.filter(({ field }) => needed.fields.some((other) => other.field === field)),
    // Graph has one reminder: all of them are one value.
    alarms: alarms.added.length + alarms.removed.length > 0 ? changes.alarms : alarms,
    people: {
      ...changes.people,
      added: changes.people.added.filter(isLeft(people.added)),
      removed: changes.people.removed.filter(isLeft(people.removed)),
      retyped: changes.people.retyped.filter(({ field }) => retyped.includes(field)),
    },
  })
}

function bodyOf(
  { event, zones, current, changes }: ChangedEvent,
  groups: ReadonlySet<Group>,
  onLoss: OnLoss,
): GraphEventInput {
  const changed = changes.fields.map(({ field }) => field)
  return inputOf({ event, groups: withRecurrence(groups, changes, event), changed }, { zones, current, onLoss })
}

// A series that starts on another day or in another zone says so in its range too.
function withRecurrence(groups: ReadonlySet<Group>, { fields }: EventChanges, event: Component): ReadonlySet<Group> {
  const isMoved = groups.has('times') && fields.some(({ field }) => field === 'DTSTART')
  return isMoved && firstProperty(event, 'RRULE') ? new Set([...groups, 'recurrence']) : groups
}

function patchStep({ target, current, exceptions }: ChangedEvent, body: GraphEventInput): EventStep {
  if (Object.keys(body).length === 0) return { requests: [], predicted: current }
  return {
    requests: [{ kind: 'patch', effect: effectOfPatch(body, current, exceptions), target, body }],
    predicted: predictPatched(current, body),
  }
}

function planInvitation(changed: ChangedEvent, context: PlanContext, onLoss: OnLoss): EventStep {
  const { target, current, event, changes } = changed
  const groups = [...bothChanged(changed)]
  if (!groups.every(isOfAttendee))
    onLoss('only the organizer can change the meeting itself; those changes are left out')
  const answer = answerOf(changed, onLoss)
  if (answer !== undefined && !current.responseRequested) return planUnasked(changed, answer, onLoss)
  const response = answer && respond({ target, answer, event, current, comment: commentOf(changed) }, context)
  if (answer === 'decline' && response) return { requests: [response], predicted: undefined }
  const own =
    changes.people.ownAnswer === undefined ? groups : groups.filter((group) => group !== 'showAs' || isFree(changed))
  const patch = patchStep(changed, bodyOf(changed, new Set(own.filter(isOfAttendee)), onLoss))
  return { requests: [...(response ? [response] : []), ...patch.requests], predicted: patch.predicted }
}

// Graph refuses an answer that the organizer did not ask for: what it would do to the own calendar is done (Graph page "event:
// accept").
function planUnasked(changed: ChangedEvent, answer: Answer, onLoss: OnLoss): EventStep {
  const { target, current } = changed
  onLoss('its organizer wants no answers; yours counts in your own calendar only')
  if (answer === 'decline') return { requests: [{ kind: 'remove', effect: 'silent', target }], predicted: undefined }
  const groups = [...bothChanged(changed)].filter((group) => isOfAttendee(group) && group !== 'showAs')
  const showAs = isFree(changed) ? 'free' : answer === 'accept' ? 'busy' : 'tentative'
  const body = bodyOf(changed, new Set(groups), onLoss)
  return patchStep(changed, showAs === current.showAs ? body : { ...body, showAs })
}

// An answer brings its own busy status; a client that sets it too only follows. To be free in spite of it is a wish.
function isFree({ event }: ChangedEvent): boolean {
  return valueOf(event, 'TRANSP')?.trim().toUpperCase() === 'TRANSPARENT'
}

/** PARTSTAT → what is sent, and how Graph shows that it was. */
const answers: Readonly<Record<string, readonly [Answer, GraphEvent['responseStatus']]>> = {
  ACCEPTED: ['accept', 'accepted'],
  TENTATIVE: ['tentativelyAccept', 'tentativelyAccepted'],
  DECLINED: ['decline', 'declined'],
}

function answerOf({ changes, needed, current }: ChangedEvent, onLoss: OnLoss): Answer | undefined {
  const wanted = changes.people.ownAnswer?.after
  if (wanted === undefined || needed.people.ownAnswer === undefined) return undefined
  const [answer, response] = answers[wanted] ?? []
  if (answer === undefined) onLoss('an answer can be accepted, tentative or declined only')
  // Who answers for a group is not listed: only the event tells that it was done.
  return current.responseStatus === response ? undefined : answer
}

interface Reply {
  readonly target: Target
  readonly answer: Answer
  /** The text that the answer comes from; undefined when the event was deleted. */
  readonly event: Component | undefined
  readonly current: GraphEvent
  readonly comment: string
}

/** The answer to an invitation; silent where nobody is to hear of it. */
export function respond({ target, answer, event, current, comment }: Reply, context: PlanContext): GraphRequest {
  const { invitations, mayReply } = context
  const sendResponse = invitations !== 'never' && mayReply && current.responseRequested && !isQuiet(event)
  const effect = sendResponse ? 'answers-organizer' : 'silent'
  return { kind: 'respond', effect, target, answer, comment, sendResponse }
}

// A comment that was there before was said with an earlier answer.
function commentOf({ event, changes }: ChangedEvent): string {
  return changes.kept.some(({ field }) => field === 'COMMENT') ? (textOf(event, 'COMMENT') ?? '') : ''
}

// RFC 6638 §7.1 on ORGANIZER, and Thunderbird's own way to say it.
function isQuiet(event: Component | undefined): boolean {
  const organizer = event && firstProperty(event, 'ORGANIZER')
  const agent = organizer && parameterOf(organizer, 'SCHEDULE-AGENT')?.toUpperCase()
  const wish = event && valueOf(event, 'X-MOZ-SEND-INVITATIONS')?.trim().toUpperCase()
  return agent === 'CLIENT' || agent === 'NONE' || wish === 'FALSE'
}
