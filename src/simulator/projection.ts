// `$select` and `$expand` on events: which members of an event an answer carries. Graph pages "Get event", "event resource
// type"; in national clouds cancelledOccurrences and exceptionOccurrences do not exist.
import type { Place } from './place.ts'
import { cancelledOccurrences, type EventJson, eventJson, type View } from './event-json.ts'
import { exceptionItems, type Item } from './instances.ts'
import type { Expansion, Query } from './query.ts'
import { recurrenceBlob, recurrenceBlobId } from './recurrence-blob.ts'
import { badRequest } from './refusal.ts'

type Shape = Pick<Query, 'select' | 'expand'>

/** Members that are there only when they are selected. */
const selectedOnly = ['originalStart', 'cancelledOccurrences']

/** Names beside those of an ordinary answer that `$select` may hold. */
const furtherNames = [
  'id',
  'uid',
  'occurrenceId',
  'iCalUId',
  'cancelledOccurrences',
  'exceptionOccurrences',
  'attachments',
  'extensions',
  'instances',
  'calendar',
  'singleValueExtendedProperties',
  'multiValueExtendedProperties',
]

const expandable = ['exceptionOccurrences', 'singleValueExtendedProperties', 'extensions', 'attachments', 'calendar']

/** How an answer shows an event. `isSingle`: asked by id, the only way to cancelled and exceptional occurrences. */
export interface Showing {
  readonly shape: Shape
  readonly isSingle: boolean
  /** Of the event, for the link to further exceptions. */
  readonly url: string
}

/** The event with the members asked for; throws a Refusal for names that do not exist. */
export function showEvent(place: Place, item: Item, view: View, showing: Showing): EventJson {
  const { shape, isSingle } = showing
  const json = eventJson(place, item, view)
  checkNames(place, shape, json)
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

function selected(json: EventJson, select: Shape['select']): EventJson {
  if (select === '*') return json
  const names = select && new Set(['id', ...select].map((name) => name.toLowerCase()))
  return Object.fromEntries(
    Object.entries(json).filter(([name]) => {
      if (name.startsWith('@')) return true
      return names ? names.has(name.toLowerCase()) : !selectedOnly.includes(name)
    }),
  )
}

function wants(select: Shape['select'], name: string): boolean {
  return select === '*' || (select?.some((one) => one.toLowerCase() === name.toLowerCase()) ?? false)
}

function checkNames(place: Place, shape: Shape, json: EventJson): void {
  const known = new Set([...Object.keys(json), ...furtherNames].map((name) => name.toLowerCase()))
  const nationalGaps = place.switches.cloud === 'national' ? ['cancelledOccurrences', 'exceptionOccurrences'] : []
  const asked = [...(shape.select === '*' ? [] : (shape.select ?? [])), ...shape.expand.map(({ name }) => name)]
  for (const name of asked) {
    if (!known.has(name.toLowerCase()) || nationalGaps.some((gap) => gap.toLowerCase() === name.toLowerCase())) {
      throw badRequest(`Could not find a property named '${name}' on type 'Microsoft.Graph.Event'.`)
    }
  }
  const wrong = shape.expand.find(({ name }) => !expandable.includes(name))
  if (wrong) throw badRequest(`The property '${wrong.name}' cannot be used in the $expand query option.`)
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
