// The files of one store's shards, in generations. An index file has what a start reads, a content file the records.
//   SHARD-GENERATION.index.json     entries and tombstones
//   SHARD-GENERATION.content.json   records: texts and Graph's JSON, read when asked for
import { join } from 'node:path'
import { readSized, readValue, writeValue } from './file-database.ts'
import type { ContentCache } from './content-cache.ts'
import type { FileSystem } from './file-system.ts'
import type { Entry, StoredRecord, Tombstone } from './store.ts'

export interface ShardIndex {
  readonly entries: readonly Entry[]
  readonly tombstones: readonly Tombstone[]
}

/** Records by UID. */
export type ShardContent = ReadonlyMap<string, StoredRecord>

/** All of a shard. */
export interface Shard {
  readonly records: ReadonlyMap<string, StoredRecord>
  readonly tombstones: readonly Tombstone[]
}

export type ContentsCache = ContentCache<ShardContent>

/** In a map of generations: the shard is empty and has no files. */
export const emptyShard = 0

export class ShardFiles {
  readonly #folder: string
  readonly #files: FileSystem
  readonly #cache: ContentsCache

  constructor(folder: string, files: FileSystem, cache: ContentsCache) {
    this.#folder = folder
    this.#files = files
    this.#cache = cache
  }

  /** Undefined when the generation is gone. */
  async index(shard: number, generation: number): Promise<ShardIndex | undefined> {
    if (generation === emptyShard) return { entries: [], tombstones: [] }
    return await readValue<ShardIndex>(this.#files, this.indexPath(shard, generation))
  }

  /** Undefined when the generation is gone. */
  async content(shard: number, generation: number): Promise<ShardContent | undefined> {
    if (generation === emptyShard) return new Map()
    const path = this.#contentPath(shard, generation)
    const cached = this.#cache.get(path)
    if (cached !== undefined) return cached
    const found = await readSized<readonly StoredRecord[]>(this.#files, path)
    if (found === undefined) return undefined
    const content = new Map(found.value.map((record) => [record.entry.uid, record]))
    this.#cache.set(path, content, found.length)
    return content
  }

  /** Undefined when the generation is gone. */
  async shard(shard: number, generation: number): Promise<Shard | undefined> {
    const index = await this.index(shard, generation)
    const records = await this.content(shard, generation)
    return index && records && { records, tombstones: index.tombstones }
  }

  /** Writes a generation; the names last when the folder is flushed. */
  async write(shard: number, generation: number, { records, tombstones }: Shard): Promise<void> {
    const all = [...records.values()]
    const index: ShardIndex = { entries: all.map(({ entry }) => entry), tombstones }
    this.#cache.delete(this.#contentPath(shard, generation)) // of a commit that failed
    await writeValue(this.#files, this.#contentPath(shard, generation), all, 'once')
    await writeValue(this.#files, this.indexPath(shard, generation), index, 'once')
  }

  flush(): Promise<void> {
    return this.#files.flushFolder(this.#folder)
  }

  async remove(shard: number, generation: number): Promise<void> {
    if (generation === emptyShard) return
    this.#cache.delete(this.#contentPath(shard, generation))
    await this.#files.remove(this.#contentPath(shard, generation))
    await this.#files.remove(this.indexPath(shard, generation))
  }

  /** Removes the files of all other generations, and nothing else. */
  async removeOthers(generations: readonly number[]): Promise<void> {
    for (const name of await this.#files.list(this.#folder)) {
      const [, shard, generation] = /^(\d+)-(\d+)\.(?:index|content)\.json$/.exec(name) ?? []
      if (generation === undefined || generations[Number(shard)] === Number(generation)) continue
      await this.#files.remove(join(this.#folder, name))
    }
  }

  indexPath(shard: number, generation: number): string {
    return join(this.#folder, `${shard}-${generation}.index.json`)
  }

  #contentPath(shard: number, generation: number): string {
    return join(this.#folder, `${shard}-${generation}.content.json`)
  }
}
