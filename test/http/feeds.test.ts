import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import { expandIcs } from '../oracle/expand.ts'
import { event, hourOn, object } from '../caldav/texts.ts'
import { plainProfile } from '../feed/plain-profile.ts'
import { startBridge, type Answer } from './harness.ts'

const { token } = plainProfile
const expiry = Date.UTC(2026, 5, 1)

const bridge = startBridge({
  feeds: [
    plainProfile,
    { ...plainProfile, name: 'both', token: 'B'.repeat(22), calendars: ['work', 'home'] },
    { ...plainProfile, name: 'busy', token: 'C'.repeat(22), detail: 'busy' },
    { ...plainProfile, name: 'old', token: 'D'.repeat(22), expires: expiry },
  ],
})

const url = `/feeds/${token}/work.ics`
const get = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answer> =>
  bridge.ask(path, { method, headers, authorization: null })

const berlin = [
  'BEGIN:VTIMEZONE',
  'TZID:Europe/Berlin',
  'BEGIN:STANDARD',
  'DTSTART:19701025T030000',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'END:STANDARD',
  'BEGIN:DAYLIGHT',
  'DTSTART:19700329T020000',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
  'END:DAYLIGHT',
  'END:VTIMEZONE',
]
const series = object(
  ...berlin,
  ...event(
    'b-series',
    'DTSTART;TZID=Europe/Berlin:20260302T090000',
    'DTEND;TZID=Europe/Berlin:20260302T093000',
    'RRULE:FREQ=WEEKLY;COUNT=10',
    'SUMMARY:Stand-up',
  ),
)

beforeEach(() => {
  for (const name of ['a.ics', 'b.ics', 'c.ics', 'new.ics', 'broken.ics']) bridge.backend.forget('work', name)
  for (const name of ['a.ics', 'z.ics']) bridge.backend.forget('home', name)
  bridge.backend.store('work', 'c.ics', hourOn('c-single', '20260305'))
  bridge.backend.store('work', 'b.ics', series)
  bridge.backend.store('work', 'a.ics', hourOn('a-single', '20260304'))
})

describe('a feed', () => {
  it('is one calendar of all events, sorted by UID, with the headers that readers need', async () => {
    const answer = await get(url)
    expect(answer.status).toBe(200)
    expect(answer.text.match(/^UID:.*$/gm)?.map((line) => line.trim())).toEqual([
      'UID:a-single',
      'UID:b-series',
      'UID:c-single',
    ])
    expect(answer.text.match(/^BEGIN:VTIMEZONE/gm)).toHaveLength(1)
    expect(answer.text).toContain('X-WR-CALNAME:Calendar work\r\n')
    expect(answer.text.endsWith('END:VCALENDAR\r\n')).toBe(true)
    expect(answer.headers).toMatchObject({
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': 'inline; filename="work.ics"',
      'cache-control': 'private, max-age=300',
      'x-robots-tag': 'noindex',
    })
    expect(answer.headers.etag).toMatch(/^"[0-9a-f]{32}"$/)
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  it('shows another program the same instances', async () => {
    const { text } = await get(url)
    const found = expandIcs(text, Date.UTC(2026, 2, 1), Date.UTC(2026, 3, 1))
    expect(found.filter(({ uid }) => uid === 'b-series').map(({ start }) => new Date(start).toISOString())).toEqual([
      '2026-03-02T08:00:00.000Z',
      '2026-03-09T08:00:00.000Z',
      '2026-03-16T08:00:00.000Z',
      '2026-03-23T08:00:00.000Z',
      '2026-03-30T07:00:00.000Z',
    ])
  })

  it('says how old its data are', async () => {
    bridge.backend.change('work', { lastInStep: bridge.clock.now() - 93_500 })
    expect((await get(url)).headers['data-age']).toBe('93')
  })

  it('answers 304 to its ETag and to its date, without a body', async () => {
    const { headers } = await get(url)
    const byTag = await get(url, { 'If-None-Match': headers.etag ?? '' })
    expect(byTag.status).toBe(304)
    expect(byTag.body).toHaveLength(0)
    expect(byTag.headers.etag).toBe(headers.etag)
    expect((await get(url, { 'If-Modified-Since': headers['last-modified'] ?? '' })).status).toBe(304)
    expect(
      (await get(url, { 'If-None-Match': '"other"', 'If-Modified-Since': headers['last-modified'] ?? '' })).status,
    ).toBe(200)
  })

  it('changes its ETag and its date when an event goes, also within one second', async () => {
    const before = await get(url)
    bridge.backend.forget('work', 'c.ics')
    const after = await get(url)
    expect(after.headers.etag).not.toBe(before.headers.etag)
    expect((await get(url, { 'If-Modified-Since': before.headers['last-modified'] ?? '' })).status).toBe(200)
    expect(after.text).not.toContain('c-single')
  })

  it('reads only what changed, and nothing when nothing did', async () => {
    await get(url)
    bridge.backend.calls.length = 0
    await get(url)
    expect(bridge.backend.calls).toEqual([])
    bridge.backend.store('work', 'new.ics', hourOn('d-new', '20260306'))
    await get(url)
    expect(bridge.backend.calls).toEqual(['list work', 'read work 1'])
  })

  it('keeps its ETag when a change is not to be seen in it', async () => {
    const busy = `/feeds/${'C'.repeat(22)}/busy.ics`
    const before = await get(busy)
    bridge.backend.store('work', 'a.ics', hourOn('a-single', '20260304', 'LOCATION:Elsewhere'))
    const after = await get(busy)
    expect(after.headers.etag).toBe(before.headers.etag)
    expect(after.text).toBe(before.text)
    expect(after.text).not.toMatch(/a-single\r\n.*SUMMARY:a-single/)
    expect(after.text).toContain('SUMMARY:Busy')
  })

  it('HEAD has the headers of GET', async () => {
    const got = await get(url)
    const head = await get(url, {}, 'HEAD')
    expect(head.status).toBe(200)
    expect(head.body).toHaveLength(0)
    for (const name of ['etag', 'last-modified', 'content-type', 'content-length', 'content-disposition']) {
      expect(head.headers[name]).toBe(got.headers[name])
    }
  })

  it('is compressed with its own ETag, and either tag is known', async () => {
    const plain = await get(url)
    const br = await get(url, { 'Accept-Encoding': 'gzip, deflate, br' })
    const gzip = await get(url, { 'Accept-Encoding': 'gzip' })
    expect([br.headers['content-encoding'], gzip.headers['content-encoding']]).toEqual(['br', 'gzip'])
    expect(brotliDecompressSync(br.body).equals(plain.body)).toBe(true)
    expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true)
    expect(new Set([plain, br, gzip].map(({ headers }) => headers.etag)).size).toBe(3)
    for (const { headers } of [plain, br, gzip]) {
      expect((await get(url, { 'If-None-Match': headers.etag ?? '', 'Accept-Encoding': 'gzip' })).status).toBe(304)
    }
  })

  it('of several calendars takes a UID from the first that has it', async () => {
    bridge.backend.store('home', 'a.ics', hourOn('a-single', '20260401', 'LOCATION:home'))
    bridge.backend.store('home', 'z.ics', hourOn('z-home', '20260402'))
    const { text } = await get(`/feeds/${'B'.repeat(22)}/both.ics`)
    expect(text.match(/^UID:.*$/gm)?.map((line) => line.trim())).toEqual([
      'UID:a-single',
      'UID:b-series',
      'UID:c-single',
      'UID:z-home',
    ])
    expect(text).not.toContain('LOCATION:home')
    expect(text).toContain('X-WR-CALNAME:both\r\n')
  })

  it('loses one event to a text that cannot be read, and no other', async () => {
    bridge.backend.store('work', 'broken.ics', 'UID:broken\nnot a calendar\n')
    const answer = await get(url)
    expect(answer.status).toBe(200)
    expect(answer.text.match(/^BEGIN:VEVENT/gm)).toHaveLength(3)
  })
})

describe('a feed that is not there', () => {
  it.each([
    `/feeds/${'X'.repeat(22)}/work.ics`,
    `/feeds/${token}/home.ics`,
    `/feeds/${token}/work`,
    `/feeds/${token}/`,
    `/feeds/${token}`,
    `/feeds/${token}/work.ics/more`,
    `/feeds/${token.toLowerCase()}/work.ics`,
  ])('%s is 404', async (path) => {
    expect((await get(path)).status).toBe(404)
  })

  it('an expired one is 404 from its instant on', async () => {
    const old = `/feeds/${'D'.repeat(22)}/old.ics`
    const now = bridge.clock.now()
    bridge.clock.set(expiry - 1)
    expect((await get(old)).status).toBe(200)
    bridge.clock.set(expiry)
    expect((await get(old)).status).toBe(404)
    bridge.clock.set(now)
  })

  it.each(['PUT', 'POST', 'DELETE', 'PROPFIND', 'OPTIONS'])('%s is 405 with what is allowed', async (method) => {
    const answer = await bridge.ask(url, { method, authorization: null, headers: { 'If-Match': '"nothing"' } })
    expect(answer.status).toBe(405)
    expect(answer.headers.allow).toBe('GET, HEAD')
  })

  it('is 503 with Retry-After until the first round is complete', async () => {
    bridge.backend.change('work', { state: 'first-round' })
    const answer = await get(url)
    bridge.backend.change('work', { state: 'ready' })
    expect(answer.status).toBe(503)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  })
})

it('robots are let in', async () => {
  const answer = await get('/robots.txt')
  expect(answer.status).toBe(200)
  expect(answer.text).not.toMatch(/Disallow: *\S/)
})
