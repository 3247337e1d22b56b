// Who read a feed last: remembered per feed, so that `status` can tell whether a link is used, and by which program.
import { DateTime } from 'luxon'
import type { Clock } from '../base/clock.ts'
import { codeOf } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Store } from '../store/store.ts'
import '../base/zones.ts'

/** The last fetch of a feed, as `status --json` prints it. */
export interface FeedFetch {
  /** RFC 3339 in UTC; null: never. */
  readonly lastFetch: string | null
  /** What the program calls itself; empty when it does not say. */
  readonly agent: string
}

interface Fetch {
  readonly at: number
  readonly agent: string
}

/** One document for all feeds; no user's name has a slash. */
const key = 'feeds/last-fetches'
/** A feed may be read every second; the disk need not hear of each. */
const writeEveryMs = 10 * 60_000
const maxAgentLength = 120

export class FeedReaders {
  readonly #store: Store
  readonly #clock: Clock
  readonly #log: Log
  readonly #fetches: Map<string, Fetch>
  #writtenAt: number
  #writing: Promise<void> = Promise.resolve()
  #isWritten = true

  private constructor(store: Store, { clock, log }: { readonly clock: Clock; readonly log: Log }, kept: Kept) {
    this.#store = store
    this.#clock = clock
    this.#log = log
    this.#fetches = new Map(Object.entries(kept.fetches))
    this.#writtenAt = clock.now()
  }

  static async open(store: Store, parts: { readonly clock: Clock; readonly log: Log }): Promise<FeedReaders> {
    const document = await store.readDocument('users', key).catch((error: unknown) => {
      if (codeOf(error) !== 'store-broken') throw error
      parts.log.warn('damaged list of last fetches passed over')
      return undefined
    })
    const kept = (document?.value ?? { fetches: {} }) as Kept // what `#write` has given to the store
    return new FeedReaders(store, parts, kept)
  }

  /** A feed was fetched. */
  note(feed: string, agent: string): void {
    const now = this.#clock.now()
    // A header is anybody's text.
    this.#fetches.set(feed, { at: now, agent: agent.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, maxAgentLength) })
    this.#isWritten = false
    if (now - this.#writtenAt >= writeEveryMs) void this.flush()
  }

  report(feeds: readonly string[]): Readonly<Record<string, FeedFetch>> {
    return Object.fromEntries(
      feeds.map((feed) => {
        const fetch = this.#fetches.get(feed)
        return [feed, { lastFetch: fetch === undefined ? null : printInstant(fetch.at), agent: fetch?.agent ?? '' }]
      }),
    )
  }

  /** Writes what was noted. A failure is logged: it is no loss that a reader should notice. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  async #write(): Promise<void> {
    if (this.#isWritten) return
    this.#isWritten = true
    this.#writtenAt = this.#clock.now()
    try {
      const version = (await this.#store.readDocument('users', key))?.version ?? 0
      const kept: Kept = { fetches: Object.fromEntries(this.#fetches) }
      await this.#store.writeDocument('users', key, version, kept)
    } catch (error) {
      this.#log.warn('last fetches of feeds are not kept', { reason: error instanceof Error ? error.message : '' })
    }
  }
}

/** The document. */
interface Kept {
  readonly fetches: Readonly<Record<string, Fetch>>
}

function printInstant(instant: number): string {
  const whole = Math.floor(instant / 1000) * 1000
  return DateTime.fromMillis(whole, { zone: 'utc' }).toISO({ suppressMilliseconds: true })
}
