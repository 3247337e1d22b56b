// What Graph will show after a request, as far as the rest of the plan hangs on it: kept values are what the text says beyond
// that. Nothing of it is ever stored: after a write the event is read back.
import type {
  GraphAttendee,
  GraphDateTime,
  GraphEvent,
  GraphEventInput,
  GraphLocation,
  GraphSeries,
} from '../graph/types.ts'
import { instantOf } from '../base/zones.ts'
import { wallFromMs, wallMs } from '../ical/value.ts'
import { rfc3339 } from './compare-slots.ts'
import { instantOfSlot, scheduleOf } from './schedule.ts'
import { dayOfGraph, dayOfGraphDate, instantOfGraph, onDay } from './time.ts'

/** An event of the mailbox that nobody wrote anything into yet. */
export const blankEvent: GraphEvent = {
  id: 'created',
  changeKey: '',
  type: 'singleInstance',
  iCalUId: null,
  seriesMasterId: null,
  originalStart: null,
  subject: null,
  bodyContentType: 'html',
  body: '',
  start: { dateTime: '1970-01-01T00:00:00.0000000', timeZone: 'UTC' },
  end: { dateTime: '1970-01-01T00:00:00.0000000', timeZone: 'UTC' },
  isAllDay: false,
  isCancelled: false,
  isOrganizer: true,
  responseRequested: true,
  allowNewTimeProposals: true,
  responseStatus: 'none',
  showAs: 'busy',
  sensitivity: 'normal',
  importance: 'normal',
  categories: [],
  isReminderOn: false,
  reminderMinutesBeforeStart: 15,
  hasAttachments: false,
  originalStartTimeZone: 'UTC',
  originalEndTimeZone: 'UTC',
  recurrence: null,
  location: null,
  locations: [],
  attendees: [],
  organizer: null,
  webLink: null,
  joinUrl: null,
  createdDateTime: '',
  lastModifiedDateTime: '',
}

/** The series that a POST makes. `owner` is the address that Graph will name as its organizer. */
export function predictCreated(body: GraphEventInput, owner: string | undefined): GraphSeries {
  const organizer = owner === undefined ? null : { name: '', address: owner }
  const main = predictPatched({ ...blankEvent, organizer }, body)
  return { key: main.id, main, exceptions: [], cancelled: [], kept: { uid: null, name: null, values: null } }
}

/** The event after a PATCH. */
export function predictPatched(event: GraphEvent, body: GraphEventInput): GraphEvent {
  const { subject, showAs, sensitivity, importance, categories, isReminderOn, reminderMinutesBeforeStart } = body
  const { allowNewTimeProposals, isAllDay = event.isAllDay, start, end, recurrence = event.recurrence } = body
  return {
    ...event,
    subject: subject ?? event.subject,
    ...(body.body && { body: body.body.content, bodyContentType: body.body.contentType }),
    isAllDay,
    ...(start && { start: shown(start, isAllDay), originalStartTimeZone: start.timeZone }),
    ...(end && { end: shown(end, isAllDay), originalEndTimeZone: end.timeZone }),
    recurrence,
    ...(event.type === 'exception' ? {} : { type: recurrence === null ? 'singleInstance' : 'seriesMaster' }),
    ...(body.location && placesOf(body.location)),
    ...(body.attendees && { attendees: body.attendees.map((attendee) => answered(attendee, event)) }),
    showAs: showAs ?? event.showAs,
    sensitivity: sensitivity ?? event.sensitivity,
    importance: importance ?? event.importance,
    categories: categories ?? event.categories,
    isReminderOn: isReminderOn ?? event.isReminderOn,
    reminderMinutesBeforeStart: reminderMinutesBeforeStart ?? event.reminderMinutesBeforeStart,
    allowNewTimeProposals: allowNewTimeProposals ?? event.allowNewTimeProposals,
  }
}

// Graph answers in UTC; the days of all-day events stay what they are.
function shown(time: GraphDateTime, isAllDay: boolean): GraphDateTime {
  return isAllDay ? utcTime(dayOfGraph(time, time.timeZone)) : utcTime(instantOfGraph(time))
}

function utcTime(instant: number): GraphDateTime {
  return { dateTime: rfc3339(instant).replace('Z', '.0000000'), timeZone: 'UTC' }
}

function placesOf(input: NonNullable<GraphEventInput['location']>): Pick<GraphEvent, 'location' | 'locations'> {
  const { displayName, coordinates } = input
  const location: GraphLocation = {
    displayName,
    latitude: coordinates?.latitude ?? null,
    longitude: coordinates?.longitude ?? null,
  }
  return { location, locations: displayName === '' && coordinates === undefined ? [] : [location] }
}

function answered(
  { type, emailAddress }: NonNullable<GraphEventInput['attendees']>[number],
  event: GraphEvent,
): GraphAttendee {
  const now = event.attendees.find((attendee) => attendee.emailAddress.address === emailAddress.address)
  return { type, emailAddress, response: now?.response ?? 'none' }
}

/** The instance of a master on the day of a slot (`yyyy-MM-dd`), before anybody changed it. */
export function predictInstance(main: GraphEvent, day: string, mailboxZone: string): GraphEvent {
  const schedule = scheduleOf(main, mailboxZone)
  const at = dayOfGraphDate(day) ?? 0
  const start = instantOfSlot(schedule, at)
  const finish = wallMs(onDay(at, schedule.start)) + schedule.lengthMs
  return {
    ...main,
    id: `${main.id} ${day}`,
    type: 'exception',
    seriesMasterId: main.id,
    recurrence: null,
    originalStart: rfc3339(start),
    start: utcTime(start),
    end: utcTime(schedule.isAllDay ? finish : instantOf(wallFromMs(finish), schedule.tzid)),
  }
}

/** The series with one of its instances in another state. */
export function withException(series: GraphSeries, exception: GraphEvent): GraphSeries {
  const others = series.exceptions.filter(
    ({ id, originalStart }) => id !== exception.id && originalStart !== exception.originalStart,
  )
  return { ...series, exceptions: [...others, exception] }
}

/** The series without one of its instances. */
export function withCancelled(series: GraphSeries, day: string, exception: GraphEvent | undefined): GraphSeries {
  return {
    ...series,
    exceptions: series.exceptions.filter((other) => other !== exception),
    cancelled: [...new Set([...series.cancelled, day])].sort(),
  }
}
