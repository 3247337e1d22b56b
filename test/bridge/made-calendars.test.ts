// Calendars made, renamed and removed from a calendar program: the composed program over real HTTP, on a simulated tenant.
import { afterEach, describe, expect, it } from 'vitest'
import { ask, authorization, look, startWorld, type Served, type World } from '../http/program.ts'
import { lunch as lunchInMarch } from '../sync/write-rig.ts'

let world: World
afterEach(() => world.stop())

const home = '/dav/calendars/alice/'
const creating = (text: string): string =>
  text
    .replace('source: default', 'source: default\n    access: read-write')
    .replace('{ name: Personal } }', '{ name: Personal }, access: read-write }')
    .replace('calendars: all }', 'calendars: all, create: tenant }')

async function open(configure = creating): Promise<Served> {
  world = await startWorld({ events: 0 }, configure)
  first = new Set(world.simulator.control.calendars().map(({ id }) => id))
  return await opened()
}

async function opened(): Promise<Served> {
  const served = await world.open()
  for (const slug of served.bridge.slugs) await served.bridge.sync(slug, {})
  return served
}

const make = (name: string): string =>
  `<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:A="http://apple.com/ns/ical/"><D:set><D:prop>
   <D:displayname>${name}</D:displayname><A:calendar-color>#FF2968FF</A:calendar-color></D:prop></D:set></C:mkcalendar>`
const making = (url: string, slug: string, name = 'Club') =>
  ask(`${url}${home}${slug}/`, 'MKCALENDAR', { body: make(name) })
export const remove = (url: string, slug: string) => ask(`${url}${home}${slug}/`, 'DELETE')
export const statusOf = async (url: string, slug: string) =>
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

describe('MKCALENDAR', () => {
  it('makes a calendar in Outlook that can be read and written at once', async () => {
    const { bridge, url } = await open()
    expect((await making(url, 'club')).status).toBe(201)
    expect(names()).toEqual(['Club'])
    expect(Object.keys((await look(url, 'club')).etags)).toEqual([])
    expect((await put(url, 'club')).status).toBe(201)
    expect(world.simulator.control.truth({ calendar: 'Club' }).events.map(({ subject }) => subject)).toEqual(['Lunch'])
    expect(bridge.report().calendars['club']).toMatchObject({ state: 'ok', resources: 1 })
    expect((await ask(`${url}/readyz`)).status).toBe(200)
    expect(world.simulator.violations).toEqual([])
  })
})
