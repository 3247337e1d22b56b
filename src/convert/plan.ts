// What a write will do (pure): the series as Graph has it, the text that a client had and the one it sent → requests, each
// with whom it is heard by; or a refusal, before anything is sent. RFC 4791 §5.3.2, RFC 6638 §3.2.
import { GraphdavError, UnsupportedError } from '../base/errors.ts'
import type { GraphSeries } from '../graph/types.ts'
import type { CalendarObject, Component } from '../ical/object.ts'
import { eventsOf, firstProperty, parameterOf, propertiesOf, valueOf } from '../ical/text.ts'
import { addressOf, organizerOf } from './compare-people.ts'
import { nothingKept } from './kept.ts'
import { planChange } from './plan-change.ts'
import { isInvitation, lossCollector, type PlanContext, type WritePlan } from './plan-context.ts'
import { planCreate } from './plan-create.ts'
import { respond } from './plan-event.ts'
import { isOver } from './plan-over.ts'
import { effectOfRemoval, type GraphRequest } from './plan-request.ts'

export type { PlanContext, WritePlan } from './plan-context.ts'

/** A PUT. */
export interface WantedObject {
  /** The series that share the UID, as Graph has them now; empty when there is none. */
  readonly now: readonly GraphSeries[]
  /** The text of the ETag that the client had; undefined when it had none, or that text is not known any more. */
  readonly served: CalendarObject | undefined
  readonly wanted: CalendarObject
  /** The name of the resource. */
  readonly name: string
}

/**
 * The plan of a PUT; without requests when nothing that Graph holds was changed.
 * @throws UnsupportedError for what Graph cannot hold (`ATTENDEE`: too many people), IcalError for what cannot be read,
 *   ConflictError when Graph has a newer value of what was changed, `forbidden` when mail may not be sent
 */
export function planPut({ now, served, wanted, name }: WantedObject, context: PlanContext): WritePlan {
  const { losses, onLoss } = lossCollector()
  refuseRanges(wanted)
  refuseRulesOfDates(wanted)
  const { requests, local } =
    now.length === 0
      ? planCreate({ wanted, name, context, onLoss })
      : planChange({ group: now, served, wanted, context, onLoss })
  refuseCrowds(requests)
  refuseMail(requests, context, eventsOf(wanted))
  return { requests, local, losses }
}

/**
 * The plan of a DELETE: the organizer's cancels the meeting, an invited person's answers the organizer where that may be and the
 * meeting is not over.
 * @throws GraphdavError `forbidden` when mail may not be sent
 */
export function planDelete(now: readonly GraphSeries[], context: PlanContext): WritePlan {
  const requests = now.flatMap((series): readonly GraphRequest[] => {
    const { main, exceptions } = series
    const target = { event: main.id }
    const removal: GraphRequest = { kind: 'remove', effect: effectOfRemoval(main, exceptions), target }
    const reply = respond({ target, answer: 'decline', event: undefined, current: main, comment: '' }, context)
    const isOpen = isInvitation(main) && !main.isCancelled && main.responseStatus !== 'declined'
    return isOpen && !isOver(series, context) && reply.effect !== 'silent' ? [reply, removal] : [removal]
  })
  refuseMail(requests, context, [])
  return { requests, local: nothingKept, losses: [] }
}

// RFC 5545 §3.2.13: no program of today sends it.
function refuseRanges(wanted: CalendarObject): void {
  const hasRange = wanted.overrides.some((event) => {
    const recurrenceId = firstProperty(event, 'RECURRENCE-ID')
    return recurrenceId !== undefined && parameterOf(recurrenceId, 'RANGE') !== undefined
  })
  if (hasRange)
    throw new UnsupportedError('RANGE', 'Outlook cannot change this and all later dates of a series at once')
}

// Some programs copy the rule of the series into each changed date, which says nothing; another rule would be a series in it.
function refuseRulesOfDates({ master, overrides }: CalendarObject): void {
  const own = ['RRULE', 'RDATE', 'EXRULE'].find((name) => {
    const copied = master ? propertiesOf(master, name).map(({ value }) => value) : []
    return overrides.some((event) => propertiesOf(event, name).some(({ value }) => !copied.includes(value)))
  })
  if (own !== undefined) throw new UnsupportedError(own, 'a single date of a series cannot repeat by itself')
}

/** Graph page "event resource type". */
const mostAttendees = 500

function refuseCrowds(requests: readonly GraphRequest[]): void {
  const isCrowded = requests.some(
    (request) => 'body' in request && (request.body.attendees?.length ?? 0) > mostAttendees,
  )
  if (isCrowded) throw new UnsupportedError('ATTENDEE', `Outlook has at most ${mostAttendees} attendees in a meeting`)
}

function refuseMail(
  requests: readonly GraphRequest[],
  { invitations }: PlanContext,
  events: readonly Component[],
): void {
  if (!requests.some(({ effect }) => effect === 'mails-attendees')) return
  if (invitations !== 'send') {
    throw new GraphdavError(
      'forbidden',
      'this change would send mail to the attendees, which is switched off for this calendar',
    )
  }
  if (events.some(asksForSilence)) {
    throw new GraphdavError('forbidden', 'Outlook cannot change a meeting without sending mail to its attendees')
  }
}

// Thunderbird's "do not notify", and Evolution's: every attendee is marked as the client's own business (RFC 6638 §7.1).
function asksForSilence(event: Component): boolean {
  const organizer = organizerOf(event)
  const others = propertiesOf(event, 'ATTENDEE').filter((line) => addressOf(line) !== organizer)
  const agents = others.map((line) => parameterOf(line, 'SCHEDULE-AGENT')?.toUpperCase())
  const isSilent = agents.length > 0 && agents.every((agent) => agent === 'CLIENT' || agent === 'NONE')
  return isSilent || valueOf(event, 'X-MOZ-SEND-INVITATIONS')?.trim().toUpperCase() === 'FALSE'
}
