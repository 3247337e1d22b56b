// Every change of an event, whoever makes it: an HTTP write, the control API, the living tenant (of one instance:
// instance-changes.ts). Each function checks, makes the new record and commits it; it throws a Refusal and changes nothing
// when Graph would not do it.
import { printDay } from './days.ts'
import type { Content, StoredEvent } from './event.ts'
import type { EventInput } from './event-input.ts'
import { eventIdParts, newICalUId } from './ids.ts'
import { keptTimes } from './kept-times.ts'
import type { Place } from './place.ts'
import { changedProperties } from './properties.ts'
import { slotDays } from './recurrence.ts'
import { badProperty } from './refusal.ts'
import { scheduleOf } from './schedule.ts'
import type { Calendar } from './tenant.ts'
import type { Trusted } from './trusted.ts'

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
    properties: changedProperties(place, new Map(), input.properties),
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
    properties: changedProperties(place, event.properties, input.properties),
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
  const { start, end } = { ...keptTimes(event), ...input }
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
