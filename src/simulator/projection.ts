// `$select` and `$expand` on events: which members of an event an answer carries. Graph pages "Get event", "event resource
// type"; in national clouds cancelledOccurrences and exceptionOccurrences do not exist.
import type { Place } from './place.ts'
import { cancelledOccurrences, type EventJson, eventJson, type View } from './event-json.ts'
import { exceptionItems, type Item } from './instances.ts'
import type { Expansion, Query, Select } from './query.ts'
import { recurrenceBlob, recurrenceBlobId } from './recurrence-blob.ts'
import { badRequest } from './refusal.ts'

type Shape = Pick<Query, 'select' | 'expand'>

/** Members that are there only when they are selected. */
const selectedOnly = new Set(['originalStart', 'cancelledOccurrences'])

/** Every name that `$select` and `$expand` may hold, in lower case. Graph page "event resource type". */
const eventMembers = new Set(
  `id createdDateTime lastModifiedDateTime changeKey categories transactionId originalStartTimeZone originalEndTimeZone
  iCalUId uid occurrenceId reminderMinutesBeforeStart isReminderOn hasAttachments subject bodyPreview importance sensitivity
  isAllDay isCancelled isOrganizer responseRequested seriesMasterId showAs type webLink onlineMeetingUrl isOnlineMeeting
  onlineMeetingProvider onlineMeeting allowNewTimeProposals isDraft hideAttendees recurrence responseStatus body start end
  location locations attendees organizer originalStart cancelledOccurrences exceptionOccurrences attachments extensions
  instances calendar singleValueExtendedProperties multiValueExtendedProperties`
    .toLowerCase()
    .split(/\s+/),
)

const nationalGaps = new Set(['cancelledoccurrences', 'exceptionoccurrences'])

const expandable = ['exceptionOccurrences', 'singleValueExtendedProperties', 'extensions', 'attachments', 'calendar']

/** How an answer shows an event. `isSingle`: asked by id, the only way to cancelled and exceptional occurrences. */
export interface Showing {
  readonly shape: Shape
  readonly isSingle: boolean
  /** Of the event, for the link to further exceptions. */
  readonly url: string
}

/** The event with the members asked for; the names were checked before. */
export function showEvent(place: Place, item: Item, view: View, showing: Showing): EventJson {
  const { shape, isSingle } = showing
  const json = eventJson(place, item, view)
  const isMaster = item.slot === undefined && item.event.recurrence !== null
  const all =
    isSingle && isMaster && place.switches.cloud === 'global' && wants(shape.select, 'cancelledOccurrences')
      ? { ...json, cancelledOccurrences: cancelledOccurrences(place, item, view) }
      : json
  return { ...selected(all, shape.select), ...expanded(place, item, view, showing) }
}

/** The ordinary members, as delta rows have them. */
export function ordinary(json: EventJson): EventJson {
  return selected(json, undefined)
}

function selected(json: EventJson, select: Select): EventJson {
  if (select === '*') return json
  return Object.fromEntries(Object.entries(json).filter(([name]) => isShown(name, select)))
}

function isShown(name: string, select: Exclude<Select, '*'>): boolean {
  if (name === 'id' || name.startsWith('@')) return true
  return select ? select.has(name.toLowerCase()) : !selectedOnly.has(name)
}

function wants(select: Select, name: string): boolean {
  return select === '*' || (select?.has(name.toLowerCase()) ?? false)
}

/** Throws a Refusal for names that events do not have, or do not have in this cloud. */
export function checkShape(place: Place, shape: Shape): void {
  const asked = [
    ...(shape.select === '*' ? [] : (shape.select?.values() ?? [])),
    ...shape.expand.map(({ name }) => name),
  ]
  for (const name of asked) {
    const key = name.toLowerCase()
    if (!eventMembers.has(key) || (place.switches.cloud === 'national' && nationalGaps.has(key))) {
      throw badRequest(`Could not find a property named '${name}' on type 'Microsoft.Graph.Event'.`)
    }
  }
  const wrong = shape.expand.find(({ name }) => !expandable.includes(name))
  if (wrong) throw badRequest(`The property '${wrong.name}' cannot be used in the $expand query option.`)
  for (const inner of shape.expand) checkShape(place, inner)
}

function expanded(place: Place, item: Item, view: View, showing: Showing): EventJson {
  const parts = showing.shape.expand.map((expansion) => expandedMember(place, item, view, showing, expansion))
  return Object.assign({}, ...parts)
}

function expandedMember(place: Place, item: Item, view: View, showing: Showing, expansion: Expansion): EventJson {
  switch (expansion.name) {
    case 'singleValueExtendedProperties': {
      const found = propertiesOf(place, item, expansion.propertyIds)
      return found.length > 0 ? { singleValueExtendedProperties: found } : {}
    }
    case 'exceptionOccurrences':
      return showing.isSingle ? expandedExceptions(place, item, view, showing, expansion) : {}
    case 'attachments':
    case 'extensions':
      return { [expansion.name]: [] }
    default:
      return {}
  }
}

/** Also has to be named in `$select` when there is one; narrowed to the outer `$select` unless it has its own. */
function expandedExceptions(place: Place, item: Item, view: View, showing: Showing, expansion: Expansion): EventJson {
  const { select } = showing.shape
  const isMaster = item.slot === undefined && item.event.recurrence !== null
  if (!isMaster || (select !== undefined && !wants(select, 'exceptionOccurrences'))) return {}
  const all = exceptionItems(item.event, place.switches)
  const limit = place.switches.expandedExceptions
  const shown = limit > 0 ? all.slice(0, limit) : all
  const shape = { select: expansion.select ?? select, expand: expansion.expand }
  const rows = shown.map((one) => showEvent(place, one, view, { ...showing, shape, isSingle: false }))
  const link = `${showing.url}/exceptionOccurrences?$skip=${shown.length}`
  return {
    exceptionOccurrences: rows,
    ...(shown.length < all.length && place.switches.expandedExceptionsLink
      ? { 'exceptionOccurrences@odata.nextLink': link }
      : {}),
  }
}

/** The extended properties of an event or exception that were asked for; ids as they are kept. */
function propertiesOf(place: Place, item: Item, ids: readonly string[]): readonly EventJson[] {
  return ids.flatMap((id) => {
    const value =
      id === recurrenceBlobId && item.slot === undefined
        ? recurrenceBlob(item.event, place.switches)
        : ownProperties(item).get(id)
    return value === undefined ? [] : [{ id, value }]
  })
}

/** Of an exception its own, else the event's; plain occurrences have none. */
export function ownProperties(item: Item): ReadonlyMap<string, string> {
  if (item.slot === undefined) return item.event.properties
  return item.exception?.properties ?? new Map()
}
