// The files of one calendar. Shards lie in generations that are never overwritten; the rename of the small head is the
// commit. A process that dies anywhere leaves the old head with all that it names, or the new one.
//   head.json             what is current: epoch, revision, progress, shard → generation
//   cursor.json           the progress, when it has moved alone since the head was written
//   EPOCH/                shards (shard-files.ts) and staging.ndjson (staging-file.ts)
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { codeOf } from '../base/errors.ts'
import { changeShards } from './changed-shards.ts'
import { movesOnlyProgress, newHead, nextHead } from './heads.ts'
import { broken, ioNamed, readValue, writeValue } from './file-database.ts'
import { inBatches } from './in-batches.ts'
import { emptyShard, ShardFiles, type ContentsCache, type Shard } from './shard-files.ts'
import { shardOf } from './shards.ts'
import { StagingFile } from './staging-file.ts'
import type { Log } from '../base/log.ts'
import type { FileStamp, FileSystem } from './file-system.ts'
import type { Beginning, Commit, Head, Progress, Snapshot, StoredRecord } from './store.ts'

/** What head.json holds. */
export interface FileHead extends Head {
  readonly entries: number
  /** Generation of each shard. */
  readonly shards: readonly number[]
  /** Epoch of the store that this one replaced; its folder is kept. */
  readonly previous: string | null
}

/** What cursor.json holds; it counts with the head of this epoch and generation only. */
interface FileCursor {
  readonly epoch: string
  readonly generation: number
  readonly progress: Progress
}

/** What the calendars of a store share. */
export interface CalendarFilesParts {
  readonly files: FileSystem
  readonly cache: ContentsCache
  readonly log: Log
}

// What a head names may go while it is read, because a newer head came: then that one is read.
const readAttempts = 10

export class CalendarFiles {
  readonly #folder: string
  readonly #files: FileSystem
  readonly #cache: ContentsCache
  readonly #log: Log
  #staging: { readonly epoch: string; readonly file: StagingFile } | undefined
  #seen: { readonly stamp: FileStamp; readonly head: FileHead | undefined } | undefined

  constructor(folder: string, { files, cache, log }: CalendarFilesParts) {
    this.#folder = folder
    this.#files = files
    this.#cache = cache
    this.#log = log
  }

  async head(): Promise<Head | undefined> {
    const head = await this.#current()
    return head && plain(head)
  }

  async snapshot(): Promise<Snapshot | undefined> {
    return await this.#settled(async (head) => {
      if (head === undefined) return undefined
      const shards = this.#shards(head)
      const indexes = await inBatches(head.shards, (generation, shard) => shards.index(shard, generation))
      const missing = indexes.indexOf(undefined)
      if (missing >= 0) return new Missing(shards.indexPath(missing, head.shards[missing] ?? emptyShard))
      const found = indexes.flatMap((index) => index ?? [])
      const entries = found.flatMap((index) => index.entries)
      return { head: plain(head), entries, tombstones: found.flatMap(({ tombstones }) => tombstones) }
    })
  }

  async read(uids: readonly string[]): Promise<ReadonlyMap<string, StoredRecord>> {
    return await this.#settled(async (head) => {
      const found = new Map<string, StoredRecord>()
      if (head === undefined) return found
      const shards = this.#shards(head)
      for (const [shard, wanted] of byShard(uids, head.shards.length)) {
        const generation = head.shards[shard] ?? emptyShard
        const content = await shards.content(shard, generation)
        if (content === undefined) return new Missing(shards.indexPath(shard, generation))
        for (const uid of wanted) {
          const record = content.get(uid)
          if (record !== undefined) found.set(uid, record)
        }
      }
      return found
    })
  }

  /** Replaces the store; the caller has made sure that nobody else writes. Undefined: another one is there. */
  async begin(beginning: Beginning): Promise<Head | undefined> {
    const before = await this.#current()
    if ((before?.epoch ?? null) !== beginning.replaces) return undefined
    const head: FileHead = { ...newHead(beginning), entries: 0, shards: [emptyShard], previous: beginning.replaces }
    await ioNamed(this.#headPath, async () => {
      await this.#files.makeFolder(join(this.#folder, head.epoch))
      await this.#files.flushFolder(dirname(this.#folder))
      await this.#files.flushFolder(this.#folder)
      if (before) await writeValue(this.#files, join(this.#folder, before.epoch, 'head.json'), before, 'replace')
      await this.#replaceHead(head)
    })
    await this.clean()
    return plain(head)
  }

  /** Commits; the caller has made sure that nobody else writes. Undefined: worked out on another generation. */
  async commit(commit: Commit, now: number): Promise<Head | undefined> {
    const before = await this.#current()
    if (before === undefined || before.generation !== commit.expectedGeneration) return undefined
    if (movesOnlyProgress(before, commit)) return await this.#moveProgress(before, commit.progress)
    return await ioNamed(this.#headPath, async () => {
      const files = this.#shards(before)
      const load = async (shard: number): Promise<Shard> => {
        const generation = before.shards[shard] ?? emptyShard
        const loaded = await files.shard(shard, generation)
        if (loaded === undefined) throw broken(files.indexPath(shard, generation))
        return loaded
      }
      const { count, entries, shards, floor } = await changeShards(
        { count: before.shards.length, entries: before.entries, load },
        commit,
        now,
      )
      const next = nextHead(plain(before), commit, floor)
      const generations = Array.from({ length: count }, (_, shard) => before.shards[shard] ?? emptyShard)
      await inBatches([...shards], async ([shard, content]) => {
        const isEmpty = content.records.size === 0 && content.tombstones.length === 0
        generations[shard] = isEmpty ? emptyShard : next.generation
        if (!isEmpty) await files.write(shard, next.generation, content)
      })
      if (shards.size > 0) await files.flush()
      await this.#replaceHead({ ...next, entries, shards: generations, previous: before.previous })
      for (const shard of shards.keys()) await files.remove(shard, before.shards[shard] ?? emptyShard)
      return next
    })
  }

  /** What a new chain collects; undefined when nothing was begun. */
  async staging(): Promise<StagingFile | undefined> {
    const head = await this.#current()
    if (head === undefined) return undefined
    if (this.#staging?.epoch !== head.epoch) {
      const file = new StagingFile(join(this.#folder, head.epoch, 'staging.ndjson'), this.#files)
      this.#staging = { epoch: head.epoch, file }
    }
    return this.#staging.file
  }

  /** Removes what no head names: left by a process that died, or by a store that was replaced long ago. */
  async clean(): Promise<void> {
    const head = await this.#current()
    if (head === undefined) return
    await ioNamed(this.#folder, async () => {
      // The process that renamed the head, or wrote what was staged, may have died before it could make that last. What is
      // seen from now on must not be gone later, and what goes must go after the head that does not name it.
      await this.#files.flushFolder(this.#folder)
      await this.#files.flushFolder(join(this.#folder, head.epoch))
      await (await this.staging())?.flush()
      await this.#shards(head).removeOthers(head.shards)
      for (const name of await this.#files.list(this.#folder)) {
        const isEpoch = /^[0-9a-f]{24}$/.test(name) && name !== head.epoch && name !== head.previous
        if (isEpoch || name.endsWith('.new')) await this.#files.remove(join(this.#folder, name))
      }
    })
  }

  /** `clean`, unless the head cannot be read: then nothing is known to be unneeded, and whoever opens the calendar is told. */
  async cleanIfReadable(): Promise<void> {
    try {
      await this.clean()
    } catch (error) {
      const code = codeOf(error)
      if (code !== 'store-broken' && code !== 'store-format') throw error
    }
  }

  get #headPath(): string {
    return join(this.#folder, 'head.json')
  }

  get #cursorPath(): string {
    return join(this.#folder, 'cursor.json')
  }

  #shards(head: FileHead): ShardFiles {
    return new ShardFiles(join(this.#folder, head.epoch), this.#files, this.#cache)
  }

  /** The head with the newest progress. */
  async #current(): Promise<FileHead | undefined> {
    for (let attempt = 0; attempt < readAttempts; attempt += 1) {
      const stamp = await this.#files.stamp(this.#headPath)
      if (this.#seen === undefined || this.#seen.stamp !== stamp) {
        this.#seen = { stamp, head: await readValue<FileHead>(this.#files, this.#headPath) }
      }
      const { head } = this.#seen
      if (head === undefined) return undefined
      const cursor = await this.#cursor()
      if (cursor === undefined || cursor.epoch !== head.epoch || cursor.generation < head.generation) return head
      if (cursor.generation === head.generation) return { ...head, progress: cursor.progress }
    }
    throw broken(this.#headPath) // a cursor that is ahead of its head was never written
  }

  /** A damaged one is no more than a lost one: the head has an older progress, from which the rounds go on. */
  async #cursor(): Promise<FileCursor | undefined> {
    try {
      return await readValue<FileCursor>(this.#files, this.#cursorPath)
    } catch (error) {
      if (codeOf(error) !== 'store-broken') throw error
      this.#log.warn('damaged cursor passed over; the rounds go on from an older one', { file: this.#cursorPath })
      return undefined
    }
  }

  async #replaceHead(head: FileHead): Promise<void> {
    this.#seen = undefined
    await writeValue(this.#files, this.#headPath, head, 'replace')
  }

  async #moveProgress(before: FileHead, progress: Progress = before.progress): Promise<Head> {
    const { epoch, generation } = before
    const cursor: FileCursor = { epoch, generation, progress }
    if (!isDeepStrictEqual(before.progress, progress)) {
      await writeValue(this.#files, this.#cursorPath, cursor, 'replace')
    }
    return { ...plain(before), progress }
  }

  /** Reads at one head; again, when what it names went away because a newer one came in between. */
  async #settled<T>(work: (head: FileHead | undefined) => Promise<T | Missing>): Promise<T> {
    let generation: number | undefined
    for (let attempt = 0; ; attempt += 1) {
      const head = await this.#current()
      const result = await work(head)
      if (!(result instanceof Missing)) return result
      if (attempt >= readAttempts || head?.generation === generation) throw broken(result.path)
      generation = head?.generation
    }
  }
}

/** A file that a head names and that is not there. */
class Missing {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }
}

function plain(head: FileHead): Head {
  const { epoch, generation, revision, floor, renderer, binding, notes, progress } = head
  return { epoch, generation, revision, floor, renderer, binding, notes, progress }
}

function byShard(uids: readonly string[], count: number): ReadonlyMap<number, readonly string[]> {
  const shards = new Map<number, string[]>()
  for (const uid of uids) {
    const shard = shardOf(uid, count)
    const others = shards.get(shard)
    if (others === undefined) shards.set(shard, [uid])
    else others.push(uid)
  }
  return shards
}
