// The plan journal: every write is noted here before its first request, step by step while it runs, and for a
// while after its end. What a crash, a lost answer or a failing Graph leaves open is found here by the client's repeat.
import type { Clock } from '../base/clock.ts'
import { sha256Hex } from '../base/hash.ts'
import type { Log } from '../base/log.ts'
import type { GraphRequest } from '../convert/plan-request.ts'
import type { GraphSeries } from '../graph/types.ts'

export type WriteKind = 'put' | 'delete'

/** `open`: not finished, the client's repeat goes on with it. `given-up`: nobody came back for an hour. */
export type WriteState = 'open' | 'done' | 'refused' | 'given-up'

/** Who hears of a write through Outlook: nobody, the organizer, or other people by mail. */
export type WriteReach = 'silent' | 'answer' | 'mail'

/** The resource that a MOVE takes, and the entity tag of the text that it takes. */
export interface MoveOrigin {
  readonly slug: string
  readonly name: string
  readonly etag: string
}

/** One write. Values of an event are in it only while it is open, as in the mirror's files; afterwards only what was done. */
export interface JournalEntry {
  readonly kind: WriteKind
  readonly user: string
  readonly slug: string
  /** Of the resource. */
  readonly name: string
  readonly uid: string
  /** SHA-256 of the text that was sent; empty for a DELETE. */
  readonly bodyHash: string
  /** That text; null for a DELETE, and when the write is over. */
  readonly wanted: string | null
  /** What the text is measured against: what the client had, or what was there; null when there was nothing, or the write is over. */
  readonly base: string | null
  /** Of a PUT that is the first half of a MOVE, which stays open until the origin is gone; null for any other write. */
  readonly origin: MoveOrigin | null
  /** True when there was nothing of this UID when it was begun: what is there now, the write has made. */
  readonly isNew: boolean
  /** Random: with it Graph recognises a repeated creation. */
  readonly transactionId: string
  /** Graph's ids of the series that this write changes; of a new one, once it is known. */
  readonly keys: readonly string[]
  /** Requests that Graph has answered, with their real targets; empty when the write is over. */
  readonly done: readonly GraphRequest[]
  /** What was sent, in words: `patch silent`, `respond answers-organizer`. */
  readonly steps: readonly string[]
  /** Graph's names of the requests, in the order of the steps. */
  readonly requestIds: readonly string[]
  readonly state: WriteState
  /** Why it was refused or is still open: a sentence. */
  readonly reason: string | null
  /** The resource's entity tag after the write; null when it is gone or not yet written. */
  readonly etag: string | null
  /** Milliseconds. */
  readonly begunAt: number
  readonly endedAt: number | null
}

/** Where the journal is kept: a store (`store/store.ts`), which gives back what it was given. */
export interface JournalStore {
  readDocument(kind: 'journal', key: string): Promise<{ readonly version: number; readonly value: unknown } | undefined>
  writeDocument(kind: 'journal', key: string, expectedVersion: number, value: unknown): Promise<number | 'stale'>
  removeDocument(kind: 'journal', key: string, expectedVersion: number): Promise<boolean>
  documentKeys(kind: 'journal'): Promise<readonly string[]>
}

/** How long rounds wait for the client of an open write. */
const openMs = 60 * 60 * 1000
/** What is over is kept so long, and not more of it than this. */
const keptMs = 14 * 24 * 60 * 60 * 1000
const keptEntries = 500

/** What an earlier version did not keep. */
const unkept = { wanted: null, base: null, origin: null, isNew: false } as const

interface JournalOptions {
  readonly clock: Clock
  readonly log: Log
  /** Told about every write that is over. */
  readonly onEnd?: (entry: JournalEntry) => void
}

interface Held {
  readonly entry: JournalEntry
  readonly version: number
}

/** All writes of one store, the last one of each resource. One for the process that holds the data folder. */
export class Journal {
  readonly #store: JournalStore
  readonly #clock: Clock
  readonly #log: Log
  readonly #onEnd: JournalOptions['onEnd']
  readonly #held = new Map<string, Held>()

  private constructor(store: JournalStore, { clock, log, onEnd }: JournalOptions) {
    this.#store = store
    this.#clock = clock
    this.#log = log
    this.#onEnd = onEnd
  }

  static async open(store: JournalStore, options: JournalOptions): Promise<Journal> {
    const journal = new Journal(store, options)
    for (const key of await store.documentKeys('journal')) {
      const document = await store.readDocument('journal', key)
      const entry = document?.value
      if (document === undefined || !isEntry(entry)) continue
      journal.#held.set(key, { entry: { ...unkept, ...entry }, version: document.version })
    }
    return journal
  }

  /** The last write of a resource. */
  lastOf(slug: string, name: string): JournalEntry | undefined {
    return this.#held.get(keyOf(slug, name))?.entry
  }

  /** Notes a write; it is on disk when this resolves. */
  async note(entry: JournalEntry): Promise<JournalEntry> {
    const key = keyOf(entry.slug, entry.name)
    const write = (expected: number): Promise<number | 'stale'> =>
      this.#store.writeDocument('journal', key, expected, entry)
    let version = await write(this.#held.get(key)?.version ?? 0)
    // A write that failed may be there all the same, and nobody else writes here.
    if (version === 'stale') version = await write((await this.#store.readDocument('journal', key))?.version ?? 0)
    if (version === 'stale') throw new Error('another process writes the plan journal')
    this.#held.set(key, { entry, version })
    return entry
  }

  /** Notes the end of a write, and forgets what ended long ago. */
  async end(
    entry: JournalEntry,
    { state, reason = null, etag = null }: Pick<JournalEntry, 'state'> & Partial<Pick<JournalEntry, 'reason' | 'etag'>>,
  ): Promise<JournalEntry> {
    const values = { wanted: null, base: null, done: [] }
    const ended = await this.note({ ...entry, ...values, state, reason, etag, endedAt: this.#clock.now() })
    this.#onEnd?.(ended)
    await this.#forget()
    return ended
  }

  /** The last writes of a calendar, newest first. */
  writesOf(slug: string, count: number): readonly JournalEntry[] {
    const own = [...this.#held.values()].map(({ entry }) => entry).filter((entry) => entry.slug === slug)
    return own.sort((one, other) => other.begunAt - one.begunAt).slice(0, count)
  }

  /** Whether a write of this series is not finished: then rounds do not publish it. */
  isOpen(slug: string, series: Pick<GraphSeries, 'key' | 'kept'>): boolean {
    return this.#openOf(slug).some(({ keys, uid }) => keys.includes(series.key) || series.kept.uid === uid)
  }

  /** Gives up what nobody came back for: the next round publishes it as Graph has it. */
  async giveUpOld(slug: string): Promise<void> {
    for (const entry of this.#openOf(slug)) {
      const age = this.#clock.now() - entry.begunAt
      if (age >= 0 && age < openMs) continue
      const { kind, user, steps } = entry
      this.#log.warn('unfinished write is shown as Microsoft Graph has it', {
        calendar: slug,
        user,
        kind,
        steps: steps.length,
      })
      await this.end(entry, { state: 'given-up', reason: 'it was not finished within an hour', etag: entry.etag })
    }
  }

  /** Forgets all writes of a calendar that is gone. */
  async forgetCalendar(slug: string): Promise<void> {
    for (const [key, { entry, version }] of this.#held) {
      if (entry.slug !== slug) continue
      await this.#store.removeDocument('journal', key, version)
      this.#held.delete(key)
    }
  }

  #openOf(slug: string): readonly JournalEntry[] {
    const entries = [...this.#held.values()].map(({ entry }) => entry)
    return entries.filter((entry) => entry.slug === slug && entry.state === 'open')
  }

  async #forget(): Promise<void> {
    const over = [...this.#held].filter(([, { entry }]) => entry.state !== 'open')
    over.sort(([, one], [, other]) => (other.entry.endedAt ?? 0) - (one.entry.endedAt ?? 0))
    for (const [index, [key, { entry, version }]] of over.entries()) {
      if (index < keptEntries && this.#clock.now() - (entry.endedAt ?? 0) < keptMs) continue
      await this.#store.removeDocument('journal', key, version)
      this.#held.delete(key)
    }
  }
}

/** The loudest of a write's steps. */
export function reachOf(steps: readonly string[]): WriteReach {
  if (steps.some((step) => step.endsWith(' mails-attendees'))) return 'mail'
  return steps.some((step) => step.endsWith(' answers-organizer')) ? 'answer' : 'silent'
}

/** What a write's text is recognised by. */
export function bodyHashOf(text: string): string {
  return sha256Hex(text)
}

function keyOf(slug: string, name: string): string {
  return `${slug}/${name}`
}

function isEntry(value: unknown): value is JournalEntry {
  return typeof value === 'object' && value !== null && 'transactionId' in value && 'state' in value && 'done' in value
}
