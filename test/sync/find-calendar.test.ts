// A calendar as people change it in Outlook: its name, its owner's address, the mailbox's zone.
import { afterEach, expect, it } from 'vitest'
import { silentLog, type Log } from '../../src/base/log.ts'
import { Mirror } from '../../src/mirror/mirror.ts'
import { statusFault } from '../../src/simulator/faults.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { findCalendar, lookAgain, type FoundCalendar, type Sought } from '../../src/sync/find-calendar.ts'
import { seriesOf } from '../mirror/series.ts'
import { Rig } from './rig.ts'

let rig: Rig | undefined

afterEach(async () => {
  await rig?.stop()
  rig = undefined
})

const quietly = { signal: undefined, log: silentLog }

/** A mirror of two events, one of them with a text that says the zone and the owner it was made for. */
async function start(): Promise<{ readonly own: Rig; readonly sought: Sought; readonly found: FoundCalendar }> {
  const own = (rig = await Rig.start())
  const known = { timeZone: '', owner: '' }
  const mirror = await Mirror.open({
    store: MemoryStore.create(own.clock),
    slug: 'work',
    render: ({ uid, series }) => {
      const isTold = series.some(({ key }) => key === 'told')
      const text = `UID:${uid}\r\n${isTold ? `ZONE:${known.timeZone} ${known.owner}\r\n` : ''}`
      return { text, first: 0, last: 0, lastModified: 0 }
    },
    rendererVersion: 1,
    log: silentLog,
    clock: own.clock,
  })
  const sought: Sought = {
    client: own.client,
    mailbox: 'me',
    source: { name: 'Personal' },
    mirror,
    timeZone: undefined,
    onResolved: ({ calendar, timeZone }) => {
      known.timeZone = timeZone
      known.owner = calendar.owner.address
    },
  }
  const found = await findCalendar(sought, quietly)
  await mirror.apply({ upserts: [seriesOf('plain'), seriesOf('told')], inStepAt: 1 })
  return { own, sought, found }
}

function etags({ mirror }: Sought): readonly string[] {
  return mirror.list().map(({ etag }) => etag)
}

it('renamed and recoloured is the same calendar, although the configuration has its old name', async () => {
  const { own, sought, found } = await start()
  const { epoch, syncToken } = sought.mirror.state()
  own.tenant.control.updateCalendar({ calendar: 'Personal' }, { name: 'Private', hexColor: '#123456' })
  const now = await lookAgain(found, sought, quietly)
  expect(now.calendar).toMatchObject({ id: found.calendar.id, basePath: found.calendar.basePath, name: 'Private' })
  expect(sought.mirror.state()).toMatchObject({
    epoch,
    syncToken,
    binding: { name: 'Private', color: '#123456', calendarId: found.calendar.id },
  })
})

it.each(['seen', 'not seen'])('renamed, which the process before has %s, is found at the next start', async (seen) => {
  const { own, sought, found } = await start()
  const { epoch } = sought.mirror.state()
  own.tenant.control.updateCalendar({ calendar: 'Personal' }, { name: 'Private' })
  if (seen === 'seen') await lookAgain(found, sought, quietly)
  const warned: unknown[] = []
  const log: Log = { ...silentLog, warn: (message, facts) => warned.push([message, facts]) }
  const again = await findCalendar(sought, { ...quietly, log })
  expect(again.calendar.id).toBe(found.calendar.id)
  expect(sought.mirror.state()).toMatchObject({ epoch, binding: { name: 'Private', soughtName: 'Personal' } })
  expect(warned).toEqual([[expect.stringContaining('has another name'), { name: 'Private' }]])
})

it('renamed is left for another one that has the configured name, and is not found by a name that it never had', async () => {
  const { own, sought, found } = await start()
  own.tenant.control.updateCalendar({ calendar: 'Personal' }, { name: 'Private' })
  await lookAgain(found, sought, quietly)
  await expect(findCalendar({ ...sought, source: { name: 'Typo' } }, quietly)).rejects.toThrow(
    /no calendar named "Typo"/,
  )
  own.tenant.control.createCalendar('me', { name: 'Personal' })
  const { calendar } = await findCalendar(sought, quietly)
  expect(calendar.name).toBe('Personal')
  expect(calendar.id).not.toBe(found.calendar.id)
})

it.each([
  ['the mailbox has another zone', '/v1.0/me/mailboxSettings', { timeZone: 'Tokyo Standard Time' }],
  [
    'its owner has another address',
    '/v1.0/me/calendars/*',
    { name: 'Personal', owner: { name: 'Mara', address: 'mara.new@fabrikam.example' } },
  ],
])('renders again when %s, and only texts that differ move', async (_, path, changes) => {
  const { own, sought, found } = await start()
  const [plain, told] = etags(sought)
  const { revision } = sought.mirror.state()
  own.tenant.scripts.set([{ path, body: { id: found.calendar.id, ...changes } }])
  const now = await lookAgain(found, sought, quietly)
  expect(etags(sought)).toEqual([plain, expect.not.stringMatching(told ?? '')])
  expect(sought.mirror.state()).toMatchObject({
    revision: revision + 1,
    binding: { timeZone: now.timeZone, owner: now.calendar.owner.address },
  })
  await lookAgain(now, sought, quietly)
  expect(sought.mirror.state().revision).toBe(revision + 1)
})

it('is seen again by a process that starts after the change', async () => {
  const { own, sought } = await start()
  const { revision } = sought.mirror.state()
  await findCalendar({ ...sought, timeZone: 'Asia/Tokyo' }, quietly)
  expect(sought.mirror.state()).toMatchObject({ revision: revision + 1, binding: { timeZone: 'Asia/Tokyo' } })
  expect(own.tenant.violations).toEqual([])
})

it.each([403, 404, 503])('that cannot be seen now (%i) stays as it was', async (status) => {
  const { own, sought, found } = await start()
  const before = [sought.mirror.state(), etags(sought)]
  own.tenant.faults.add({ path: 'calendars|mailboxSettings', count: 0, effect: statusFault(status) })
  expect(await lookAgain(found, sought, quietly)).toEqual(found)
  own.tenant.faults.clear()
  own.tenant.faults.add({ path: 'mailboxSettings', count: 0, effect: statusFault(status) })
  expect(await lookAgain(found, sought, quietly)).toEqual(found)
  expect([sought.mirror.state(), etags(sought)]).toEqual(before)
})

it('is found although its mailbox does not tell its zone: that is then the last known one', async () => {
  const { own, sought, found } = await start()
  own.tenant.faults.add({ path: 'mailboxSettings', count: 0, effect: statusFault(500) })
  expect(await findCalendar(sought, quietly)).toEqual(found)
  expect(found.timeZone).not.toBe('UTC')
  await sought.mirror.bind({ mailbox: '/me', calendarId: 'another', owner: '', name: '' })
  expect((await findCalendar(sought, quietly)).timeZone).toBe('UTC')
})
