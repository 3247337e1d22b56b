import { expect, it } from 'vitest'
import { GraphdavError } from '../../src/base/errors.ts'
import { storedLocalKept } from '../../src/bridge/local-kept.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { WriteClock } from '../sync/write-rig.ts'

it('what only this server keeps is kept on after a disk that wrote and said that it did not', async () => {
  const store = MemoryStore.create(new WriteClock())
  const kept = await storedLocalKept(store, 'work')
  const write = store.writeDocument.bind(store)
  store.writeDocument = async (...args) => {
    store.writeDocument = write
    await write(...args)
    throw new GraphdavError('store-io', 'the disk is full')
  }
  await expect(kept.set('one', 'first')).rejects.toMatchObject({ code: 'store-io' })
  await kept.set('one', 'second')
  expect([kept.get('one'), (await storedLocalKept(store, 'work')).get('one')]).toEqual(['second', 'second'])
})
