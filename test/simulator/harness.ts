// A simulator per test, stopped afterwards, and short ways to ask it over real HTTP. GRAPH_SCHEMA=FILE has every answer
// checked against that OpenAPI file; afterwards nothing may have been found.
import assert from 'node:assert/strict'
import { afterEach } from 'vitest'
import { loadSchemaCheck } from '../../src/simulator/schema.ts'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/simulator.ts'

export interface Reply {
  readonly status: number
  readonly headers: Headers
  /** Whatever JSON came; tests look at it by path. */
  readonly json: Json
  readonly text: string
}

/** Any JSON, for tests only. */
export interface Json {
  readonly [key: string]: Json
}

export interface Ask {
  readonly method?: string
  readonly prefer?: string
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

const schemaFile = process.env['GRAPH_SCHEMA']
const schemaCheck = schemaFile ? await loadSchemaCheck(schemaFile) : undefined
const running: Simulator[] = []

afterEach(async () => {
  for (const simulator of running.splice(0)) {
    await simulator.stop()
    assert.deepEqual(simulator.violations, [])
  }
})

/** Default: people and empty calendars, the clock stands at 2026-03-01T08:00Z. */
export function start(options: SimulatorOptions = {}): Promise<Simulator> {
  return startSample({ events: 0, now: Date.UTC(2026, 2, 1, 8), ...options })
}

/** The sample tenant, unless `events` says otherwise. */
export async function startSample(options: SimulatorOptions): Promise<Simulator> {
  const simulator = await startSimulator({ ...(schemaCheck ? { schemaCheck } : {}), ...options })
  running.push(simulator)
  return simulator
}

/** Asks with the signed-in person's token; `path` is a path from the version on, or an absolute link. */
export async function ask(simulator: Simulator, path: string, options: Ask = {}): Promise<Reply> {
  const url = path.startsWith('http') ? path : `${simulator.url}${path}`
  const response = await fetch(url, {
    method: options.method ?? 'GET',
    headers: {
      authorization: `Bearer ${options.token ?? simulator.token}`,
      ...(options.prefer === undefined ? {} : { prefer: options.prefer }),
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, json: parsed(text), text }
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return {}
  }
}

/** The rows of a list or page. */
export function rowsOf(reply: Reply): readonly Json[] {
  const value: unknown = reply.json['value']
  if (!Array.isArray(value)) throw new Error(`no rows: ${reply.status} ${reply.text}`)
  return value as Json[]
}

/** A member that is a text; empty when it is absent or null. */
export function text(json: Json | undefined, key: string): string {
  const value: unknown = json?.[key]
  return typeof value === 'string' ? value : ''
}

/** All rows of a list, its links followed. */
export async function askAll(simulator: Simulator, path: string, options: Ask = {}): Promise<readonly Json[]> {
  const rows: Json[] = []
  for (let link = path; link !== '';) {
    const reply = await ask(simulator, link, options)
    rows.push(...rowsOf(reply))
    link = text(reply.json, '@odata.nextLink')
  }
  return rows
}

export interface DeltaRound {
  readonly pages: readonly (readonly Json[])[]
  readonly rows: readonly Json[]
  readonly deltaLink: string
}

/** One round: all pages from a path or link on. Gives up after 50 pages. */
export async function round(simulator: Simulator, path: string, options: Ask = {}): Promise<DeltaRound> {
  const pages: (readonly Json[])[] = []
  for (let link = path; pages.length < 50;) {
    const reply = await ask(simulator, link, options)
    pages.push(rowsOf(reply))
    const deltaLink = text(reply.json, '@odata.deltaLink')
    if (deltaLink !== '') return { pages, rows: pages.flat(), deltaLink }
    link = text(reply.json, '@odata.nextLink')
  }
  return { pages, rows: pages.flat(), deltaLink: '' }
}

/** The window of most tests: 2026-01-01 to 2027-01-01. */
export const yearDelta =
  '/v1.0/me/calendarView/delta?startDateTime=2026-01-01T00:00:00Z&endDateTime=2027-01-01T00:00:00Z'
export const yearView = '/v1.0/me/calendarView?startDateTime=2026-01-01T00:00:00Z&endDateTime=2027-01-01T00:00:00Z'

/** `type subject start` of each row, or `removed ID`. */
export function summaries(rows: readonly Json[]): readonly string[] {
  return rows.map((row) => {
    if (row['@removed']) return `removed ${text(row, 'id')}`
    return [text(row, 'type'), text(row, 'subject'), text(row['start'], 'dateTime').slice(0, 16)].join(' ')
  })
}

const berlin = 'W. Europe Standard Time'

/** A timed event of Graph JSON in Berlin. */
export function meeting(
  subject: string,
  start: string,
  end: string,
  more: object = {},
  zone = berlin,
): Record<string, unknown> {
  return { subject, start: { dateTime: start, timeZone: zone }, end: { dateTime: end, timeZone: zone }, ...more }
}

/** Mondays and Wednesdays 09:30-09:45 in Berlin, 2026-03-02 to 2026-04-15: 14 slots over the DST change of 03-29. */
export const standUp = meeting('Stand-up', '2026-03-02T09:30:00', '2026-03-02T09:45:00', {
  recurrence: {
    pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday', 'wednesday'], firstDayOfWeek: 'monday' },
    range: { type: 'endDate', startDate: '2026-03-02', endDate: '2026-04-15' },
  },
})
