// Plans carried out against the simulated tenant: a small executor of requests, and readings of what is there afterwards.
import { randomUUID } from 'node:crypto'
import { keptPropertyIds, expandProperties } from '../../src/graph/extended-properties.ts'
import { parseEvent } from '../../src/graph/parse-event.ts'
import { parseKept } from '../../src/graph/parse.ts'
import type { GraphEvent, GraphSeries } from '../../src/graph/types.ts'
import { wallTimeOf } from '../../src/base/zones.ts'
import { ianaOfLabel } from '../../src/convert/zones.ts'
import type { GraphRequest, KeptInput, Target } from '../../src/convert/plan-request.ts'
import type { Simulator } from '../../src/simulator/simulator.ts'

type Json = Readonly<Record<string, unknown>>

const selected =
  'id,changeKey,type,iCalUId,seriesMasterId,originalStart,subject,body,start,end,isAllDay,isCancelled,isOrganizer,' +
  'responseRequested,allowNewTimeProposals,responseStatus,showAs,sensitivity,importance,categories,isReminderOn,' +
  'reminderMinutesBeforeStart,hasAttachments,originalStartTimeZone,originalEndTimeZone,recurrence,location,locations,' +
  'attendees,organizer,webLink,onlineMeeting,createdDateTime,lastModifiedDateTime'

export class PlanTenant {
  readonly simulator: Simulator

  constructor(simulator: Simulator) {
    this.simulator = simulator
  }

  /** Puts a series into the default calendar; gives its immutable id. */
  place({ main, exceptions, cancelled, kept }: GraphSeries): string {
    const { control } = this.simulator
    const body = { ...eventJson(main), singleValueExtendedProperties: keptJson(keptInput(kept)) }
    const { immutableId } = control.createEvent({}, body)
    for (const day of cancelled) control.cancelInstance(immutableId, day)
    for (const exception of exceptions) {
      const { recurrence: _, ...rest } = eventJson(exception)
      control.updateInstance(immutableId, exception.originalStart?.slice(0, 10) ?? '', rest)
    }
    return immutableId
  }

  async read(id: string): Promise<GraphSeries | undefined> {
    const expand = `exceptionOccurrences,${expandProperties(Object.values(keptPropertyIds))}`
    const query = new URLSearchParams({
      $select: `${selected},cancelledOccurrences,exceptionOccurrences`,
      $expand: expand,
    })
    const answer = await this.#send('GET', `/me/events/${id}?${query.toString()}`)
    if (answer.status === 404) return undefined
    const row = answer.json
    const exceptions = Array.isArray(row.exceptionOccurrences) ? row.exceptionOccurrences.map(eventOf) : []
    const ids = Array.isArray(row.cancelledOccurrences) ? row.cancelledOccurrences.map(String) : []
    const main = eventOf(row)
    return {
      key: main.id,
      main,
      exceptions,
      cancelled: ids.map((text) => text.slice(-10)).sort(),
      kept: parseKept(row),
    }
  }

  /**
   * Sends requests until one asks to read again or all are done; gives the id of the event and those that were not sent.
   * `isCut`: an answer says whether to stop before that request, as after a crash.
   */
  async run(
    requests: readonly GraphRequest[],
    event: string | undefined,
    isCut: (request: GraphRequest) => boolean = () => false,
  ): Promise<{ readonly event: string | undefined; readonly done: readonly GraphRequest[]; readonly isCut: boolean }> {
    let id = event
    const done: GraphRequest[] = []
    for (const request of requests) {
      if (request.kind === 'read-again') return { event: id, done: [...done, request], isCut: false }
      if (isCut(request)) return { event: id, done, isCut: true }
      if (request.kind === 'create') id = await this.#create(request.body, request.kept)
      else await this.#change(request, id ?? '')
      done.push(request)
    }
    return { event: id, done, isCut: false }
  }

  async #create(body: object, kept: KeptInput): Promise<string> {
    const json = { ...body, transactionId: randomUUID(), singleValueExtendedProperties: keptJson(kept) }
    const { json: made } = await this.#expect(201, 'POST', '/me/events', json)
    return String(made.id)
  }

  async #change(
    request: Exclude<GraphRequest, { readonly kind: 'create' | 'read-again' }>,
    event: string,
  ): Promise<void> {
    const id = await this.#idOf(request.target, event)
    if (request.kind === 'patch') {
      const kept = request.kept ? { singleValueExtendedProperties: keptJson(request.kept) } : {}
      await this.#expect(200, 'PATCH', `/me/events/${id}`, { ...request.body, ...kept })
    } else if (request.kind === 'remove') {
      if (id !== undefined) await this.#expect(204, 'DELETE', `/me/events/${id}`)
    } else throw new Error(`the tenant of this test does not know ${request.kind}`)
  }

  async #idOf({ slot }: Target, event: string): Promise<string | undefined> {
    if (slot === undefined) return event
    const day = Date.parse(`${slot.day}T00:00:00Z`)
    const [from, to] = [day - 2 * 86_400_000, day + 3 * 86_400_000].map((ms) => new Date(ms).toISOString())
    const query = new URLSearchParams({
      startDateTime: from!,
      endDateTime: to!,
      $select: 'id,originalStart',
      $top: '500',
    })
    const { json } = await this.#expect(200, 'GET', `/me/events/${event}/instances?${query.toString()}`)
    const rows = json.value as readonly { readonly id: string; readonly originalStart: string }[]
    const wanted = slot.originalStart.length === 10 ? day : Date.parse(slot.originalStart)
    return rows.find(({ originalStart }) => Date.parse(originalStart) === wanted)?.id
  }

  async #expect(status: number, method: string, path: string, body?: object): Promise<{ readonly json: Json }> {
    const answer = await this.#send(method, path, body)
    if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.json)}`)
    return answer
  }

  async #send(method: string, path: string, body?: object): Promise<{ readonly status: number; readonly json: Json }> {
    const response = await fetch(`${this.simulator.url}/v1.0${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.simulator.token}`,
        Prefer: 'IdType="ImmutableId"',
        ...(body && { 'Content-Type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, json: text === '' ? {} : (JSON.parse(text) as Json) }
  }
}

function eventOf(row: unknown): GraphEvent {
  const parsed = parseEvent(row)
  if (parsed.kind !== 'event') throw new Error(parsed.reason)
  // Each event has a link of its own, which would tell two tenants apart.
  return { ...parsed.event, webLink: null }
}

function keptInput({ uid, name, values }: GraphSeries['kept']): KeptInput {
  return { ...(uid === null ? {} : { uid }), ...(name === null ? {} : { name }), values }
}

function keptJson(kept: KeptInput): readonly Json[] {
  const entries = Object.entries(kept).filter(([, value]) => value !== undefined)
  return entries.map(([key, value]) => ({ id: keptPropertyIds[key as keyof KeptInput], value }))
}

// As a request would say it, with what only the server sets.
function eventJson(event: GraphEvent): Record<string, unknown> {
  const { body, bodyContentType, attendees, location, organizer, responseStatus, start, end, ...rest } = event
  const {
    id: _,
    changeKey: __,
    type: ___,
    locations: ____,
    originalStart: _____,
    seriesMasterId: ______,
    ...kept
  } = rest
  return {
    ...kept,
    start: localTime(start.dateTime, event.originalStartTimeZone, event.isAllDay),
    end: localTime(end.dateTime, event.originalEndTimeZone, event.isAllDay),
    body: { contentType: bodyContentType, content: body },
    attendees: attendees.map(({ type, response, emailAddress }) => ({ type, emailAddress, status: { response } })),
    location: { displayName: location?.displayName ?? '', ...coordinatesOf(location) },
    organizer: organizer && { emailAddress: organizer },
    responseStatus: { response: responseStatus },
  }
}

function coordinatesOf(location: GraphEvent['location']): Json {
  const { latitude = null, longitude = null } = location ?? {}
  return latitude === null || longitude === null ? {} : { coordinates: { latitude, longitude } }
}

// The simulator keeps the zone that a time is posted in: the fixture's UTC times are posted in the event's own.
function localTime(utc: string, label: string, isAllDay: boolean): { dateTime: string; timeZone: string } {
  if (isAllDay || label === 'UTC') return { dateTime: utc, timeZone: label }
  return { dateTime: wallIn(utc, label), timeZone: label }
}

function wallIn(utc: string, label: string): string {
  const { year, month, day, hour, minute } = wallTimeOf(Date.parse(`${utc.slice(0, 19)}Z`), ianaOfLabel(label) ?? 'UTC')
  const pad = (number: number): string => String(number).padStart(2, '0')
  return `${year}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}:00`
}
