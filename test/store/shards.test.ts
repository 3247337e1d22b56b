// Neighbours in the store: who reads a whole calendar in this order opens each shard once.
import { expect, it } from 'vitest'
import { inShardOrder, shardOf } from '../../src/store/shards.ts'

it('in shard order, the UIDs of one shard follow each other, however many shards there are', () => {
  const uids = Array.from({ length: 3000 }, (_, number) => `uid ${number}`)
  const ordered = inShardOrder(uids)
  expect(ordered.toSorted()).toEqual(uids.toSorted())
  for (const count of [1, 2, 3, 7, 8, 45, 64, 69]) {
    const shards = ordered.map((uid) => shardOf(uid, count))
    const changes = shards.filter((shard, index) => index > 0 && shard !== shards[index - 1]).length
    expect(changes, `${count} shards`).toBe(count - 1)
  }
})
