import { describe, expect, it } from 'vitest'
import type { FreeBusySource } from '../../src/caldav/free-busy-source.ts'
import { UnavailableError } from '../../src/base/errors.ts'
import { apple, caldav, dav, keyOf } from '../../src/caldav/names.ts'
import { childNamed, childrenNamed, elementsOf, textOf, type XmlElement } from '../../src/caldav/xml.ts'
import { event, object } from '../caldav/texts.ts'
import { body, preconditionsIn, propertyOf, propertyText, responseOf, responsesOf } from './dav-xml.ts'
import { basic, startBridge, type Answer } from './harness.ts'

const nine = Date.UTC(2026, 2, 2, 9)
const hour = 3_600_000
let isDown = false
const reasons = new Map<string, 'denied' | 'unavailable'>([
  ['private@example.com', 'denied'],
  ['later@example.com', 'unavailable'],
])
const source: FreeBusySource = {
  availability: ({ addresses }) =>
    isDown
      ? Promise.reject(new UnavailableError('Graph cannot be reached', 20))
      : Promise.resolve(
          addresses.map((address) =>
            address === 'colleague@example.com'
              ? {
                  kind: 'known',
                  address,
                  busy: [
                    { start: nine, end: nine + hour, kind: 'busy' },
                    { start: nine + hour, end: nine + 2 * hour, kind: 'busy' },
                    { start: nine + 4 * hour, end: nine + 5 * hour, kind: 'tentative' },
                    { start: nine + 6 * hour, end: nine + 7 * hour, kind: 'unavailable' },
                  ],
                }
              : { kind: reasons.get(address) ?? 'unknown', address },
          ),
        ),
}

const bridge = startBridge({ freeBusy: source })
const busy = (uid: string, start: string, end: string, ...lines: readonly string[]): string =>
  object(...event(uid, `DTSTART:20260302T${start}00Z`, `DTEND:20260302T${end}00Z`, ...lines))
bridge.backend
  .store('work', '1.ics', busy('1', '0900', '1000'))
  .store('work', '2.ics', busy('2', '0930', '1030'))
  .store('work', '3.ics', busy('3', '1200', '1300', 'TRANSP:TRANSPARENT'))
  .store('work', '4.ics', busy('4', '1300', '1400', 'STATUS:CANCELLED'))
  .store('work', '5.ics', busy('5', '1400', '1500', 'STATUS:TENTATIVE'))
  .store('work', '6.ics', busy('6', '1600', '1700', 'X-MICROSOFT-CDO-BUSYSTATUS:OOF'))
  .store(
    'work',
    '7.ics',
    object(
      ...event(
        '7',
        'DTSTART:20260220T200000Z',
        'DTEND:20260220T210000Z',
        'RRULE:FREQ=DAILY',
        'EXDATE:20260302T200000Z',
      ),
    ),
  )

const outbox = '/dav/calendars/alice/outbox/'
const freeBusy = (text: string): readonly string[] => text.match(/^FREEBUSY.*$/gm)?.map((line) => line.trim()) ?? []

describe('free-busy-query', () => {
  const ask = (range: string): Promise<Answer> =>
    bridge.ask('/dav/calendars/alice/work/', { method: 'REPORT', body: body('C:free-busy-query', range) })

  it('gives one VFREEBUSY of merged periods in UTC, each with its type', async () => {
    const answer = await ask('<C:time-range start="20260302T000000Z" end="20260303T000000Z"/>')
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toMatch(/^text\/calendar/)
    expect(freeBusy(answer.text)).toEqual([
      'FREEBUSY;FBTYPE=BUSY:20260302T090000Z/20260302T103000Z',
      'FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260302T160000Z/20260302T170000Z',
      'FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260302T140000Z/20260302T150000Z',
    ])
    expect(answer.text).toContain('DTSTART:20260302T000000Z\r\n')
    expect(answer.text).not.toMatch(/SUMMARY|METHOD/)
  })

  it('cuts periods to the range', async () => {
    const { text } = await ask('<C:time-range start="20260302T091500Z" end="20260302T100000Z"/>')
    expect(freeBusy(text)).toEqual(['FREEBUSY;FBTYPE=BUSY:20260302T091500Z/20260302T100000Z'])
  })

  it.each(['', '<C:time-range start="20260302T000000Z"/>'])('needs a range with both ends: %j', async (range) => {
    expect((await ask(range)).status).toBe(400)
  })
})

describe('a range that is too long', () => {
  it('is refused by free-busy-query: what is left out would look like free time', async () => {
    bridge.backend.addCalendar('daily').addUser('alice', ['work', 'home', 'daily'])
    bridge.backend.store(
      'daily',
      'd.ics',
      object(...event('d', 'DTSTART:20000101T090000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY')),
    )
    const ask = (end: string) => ({
      method: 'REPORT',
      body: body('C:free-busy-query', `<C:time-range start="20000101T000000Z" end="${end}"/>`),
    })
    expect((await bridge.ask('/dav/calendars/alice/daily/', ask('20010101T000000Z'))).status).toBe(200)
    const answer = await bridge.xml('/dav/calendars/alice/daily/', ask('20990101T000000Z'), 507)
    expect(preconditionsIn(answer)[0]).toBe(keyOf(dav('number-of-matches-within-limits')))
    bridge.backend.addUser('alice', ['work', 'home'])
  })
})

describe('the outbox', () => {
  const request = (...attendees: readonly string[]): string =>
    [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//test//EN',
      'METHOD:REQUEST',
      'BEGIN:VFREEBUSY',
      'UID:fb-1',
      'DTSTAMP:20260301T000000Z',
      'DTSTART:20260302T000000Z',
      'DTEND:20260303T000000Z',
      'ORGANIZER:mailto:alice@example.com',
      ...attendees.map((one) => `ATTENDEE:${one}`),
      'END:VFREEBUSY',
      'END:VCALENDAR',
      '',
    ].join('\r\n')
  const post = (text: string, type = 'text/calendar; charset=utf-8') => ({
    method: 'POST',
    headers: { 'Content-Type': type },
    body: text,
  })
  const inside = (response: XmlElement, name: 'recipient' | 'request-status' | 'calendar-data'): string => {
    const child = childNamed(response, caldav(name))
    return child ? textOf(child) : ''
  }

  it('answers each person once: known, or why not; and the user from the own calendars', async () => {
    const text = request(
      'mailto:colleague@example.com',
      'MAILTO:Alice@example.com',
      'mailto:nobody@example.com',
      'urn:uuid:1',
      'mailto:COLLEAGUE@example.com',
      'mailto:private@example.com',
      'mailto:later@example.com',
    )
    const answer = await bridge.xml(outbox, post(text), 200)
    expect(keyOf(answer.name)).toBe(keyOf(caldav('schedule-response')))
    const responses = childrenNamed(answer, caldav('response'))
    expect(
      responses.map((response) => [inside(response, 'recipient').toLowerCase(), inside(response, 'request-status')]),
    ).toEqual([
      ['mailto:colleague@example.com', '2.0;Success'],
      ['mailto:alice@example.com', '2.0;Success'],
      ['mailto:nobody@example.com', '3.7;Invalid calendar user'],
      ['urn:uuid:1', '3.7;Invalid calendar user'],
      ['mailto:private@example.com', '3.8;No authority'],
      ['mailto:later@example.com', '5.1;Service unavailable'],
    ])
    const [colleague, alice] = responses.map((response) => inside(response, 'calendar-data'))
    expect(freeBusy(colleague ?? '')).toEqual([
      'FREEBUSY;FBTYPE=BUSY:20260302T090000Z/20260302T110000Z',
      'FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260302T150000Z/20260302T160000Z',
      'FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260302T130000Z/20260302T140000Z',
    ])
    expect(colleague).toContain('METHOD:REPLY')
    expect(colleague).toContain('UID:fb-1')
    expect(freeBusy(alice ?? '')[0]).toBe('FREEBUSY;FBTYPE=BUSY:20260302T090000Z/20260302T103000Z')
  })

  it('leaves out own calendars that the user made transparent', async () => {
    const transp =
      '<D:set><D:prop><C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp></D:prop></D:set>'
    const restore = transp.replace('transparent', 'opaque')
    await bridge.ask('/dav/calendars/alice/work/', { method: 'PROPPATCH', body: body('D:propertyupdate', transp) })
    const answer = await bridge.xml(outbox, post(request('mailto:alice@example.com')), 200)
    expect(textOf(answer)).not.toContain('FREEBUSY;')
    await bridge.ask('/dav/calendars/alice/work/', { method: 'PROPPATCH', body: body('D:propertyupdate', restore) })
  })

  it('leaves out what others share with the user, and asks them about themselves', async () => {
    bridge.backend
      .addCalendar('shared', { isShared: true, ownerAddresses: ['colleague@example.com'] })
      .store('shared', 'theirs.ics', busy('theirs', '0800', '1200'))
      .addUser('alice', ['work', 'home', 'shared'], { addresses: ['alice@example.com', 'colleague@example.com'] })
    const answer = await bridge.xml(
      outbox,
      post(request('mailto:alice@example.com', 'mailto:colleague@example.com')),
      200,
    )
    const [alice, colleague] = childrenNamed(answer, caldav('response')).map((one) => inside(one, 'calendar-data'))
    expect(freeBusy(alice ?? '')[0]).toBe('FREEBUSY;FBTYPE=BUSY:20260302T090000Z/20260302T103000Z')
    expect(freeBusy(colleague ?? '')[0]).toBe('FREEBUSY;FBTYPE=BUSY:20260302T090000Z/20260302T110000Z')
    const transp = await bridge.xml('/dav/calendars/alice/shared/', {
      method: 'PROPFIND',
      body: body('D:propfind', '<D:prop><C:schedule-calendar-transp/></D:prop>'),
    })
    const value = propertyOf(responseOf(transp, '/dav/calendars/alice/shared/'), caldav('schedule-calendar-transp'))
    expect(elementsOf(value).map(({ name }) => name.local)).toEqual(['transparent'])
    bridge.backend.addUser('alice', ['work', 'home'])
  })

  it('asks nobody else about the user', async () => {
    isDown = true
    const answer = await bridge.xml(outbox, post(request('mailto:alice@example.com')), 200)
    isDown = false
    expect(textOf(answer)).toContain('2.0;Success')
  })

  it('is 503 with Retry-After when nobody can be asked now', async () => {
    isDown = true
    const answer = await bridge.ask(outbox, post(request('mailto:colleague@example.com')))
    isDown = false
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '20'])
  })

  it.each([
    [
      'an invitation',
      object(...event('x', 'DTSTART:20260302T090000Z')).replace('PRODID', 'METHOD:REQUEST\r\nPRODID'),
      'valid-scheduling-message',
    ],
    ['a reply', request('mailto:a@b.c').replace('REQUEST', 'REPLY'), 'valid-scheduling-message'],
    ['nobody to ask about', request(), 'valid-scheduling-message'],
    ['more than 400 days', request('mailto:a@b.c').replace('DTEND:2026', 'DTEND:2028'), 'valid-scheduling-message'],
    ['no end', request('mailto:a@b.c').replace(/DTEND.*\r\n/, ''), 'valid-scheduling-message'],
    [
      'a local time',
      request('mailto:a@b.c').replace('DTEND:20260303T000000Z', 'DTEND:20260303T000000'),
      'valid-scheduling-message',
    ],
    ['what is no calendar', 'hello', 'valid-calendar-data'],
  ] as const)('%s is refused', async (_, text, precondition) => {
    expect(preconditionsIn(await bridge.xml(outbox, post(text), 403))[0]).toBe(keyOf(caldav(precondition)))
  })

  it('takes text/calendar only', async () => {
    const refused = await bridge.xml(outbox, post(request('mailto:a@b.c'), 'text/plain'), 403)
    expect(preconditionsIn(refused)[0]).toBe(keyOf(caldav('supported-calendar-data')))
  })

  it("is the user's own", async () => {
    expect(
      (await bridge.ask(outbox, { ...post(request('mailto:a@b.c')), authorization: basic('bob', 'b') })).status,
    ).toBe(404)
  })
})

describe('reports about principals', () => {
  const report = (tag: string, inside: string) => ({
    method: 'REPORT',
    headers: { Depth: '0' },
    body: body(tag, inside),
  })

  it('says by what principals can be searched', async () => {
    const answer = await bridge.xml('/dav/principals/', report('D:principal-search-property-set', ''), 200)
    expect(keyOf(answer.name)).toBe(keyOf(dav('principal-search-property-set')))
    expect(elementsOf(answer).length).toBeGreaterThan(0)
  })

  it.each([
    ['<D:displayname/>', 'ALI', 1],
    ['<D:displayname/>', 'bob', 0],
    ['<C:calendar-user-address-set/>', 'alice@', 1],
    ['<D:displayname/><C:calendar-user-address-set/>', 'alice', 1],
    ['<D:owner/><X:x xmlns:X="urn:x"/>', 'alice', 0],
  ])('searches %s for %s', async (prop, match, count) => {
    const sent = report(
      'D:principal-property-search',
      `<D:property-search><D:prop>${prop}</D:prop><D:match>${match}</D:match></D:property-search><D:prop><D:displayname/></D:prop>`,
    )
    const answer = responsesOf(await bridge.xml('/dav/principals/', sent))
    expect(answer.map(({ href }) => href)).toEqual(Array.from({ length: count }, () => '/dav/principals/alice/'))
  })

  it('matches the user', async () => {
    const answer = await bridge.xml(
      '/dav/principals/',
      report('D:principal-match', '<D:self/><D:prop><C:calendar-home-set/></D:prop>'),
    )
    expect(propertyOf(responseOf(answer, '/dav/principals/alice/'), caldav('calendar-home-set'))).toBeDefined()
  })

  it('matches what the user owns', async () => {
    const answer = await bridge.xml(
      '/dav/calendars/alice/',
      report(
        'D:principal-match',
        '<D:principal-property><D:owner/></D:principal-property><D:prop><D:displayname/></D:prop>',
      ),
    )
    expect(responsesOf(answer).map(({ href }) => href)).toContain('/dav/calendars/alice/work/')
  })

  it('expands hrefs into what they point to', async () => {
    const sent = report(
      'D:expand-property',
      '<D:property name="calendar-home-set" namespace="urn:ietf:params:xml:ns:caldav"><D:property name="displayname"/><D:property name="owner"><D:property name="principal-URL"/></D:property></D:property><D:property name="displayname"/><D:property name="calendar-proxy-read-for" namespace="http://calendarserver.org/ns/"><D:property name="displayname"/></D:property>',
    )
    const outer = responseOf(await bridge.xml('/dav/principals/alice/', sent), '/dav/principals/alice/')
    expect(propertyText(outer, dav('displayname'))).toBe('alice')
    expect(outer.others.get(404)).toEqual(['{http://calendarserver.org/ns/}calendar-proxy-read-for'])
    const home = responseOf(propertyOf(outer, caldav('calendar-home-set')), '/dav/calendars/alice/')
    const owner = responseOf(propertyOf(home, dav('owner')), '/dav/principals/alice/')
    expect(childrenNamed(propertyOf(owner, dav('principal-URL')), dav('href')).map(textOf)).toEqual([
      '/dav/principals/alice/',
    ])
  })

  it("does not tell about what is not there or not the user's", async () => {
    const sent = report(
      'D:expand-property',
      '<D:property name="calendar-user-address-set" namespace="urn:ietf:params:xml:ns:caldav"><D:property name="displayname"/></D:property>',
    )
    const outer = responseOf(await bridge.xml('/dav/principals/alice/', sent), '/dav/principals/alice/')
    expect(responseOf(propertyOf(outer, caldav('calendar-user-address-set')), 'mailto:alice@example.com').status).toBe(
      404,
    )
  })

  it('follows hrefs that lead in circles only so far', async () => {
    const hrefs = '<D:href>/dav/calendars/alice/</D:href>'.repeat(40)
    const sent = `<D:set><D:prop><X:loop xmlns:X="urn:x">${hrefs}</X:loop></D:prop></D:set>`
    await bridge.xml('/dav/calendars/alice/', { method: 'PROPPATCH', body: body('D:propertyupdate', sent) })
    const nested = (depth: number): string =>
      `<D:property name="loop" namespace="urn:x">${depth === 0 ? '<D:property name="owner"/>' : nested(depth - 1)}</D:property>`
    const ask = (depth: number) => ({ method: 'REPORT', body: body('D:expand-property', nested(depth)) })
    await bridge.xml('/dav/calendars/alice/', ask(0))
    const answer = await bridge.xml('/dav/calendars/alice/', ask(20), 507)
    expect(preconditionsIn(answer)[0]).toBe(keyOf(dav('number-of-matches-within-limits')))
  })

  it.each(['<D:property/>', '<D:property name="a b"/>', '<D:property name="&lt;x&gt;"/>'])(
    'a name that is none is 400: %s',
    async (property) => {
      expect((await bridge.ask('/dav/principals/alice/', report('D:expand-property', property))).status).toBe(400)
    },
  )
})

describe('a whole calendar', () => {
  it('is one text with all events, and 304 while nothing changes', async () => {
    const answer = await bridge.ask('/dav/calendars/alice/work/')
    expect(answer.status).toBe(200)
    expect(answer.text.match(/^UID:/gm)).toHaveLength(7)
    const again = await bridge.ask('/dav/calendars/alice/work/', {
      headers: { 'If-None-Match': answer.headers.etag ?? '' },
    })
    expect(again.status).toBe(304)
    bridge.backend.store('work', '8.ics', busy('8', '2200', '2300'))
    expect((await bridge.ask('/dav/calendars/alice/work/')).headers.etag).not.toBe(answer.headers.etag)
  })
})

it('properties set at the same time are all kept', async () => {
  const sets = Array.from({ length: 20 }, (_, index) =>
    bridge.ask('/dav/calendars/alice/home/', {
      method: 'PROPPATCH',
      body: body('D:propertyupdate', `<D:set><D:prop><X:p${index} xmlns:X="urn:x">1</X:p${index}></D:prop></D:set>`),
    }),
  )
  await Promise.all([
    ...sets,
    bridge.ask('/dav/calendars/alice/home/', {
      method: 'PROPPATCH',
      body: body('D:propertyupdate', '<D:set><D:prop><A:calendar-order>5</A:calendar-order></D:prop></D:set>'),
    }),
  ])
  const answer = await bridge.xml('/dav/calendars/alice/home/', {
    method: 'PROPFIND',
    headers: { Depth: '0' },
    body: body('D:propfind', '<D:allprop/>'),
  })
  const found = responseOf(answer, '/dav/calendars/alice/home/').found
  expect([...found.keys()].filter((key) => key.startsWith('{urn:x}'))).toHaveLength(20)
  expect(found.has(keyOf(apple('calendar-order')))).toBe(true)
})
