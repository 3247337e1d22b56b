// The tsdav package creates, edits and deletes an event; the simulated tenant shows it.
import { createDAVClient } from 'tsdav'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hourOn } from '../caldav/texts.ts'
import { password, startWorld, type World } from './program.ts'

const day = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10)
const text = (title: string): string =>
  hourOn('tsdav-1', day.replaceAll('-', '')).replace('SUMMARY:tsdav-1', `SUMMARY:${title}`)

let world: World
beforeAll(async () => {
  world = await startWorld({}, (text) => text.replace('source: default', 'source: default\n    access: read-write'))
})
afterAll(() => world.stop())

/** Titles in the tenant that begin with `tsdav`. */
function titles(): readonly string[] {
  const { instances } = world.simulator.control.truth({}, { from: `${day}T00:00:00Z`, to: `${day}T23:59:59Z` })
  return instances.map((one) => String(one['subject'])).filter((title) => title.startsWith('tsdav'))
}

describe('tsdav', () => {
  it('creates, edits and deletes, and each arrives in Outlook once', async () => {
    const { bridge, url } = await world.open()
    await bridge.sync('work', {})
    const client = await createDAVClient({
      serverUrl: url,
      credentials: { username: 'alice', password },
      authMethod: 'Basic',
      defaultAccountType: 'caldav',
    })
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
})
