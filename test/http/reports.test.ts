import { afterEach, describe, expect, it } from 'vitest'
import { caldav, dav, keyOf } from '../../src/caldav/names.ts'
import { childNamed, childrenNamed, textOf, type XmlElement } from '../../src/caldav/xml.ts'
import { event, hourOn, object } from '../caldav/texts.ts'
import { body, preconditionsIn, propertyText, responseOf, responsesOf } from './dav-xml.ts'
import { basic, startBridge } from './harness.ts'

const bridge = startBridge({ publicUrl: 'https://cal.example.org/cal/' })
const prefix = '/cal/dav/calendars/alice/work/'
const work = '/dav/calendars/alice/work/'

const day = (text: string): number => Date.parse(text)
bridge.backend
  .store('work', 'a.ics', hourOn('a', '20260302'), { first: day('2026-03-02T10:00Z'), last: day('2026-03-02T11:00Z') })
  .store('work', 'b@x.ics', hourOn('b', '20260401'), {
    first: day('2026-04-01T10:00Z'),
    last: day('2026-04-01T11:00Z'),
  })
  .store(
    'work',
    's.ics',
    object(
      ...event('s', 'DTSTART:20260105T090000Z', 'DTEND:20260105T100000Z', 'RRULE:FREQ=WEEKLY', 'SUMMARY:Weekly'),
      ...event(
        's',
        'RECURRENCE-ID:20260302T090000Z',
        'DTSTART:20260304T090000Z',
        'DTEND:20260304T100000Z',
        'SUMMARY:Moved',
      ),
    ),
    { first: day('2026-01-05T09:00Z'), last: null },
  )

const names = (answer: XmlElement): readonly string[] =>
  responsesOf(answer).map(({ href }) => href.split('/').at(-1) ?? '')
const report = (tag: string, inside: string) => ({ method: 'REPORT', body: body(tag, inside) })

describe('calendar-multiget', () => {
  const multiget = (...hrefs: readonly string[]) =>
    report(
      'C:calendar-multiget',
      `<D:prop><D:getetag/><C:calendar-data/></D:prop>${hrefs.map((href) => `<D:href>${href}</D:href>`).join('')}`,
    )

  it('gives the stored text and its ETag', async () => {
    const answer = await bridge.xml(work, multiget(`${prefix}a.ics`))
    const got = await bridge.ask(`${work}a.ics`)
    const response = responseOf(answer, `${prefix}a.ics`)
    expect(propertyText(response, caldav('calendar-data'))).toBe(got.text)
    expect(propertyText(response, dav('getetag'))).toBe(got.headers.etag)
  })

  it.each([
    ['with the prefix', `${prefix}b@x.ics`],
    ['without the prefix', `${work}b@x.ics`],
    ['encoded in another way', `${prefix}b%40x.ics`],
    ['every octet encoded', `${work}%62%40%78%2e%69%63%73`],
    ['absolute', `https://cal.example.org${prefix}b@x.ics`],
    ['of another scheme', `http://127.0.0.1:1${prefix}b@x.ics`],
    ['with white space around', `\n  ${prefix}b@x.ics\n`],
  ])('finds an href %s and answers the canonical one', async (_, href) => {
    expect(responsesOf(await bridge.xml(work, multiget(href))).map((response) => response.href)).toEqual([
      `${prefix}b@x.ics`,
    ])
  })

  it('answers each resource once, and 404 without propstat for what is not there', async () => {
    const hrefs = [
      `${prefix}a.ics`,
      `${prefix}gone.ics`,
      `${work}a.ics`,
      `${prefix}gone.ics`,
      '/elsewhere',
      `${prefix}%zz`,
      '/cal/dav/calendars/alice/home/a.ics',
    ]
    const answer = responsesOf(await bridge.xml(work, multiget(...hrefs)))
    expect(answer.filter(({ status }) => status === 0).map(({ href }) => href)).toEqual([`${prefix}a.ics`])
    const missing = answer.filter(({ status }) => status === 404)
    expect(missing.map(({ href }) => href).sort()).toEqual(
      [`${prefix}gone.ics`, '/elsewhere', `${prefix}%zz`, '/cal/dav/calendars/alice/home/a.ics'].sort(),
    )
    expect(missing.every(({ found }) => found.size === 0)).toBe(true)
  })

  it("never gives another user's resources", async () => {
    const answer = responsesOf(await bridge.xml(work, multiget('/cal/dav/calendars/bob/bobs/x.ics')))
    expect(answer.map(({ status }) => status)).toEqual([404])
  })

  it('takes all hrefs of a large calendar at once', async () => {
    const hrefs = Array.from({ length: 5000 }, (_, index) => `${prefix}none-${index}.ics`)
    expect(responsesOf(await bridge.xml(work, multiget(...hrefs, `${prefix}a.ics`)))).toHaveLength(5001)
  })

  it('without hrefs is 400', async () => {
    expect((await bridge.ask(work, multiget())).status).toBe(400)
  })

  it('gives iCalendar 2.0 only', async () => {
    const sent = report(
      'C:calendar-multiget',
      `<D:prop><C:calendar-data content-type="application/calendar+json"/></D:prop><D:href>${prefix}a.ics</D:href>`,
    )
    expect(preconditionsIn(await bridge.xml(work, sent, 403))[0]).toBe(keyOf(caldav('supported-calendar-data')))
  })
})

describe('calendar-query', () => {
  const query = (filter: string, prop = '<D:getetag/>') =>
    report(
      'C:calendar-query',
      `<D:prop>${prop}</D:prop><C:filter><C:comp-filter name="VCALENDAR">${filter}</C:comp-filter></C:filter>`,
    )
  const inRange = (range: string): string => `<C:comp-filter name="VEVENT"><C:time-range ${range}/></C:comp-filter>`

  it.each([
    ['start="20260302T000000Z" end="20260303T000000Z"', ['a.ics']],
    ['start="20260304T000000Z" end="20260305T000000Z"', ['s.ics']],
    ['start="20260401T000000Z" end="20260402T000000Z"', ['b@x.ics']],
    ['start="20260302T110000Z" end="20260302T120000Z"', []],
    ['start="20260302T105959Z" end="20260302T120000Z"', ['a.ics']],
    ['start="20260302T090000Z" end="20260302T100000Z"', []],
    ['start="20260302T100000Z" end="20260302T100001Z"', ['a.ics']],
    ['start="20260315T000000Z"', ['b@x.ics', 's.ics']],
    ['end="20260106T000000Z"', ['s.ics']],
    ['end="20260105T090000Z"', []],
    ['start="20300101T000000Z"', ['s.ics']],
  ])('a range %s finds %j', async (range, found) => {
    expect([...names(await bridge.xml(work, query(inRange(range))))].sort()).toEqual([...found].sort())
  })

  it('asks the index for the range, reads only what it names, and a text that happens once only once', async () => {
    bridge.backend
      .store('home', 'q1.ics', hourOn('q1', '20270301'), {
        first: day('2027-03-01T10:00Z'),
        last: day('2027-03-01T11:00Z'),
      })
      .store('home', 'q2.ics', hourOn('q2', '20270401'), {
        first: day('2027-04-01T10:00Z'),
        last: day('2027-04-01T11:00Z'),
      })
      .store('home', 'q3.ics', object(...event('q3', 'DTSTART:20270101T090000Z', 'RRULE:FREQ=WEEKLY')), {
        first: day('2027-01-01T09:00Z'),
        last: null,
      })
    const ask = query(inRange('start="20270301T000000Z" end="20270302T000000Z"'))
    const calls = async (): Promise<readonly string[]> => {
      bridge.backend.calls.length = 0
      expect(names(await bridge.xml('/dav/calendars/alice/home/', ask))).toEqual(['q1.ics'])
      return [...bridge.backend.calls]
    }
    expect(await calls()).toEqual(['freshen home', 'touching home', 'read home 2'])
    expect(await calls()).toEqual(['freshen home', 'touching home', 'read home 1'])
    for (const name of ['q1', 'q2', 'q3']) bridge.backend.forget('home', `${name}.ics`)
  })

  it('reads no text for a query of everything', async () => {
    bridge.backend.calls.length = 0
    expect(names(await bridge.xml(work, query('<C:comp-filter name="VEVENT"/>')))).toHaveLength(3)
    expect(bridge.backend.calls).toEqual(['freshen work', 'list work'])
  })

  it.each(['', '<C:comp-filter name="VEVENT"/>', '<C:comp-filter name="VTODO"><C:is-not-defined/></C:comp-filter>'])(
    '%j is everything',
    async (filter) => {
      expect(names(await bridge.xml(work, query(filter)))).toHaveLength(3)
    },
  )

  it.each([
    '<C:comp-filter name="VTODO"/>',
    '<C:comp-filter name="VJOURNAL"/>',
    '<C:comp-filter name="VEVENT"><C:is-not-defined/></C:comp-filter>',
  ])('%j is nothing, and no error', async (filter) => {
    expect(names(await bridge.xml(work, query(filter)))).toEqual([])
  })

  it('expands into instances in UTC with the overrides applied', async () => {
    const prop = '<C:calendar-data><C:expand start="20260223T000000Z" end="20260310T000000Z"/></C:calendar-data>'
    const answer = await bridge.xml(work, query(inRange('start="20260223T000000Z" end="20260310T000000Z"'), prop))
    const text = propertyText(responseOf(answer, `${prefix}s.ics`), caldav('calendar-data'))
    expect(
      text
        .match(/^(?:DTSTART|RECURRENCE-ID|SUMMARY).*$/gm)
        ?.map((line) => line.trim())
        .sort(),
    ).toEqual(
      [
        'DTSTART:20260223T090000Z',
        'RECURRENCE-ID:20260223T090000Z',
        'SUMMARY:Weekly',
        'DTSTART:20260304T090000Z',
        'RECURRENCE-ID:20260302T090000Z',
        'SUMMARY:Moved',
        'DTSTART:20260309T090000Z',
        'RECURRENCE-ID:20260309T090000Z',
        'SUMMARY:Weekly',
      ].sort(),
    )
    expect(text).not.toContain('RRULE')
  })

  it('gives the parts of the text that are asked for', async () => {
    const prop =
      '<C:calendar-data><C:comp name="VCALENDAR"><C:prop name="VERSION"/><C:comp name="VEVENT"><C:prop name="UID"/><C:prop name="SUMMARY" novalue="yes"/></C:comp></C:comp></C:calendar-data>'
    const answer = await bridge.xml(work, query(inRange('start="20260302T000000Z" end="20260303T000000Z"'), prop))
    expect(propertyText(responseOf(answer, `${prefix}a.ics`), caldav('calendar-data'))).toBe(
      ['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', 'UID:a', 'SUMMARY:', 'END:VEVENT', 'END:VCALENDAR', ''].join(
        '\r\n',
      ),
    )
  })

  it('limits the overrides to a range', async () => {
    const prop =
      '<C:calendar-data><C:limit-recurrence-set start="20260401T000000Z" end="20260402T000000Z"/></C:calendar-data>'
    const answer = await bridge.xml(work, query('', prop))
    const text = propertyText(responseOf(answer, `${prefix}s.ics`), caldav('calendar-data'))
    expect(text).toContain('RRULE')
    expect(text).not.toContain('Moved')
  })

  it.each([
    ['a known name', 'TZID:America/New_York', 1],
    ['a Windows name', 'TZID:Eastern Standard Time', 1],
    ['a name of its own', 'TZID:Our office', 1],
    ['a name of its own that is folded', 'TZID:Our\r\n  office', 1],
  ])('reads floating times in the zone of the query: %s', async (_, tzid, found) => {
    bridge.backend.store(
      'work',
      'floating.ics',
      object(...event('floating', 'DTSTART:20270302T220000', 'DURATION:PT1H')),
    )
    const zone = [
      `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTIMEZONE\r\n${tzid}`,
      'BEGIN:DAYLIGHT\r\nDTSTART:20070311T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\nEND:DAYLIGHT',
      'BEGIN:STANDARD\r\nDTSTART:20071104T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nEND:STANDARD',
      'END:VTIMEZONE\r\nEND:VCALENDAR',
    ].join('\r\n')
    const inside = (range: string) =>
      report(
        'C:calendar-query',
        `<D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range ${range}/></C:comp-filter></C:comp-filter></C:filter><C:timezone>${zone}</C:timezone>`,
      )
    expect(names(await bridge.xml(work, inside('start="20270303T030000Z" end="20270303T040000Z"')))).toHaveLength(found)
    expect(names(await bridge.xml(work, inside('start="20270302T210000Z" end="20270303T030000Z"')))).toHaveLength(0)
    bridge.backend.forget('work', 'floating.ics')
  })

  it.each([
    ['no filter', report('C:calendar-query', '<D:prop/>'), 'valid-filter'],
    [
      'another outermost component',
      report('C:calendar-query', '<D:prop/><C:filter><C:comp-filter name="VEVENT"/></C:filter>'),
      'valid-filter',
    ],
    ['a range without ends', query(inRange('')), 'valid-filter'],
    ['a range that ends first', query(inRange('start="20260302T000000Z" end="20260301T000000Z"')), 'valid-filter'],
    ['a local time', query(inRange('start="20260302T000000"')), 'valid-filter'],
    ['a day that does not exist', query(inRange('start="20260231T000000Z"')), 'valid-filter'],
    ['an unknown part', query('<C:comp-filter name="VEVENT"><C:near/></C:comp-filter>'), 'supported-filter'],
    [
      'more than 250 parts',
      query(`<C:comp-filter name="VEVENT">${'<C:prop-filter name="UID"/>'.repeat(250)}</C:comp-filter>`),
      'supported-filter',
    ],
    [
      'an unknown collation',
      query(
        '<C:comp-filter name="VEVENT"><C:prop-filter name="UID"><C:text-match collation="i;klingon">x</C:text-match></C:prop-filter></C:comp-filter>',
      ),
      'supported-collation',
    ],
    [
      'a broken time zone',
      report(
        'C:calendar-query',
        '<D:prop/><C:filter><C:comp-filter name="VCALENDAR"/></C:filter><C:timezone>nothing</C:timezone>',
      ),
      'valid-calendar-data',
    ],
    [
      'a zone that nobody knows',
      report(
        'C:calendar-query',
        '<D:prop/><C:filter><C:comp-filter name="VCALENDAR"/></C:filter><C:timezone-id>Europe/Atlantis</C:timezone-id>',
      ),
      'valid-timezone',
    ],
    [
      'two time zones',
      report(
        'C:calendar-query',
        `<D:prop/><C:filter><C:comp-filter name="VCALENDAR"/></C:filter><C:timezone>BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n${'BEGIN:VTIMEZONE\nTZID:UTC\nEND:VTIMEZONE\n'.repeat(2)}END:VCALENDAR</C:timezone>`,
      ),
      'valid-calendar-data',
    ],
  ] as const)('%s is 403 %s', async (_, sent, precondition) => {
    expect(preconditionsIn(await bridge.xml(work, sent, 403))[0]).toBe(keyOf(caldav(precondition)))
  })
})

describe('sync-collection', () => {
  const sync = (token: string, more = '', prop = '<D:getetag/>') =>
    report(
      'D:sync-collection',
      `<D:sync-token>${token}</D:sync-token><D:sync-level>1</D:sync-level>${more}<D:prop>${prop}</D:prop>`,
    )
  const tokenIn = (answer: XmlElement): string => textOf(childNamed(answer, dav('sync-token')) ?? answer)
  const home = '/dav/calendars/alice/home/'
  const homePrefix = '/cal/dav/calendars/alice/home/'

  afterEach(() => {
    for (const name of ['1', '2', '3', '4', '5']) bridge.backend.forget('home', `${name}.ics`)
  })

  it('the first lists everything, and its token lists nothing more', async () => {
    bridge.backend.store('home', '1.ics', hourOn('1', '20260302')).store('home', '2.ics', hourOn('2', '20260303'))
    const first = await bridge.xml(home, sync(''))
    expect(names(first).toSorted()).toEqual(['1.ics', '2.ics'])
    expect(responsesOf(first).every(({ found }) => found.has(keyOf(dav('getetag'))))).toBe(true)
    expect(responsesOf(await bridge.xml(home, sync(tokenIn(first))))).toEqual([])
  })

  it('the next lists what changed, and what went as 404 without propstat', async () => {
    bridge.backend.store('home', '1.ics', hourOn('1', '20260302')).store('home', '2.ics', hourOn('2', '20260303'))
    const token = tokenIn(await bridge.xml(home, sync('')))
    bridge.backend.store('home', '1.ics', hourOn('1', '20260305')).store('home', '3.ics', hourOn('3', '20260306'))
    bridge.backend.forget('home', '2.ics')
    const answer = await bridge.xml(home, {
      ...sync(token, '', '<D:getetag/><C:calendar-data/>'),
      headers: { Depth: '1' },
    })
    const gone = responseOf(answer, `${homePrefix}2.ics`)
    expect(gone.status).toBe(404)
    expect(gone.found.size).toBe(0)
    expect(propertyText(responseOf(answer, `${homePrefix}1.ics`), caldav('calendar-data'))).toContain(
      'DTSTART:20260305',
    )
    expect(names(answer).toSorted()).toEqual(['1.ics', '2.ics', '3.ics'])
  })

  it.each(['urn:graphdav:sync:home:99999', 'urn:graphdav:sync:work:1', 'data:,x', 'nonsense'])(
    'the token %j is refused',
    async (token) => {
      expect(preconditionsIn(await bridge.xml(home, sync(token), 403))[0]).toBe(keyOf(dav('valid-sync-token')))
    },
  )

  it('a limit cuts the answer; the tokens lead through all of it, whatever changes meanwhile', async () => {
    for (const name of ['1', '2', '3', '4', '5']) bridge.backend.store('home', `${name}.ics`, hourOn(name, '20260302'))
    const limit = '<D:limit><D:nresults>2</D:nresults></D:limit>'
    const limits = keyOf(dav('number-of-matches-within-limits'))
    const seen = new Map<string, string>()
    const collect = (answer: XmlElement): boolean => {
      const responses = responsesOf(answer)
      for (const response of responses.filter(({ status }) => status !== 507)) {
        if (response.status === 404) seen.delete(response.href)
        else seen.set(response.href, propertyText(response, dav('getetag')))
      }
      expect(responses.filter(({ status }) => status !== 507).length).toBeLessThanOrEqual(2)
      const cut = responses.filter(({ status }) => status === 507)
      expect(cut.every(({ href, error }) => href === homePrefix && error === limits)).toBe(true)
      return cut.length > 0
    }
    let answer = await bridge.xml(home, sync('', limit))
    expect(collect(answer)).toBe(true)
    // One that was told changes, one that was not told goes.
    bridge.backend.store('home', '1.ics', hourOn('1', '20260401'))
    bridge.backend.forget('home', '4.ics')
    for (let more = true, rounds = 0; more; rounds += 1) {
      expect(rounds).toBeLessThan(10)
      answer = await bridge.xml(home, sync(tokenIn(answer).replaceAll('&', '&amp;'), limit))
      more = collect(answer) || responsesOf(answer).length > 0
    }
    const now = await bridge.xml(home, sync(''))
    expect(seen).toEqual(
      new Map(responsesOf(now).map((response) => [response.href, propertyText(response, dav('getetag'))])),
    )
  })

  it('runs on calendars only', async () => {
    for (const path of ['/dav/calendars/alice/', '/dav/principals/alice/', '/dav/calendars/alice/inbox/']) {
      expect(preconditionsIn(await bridge.xml(path, sync(''), 403))[0]).toBe(keyOf(dav('supported-report')))
    }
  })
})

describe('the inbox', () => {
  it('is a scheduling inbox without anything in it', async () => {
    const inbox = '/dav/calendars/alice/inbox/'
    const listed = await bridge.xml(inbox, {
      method: 'PROPFIND',
      headers: { Depth: '1' },
      body: body('D:propfind', '<D:prop><D:resourcetype/></D:prop>'),
    })
    expect(responsesOf(listed)).toHaveLength(1)
    const all = report(
      'C:calendar-query',
      '<D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name="VCALENDAR"/></C:filter>',
    )
    expect(responsesOf(await bridge.xml(inbox, all))).toEqual([])
  })
})

describe('an unknown report', () => {
  it('is 403 supported-report', async () => {
    expect(preconditionsIn(await bridge.xml(work, report('D:version-tree', ''), 403))[0]).toBe(
      keyOf(dav('supported-report')),
    )
  })
})

describe('GET', () => {
  it('gives the text with its ETag, HEAD the same headers', async () => {
    const got = await bridge.ask(`${work}a.ics`)
    expect(got.status).toBe(200)
    expect(got.headers['content-type']).toBe('text/calendar; charset=utf-8; component=VEVENT')
    expect(got.text).toBe(hourOn('a', '20260302'))
    const head = await bridge.ask(`${work}a.ics`, { method: 'HEAD' })
    expect(head.body).toHaveLength(0)
    for (const name of ['etag', 'last-modified', 'content-type', 'content-length'])
      expect(head.headers[name]).toBe(got.headers[name])
  })

  it.each([
    [{ 'If-None-Match': 'ETAG' }, 304],
    [{ 'If-None-Match': '"x", ETAG' }, 304],
    [{ 'If-None-Match': 'W/ETAG' }, 304],
    [{ 'If-None-Match': '*' }, 304],
    [{ 'If-None-Match': '"x"' }, 200],
    [{ 'If-Match': 'ETAG' }, 200],
    [{ 'If-Match': '"x"' }, 412],
    [{ 'If-Match': 'W/ETAG' }, 412],
    [{ 'If-Modified-Since': 'DATE' }, 304],
    [{ 'If-Modified-Since': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 200],
    [{ 'If-Modified-Since': 'yesterday' }, 200],
    [{ 'If-Unmodified-Since': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 412],
    [{ 'If-Unmodified-Since': 'DATE' }, 200],
  ])('%j answers %i', async (conditions, status) => {
    const { headers } = await bridge.ask(`${work}a.ics`)
    const filled = Object.fromEntries(
      Object.entries(conditions).map(([name, value]) => [
        name,
        value.replace('ETAG', headers.etag ?? '').replace('DATE', headers['last-modified'] ?? ''),
      ]),
    )
    expect((await bridge.ask(`${work}a.ics`, { headers: filled })).status).toBe(status)
  })

  it('without a calendar is 405 with a sentence for people', async () => {
    const answer = await bridge.ask('/dav/calendars/alice/')
    expect(answer.status).toBe(405)
    expect(answer.text).toContain('calendar programs')
  })
})

it("another user's home stays unknown to reports", async () => {
  const authorization = basic('bob', 'b')
  const sent = {
    ...report('D:sync-collection', '<D:sync-token/><D:sync-level>1</D:sync-level><D:prop/>'),
    authorization,
  }
  expect((await bridge.ask(work, sent)).status).toBe(404)
})

it('a long answer comes compressed when asked', async () => {
  const hrefs = Array.from({ length: 200 }, (_, index) => `<D:href>${prefix}none-${index}.ics</D:href>`).join('')
  const sent = report('C:calendar-multiget', `<D:prop><D:getetag/></D:prop>${hrefs}`)
  const answer = await bridge.ask(work, { ...sent, headers: { 'Accept-Encoding': 'gzip' } })
  expect(answer.headers['content-encoding']).toBe('gzip')
  expect(childrenNamed(await bridge.xml(work, sent), dav('response'))).toHaveLength(200)
})
