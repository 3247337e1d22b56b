// A configured calendar between Graph and those who read it: what it is called, and how it is tracked.
import { afterEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../src/base/log.ts'
import { composeCalendar, isShared } from '../../src/bridge/calendars.ts'
import { loadConfiguration } from '../../src/config/load.ts'
import { createClients, createTokens } from '../../src/bridge/accounts.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { Clouds } from '../../src/sync/cloud.ts'
import { Journal } from '../../src/sync/journal.ts'
import { Poller } from '../../src/sync/poller.ts'
import { feed, startWorld, type World } from '../http/program.ts'
import { ManualClock } from '../sync/manual-clock.ts'
import { single } from '../sync/rig.ts'
import { join } from 'node:path'

let world: World | undefined

afterEach(async () => {
  await world?.stop()
  world = undefined
})

describe('a calendar that is renamed and recoloured in Outlook', () => {
  it('is shown so within two hours, without a restart, and asks nothing for it in between', async () => {
    const { simulator, folder } = (world = await startWorld())
    const configuration = loadConfiguration(join(folder, 'graphdav.yaml'), { env: {} })
    const { accounts, calendars, sync } = configuration
    const [account, calendar] = [accounts.get('tenant'), calendars.get('personal')]
    const clock = new ManualClock()
    const options = { clock, log: silentLog }
    const tokens = createTokens(configuration, options)
    const client = createClients(accounts, { ...options, tokens }).get('tenant')
    if (account === undefined || calendar === undefined || client === undefined) throw new Error('it is configured')
    const store = MemoryStore.create(clock)
    const journal = await Journal.open(store, { clock, log: silentLog })
    const shared = { store, journal, clock, log: silentLog, mailboxAddress: () => undefined }
    const { polled, served } = await composeCalendar({ ...shared, calendar, account, client, identities: new Map() })
    const poller = new Poller({ calendars: [polled], settings: sync, clouds: new Clouds(), clock, log: silentLog })
    await poller.syncNow('personal')
    expect(served.displayName()).toBe('Personal')

    simulator.control.updateCalendar({ calendar: 'Personal' }, { name: 'Private', hexColor: '#123456' })
    await clock.advance(119 * 60_000)
    const before = simulator.log.count
    await poller.syncNow('personal')
    expect([served.displayName(), simulator.log.count - before]).toEqual(['Personal', 1])
    await clock.advance(60_000)
    await poller.syncNow('personal')
    expect([served.displayName(), served.color()]).toEqual(['Private', '#123456'])
  })
})

describe('track: all', () => {
  const tracked = (text: string): string => text.replace('source: default', 'source: default\n    track: all')
  const longAgo = single('Long ago', '2001-03-05T12:00:00')

  it('publishes every event, whenever it is', async () => {
    const { simulator, open } = (world = await startWorld({ events: 3 }, tracked))
    simulator.control.createEvent({}, longAgo)
    const { bridge, url } = await open()
    await bridge.sync('work', {})
    expect((await feed(url)).text).toContain('SUMMARY:Long ago')
    simulator.control.createEvent({}, single('Longer ago', '1999-03-05T12:00:00'))
    await bridge.sync('work', {})
    expect((await feed(url)).text).toContain('SUMMARY:Longer ago')
  })

  it('falls back to the window by itself where Graph does not offer it', async () => {
    const { simulator, open } = (world = await startWorld({ events: 3, switches: { eventsDelta: 'none' } }, tracked))
    simulator.control.createEvent({}, longAgo)
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
    simulator.control.createEvent({}, single('Soon', `${tomorrow}T12:00:00`))
    const { bridge, url } = await open()
    await bridge.sync('work', {})
    expect((await feed(url)).text).toContain('SUMMARY:Soon')
    expect((await feed(url)).text).not.toContain('SUMMARY:Long ago')
  })
})

it.each([
  ['the mailbox’s own', 'default', 'Mara@fabrikam.example', 'mara@fabrikam.example', false],
  ['one that is not known yet', { name: 'Personal' }, undefined, 'mara@fabrikam.example', false],
  [
    'one that somebody shares, in the own list',
    { name: 'Noor' },
    'noor@fabrikam.example',
    'mara@fabrikam.example',
    true,
  ],
  ['one in the mailbox of somebody', { user: 'noor@fabrikam.example' }, 'noor@fabrikam.example', undefined, true],
  [
    'the own mailbox by its name',
    { user: 'mara@fabrikam.example' },
    'mara@fabrikam.example',
    'mara@fabrikam.example',
    false,
  ],
  ['a group’s', { group: 'an-id' }, 'team@fabrikam.example', 'mara@fabrikam.example', true],
] as const)('%s: shared or not', (_, source, owner, mailbox, expected) => {
  const whole = source !== 'default' && 'user' in source ? { ...source, name: 'Calendar' } : source
  expect(isShared(whole, owner, () => mailbox)).toBe(expected)
})
