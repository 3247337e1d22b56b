// The simulated Microsoft 365 tenant as a server on loopback: Graph under /v1.0 and /beta, the control API under /control.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type Clock, systemClock } from '../base/clock.ts'
import { GraphdavError } from '../base/errors.ts'
import { Control } from './control.ts'
import { answerControl } from './control-routes.ts'
import { DeltaTokens } from './delta-tokens.ts'
import { decoded, type Incoming, type Outgoing } from './exchange.ts'
import { Faults } from './faults.ts'
import { generateTenant } from './generate.ts'
import { answerGraph } from './graph-server.ts'
import { Meter } from './meter.ts'
import { RequestLog } from './request-log.ts'
import { fillSampleTenant } from './sample.ts'
import { loadSchemaCheck } from './schema.ts'
import { type Script, Scripts } from './scripts.ts'
import { type Switches, switchesWith } from './switches.ts'
import { type Mail, Tenant } from './tenant.ts'
import { TenantClock } from './tenant-clock.ts'
import { ViewCache } from './view-cache.ts'
import { Bearers, type SchemaCheck, type World } from './world.ts'

export interface SimulatorOptions {
  /** Default 0: a free port. */
  readonly port?: number
  /** Loopback only. */
  readonly host?: '127.0.0.1'
  /** Default 1. Equal seeds give equal tenants, ids and tokens. */
  readonly seed?: string | number
  /** So many generated events in the default calendar; 0: an empty tenant; absent: the sample tenant. */
  readonly events?: number
  readonly clock?: Clock
  /** Milliseconds; the tenant's clock stands still there until it is set. Default: it runs with `clock`. */
  readonly now?: number
  readonly switches?: Partial<Switches>
  /** An OpenAPI file that every answer is checked against. */
  readonly schemaFile?: string
  /** The same, read before (`loadSchemaCheck`): for tests that start many simulators. */
  readonly schemaCheck?: SchemaCheck
  readonly scripts?: readonly Script[]
}

export interface Simulator {
  /** `http://127.0.0.1:PORT`, without version and last slash. */
  readonly url: string
  readonly port: number
  /** Bearer token of a signed-in person: `/me` is the tenant's first mailbox. */
  readonly token: string
  /** Bearer token of an application: no `/me`. */
  readonly applicationToken: string
  readonly tenant: Tenant
  readonly control: Control
  readonly faults: Faults
  readonly meter: Meter
  readonly log: RequestLog
  readonly scripts: Scripts
  readonly clock: TenantClock
  readonly outbox: readonly Mail[]
  /** Answers that broke the schema, and mistakes of the simulator itself. A test expects none. */
  readonly violations: readonly string[]
  switches(): Switches
  setSwitches(changes: Partial<Switches>): void
  /** Closes all connections; requests that hang are cut. */
  stop(): Promise<void>
}

/** Starts a simulator. Rejects with a GraphdavError when the port is taken or the schema file cannot be read. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const world = await makeWorld(options)
  const control = new Control(world)
  const stopping = new AbortController()
  const server = createServer((request, response) => {
    void serve(world, control, request, response, stopping.signal)
  })
  const port = await listen(server, options.port ?? 0)
  world.base = `http://127.0.0.1:${port}`
  return {
    url: world.base,
    port,
    get token() {
      return world.bearers.delegated
    },
    get applicationToken() {
      return world.bearers.application
    },
    tenant: world.tenant,
    control,
    faults: world.faults,
    meter: world.meter,
    log: world.log,
    scripts: world.scripts,
    clock: world.tenant.clock,
    outbox: world.tenant.outbox,
    violations: world.violations,
    switches: () => world.switches,
    setSwitches: (changes) => {
      world.switches = { ...world.switches, ...changes }
    },
    stop: async () => {
      stopping.abort()
      await close(server)
    },
  }
}

async function makeWorld(options: SimulatorOptions): Promise<World> {
  const clock = new TenantClock(options.clock ?? systemClock, options.now)
  const tenant = new Tenant(String(options.seed ?? 1), clock)
  const switches = switchesWith(options.switches)
  const place = { tenant, switches }
  if (options.events === undefined) fillSampleTenant(place)
  else generateTenant(place, options.events)
  const scripts = new Scripts()
  scripts.set(options.scripts ?? [])
  return {
    tenant,
    switches,
    tokens: new DeltaTokens(tenant.seed),
    views: new ViewCache(),
    faults: new Faults(),
    meter: new Meter(),
    log: new RequestLog(),
    scripts,
    bearers: new Bearers(),
    schemaCheck: options.schemaFile === undefined ? options.schemaCheck : await loadSchemaCheck(options.schemaFile),
    violations: [],
    base: '',
  }
}

async function serve(
  world: World,
  control: Control,
  request: IncomingMessage,
  response: ServerResponse,
  stopping: AbortSignal,
): Promise<void> {
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  try {
    const incoming = await read(request, AbortSignal.any([gone.signal, stopping]))
    const isControl = incoming.url.pathname.startsWith('/control')
    send(response, isControl ? answerControl(world, control, incoming) : await answerGraph(world, incoming))
  } catch {
    // The client went away while it was sending or waiting: nobody is left to answer.
    response.destroy()
  }
}

const bodyLimit = 4 * 1024 * 1024

async function read(request: IncomingMessage, signal: AbortSignal): Promise<Incoming> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('a request body is bytes')
    length += chunk.length
    if (length > bodyLimit) throw new RangeError('the request body is too large')
    chunks.push(chunk)
  }
  const url = new URL(request.url ?? '/', 'http://simulator')
  return {
    method: request.method ?? 'GET',
    url,
    text: decoded(`${url.pathname}${url.search}`),
    headers: request.headers,
    body: Buffer.concat(chunks).toString('utf8'),
    signal,
  }
}

function send(response: ServerResponse, outgoing: Outgoing): void {
  if (outgoing.kind === 'drop') {
    response.destroy()
    return
  }
  const body = Buffer.from(outgoing.body, 'utf8')
  const hasBody = outgoing.status !== 204
  response.writeHead(outgoing.status, { ...outgoing.headers, ...(hasBody ? { 'Content-Length': body.length } : {}) })
  if (outgoing.kind === 'answer') response.end(hasBody ? body : undefined)
  else response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy())
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const code = 'code' in cause ? String(cause.code) : cause.message
      const reason = code === 'EADDRINUSE' ? 'another program has it' : code
      reject(
        new GraphdavError(
          'unavailable',
          `the simulator cannot listen on port ${port} (${reason}); choose another one with --port`,
          { cause },
        ),
      )
    })
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
