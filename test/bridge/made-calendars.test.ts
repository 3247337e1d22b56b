// Calendars made, renamed and removed from a calendar program: the composed program over real HTTP, on a simulated tenant.
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { apple, dav, keyOf, type Name } from '../../src/caldav/names.ts'
import { parseXml, textOf } from '../../src/caldav/xml.ts'
import { calendarMarkId } from '../../src/graph/extended-properties.ts'
import type { SimulatorOptions } from '../../src/simulator/simulator.ts'
import { body, responseOf } from '../http/dav-xml.ts'
import { ask, authorization, look, startWorld, type Served, type World } from '../http/program.ts'
import { lunch as lunchInMarch } from '../sync/write-rig.ts'

let world: World
afterEach(() => world.stop())

const home = '/dav/calendars/alice/'
const creating = (text: string): string =>
  text
    .replace(
      'users:',
      'users:\n  bob: { password: another, calendars: [work] }\n  carol: { password: a third, calendars: [], create: tenant }',
    )
    .replace('source: default', 'source: default\n    access: read-write')
    .replace('{ name: Personal } }', '{ name: Personal }, access: read-write }')
    .replace('calendars: all }', 'calendars: all, create: tenant }')

async function open(configure = creating, switches: SimulatorOptions['switches'] = {}): Promise<Served> {
  world = await startWorld({ events: 0, switches }, configure)
  first = new Set(world.simulator.control.calendars().map(({ id }) => id))
  return await world.open()
}

/** Until the configuration's calendars are complete. */
async function complete({ bridge }: Served): Promise<void> {
  for (const slug of ['work', 'personal']) await bridge.sync(slug, {})
}

const make = (name: string): string =>
  `<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:A="http://apple.com/ns/ical/"><D:set><D:prop>
   <D:displayname>${name}</D:displayname><A:calendar-color>#FF2968FF</A:calendar-color></D:prop></D:set></C:mkcalendar>`
const making = (url: string, slug: string, name = 'Club') =>
  ask(`${url}${home}${slug}/`, 'MKCALENDAR', { body: make(name) })
const remove = (url: string, slug: string) => ask(`${url}${home}${slug}/`, 'DELETE')
const statusOf = async (url: string, slug: string) =>
  (await ask(`${url}${home}${slug}/`, 'PROPFIND', { depth: '0' })).status

/** The calendars in Outlook beside those that the tenant began with. */
let first: ReadonlySet<string>
const names = (): readonly string[] =>
  world.simulator.control.calendars().flatMap(({ id, name }) => (first.has(id) ? [] : [name]))

const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')
const lunch = lunchInMarch('Lunch').replaceAll('20260310', tomorrow)
const put = (url: string, slug: string) =>
  fetch(`${url}${home}${slug}/lunch.ics`, {
    method: 'PUT',
    headers: { authorization, 'content-type': 'text/calendar' },
    body: lunch,
  })

const move = (url: string, from: string, to: string) =>
  fetch(`${url}${home}${from}/lunch.ics`, {
    method: 'MOVE',
    headers: { authorization, destination: `${url}${home}${to}/lunch.ics` },
  })

/** Name and colour as a calendar program sees them; undefined: there is no such calendar. */
async function shown(
  url: string,
  slug: string,
): Promise<{ readonly name: string; readonly color: string } | undefined> {
  const wanted = body('D:propfind', '<D:prop><D:displayname/><A:calendar-color/></D:prop>')
  const answer = await ask(`${url}${home}${slug}/`, 'PROPFIND', { depth: '0', body: wanted })
  if (answer.status !== 207) return undefined
  const { found } = responseOf(parseXml(await answer.text()), `${home}${slug}/`)
  const text = (name: Name): string => {
    const property = found.get(keyOf(name))
    return property === undefined ? '' : textOf(property)
  }
  return { name: text(dav('displayname')), color: text(apple('calendar-color')) }
}

const rename = (url: string, slug: string, name: string) =>
  ask(`${url}${home}${slug}/`, 'PROPPATCH', {
    body: body('D:propertyupdate', `<D:set><D:prop><D:displayname>${name}</D:displayname></D:prop></D:set>`),
  })

const eventsIn = (calendar: string): readonly unknown[] =>
  world.simulator.control.truth({ calendar }).events.map(({ subject }) => subject)
const refusal = (status: number) =>
  ({ kind: 'status', status, code: 'ErrorAccessDenied', message: 'x', body: 'json' }) as const
const asUser = (credentials: string) => ({ authorization: `Basic ${Buffer.from(credentials).toString('base64')}` })

/** Somebody takes the mark off a calendar, through Graph. */
async function unmark(id: string): Promise<void> {
  const { url, token } = world.simulator
  const properties = [{ id: calendarMarkId, value: null }]
  const answer = await fetch(`${url}/v1.0/me/calendars/${encodeURIComponent(id)}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ singleValueExtendedProperties: properties }),
  })
  expect(answer.status).toBe(200)
}

const appleBody = `<?xml version="1.0" encoding="UTF-8"?>
<B:mkcalendar xmlns:B="urn:ietf:params:xml:ns:caldav"><A:set xmlns:A="DAV:"><A:prop>
<B:supported-calendar-component-set><B:comp name="VEVENT"/></B:supported-calendar-component-set>
<D:calendar-color xmlns:D="http://apple.com/ns/ical/" symbolic-color="red">#FF2968FF</D:calendar-color>
<A:displayname>Untitled</A:displayname><D:calendar-order xmlns:D="http://apple.com/ns/ical/">3</D:calendar-order>
<B:schedule-calendar-transp><B:opaque/></B:schedule-calendar-transp>
<B:calendar-timezone>BEGIN:VCALENDAR&#13;
VERSION:2.0&#13;
PRODID:-//Apple Inc.//iCal 5.0//EN&#13;
BEGIN:VTIMEZONE&#13;
TZID:Etc/GMT-1&#13;
BEGIN:STANDARD&#13;
DTSTART:19700101T000000&#13;
TZOFFSETFROM:+0100&#13;
TZOFFSETTO:+0100&#13;
END:STANDARD&#13;
END:VTIMEZONE&#13;
END:VCALENDAR&#13;
</B:calendar-timezone></A:prop></A:set></B:mkcalendar>`
const davx5Body = `<?xml version='1.0' encoding='UTF-8' ?><CAL:mkcalendar xmlns="DAV:" xmlns:CAL="urn:ietf:params:xml:ns:caldav"><set><prop>
<resourcetype><collection /><CAL:calendar /></resourcetype><displayname>Reisen</displayname>
<n1:calendar-color xmlns:n1="http://apple.com/ns/ical/">#FF009688</n1:calendar-color>
<CAL:calendar-description>Unterwegs</CAL:calendar-description></prop></set></CAL:mkcalendar>`
const vdirsyncerBody = `<?xml version="1.0" encoding="utf-8" ?><mkcol xmlns="DAV:"><set><prop><resourcetype><collection/>
<C:calendar xmlns:C="urn:ietf:params:xml:ns:caldav"/></resourcetype></prop></set></mkcol>`

describe('MKCALENDAR', () => {
  it('makes a calendar in Outlook that can be read and written at once, shares events with others, and stays over a restart', async () => {
    const { bridge, url } = await open()
    expect((await making(url, 'club')).status).toBe(201)
    expect(names()).toEqual(['Club'])
    expect(Object.keys((await look(url, 'club')).etags)).toEqual([])
    expect((await put(url, 'club')).status).toBe(201)
    expect(eventsIn('Club')).toEqual(['Lunch'])
    expect(await shown(url, 'club')).toEqual({ name: 'Club', color: '#FF2968FF' })
    expect(bridge.report().calendars['club']).toMatchObject({ state: 'ok', resources: 1 })
    const { found } = await bridge.explain('club', 'Lunch', AbortSignal.timeout(5_000))
    expect(found.map(({ collection }) => collection)).toEqual([
      expect.objectContaining({ shown: true, name: 'lunch.ics' }),
    ])
    await complete({ bridge, url })
    expect((await ask(`${url}/readyz`)).status).toBe(200)
    expect((await making(url, 'club')).status).toBe(405)
    expect((await making(url, 'work')).status).toBe(405)

    expect((await move(url, 'club', 'work')).status).toBe(201)
    expect([eventsIn('Calendar'), eventsIn('Club')]).toEqual([['Lunch'], []])
    expect((await move(url, 'work', 'club')).status).toBe(201)
    expect([eventsIn('Calendar'), eventsIn('Club')]).toEqual([[], ['Lunch']])

    const before = await look(url, 'club')
    await bridge.close()
    const again = await world.open()
    expect(await look(again.url, 'club')).toEqual(before)
    expect(await shown(again.url, 'club')).toEqual({ name: 'Club', color: '#FF2968FF' })
    await again.bridge.close()
    // Before it was found again: a refusal of Graph is one to the client too, and no failure of ours.
    world.simulator.faults.add({ method: 'GET', count: 0, effect: refusal(403) })
    expect((await put((await world.open()).url, 'club')).status).toBe(403)
    expect(world.simulator.violations).toEqual([])
  })

  it('comes back from Outlook alone, with names and UIDs, when the data folder was lost', async () => {
    const { bridge, url } = await open(creating, { calendarListProperties: false })
    await making(url, 'club')
    await put(url, 'club')
    const before = await look(url, 'club')
    await bridge.close()
    await rm(join(world.folder, 'data'), { recursive: true })
    const again = await world.open()
    expect(await statusOf(again.url, 'club')).not.toBe(404)
    await again.bridge.sync('club', {})
    expect((await look(again.url, 'club')).etags).toEqual(before.etags)
    // Graph has been seen to change ids: the mark stays.
    world.simulator.control.replaceCalendarId({ calendar: 'Club' })
    await again.bridge.sync('club', {}).catch(() => undefined)
    await again.bridge.sync('club', {})
    expect(await again.bridge.findMade()).toBe(true)
    expect((await look(again.url, 'club')).etags).toEqual(before.etags)
    expect((await remove(again.url, 'club')).status).toBe(204)
    expect(names()).toEqual([])
  })

  it('makes no second one when the answer was lost, and the repeat finds it', async () => {
    const { url } = await open()
    world.simulator.faults.add({ method: 'POST', path: 'calendars$', when: 'after', effect: { kind: 'drop' } })
    expect((await making(url, 'club')).status).toBe(201)
    // Now neither the answer arrives nor can it be looked for; the first POST is refused, as the name is taken.
    world.simulator.faults.add({ method: 'POST', path: 'calendars$', skip: 1, when: 'after', effect: { kind: 'drop' } })
    world.simulator.faults.add({ method: 'GET', path: 'calendars\\?.*filter', skip: 2, effect: refusal(403) })
    const lost = await making(url, 'chess')
    expect([lost.status, lost.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^\d+$/)])
    expect(names()).toEqual(['Club', 'Club (2)'])
    expect(await statusOf(url, 'chess')).toBe(404)
    expect((await making(url, 'chess', 'Chess')).status).toBe(201)
    expect(names()).toEqual(['Club', 'Club (2)'])
    expect((await put(url, 'chess')).status).toBe(201)
    // Whatever Graph calls it that a name is taken.
    const taken = { ...refusal(400), code: 'ErrorFolderExists' }
    world.simulator.faults.add({ method: 'POST', path: 'calendars$', effect: taken })
    expect((await making(url, 'go', 'Go')).status).toBe(201)
    expect(names()).toEqual(['Club', 'Club (2)', 'Go (2)'])
  })

  it('is refused with the reason where the user or Outlook does not allow it, and leaves nothing behind', async () => {
    const { bridge, url } = await open()
    const bob = await fetch(`${url}/dav/calendars/bob/club/`, { method: 'MKCALENDAR', headers: asUser('bob:another') })
    expect([bob.status, await bob.text()]).toEqual([403, expect.stringMatching(/need-privileges[^]*<bind\b|:bind\b/)])
    world.simulator.faults.add({ method: 'POST', path: 'calendars$', effect: refusal(403) })
    const denied = await making(url, 'club')
    expect([denied.status, await denied.text()]).toEqual([403, expect.stringContaining('Calendars.ReadWrite')])
    expect([await shown(url, 'club'), names()]).toEqual([undefined, []])
    expect((await making(url, 'club')).status).toBe(201)
    // One name, one calendar: whoever else would make it is told so.
    const carol = await fetch(`${url}/dav/calendars/carol/club/`, {
      method: 'MKCALENDAR',
      headers: asUser('carol:a third'),
    })
    expect([carol.status, await carol.text()]).toEqual([
      403,
      expect.stringContaining('calendar-collection-location-ok'),
    ])
    expect((await bridge.backend.collections('carol')).map(({ slug }) => slug)).toEqual([])
    expect((await bridge.backend.collections('bob')).map(({ slug }) => slug)).toEqual(['work'])
  })

  it('is understood from Apple Calendar, DAVx5 and vdirsyncer', async () => {
    const { url } = await open()
    for (const [method, xml, name] of [
      ['MKCALENDAR', appleBody, '0F2B6C9E-6B4C-4C8C-9F0E-1A2B3C4D5E6F'],
      ['MKCALENDAR', davx5Body, 'b9f0c1d2-0000-4000-8000-000000000001'],
      ['MKCOL', vdirsyncerBody, 'from_local'],
    ] as const) {
      expect((await ask(`${url}${home}${name}/`, method, { body: xml })).status).toBe(201)
      expect((await ask(`${url}${home}${name}/`, 'PROPFIND', { depth: '0' })).status).toBe(207)
    }
    expect(names()).toEqual(['Untitled', 'Reisen', 'from-local'])
  })
})

describe('DELETE of a calendar', () => {
  it('removes it from Outlook, and its name is free: a new one has nothing of the old one', async () => {
    const { url } = await open()
    await making(url, 'club')
    await put(url, 'club')
    const before = await look(url, 'club')
    expect((await remove(url, 'club')).status).toBe(204)
    expect([names(), await statusOf(url, 'club')]).toEqual([[], 404])
    expect((await remove(url, 'club')).status).toBe(404)
    expect((await ask(`${url}${home}club/`, 'MKCALENDAR')).status).toBe(201)
    const after = await look(url, 'club')
    expect([after.etags, after.syncToken === before.syncToken]).toEqual([{}, false])
    expect(await shown(url, 'club')).toEqual({ name: 'club', color: '' })
    expect((await put(url, 'club')).status).toBe(201)
  })

  it('is refused for any that was not made here, and for one that does not carry the mark any more', async () => {
    const { url } = await open()
    const refused = await remove(url, 'personal')
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('need-privileges')])
    await making(url, 'club')
    const { id = '' } = world.simulator.control.calendars().find(({ name }) => name === 'Club') ?? {}
    await unmark(id)
    expect((await remove(url, 'club')).status).toBe(403)
    expect(names()).toEqual(['Club'])
  })

  it('in Outlook takes it away here, once Outlook has said so', async () => {
    const { bridge, url } = await open()
    await making(url, 'club')
    await put(url, 'club')
    world.simulator.faults.add({ method: 'GET', path: 'calendars\\?.*filter', effect: refusal(403) })
    expect([await bridge.findMade(), await statusOf(url, 'club')]).toEqual([false, 207])
    world.simulator.control.deleteCalendar({ calendar: 'Club' })
    expect(await bridge.findMade()).toBe(true)
    expect([await statusOf(url, 'club'), bridge.slugs]).toEqual([404, ['work', 'personal']])
    await complete({ bridge, url })
    expect((await ask(`${url}/readyz`)).status).toBe(200)
    expect((await making(url, 'club')).status).toBe(201)
    expect(Object.keys((await look(url, 'club')).etags)).toEqual([])
  })
})

describe('a calendar of the configuration', () => {
  it('takes the place of one that was made, also under its name', async () => {
    const { bridge, url } = await open()
    await making(url, 'club')
    await making(url, 'chess', 'Chess')
    await put(url, 'club')
    await bridge.close()
    const file = join(world.folder, 'graphdav.yaml')
    const added = `calendars:
  regatta: { account: tenant, source: { name: Club }, access: read-write }
  chess: { account: tenant, source: { name: Chess }, access: read-write }`
    await writeFile(file, (await readFile(file, 'utf8')).replace('calendars:', added))
    const again = await world.open()
    for (const slug of ['regatta', 'chess']) await again.bridge.sync(slug, {})
    expect(await again.bridge.findMade()).toBe(true)
    expect((await again.bridge.backend.collections('alice')).map(({ slug }) => slug)).toEqual([
      'regatta',
      'chess',
      'work',
      'personal',
    ])
    expect([(await remove(again.url, 'chess')).status, names()]).toEqual([403, ['Club', 'Chess']])
    expect(Object.keys((await look(again.url, 'regatta')).etags)).toHaveLength(1)
  })
})

describe('another name', () => {
  it('reaches Outlook from a calendar program, and comes back from there', async () => {
    const before = await open()
    await before.bridge.close()
    const file = join(world.folder, 'graphdav.yaml')
    const [{ id } = { id: '' }] = world.simulator.control.calendars().filter(({ name }) => name === 'Personal')
    await writeFile(file, (await readFile(file, 'utf8')).replace('{ name: Personal }', `{ id: '${id}' }`))
    const { bridge, url } = await world.open()
    await complete({ bridge, url })
    await making(url, 'club')
    expect((await rename(url, 'club', 'Chess club')).status).toBe(207)
    expect((await rename(url, 'personal', 'Private')).status).toBe(207)
    expect(names()).toEqual(['Chess club'])
    expect([(await shown(url, 'club'))?.name, (await shown(url, 'personal'))?.name]).toEqual(['Chess club', 'Private'])
    expect(world.simulator.control.calendars().map(({ name }) => name)).toContain('Private')
    world.simulator.control.updateCalendar({ calendar: 'Chess club' }, { name: 'Rowing' })
    await bridge.close()
    const again = await world.open()
    await again.bridge.sync('club', {})
    expect((await shown(again.url, 'club'))?.name).toBe('Rowing')
  })

  it('stays with the user where the configuration finds the calendar by its name, which would be lost at the next start', async () => {
    const { bridge, url } = await open()
    await complete({ bridge, url })
    expect((await rename(url, 'personal', 'Private')).status).toBe(207)
    expect((await shown(url, 'personal'))?.name).toBe('Private')
    await bridge.close()
    const again = await world.open()
    await complete(again)
    expect((await shown(again.url, 'personal'))?.name).toBe('Private')
  })

  it('stays with the user, quietly, where Outlook or the configuration has the name', async () => {
    const { bridge, url } = await open((text) =>
      creating(text).replace('{ name: Personal }', '{ name: Personal }, name: Mine'),
    )
    await complete({ bridge, url })
    await making(url, 'club')
    for (const [slug, name] of [
      ['work', 'Office'],
      ['personal', 'Private'],
      ['club', 'Personal'],
    ] as const) {
      expect((await rename(url, slug, name)).status).toBe(207)
      expect((await shown(url, slug))?.name).toBe(name)
    }
    expect(names()).toEqual(['Club'])
    world.simulator.faults.add({
      method: 'PATCH',
      path: 'calendars',
      count: 0,
      effect: { ...refusal(503), retryAfter: '60' },
    })
    expect((await rename(url, 'club', 'Chess')).status).toBe(503)
    expect((await shown(url, 'club'))?.name).toBe('Personal')
  })
})
