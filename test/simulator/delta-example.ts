// The documented delta rounds (Graph page "Get incremental changes to events in a calendar view") as scripts for a simulator,
// and their variants. Rows and tokens stand in fixtures/graph/delta-example.
import { readFileSync } from 'node:fs'
import { isObject, type JsonObject } from '../../src/simulator/json.ts'
import type { Script } from '../../src/simulator/scripts.ts'

const folder = new URL('../../fixtures/graph/delta-example/', import.meta.url)

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
}

/** The six events, the first five of them in the first round. */
export const exampleEvents: readonly JsonObject[] = [read('events.json')].flat().filter(isObject)

interface Page {
  readonly asked: string
  readonly rows: readonly string[]
  readonly removed?: readonly string[]
  readonly next: string
}

export interface ExampleOptions {
  /** Rows of a page; 2 is the documented case. */
  readonly pageSize?: number
  /** The subject of a known event that the second round removes, in place of an id that was never listed. */
  readonly removed?: string
  /** Path of the links, e.g. `/users/mara@fabrikam.example/calendars/ID`; every path may ask. Default `/me`. */
  readonly base?: string
  /** What the first request has to ask for, decoded; default the documented window. */
  readonly window?: { readonly start: string; readonly end: string }
}

/** Scripts for both rounds, all later quiet ones, the events by id, and the list of events. */
export function deltaExample(options: ExampleOptions = {}): readonly Script[] {
  return [...deltaScripts(options), ...eventScripts(options), ...listScripts(options)]
}

function deltaScripts(options: ExampleOptions): readonly Script[] {
  const base = options.base ?? '/me'
  const window = options.window ?? { start: '2016-12-01T00:00:00Z', end: '2016-12-30T00:00:00Z' }
  return pagesOf(options).map(({ asked, rows, removed = [], next }) => {
    const [name = '', value = ''] = asked.split('=')
    const isFirst = value === ''
    const isDeltaLink = next.startsWith('$deltatoken')
    return {
      path: '/v1.0/*/calendarView/delta',
      ...(isFirst
        ? { query: { startDateTime: window.start, endDateTime: window.end }, without: ['$skiptoken', '$deltatoken'] }
        : { query: { [name]: value } }),
      ...(removed.length > 0 ? { enters: 2 } : {}),
      body: {
        '@odata.context': '{{base}}/v1.0/$metadata#Collection(event)',
        [isDeltaLink ? '@odata.deltaLink' : '@odata.nextLink']: `{{base}}/v1.0${base}/calendarView/delta?${next}`,
        value: [...removed.map(removedRow), ...rows.map(eventNamed)],
      },
    }
  })
}

function pagesOf({ pageSize = 2, removed }: ExampleOptions): readonly Page[] {
  const { pages } = read('rounds.json') as { readonly pages: readonly Page[] }
  const change = pages.find((page) => page.removed)
  const quiet = pages.at(-1)
  if (!change || !quiet) throw new Error('rounds.json lacks the second round')
  const firstRound = pageSize === 2 ? pages.slice(0, pages.indexOf(change)) : cut(pages, pageSize)
  const gone = removed === undefined ? change.removed : [String(eventNamed(removed)['id'])]
  return [...firstRound, { ...change, ...(gone ? { removed: gone } : {}) }, quiet]
}

/** The first round in pages of another size, with tokens of our own between them. */
function cut(pages: readonly Page[], size: number): readonly Page[] {
  const first = pages.slice(
    0,
    pages.findIndex((page) => page.removed),
  )
  const rows = first.flatMap((page) => page.rows)
  const count = Math.ceil(rows.length / size)
  return Array.from({ length: count }, (_, place) => ({
    asked: place === 0 ? '' : `$skiptoken=page${place}`,
    rows: rows.slice(place * size, (place + 1) * size),
    next: place === count - 1 ? (first.at(-1)?.next ?? '') : `$skiptoken=page${place + 1}`,
  }))
}

function removedRow(id: string): JsonObject {
  return { '@odata.type': '#microsoft.graph.event', id, '@removed': { reason: 'deleted' } }
}

function eventNamed(subject: string): JsonObject {
  const found = exampleEvents.find((event) => event['subject'] === subject)
  if (!found) throw new Error(`the example has no event ${subject}`)
  return found
}

/** Without the members that only delta rows have. */
function plain(event: JsonObject): JsonObject {
  const { '@odata.type': _, ...members } = event
  return members
}

const notFound = { error: { code: 'ErrorItemNotFound', message: 'The specified object was not found in the store.' } }

function eventScripts({ removed }: ExampleOptions): readonly Script[] {
  return exampleEvents.flatMap((event): readonly Script[] => {
    const path = `/v1.0/*/events/${String(event['id'])}`
    const there: Script = { path, body: plain(event) }
    const gone: Script = { path, status: 404, body: notFound }
    const [isRemoved, isNew] = [event['subject'] === removed, event === exampleEvents.at(-1)]
    if (isRemoved)
      return [
        { ...there, stage: 1 },
        { ...gone, stage: 2 },
      ]
    return isNew
      ? [
          { ...gone, stage: 1 },
          { ...there, stage: 2 },
        ]
      : [there]
  })
}

/** The list without a filter: five events at first, then six. */
function listScripts({ removed }: ExampleOptions): readonly Script[] {
  const listed = (stage: number, events: readonly JsonObject[]): Script => ({
    path: '/v1.0/*/events',
    without: ['$filter'],
    stage,
    body: { value: events.map(plain) },
  })
  return [
    listed(1, exampleEvents.slice(0, -1)),
    listed(
      2,
      exampleEvents.filter((event) => event['subject'] !== removed),
    ),
  ]
}
