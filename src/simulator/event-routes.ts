// Reading and writing events over HTTP. Graph pages "List events", "List calendarView", "List instances", "Get event",
// "Create event", "Update event", "Delete event".
import { type Answer, type GraphRequest, queryOf, urlOf } from './answer.ts'
import { createEvent, deleteEvent, updateEvent } from './changes.ts'
import { cancelInstance, updateInstance } from './instance-changes.ts'
import type { Place } from './place.ts'
import { checkedWindow } from './delta.ts'
import { contentOfMeeting } from './delivery.ts'
import { eventJson, type View } from './event-json.ts'
import { parseEventInput } from './event-input.ts'
import { parseEventId } from './ids.ts'
import { exceptionItems, instanceAt, instancesOf, type Item, mainItem, spanOf } from './instances.ts'
import { type JsonObject, parseBody } from './json.ts'
import { appliedHeaders, listAnswer } from './listing.ts'
import { isPersonal, mailCancellations, mailInvitations, mailUpdate } from './outbox.ts'
import { checkShape, ownProperties, showEvent } from './projection.ts'
import { accessDenied, badRequest, itemNotFound, malformedId, Refusal } from './refusal.ts'
import type { CalendarScope } from './target.ts'
import type { ViewCache } from './view-cache.ts'

export interface EventRequest {
  readonly place: Place
  readonly request: GraphRequest
  readonly scope: CalendarScope
  readonly view: View
  readonly views: ViewCache
}

/** The view of an ordinary request: what its Prefer header says. */
export function viewOf(request: GraphRequest, scope: Pick<CalendarScope, 'mailbox' | 'calendar'>): View {
  const { family, zone, zoneLabel, bodyType } = request.preferences
  const { mailbox, calendar } = scope
  const hidesPrivate = calendar.source !== undefined && !calendar.canEdit
  return { version: request.version, family, zone, zoneLabel, bodyType, mailbox, hidesPrivate }
}

export function listEvents(asked: EventRequest): Answer {
  const { place, scope } = asked
  const items = place.tenant
    .eventsOf(scope.calendar)
    .flatMap((event) => [
      mainItem(event),
      ...(place.switches.exceptionsInEvents ? exceptionItems(event, place.switches) : []),
    ])
  return list(asked, items)
}

export function listCalendarView(asked: EventRequest): Answer {
  const { place, scope, request } = asked
  const { startDateTime, endDateTime } = queryOf(request)
  const window = checkedWindow(startDateTime, endDateTime, place, true)
  const items = asked.views.get(place, scope.calendar, window, () =>
    byStart(place.tenant.eventsOf(scope.calendar).flatMap((event) => instancesOf(event, window, place.switches))),
  )
  return list(asked, items)
}

export function listInstances(asked: EventRequest, id: string): Answer {
  const { place, request } = asked
  const { event, slot } = findItem(asked, id)
  const { startDateTime, endDateTime } = queryOf(request)
  const window = checkedWindow(startDateTime, endDateTime, place, false)
  if (slot !== undefined || !event.recurrence) throw badRequest('The event is not a recurring master.')
  return list(asked, byStart(instancesOf(event, window, place.switches)))
}

export function listExceptions(asked: EventRequest, id: string): Answer {
  const { place } = asked
  const { event } = findItem(asked, id)
  if (!place.switches.exceptionOccurrencesPath || place.switches.cloud === 'national') {
    throw badRequest("Resource not found for the segment 'exceptionOccurrences'.")
  }
  return list(asked, exceptionItems(event, place.switches))
}

export function getEvent(asked: EventRequest, id: string): Answer {
  const { place, request, scope, view } = asked
  const shape = queryOf(request)
  checkShape(place, shape)
  const shown = showEvent(place, findItem(asked, id), view, {
    shape,
    isSingle: true,
    url: urlOf(request),
  })
  const context = `${request.base}/${request.version}/$metadata#users('${scope.mailbox.id}')/events/$entity`
  return { status: 200, headers: appliedHeaders(request), json: { '@odata.context': context, ...shown } }
}

export function postEvent(asked: EventRequest): Answer {
  const { place, request, scope } = asked
  checkEditable(scope)
  const input = parseEventInput(parseBody(request.body))
  const repeated = input.transactionId === undefined ? undefined : eventWithTransaction(asked, input.transactionId)
  if (repeated) return repeatedAnswer(asked, repeated)
  const event = createEvent(place, scope.calendar, input)
  mailInvitations(place, event)
  return written(asked, mainItem(event), 201)
}

export function patchEvent(asked: EventRequest, id: string): Answer {
  const { place, request, scope } = asked
  checkEditable(scope)
  const item = findItem(asked, id)
  checkMatch(asked, item)
  const body = parseBody(request.body)
  checkForeign(asked, item, body)
  const input = parseEventInput(body)
  const { slot } = item
  const event =
    slot === undefined ? updateEvent(place, item.event, input) : updateInstance(place, item.event, slot, input)
  mailUpdate(place, { before: item.event, meeting: { event, slot } }, body)
  const changed = slot === undefined ? mainItem(event) : instanceAt(event, slot, place.switches)
  if (!changed) throw itemNotFound()
  if (request.preferences.isMinimal && place.switches.returnMinimal === '204') {
    return { status: 204, headers: { 'Preference-Applied': 'return=minimal' } }
  }
  return written(asked, changed, 200)
}

export function removeEvent(asked: EventRequest, id: string): Answer {
  const { place, scope } = asked
  checkEditable(scope)
  const item = findItem(asked, id)
  checkMatch(asked, item)
  mailCancellations(place, item)
  if (item.slot === undefined) deleteEvent(place, item.event)
  else cancelInstance(place, item.event, item.slot)
  return { status: 204 }
}

function list(asked: EventRequest, items: readonly Item[]): Answer {
  const { place, request, scope, view } = asked
  const shape = queryOf(request)
  checkShape(place, shape)
  const plain: View = { ...view, family: 'default', zone: 'UTC', zoneLabel: 'UTC' }
  return listAnswer<Item>(request, {
    context: `users('${scope.mailbox.id}')/events`,
    entries: items,
    comparable: (item) => eventJson(place, item, plain),
    properties: ownProperties,
    show: (item) => showEvent(place, item, view, { shape, isSingle: false, url: urlOf(request) }),
    pageSize: place.switches.pageSize,
  })
}

/** The event or instance with this id, as this path may see it. */
export function findItem({ place, scope }: EventRequest, id: string): Item {
  const { tenant } = place
  const parsed = parseEventId(id)
  if (!parsed) throw malformedId()
  const event = tenant.eventWithPart(parsed.part)
  const isOurs = parsed.mailboxPart === tenant.keysOf(scope.mailbox)[parsed.family]
  const calendars = scope.isWholeMailbox ? tenant.calendarsOf(scope.mailbox) : [scope.calendar]
  const isHere = calendars.some((calendar) => (calendar.source ?? calendar.key) === event?.calendar)
  if (!event || !isOurs || !isHere) throw itemNotFound()
  const item = parsed.slot === undefined ? mainItem(event) : instanceAt(event, parsed.slot, place.switches)
  if (!item) throw itemNotFound()
  return item
}

function byStart(items: readonly Item[]): readonly Item[] {
  return [...items].sort((one, other) => spanOf(one.when).start - spanOf(other.when).start)
}

/** What is the organizer’s cannot be changed by others, under one assumption; sensitivity is everybody's own. */
function checkForeign({ place }: EventRequest, item: Item, body: JsonObject): void {
  const { sensitivity: _, ...others } = body
  const isOwn = contentOfMeeting(item).isOrganizer || isPersonal(others)
  if (!isOwn && place.switches.foreignChange === 'refused') throw accessDenied()
}

/** Throws a Refusal for a calendar that can only be read. */
export function checkEditable({ calendar }: CalendarScope): void {
  if (!calendar.canEdit) {
    throw accessDenied()
  }
}

function checkMatch({ place, request, view }: EventRequest, item: Item): void {
  const wanted = request.headers['if-match']
  const { ifMatch } = place.switches
  if (wanted === undefined || wanted === '*' || ifMatch === 'ignored') return
  if (wanted === eventJson(place, item, view)['@odata.etag']) return
  throw new Refusal(
    Number(ifMatch),
    'ErrorIrresolvableConflict',
    'The send or update operation could not be performed because the change key passed in the request does not match ' +
      'the current change key for the item.',
  )
}

function eventWithTransaction({ place, scope }: EventRequest, transactionId: string): Item | undefined {
  const event = place.tenant.eventsOf(scope.calendar).find((one) => one.transactionId === transactionId)
  return event && mainItem(event)
}

function repeatedAnswer(asked: EventRequest, item: Item): Answer {
  const status = Number(asked.place.switches.repeatedTransactionId)
  if (status !== 409) return written(asked, item, status)
  throw new Refusal(409, 'ErrorDuplicateTransactionId', 'Your request cannot be completed. Duplicate transactionId.')
}

function written({ place, request, view }: EventRequest, item: Item, status: number): Answer {
  const shape = { select: undefined, expand: [] }
  const json = showEvent(place, item, view, { shape, isSingle: true, url: urlOf(request) })
  return { status, headers: appliedHeaders(request), json }
}
