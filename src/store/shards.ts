// Which shard a UID is in, and how many shards there are: linear hashing. Shards are added one by one, each takes over half
// of one other, so growing costs as little as any other commit.
import { sha256Hex } from '../base/hash.ts'

// So many entries per shard on average. Those that wait for their split are up to half as full again: about 64.
const meanShard = 44

/** How many shards so many entries need; never fewer than there are. */
export function shardCount(entries: number, countNow: number): number {
  return Math.max(1, countNow, Math.ceil(entries / meanShard))
}

/** UIDs so that those of one shard are neighbours, however many shards there are: in the order of their hash's lowest bits. */
export function inShardOrder(uids: readonly string[]): readonly string[] {
  const places = uids.map((uid) => ({ uid, place: reversed(hashOf(uid)) }))
  return places.sort((one, other) => one.place - other.place).map(({ uid }) => uid)
}

/** The shard of a UID among `count` shards, from 0. */
export function shardOf(uid: string, count: number): number {
  const shard = hashOf(uid) % powerAbove(count)
  return shard < count ? shard : shard - powerAbove(count) / 2
}

/** Of `countNow` shards those that give entries away when there are `count`. */
export function splitShards(countNow: number, count: number): readonly number[] {
  const parents = new Set<number>()
  for (let shard = countNow; shard < count; shard += 1) {
    let parent = shard
    while (parent >= countNow && parent > 0) parent -= powerAbove(parent + 1) / 2
    if (parent < countNow) parents.add(parent)
  }
  return [...parents]
}

/** The least power of two that is not below `count`. */
function powerAbove(count: number): number {
  return 2 ** Math.ceil(Math.log2(count))
}

function hashOf(uid: string): number {
  return Number.parseInt(sha256Hex(uid).slice(0, 8), 16)
}

/** 32 bits, the lowest first. */
function reversed(bits: number): number {
  let [rest, result] = [bits, 0]
  for (let bit = 0; bit < 32; bit += 1) {
    result = result * 2 + (rest & 1)
    rest >>>= 1
  }
  return result
}
