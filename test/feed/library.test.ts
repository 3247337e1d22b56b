// What a feed keeps in memory, within a budget.
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { silentLog } from '../../src/base/log.ts'
import { createFeedLibrary } from '../../src/feed/library.ts'
import { FakeBackend } from '../caldav/fake-backend.ts'
import { event, object } from '../caldav/texts.ts'
import { testClock } from '../http/test-clock.ts'
import { plainProfile } from './plain-profile.ts'

it('a calendar whose texts are larger than the budget is read once for its compressed body, not at each request', async () => {
  const backend = new FakeBackend().addCalendar('work').addUser('alice', ['work'])
  const words = 'a description that compresses well; '.repeat(60)
  for (let number = 0; number < 40; number += 1) {
    const lines = event(`uid-${number}`, 'DTSTART:20260302T090000Z', `SUMMARY:Event ${number}`, `DESCRIPTION:${words}`)
    backend.store('work', `${number}.ics`, object(...lines))
  }
  const library = createFeedLibrary({
    backend,
    profiles: [plainProfile],
    clock: testClock(),
    log: silentLog,
    budget: 20_000,
  })
  const edition = library.find(plainProfile.token, 'work')
  const reads = (): number => backend.calls.filter((call) => call.startsWith('read ')).length
  const plain = await edition?.content('identity')
  expect(plain?.body.length).toBeGreaterThan(40_000)
  const packed = await edition?.content('gzip')
  const before = reads()
  expect((await edition?.content('gzip'))?.body).toEqual(packed?.body)
  expect(reads()).toBe(before)
  // The plain one is larger than all that may be kept, and does not push the packed one out.
  expect((await edition?.content('identity'))?.body).toEqual(plain?.body)
  const after = reads()
  expect(after).toBeGreaterThan(before)
  await edition?.content('gzip')
  expect(reads()).toBe(after)
})

it('finds a feed by its whole token only', () => {
  const backend = new FakeBackend().addCalendar('work').addUser('alice', ['work'])
  const other = { ...plainProfile, name: 'other', token: 'B'.repeat(40) }
  const library = createFeedLibrary({ backend, profiles: [plainProfile, other], clock: testClock(), log: silentLog })
  const { name, token } = plainProfile
  expect(library.find(token, name)?.name).toBe(name)
  expect(library.find(other.token, 'other')?.name).toBe('other')
  for (const wrong of [
    '',
    token.slice(1),
    `${token}A`,
    `${token}\0`,
    `${other.token}B`,
    token.toLowerCase(),
    'é'.repeat(11),
  ])
    expect(library.find(wrong, name)).toBeUndefined()
  expect(library.find(other.token, name)).toBeUndefined()
})

it('a feed that changes while its body is put together answers whole, as what it says it is', async () => {
  const backend = new FakeBackend().addCalendar('work').addUser('alice', ['work'])
  const put = (title: string): void =>
    void backend.store('work', 'a.ics', object(...event('a', 'DTSTART:20260302T090000Z', `SUMMARY:${title}`)))
  put('before')
  const options = { backend, profiles: [plainProfile], clock: testClock(), log: silentLog, budget: 1 }
  const edition = createFeedLibrary(options).find(plainProfile.token, plainProfile.name)
  await edition?.state()
  const read = backend.read.bind(backend)
  backend.read = async (slug, names) => {
    const found = await read(slug, names)
    backend.read = read
    put('after')
    await edition?.state()
    return found
  }
  const { body, etag } = (await edition?.content('gzip')) ?? {}
  expect(gunzipSync(body ?? '').toString()).toMatch(/^BEGIN:VCALENDAR[^]*SUMMARY:before[^]*END:VCALENDAR\r\n$/)
  expect((await edition?.state())?.etag).not.toBe(etag)
})
