// An event as Graph shows it. Graph page "event resource type"; the keys come in the order of Graph's own answers.
import { printDay } from './days.ts'
import { type Attendee, type Content, contentOf, type Location, type Response } from './event.ts'
import { previewOf, textOf } from './html-body.ts'
import { changeKeyOf, datedICalUId, eventId, type IdFamily } from './ids.ts'
import { type Item, slotInstant } from './instances.ts'
import type { Place } from './place.ts'
import type { Mailbox } from './tenant.ts'
import {
  type DateTimeTimeZone,
  instantAt,
  noInstant,
  printDateTime,
  printInstant,
  printMidnight,
  zoneOfLabel,
} from './zone-time.ts'

/** How the asking request wants to see events. */
export interface View {
  readonly version: 'v1.0' | 'beta'
  readonly family: IdFamily
  /** Zone of start and end: the label that is shown, and what it means. */
  readonly zone: string
  readonly zoneLabel: string
  readonly bodyType: 'html' | 'text'
  /** Whose ids are shown. */
  readonly mailbox: Mailbox
  /** A shared calendar whose private items lose their details. */
  readonly hidesPrivate: boolean
}

export type EventJson = Record<string, unknown>

/** Everything but navigation properties; `originalStart` included, which an answer shows only when it was selected. */
export function eventJson(place: Place, item: Item, view: View): EventJson {
  const { event, exception } = item
  const content = visible(contentOf(event, exception), view)
  const key = changeKeyOf(place.tenant.keysOf(view.mailbox), exception?.version ?? event.version)
  const id = itemId(place, item, view)
  const uid = uidOf(place, item)
  return {
    '@odata.etag': `W/"${key}"`,
    id,
    createdDateTime: printInstant(exception?.created ?? event.created),
    lastModifiedDateTime: printInstant(exception?.modified ?? event.modified),
    changeKey: key,
    categories: content.categories,
    transactionId: event.transactionId,
    originalStartTimeZone: event.startZone,
    originalEndTimeZone: event.endZone,
    ...(view.version === 'v1.0' ? { iCalUId: uid } : { uid, occurrenceId: occurrenceId(place, item, view) }),
    ...plainMembers(content),
    seriesMasterId: item.slot === undefined ? null : itemId(place, { ...item, slot: undefined }, view),
    showAs: content.showAs,
    type: typeOf(item),
    webLink: `https://outlook.office365.com/owa/?itemid=${encodeURIComponent(id)}&exvsurl=1&path=/calendar/item`,
    ...meetingMembers(content),
    recurrence: item.slot === undefined && event.recurrence ? recurrenceJson(item) : null,
    responseStatus: responseJson(content.responseStatus),
    body: bodyJson(content, view),
    ...timesOf(place, item, view),
    location: summaryOf(content.locations),
    locations: content.locations,
    attendees: content.attendees.map(attendeeJson),
    organizer: { emailAddress: content.organizer },
    originalStart: item.slot === undefined ? null : printInstant(slotInstant(event, item.slot)),
    isAllDay: item.when.isAllDay,
    ...(item.slot === undefined ? event.overlay : {}),
  }
}

export function itemId(place: Place, item: Pick<Item, 'event' | 'slot'>, view: View): string {
  return eventId(place.tenant.keysOf(view.mailbox), item.event.ids, view.family, item.slot)
}

export function typeOf(item: Item): 'singleInstance' | 'occurrence' | 'exception' | 'seriesMaster' {
  if (item.slot === undefined) return item.event.recurrence ? 'seriesMaster' : 'singleInstance'
  return item.exception ? 'exception' : 'occurrence'
}

/** `start` and `end` in the view's zone. */
export function timesOf(
  place: Place,
  item: Item,
  view: View,
): { readonly start: DateTimeTimeZone; readonly end: DateTimeTimeZone } {
  const { when, event } = item
  if (!when.isAllDay) {
    return {
      start: printDateTime(when.start, view.zone, view.zoneLabel),
      end: printDateTime(when.end, view.zone, view.zoneLabel),
    }
  }
  const print = (day: number, label: string): DateTimeTimeZone =>
    place.switches.allDayTimes === 'midnight'
      ? printMidnight(day, view.zoneLabel)
      : printDateTime(instantAt({ day, second: 0 }, zoneOfLabel(label) ?? 'UTC'), view.zone, view.zoneLabel)
  return { start: print(when.start, event.startZone), end: print(when.end, event.endZone) }
}

/** `OID.{masterId}.{yyyy-MM-dd}` of each slot that was deleted. */
export function cancelledOccurrences(place: Place, item: Item, view: View): readonly string[] {
  const master = itemId(place, { event: item.event, slot: undefined }, view)
  const dateOf = (slot: number): string =>
    place.switches.oidDate === 'local' ? printDay(slot) : printInstant(slotInstant(item.event, slot)).slice(0, 10)
  return item.event.cancelled.map((slot) => `OID.${master}.${dateOf(slot)}`)
}

function uidOf(place: Place, item: Item): string | null {
  const { iCalUId } = item.event
  if (iCalUId === null || item.slot === undefined || place.switches.occurrenceUid === 'same') return iCalUId
  return datedICalUId(iCalUId, item.slot)
}

function occurrenceId(place: Place, item: Item, view: View): string | null {
  if (item.slot === undefined) return null
  return `OID.${itemId(place, { event: item.event, slot: undefined }, view)}.${printDay(item.slot)}`
}

function plainMembers(content: Content): EventJson {
  return {
    reminderMinutesBeforeStart: content.reminderMinutesBeforeStart,
    isReminderOn: content.isReminderOn,
    hasAttachments: content.hasAttachments,
    subject: content.subject,
    bodyPreview: previewOf(content.body),
    importance: content.importance,
    sensitivity: content.sensitivity,
    isCancelled: content.isCancelled,
    isOrganizer: content.isOrganizer,
    responseRequested: content.responseRequested,
  }
}

function meetingMembers(content: Content): EventJson {
  const { onlineMeeting } = content
  return {
    onlineMeetingUrl: null,
    isOnlineMeeting: onlineMeeting !== null,
    onlineMeetingProvider: onlineMeeting?.provider ?? 'unknown',
    onlineMeeting: onlineMeeting && { joinUrl: onlineMeeting.joinUrl },
    allowNewTimeProposals: content.allowNewTimeProposals,
    isDraft: content.isDraft,
    hideAttendees: content.hideAttendees,
  }
}

function visible(content: Content, view: View): Content {
  if (!view.hidesPrivate || content.sensitivity !== 'private') return content
  return {
    ...content,
    subject: 'Private Appointment',
    body: '',
    locations: [],
    attendees: [],
    categories: [],
    onlineMeeting: null,
  }
}

function recurrenceJson(item: Item): unknown {
  const { pattern, range } = item.event.recurrence ?? {}
  return { pattern, range }
}

function bodyJson(content: Content, view: View): unknown {
  return { contentType: view.bodyType, content: view.bodyType === 'html' ? content.body : textOf(content.body) }
}

const noLocation: Location = {
  displayName: '',
  locationType: 'default',
  uniqueIdType: 'unknown',
  address: {},
  coordinates: {},
}

/** Several locations are shown as one, their names joined. */
function summaryOf(locations: readonly Location[]): Location {
  const [first, ...more] = locations
  if (!first) return noLocation
  if (more.length === 0) return first
  const displayName = locations.map((location) => location.displayName).join('; ')
  return { displayName, locationType: 'default', uniqueId: displayName, uniqueIdType: 'private' }
}

function attendeeJson(attendee: Attendee): unknown {
  return { type: attendee.type, status: responseJson(attendee.status), emailAddress: attendee.emailAddress }
}

function responseJson(response: Response): unknown {
  return { response: response.response, time: response.at === undefined ? noInstant : printInstant(response.at) }
}
