// A poller on a simulated tenant with a clock that the test moves; each calendar has a mirror of its own.
import { silentLog, type Log } from '../../src/base/log.ts'
import { renderResource, rendererVersion } from '../../src/convert/render.ts'
import { accessTokenSource, type TokenSource } from '../../src/graph/auth.ts'
import type { CalendarSource } from '../../src/graph/calendars.ts'
import { GraphClient } from '../../src/graph/client.ts'
import { MailboxLanes } from '../../src/graph/lanes.ts'
import { Mirror } from '../../src/mirror/mirror.ts'
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import type { SyncSettings } from '../../src/sync/calendar-sync.ts'
import { Clouds } from '../../src/sync/cloud.ts'
import { Poller } from '../../src/sync/poller.ts'
import { ManualClock } from './manual-clock.ts'
import { halfYearBackTwoAhead } from './rig.ts'

export interface PollerRigOptions {
  readonly calendars?: Readonly<Record<string, CalendarSource>>
  readonly settings?: Partial<SyncSettings>
  readonly tokens?: (tenant: Simulator) => TokenSource
  readonly timeoutMs?: number
  readonly store?: MemoryStore
  readonly tenant?: Simulator
  readonly clock?: ManualClock
  readonly log?: Log
}

export interface PollerRig {
  readonly tenant: Simulator
  readonly clock: ManualClock
  readonly poller: Poller
  readonly mirrors: ReadonlyMap<string, Mirror>
  readonly store: MemoryStore
  /** Delta requests so far. */
  deltas(): number
  stop(): Promise<void>
}

export async function startPoller(options: PollerRigOptions = {}): Promise<PollerRig> {
  const clock = options.clock ?? new ManualClock()
  const tenant = options.tenant ?? (await startSimulator({ events: 0, now: clock.now() }))
  const store = options.store ?? MemoryStore.create(clock)
  const log = options.log ?? silentLog
  const client = new GraphClient({
    graphUrl: `${tenant.url}/v1.0`,
    tokens: options.tokens?.(tenant) ?? accessTokenSource({ token: tenant.token }),
    lanes: new MailboxLanes({ clock }),
    clock,
    log,
    random: () => 0.5,
    timeoutMs: options.timeoutMs ?? 60_000,
  })
  const mirrors = new Map<string, Mirror>()
  for (const slug of Object.keys(options.calendars ?? { work: 'default' })) {
    const render: Parameters<typeof Mirror.open>[0]['render'] = (group) =>
      renderResource(group, { mailboxZone: 'Europe/Berlin', addresses: [] })
    mirrors.set(slug, await Mirror.open({ store, slug, render, rendererVersion, log, clock }))
  }
  const poller = new Poller({
    calendars: Object.entries(options.calendars ?? { work: 'default' as const }).map(([slug, source]) => ({
      slug,
      client,
      mailbox: 'me',
      source,
      track: 'window' as const,
      window: halfYearBackTwoAhead,
      mirror: mirrorOf(mirrors, slug),
      timeZone: 'Europe/Berlin',
    })),
    settings: {
      intervalMs: 60_000,
      maxStalenessMs: 30_000,
      staleMs: 1_800_000,
      pageSize: 50,
      brake: { removals: 25, share: 0.2 },
      ...options.settings,
    },
    clouds: new Clouds(),
    clock,
    log,
    random: () => 0.5,
  })
  return {
    tenant,
    clock,
    poller,
    mirrors,
    store,
    deltas: () => tenant.log.list().filter(({ path }) => path.includes('/delta')).length,
    stop: async () => {
      await Promise.all([poller.stop(), passTime(clock, 4_000)])
      await tenant.stop()
    },
  }
}

async function passTime(clock: ManualClock, ms: number): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  await clock.advance(ms)
}

export function mirrorOf(mirrors: ReadonlyMap<string, Mirror>, slug: string): Mirror {
  const mirror = mirrors.get(slug)
  if (mirror === undefined) throw new Error(`no mirror ${slug}`)
  return mirror
}

/** Waits for the network of the loopback, never for a time: until the condition holds. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  for (let turns = 0; !condition(); turns += 1) {
    if (turns === 2_000) throw new Error(`waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
