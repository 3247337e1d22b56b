// A store in memory: for tests and for readers that want to know what a store does without its files.
import { systemClock, type Clock } from '../base/clock.ts'
import { GraphdavError } from '../base/errors.ts'
import { movesOnlyProgress, newHead, nextHead } from './heads.ts'
import { Leases } from './leases.ts'
import { sortTombstones } from './tombstones.ts'
import type {
  Beginning,
  Commit,
  CommitResult,
  DocumentKind,
  Head,
  Snapshot,
  Store,
  StoredChanges,
  StoredDocument,
  StoredRecord,
  Tombstone,
} from './store.ts'

interface Content {
  readonly head: Head
  readonly records: ReadonlyMap<string, StoredRecord>
  readonly tombstones: readonly Tombstone[]
}

/** What all handles of one memory store share. */
interface Shared {
  readonly leases: Leases
  readonly clock: Clock
  readonly calendars: Map<string, Content>
  readonly staged: Map<string, string[]>
  readonly documents: Map<string, StoredDocument>
}

/** Keeps everything in memory, with the promises of `Store` except that it ends with the process. */
export class MemoryStore implements Store {
  readonly #shared: Shared

  private constructor(shared: Shared) {
    this.#shared = shared
  }

  static create(clock: Clock = systemClock): MemoryStore {
    return new MemoryStore({
      clock,
      leases: new Leases(clock),
      calendars: new Map(),
      staged: new Map(),
      documents: new Map(),
    })
  }

  /** Another handle on the same content. */
  handle(): MemoryStore {
    return new MemoryStore(this.#shared)
  }

  async head(calendar: string): Promise<Head | undefined> {
    return this.#shared.calendars.get(calendar)?.head
  }

  async snapshot(calendar: string): Promise<Snapshot | undefined> {
    const content = this.#shared.calendars.get(calendar)
    if (content === undefined) return undefined
    const entries = [...content.records.values()].map(({ entry }) => entry)
    return { head: content.head, entries, tombstones: content.tombstones }
  }

  async changesSince(calendar: string, revision: number): Promise<StoredChanges | undefined> {
    const snapshot = await this.snapshot(calendar)
    if (snapshot === undefined) return undefined
    const { head, entries, tombstones } = snapshot
    if (revision > head.revision || revision < head.floor) return { kind: 'unknown-revision' }
    return {
      kind: 'changes',
      head,
      entries: entries.filter(({ resource }) => resource !== null && resource.revision > revision),
      tombstones: tombstones.filter((tombstone) => tombstone.revision > revision),
    }
  }

  async read(calendar: string, uids: readonly string[]): Promise<ReadonlyMap<string, StoredRecord>> {
    const records = this.#shared.calendars.get(calendar)?.records
    const found = new Map<string, StoredRecord>()
    for (const uid of uids) {
      const record = records?.get(uid)
      if (record !== undefined) found.set(uid, record)
    }
    return found
  }

  async begin(calendar: string, beginning: Beginning): Promise<CommitResult> {
    const { calendars, leases, staged } = this.#shared
    if ((calendars.get(calendar)?.head.epoch ?? null) !== beginning.replaces) return { kind: 'stale' }
    if (!leases.isCurrent(calendar, beginning.fence)) return { kind: 'stale' }
    const head = newHead(beginning)
    calendars.set(calendar, { head, records: new Map(), tombstones: [] })
    staged.delete(calendar)
    return { kind: 'committed', head }
  }

  async commit(calendar: string, commit: Commit): Promise<CommitResult> {
    const { calendars, leases, clock } = this.#shared
    const content = calendars.get(calendar)
    if (content === undefined || content.head.generation !== commit.expectedGeneration) return { kind: 'stale' }
    if (!leases.isCurrent(calendar, commit.fence)) return { kind: 'stale' }
    const copy = structuredClone(commit)
    const records = new Map(content.records)
    for (const uid of copy.removals ?? []) records.delete(uid)
    for (const record of copy.upserts ?? []) records.set(record.entry.uid, record)
    const isProgress = movesOnlyProgress(content.head, copy)
    const all = [...content.tombstones, ...(copy.tombstones ?? [])]
    const { kept, floor } = isProgress ? { kept: all, floor: 0 } : sortTombstones(all, clock.now())
    const head = nextHead(content.head, copy, floor)
    calendars.set(calendar, { head, records, tombstones: kept })
    return { kind: 'committed', head }
  }

  async setAside(calendar: string): Promise<void> {
    this.#shared.calendars.delete(calendar)
    this.#shared.staged.delete(calendar)
  }

  async lease(calendar: string, ttlMs: number): Promise<number | undefined> {
    return this.#shared.leases.take(calendar, ttlMs)
  }

  async renew(calendar: string, fence: number, ttlMs: number): Promise<boolean> {
    return this.#shared.leases.renew(calendar, fence, ttlMs)
  }

  async release(calendar: string, fence: number): Promise<void> {
    this.#shared.leases.release(calendar, fence)
  }

  async stage(calendar: string, record: unknown): Promise<void> {
    if (!this.#shared.calendars.has(calendar)) {
      throw new GraphdavError('internal', `nothing was begun for calendar ${calendar}`)
    }
    const records = this.#shared.staged.get(calendar) ?? []
    records.push(JSON.stringify(record))
    this.#shared.staged.set(calendar, records)
  }

  async *staged(calendar: string): AsyncIterable<unknown> {
    for (const text of this.#shared.staged.get(calendar) ?? []) yield JSON.parse(text)
  }

  async dropStaged(calendar: string): Promise<void> {
    this.#shared.staged.delete(calendar)
  }

  async readDocument(kind: DocumentKind, key: string): Promise<StoredDocument | undefined> {
    return this.#shared.documents.get(`${kind}/${key}`)
  }

  async writeDocument(kind: DocumentKind, key: string, expectedVersion: number, value: unknown) {
    const { documents } = this.#shared
    const version = documents.get(`${kind}/${key}`)?.version ?? 0
    if (version !== expectedVersion) return 'stale'
    documents.set(`${kind}/${key}`, { version: version + 1, value: structuredClone(value) })
    return version + 1
  }

  async removeDocument(kind: DocumentKind, key: string, expectedVersion: number): Promise<boolean> {
    const { documents } = this.#shared
    if ((documents.get(`${kind}/${key}`)?.version ?? 0) !== expectedVersion) return false
    return documents.delete(`${kind}/${key}`)
  }

  async documentKeys(kind: DocumentKind): Promise<readonly string[]> {
    const prefix = `${kind}/`
    return [...this.#shared.documents.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length))
      .sort()
  }
}
