// `/metrics` (Prometheus text) for the machine itself or a signed-in user: nobody else learns how much is in a calendar. No
// label holds anything of an event, a person or a token. The home of prom-client.
import { isIP } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type Koa from 'koa'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Authenticator } from './auth.ts'
import type { Origins } from './origin.ts'

/** One calendar as the gauges show it. */
export interface CalendarGauges {
  readonly slug: string
  readonly state: string
  /** Since it was last in step with Graph; undefined: never. */
  readonly ageSeconds: number | undefined
  readonly events: number
  readonly resources: number
  readonly heldRemovals: number
}

interface GraphExchange {
  readonly method: string
  readonly status: number
  readonly ms: number
}

/** One round of one calendar that is over. */
export interface RoundEnd {
  readonly calendar: string
  /** `ok`, or the code of what made it fail. */
  readonly result: string
  readonly ms: number
}

/** One write of a client that is over. */
export interface WriteEnd {
  readonly kind: string
  /** Who heard of it through Outlook: the loudest of its steps. */
  readonly reach: 'silent' | 'answer' | 'mail'
  readonly result: string
}

export interface Metrics {
  /** Counts the requests that pass. */
  readonly count: Koa.Middleware
  /** Counts an exchange with Graph; status 0: no answer came. */
  readonly graphAnswered: (exchange: GraphExchange) => void
  readonly roundEnded: (round: RoundEnd) => void
  readonly writeEnded: (write: WriteEnd) => void
  /** The text of now, with its media type. */
  read(calendars: readonly CalendarGauges[]): Promise<{ readonly type: string; readonly text: string }>
  /** Ends measuring. */
  close(): void
}

/** What the page shows: what was counted, and how the calendars are now. */
export interface MetricsSource {
  readonly measured: Metrics
  readonly calendars: () => readonly CalendarGauges[]
}

/** Begins to measure. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const requests = new Counter({
    name: 'graphdav_http_requests_total',
    help: 'Answered requests.',
    labelNames: ['method', 'status'],
    registers,
  })
  const graph = new Counter({
    name: 'graphdav_graph_requests_total',
    help: 'Exchanges with Microsoft Graph, repeats counted singly; status 429 is throttling, 0 no answer.',
    labelNames: ['method', 'status'],
    registers,
  })
  const graphSeconds = new Counter({
    name: 'graphdav_graph_seconds_total',
    help: 'Time spent on exchanges with Microsoft Graph.',
    registers,
  })
  const rounds = new Histogram({
    name: 'graphdav_round_seconds',
    help: 'Rounds of a calendar and how long they took; result: ok, or why it failed.',
    labelNames: ['calendar', 'result'],
    buckets: [0.25, 1, 5, 20, 60, 300],
    registers,
  })
  const writes = new Counter({
    name: 'graphdav_writes_total',
    help: 'Writes of clients that are over; reach: who heard of it through Outlook (silent, answer to the organizer, mail).',
    labelNames: ['kind', 'reach', 'result'],
    registers,
  })
  const show = calendarGauges(registers)
  const close = measureProcess(registers)
  return {
    count: (ctx, next) => {
      const method = knownMethods.has(ctx.method) ? ctx.method : 'other'
      ctx.res.once('close', () => requests.inc({ method, status: ctx.res.statusCode }))
      return next()
    },
    graphAnswered: ({ method, status, ms }) => {
      graph.inc({ method, status })
      graphSeconds.inc(ms / 1000)
    },
    roundEnded: ({ calendar, result, ms }) => {
      rounds.observe({ calendar, result }, ms / 1000)
    },
    writeEnded: ({ kind, reach, result }) => {
      writes.inc({ kind, reach, result })
    },
    read: async (calendars) => {
      show(calendars)
      return { type: registry.contentType, text: await registry.metrics() }
    },
    close,
  }
}

// A client may send any word as its method: each would be a series for ever.
const knownMethods: ReadonlySet<string> = new Set(
  'GET HEAD OPTIONS PUT DELETE POST PROPFIND PROPPATCH REPORT MKCALENDAR MKCOL COPY MOVE'.split(' '),
)

const states = ['ok', 'first-round', 'stale', 'held', 'sign-in', 'error']

const calendarValues: readonly (readonly [string, string, (calendar: CalendarGauges) => number | undefined])[] = [
  ['age_seconds', 'Since the calendar was last in step with Outlook; absent: never.', (one) => one.ageSeconds],
  ['events', 'Series and single events that the mirror holds.', (one) => one.events],
  ['resources', 'Calendar object resources that are served.', (one) => one.resources],
  ['held_removals', 'Removals that wait until somebody accepts them.', (one) => one.heldRemovals],
]

/** Gauges of the calendars; what is returned sets them. */
function calendarGauges(registers: Registry[]): (calendars: readonly CalendarGauges[]) => void {
  const gauges = calendarValues.map(([name, help, valueOf]) => ({
    valueOf,
    gauge: new Gauge({ name: `graphdav_calendar_${name}`, help, labelNames: ['calendar'], registers }),
  }))
  const stateGauge = new Gauge({
    name: 'graphdav_calendar_state',
    help: '1 for the state that a calendar is in.',
    labelNames: ['calendar', 'state'],
    registers,
  })
  return (calendars) => {
    for (const { gauge, valueOf } of gauges) {
      gauge.reset()
      for (const calendar of calendars) {
        const value = valueOf(calendar)
        if (value !== undefined) gauge.set({ calendar: calendar.slug }, value)
      }
    }
    stateGauge.reset()
    for (const { slug: calendar, state: now } of calendars) {
      for (const state of states) stateGauge.set({ calendar, state }, state === now ? 1 : 0)
    }
  }
}

/** Gauges of the process; what is returned ends them. */
function measureProcess(registers: Registry[]): () => void {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  const gauge = (name: string, help: string, value: () => number): Gauge =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value())
      },
    })
  gauge('graphdav_event_loop_lag_seconds', 'The 99th percentile since the last look.', () => {
    const seconds = delay.percentile(99) / 1e9
    delay.reset()
    return Number.isFinite(seconds) ? seconds : 0
  })
  gauge('process_resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss())
  gauge('nodejs_heap_size_used_bytes', 'Heap in use.', () => process.memoryUsage().heapUsed)
  gauge('process_start_time_seconds', 'When the process began.', () => Date.now() / 1000 - process.uptime())
  return () => delay.disable()
}

/** Answers with the text of now, to the loopback address without more, to others when they sign in. */
export function serveMetrics(parts: {
  readonly metrics: MetricsSource
  readonly authenticator: Authenticator
  readonly origins: Origins
}): Koa.Middleware {
  const { metrics, authenticator, origins } = parts
  return async (ctx) => {
    const client = origins.clientOf(ctx)
    if (!isFromHere(ctx, client)) await authenticator.authenticate(ctx.get('Authorization'), client)
    const { type, text } = await metrics.measured.read(metrics.calendars())
    ctx.body = text
    ctx.set('Content-Type', type)
    ctx.set('Cache-Control', 'no-store')
  }
}

// A proxy on this machine that nobody told us to trust comes from loopback as well: it names the client in a header, or keeps
// the public name in Host. The second also keeps out a page that has pointed its own name to 127.0.0.1.
function isFromHere(ctx: Koa.Context, client: string): boolean {
  const isLoopback = (address: string): boolean =>
    address === '::1' || (isIP(address) === 4 && address.startsWith('127.'))
  const host = ctx.hostname.replace(/^\[|\]$/g, '')
  const isForwarded = ['X-Forwarded-For', 'X-Forwarded-Host', 'X-Real-IP', 'Forwarded', 'Via'].some(
    (name) => ctx.get(name) !== '',
  )
  return isLoopback(client) && !isForwarded && (host === 'localhost' || isLoopback(host))
}
