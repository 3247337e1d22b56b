// Requests as real clients send them (fixtures/caldav/CLIENT/CASE/request.http), and what each client needs in the answer
// (needs.json; `D:` `C:` `CS:` `A:` are the usual namespaces). A new case is a new folder.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dav, keyOf } from '../../src/caldav/names.ts'
import { childNamed, parseXml, textOf, type XmlElement } from '../../src/caldav/xml.ts'
import { hourOn } from '../caldav/texts.ts'
import { preconditionsIn, responseOf, responsesOf } from './dav-xml.ts'
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
  const count = responsesOf(multistatus).length
  const token = childNamed(multistatus, dav('sync-token'))
  return [
    ...wrong,
    ...(needs.count === undefined || needs.count === count ? [] : [`${count} responses`]),
    ...(needs.syncToken !== true || (token && /[:/]/.test(textOf(token))) ? [] : ['no sync token']),
  ]
}

describe.each(clients)('%s gets what it needs', (client) => {
  it.each(readdirSync(join(folder, client)))('%s', async (name) => {
    expect(await shortcomings(join(folder, client, name))).toEqual([])
  })
})
