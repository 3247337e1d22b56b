// The running program, put together by hand: configuration → store, Graph clients, mirrors, poller, server. Whatever is
// started here is stopped here.
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { CalendarBackend } from '../calendar/backend.ts'
import type { Configuration } from '../config/configuration.ts'
import { createApp } from '../server/app.ts'
import { createMetrics, type Metrics } from '../server/metrics.ts'
import type { Readiness } from '../server/health.ts'
import type { RunningServer } from '../server/listen.ts'
import type { RunOptions } from '../sync/calendar-sync.ts'
import { Clouds } from '../sync/cloud.ts'
import { Journal, reachOf, type JournalEntry } from '../sync/journal.ts'
import { Poller } from '../sync/poller.ts'
import type { RoundResult } from '../sync/round-context.ts'
import { startAlerts, type Alerts } from './alerts.ts'
import { createClients } from './accounts.ts'
import { createBackend } from './backend.ts'
import { backupOf } from './backup.ts'
import { composeCalendar, type ComposedCalendar, type Identities } from './calendars.ts'
import type { Bridge } from './bridge.ts'
import { askersFor, createFreeBusy, type Asker } from './free-busy.ts'
import { startControl, type ControlServer } from './control.ts'
import { openDataFolder } from './data-folder.ts'
import { explain, type Explanation } from './explain.ts'
import { FeedReaders } from './feed-readers.ts'
import { listenOn } from './listening.ts'
import { operations } from './operations.ts'
import { gaugesOf, printWrites, reasonNotReady, reportOf, type CalendarFacts, type StatusReport } from './status.ts'
import { storedUserProperties } from './user-properties.ts'
import { createWriter } from './writer.ts'

export interface BridgeOptions {
  readonly clock: Clock
  readonly log: Log
  readonly version: string
}

/** Locks and opens the data folder; throws a `GraphdavError` with code `locked` when another process has it. */
export async function openBridge(configuration: Configuration, options: BridgeOptions): Promise<Bridge> {
  const { clock, log } = options
  const folder = await openDataFolder(configuration.store.path, { clock, log })
  try {
    const metrics = createMetrics()
    const readers = await FeedReaders.open(folder.store, { clock, log })
    const onEnd = ({ kind, steps, state }: JournalEntry): void =>
      metrics.writeEnded({ kind, reach: reachOf(steps), result: state })
    const journal = await Journal.open(folder.store, { clock, log, onEnd })
    const shared = { store: folder.store, journal, clock, log }
    const calendars = await composeCalendars(configuration, shared, metrics)
    return new ComposedBridge({ configuration, ...options, folder, journal, calendars, metrics, readers })
  } catch (error) {
    await folder.close()
    throw error
  }
}

async function composeCalendars(
  { accounts, calendars }: Configuration,
  shared: Pick<Parameters<typeof composeCalendar>[0], 'store' | 'journal' | 'clock' | 'log'>,
  { graphAnswered }: Metrics,
): Promise<ReadonlyMap<string, ComposedCalendar>> {
  const clients = createClients(accounts, { ...shared, observe: graphAnswered })
  const identities: Identities = new Map()
  const composed = new Map<string, ComposedCalendar>()
  for (const [slug, calendar] of calendars) {
    const [account, client] = [accounts.get(calendar.account), clients.get(calendar.account)]
    // The configuration was checked: every calendar has its account.
    if (account === undefined || client === undefined) continue
    composed.set(slug, await composeCalendar({ ...shared, calendar, account, client, identities }))
  }
  return composed
}

interface Parts extends BridgeOptions {
  readonly configuration: Configuration
  readonly folder: Awaited<ReturnType<typeof openDataFolder>>
  readonly journal: Journal
  readonly calendars: ReadonlyMap<string, ComposedCalendar>
  readonly metrics: Metrics
  readonly readers: FeedReaders
}

const httpGraceMs = 2_500

class ComposedBridge implements Bridge {
  readonly backend: CalendarBackend
  readonly slugs: readonly string[]
  readonly failed: AbortSignal
  readonly #parts: Parts
  readonly #poller: Poller
  readonly #stopping = new AbortController()
  #server: RunningServer | undefined
  #control: ControlServer | undefined
  #alerts: Alerts | undefined
  #closing: Promise<void> | undefined

  constructor(parts: Parts) {
    const { configuration, calendars, clock, log } = parts
    this.#parts = parts
    this.slugs = [...calendars.keys()]
    this.failed = parts.folder.lost
    this.failed.addEventListener('abort', () => void this.#poller.stop(), { once: true })
    this.#poller = new Poller({
      calendars: [...calendars.values()].map(({ polled }) => polled),
      settings: configuration.sync,
      clouds: new Clouds(),
      clock,
      log,
      observe: parts.metrics.roundEnded,
    })
    this.backend = createBackend({
      calendars: new Map([...calendars].map(([slug, { served }]) => [slug, served])),
      users: configuration.users,
      writer: createWriter({
        calendars: new Map([...calendars].map(([slug, { writable }]) => [slug, writable])),
        users: configuration.users,
        journal: parts.journal,
        inTurn: (slug, work) => this.#poller.inTurn(slug, work),
        clock,
        log,
      }),
      freshen: (slug) => this.#poller.freshen(slug),
    })
  }

  report(): StatusReport {
    const { configuration, clock } = this.#parts
    const facts = this.#facts()
    const accounts = [...configuration.accounts.values()].map(({ name, mailbox }) => ({
      name,
      mailbox: this.#addressOf(name) ?? mailbox,
    }))
    const { journal, readers } = this.#parts
    return {
      ...reportOf(facts, accounts, clock.now()),
      writes: printWrites(journal, this.slugs),
      feeds: readers.report(configuration.feeds.map(({ name }) => name)),
    }
  }

  sync(slug: string, options: RunOptions): Promise<RoundResult> {
    return this.#poller.syncNow(slug, options)
  }

  explain(slug: string, text: string, signal: AbortSignal): Promise<Explanation> {
    const { configuration, calendars, clock } = this.#parts
    return explain({ calendars, feeds: configuration.feeds, now: clock.now() }, { slug, text }, signal)
  }

  backup(): AsyncIterable<Buffer> {
    const { folder, calendars, clock, version } = this.#parts
    return backupOf(folder.path, {
      between: (slug, work) => calendars.get(slug)?.mirror.still(work) ?? work(),
      made: { at: clock.now(), version },
    })
  }

  async serve(): Promise<string> {
    const { configuration, folder, metrics, clock, log, version } = this.#parts
    const { server, users, feeds } = configuration
    const app = createApp({
      backend: this.backend,
      users: new Map([...users].map(([name, { password }]) => [name, { passwordHash: password }])),
      feeds,
      publicUrl: server.publicUrl,
      trustProxy: server.trustProxy,
      health: { ready: () => Promise.resolve(this.#readiness()) },
      metrics: { measured: metrics, calendars: () => gaugesOf(this.#facts(), clock.now()) },
      userProperties: storedUserProperties(folder.store),
      onFeedFetch: (feed, agent) => this.#parts.readers.note(feed, agent),
      freeBusy: createFreeBusy((user) => this.#askersFor(user), log),
      clock,
      log,
      version,
    })
    this.#server = await listenOn(app, server)
    this.#control = await startControl(folder.path, operations(this), log)
    this.#poller.start()
    this.#alerts = this.#startAlerts()
    void this.#renderAgain()
    log.info('listening', { url: this.#server.url, calendars: this.slugs.length, feeds: feeds.length })
    return this.#server.url
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const { calendars, folder, metrics } = this.#parts
    metrics.close()
    this.#stopping.abort(new Error('stopping'))
    await Promise.all([
      this.#server?.close(httpGraceMs),
      this.#control?.close(),
      this.#poller.stop(),
      this.#alerts?.stop(),
    ])
    await Promise.allSettled([...calendars.values()].map(({ mirror }) => mirror.close()))
    await this.#parts.readers.flush()
    await folder.close()
  }

  #startAlerts(): Alerts | undefined {
    const { configuration, clock, log } = this.#parts
    const { alerts, sync } = configuration
    const facts = (): readonly CalendarFacts[] => this.#facts()
    return alerts && startAlerts({ url: alerts.url, facts, staleMs: sync.staleMs, clock, log })
  }

  // After an upgrade; costs nothing when the renderer is the same.
  async #renderAgain(): Promise<void> {
    for (const [slug, { mirror }] of this.#parts.calendars) {
      try {
        await mirror.rerender(this.#stopping.signal)
      } catch (error) {
        if (this.#stopping.signal.aborted) return
        const reason = error instanceof Error ? error.message : String(error)
        this.#parts.log.warn('texts of an older version stay for now', { calendar: slug, reason })
      }
    }
  }

  #facts(): readonly CalendarFacts[] {
    const { configuration } = this.#parts
    return this.slugs.map((slug) => ({
      slug,
      account: configuration.calendars.get(slug)?.account ?? '',
      status: this.#poller.status(slug),
    }))
  }

  #readiness(): Readiness {
    const { configuration, clock } = this.#parts
    const reasons = this.#facts().flatMap((facts) => {
      const reason = reasonNotReady(facts, clock.now(), configuration.sync.staleMs)
      return reason === undefined ? [] : [[facts.slug, reason] as const]
    })
    return { isReady: reasons.length === 0, reasons: Object.fromEntries(reasons) }
  }

  /** Through whom a user asks about other people. */
  #askersFor(user: string): readonly Asker[] {
    const { configuration, calendars } = this.#parts
    const slugs = configuration.users.get(user)?.calendars.map(({ slug }) => slug) ?? []
    const accountOf = (slug: string): string | undefined => configuration.calendars.get(slug)?.account
    return askersFor(slugs, accountOf, calendars, (account) => this.#addressOf(account))
  }

  /** Whose mailbox an account reads, as far as its own calendars show it. */
  #addressOf(account: string): string | undefined {
    const { configuration, calendars } = this.#parts
    for (const { slug, account: name, source } of configuration.calendars.values()) {
      const isOwn = source === 'default' || !('user' in source || 'group' in source)
      const owner = calendars.get(slug)?.mirror.state().binding?.owner
      if (name === account && isOwn && owner !== undefined && owner !== '') return owner
    }
    return undefined
  }
}
