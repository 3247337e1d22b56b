// Requests as real clients send them (fixtures/caldav/CLIENT/CASE/request.http), and what each client needs in the answer
// (needs.json; `D:` `C:` `CS:` `A:` are the usual namespaces). A new case is a new folder.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dav, keyOf } from '../../src/caldav/names.ts'
import { childNamed, elementsOf, parseXml, textOf, type XmlElement } from '../../src/caldav/xml.ts'
import { hourOn } from '../caldav/texts.ts'
import { preconditionsIn, responseOf, responsesOf, type Response } from './dav-xml.ts'
import { startBridge, type Ask } from './harness.ts'

interface Needs {
  readonly status: number
  /** True: the user has the writable calendar `desk` as well, and may make calendars. */
  readonly isWritable?: boolean
  /** Header → pattern. */
  readonly headers?: Readonly<Record<string, string>>
  readonly root?: string
  readonly precondition?: string
  /** Href → properties it must have and must not have, or its own status. */
  readonly responses?: Readonly<
    Record<string, { readonly has?: readonly string[]; readonly lacks?: readonly string[]; readonly status?: number }>
  >
  /** Number of responses. */
  readonly count?: number
  readonly syncToken?: boolean
}

const folder = join(import.meta.dirname, '../../fixtures/caldav')
const clients = readdirSync(folder).filter((name) => !name.startsWith('rfc'))

const bridge = startBridge()
bridge.backend
  .store('work', 'one.ics', hourOn('one', '20260302'))
  .store('work', 'two words.ics', hourOn('two', '20260501'))

function prepare({ isWritable = false }: Needs): void {
  bridge.backend.addUser('alice', ['work', 'home', ...(isWritable ? ['desk'] : [])], { mayCreateCalendars: isWritable })
  if (!isWritable) return
  bridge.backend
    .addCalendar('desk', { access: 'read-write' })
    .store('desk', 'kept.ics', hourOn('kept', '20260302'))
    .store('desk', 'gone.ics', hourOn('gone', '20260303'))
}

function readRequest(text: string): { readonly path: string; readonly ask: Ask } {
  const end = text.indexOf('\n\n')
  const [first = '', ...lines] = text.slice(0, end).split('\n')
  const [method = '', path = ''] = first.split(' ')
  const headers = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s).slice(0, 2)))
  const { Authorization: authorization, ...others } = headers
  const body = text.slice(end + 2)
  return {
    path,
    ask: {
      method,
      headers: others,
      ...(body === '' ? {} : { body }),
      ...(authorization === 'none' ? { authorization: null } : {}),
    },
  }
}

const namespaces: Readonly<Record<string, string>> = {
  D: 'DAV:',
  C: 'urn:ietf:params:xml:ns:caldav',
  CS: 'http://calendarserver.org/ns/',
  A: 'http://apple.com/ns/ical/',
}

function clark(name: string): string {
  const [prefix = '', local = ''] = name.split(':')
  return `{${namespaces[prefix]}}${local}`
}

// How each property that a client decides by has to look, whichever request asked for it.
const texts: Readonly<Record<string, RegExp>> = {
  'D:current-user-principal': /^\/dav\/principals\/alice\/$/,
  'D:principal-URL': /^\/dav\/principals\/alice\/$/,
  'D:owner': /^\/dav\/principals\/alice\/$/,
  'D:principal-collection-set': /^\/dav\/principals\/$/,
  'D:displayname': /\S/,
  'D:getetag': /^"[^"]+"$/,
  'D:getcontenttype': /^text\/calendar; ?charset=utf-8; ?component=VEVENT$/i,
  'D:sync-token': /^[a-z]+:\S+$/,
  'CS:getctag': /^[^\s"]+$/,
  'A:calendar-color': /^#[0-9a-f]{6}(?:[0-9a-f]{2})?$/i,
  'A:calendar-order': /^\d+$/,
  'C:calendar-home-set': /^\/dav\/calendars\/alice\/$/,
  // Thunderbird takes the first as the organizer.
  'C:calendar-user-address-set': /^mailto:alice@example\.com/,
  'C:schedule-inbox-URL': /^\/dav\/calendars\/alice\/inbox\/$/,
  'C:schedule-outbox-URL': /^\/dav\/calendars\/alice\/outbox\/$/,
  'C:schedule-default-calendar-URL': /^\/dav\/calendars\/alice\/work\/$/,
  'C:calendar-data': /^BEGIN:VCALENDAR\r\n[^]*\r\nEND:VCALENDAR\r\n$/,
  'C:calendar-timezone-id': /^[A-Z][a-z]+\/\w+$/,
  'C:max-resource-size': /^\d{6,}$/,
  'C:max-attendees-per-instance': /^\d+$/,
}
const inside: Readonly<Record<string, readonly string[]>> = {
  'D:supported-report-set': ['D:supported-report', 'D:report', 'D:expand-property'],
  'D:current-user-privilege-set': ['D:privilege', 'D:read'],
}
const insideOfCalendars: Readonly<Record<string, readonly string[]>> = {
  'D:resourcetype': ['D:collection', 'C:calendar'],
  'D:supported-report-set': ['D:sync-collection', 'C:calendar-query', 'C:calendar-multiget', 'C:free-busy-query'],
  'C:supported-calendar-component-set': ['C:comp'],
}
const insideOfWritable = ['D:write', 'D:write-content', 'D:write-properties', 'D:bind', 'D:unbind']

/** The properties of a response that look otherwise than clients need them. */
function misshapen({ href, found }: Response): readonly string[] {
  const isCalendar = /^\/dav\/calendars\/alice\/(?:work|home|desk)\/$/.test(href)
  const needed = (name: string): readonly string[] => [
    ...(inside[name] ?? []),
    ...(isCalendar ? (insideOfCalendars[name] ?? []) : []),
    ...(name === 'D:current-user-privilege-set' && href.endsWith('/desk/') ? insideOfWritable : []),
  ]
  return [...Object.keys(texts), ...Object.keys(inside), ...Object.keys(insideOfCalendars)].flatMap((name) => {
    const property = found.get(clark(name))
    // A property in a PROPPATCH's answer is only its name.
    if (property === undefined || property.children.length === 0) return []
    const names = new Set(descendants(property).map((one) => keyOf(one.name)))
    const missing = needed(name).filter((one) => !names.has(clark(one)))
    return [
      ...(texts[name]?.test(textOf(property)) === false ? [`${href}: ${name} is ${textOf(property)}`] : []),
      ...missing.map((one) => `${href}: ${name} without ${one}`),
    ]
  })
}

function descendants(element: XmlElement): readonly XmlElement[] {
  return elementsOf(element).flatMap((child) => [child, ...descendants(child)])
}

/** What the answer to a case lacks, in words; empty when the client has what it needs. */
async function shortcomings(path: string): Promise<readonly string[]> {
  const needs: Needs = JSON.parse(readFileSync(join(path, 'needs.json'), 'utf8'))
  const request = readRequest(readFileSync(join(path, 'request.http'), 'utf8'))
  prepare(needs)
  // The test reads plain text; that answers also come compressed is tested elsewhere.
  const { 'Accept-Encoding': _, ...headers } = request.ask.headers ?? {}
  const answer = await bridge.ask(request.path, { ...request.ask, headers })
  if (answer.status !== needs.status) return [`status ${answer.status}: ${answer.text}`]
  const wrongHeaders = Object.entries(needs.headers ?? {})
    .filter(([name, pattern]) => !new RegExp(pattern).test(String(answer.headers[name])))
    .map(([name]) => `header ${name}: ${String(answer.headers[name])}`)
  const { root, precondition, responses } = needs
  return [
    ...wrongHeaders,
    ...(root && keyOf(parseXml(answer.text).name) !== clark(root) ? [`another root than ${root}`] : []),
    ...(precondition && !preconditionsIn(parseXml(answer.text)).includes(clark(precondition))
      ? [`no ${precondition}`]
      : []),
    ...(responses ? shortcomingsOfResponses(parseXml(answer.text), needs) : []),
  ]
}

function shortcomingsOfResponses(multistatus: XmlElement, needs: Needs): readonly string[] {
  const wrong = Object.entries(needs.responses ?? {}).flatMap(([href, { has = [], lacks = [], status = 0 }]) => {
    const response = responseOf(multistatus, href)
    return [
      ...(response.status === status ? [] : [`${href}: status ${response.status}`]),
      ...has.filter((name) => !response.found.has(clark(name))).map((name) => `${href}: no ${name}`),
      ...lacks.filter((name) => response.found.has(clark(name))).map((name) => `${href}: has ${name}`),
    ]
  })
  const all = responsesOf(multistatus)
  const token = childNamed(multistatus, dav('sync-token'))
  return [
    ...wrong,
    ...all.flatMap(misshapen),
    ...(needs.count === undefined || needs.count === all.length ? [] : [`${all.length} responses`]),
    ...(needs.syncToken !== true || (token && /[:/]/.test(textOf(token))) ? [] : ['no sync token']),
  ]
}

describe.each(clients)('%s gets what it needs', (client) => {
  it.each(readdirSync(join(folder, client)))('%s', async (name) => {
    expect(await shortcomings(join(folder, client, name))).toEqual([])
  })
})
