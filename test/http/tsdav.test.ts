// The tsdav package as a client: finds the calendars from the server's address alone, reads all, follows changes.
import { createDAVClient, type DAVCalendar } from 'tsdav'
import { beforeAll, describe, expect, it } from 'vitest'
import { event, hourOn, object } from '../caldav/texts.ts'
import { alicesPassword, startBridge } from './harness.ts'

const bridge = startBridge()
bridge.backend
  .store('work', 'a.ics', hourOn('a', '20260302'))
  .store('work', 'b@c d.ics', hourOn('b', '20260401'))
  .store(
    'work',
    's.ics',
    object(...event('s', 'DTSTART:20260105T090000Z', 'DTEND:20260105T100000Z', 'RRULE:FREQ=WEEKLY', 'SUMMARY:Weekly')),
  )

describe('tsdav', () => {
  let client: Awaited<ReturnType<typeof createDAVClient>>
  let calendars: readonly DAVCalendar[] = []
  const work = (): DAVCalendar => {
    const found = calendars.find(({ url }) => url.endsWith('/work/'))
    if (!found) throw new Error('no calendar')
    return found
  }

  beforeAll(async () => {
    client = await createDAVClient({
      serverUrl: bridge.url(),
      credentials: { username: 'alice', password: alicesPassword },
      authMethod: 'Basic',
      defaultAccountType: 'caldav',
    })
    calendars = await client.fetchCalendars()
  })

  it('finds the calendars with name, colour, components, reports and tokens', () => {
    expect(calendars.map(({ displayName }) => displayName)).toEqual(['Calendar work', 'Calendar home'])
    expect(work()).toMatchObject({
      calendarColor: '#3366cc',
      components: ['VEVENT'],
      timezone: expect.stringContaining('VTIMEZONE'),
    })
    expect(work().reports).toEqual(expect.arrayContaining(['syncCollection', 'calendarMultiget', 'calendarQuery']))
    expect(work().syncToken).toBe(work().ctag)
  })

  it('reads all objects, or those of a range, or their instances', async () => {
    const all = await client.fetchCalendarObjects({ calendar: work() })
    expect(all.map(({ url }) => decodeURIComponent(url.split('/').at(-1) ?? '')).sort()).toEqual([
      'a.ics',
      'b@c d.ics',
      's.ics',
    ])
    for (const { data, etag } of all) {
      expect(data).toContain('BEGIN:VEVENT')
      expect(etag).toMatch(/^"?[0-9a-f]+"?$/)
    }
    const timeRange = { start: '2026-04-01T00:00:00Z', end: '2026-04-02T00:00:00Z' }
    const some = await client.fetchCalendarObjects({ calendar: work(), timeRange })
    expect(some.map(({ data }) => /UID:(\w)/.exec(String(data))?.[1])).toEqual(['b'])
    const week = { start: '2026-03-02T00:00:00Z', end: '2026-03-16T00:00:00Z' }
    const expanded = await client.fetchCalendarObjects({ calendar: work(), timeRange: week, expand: true })
    const series = expanded.find(({ data }) => String(data).includes('UID:s'))
    expect(
      String(series?.data)
        .match(/^DTSTART:.*$/gm)
        ?.map((line) => line.trim()),
    ).toEqual(['DTSTART:20260302T090000Z', 'DTSTART:20260309T090000Z'])
  })

  it('follows a change, a new event and a deletion', async () => {
    const objects = await client.fetchCalendarObjects({ calendar: work() })
    bridge.backend.store('work', 'a.ics', hourOn('a', '20260303'))
    bridge.backend.store('work', 'n.ics', hourOn('n', '20260304'))
    bridge.backend.forget('work', 'b@c d.ics')
    const { created, updated, deleted } = await client
      .smartCollectionSync({
        collection: { ...work(), objects, objectMultiGet: client.calendarMultiGet },
        method: 'webdav',
        detailedResult: true,
      })
      .then(({ objects: changes }) => changes)
    const names = (list: readonly { readonly url: string }[]): readonly string[] =>
      list.map(({ url }) => decodeURIComponent(url.split('/').at(-1) ?? ''))
    expect([names(created), names(updated), names(deleted)]).toEqual([['n.ics'], ['a.ics'], ['b@c d.ics']])
    expect(String(updated[0]?.data)).toContain('DTSTART:20260303')
  })

  it('sees that the ctag moved', async () => {
    const { isDirty } = await client.isCollectionDirty({ collection: work() })
    expect(isDirty).toBe(true)
  })

  it('is told that it may not write', async () => {
    const answer = await client.createCalendarObject({
      calendar: work(),
      filename: 'x.ics',
      iCalString: hourOn('x', '20260302'),
    })
    expect(answer.status).toBe(403)
  })
})
