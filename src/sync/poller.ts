// When rounds are run: every calendar in its turn, sooner when somebody asks, later after failures. One round per calendar at
// a time; readers never wait longer than they are promised.
import { setMaxListeners } from 'node:events'
import type { Clock } from '../base/clock.ts'
import { NotFoundError, UnavailableError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import {
  CalendarSync,
  type PolledCalendar,
  type RoundEnd,
  type RunOptions,
  type SyncSettings,
} from './calendar-sync.ts'
import type { Clouds } from './cloud.ts'
import type { RoundResult } from './round-context.ts'
import type { CalendarStatus } from './status.ts'
import type { WriteGround } from './write-context.ts'

export interface PollerOptions {
  readonly calendars: readonly PolledCalendar[]
  readonly settings: SyncSettings
  readonly clouds: Clouds
  readonly clock: Clock
  readonly log: Log
  readonly random?: () => number
  /** Told about every round. */
  readonly observe?: (end: RoundEnd) => void
}

/** How long a reader waits for news at most. */
const freshenMs = 2_000
/** First rounds after a start follow each other at this distance. */
const startGapMs = 250
/** When whoever was interrupted by a stop may try again: mostly the configuration is read again, or the program restarted. */
const restartSeconds = 5
/** Stopping does not wait longer for rounds that do not end. */
const stopMs = 3_000

export class Poller {
  readonly #options: PollerOptions
  readonly #syncs = new Map<string, CalendarSync>()
  readonly #stopping = new AbortController()
  #loops: Promise<void>[] | undefined

  constructor(options: PollerOptions) {
    this.#options = options
    // Every calendar waits on it.
    setMaxListeners(0, this.#stopping.signal)
    for (const calendar of options.calendars) this.add(calendar)
  }

  /** Begins to poll. */
  start(): void {
    this.#loops = [...this.#syncs.values()].map((sync, index) => this.#loop(sync, index))
  }

  /** One more calendar, also while the others are polled. */
  add(calendar: PolledCalendar): void {
    const { settings, clouds, clock, log, random = Math.random, observe } = this.#options
    const sync = new CalendarSync({ calendar, settings, clouds, clock, log, random, observe })
    this.#syncs.set(calendar.slug, sync)
    this.#loops?.push(this.#loop(sync, this.#syncs.size - 1, 0))
  }

  /** Ends what is done with a calendar, and polls it no more. */
  async remove(slug: string): Promise<void> {
    const sync = this.#sync(slug)
    this.#syncs.delete(slug)
    await sync.retire()
  }

  /** Ends all rounds at once and waits for them, three seconds at most. A stopped poller is not started again. */
  async stop(): Promise<void> {
    this.#stopping.abort(new UnavailableError('graphdav stops just now; try again in a moment', restartSeconds))
    const idle = [...this.#syncs.values()].map((sync) => sync.idle)
    await this.#within(stopMs, Promise.allSettled([...(this.#loops ?? []), ...idle]))
  }

  status(slug: string): CalendarStatus {
    return this.#sync(slug).status()
  }

  /**
   * For a reader that asks for news: starts a round when the last one was begun longer than `maxStaleness` ago, failed
   * ones included, and waits for it two seconds at most. Never throws.
   */
  async freshen(slug: string): Promise<void> {
    const sync = this.#syncs.get(slug)
    if (sync === undefined || this.#stopping.signal.aborted) return
    const { clock, settings } = this.#options
    if (sync.running === undefined) {
      const now = clock.now()
      const isFresh = sync.begunAt !== undefined && now - sync.begunAt < settings.maxStalenessMs
      if (isFresh || now < sync.notBefore) return
      await this.#within(freshenMs, this.#quietly(sync))
    } else await this.#within(freshenMs, sync.running)
  }

  /** Runs a round now, after one that runs already. Rejects with what made it fail; the round itself has noted it. */
  syncNow(slug: string, options: RunOptions = {}): Promise<RoundResult> {
    const signal =
      options.signal === undefined ? this.#stopping.signal : AbortSignal.any([options.signal, this.#stopping.signal])
    return this.#sync(slug).run({ ...options, signal })
  }

  /** Does something with a calendar while nobody else changes it. */
  inTurn<T>(slug: string, work: (ground: WriteGround) => Promise<T>): Promise<T> {
    return this.#sync(slug).inTurn(work, this.#stopping.signal)
  }

  #sync(slug: string): CalendarSync {
    const sync = this.#syncs.get(slug)
    if (sync === undefined) throw new NotFoundError(`there is no calendar ${slug}`)
    return sync
  }

  async #loop(sync: CalendarSync, index: number, startsAfterMs = index * startGapMs): Promise<void> {
    const { clock } = this.#options
    const signal = AbortSignal.any([this.#stopping.signal, sync.retired])
    const startedAt = clock.now()
    try {
      await clock.sleep(startsAfterMs, signal)
      for (;;) {
        signal.throwIfAborted()
        const dueAt = this.#dueAt(sync, index, startedAt)
        if (dueAt > clock.now()) await clock.sleep(dueAt - clock.now(), signal)
        else if (sync.running === undefined) await this.#quietly(sync)
        else await sync.running
      }
    } catch (error) {
      // The only way out of the loop is the signal.
      if (!signal.aborted) throw error
    }
  }

  // Each calendar has its own place within the interval, so that they do not all ask at once. A round that a reader has
  // started counts as this turn's.
  #dueAt(sync: CalendarSync, index: number, startedAt: number): number {
    const { intervalMs } = this.#options.settings
    if (sync.begunAt === undefined) return sync.notBefore
    const phase = startedAt + (index * intervalMs) / Math.max(1, this.#syncs.size)
    const turns = Math.ceil((sync.begunAt + intervalMs / 2 - phase) / intervalMs)
    return Math.max(phase + turns * intervalMs, sync.notBefore)
  }

  // A failure is noted in the calendar's status and logged there.
  #quietly(sync: CalendarSync): Promise<unknown> {
    return sync.run({ signal: this.#stopping.signal }).catch(() => undefined)
  }

  async #within(ms: number, promise: Promise<unknown>): Promise<void> {
    const done = new AbortController()
    const wait = this.#options.clock.sleep(ms, done.signal).catch(() => undefined)
    await Promise.race([promise, wait])
    done.abort(new Error('done'))
  }
}
