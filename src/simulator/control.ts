// The tenant's remote control, in process: what a test or the living tenant does to it from outside of Graph. The HTTP form
// is control-routes.ts. Events are given as Graph JSON; what only the server sets (organizer, responseStatus, attendees'
// answers, isCancelled, iCalUId, originalStartTimeZone, createdDateTime …) is taken too, and `overlay` replaces members of
// every shown row as they are.
import { createCalendar, deleteCalendar, type NewCalendar, updateCalendar } from './calendars.ts'
import { copyEvent, createEvent, deleteEvent, moveEvent, updateEvent } from './changes.ts'
import { cancelInstance, updateInstance } from './instance-changes.ts'
import { type Day, parseDay, printDay } from './days.ts'
import type { StoredEvent } from './event.ts'
import { eventJson, itemId, type View } from './event-json.ts'
import { parseEventInput } from './event-input.ts'
import { parseEventId } from './ids.ts'
import { instancesOf, type Item, mainItem, type Range } from './instances.ts'
import type { JsonObject } from './json.ts'
import { badRequest, itemNotFound, malformedId } from './refusal.ts'
import type { Calendar, Mailbox } from './tenant.ts'
import { parseTrusted } from './trusted.ts'
import { placeOf, type World } from './world.ts'
import { parseInstant } from './zone-time.ts'

/** Which calendar. Default: the default calendar of `me`. */
export interface Where {
  /** `me`, an address or an id. */
  readonly mailbox?: string
  /** `default`, a name or an id of either family. */
  readonly calendar?: string
}

/** Both ids of an event, as its own mailbox sees it. */
export interface EventRef {
  readonly id: string
  readonly immutableId: string
}

export interface CalendarInfo extends EventRef {
  readonly mailbox: string
  readonly address: string
  readonly name: string
  readonly isDefault: boolean
  readonly events: number
}

/** What is true of a calendar: all events, and all instances in a range (what calendarView shows). */
export interface Truth {
  readonly events: readonly JsonObject[]
  readonly instances: readonly JsonObject[]
}

export class Control {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  calendars(): readonly CalendarInfo[] {
    const { tenant } = this.#world
    return [...tenant.calendars.values()].map((calendar) => ({
      mailbox: calendar.mailbox,
      address: tenant.mailboxOf(calendar).address,
      id: tenant.calendarId(calendar, 'default'),
      immutableId: tenant.calendarId(calendar, 'immutable'),
      name: calendar.name,
      isDefault: calendar.isDefault,
      events: tenant.eventsOf(calendar).length,
    }))
  }

  createEvent(where: Where, event: JsonObject): EventRef {
    return this.#refOf(createEvent(this.#place, this.#calendar(where), parseEventInput(event), parseTrusted(event)))
  }

  updateEvent(id: string, patch: JsonObject): EventRef {
    return this.#refOf(updateEvent(this.#place, this.#event(id), parseEventInput(patch), parseTrusted(patch)))
  }

  deleteEvent(id: string): void {
    deleteEvent(this.#place, this.#event(id))
  }

  /** `date`: the slot's local date, yyyy-MM-dd. */
  updateInstance(masterId: string, date: string, patch: JsonObject): EventRef {
    const [input, trusted] = [parseEventInput(patch), parseTrusted(patch)]
    const slot = slotOf(date)
    return this.#refOf(updateInstance(this.#place, this.#event(masterId), slot, input, trusted), slot)
  }

  cancelInstance(masterId: string, date: string): void {
    cancelInstance(this.#place, this.#event(masterId), slotOf(date))
  }

  /** Into another calendar of the same mailbox. */
  moveEvent(id: string, where: Where): EventRef {
    return this.#refOf(moveEvent(this.#place, this.#event(id), this.#calendar(where)))
  }

  copyEvent(id: string, where: Where): EventRef {
    return this.#refOf(copyEvent(this.#place, this.#event(id), this.#calendar(where)))
  }

  /** Gives the default id. */
  createCalendar(mailbox: string, made: Pick<NewCalendar, 'name'> & Partial<NewCalendar>): string {
    const calendar = createCalendar(this.#place, this.#mailbox(mailbox), { color: 'auto', group: undefined, ...made })
    return this.#world.tenant.calendarId(calendar, 'default')
  }

  updateCalendar(where: Where, changes: Partial<Pick<Calendar, 'name' | 'color' | 'hexColor' | 'canEdit'>>): void {
    updateCalendar(this.#place, this.#calendar(where), changes)
  }

  deleteCalendar(where: Where): void {
    deleteCalendar(this.#place, this.#calendar(where))
  }

  /** The calendar keeps owner, name and events, and gets another id; the old one is 404. Gives the new default id. */
  replaceCalendarId(where: Where): string {
    const calendar = this.#calendar(where)
    const changed = updateCalendar(this.#place, calendar, { idGeneration: calendar.idGeneration + 1 })
    return this.#world.tenant.calendarId(changed, 'default')
  }

  /** False: every request to the mailbox is 403. */
  setReachable(mailbox: string, isReachable: boolean): void {
    const found = this.#mailbox(mailbox)
    this.#world.tenant.mailboxes.set(found.id, { ...found, isReachable })
  }

  /** All delta tokens of a calendar stop working; without a calendar, of all. */
  expireTokens(where?: Where): void {
    this.#world.tokens.expire(where && this.#calendar(where).key)
  }

  /** `range`: two RFC 3339 texts; without one there are no instances. */
  truth(where: Where, range?: { readonly from: string; readonly to: string }): Truth {
    const { tenant, switches } = this.#world
    const calendar = this.#calendar(where)
    const view = plainView(tenant.mailboxOf(calendar))
    const events = tenant.eventsOf(calendar)
    const span = range && rangeOf(range)
    return {
      events: events.map((event) => ({
        ...this.#shown(mainItem(event), view),
        cancelledDates: event.cancelled.map(printDay),
        exceptionDates: [...event.exceptions.keys()].sort((one, other) => one - other).map(printDay),
        extendedProperties: Object.fromEntries(event.properties),
      })),
      instances: span
        ? events.flatMap((event) => instancesOf(event, span, switches)).map((item) => this.#shown(item, view))
        : [],
    }
  }

  #shown(item: Item, view: View): JsonObject {
    return {
      ...eventJson(this.#place, item, view),
      immutableId: itemId(this.#place, item, { ...view, family: 'immutable' }),
      slotDate: item.slot === undefined ? null : printDay(item.slot),
    }
  }

  get #place(): ReturnType<typeof placeOf> {
    return placeOf(this.#world)
  }

  #mailbox(name: string): Mailbox {
    const { tenant } = this.#world
    const found = name === 'me' ? tenant.me : tenant.findMailbox(name)
    if (!found) throw badRequest(`There is no mailbox ${name}.`)
    return found
  }

  #calendar(where: Where): Calendar {
    const { tenant } = this.#world
    const mailbox = this.#mailbox(where.mailbox ?? 'me')
    const { calendar = 'default' } = where
    if (calendar === 'default') return tenant.defaultCalendar(mailbox)
    const found = tenant
      .calendarsOf(mailbox)
      .find((one) =>
        [one.name, tenant.calendarId(one, 'default'), tenant.calendarId(one, 'immutable')].includes(calendar),
      )
    if (!found) throw badRequest(`There is no calendar ${calendar} in ${mailbox.address}.`)
    return found
  }

  #event(id: string): StoredEvent {
    const parsed = parseEventId(id)
    if (!parsed) throw malformedId()
    const event = this.#world.tenant.eventWithPart(parsed.part)
    if (!event) throw itemNotFound()
    return event
  }

  #refOf(event: StoredEvent, slot?: Day): EventRef {
    const { tenant } = this.#world
    const calendar = tenant.calendars.get(event.calendar)
    const view = plainView(calendar ? tenant.mailboxOf(calendar) : tenant.me)
    return {
      id: itemId(this.#place, { event, slot }, view),
      immutableId: itemId(this.#place, { event, slot }, { ...view, family: 'immutable' }),
    }
  }
}

function plainView(mailbox: Mailbox): View {
  return {
    version: 'v1.0',
    family: 'default',
    zone: 'UTC',
    zoneLabel: 'UTC',
    bodyType: 'html',
    mailbox,
    hidesPrivate: false,
  }
}

function slotOf(date: string): Day {
  const day = parseDay(date)
  if (day === undefined) throw badRequest(`'${date}' is no date.`)
  return day
}

function rangeOf({ from, to }: { readonly from: string; readonly to: string }): Range {
  const [start, end] = [parseInstant(from), parseInstant(to)]
  if (start === undefined || end === undefined) throw badRequest('from and to are RFC 3339 times.')
  return { start, end }
}
