// Every change of an event, whoever makes it: an HTTP write, the control API, the living tenant. Each function checks, makes
// the new record and commits it; it throws a Refusal and changes nothing when Graph would not do it.
import { type Day, printDay } from './days.ts'
import { type Content, type StoredEvent, type StoredException, type When } from './event.ts'
import type { EventInput, InputTime } from './event-input.ts'
import { eventIdParts, newICalUId } from './ids.ts'
import { instanceAt, type Item, spanOf } from './instances.ts'
import { neighbouringSlots, slotDays } from './recurrence.ts'
import { badProperty, invalidRequest, itemNotFound, Refusal } from './refusal.ts'
import { scheduleOf, whenOf } from './schedule.ts'
import type { Switches } from './switches.ts'
import type { Calendar, Tenant } from './tenant.ts'
import { localTimeOf, zoneOfLabel } from './zone-time.ts'

/** Where a change happens, and under which assumptions. */
export interface Place {
  readonly tenant: Tenant
  readonly switches: Switches
}

/** What the server sets and no request can; for the control API, samples and generated tenants. */
export interface Trusted {
  readonly content: Partial<Content>
  /** Null: an event without one. */
  readonly iCalUId?: string | null
  /** Labels shown instead of the posted ones. */
  readonly startZone?: string
  readonly endZone?: string
  /** Milliseconds. */
  readonly created?: number
  readonly overlay?: Readonly<Record<string, unknown>>
}

const nothingTrusted: Trusted = { content: {} }

export function createEvent(
  place: Place,
  calendar: Calendar,
  input: EventInput,
  trusted: Trusted = nothingTrusted,
): StoredEvent {
  const { tenant, switches } = place
  const { start, end } = input
  if (!start || !end) throw badProperty('An event needs a start and an end.')
  const [startZone, endZone] = [trusted.startZone ?? start.label, trusted.endZone ?? end.label]
  const labels = [startZone, endZone, tenant.mailboxOf(calendar).timeZone]
  const isAllDay = input.isAllDay ?? false
  const schedule = scheduleOf({ start, end, isAllDay, recurrence: input.recurrence ?? null, labels }, switches)
  const { serial, ids } = tenant.nextEvent()
  const stamp = tenant.nextVersion()
  const event: StoredEvent = {
    serial,
    calendar: calendar.source ?? calendar.key,
    ids,
    folderMoves: 0,
    content: { ...newContent(calendar, input), ...input.content, ...trusted.content },
    ...schedule,
    startZone,
    endZone,
    cancelled: [],
    exceptions: new Map(),
    properties: input.properties,
    iCalUId: trusted.iCalUId === undefined ? newICalUId(tenant.seed, serial) : trusted.iCalUId,
    transactionId: input.transactionId ?? null,
    ...stamp,
    created: trusted.created ?? stamp.modified,
    overlay: trusted.overlay ?? {},
  }
  tenant.commit(undefined, event)
  return event
}

function newContent(calendar: Calendar, input: EventInput): Content {
  const hasAttendees = (input.content.attendees?.length ?? 0) > 0
  return {
    subject: '',
    body: '',
    importance: 'normal',
    sensitivity: 'normal',
    showAs: 'busy',
    categories: [],
    isReminderOn: true,
    reminderMinutesBeforeStart: 15,
    hasAttachments: false,
    locations: [],
    attendees: [],
    organizer: calendar.owner,
    isOrganizer: true,
    isCancelled: false,
    isDraft: false,
    responseStatus: { response: hasAttendees ? 'organizer' : 'none', at: undefined },
    responseRequested: true,
    allowNewTimeProposals: true,
    hideAttendees: false,
    onlineMeeting: null,
  }
}

/** Changes a single event or a master. */
export function updateEvent(
  place: Place,
  event: StoredEvent,
  input: EventInput,
  trusted: Trusted = nothingTrusted,
): StoredEvent {
  const changed: StoredEvent = {
    ...event,
    content: { ...event.content, ...input.content, ...trusted.content },
    ...(reschedules(input) ? rescheduled(place, event, input) : {}),
    properties: new Map([...event.properties, ...input.properties]),
    iCalUId: trusted.iCalUId === undefined ? event.iCalUId : trusted.iCalUId,
    startZone: trusted.startZone ?? input.start?.label ?? event.startZone,
    endZone: trusted.endZone ?? input.end?.label ?? event.endZone,
    overlay: trusted.overlay ?? event.overlay,
    ...place.tenant.nextVersion(),
  }
  place.tenant.commit(event, changed)
  return changed
}

function reschedules(input: EventInput): boolean {
  return [input.start, input.end, input.isAllDay, input.recurrence].some((value) => value !== undefined)
}

type Rescheduled = Pick<StoredEvent, 'when' | 'recurrence' | 'cancelled' | 'exceptions'>

function rescheduled(place: Place, event: StoredEvent, input: EventInput): Rescheduled {
  const { tenant, switches } = place
  const isAllDay = input.isAllDay ?? event.when.isAllDay
  const start = input.start ?? shownTime(event, event.when.start, event.startZone)
  const end = input.end ?? shownTime(event, event.when.end, event.endZone)
  const calendar = tenant.calendars.get(event.calendar)
  const labels = [start.label, end.label, calendar ? tenant.mailboxOf(calendar).timeZone : 'UTC']
  const kept = event.recurrence && {
    pattern: event.recurrence.pattern,
    range: { ...event.recurrence.range, startDate: printDay(start.local.day) },
  }
  const recurrence = input.recurrence === undefined ? kept : input.recurrence
  const schedule = scheduleOf({ start, end, isAllDay, recurrence, labels }, switches)
  const isSame = JSON.stringify(schedule) === JSON.stringify({ when: event.when, recurrence: event.recurrence })
  const drops =
    switches.recurrencePatch === 'drops' || (switches.recurrencePatch === 'dropsOnChange' && !isSame) || !recurrence
  if (drops || !schedule.recurrence) return { ...schedule, cancelled: [], exceptions: new Map() }
  const days = [...event.cancelled, ...event.exceptions.keys()]
  const slots = new Set(slotDays(schedule.recurrence, Math.min(...days), Math.max(...days), switches.monthEnd))
  return {
    ...schedule,
    cancelled: event.cancelled.filter((day) => slots.has(day)),
    exceptions: new Map([...event.exceptions].filter(([day]) => slots.has(day))),
  }
}

/** A kept time as a request would have said it: in the zone of its label, or in UTC when that means none. */
function shownTime(event: StoredEvent, time: number, label: string): InputTime {
  if (event.when.isAllDay) return { local: { day: time, second: 0 }, label: zoneOfLabel(label) ? label : 'UTC' }
  const zone = zoneOfLabel(label)
  return { local: localTimeOf(time, zone ?? 'UTC'), label: zone ? label : 'UTC' }
}

/** Changes one instance of a series: it becomes (or stays) an exception. The master gets a new version too. */
export function updateInstance(
  place: Place,
  event: StoredEvent,
  slot: Day,
  input: EventInput,
  trusted: Trusted = nothingTrusted,
): StoredEvent {
  const { tenant, switches } = place
  const item = instanceAt(event, slot, switches)
  if (!item) throw itemNotFound()
  if (input.recurrence) throw invalidRequest('The recurrence of an occurrence cannot be set.')
  const when =
    input.start || input.end || input.isAllDay !== undefined ? movedInstance(event, item, input) : item.exception?.when
  if (when) checkBoundaries(place, event, slot, when)
  const stamp = tenant.nextVersion()
  const exception: StoredException = {
    slot,
    overrides: { ...item.exception?.overrides, ...input.content, ...trusted.content },
    when,
    properties: new Map([...(item.exception?.properties ?? []), ...input.properties]),
    created: item.exception?.created ?? stamp.modified,
    ...stamp,
  }
  const { version, modified } = tenant.nextVersion()
  const changed = {
    ...event,
    exceptions: new Map([...event.exceptions, [slot, exception] as const]),
    version,
    modified,
  }
  tenant.commit(event, changed)
  return changed
}

function movedInstance(event: StoredEvent, item: Item, input: EventInput): When {
  const isAllDay = input.isAllDay ?? item.when.isAllDay
  const shown = { ...event, when: item.when }
  const start = input.start ?? shownTime(shown, item.when.start, event.startZone)
  const end = input.end ?? shownTime(shown, item.when.end, event.endZone)
  return whenOf(start, end, isAllDay)
}

/**
 * Graph page "Update event": an occurrence cannot move to or before the day of the previous one, nor to or after the day
 * of the next, deleted neighbours included.
 */
function checkBoundaries(place: Place, event: StoredEvent, slot: Day, when: When): void {
  const { recurrence } = event
  if (!recurrence) return
  const dayOf = (time: When): Day => (time.isAllDay ? time.start : localTimeOf(spanOf(time).start, recurrence.zone).day)
  const { previous, next } = neighbouringSlots(recurrence, slot, place.switches.monthEnd)
  const placeOf = (neighbour: Day | undefined): Day | undefined => {
    const moved = neighbour === undefined ? undefined : event.exceptions.get(neighbour)?.when
    return moved ? dayOf(moved) : neighbour
  }
  const [before, after, day] = [placeOf(previous), placeOf(next), dayOf(when)]
  if ((before !== undefined && day <= before) || (after !== undefined && day >= after)) {
    throw new Refusal(
      400,
      'ErrorOccurrenceCrossingBoundary',
      'Modified occurrence is crossing or overlapping adjacent occurrence.',
    )
  }
}

/** Deletes one instance. The series itself goes with its last one, where the range is finite. */
export function cancelInstance(place: Place, event: StoredEvent, slot: Day): StoredEvent | undefined {
  const { tenant, switches } = place
  if (!instanceAt(event, slot, switches)) throw itemNotFound()
  const cancelled = [...event.cancelled, slot].sort((one, other) => one - other)
  const exceptions = new Map([...event.exceptions].filter(([day]) => day !== slot))
  const changed = { ...event, cancelled, exceptions, ...tenant.nextVersion() }
  if (switches.emptySeries === 'deleted' && isEmpty(changed, switches)) {
    tenant.commit(event, undefined)
    return undefined
  }
  tenant.commit(event, changed, true)
  return changed
}

function isEmpty(event: StoredEvent, switches: Switches): boolean {
  if (!event.recurrence || event.recurrence.range.type === 'noEnd') return false
  const first = localDay(event)
  const slots = slotDays(event.recurrence, first, first + 366 * 1000, switches.monthEnd)
  return slots.length <= event.cancelled.length
}

function localDay(event: StoredEvent): Day {
  return event.when.isAllDay ? event.when.start : localTimeOf(event.when.start, event.recurrence?.zone ?? 'UTC').day
}

/** Deletes a single event or a whole series. */
export function deleteEvent(place: Place, event: StoredEvent): void {
  place.tenant.commit(event, undefined)
}

/** Puts an event into another calendar of the same mailbox: another default id, the same immutable one. */
export function moveEvent(place: Place, event: StoredEvent, calendar: Calendar): StoredEvent {
  const { tenant } = place
  const folderMoves = event.folderMoves + 1
  const moved: StoredEvent = {
    ...event,
    calendar: calendar.key,
    folderMoves,
    ids: { ...event.ids, default: eventIdParts(tenant.seed, event.serial, folderMoves).default },
    ...tenant.nextVersion(),
  }
  tenant.commit(event, moved)
  return moved
}

/** Copies an event, as Outlook does by drag and drop; exceptions and cancelled dates are copied with it. */
export function copyEvent(place: Place, event: StoredEvent, calendar: Calendar): StoredEvent {
  const { tenant, switches } = place
  const { serial, ids } = tenant.nextEvent()
  const stamp = tenant.nextVersion()
  const copy: StoredEvent = {
    ...event,
    serial,
    ids,
    folderMoves: 0,
    calendar: calendar.source ?? calendar.key,
    iCalUId: switches.copyKeepsUid ? event.iCalUId : newICalUId(tenant.seed, serial),
    properties: switches.copyKeepsProperties ? event.properties : new Map(),
    transactionId: null,
    created: stamp.modified,
    ...stamp,
  }
  tenant.commit(undefined, copy)
  return copy
}
