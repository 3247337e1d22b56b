// The running program, put together by hand: configuration → store, Graph clients, mirrors, poller, server. Whatever is
// started here is stopped here.
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { CalendarBackend } from '../calendar/backend.ts'
import type { Configuration } from '../config/configuration.ts'
import { createApp } from '../server/app.ts'
import type { SignInNetwork } from '../graph/sign-in-network.ts'
import { createMetrics, type Metrics } from '../server/metrics.ts'
import type { RunningServer } from '../server/listen.ts'
import type { RunOptions } from '../sync/calendar-sync.ts'
import { Clouds } from '../sync/cloud.ts'
import { Journal, reachOf, type JournalEntry } from '../sync/journal.ts'
import { Poller } from '../sync/poller.ts'
import type { RoundResult } from '../sync/round-context.ts'
import { startAlerts, type Alerts } from './alerts.ts'
import { createClients, createTokens } from './accounts.ts'
import { createBackend } from './backend.ts'
import { backupOf } from './backup.ts'
import type { Bridge } from './bridge.ts'
import { askersFor, createFreeBusy, type Asker } from './free-busy.ts'
import { startControl, type ControlServer } from './control.ts'
import { openDataFolder } from './data-folder.ts'
import { explain, type Explanation } from './explain.ts'
import { FeedReaders } from './feed-readers.ts'
import { listenOn } from './listening.ts'
import { MadeCalendars } from './made-calendars.ts'
import { MadeRecords } from './made-records.ts'
import { operations } from './operations.ts'
import { rename } from './rename.ts'
import { openCalendars, Roster } from './roster.ts'
import {
  gaugesOf,
  printCredentials,
  printWrites,
  readinessOf,
  reportOf,
  type CalendarFacts,
  type StatusReport,
} from './status.ts'
import { createSignInDesk } from './sign-in-desk.ts'
import { storedUserProperties } from './user-properties.ts'
import { usersOf, type ServedUsers } from './users.ts'
import { createWriter } from './writer.ts'

export interface BridgeOptions {
  readonly clock: Clock
  readonly log: Log
  readonly version: string
  /** How the sign-in services are reached; undefined: through the machine's network. */
  readonly network?: SignInNetwork | undefined
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
    const tokens = createTokens(configuration, { clock, log, network: options.network })
    const clients = createClients(configuration.accounts, { tokens, clock, log, observe: metrics.graphAnswered })
    const shared = { store: folder.store, journal, identities: new Map<string, string>(), clock, log }
    const roster = new Roster({ shared, accounts: configuration.accounts, clients })
    const records = await MadeRecords.open(folder.store)
    await openCalendars(configuration, { roster, records, log })
    return new ComposedBridge({ configuration, ...options, folder, journal, roster, records, metrics, readers })
  } catch (error) {
    await folder.close()
    throw error
  }
}

interface Parts extends BridgeOptions {
  readonly configuration: Configuration
  readonly folder: Awaited<ReturnType<typeof openDataFolder>>
  readonly journal: Journal
  readonly roster: Roster
  readonly records: MadeRecords
  readonly metrics: Metrics
  readonly readers: FeedReaders
}

const httpGraceMs = 2_500
const findLostMs = 5_000

class ComposedBridge implements Bridge {
  readonly backend: CalendarBackend
  readonly failed: AbortSignal
  readonly #parts: Parts
  readonly #poller: Poller
  readonly #made: MadeCalendars
  readonly #users: ServedUsers
  readonly #stopping = new AbortController()
  #server: RunningServer | undefined
  #control: ControlServer | undefined
  #alerts: Alerts | undefined
  #closing: Promise<void> | undefined

  constructor(parts: Parts) {
    const { configuration, roster, journal, clock, log } = parts
    const { calendars } = roster
    this.#parts = parts
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
    this.#made = new MadeCalendars({
      users: configuration.users,
      configured: configuration.calendars,
      reach: (account) => roster.reach(account),
      records: parts.records,
      serving: roster.serving(this.#poller),
      clock,
      log,
    })
    this.#users = usersOf(configuration.users, this.#made)
    const inTurn: Poller['inTurn'] = (slug, work) => this.#poller.inTurn(slug, work)
    this.backend = createBackend({
      calendars: { get: (slug) => calendars.get(slug)?.served },
      users: this.#users,
      writer: createWriter({
        calendars: { get: (slug) => calendars.get(slug)?.writable },
        users: this.#users,
        journal,
        inTurn,
        clock,
        log,
      }),
      made: this.#made,
      rename: (slug, displayName) => rename({ calendars, inTurn, log }, slug, displayName),
      freshen: (slug) => this.#poller.freshen(slug),
    })
  }

  get slugs(): readonly string[] {
    return [...this.#parts.roster.calendars.keys()]
  }

  report(): StatusReport {
    const { configuration, journal, readers, roster, clock } = this.#parts
    const facts = this.#facts()
    const accounts = [...configuration.accounts.values()].map(({ name, mailbox }) => ({
      name,
      mailbox: roster.addressOf(name) ?? mailbox,
    }))
    return {
      ...reportOf(facts, accounts, clock.now()),
      writes: printWrites(journal, this.slugs),
      feeds: readers.report(configuration.feeds.map(({ name }) => name)),
      credentials: printCredentials(configuration.accounts.values(), clock.now()),
    }
  }

  sync(slug: string, options: RunOptions): Promise<RoundResult> {
    return this.#poller.syncNow(slug, options)
  }

  findMade(): Promise<boolean> {
    return this.#made.look()
  }

  takeUp(account: string): void {
    for (const { slug, account: name } of this.#facts()) {
      // A round that fails notes it by itself.
      if (name === account) this.#poller.syncNow(slug).catch(() => undefined)
    }
  }

  explain(slug: string, text: string, signal: AbortSignal): Promise<Explanation> {
    const { configuration, roster, clock } = this.#parts
    return explain(
      { calendars: roster.calendars, feeds: configuration.feeds, now: clock.now() },
      { slug, text },
      signal,
    )
  }

  backup(): AsyncIterable<Buffer> {
    const { folder, roster, clock, version } = this.#parts
    return backupOf(folder.path, {
      between: (slug, work) => roster.calendars.get(slug)?.mirror.still(work) ?? work(),
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
      health: { ready: () => Promise.resolve(readinessOf(this.#facts(), clock.now(), configuration.sync.staleMs)) },
      metrics: { measured: metrics, calendars: () => gaugesOf(this.#facts(), clock.now()) },
      userProperties: storedUserProperties(folder.store),
      onFeedFetch: (feed, agent) => this.#parts.readers.note(feed, agent),
      signIn: createSignInDesk(configuration, {
        network: this.#parts.network,
        log,
        onSignedIn: (account) => this.takeUp(account),
      }),
      freeBusy: createFreeBusy((user) => this.#askersFor(user), log),
      clock,
      log,
      version,
    })
    await this.#findLost()
    this.#server = await listenOn(app, server)
    this.#control = await startControl(folder.path, operations(this), log)
    this.#poller.start()
    this.#made.start()
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
    const { roster, folder, metrics } = this.#parts
    metrics.close()
    this.#stopping.abort(new Error('stopping'))
    await Promise.all([
      this.#server?.close(httpGraceMs),
      this.#control?.close(),
      this.#poller.stop(),
      this.#made.stop(),
      this.#alerts?.stop(),
    ])
    await Promise.allSettled([...roster.calendars.values()].map(({ mirror }) => mirror.close()))
    await this.#parts.readers.flush()
    await folder.close()
  }

  #startAlerts(): Alerts | undefined {
    const { configuration, clock, log } = this.#parts
    const { alerts, sync } = configuration
    const facts = (): readonly CalendarFacts[] => this.#facts()
    return alerts && startAlerts({ url: alerts.url, facts, staleMs: sync.staleMs, clock, log })
  }

  // Programs that do not see a calendar any more throw their copy away: after a lost data folder it is looked for first.
  async #findLost(): Promise<void> {
    const { records, clock } = this.#parts
    if (!records.isNew) return
    const isOver = new AbortController()
    const patience = clock.sleep(findLostMs, isOver.signal).catch(() => undefined)
    await Promise.race([this.#made.look(), patience])
    isOver.abort(new Error('over'))
  }

  // After an upgrade; costs nothing when the renderer is the same.
  async #renderAgain(): Promise<void> {
    for (const [slug, { mirror }] of this.#parts.roster.calendars) {
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
    return [...this.#parts.roster.calendars].map(([slug, { settings }]) => ({
      slug,
      account: settings.account,
      status: this.#poller.status(slug),
    }))
  }

  /** Through whom a user asks about other people. */
  #askersFor(user: string): readonly Asker[] {
    const { roster } = this.#parts
    const { calendars } = roster
    const slugs = this.#users.get(user)?.calendars.map(({ slug }) => slug) ?? []
    const accountOf = (slug: string): string | undefined => calendars.get(slug)?.settings.account
    return askersFor(slugs, accountOf, calendars, (account) => roster.addressOf(account))
  }
}
