// A simulated tenant over real HTTP, the real client, mirror and renderer on it, and a clock that a wait moves at once.
import type { Clock } from '../../src/base/clock.ts'
import { silentLog, type Log } from '../../src/base/log.ts'
import { renderResource, rendererVersion } from '../../src/convert/render.ts'
import { accessTokenSource, type TokenSource } from '../../src/graph/auth.ts'
import { resolveCalendar, type CalendarSource, type ResolvedCalendar } from '../../src/graph/calendars.ts'
import { GraphClient, type Observation } from '../../src/graph/client.ts'
import { MailboxLanes } from '../../src/graph/lanes.ts'
import { Mirror } from '../../src/mirror/mirror.ts'
import { startSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/simulator.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import type { Store } from '../../src/store/store.ts'
import { Clouds } from '../../src/sync/cloud.ts'
import type { RoundOptions, RoundResult } from '../../src/sync/round-context.ts'
import { runRound } from '../../src/sync/round.ts'
import { windowAt, type Window, type WindowSpec } from '../../src/sync/window.ts'
import { expandIcs } from '../oracle/expand.ts'

export const dayMs = 86_400_000
export const noon = Date.UTC(2026, 2, 2, 12)

/** Waiting takes no time, but moves the clock. */
export class JumpingClock implements Clock {
  #now: number

  constructor(now: number = noon) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  advance(ms: number): void {
    this.#now += ms
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    this.#now += Math.max(0, ms)
    await new Promise((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
  }
}

export interface RigOptions {
  readonly simulator?: SimulatorOptions
  readonly source?: CalendarSource
  readonly mailbox?: string
  readonly track?: 'window' | 'all'
  readonly window?: WindowSpec
  readonly pageSize?: number
  readonly timeoutMs?: number
  readonly store?: Store
  readonly log?: Log
  /** Called before each request, and after each answer: a test ends the process there. */
  readonly atRequest?: () => void
  readonly clock?: JumpingClock
}

export const halfYearBackTwoAhead: WindowSpec = { kind: 'rolling', pastMs: 180 * dayMs, futureMs: 730 * dayMs }

/** One calendar of a tenant, and everything that a round of it needs. */
export class Rig {
  readonly tenant: Simulator
  readonly clock: JumpingClock
  readonly client: GraphClient
  readonly clouds = new Clouds()
  readonly observed: Observation[] = []
  readonly #options: RigOptions
  #store: Store
  #mirror: Mirror
  #calendar: ResolvedCalendar | undefined

  private constructor(tenant: Simulator, clock: JumpingClock, options: RigOptions, store: Store, mirror: Mirror) {
    this.tenant = tenant
    this.clock = clock
    this.#options = options
    this.#store = store
    this.#mirror = mirror
    this.client = new GraphClient({
      graphUrl: `${tenant.url}/v1.0`,
      tokens: tokensOf(tenant, options),
      lanes: new MailboxLanes({ clock }),
      clock,
      log: options.log ?? silentLog,
      random: () => 0.5,
      timeoutMs: options.timeoutMs ?? 5_000,
      observe: (observation) => {
        this.observed.push(observation)
        options.atRequest?.()
      },
    })
  }

  static async start(options: RigOptions = {}): Promise<Rig> {
    const clock = options.clock ?? new JumpingClock()
    const tenant = await startSimulator({ events: 0, clock, ...options.simulator })
    return Rig.on(tenant, { ...options, clock })
  }

  /** Another calendar of a tenant that runs already. */
  static async on(tenant: Simulator, options: RigOptions & { readonly clock: JumpingClock }): Promise<Rig> {
    const { clock } = options
    const store = options.store ?? MemoryStore.create(clock)
    return new Rig(tenant, clock, options, store, await openMirror(store, clock, options))
  }

  get mirror(): Mirror {
    return this.#mirror
  }

  get spec(): WindowSpec {
    return this.#options.window ?? halfYearBackTwoAhead
  }

  /** As after a restart: a new mirror on what the store holds; after a crash on a new store. */
  async reopen(store?: Store): Promise<void> {
    if (store === undefined) await this.#mirror.close()
    this.#store = store ?? this.#store
    this.#mirror = await openMirror(this.#store, this.clock, this.#options)
  }

  async calendar(): Promise<ResolvedCalendar> {
    const { mailbox = 'me', source = 'default' } = this.#options
    this.#calendar ??= await resolveCalendar({ client: this.client }, mailbox, source)
    return this.#calendar
  }

  async round(changes: Partial<RoundOptions> = {}): Promise<RoundResult> {
    const calendar = await this.calendar()
    const { track = 'window', pageSize = 50, log = silentLog } = this.#options
    return runRound({
      client: this.client,
      calendar,
      mirror: this.#mirror,
      cloud: this.clouds.of(this.client.host),
      clock: this.clock,
      log,
      mailboxZone: 'Europe/Berlin',
      track,
      window: this.spec,
      pageSize,
      brake: { removals: 25, share: 0.2 },
      ...changes,
    })
  }

  /** Runs a round and gives the requests it sent: purpose and status, in order. */
  async counted(changes: Partial<RoundOptions> = {}): Promise<readonly string[]> {
    await this.calendar()
    this.observed.length = 0
    await this.round(changes)
    return this.observed.map(({ purpose }) => purpose)
  }

  /** Everything that is served, by name. */
  async texts(): Promise<ReadonlyMap<string, string>> {
    const resources = await this.#mirror.read(this.#mirror.list().map(({ name }) => name))
    return new Map(resources.map(({ name, text }) => [name, text]))
  }

  /** Titles of what is served, sorted; one for each event. */
  async titles(): Promise<readonly string[]> {
    const texts = [...(await this.texts()).values()]
    return texts.flatMap((text) => [...text.matchAll(/^SUMMARY:(.*)$/gm)].map(([, title = '']) => title.trim())).sort()
  }

  /** The instances that a client finds in what is served. */
  async shown(window: Window = this.inner()): Promise<readonly string[]> {
    const [from, to] = [Date.parse(window.start), Date.parse(window.end)]
    const texts = [...(await this.texts()).values()]
    const instances = texts.flatMap((text) => expandIcs(text, from, to))
    return instances.map(({ start, end, summary, isAllDay }) => describe(start, end, summary, isAllDay)).sort()
  }

  /** The instances that Graph shows. */
  expected(window: Window = this.inner()): readonly string[] {
    const from = { from: window.start, to: window.end }
    const instances = this.#unshifted(() => this.tenant.control.truth(this.where(), from).instances)
    return instances
      .map((event) => {
        const isAllDay = event['isAllDay'] === true
        const [start, end] = [instantOf(event['start']), instantOf(event['end'])]
        return { event, start, end, isAllDay }
      })
      .filter(({ start, end }) => end > Date.parse(window.start) || start === end)
      .map(({ event, start, end, isAllDay }) =>
        describe(start, end, typeof event['subject'] === 'string' ? event['subject'] : '', isAllDay),
      )
      .sort()
  }

  /** The calendar, as the tenant's control names it. */
  where(): { readonly mailbox: string; readonly calendar?: string } {
    const { mailbox = 'me', source = 'default' } = this.#options
    if (source === 'default') return { mailbox }
    if ('group' in source) return { mailbox: source.group }
    const owner = 'user' in source ? source.user : mailbox
    return 'name' in source && source.name !== undefined
      ? { mailbox: owner, calendar: source.name }
      : { mailbox: owner }
  }

  // Shifted, an all-day event of Samoa (UTC+13) looks like one of Hawaii; asked for as midnights, its date is plain.
  #unshifted<T>(ask: () => T): T {
    const { allDayTimes } = this.tenant.switches()
    this.tenant.setSwitches({ allDayTimes: 'midnight' })
    const answer = ask()
    this.tenant.setSwitches({ allDayTimes })
    return answer
  }

  /**
   * What is surely in the window, two days from its edges: that of the chain, which is frozen, and that of now, which what
   * lies before may have left. Tracked as a whole, a calendar has no window; it is looked at in that of now.
   */
  inner(): Window {
    const now = windowAt(this.spec, this.clock.now())
    const { cursor } = this.#mirror.state()
    const chain = cursor?.track === 'window' ? cursor.window : now
    const start = Math.max(Date.parse(now.start), Date.parse(chain.start)) + 2 * dayMs
    const end = Math.min(Date.parse(now.end), Date.parse(chain.end)) - 2 * dayMs
    return { start: new Date(start).toISOString(), end: new Date(Math.max(start, end)).toISOString() }
  }

  /** A few months around now: enough to see most changes, and quick to expand. */
  near(): Window {
    const now = this.clock.now()
    return { start: new Date(now - 90 * dayMs).toISOString(), end: new Date(now + 180 * dayMs).toISOString() }
  }

  async stop(): Promise<void> {
    await this.tenant.stop()
  }
}

function tokensOf(tenant: Simulator, { atRequest }: RigOptions): TokenSource {
  const tokens = accessTokenSource({ token: tenant.token })
  return {
    token: () => {
      atRequest?.()
      return tokens.token()
    },
    refresh: (refused) => tokens.refresh(refused),
  }
}

function openMirror(store: Store, clock: Clock, { log = silentLog }: RigOptions): Promise<Mirror> {
  return openRigMirror(store, clock, log)
}

/** The mirror of the calendar `work`. */
export function openRigMirror(store: Store, clock: Clock, log: Log): Promise<Mirror> {
  return Mirror.open({
    store,
    slug: 'work',
    render: (group) => renderResource(group, { mailboxZone: 'Europe/Berlin', addresses: [] }),
    rendererVersion,
    log,
    clock,
  })
}

function describe(start: number, end: number, title: string, isAllDay: boolean): string {
  const print = (ms: number): string => new Date(ms).toISOString().slice(0, isAllDay ? 10 : 16)
  return `${print(start)} ${print(end)} ${title}`
}

function instantOf(value: unknown): number {
  const text = typeof value === 'object' && value !== null && 'dateTime' in value ? String(value.dateTime) : ''
  return Date.parse(`${text.slice(0, 19)}Z`)
}

/** The default id of the event with this title. */
export function idOf(rig: Rig, title: string): string {
  const event = rig.tenant.control.truth({}).events.find(({ subject }) => subject === title)
  if (typeof event?.['id'] !== 'string') throw new Error(`there is no event ${title}`)
  return event['id']
}

/** Graph JSON of a single event. */
export function single(subject: string, start: string, minutes = 60): Readonly<Record<string, unknown>> {
  const end = new Date(Date.parse(`${start}Z`) + minutes * 60_000).toISOString().slice(0, 19)
  return {
    subject,
    start: { dateTime: start, timeZone: 'UTC' },
    end: { dateTime: end, timeZone: 'UTC' },
  }
}

/** Graph JSON of a series in Berlin: `pattern` as in Graph, from its first day on. */
export function series(
  subject: string,
  start: string,
  pattern: Readonly<Record<string, unknown>>,
  range: Readonly<Record<string, unknown>> = { type: 'noEnd' },
  zone = 'W. Europe Standard Time',
): Readonly<Record<string, unknown>> {
  const end = new Date(Date.parse(`${start}Z`) + 30 * 60_000).toISOString().slice(0, 19)
  return {
    subject,
    start: { dateTime: start, timeZone: zone },
    end: { dateTime: end, timeZone: zone },
    recurrence: { pattern, range: { startDate: start.slice(0, 10), ...range } },
  }
}
