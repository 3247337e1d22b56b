// The tsdav package creates, edits and deletes an event; the simulated tenant shows it.
import { createDAVClient } from 'tsdav'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hourOn } from '../caldav/texts.ts'
import { password, startWorld, type Served, type World } from './program.ts'

const day = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10)
const text = (title: string): string =>
  hourOn('tsdav-1', day.replaceAll('-', '')).replace('SUMMARY:tsdav-1', `SUMMARY:${title}`)

let world: World
let served: Served
beforeAll(async () => {
  world = await startWorld({}, (text) =>
    text
      .replace('source: default', 'source: default\n    access: read-write')
      .replace('calendars: all }', 'calendars: all, create: tenant }'),
  )
  served = await world.open()
  await served.bridge.sync('work', {})
})
afterAll(() => world.stop())

/** Titles in the tenant that begin with `tsdav`. */
function titles(): readonly string[] {
  const { instances } = world.simulator.control.truth({}, { from: `${day}T00:00:00Z`, to: `${day}T23:59:59Z` })
  return instances.map((one) => String(one['subject'])).filter((title) => title.startsWith('tsdav'))
}

const signedIn = () =>
  createDAVClient({
    serverUrl: served.url,
    credentials: { username: 'alice', password },
    authMethod: 'Basic',
    defaultAccountType: 'caldav',
  })

describe('tsdav', () => {
  it('creates, edits and deletes, and each arrives in Outlook once', async () => {
    const client = await signedIn()
    const calendar = (await client.fetchCalendars()).find((one) => one.url.endsWith('/work/'))
    if (!calendar) throw new Error('no calendar')
    const made = await client.createCalendarObject({
      calendar,
      iCalString: text('tsdav made'),
      filename: 'tsdav-1.ics',
    })
    expect([made.status, titles()]).toEqual([201, ['tsdav made']])

    const read = async () => {
      const [object] = await client.fetchCalendarObjects({ calendar, objectUrls: [`${calendar.url}tsdav-1.ics`] })
      if (!object) throw new Error('no event')
      return object
    }
    const before = await read()
    expect(before.data).toContain('SUMMARY:tsdav made')
    const edited = { ...before, data: String(before.data).replace('tsdav made', 'tsdav edited') }
    expect((await client.updateCalendarObject({ calendarObject: edited })).status).toBe(204)
    expect(titles()).toEqual(['tsdav edited'])

    const late = { ...before, data: String(before.data).replace('tsdav made', 'tsdav too late') }
    expect((await client.updateCalendarObject({ calendarObject: late })).status).toBe(412)
    expect(titles()).toEqual(['tsdav edited'])
    expect((await client.deleteCalendarObject({ calendarObject: await read() })).status).toBe(204)
    expect(titles()).toEqual([])
  })

  it('makes a calendar, finds it, fills it and removes it', async () => {
    const client = await signedIn()
    const path = `${served.url}/dav/calendars/alice/rowing/`
    const [answer] = await client.makeCalendar({ url: path, props: { displayname: 'Rowing' } })
    const calendar = (await client.fetchCalendars()).find((one) => one.displayName === 'Rowing')
    if (!calendar) throw new Error(`no calendar: ${answer?.status}`)
    const made = await client.createCalendarObject({ calendar, iCalString: text('tsdav rows'), filename: 'row.ics' })
    expect([made.status, calendar.url]).toEqual([201, path])
    expect(world.simulator.control.truth({ calendar: 'Rowing' }).events).toHaveLength(1)
    await client.deleteObject({ url: path })
    expect((await client.fetchCalendars()).map((one) => one.displayName)).not.toContain('Rowing')
    expect(world.simulator.control.calendars().map(({ name }) => name)).not.toContain('Rowing')
  })
})
