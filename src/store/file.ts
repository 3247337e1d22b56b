// The store in files below the data folder: `mirror/SLUG` (calendar-files.ts), `users` and `journal` (document-files.ts).
import { dirname, join } from 'node:path'
import { systemClock, type Clock } from '../base/clock.ts'
import { GraphdavError } from '../base/errors.ts'
import { silentLog, type Log } from '../base/log.ts'
import { CalendarFiles } from './calendar-files.ts'
import { ContentCache } from './content-cache.ts'
import { DocumentFiles } from './document-files.ts'
import { ioNamed } from './file-database.ts'
import { systemFiles, type FileSystem } from './file-system.ts'
import { Leases } from './leases.ts'
import type { ContentsCache } from './shard-files.ts'
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
} from './store.ts'

export interface FileStoreOptions {
  /** The data folder, absolute. It is locked by whoever opens the store. */
  readonly folder: string
  readonly clock?: Clock
  readonly files?: FileSystem
  readonly log?: Log
  /** Characters of texts and JSON that are kept in memory. */
  readonly cacheLimit?: number
}

/** What the handles of one process share. */
interface Shared {
  readonly folder: string
  readonly files: FileSystem
  readonly clock: Clock
  readonly log: Log
  readonly leases: Leases
  readonly cache: ContentsCache
  readonly documents: DocumentFiles
}

/** What a slug is; it names a folder here. */
const slugForm = /^[a-z0-9][a-z0-9-]{0,62}$/

const defaultCacheLimit = 16 * 1024 * 1024

/** A folder of lowdb files, with the promises of `Store`. */
export class FileStore implements Store {
  readonly #shared: Shared
  readonly #calendars = new Map<string, CalendarFiles>()

  private constructor(shared: Shared) {
    this.#shared = shared
  }

  /** Opens the folder, and removes what a process that died has left behind. */
  static async open(options: FileStoreOptions): Promise<FileStore> {
    const {
      folder,
      clock = systemClock,
      files = systemFiles,
      log = silentLog,
      cacheLimit = defaultCacheLimit,
    } = options
    const documents = new DocumentFiles(folder, files)
    const cache: ContentsCache = new ContentCache(cacheLimit)
    const store = new FileStore({ folder, files, clock, log, leases: new Leases(clock), cache, documents })
    await store.#prepare()
    return store
  }

  /** Another handle on the same folder, as another part of the process may hold it. */
  handle(): FileStore {
    return new FileStore(this.#shared)
  }

  head(calendar: string): Promise<Head | undefined> {
    return this.#calendar(calendar).head()
  }

  snapshot(calendar: string): Promise<Snapshot | undefined> {
    return this.#calendar(calendar).snapshot()
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

  read(calendar: string, uids: readonly string[]): Promise<ReadonlyMap<string, StoredRecord>> {
    return this.#calendar(calendar).read(uids)
  }

  begin(calendar: string, beginning: Beginning): Promise<CommitResult> {
    return this.#write(calendar, beginning.fence, (files) => files.begin(beginning))
  }

  commit(calendar: string, commit: Commit): Promise<CommitResult> {
    return this.#write(calendar, commit.fence, (files) => files.commit(commit, this.#shared.clock.now()))
  }

  async setAside(calendar: string): Promise<void> {
    const { files, folder, leases } = this.#shared
    await leases.exclusive(calendar, async () => {
      const aside = join(folder, 'mirror', `.${calendar}.aside`)
      await ioNamed(aside, async () => {
        await files.remove(aside)
        if ((await files.stamp(this.#folderOf(calendar))) === undefined) return
        await files.rename(this.#folderOf(calendar), aside)
        await files.flushFolder(join(folder, 'mirror'))
      })
    })
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
    await this.#shared.leases.exclusive(calendar, async () => {
      const staging = await this.#calendar(calendar).staging()
      if (staging === undefined) throw new GraphdavError('internal', `nothing was begun for calendar ${calendar}`)
      await staging.append(record)
    })
  }

  async *staged(calendar: string): AsyncIterable<unknown> {
    const staging = await this.#calendar(calendar).staging()
    if (staging !== undefined) yield* staging.records()
  }

  async dropStaged(calendar: string): Promise<void> {
    await this.#shared.leases.exclusive(calendar, async () => {
      await (await this.#calendar(calendar).staging())?.drop()
    })
  }

  readDocument(kind: DocumentKind, key: string): Promise<StoredDocument | undefined> {
    return this.#shared.documents.read(kind, key)
  }

  writeDocument(kind: DocumentKind, key: string, expectedVersion: number, value: unknown): Promise<number | 'stale'> {
    const { leases, documents } = this.#shared
    return leases.exclusive(`${kind}/${key}`, () => documents.write(kind, key, expectedVersion, value))
  }

  removeDocument(kind: DocumentKind, key: string, expectedVersion: number): Promise<boolean> {
    const { leases, documents } = this.#shared
    return leases.exclusive(`${kind}/${key}`, () => documents.remove(kind, key, expectedVersion))
  }

  documentKeys(kind: DocumentKind): Promise<readonly string[]> {
    return this.#shared.documents.keys(kind)
  }

  async #prepare(): Promise<void> {
    const { files, folder, documents } = this.#shared
    const mirror = join(folder, 'mirror')
    await ioNamed(mirror, async () => {
      await files.makeFolder(mirror)
      await files.flushFolder(folder)
      await files.flushFolder(dirname(folder))
    })
    await documents.settle()
    // A damaged or newer calendar is told when it is opened; it keeps no other from starting.
    for (const slug of (await files.list(mirror)).filter((name) => slugForm.test(name))) {
      await this.#calendar(slug).cleanIfReadable()
    }
  }

  /** One writer at a time; `stale` when somebody has taken the lease since. */
  async #write(
    calendar: string,
    fence: number,
    work: (files: CalendarFiles) => Promise<Head | undefined>,
  ): Promise<CommitResult> {
    const { leases } = this.#shared
    return await leases.exclusive(calendar, async () => {
      if (!leases.isCurrent(calendar, fence)) return { kind: 'stale' }
      const head = await work(this.#calendar(calendar))
      return head === undefined ? { kind: 'stale' } : { kind: 'committed', head }
    })
  }

  #calendar(calendar: string): CalendarFiles {
    const known = this.#calendars.get(calendar)
    if (known !== undefined) return known
    const files = new CalendarFiles(this.#folderOf(calendar), this.#shared)
    this.#calendars.set(calendar, files)
    return files
  }

  #folderOf(calendar: string): string {
    if (!slugForm.test(calendar)) throw new GraphdavError('internal', 'a calendar is called by its slug')
    return join(this.#shared.folder, 'mirror', calendar)
  }
}
