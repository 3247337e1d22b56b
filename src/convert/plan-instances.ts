// The instances of a series that a PUT changes, cancels or puts back, after the master has been dealt with (Graph page
// "Update event"; what cannot be taken back comes last: change, then cancel). A series whose times or rule change loses its
// exceptions in Graph: then all that the text has are wanted again.
import { compareEvents, noChanges, type EventChanges, type ZonedEvent } from './compare-event.ts'
import type { ObjectChanges, OverrideChange } from './compare.ts'
import { slotIndex, slotOnDay, type Slot } from './compare-slots.ts'
import type { Component } from '../ical/object.ts'
import { isInvitation, shownObject, type PlanContext, type Step } from './plan-context.ts'
import { planEvent, respond } from './plan-event.ts'
import { hasEnded } from './plan-over.ts'
import { predictInstance, withCancelled, withException } from './plan-predict.ts'
import { effectOfRemoval, type GraphRequest } from './plan-request.ts'
import { checkBoundaries, movingOrder, slotsOf, type SeriesSlots } from './plan-slots.ts'
import type { GraphSeries } from '../graph/types.ts'
import type { OnLoss } from './schedule.ts'
import { eventAt, masterAt, slotted, type SlottedEvent, type SlottedObject } from './slotted.ts'

export interface InstancesWork {
  /** As Graph shows it when the master is done. */
  readonly series: GraphSeries
  /** What the client had. */
  readonly base: SlottedObject
  readonly wanted: SlottedObject
  readonly changes: ObjectChanges
  /** True when everything about the instances that the text says has to be there, not only what was changed. */
  readonly isRestoring: boolean
  readonly context: PlanContext
  readonly onLoss: OnLoss
}

/** The requests for the instances of a series; none for a single event. */
export function planInstances(work: InstancesWork): Step {
  const slots = slotsOf(work.series, work.context.mailboxZone)
  if (slots === undefined) return { requests: [], series: work.series }
  if (work.changes.restored.some(({ day }) => slots.has(day))) work.onLoss(notBroughtBack)
  const changed = changeInstances(work, slots)
  const cancelled = cancelInstances({ ...work, series: changed.series }, slots)
  return { requests: [...changed.requests, ...cancelled.requests], series: cancelled.series }
}

function cancelInstances({ series, wanted, changes, isRestoring, context }: InstancesWork, slots: SeriesSlots): Step {
  const wished = isRestoring ? wanted.cancelled : changes.cancelled
  const days = [...new Set(wished.map(({ day }) => day))].filter(
    (day) => slots.has(day) && !series.cancelled.includes(day),
  )
  return days.sort().reduce<Step>(
    (step, day) => {
      const exception = slots.exceptionOn(day)
      const current = exception ?? predictInstance(series.main, day, context.mailboxZone)
      const target = { event: series.main.id, slot: slots.target(day) }
      const removal: GraphRequest = { kind: 'remove', effect: effectOfRemoval(current), target }
      const reply = respond({ target, answer: 'decline', event: undefined, current, comment: '' }, context)
      const isOpen = isInvitation(current) && current.responseStatus !== 'declined' && !hasEnded(current, context)
      const isReplied = isOpen && reply.effect !== 'silent'
      return {
        requests: [...step.requests, ...(isReplied ? [reply] : []), removal],
        series: withCancelled(step.series, day, exception),
      }
    },
    { requests: [], series },
  )
}

/** What is wanted of one instance. */
interface Wish {
  readonly kind: OverrideChange['kind']
  readonly slot: Slot
  readonly event: Component
  readonly changes: EventChanges
  readonly isLater: boolean
}

function changeInstances(work: InstancesWork, slots: SeriesSlots): Step {
  const { series, wanted, context, onLoss } = work
  const shown = slotted(shownObject([series], wanted.object.uid, context), context.mailboxZone)
  const wishes = movingOrder(wishesOf(work, shown, slots).filter((wish) => isPossible(wish, work, slots)))
  const done = wishes.reduce<Step>(
    (step, { slot, event, changes }) => {
      const exception = slots.exceptionOn(slot.day)
      const current = exception ?? predictInstance(series.main, slot.day, context.mailboxZone)
      const target = { event: series.main.id, slot: slots.target(slot.day) }
      const needed = neededFor(event, slot, shown, work)
      const own = planEvent({ target, current, event, zones: wanted.zones, changes, needed }, context, onLoss)
      const after =
        own.predicted === undefined
          ? withCancelled(step.series, slot.day, exception)
          : own.requests.length === 0
            ? step.series
            : withException(step.series, own.predicted)
      return { requests: [...step.requests, ...own.requests], series: after }
    },
    { requests: [], series },
  )
  checkBoundaries(done.series, movedDays(done.requests), context.mailboxZone)
  return done
}

// Only who moves can be refused: a date that lies beyond its neighbour already may have another title.
function movedDays(requests: readonly GraphRequest[]): readonly string[] {
  return requests.flatMap((request) => {
    const isMoved = request.kind === 'patch' && request.body.start !== undefined
    return isMoved && request.target.slot ? [request.target.slot.day] : []
  })
}

function isPossible({ slot, kind }: Wish, { series, onLoss }: InstancesWork, slots: SeriesSlots): boolean {
  if (series.cancelled.includes(slot.day)) onLoss(notBroughtBack)
  else if (slots.has(slot.day)) return true
  else if (kind !== 'vanished') onLoss('a date that is not in the rule of its series is left out')
  return false
}

const notBroughtBack = 'a cancelled date cannot be brought back'

function wishesOf(work: InstancesWork, shown: SlottedObject, slots: SeriesSlots): readonly Wish[] {
  const { wanted, changes, isRestoring } = work
  const unseen = unseenWishes(work, shown, slots)
  if (isRestoring) {
    const replaced = wanted.overrides.flatMap(({ slot, event }): readonly Wish[] => {
      const master = masterAt(wanted, slot)
      if (master === undefined) return []
      return wishOf(
        { kind: 'changed', slot, changes: compared({ event: master, zones: wanted.zones }, event, work) },
        wanted,
      )
    })
    return [...replaced, ...unseen]
  }
  const ownChange = slotIndex(changes.overrides)
  const told = wanted.overrides.flatMap((override) => toldWish(override, ownChange(override.slot), work, shown))
  const vanished = changes.overrides.filter(({ kind }) => kind === 'vanished')
  return [...told, ...vanished.flatMap((change) => wishOf(change, wanted)), ...unseen]
}

// What the person changed of an override, and what the series has pushed over it: Graph may hand a new title down to all.
function toldWish(
  { slot, event }: SlottedEvent,
  own: OverrideChange | undefined,
  work: InstancesWork,
  shown: SlottedObject,
): readonly Wish[] {
  const { wanted, changes } = work
  if (!reachesInstances(changes.master)) return own ? wishOf(own, wanted) : []
  const [now, master] = [eventAt(shown, slot), masterAt(wanted, slot)]
  if (now === undefined || master === undefined) return []
  const before = { event: now, zones: shown.zones }
  const pushed = pushedOver(changes.master, compared(before, event, work), compared(before, master, work))
  const mine = own?.changes ?? noChanges
  const fields = [...mine.fields, ...pushed.fields]
  const all = { ...mine, fields, alarms: hasAlarms(mine) ? mine.alarms : pushed.alarms }
  return wishOf({ kind: own?.kind ?? 'changed', slot, changes: all }, wanted)
}

// A property that the person changed in the series, that the instance now says like the series, and the text does not.
function pushedOver(series: EventChanges, missing: EventChanges, toSeries: EventChanges): EventChanges {
  const fields = missing.fields.filter(
    ({ field }) =>
      !scheduled.includes(field) &&
      series.fields.some((other) => other.field === field) &&
      !toSeries.fields.some((other) => other.field === field),
  )
  const isPushed = hasAlarms(series) && !hasAlarms(toSeries)
  return { ...noChanges, fields, alarms: isPushed ? missing.alarms : noChanges.alarms }
}

/** The times and the rule of a series reach its instances in another way. */
const scheduled: readonly string[] = ['DTSTART', 'DTEND', 'RRULE', 'RDATE', 'EXRULE']

/** True when the series has a change that Graph may hand down to an exception, or not. */
function reachesInstances(series: EventChanges): boolean {
  return hasAlarms(series) || series.fields.some(({ field }) => !scheduled.includes(field))
}

function hasAlarms({ alarms }: EventChanges): boolean {
  return alarms.added.length + alarms.removed.length > 0
}

// An exception that says what its series says is no override, yet it is there, and may keep its own values when those of
// the series change. What it has for itself was said by somebody else since, and stays.
function unseenWishes(work: InstancesWork, shown: SlottedObject, slots: SeriesSlots): readonly Wish[] {
  const { wanted, base, changes, isRestoring } = work
  if (!isRestoring && !reachesInstances(changes.master)) return []
  const told = [...wanted.overrides, ...(isRestoring ? [] : base.overrides)]
  const toldDays = new Set([...told, ...changes.cancelled.map((slot) => ({ slot }))].map(({ slot }) => slot.day))
  return slots.changedDays
    .filter((day) => !toldDays.has(day))
    .flatMap((day): readonly Wish[] => {
      const slot = slotOnDay(day, wanted)
      const [now, before, event] = slot ? [eventAt(shown, slot), masterAt(base, slot), masterAt(wanted, slot)] : []
      if (slot === undefined || now === undefined || before === undefined || event === undefined) return []
      const back = compared({ event: now, zones: shown.zones }, event, work)
      const own = compared({ event: before, zones: base.zones }, now, { ...work, wanted: shown })
      return wishOf({ kind: 'vanished', slot, changes: isRestoring ? back : withoutOwn(changes.master, own) }, wanted)
    })
}

function withoutOwn(changes: EventChanges, own: EventChanges): EventChanges {
  const isOwn = (field: string): boolean => own.fields.some((other) => other.field === field)
  const fields = changes.fields.filter(({ field }) => !isOwn(field) && !scheduled.includes(field))
  return { ...changes, fields, kept: [], traces: [], alarms: hasAlarms(own) ? noChanges.alarms : changes.alarms }
}

function wishOf({ kind, slot, changes }: OverrideChange, wanted: SlottedObject): readonly Wish[] {
  const event = kind === 'vanished' ? masterAt(wanted, slot) : eventAt(wanted, slot)
  if (event === undefined) return []
  const moved = changes.fields.find(({ field }) => field === 'DTSTART')
  return [{ kind, slot, event, changes, isLater: (moved?.after ?? '') > (moved?.before ?? '') }]
}

function compared(before: ZonedEvent, after: Component, { wanted, context }: InstancesWork): EventChanges {
  return compareEvents(before, { event: after, zones: wanted.zones }, context.ownAddresses)
}

function neededFor(
  event: Component,
  slot: Slot,
  shown: SlottedObject,
  { wanted, context }: InstancesWork,
): EventChanges {
  const now = eventAt(shown, slot)
  if (now === undefined) return noChanges
  return compareEvents({ event: now, zones: shown.zones }, { event, zones: wanted.zones }, context.ownAddresses)
}
