// One calendar of the poller: finds it in Graph, runs its rounds one at a time, and knows how it stands.
import type { Clock } from '../base/clock.ts'
import { codeOf, GraphError, NotFoundError, reasonOf, sentenceOf, type ErrorCode } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { Queue } from '../base/queue.ts'
import { roundBackoffMs } from '../graph/retry.ts'
import type { Brake } from './brake.ts'
import { forgetCloud, recallCloud, type Clouds } from './cloud.ts'
import { findCalendar, lookAgain, type FoundCalendar, type Sought } from './find-calendar.ts'
import type { Progress } from './progress.ts'
import type { RoundOptions, RoundResult } from './round-context.ts'
import { runRound } from './round.ts'
import { statusOf, type CalendarStatus, type LastError } from './status.ts'
import { watched } from './watchdog.ts'
import type { WindowSpec } from './window.ts'
import type { WriteGround } from './write-context.ts'
import { writeError } from './write-errors.ts'
import { groundOf } from './write-ground.ts'

/** A calendar to keep in step, in plain values. */
export interface PolledCalendar extends Sought {
  readonly slug: string
  readonly track: 'window' | 'all'
  readonly window: WindowSpec
  /** Series that a write has not finished: rounds do not publish them yet. */
  readonly withheld?: RoundOptions['withheld']
  /** Called before each round. */
  readonly onRound?: () => Promise<void>
}

export interface SyncSettings {
  /** Between rounds of one calendar. */
  readonly intervalMs: number
  /** A reader that comes later than this after the last round starts one. */
  readonly maxStalenessMs: number
  readonly staleMs: number
  readonly pageSize: number
  readonly brake: Brake
  /** A round in which nothing moves for so long is given up and begun again. */
  readonly watchdogMs?: number
}

/** A round that is over, and was not stopped by us. */
export interface RoundEnd {
  readonly calendar: string
  readonly result: 'ok' | ErrorCode
  readonly ms: number
}

export interface CalendarSyncOptions {
  readonly calendar: PolledCalendar
  readonly settings: SyncSettings
  readonly clouds: Clouds
  readonly clock: Clock
  readonly log: Log
  /** From [0, 1). */
  readonly random: () => number
  /** Told about every round. */
  readonly observe?: ((end: RoundEnd) => void) | undefined
}

export interface RunOptions {
  readonly full?: boolean | undefined
  readonly accept?: boolean | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Rounds in a row that Graph's servers have failed: then a chain with half the window is tried; after as many more, a quarter. */
const failuresUntilSmaller = 6

/** Name, colour, owner and zone of a calendar are looked at so often: two requests at most. */
const lookEveryMs = 2 * 3_600_000

export class CalendarSync {
  readonly slug: string
  readonly #options: CalendarSyncOptions
  #found: FoundCalendar | undefined
  #running: Promise<unknown> | undefined
  readonly #turns = new Queue()
  /** Keys that writes have changed since the running round began. */
  #written = new Set<string>()
  #failures = 0
  #serverFailures = 0
  #lastError: LastError | null = null
  #lastRoundAt: number | undefined
  #begunAt: number | undefined
  #failedAt = 0
  #lookedAt = 0
  #notBefore = 0
  readonly #retired = new AbortController()

  constructor(options: CalendarSyncOptions) {
    this.slug = options.calendar.slug
    this.#options = { ...options, log: options.log.child({ calendar: options.calendar.slug }) }
    const { client, mirror } = options.calendar
    recallCloud(options.clouds.of(client.host), mirror.state().notes.cloud, client.host)
  }

  /** When the last round was begun, failed ones included, milliseconds; undefined when the clock has been set back since. */
  get begunAt(): number | undefined {
    return this.#begunAt !== undefined && this.#begunAt <= this.#options.clock.now() ? this.#begunAt : undefined
  }

  /** No round of its own accord before this instant: the last ones have failed. */
  get notBefore(): number {
    return this.#failedAt <= this.#options.clock.now() ? this.#notBefore : 0
  }

  /** Settles when the round and the writes that are under way have ended; never rejects. */
  get idle(): Promise<unknown> {
    return Promise.all([this.#running, this.#turns.idle])
  }

  /** The round that runs now; settles when it ends, never rejects. */
  get running(): Promise<unknown> | undefined {
    return this.#running
  }

  status(): CalendarStatus {
    const { calendar, settings, clock } = this.#options
    return statusOf({
      mirror: calendar.mirror,
      isRunning: this.#running !== undefined,
      lastRoundAt: this.#lastRoundAt,
      lastError: this.#lastError,
      calendar: this.#found?.calendar,
      now: clock.now(),
      staleMs: settings.staleMs,
    })
  }

  /** Aborted when the calendar is polled no more. */
  get retired(): AbortSignal {
    return this.#retired.signal
  }

  /** Ends what runs, lets nothing begin any more, and waits for the end. */
  async retire(): Promise<void> {
    this.#retired.abort(new NotFoundError('this calendar is not served any more'))
    while (this.#running !== undefined) await this.#running
    await this.#turns.idle
  }

  /** Runs a round, after the one that runs now. Rejects with what made it fail. */
  async run(options: RunOptions = {}): Promise<RoundResult> {
    while (this.#running !== undefined) await this.#running
    options.signal?.throwIfAborted()
    this.retired.throwIfAborted()
    const { clock, observe } = this.#options
    const begunAt = clock.now()
    this.#begunAt = begunAt
    const tell = (result: RoundEnd['result']): void =>
      observe?.({ calendar: this.slug, result, ms: Math.max(0, clock.now() - begunAt) })
    const round = this.#guarded(options)
    this.#running = round.then(
      () => undefined,
      () => undefined,
    )
    try {
      const result = await round
      this.#succeeded()
      tell('ok')
      return result
    } catch (error) {
      if (options.signal?.aborted !== true && !this.retired.aborted) {
        this.#failed(error)
        tell(codeOf(error))
      }
      throw error
    } finally {
      this.#running = undefined
    }
  }

  /**
   * Does something with the calendar while nobody else changes it: writes, and rounds when they store what they have read, take
   * turns. A round may be reading meanwhile: it leaves alone what a write has changed since it began.
   */
  async inTurn<T>(work: (ground: WriteGround) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#turns.run(async () => {
      signal?.throwIfAborted()
      this.retired.throwIfAborted()
      return work(await this.#ground(signal))
    })
  }

  async #ground(signal: AbortSignal | undefined): Promise<WriteGround> {
    const { calendar, clouds, clock, log } = this.#options
    const looking = this.#found === undefined ? this.#find(signal) : Promise.resolve(this.#found)
    const found = await looking.catch((error: unknown) => {
      throw writeError(error)
    })
    const onWrite = (keys: readonly string[]): void => {
      for (const key of keys) this.#written.add(key)
    }
    const cloud = clouds.of(calendar.client.host)
    return groundOf({ calendar, found, cloud, now: clock.now(), log, signal, onWrite })
  }

  async #guarded(options: RunOptions): Promise<RoundResult> {
    const { clock, settings } = this.#options
    const signals = [this.retired, ...(options.signal ? [options.signal] : [])]
    return watched({ clock, patienceMs: settings.watchdogMs ?? 600_000, signals }, (signal, onMove) => {
      const onProgress = (progress: Progress): void => {
        onMove()
        options.onProgress?.(progress)
      }
      return this.#round({ ...options, onProgress, signal })
    })
  }

  async #round({ full, accept, onProgress, signal }: RunOptions): Promise<RoundResult> {
    const { calendar, settings, clouds, clock, log } = this.#options
    this.#written = new Set()
    await this.#turns.run(async () => calendar.onRound?.())
    const shrink = Math.floor(this.#serverFailures / failuresUntilSmaller)
    if (shrink > 0) this.#found = undefined
    const found = await this.#turns.run(() => this.#find(signal))
    if (full === true) forgetCloud(clouds.of(calendar.client.host))
    const result = await runRound({
      client: calendar.client,
      calendar: found.calendar,
      mirror: calendar.mirror,
      cloud: clouds.of(calendar.client.host),
      clock,
      log,
      mailboxZone: found.timeZone,
      track: calendar.track,
      window: calendar.window,
      pageSize: settings.pageSize,
      brake: settings.brake,
      full: full ?? false,
      accept: accept ?? false,
      shrink,
      withheld: calendar.withheld,
      written: this.#written,
      inTurn: (work) => this.#turns.run(work),
      ...(onProgress === undefined ? {} : { onProgress }),
      signal,
    })
    if (result.kind === 'full' && calendar.mirror.counts().events === 0) {
      log.warn('the calendar holds no events', { mailbox: found.calendar.mailboxPath === '/me' ? 'own' : 'other' })
    }
    return result
  }

  // Found once; found again when it is lost, looked at again now and then.
  async #find(signal: AbortSignal | undefined): Promise<FoundCalendar> {
    const { calendar, clock, log } = this.#options
    const now = clock.now()
    const isLooked = now >= this.#lookedAt && now - this.#lookedAt < lookEveryMs
    if (this.#found !== undefined && isLooked) return this.#found
    this.#found =
      this.#found === undefined
        ? await findCalendar(calendar, { signal, log })
        : await lookAgain(this.#found, calendar, { signal, log })
    this.#lookedAt = now
    return this.#found
  }

  #succeeded(): void {
    const { clock, log } = this.#options
    if (this.#lastError !== null) log.info('calendar is in step again', { failures: this.#failures })
    this.#lastError = null
    this.#failures = 0
    this.#serverFailures = 0
    this.#notBefore = 0
    this.#lastRoundAt = clock.now()
  }

  #failed(error: unknown): void {
    const { clock, log, random } = this.#options
    const code = codeOf(error)
    const isNew = this.#lastError?.code !== code
    this.#failures += 1
    const isServer = error instanceof GraphError && error.kind === 'unavailable' && error.status >= 500
    // While not even the calendar can be looked up, its window is not to blame.
    this.#serverFailures = isServer && this.#found !== undefined ? this.#serverFailures + 1 : 0
    const retryAfterMs = error instanceof GraphError ? (error.retryAfterMs ?? 0) : 0
    const waitMs = Math.max(retryAfterMs, roundBackoffMs(this.#failures, random()))
    this.#failedAt = clock.now()
    this.#notBefore = this.#failedAt + waitMs
    const reason = reasonOf(error)
    this.#lastError = { code, message: sentenceOf(error), reason, at: clock.now() }
    // A calendar that is not where it was is looked for again.
    if (error instanceof NotFoundError || (error instanceof GraphError && error.kind === 'notFound'))
      this.#found = undefined
    const facts = { ...failureFacts(error), code, reason, failures: this.#failures, waitMs }
    const needsPerson = code === 'sign-in' || code === 'forbidden' || code === 'not-found' || code === 'internal'
    if (isNew && needsPerson) log.error('round failed', facts)
    else log.warn('round failed', facts)
  }
}

function failureFacts(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof GraphError)) return {}
  return { kind: error.kind, status: error.status, graphCode: error.graphCode, requestId: error.requestId }
}
