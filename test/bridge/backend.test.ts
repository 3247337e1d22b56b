// The CalendarBackend over mirrors in memory, the users' properties over a store, the data folder's lock.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { createBackend, type ServedCalendar } from '../../src/bridge/backend.ts'
import { openDataFolder } from '../../src/bridge/data-folder.ts'
import { createWriter } from '../../src/bridge/writer.ts'
import { storedUserProperties } from '../../src/bridge/user-properties.ts'
import { Mirror } from '../../src/mirror/mirror.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { Journal } from '../../src/sync/journal.ts'

async function serve(slug: string, store = MemoryStore.create()): Promise<ServedCalendar> {
  const render = (): never => {
    throw new Error('nothing is rendered here')
  }
  const mirror = await Mirror.open({ store, slug, render, rendererVersion: 1, log: silentLog, clock: systemClock })
  return {
    slug,
    access: 'read-only',
    mirror,
    displayName: () => `The ${slug}`,
    color: () => undefined,
    timeZone: () => 'Europe/Berlin',
    isShared: () => false,
  }
}

const binding = (owner: string) => ({ mailbox: '/me', calendarId: `id of ${owner}`, owner, name: 'Calendar' })

async function start() {
  const [work, home] = [await serve('work'), await serve('home')]
  await work.mirror.bind(binding('mara@fabrikam.example'))
  await work.mirror.apply({ cursor: null, inStepAt: 1000 })
  const users = new Map([
    ['alice', { calendars: [{ slug: 'work', access: 'read-only' as const }] }],
    ['bob', { calendars: [] }],
  ])
  const journal = await Journal.open(MemoryStore.create(), { clock: systemClock, log: silentLog })
  const inTurn = () => Promise.reject(new Error('nothing is written here'))
  const backend = createBackend({
    calendars: new Map([
      ['work', work],
      ['home', home],
    ]),
    users,
    writer: createWriter({ calendars: new Map(), users, journal, inTurn, clock: systemClock, log: silentLog }),
    made: {
      mayCreate: () => false,
      isRemovable: () => false,
      create: () => Promise.reject(new Error('nothing is made here')),
      remove: () => Promise.reject(new Error('nothing is removed here')),
    },
    rename: () => Promise.resolve(false),
    freshen: () => Promise.resolve(),
  })
  return { backend, work }
}

describe('the backend', () => {
  it('shows a user their calendars and nobody else’s', async () => {
    const { backend, work } = await start()
    expect(await backend.collections('alice')).toEqual([
      {
        slug: 'work',
        displayName: 'The work',
        color: undefined,
        access: 'read-only',
        isRemovable: false,
        state: 'ready',
        syncToken: work.mirror.state().syncToken,
        timeZone: 'Europe/Berlin',
        ownerAddresses: ['mara@fabrikam.example'],
        isShared: false,
        lastInStep: 1000,
      },
    ])
    expect(await backend.collections('bob')).toEqual([])
    expect(await backend.collections('mallory')).toEqual([])
    expect(await backend.principal('alice')).toEqual({
      user: 'alice',
      addresses: ['mara@fabrikam.example'],
      mayCreateCalendars: false,
    })
    expect(await backend.principal('mallory')).toBeUndefined()
  })

  it('never gives an empty calendar for one that was not read yet', async () => {
    const { backend } = await start()
    expect(await backend.collection('home')).toMatchObject({ state: 'first-round', ownerAddresses: [] })
    const unavailable = { code: 'unavailable', retryAfterSeconds: expect.any(Number) }
    await expect(backend.list('home')).rejects.toMatchObject(unavailable)
    await expect(backend.touching('home', { start: 0, end: 1 })).rejects.toMatchObject(unavailable)
    await expect(backend.read('home', ['x.ics'])).rejects.toMatchObject(unavailable)
    await expect(backend.changesSince('home', '')).rejects.toMatchObject(unavailable)
    expect(await backend.list('work')).toEqual([])
  })

  it('knows no calendar that is not configured', async () => {
    const { backend } = await start()
    expect(await backend.collection('nowhere')).toBeUndefined()
    await expect(backend.list('nowhere')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('refuses writes into calendars that are read-only', async () => {
    const { backend } = await start()
    const conditions = { ifMatch: undefined, ifNoneMatch: undefined }
    const change = { user: 'alice', slug: 'work', name: 'x.ics', conditions, mayReply: true }
    await expect(backend.put({ ...change, text: '' })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(backend.remove(change)).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('properties that users set', () => {
  const color = (xml: string) => [{ namespace: 'urn:x', local: 'color', xml }]

  it('are kept per user and path, and forgotten when emptied', async () => {
    const properties = storedUserProperties(MemoryStore.create())
    expect(await properties.read('alice')).toEqual(new Map())
    await properties.write('alice', 'work/', color('<red/>'))
    await properties.write('alice', '', color('<blue/>'))
    await properties.write('bob', 'work/', color('<green/>'))
    await properties.write('alice', '', [])
    expect(await properties.read('alice')).toEqual(new Map([['work/', color('<red/>')]]))
    expect(await properties.read('bob')).toEqual(new Map([['work/', color('<green/>')]]))
  })

  it('survive two writers at the same time', async () => {
    const store = MemoryStore.create()
    const [one, other] = [storedUserProperties(store), storedUserProperties(store.handle())]
    await Promise.all([one.write('alice', 'work/', color('<red/>')), other.write('alice', 'home/', color('<blue/>'))])
    expect([...(await one.read('alice')).keys()].sort()).toEqual(['home/', 'work/'])
  })
})

describe('the data folder', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'graphdav-folder-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('that somebody takes away tells its holder to stop', async () => {
    const data = await openDataFolder(folder, { clock: systemClock, log: silentLog })
    await rm(join(folder, 'lock'), { recursive: true })
    await once(data.lost, 'abort')
    expect(data.lost.reason).toMatchObject({ code: 'locked' })
    await data.close()
  })

  it('is free again after closing', async () => {
    const first = await openDataFolder(folder, { clock: systemClock, log: silentLog })
    await first.close()
    const second = await openDataFolder(folder, { clock: systemClock, log: silentLog })
    expect(second.lost.aborted).toBe(false)
    await second.close()
  })

  it('that cannot be made is told in a sentence', async () => {
    await writeFile(join(folder, 'file'), '')
    const impossible = join(folder, 'file', 'data')
    await expect(openDataFolder(impossible, { clock: systemClock, log: silentLog })).rejects.toMatchObject({
      code: 'store-io',
    })
  })
})
