// The files of one calendar. Shards lie in generations that are never overwritten; the rename of the small head is the
// commit; the cursor follows it. A process that dies anywhere leaves the old head with all it names, or the new one.
//
//   head.json                    what is current: epoch, revision, shard → generation of its files
//   cursor.json                  where the chain of rounds stands; may move alone
//   EPOCH/SHARD-GENERATION.index.json     entries and tombstones: all that a start reads
//   EPOCH/SHARD-GENERATION.content.json   records: texts and Graph's JSON, read when asked for
//   EPOCH/staging.ndjson         what a new chain has collected
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { codeOf } from '../base/errors.ts'
import { movesOnlyProgress, newHead, nextHead } from './heads.ts'
import { broken, ioNamed, readValue, writeValue } from './file-database.ts'
import { shardBits, shardOf } from './shards.ts'
import { StagingFile } from './staging-file.ts'
import { sortTombstones } from './tombstones.ts'
import type { ContentCache } from './content-cache.ts'
import type { FileStamp, FileSystem } from './file-system.ts'
import type { Beginning, Commit, Entry, Head, Progress, Snapshot, StoredRecord, Tombstone } from './store.ts'

/** What head.json holds: the head without its progress, and where everything is. */
interface FileHead extends Omit<Head, 'progress'> {
  /** Hash bits that choose a shard. */
  readonly bits: number
  readonly entries: number
  /** Shard → generation of its files; a shard that is not named is empty. */
  readonly shards: Readonly<Record<string, number>>
  /** Epoch of the store that this one replaced; its folder is kept. */
  readonly previous: string | null
}

interface FileCursor {
  readonly epoch: string
  readonly progress: Progress
}

interface ShardIndex {
  readonly entries: readonly Entry[]
  readonly tombstones: readonly Tombstone[]
}

/** A shard while a commit is worked out. */
interface Shard {
  readonly records: Map<string, StoredRecord>
  tombstones: readonly Tombstone[]
}

export type ContentsCache = ContentCache<ReadonlyMap<string, StoredRecord>>

const noProgress: Progress = { cursor: null, lastInStep: null }
const writtenTogether = 16
// A file that a head names may go while it is read, because a newer head came: then the newer one is read.
const readAttempts = 5

export class CalendarFiles {
  readonly #folder: string
  readonly #files: FileSystem
  readonly #cache: ContentsCache
  #staging: { readonly epoch: string; readonly file: StagingFile } | undefined
  #seen: { readonly stamp: FileStamp; readonly head: FileHead | undefined } | undefined

  constructor(folder: string, files: FileSystem, cache: ContentsCache) {
    this.#folder = folder
    this.#files = files
    this.#cache = cache
  }

  async head(): Promise<Head | undefined> {
    // The cursor first: then it is never ahead of the head.
    const cursor = await readValue<FileCursor>(this.#files, this.#cursorPath)
    const head = await this.#fileHead()
    return head && headOf(head, cursor)
  }

  async snapshot(): Promise<Snapshot | undefined> {
    return await this.#settled(async () => {
      const head = await this.head()
      const where = await this.#fileHead()
      if (head === undefined || where === undefined || where.generation !== head.generation) return head && 'moved'
      const indexes = await inBatches(Object.entries(where.shards), ([shard, generation]) =>
        readValue<ShardIndex>(this.#files, this.#indexPath(where.epoch, Number(shard), generation)),
      )
      const found = indexes.filter((index) => index !== undefined)
      if (found.length < indexes.length) return 'moved'
      const entries = found.flatMap((index) => index.entries)
      return { head, entries, tombstones: found.flatMap(({ tombstones }) => tombstones) }
    })
  }

  async read(uids: readonly string[]): Promise<ReadonlyMap<string, StoredRecord>> {
    return await this.#settled(async () => {
      const head = await this.#fileHead()
      const found = new Map<string, StoredRecord>()
      if (head === undefined) return found
      for (const uid of new Set(uids)) {
        const contents = await this.#contents(head, shardOf(uid, head.bits))
        if (contents === undefined) return 'moved'
        const record = contents.get(uid)
        if (record !== undefined) found.set(uid, record)
      }
      return found
    })
  }

  /** Replaces the store; the caller has made sure that nobody else writes. */
  async begin(beginning: Beginning): Promise<Head | undefined> {
    const before = await this.#fileHead()
    if ((before?.epoch ?? null) !== beginning.replaces) return undefined
    const { progress, ...fresh } = newHead(beginning)
    const head: FileHead = { ...fresh, bits: 0, entries: 0, shards: {}, previous: beginning.replaces }
    await ioNamed(this.#headPath, async () => {
      await this.#files.makeFolder(join(this.#folder, head.epoch))
      if (before) await writeValue(this.#files, join(this.#folder, before.epoch, 'head.json'), before, 'replace')
      await this.#replaceHead(head)
    })
    await this.clean()
    return { ...headOf(head, undefined), progress }
  }

  /** Commits; the caller has made sure that nobody else writes. Undefined: worked out on another generation. */
  async commit(commit: Commit, now: number): Promise<Head | undefined> {
    const before = await this.head()
    const where = await this.#fileHead()
    if (before === undefined || where === undefined || where.generation !== commit.expectedGeneration) return undefined
    if (movesOnlyProgress(before, commit)) {
      await this.#writeProgress(before, nextHead(before, commit, before.floor).progress)
      return nextHead(before, commit, before.floor)
    }
    return await ioNamed(this.#headPath, async () => {
      const changed = await this.#changedShards(where, commit, now)
      const next = nextHead(before, commit, changed.floor)
      const written = await this.#writeShards(where, next.generation, changed)
      const { progress, ...rest } = next
      await this.#replaceHead({ ...rest, ...written, previous: where.previous })
      await this.#writeProgress(before, progress)
      await this.#removeOld(where, written.shards)
      return next
    })
  }

  /** What a new chain collects; undefined when nothing was begun. */
  async staging(): Promise<StagingFile | undefined> {
    const head = await this.#fileHead()
    if (head === undefined) return undefined
    if (this.#staging?.epoch !== head.epoch) {
      const file = new StagingFile(join(this.#folder, head.epoch, 'staging.ndjson'), this.#files)
      this.#staging = { epoch: head.epoch, file }
    }
    return this.#staging.file
  }

  /** Removes what no head names: left by a process that died, or by a store that was replaced long ago. */
  async clean(): Promise<void> {
    const head = await this.#fileHead()
    if (head === undefined) return
    const current = new Set(
      Object.entries(head.shards).flatMap(([shard, generation]) => shardFiles(Number(shard), generation)),
    )
    const folder = join(this.#folder, head.epoch)
    const isUnnamed = (name: string): boolean => name !== 'staging.ndjson' && !current.has(name)
    const stale = (await this.#files.list(folder)).filter(isUnnamed).map((name) => join(folder, name))
    const known = new Set(['head.json', 'cursor.json', head.epoch, head.previous])
    const foreign = (await this.#files.list(this.#folder)).filter((name) => !known.has(name))
    for (const path of [...stale, ...foreign.map((name) => join(this.#folder, name))]) await this.#files.remove(path)
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

  #indexPath(epoch: string, shard: number, generation: number): string {
    return join(this.#folder, epoch, `${shard}-${generation}.index.json`)
  }

  #contentPath(epoch: string, shard: number, generation: number): string {
    return join(this.#folder, epoch, `${shard}-${generation}.content.json`)
  }

  async #fileHead(): Promise<FileHead | undefined> {
    const stamp = await this.#files.stamp(this.#headPath)
    if (this.#seen !== undefined && this.#seen.stamp === stamp) return this.#seen.head
    const head = await readValue<FileHead>(this.#files, this.#headPath)
    this.#seen = { stamp, head }
    return head
  }

  async #replaceHead(head: FileHead): Promise<void> {
    this.#seen = undefined
    await writeValue(this.#files, this.#headPath, head, 'replace')
  }

  async #writeProgress(before: Head, progress: Progress): Promise<void> {
    if (isDeepStrictEqual(before.progress, progress)) return
    const cursor: FileCursor = { epoch: before.epoch, progress }
    await writeValue(this.#files, this.#cursorPath, cursor, 'replace')
  }

  /** Tries again as long as a newer head comes in between. */
  async #settled<T>(work: () => Promise<T | 'moved'>): Promise<T> {
    for (let attempt = 0; attempt < readAttempts; attempt += 1) {
      const result = await work()
      if (result !== 'moved') return result
      this.#seen = undefined
    }
    throw broken(this.#headPath)
  }

  /** A shard's records; undefined when its file is gone. An empty shard has none. */
  async #contents(head: FileHead, shard: number): Promise<ReadonlyMap<string, StoredRecord> | undefined> {
    const generation = head.shards[shard]
    if (generation === undefined) return new Map()
    const path = this.#contentPath(head.epoch, shard, generation)
    const cached = this.#cache.get(path)
    if (cached !== undefined) return cached
    const records = await readValue<readonly StoredRecord[]>(this.#files, path)
    if (records === undefined) return undefined
    const contents = new Map(records.map((record) => [record.entry.uid, record]))
    this.#cache.set(path, contents, weightOf(records))
    return contents
  }

  async #shard(head: FileHead, shard: number): Promise<Shard> {
    const generation = head.shards[shard]
    if (generation === undefined) return { records: new Map(), tombstones: [] }
    const path = this.#indexPath(head.epoch, shard, generation)
    const index = await readValue<ShardIndex>(this.#files, path)
    const contents = await this.#contents(head, shard)
    if (index === undefined || contents === undefined) throw broken(path)
    return { records: new Map(contents), tombstones: index.tombstones }
  }

  /** The shards that a commit changes, as they are after it; all of them when their number grows. */
  async #changedShards(head: FileHead, commit: Commit, now: number): Promise<ChangedShards> {
    const upserts = commit.upserts ?? []
    const bits = shardBits(head.entries + upserts.length, head.bits)
    const shards = new Map<number, Shard>()
    const load = async (shard: number): Promise<Shard> => {
      const loaded = shards.get(shard) ?? (await this.#shard(head, shard))
      shards.set(shard, loaded)
      return loaded
    }
    if (bits !== head.bits) {
      const old = await inBatches(Object.keys(head.shards), (shard) => this.#shard(head, Number(shard)))
      for (const [shard, part] of redistribute(old, bits)) shards.set(shard, part)
    }
    const target = (uid: string): Promise<Shard> | Shard => {
      const shard = shardOf(uid, bits)
      if (bits === head.bits) return load(shard)
      const found = shards.get(shard) ?? { records: new Map(), tombstones: [] }
      shards.set(shard, found)
      return found
    }
    let entries = head.entries
    for (const uid of commit.removals ?? []) entries -= Number((await target(uid)).records.delete(uid))
    for (const record of upserts) {
      const { records } = await target(record.entry.uid)
      if (!records.has(record.entry.uid)) entries += 1
      records.set(record.entry.uid, structuredClone(record))
    }
    for (const tombstone of commit.tombstones ?? []) {
      const shard = await target(tombstone.uid)
      shard.tombstones = [...shard.tombstones, tombstone]
    }
    let floor = 0
    for (const shard of shards.values()) {
      const sorted = sortTombstones(shard.tombstones, now)
      shard.tombstones = sorted.kept
      floor = Math.max(floor, sorted.floor)
    }
    return { bits, entries, shards, floor }
  }

  async #writeShards(head: FileHead, generation: number, { bits, entries, shards }: ChangedShards) {
    const named: Record<string, number> = bits === head.bits ? { ...head.shards } : {}
    await inBatches([...shards], async ([shard, { records, tombstones }]) => {
      if (records.size === 0 && tombstones.length === 0) {
        delete named[shard]
        return
      }
      named[shard] = generation
      const all = [...records.values()]
      const index: ShardIndex = { entries: all.map(({ entry }) => entry), tombstones }
      await writeValue(this.#files, this.#contentPath(head.epoch, shard, generation), all, 'once')
      await writeValue(this.#files, this.#indexPath(head.epoch, shard, generation), index, 'once')
      this.#cache.delete(this.#contentPath(head.epoch, shard, generation))
    })
    if (shards.size > 0) await this.#files.flushFolder(join(this.#folder, head.epoch))
    return { bits, entries, shards: named }
  }

  async #removeOld(before: FileHead, now: Readonly<Record<string, number>>): Promise<void> {
    const names = Object.entries(before.shards)
      .filter(([shard, generation]) => now[shard] !== generation)
      .flatMap(([shard, generation]) => shardFiles(Number(shard), generation))
    for (const name of names) {
      const path = join(this.#folder, before.epoch, name)
      this.#cache.delete(path)
      await this.#files.remove(path)
    }
  }
}

interface ChangedShards {
  readonly bits: number
  readonly entries: number
  readonly shards: ReadonlyMap<number, Shard>
  readonly floor: number
}

function headOf(head: FileHead, cursor: FileCursor | undefined): Head {
  const { epoch, generation, revision, floor, renderer, binding, notes } = head
  const progress = cursor?.epoch === epoch ? cursor.progress : noProgress
  return { epoch, generation, revision, floor, renderer, binding, notes, progress }
}

function shardFiles(shard: number, generation: number): readonly string[] {
  return [`${shard}-${generation}.index.json`, `${shard}-${generation}.content.json`]
}

function redistribute(old: readonly Shard[], bits: number): ReadonlyMap<number, Shard> {
  const shards = new Map<number, Shard>()
  const at = (uid: string): Shard => {
    const found = shards.get(shardOf(uid, bits)) ?? { records: new Map(), tombstones: [] }
    shards.set(shardOf(uid, bits), found)
    return found
  }
  for (const { records, tombstones } of old) {
    for (const [uid, record] of records) at(uid).records.set(uid, record)
    for (const tombstone of tombstones) at(tombstone.uid).tombstones = [...at(tombstone.uid).tombstones, tombstone]
  }
  return shards
}

async function inBatches<T, R>(values: readonly T[], work: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let from = 0; from < values.length; from += writtenTogether) {
    results.push(...(await Promise.all(values.slice(from, from + writtenTogether).map(work))))
  }
  return results
}

function weightOf(records: readonly StoredRecord[]): number {
  return records.reduce((sum, { text }) => sum + 4 * (text?.length ?? 0) + 2000, 0)
}
