import { describe, expect, it } from 'vitest'
import { GraphdavError } from '../../src/base/errors.ts'
import { silentLog } from '../../src/base/log.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { Journal, reachOf, type JournalEntry } from '../../src/sync/journal.ts'
import { WriteClock } from './write-rig.ts'

describe('who hears of a write', () => {
  it.each([
    [[], 'silent'],
    [['create silent', 'patch silent'], 'silent'],
    [['patch silent', 'respond answers-organizer'], 'answer'],
    [['respond answers-organizer', 'cancel mails-attendees', 'patch silent'], 'mail'],
  ])('%j: %s', (steps, reach) => {
    expect(reachOf(steps)).toBe(reach)
  })
})

const entry: JournalEntry = {
  kind: 'put',
  user: 'alice',
  slug: 'work',
  name: 'lunch.ics',
  uid: 'lunch@client',
  bodyHash: '',
  wanted: null,
  base: null,
  isNew: true,
  transactionId: 'one',
  keys: [],
  done: [],
  steps: [],
  requestIds: [],
  state: 'open',
  reason: null,
  etag: null,
  origin: null,
  begunAt: 0,
  endedAt: null,
}

describe('the journal', () => {
  it('goes on after a disk that kept a note and said that it did not', async () => {
    const clock = new WriteClock()
    const store = MemoryStore.create(clock)
    const journal = await Journal.open(store, { clock, log: silentLog })
    await journal.note(entry)
    const write = store.writeDocument.bind(store)
    store.writeDocument = async (...args) => {
      store.writeDocument = write
      await write(...args)
      throw new GraphdavError('store-io', 'the disk is full')
    }
    await expect(journal.note({ ...entry, steps: ['create silent'] })).rejects.toMatchObject({ code: 'store-io' })
    await journal.end(entry, { state: 'done' })
    const again = await Journal.open(store, { clock, log: silentLog })
    expect(again.lastOf('work', 'lunch.ics')).toMatchObject({ state: 'done' })
  })
})
