// The last fetch of each feed: noted, printed, kept over a restart, and not written at every fetch.
import { expect, it } from 'vitest'
import { silentLog } from '../../src/base/log.ts'
import { FeedReaders } from '../../src/bridge/feed-readers.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { feed, feedToken, startWorld } from '../http/program.ts'
import { ManualClock } from '../sync/manual-clock.ts'

it('is remembered over a restart, and written every ten minutes at most', async () => {
  const [clock, store] = [new ManualClock(Date.UTC(2026, 2, 1, 12)), MemoryStore.create()]
  const open = () => FeedReaders.open(store, { clock, log: silentLog })
  const version = async () => (await store.readDocument('users', 'feeds/last-fetches'))?.version ?? 0
  const readers = await open()
  expect(readers.report(['work'])).toEqual({ work: { lastFetch: null, agent: '' } })
  for (let minute = 0; minute < 25; minute += 1) {
    await clock.advance(60_000)
    readers.note('work', `Reader/1.0 \u001b[31m${'x'.repeat(500)}`)
  }
  await readers.flush()
  expect(await version()).toBe(3)
  await readers.flush()
  expect(await version()).toBe(3)
  const again = (await open()).report(['work', 'other'])
  expect(again).toEqual({
    work: { lastFetch: '2026-03-01T12:25:00Z', agent: expect.stringMatching(/^Reader\/1\.0 \?\[31mx{104}$/) },
    other: { lastFetch: null, agent: '' },
  })
})

it('is in the status, for fetches that were answered only', async () => {
  const world = await startWorld()
  try {
    const { bridge, url } = await world.open()
    await bridge.sync('work', {})
    await fetch(`${url}/feeds/${feedToken}x/work.ics`)
    expect(bridge.report().feeds['work']?.lastFetch).toBeNull()
    await feed(url)
    expect(bridge.report().feeds['work']).toEqual({ lastFetch: expect.stringMatching(/Z$/), agent: 'node' })
    await bridge.close()
    const again = await world.open()
    expect(again.bridge.report().feeds['work']?.agent).toBe('node')
  } finally {
    await world.stop()
  }
})
