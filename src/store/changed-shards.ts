// What a commit makes of the shards: those it touches and those that are split, as they are afterwards. Writes nothing.
import { shardCount, shardOf, splitShards } from './shards.ts'
import { sortTombstones } from './tombstones.ts'
import type { Shard } from './shard-files.ts'
import type { Commit, StoredRecord, Tombstone } from './store.ts'

export interface ChangedShards {
  /** How many shards there are afterwards. */
  readonly count: number
  /** How many entries there are afterwards. */
  readonly entries: number
  readonly shards: ReadonlyMap<number, Shard>
  /** The lowest revision that the changed shards can tell from. */
  readonly floor: number
}

/** The shards of before: how many, with how many entries, and how one is read. */
export interface ShardsBefore {
  readonly count: number
  readonly entries: number
  readonly load: (shard: number) => Promise<Shard>
}

interface Draft {
  readonly records: Map<string, StoredRecord>
  readonly tombstones: Tombstone[]
}

/** Works out the changed shards. */
export async function changeShards(before: ShardsBefore, commit: Commit, now: number): Promise<ChangedShards> {
  const { upserts = [], removals = [], tombstones = [] } = commit
  const count = shardCount(before.entries + upserts.length, before.count)
  const touched = [...upserts.map(({ entry }) => entry.uid), ...removals, ...tombstones.map(({ uid }) => uid)]
  const old = new Set([
    ...touched.map((uid) => shardOf(uid, before.count)),
    ...(count > before.count ? splitShards(before.count, count) : []),
  ])
  const drafts = new Map<number, Draft>()
  const draftOf = (uid: string): Draft => {
    const shard = shardOf(uid, count)
    const draft = drafts.get(shard) ?? { records: new Map<string, StoredRecord>(), tombstones: [] }
    drafts.set(shard, draft)
    return draft
  }
  for (const shard of old) {
    drafts.set(shard, drafts.get(shard) ?? { records: new Map(), tombstones: [] })
    const { records, tombstones } = await before.load(shard)
    for (const [uid, record] of records) draftOf(uid).records.set(uid, record)
    for (const tombstone of tombstones) draftOf(tombstone.uid).tombstones.push(tombstone)
  }
  let entries = before.entries
  for (const uid of removals) entries -= Number(draftOf(uid).records.delete(uid))
  for (const record of upserts) {
    const { records } = draftOf(record.entry.uid)
    if (!records.has(record.entry.uid)) entries += 1
    records.set(record.entry.uid, record)
  }
  for (const tombstone of tombstones) draftOf(tombstone.uid).tombstones.push(tombstone)
  const shards = new Map<number, Shard>()
  let floor = 0
  for (const [shard, draft] of drafts) {
    const sorted = sortTombstones(draft.tombstones, now)
    shards.set(shard, { records: draft.records, tombstones: sorted.kept })
    floor = Math.max(floor, sorted.floor)
  }
  return { count, entries, shards, floor }
}
