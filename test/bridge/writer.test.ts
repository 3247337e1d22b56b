// Writing through the composed program: configuration, the data folder's files, the real Graph client.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startWorld, type World } from '../http/program.ts'
import { lunch as lunchInMarch } from '../sync/write-rig.ts'

let world: World
afterEach(() => world.stop())

const writable = (text: string): string =>
  text
    .replace('source: default', 'source: default\n    access: read-write')
    .replace('{ name: Personal } }', '{ name: Personal }, access: read-write }')

async function open(configure = writable) {
  world = await startWorld({ events: 0 }, configure)
  const { bridge } = await world.open()
  for (const slug of bridge.slugs) await bridge.sync(slug, {})
  return bridge
}

const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')
const lunch = (...like: Parameters<typeof lunchInMarch>): string =>
  lunchInMarch(...like).replaceAll('20260310', tomorrow)

const none = { ifMatch: undefined, ifNoneMatch: undefined }
const change = { user: 'alice', slug: 'work', name: 'lunch.ics', conditions: none, mayReply: true }
const titles = (calendar = 'default'): readonly unknown[] =>
  world.simulator.control.truth({ calendar }).events.map(({ subject }) => subject)

describe('writing through the program', () => {
  it('reaches Outlook and is served as Outlook has it, also after the mirror was deleted', async () => {
    const bridge = await open()
    const text = lunch('Lunch', ['BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-PT15M', 'DESCRIPTION:x', 'END:VALARM'])
    await bridge.backend.put({ ...change, text })
    expect(titles()).toEqual(['Lunch'])
    const [write] = bridge.report().writes
    expect(write).toMatchObject({
      calendar: 'work',
      user: 'alice',
      kind: 'put',
      state: 'done',
      steps: ['create silent'],
    })
    expect(JSON.stringify(write)).not.toContain('Lunch')
    const [before] = await bridge.backend.read('work', ['lunch.ics'])
    await bridge.close()
    await rm(join(world.folder, 'data', 'mirror'), { recursive: true })
    const again = (await world.open()).bridge
    for (const slug of again.slugs) await again.sync(slug, {})
    expect(await again.backend.read('work', ['lunch.ics'])).toEqual([before])
    await again.backend.remove(change)
    expect(titles()).toEqual([])
  })

  it('keeps an alarm that was seen on this server only', async () => {
    const bridge = await open()
    const alarm = (more: readonly string[]): string =>
      lunch('Lunch', ['BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-PT15M', 'DESCRIPTION:x', ...more, 'END:VALARM'])
    const { etag } = await bridge.backend.put({ ...change, text: alarm([]) })
    const before = world.simulator.log.count
    const seen = await bridge.backend.put({ ...change, text: alarm([`ACKNOWLEDGED:${tomorrow}T104500Z`]) })
    const sent = world.simulator.log.list().filter(({ number, method }) => number > before && method !== 'GET')
    expect(sent).toEqual([])
    expect(seen.etag).not.toBe(etag)
    await bridge.close()
    const again = (await world.open()).bridge
    await again.sync('work', {})
    const [resource] = await again.backend.read('work', ['lunch.ics'])
    expect(resource?.text).toContain(`ACKNOWLEDGED:${tomorrow}T104500Z`)
    expect(resource?.etag).toBe(seen.etag)
  })

  it('moves an event to another calendar, once', async () => {
    const bridge = await open()
    await bridge.backend.put({ ...change, text: lunch() })
    const move = { ...change, to: { slug: 'personal', name: 'moved.ics' }, mayReplace: false }
    expect(await bridge.backend.move(move)).toBe('created')
    expect([titles(), titles('Personal')]).toEqual([[], ['Lunch']])
    expect(await bridge.backend.list('personal')).toMatchObject([{ name: 'moved.ics', uid: 'lunch@client' }])
    // As if the answer had been lost.
    expect(await bridge.backend.move(move)).toBe('updated')
    expect([titles(), titles('Personal')]).toEqual([[], ['Lunch']])
    // Changed since: that is not what the client has moved.
    const [event] = world.simulator.control.truth({ calendar: 'Personal' }).events
    world.simulator.control.updateEvent(String(event?.['id']), { subject: 'Dinner' })
    for (const other of [{}, { name: 'dinner.ics' }, { conditions: { ...none, ifMatch: ['an-older-one'] } }])
      await expect(bridge.backend.move({ ...move, ...other })).rejects.toMatchObject({ code: 'not-found' })
  })

  it('moves nothing, and makes no second event, when the event is not what the client had', async () => {
    const bridge = await open()
    await bridge.backend.put({ ...change, text: lunch() })
    const move = { ...change, to: { slug: 'personal', name: 'moved.ics' }, mayReplace: false }
    const older = { ...move, conditions: { ...none, ifMatch: ['an-older-one'] } }
    await expect(bridge.backend.move(older)).rejects.toMatchObject({ code: 'conflict' })
    expect([titles(), titles('Personal')]).toEqual([['Lunch'], []])

    // Changed in Outlook, and no round has seen it yet.
    const [event] = world.simulator.control.truth({}).events
    world.simulator.control.updateEvent(String(event?.['id']), { subject: 'Dinner' })
    await expect(bridge.backend.move(move)).rejects.toMatchObject({ code: 'conflict' })
    expect([titles(), titles('Personal')]).toEqual([['Dinner'], []])
    expect(await bridge.backend.move(move)).toBe('created')
    expect([titles(), titles('Personal')]).toEqual([[], ['Dinner']])
  })

  it('is refused in a calendar that is read-only', async () => {
    const bridge = await open((text) => text)
    await expect(bridge.backend.put({ ...change, text: lunch() })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(bridge.backend.remove(change)).rejects.toMatchObject({ code: 'forbidden' })
    expect(titles()).toEqual([])
  })

  it('sends no mail where that is switched off, and says so', async () => {
    const bridge = await open((text) =>
      writable(text).replace('access: read-write', 'access: read-write\n    invitations: never'),
    )
    const own = world.simulator.control.calendars()[0]?.address ?? ''
    const guest = lunch('Lunch', [`ORGANIZER:mailto:${own}`, 'ATTENDEE:mailto:guest@example.com'])
    await expect(bridge.backend.put({ ...change, text: guest })).rejects.toMatchObject({ code: 'forbidden' })
    expect([titles(), world.simulator.outbox]).toEqual([[], []])
  })
})
