// From Outlook to a client: the simulated tenant and the composed program, over real HTTP.
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { expandIcs } from '../oracle/expand.ts'
import { ask, authorization, feed, filesOf, look, startWorld, type World } from './program.ts'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.stop())

async function syncAll(bridge: Awaited<ReturnType<World['open']>>['bridge']): Promise<void> {
  for (const slug of bridge.slugs) await bridge.sync(slug, {})
}

/** Start, end and title of the dates that Graph's own calendarView has, all-day ones at midnight UTC. */
function shownByGraph(from: string, to: string): readonly string[] {
  const text = (value: unknown, key: string): string =>
    typeof value === 'object' && value !== null ? String(Reflect.get(value, key)) : ''
  return world.simulator.control
    .truth({}, { from, to })
    .instances.map((one) => {
      const [start, end] = [text(one['start'], 'dateTime'), text(one['end'], 'dateTime')]
      return `${start.slice(0, 16)} ${end.slice(0, 16)} ${String(one['subject'])}`
    })
    .sort()
}

function shownByText(text: string, from: string, to: string): readonly string[] {
  return expandIcs(text, Date.parse(from), Date.parse(to))
    .map(({ start, end, summary }) => `${stamp(start)} ${stamp(end)} ${summary}`)
    .sort()
}

const stamp = (instant: number): string => new Date(instant).toISOString().slice(0, 16)

const month = (offset: number): string => {
  const now = new Date()
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset, 1)).toISOString()
}

const meeting = (subject: string, day: string) => ({
  subject,
  start: { dateTime: `${day}T09:00:00`, timeZone: 'UTC' },
  end: { dateTime: `${day}T10:00:00`, timeZone: 'UTC' },
})

const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)

describe('the program', () => {
  it('shows in feed and CalDAV exactly the dates that Outlook shows', async () => {
    const { bridge, url } = await world.open()
    await syncAll(bridge)
    const [from, to] = [month(-2), month(4)]
    const expected = shownByGraph(from, to)
    expect(expected.length).toBeGreaterThan(50)
    // A feed leaves out what the organizer has cancelled; a CalDAV client shows it struck through.
    const uncancelled = expected.filter((line) => !line.includes('Canceled: '))
    expect(uncancelled.length).toBeLessThan(expected.length)
    expect(shownByText((await feed(url)).text, from, to)).toEqual(uncancelled)

    const { etags } = await look(url, 'work')
    const resources = await Promise.all(
      Object.keys(etags).map(async (href) => {
        const answer = await ask(`${url}${href}`)
        expect(answer.headers.get('etag')).toBe(etags[href])
        return answer.text()
      }),
    )
    expect(resources.flatMap((text) => shownByText(text, from, to)).sort()).toEqual(expected)
    expect(world.simulator.violations).toEqual([])
  })

  it('answers 503 with Retry-After until the first round is complete, and lists the calendar all the same', async () => {
    world.simulator.control.setReachable('me', false)
    const { bridge, url } = await world.open()
    const answer = await fetch(`${url}/feeds/abcdefghijklmnopqrstuvwx/work.ics`)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^\d+$/)])
    const collection = await ask(`${url}/dav/calendars/alice/work/`, 'PROPFIND', { depth: '1' })
    expect([collection.status, collection.headers.has('retry-after')]).toEqual([503, true])
    const home = await (await ask(`${url}/dav/calendars/alice/`, 'PROPFIND', { depth: '1' })).text()
    expect(home).toContain('/dav/calendars/alice/work/')
    expect((await fetch(`${url}/readyz`)).status).toBe(503)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)

    world.simulator.control.setReachable('me', true)
    await syncAll(bridge)
    expect((await feed(url)).status).toBe(200)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
  })

  it('shows an edit after the next round, and only that', async () => {
    const { bridge, url } = await world.open()
    const { id } = world.simulator.control.createEvent({}, meeting('Quarterly figures', tomorrow))
    await syncAll(bridge)
    const before = { work: await look(url, 'work'), personal: await look(url, 'personal'), feed: await feed(url) }
    expect(before.feed.text).toContain('SUMMARY:Quarterly figures')

    world.simulator.control.updateEvent(id, { subject: 'Quarterly figures (moved)' })
    await syncAll(bridge)
    const after = { work: await look(url, 'work'), personal: await look(url, 'personal'), feed: await feed(url) }
    expect(after.feed.text).toContain('SUMMARY:Quarterly figures (moved)')
    expect(after.feed.etag).not.toBe(before.feed.etag)
    expect(after.work.syncToken).not.toBe(before.work.syncToken)
    const moved = Object.keys(after.work.etags).filter((href) => after.work.etags[href] !== before.work.etags[href])
    expect(moved).toHaveLength(1)
    expect(Object.keys(after.work.etags)).toEqual(Object.keys(before.work.etags))
    expect(after.personal).toEqual(before.personal)

    world.simulator.control.deleteEvent(id)
    await syncAll(bridge)
    expect((await feed(url)).text).not.toContain('Quarterly figures')
    expect(Object.keys((await look(url, 'work')).etags)).not.toContain(moved[0])
  })

  it('in a quiet round sends one request a calendar, changes no ETag, token or byte, and writes at most the cursor', async () => {
    const { bridge, url } = await world.open()
    await syncAll(bridge)
    await syncAll(bridge)
    const before = { work: await look(url, 'work'), feed: await feed(url), files: await filesOf(world.folder) }
    const requests = world.simulator.log.list().length
    await syncAll(bridge)
    expect(world.simulator.log.list().length - requests).toBe(2)
    expect({ work: await look(url, 'work'), feed: await feed(url) }).toEqual({ work: before.work, feed: before.feed })
    const files = await filesOf(world.folder)
    expect([...files.keys()].sort()).toEqual([...before.files.keys()].sort())
    const written = [...files].filter(([file, facts]) => before.files.get(file) !== facts).map(([file]) => file)
    expect(written.filter((file) => !file.endsWith('/cursor.json'))).toEqual([])
    expect(files.size).toBeGreaterThan(3)
  })

  it('serves at once after a restart, the same to the byte, although Outlook cannot be reached', async () => {
    const first = await world.open()
    await syncAll(first.bridge)
    const before = { work: await look(first.url, 'work'), feed: await feed(first.url) }
    await first.bridge.close()
    await world.simulator.stop()
    const second = await world.open()
    expect({ work: await look(second.url, 'work'), feed: await feed(second.url) }).toEqual(before)
    expect(second.bridge.report().accounts['tenant']?.mailbox).toBe('mara@fabrikam.example')
  })

  it('comes back from Outlook with the same UIDs and names when data/mirror was deleted', async () => {
    const first = await world.open()
    await syncAll(first.bridge)
    const before = { work: await look(first.url, 'work'), feed: await feed(first.url) }
    await first.bridge.close()
    await rm(join(world.folder, 'data', 'mirror'), { recursive: true })
    const second = await world.open()
    await syncAll(second.bridge)
    const after = { work: await look(second.url, 'work'), feed: await feed(second.url) }
    expect(after.work.etags).toEqual(before.work.etags)
    expect(after.feed.text).toBe(before.feed.text)
    // Another epoch: a client asks for everything once, and finds nothing changed.
    expect(after.work.syncToken).not.toBe(before.work.syncToken)
  })

  it('refuses a data folder that another one serves, in one sentence', async () => {
    await world.open()
    await expect(world.open()).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringContaining(join(world.folder, 'data')),
    })
  })

  it('keeps its data folder to itself: 0700, files 0600', async () => {
    const { bridge } = await world.open()
    await syncAll(bridge)
    const data = join(world.folder, 'data')
    expect((await stat(data)).mode & 0o777).toBe(0o700)
    for (const file of (await filesOf(data)).keys()) expect((await stat(join(data, file))).mode & 0o777).toBe(0o600)
  })

  it('remembers the colour a client has set, over a restart', async () => {
    const first = await world.open()
    const path = '/dav/calendars/alice/work/'
    const color = '<A:calendar-color xmlns:A="http://apple.com/ns/ical/">#00FF00FF</A:calendar-color>'
    const set = `<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop>${color}</D:prop></D:set></D:propertyupdate>`
    expect((await ask(`${first.url}${path}`, 'PROPPATCH', { body: set })).status).toBe(207)
    await first.bridge.close()
    const second = await world.open()
    await syncAll(second.bridge)
    const wanted =
      '<D:propfind xmlns:D="DAV:"><D:prop><A:calendar-color xmlns:A="http://apple.com/ns/ical/"/></D:prop></D:propfind>'
    const answer = await ask(`${second.url}${path}`, 'PROPFIND', { depth: '0', body: wanted })
    expect(await answer.text()).toContain('#00FF00FF')
  })

  it('stops within five seconds although a request to Outlook hangs and a client is connected', async () => {
    const { bridge, url } = await world.open()
    await syncAll(bridge)
    world.simulator.faults.add({ effect: { kind: 'hang' } })
    const round = bridge.sync('work', {}).then(
      () => 'done',
      () => 'ended',
    )
    await fetch(`${url}/healthz`)
    const started = performance.now()
    await bridge.close()
    expect(performance.now() - started).toBeLessThan(5000)
    expect(await round).toBe('ended')
  })
})

describe('two slugs for one calendar', () => {
  it('that only Outlook shows to be one: the second is in error and says which the other is', async () => {
    const [{ name } = { name: '' }] = world.simulator.control.calendars().filter(({ isDefault }) => isDefault)
    const file = join(world.folder, 'graphdav.yaml')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('{ name: Personal }', `{ name: '${name}' }`))
    const { bridge } = await world.open()
    await bridge.sync('work', {})
    await expect(bridge.sync('personal', {})).rejects.toThrow(/same calendar as calendars\.work/)
    expect(bridge.report().calendars['personal']).toMatchObject({
      state: 'error',
      lastError: { code: 'configuration' },
    })
  })
})

describe('a write that a stop interrupts', () => {
  it('is told to come again, and then is done once', async () => {
    await world.stop()
    world = await startWorld({ events: 0 }, (text) =>
      text.replace('source: default\n', 'source: default\n    access: read-write\n'),
    )
    const { bridge, url } = await world.open()
    await syncAll(bridge)
    const head = 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:interrupted\r\n'
    const times = `DTSTAMP:20260101T000000Z\r\nDTSTART:${tomorrow.replaceAll('-', '')}T090000Z\r\n`
    const text = `${head}${times}SUMMARY:Interrupted\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`
    const put = (at: string): Promise<Response> =>
      fetch(`${at}/dav/calendars/alice/work/interrupted.ics`, {
        method: 'PUT',
        body: text,
        headers: { authorization, 'content-type': 'text/calendar', 'if-none-match': '*' },
      })
    world.simulator.faults.add({ method: 'POST', effect: { kind: 'hang' } })
    const interrupted = put(url)
    await expect.poll(() => world.simulator.log.list().some(({ method }) => method === 'POST')).toBe(true)
    await bridge.close()
    const answer = await interrupted
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])

    const again = await world.open()
    expect((await put(again.url)).status).toBe(201)
    expect(world.simulator.control.truth({}).events.map(({ subject }) => subject)).toEqual(['Interrupted'])
  })
})
