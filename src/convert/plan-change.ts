// A PUT on an object that is there: the master first, then the instances; what is kept goes with the master, or before what
// cannot be taken back (patch only what the person changed). Each request is there only if the text differs from what was
// served and from what Graph shows now.
import { ConflictError, UnsupportedError } from '../base/errors.ts'
import type { GraphSeries } from '../graph/types.ts'
import type { CalendarObject, Component } from '../ical/object.ts'
import { compareObjects, type CompareContext, type ObjectChanges } from './compare.ts'
import { compareEvents, isEdit } from './compare-event.ts'
import { slotOfOverride } from './compare-slots.ts'
import { timingOf } from './compare-times.ts'
import { addressesOf, isInvitation, shownObject, type PlanContext, type WritePlan } from './plan-context.ts'
import { checkConflicts } from './plan-conflict.ts'
import { planEvent } from './plan-event.ts'
import { withoutForeignPeople } from './plan-foreign.ts'
import { changedGroups } from './plan-input.ts'
import { planInstances } from './plan-instances.ts'
import { keptAfter, keptChange, withKeptValues } from './plan-kept.ts'
import type { GraphRequest } from './plan-request.ts'
import type { OnLoss } from './schedule.ts'
import { slotted, type SlottedObject } from './slotted.ts'

export interface ChangeWork {
  /** The series that share the UID; not empty. */
  readonly group: readonly GraphSeries[]
  /** The text that the client had; undefined when it is not known: then what Graph shows now. */
  readonly served: CalendarObject | undefined
  readonly wanted: CalendarObject
  readonly context: PlanContext
  readonly onLoss: OnLoss
}

type Planned = Pick<WritePlan, 'requests' | 'local'>

/** The plan of a change. Throws `UnsupportedError`, `ConflictError`, `IcalError`. */
export function planChange({ group, served, wanted: sent, context, onLoss }: ChangeWork): Planned {
  const wanted = group.some(({ main }) => isInvitation(main))
    ? sent
    : withoutForeignPeople(sent, ownersOf(group, context), onLoss)
  const shown = shownObject(group, wanted.uid, context)
  const base = served ?? shown
  const compare: CompareContext = { floatingZone: context.mailboxZone, ownAddresses: context.ownAddresses }
  const changes = compareObjects(base, wanted, compare)
  if (changes.masterIs !== 'kept') {
    throw new UnsupportedError(
      'RECURRENCE-ID',
      'single dates of a series and the series itself cannot stand for each other',
    )
  }
  if ((shown.master === undefined) !== (wanted.master === undefined)) throw newSeries()
  if (!context.isResumed)
    checkConflicts({ served: base, shown, wanted, isUndoing: context.isUndoing === true }, compare)
  const work = { base, changes, shown, context, onLoss }
  const text = slotted(wanted, context.mailboxZone)
  const series = group.find(({ main }) => main.recurrence !== null) ?? group[0]
  if (wanted.master === undefined || series === undefined) return planOrphans(group, text, work)
  return planSeries(series, wanted.master, text, work)
}

// Single dates of somebody's series, and then an invitation to all of it, or the other way round.
function newSeries(): ConflictError {
  return new ConflictError('Outlook has another part of this series by now')
}

function ownersOf(group: readonly GraphSeries[], context: PlanContext): readonly string[] {
  return [...addressesOf(context), ...group.flatMap(({ main }) => (main.organizer ? [main.organizer.address] : []))]
}

interface Work {
  readonly base: CalendarObject
  readonly shown: CalendarObject
  readonly changes: ObjectChanges
  readonly context: PlanContext
  readonly onLoss: OnLoss
}

function planSeries(series: GraphSeries, event: Component, wanted: SlottedObject, work: Work): Planned {
  const { base, shown, changes, context, onLoss } = work
  const { main, exceptions } = series
  const target = { event: main.id }
  const after = { event, zones: wanted.zones }
  const now = shown.master && { event: shown.master, zones: slotted(shown, context.mailboxZone).zones }
  const needed = now ? compareEvents(now, after, context.ownAddresses) : changes.master
  const master = planEvent(
    { target, current: main, exceptions, event, zones: wanted.zones, changes: changes.master, needed },
    context,
    onLoss,
  )
  if (master.predicted === undefined) return { requests: master.requests, local: context.local }
  const isRescheduled = main.recurrence !== null && master.requests.some(reschedules)
  const isSeries = master.predicted.recurrence !== null
  // What Graph does to exceptions when their series changes is not known: it drops them, or hands the change down to them.
  const isUncertain = isSeries && master.requests.length > 0 && exceptions.length > 0
  const isLosing = isSeries && isRescheduled && series.cancelled.length > 0
  const done = { ...series, main: master.predicted, ...(isRescheduled ? { exceptions: [], cancelled: [] } : {}) }
  const groups = changedGroups(changes.master)
  const isRestoring =
    !isInvitation(main) && main.recurrence !== null && (groups.has('times') || groups.has('recurrence'))
  const instances = planInstances({
    series: done,
    base: slotted(base, context.mailboxZone),
    wanted,
    changes,
    isRestoring,
    context,
    onLoss,
  })
  const again: GraphRequest = { kind: 'read-again', effect: 'silent', target }
  const requests = [...master.requests, ...(isUncertain || isLosing ? [again] : []), ...instances.requests]
  const kept = keptAfter({ put: wanted.object, served: base, shown, predicted: [instances.series], context, onLoss })
  const change = isRealEdit(changes) ? keptChange(kept.durable, series.kept.values) : undefined
  return { requests: withKeptValues(requests, main.id, change), local: kept.local }
}

function reschedules(request: GraphRequest): boolean {
  if (request.kind !== 'patch') return false
  const { start, end, isAllDay, recurrence } = request.body
  return [start, end, isAllDay, recurrence].some((value) => value !== undefined)
}

function isRealEdit({ master, overrides, cancelled }: ObjectChanges): boolean {
  return isEdit(master) || overrides.some(({ changes }) => isEdit(changes)) || cancelled.length > 0
}

// Who was invited to single dates has an event of its own for each of them.
function planOrphans(group: readonly GraphSeries[], wanted: SlottedObject, work: Work): Planned {
  const { base, shown, changes, context, onLoss } = work
  const { mailboxZone: floatingZone, ownAddresses } = context
  const missing = compareObjects(shown, wanted.object, { floatingZone, ownAddresses })
  const requests: GraphRequest[] = []
  const now = slotted(shown, context.mailboxZone)
  const kept = keptAfter({ put: wanted.object, served: base, shown, predicted: group, context, onLoss })
  for (const event of wanted.object.overrides) {
    const slot = slotOfOverride(event, undefined, wanted.zones)
    const series = slot && group.find(({ main }) => isShownAs(main.id, slot.day, { group, now, context }))
    const own = changes.overrides.find((change) => change.slot.day === slot?.day)
    const needed = missing.overrides.find((change) => change.slot.day === slot?.day)
    if (slot === undefined || series === undefined || own === undefined) continue
    const step = planEvent(
      {
        target: { event: series.key },
        current: series.main,
        event,
        zones: wanted.zones,
        changes: own.changes,
        needed: needed?.changes ?? own.changes,
      },
      context,
      onLoss,
    )
    const pieces = kept.durable.slots.get(slot.day) ?? []
    const document = { main: [], slots: new Map(pieces.length === 0 ? [] : [[slot.day, pieces] as const]) }
    const change = isEdit(own.changes) && step.predicted ? keptChange(document, series.kept.values) : undefined
    requests.push(...withKeptValues(step.requests, series.key, change))
  }
  if (changes.overrides.some(({ kind }) => kind !== 'changed'))
    onLoss('dates of somebody else’s series cannot be added or taken away')
  return { requests, local: kept.local }
}

interface Shown {
  readonly group: readonly GraphSeries[]
  readonly now: SlottedObject
  readonly context: PlanContext
}

// The event whose own rendering starts when the override of that day does.
function isShownAs(id: string, day: string, { group, now, context }: Shown): boolean {
  const series = group.find(({ main }) => main.id === id)
  const override = now.object.overrides.find((event) => slotOfOverride(event, undefined, now.zones)?.day === day)
  const alone = series && shownObject([series], now.object.uid, context)
  const single = alone?.master ?? alone?.overrides[0]
  if (override === undefined || single === undefined) return false
  const [one, other] = [timingOf(override, now.zones).start, timingOf(single, now.zones).start]
  return one.at === other.at && one.isDate === other.isDate
}
