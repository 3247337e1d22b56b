// A PUT of a new object: one POST, and for a series the instances that are not as its rule says (Graph page "Create event").
// People are invited last, so that they get one invitation and no corrections of it.
import { UnsupportedError } from '../base/errors.ts'
import type { GraphEvent, GraphEventInput, GraphSeries } from '../graph/types.ts'
import type { CalendarObject } from '../ical/object.ts'
import { withoutProperties } from '../ical/text.ts'
import { compareObjects } from './compare.ts'
import { eventToGraph } from './event.ts'
import { isNothing, printKept } from './kept.ts'
import { addressesOf, type PlanContext, type WritePlan } from './plan-context.ts'
import { withoutForeignPeople } from './plan-foreign.ts'
import { planInstances } from './plan-instances.ts'
import { keptAfter } from './plan-kept.ts'
import { blankEvent, predictCreated } from './plan-predict.ts'
import { effectOfCreate, type GraphRequest } from './plan-request.ts'
import { scheduleOf, type OnLoss } from './schedule.ts'
import { slotDays } from './slots.ts'
import { slotted } from './slotted.ts'
import { dayOfWall, graphDateOf } from './time.ts'

export interface CreateWork {
  readonly wanted: CalendarObject
  /** The client's name of the resource. */
  readonly name: string
  readonly context: PlanContext
  readonly onLoss: OnLoss
}

/** The plan of a new object. Throws `UnsupportedError`, `IcalError`. */
export function planCreate({ wanted, name, context, onLoss }: CreateWork): Pick<WritePlan, 'requests' | 'local'> {
  const object = withoutForeignPeople(wanted, addressesOf(context), onLoss)
  const text = slotted(object, context.mailboxZone)
  if (object.master === undefined) {
    throw new UnsupportedError('RECURRENCE-ID', 'a new object needs the series itself, not only single dates of it')
  }
  const input = eventToGraph(object.master, { zones: text.zones, current: undefined, onLoss })
  const body = withoutDefaults(input)
  const isSeries = body.recurrence !== undefined
  const { attendees, ...quiet } = body
  const compare = { floatingZone: context.mailboxZone, ownAddresses: context.ownAddresses }
  const plain = { ...object, overrides: [], master: withoutProperties(object.master, ['EXDATE']) }
  const changes = compareObjects(plain, object, compare)
  const hasInstances = isSeries && changes.overrides.length + changes.cancelled.length > 0
  const first = hasInstances ? quiet : body
  const created = predictCreated(first, context.ownAddresses[0])
  const work = { series: created, base: text, wanted: text, changes, isRestoring: false, context, onLoss }
  const instances = hasInstances ? planInstances(work) : { requests: [], series: created }
  refuseNoDates(instances.series, context.mailboxZone)
  const invitation = hasInstances && attendees ? [invite(attendees)] : []
  const predicted = { ...instances.series, main: predictCreated(body, context.ownAddresses[0]).main }
  const kept = keptAfter({ put: object, served: undefined, shown: undefined, predicted: [predicted], context, onLoss })
  const values = isNothing(kept.durable) ? {} : { values: printKept(kept.durable) }
  const create: GraphRequest = {
    kind: 'create',
    effect: effectOfCreate(first),
    body: first,
    kept: { uid: wanted.uid, name, ...values },
  }
  return { requests: [create, ...instances.requests, ...invitation], local: kept.local }
}

// Outlook removes a series when its last date is removed.
function refuseNoDates({ main, cancelled }: GraphSeries, mailboxZone: string): void {
  if (main.recurrence === null || cancelled.length === 0) return
  const days = new Set(cancelled)
  for (const day of slotDays(main.recurrence, dayOfWall(scheduleOf(main, mailboxZone).start)))
    if (!days.has(graphDateOf(day))) return
  throw new UnsupportedError('EXDATE', 'no date is left of this series')
}

function invite(attendees: NonNullable<GraphEventInput['attendees']>): GraphRequest {
  return { kind: 'patch', effect: 'mails-attendees', target: { event: blankEvent.id }, body: { attendees } }
}

// What a new event has anyway is not said; the reminder is, because Graph's own default would be on.
function withoutDefaults(input: GraphEventInput): GraphEventInput {
  const isDefault = ([key, value]: readonly [string, unknown]): boolean => {
    if (key === 'recurrence') return value === null
    if (key === 'body') return input.body?.content === ''
    if (key === 'location') return input.location?.displayName === '' && input.location.coordinates === undefined
    if (key === 'attendees' || key === 'categories') return Array.isArray(value) && value.length === 0
    return defaulted.some((name) => name === key) && value === blankEvent[key as keyof GraphEvent]
  }
  return Object.fromEntries(Object.entries(input).filter((entry) => !isDefault(entry)))
}

const defaulted = ['importance', 'sensitivity', 'allowNewTimeProposals'] as const
