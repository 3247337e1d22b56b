// Which shard a UID is in, and when there are enough of them (design: about 64 series a shard).
import { sha256Hex } from '../base/hash.ts'

/** So many entries a shard holds on average, at most, before their number doubles. */
const fullShard = 64

/** Number of hash bits that choose the shard for so many entries: 0 is one shard, 1 two, 2 four. Never fewer than before. */
export function shardBits(entries: number, bitsNow: number): number {
  let bits = bitsNow
  while (entries > fullShard * 2 ** bits && bits < 16) bits += 1
  return bits
}

/** The shard of a UID: the first `bits` bits of its SHA-256, as a number. */
export function shardOf(uid: string, bits: number): number {
  return bits === 0 ? 0 : Number.parseInt(sha256Hex(uid).slice(0, 8), 16) >>> (32 - bits)
}
