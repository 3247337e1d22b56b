import { describe, expect, it } from 'vitest'
import { apple, caldav, calendarserver, dav, keyOf } from '../../src/caldav/names.ts'
import { elementsOf, parseXml, textOf } from '../../src/caldav/xml.ts'
import { hourOn } from '../caldav/texts.ts'
import { body, preconditionsIn, propertyOf, propertyText, responseOf, responsesOf } from './dav-xml.ts'
import { startBridge } from './harness.ts'

const bridge = startBridge({ publicUrl: 'https://cal.example.org/' })
bridge.backend.store('work', 'one.ics', hourOn('one', '20260302'))
bridge.backend.store('work', 'odd @:~+é;&.ics', hourOn('odd', '20260303'))

const work = '/dav/calendars/alice/work/'
const ask = (inside: string, depth = '0', headers: Readonly<Record<string, string>> = {}) => ({
  method: 'PROPFIND',
  headers: { Depth: depth, ...headers },
  body: body('D:propfind', inside),
})

/** So many properties that nobody knows. */
const many = (count: number): string => Array.from({ length: count }, (_, at) => `<x${at}/>`).join('')

describe('PROPFIND', () => {
  it('says what is there and what is not, the href first', async () => {
    const answer = await bridge.xml(
      work,
      ask('<D:prop><D:displayname/><D:quota-used-bytes/><X:other xmlns:X="urn:x"/></D:prop>'),
    )
    const [first] = elementsOf(answer)
    expect(first && elementsOf(first).map(({ name }) => name.local)).toEqual(['href', 'propstat', 'propstat'])
    const response = responseOf(answer, work)
    expect(propertyText(response, dav('displayname'))).toBe('Calendar work')
    expect(response.others.get(404)).toEqual(['{DAV:}quota-used-bytes', '{urn:x}other'])
  })

  it('depth 1 lists the resources with their ETags, and the calendar itself', async () => {
    const answer = await bridge.xml(work, ask('<D:prop><D:getetag/><D:getcontenttype/><D:resourcetype/></D:prop>', '1'))
    const responses = responsesOf(answer)
    expect(responses.map(({ href }) => href)).toEqual([work, `${work}odd%20@:~%2B%C3%A9%3B%26.ics`, `${work}one.ics`])
    const one = responseOf(answer, `${work}one.ics`)
    const got = await bridge.ask(`${work}one.ics`)
    expect(propertyText(one, dav('getetag'))).toBe(got.headers.etag)
    expect(propertyText(one, dav('getcontenttype'))).toBe('text/calendar; charset=utf-8; component=VEVENT')
    expect(elementsOf(propertyOf(one, dav('resourcetype')))).toEqual([])
    expect(
      elementsOf(propertyOf(responseOf(answer, work), dav('resourcetype'))).map(({ name }) => keyOf(name)),
    ).toEqual([keyOf(dav('collection')), keyOf(caldav('calendar'))])
  })

  it.each(['', '<D:allprop/>'])('all properties: body %j', async (inside) => {
    const answer = await bridge.xml(
      `${work}one.ics`,
      inside === '' ? { method: 'PROPFIND', headers: { Depth: '0' } } : ask(inside),
    )
    const response = responseOf(answer, `${work}one.ics`)
    expect([...response.found.keys()].sort()).toEqual(
      ['getcontentlength', 'getcontenttype', 'getetag', 'getlastmodified', 'resourcetype'].map(
        (local) => `{DAV:}${local}`,
      ),
    )
    expect(response.others.size).toBe(0)
  })

  it('allprop with include adds what is named', async () => {
    const answer = await bridge.xml(work, ask('<D:allprop/><D:include><D:sync-token/><D:owner/></D:include>'))
    const response = responseOf(answer, work)
    expect(response.found.has(keyOf(dav('sync-token')))).toBe(true)
    expect(response.found.has(keyOf(dav('owner')))).toBe(true)
    expect(response.found.has(keyOf(dav('displayname')))).toBe(true)
  })

  it('propname gives names without values', async () => {
    const answer = await bridge.xml(work, ask('<D:propname/>'))
    const response = responseOf(answer, work)
    for (const name of [
      dav('displayname'),
      caldav('calendar-timezone'),
      calendarserver('getctag'),
      apple('calendar-color'),
    ]) {
      expect(textOf(propertyOf(response, name))).toBe('')
    }
  })

  it.each([{ Prefer: 'return=minimal' }, { Brief: 't' }, { Prefer: 'depth-noroot, return=minimal' }])(
    'leaves out what is not there when asked: %j',
    async (headers) => {
      const answer = await bridge.xml(work, ask('<D:prop><D:displayname/><D:quota-used-bytes/></D:prop>', '0', headers))
      expect(responseOf(answer, work).others.size).toBe(0)
    },
  )

  it('a response in which nothing is left still has a propstat', async () => {
    const answer = await bridge.xml(
      work,
      ask('<D:prop><D:quota-used-bytes/></D:prop>', '0', { Prefer: 'return=minimal' }),
    )
    const [response] = elementsOf(answer)
    expect(response && elementsOf(response).map(({ name }) => name.local)).toEqual(['href', 'propstat'])
  })

  it('depth-noroot leaves out the calendar itself', async () => {
    const answer = await bridge.ask(work, ask('<D:prop><D:getetag/></D:prop>', '1', { Prefer: 'depth-noroot' }))
    expect(responsesOf(parseXml(answer.text)).some(({ href }) => href === work)).toBe(false)
    expect(answer.headers['preference-applied']).toBe('depth-noroot')
  })

  it('without Depth is read as depth 0', async () => {
    const answer = await bridge.xml(work, {
      method: 'PROPFIND',
      body: body('D:propfind', '<D:prop><D:getetag/></D:prop>'),
    })
    expect(responsesOf(answer)).toHaveLength(1)
  })

  it('infinite depth is refused with its precondition', async () => {
    const answer = await bridge.xml(work, ask('<D:allprop/>', 'infinity'), 403)
    expect(preconditionsIn(answer)[0]).toBe('{DAV:}propfind-finite-depth')
  })

  it.each([
    ['a broken document', '<D:propfind xmlns:D="DAV:"><D:prop>', 400],
    ['another root', '<D:propertyupdate xmlns:D="DAV:"/>', 400],
    ['two choices', body('D:propfind', '<D:prop/><D:allprop/>'), 400],
    ['no choice', body('D:propfind', ''), 400],
    ['an undeclared prefix', '<D:propfind xmlns:D="DAV:"><D:prop><E:x/></D:prop></D:propfind>', 400],
    ['a prefix bound to nothing', '<D:propfind xmlns:D="DAV:"><D:prop><E:x xmlns:E=""/></D:prop></D:propfind>', 400],
    ['a DTD', '<!DOCTYPE x [<!ENTITY a "b">]><D:propfind xmlns:D="DAV:"><D:prop><D:owner/></D:prop></D:propfind>', 400],
    ['an unknown entity', '<D:propfind xmlns:D="DAV:"><D:prop>&a;</D:prop></D:propfind>', 400],
    ['too deep nesting', `<D:propfind xmlns:D="DAV:">${'<a>'.repeat(70)}${'</a>'.repeat(70)}</D:propfind>`, 400],
    ['250 properties', body('D:propfind', `<D:prop>${many(250)}</D:prop>`), 207],
    ['251 properties', body('D:propfind', `<D:prop>${many(251)}</D:prop>`), 400],
    ['octets that are no UTF-8', Buffer.from([0x3c, 0xff, 0x3e]), 400],
  ])('%s is %s', async (_, sent, status) => {
    const answer = await bridge.ask(work, { method: 'PROPFIND', headers: { Depth: '0' }, body: sent })
    expect(answer.status).toBe(status)
  })

  it.each(['text/xml', 'application/xml', 'text/xml; charset="UTF-8"', 'application/xml;charset=us-ascii'])(
    'reads %s',
    async (type) => {
      const answer = await bridge.ask(work, ask('<D:allprop/>', '0', { 'Content-Type': type }))
      expect(answer.status).toBe(207)
    },
  )

  it.each(['text/plain', 'application/json', 'text/xml; charset=utf-16'])('does not read %s: 415', async (type) => {
    expect((await bridge.ask(work, ask('<D:allprop/>', '0', { 'Content-Type': type }))).status).toBe(415)
  })

  it('does not read a compressed body: 415', async () => {
    expect((await bridge.ask(work, ask('<D:allprop/>', '0', { 'Content-Encoding': 'gzip' }))).status).toBe(415)
  })

  it('reads a body with a byte order mark and any prefix', async () => {
    const sent = '\ufeff<?xml version="1.0"?><x:propfind xmlns:x="DAV:"><x:prop><x:displayname/></x:prop></x:propfind>'
    const answer = await bridge.xml(work, { method: 'PROPFIND', headers: { Depth: '0' }, body: sent })
    expect(propertyText(responseOf(answer, work), dav('displayname'))).toBe('Calendar work')
  })

  it('a body above the limit is 413', async () => {
    const sent = Buffer.alloc(10 * 1024 * 1024 + 1, 0x20)
    const answer = await bridge.ask(work, { method: 'PROPFIND', body: sent })
    expect(answer.status).toBe(413)
  })
})

describe('what a calendar is', () => {
  const names = [
    dav('sync-token'),
    calendarserver('getctag'),
    dav('current-user-privilege-set'),
    dav('supported-report-set'),
    dav('owner'),
    caldav('supported-calendar-component-set'),
    caldav('calendar-timezone'),
    caldav('calendar-timezone-id'),
    caldav('max-resource-size'),
    caldav('supported-collation-set'),
    caldav('schedule-calendar-transp'),
    apple('calendar-color'),
    apple('calendar-order'),
  ]
  const inside = `<D:prop>${names.map(({ namespace, local }) => `<x:${local} xmlns:x="${namespace}"/>`).join('')}</D:prop>`

  it('has every property that clients decide by', async () => {
    const response = responseOf(await bridge.xml(work, ask(inside)), work)
    expect(response.others.size).toBe(0)
    expect(propertyText(response, dav('sync-token'))).toMatch(/^urn:graphdav:sync:/)
    expect(propertyText(response, calendarserver('getctag'))).toBe(propertyText(response, dav('sync-token')))
    expect(propertyText(response, apple('calendar-color'))).toBe('#3366cc')
    expect(propertyText(response, apple('calendar-order'))).toBe('1')
    expect(
      elementsOf(propertyOf(response, caldav('supported-calendar-component-set'))).map(
        ({ attributes }) => attributes[0]?.value,
      ),
    ).toEqual(['VEVENT'])
    const zone = propertyText(response, caldav('calendar-timezone'))
    expect(zone).toMatch(/^BEGIN:VCALENDAR\r\n[^]*TZID:Europe\/Berlin\r\n[^]*END:VCALENDAR\r\n$/)
  })

  it('read-only is said by its privileges', async () => {
    const response = responseOf(await bridge.xml(work, ask(inside)), work)
    const privileges = elementsOf(propertyOf(response, dav('current-user-privilege-set'))).map(
      (privilege) => elementsOf(privilege)[0]?.name.local,
    )
    expect(privileges).toContain('read')
    expect(privileges.filter((name) => /write|bind|all/.test(name ?? ''))).toEqual([])
  })

  it('writable lists the whole of write', async () => {
    bridge.backend.change('home', { access: 'read-write' })
    const path = '/dav/calendars/alice/home/'
    const response = responseOf(await bridge.xml(path, ask(inside)), path)
    const privileges = elementsOf(propertyOf(response, dav('current-user-privilege-set'))).map(
      (privilege) => elementsOf(privilege)[0]?.name.local,
    )
    expect(privileges).toEqual(
      expect.arrayContaining([
        'read',
        'write',
        'write-content',
        'write-properties',
        'bind',
        'unbind',
        'read-current-user-privilege-set',
      ]),
    )
    bridge.backend.change('home', { access: 'read-only' })
  })

  it('sync-collection is offered on calendars and not on the home', async () => {
    const reports = async (path: string): Promise<string> => {
      const response = responseOf(await bridge.xml(path, ask('<D:prop><D:supported-report-set/></D:prop>')), path)
      return elementsOf(propertyOf(response, dav('supported-report-set')))
        .map((report) => elementsOf(elementsOf(report)[0] ?? report)[0]?.name.local)
        .join(' ')
    }
    expect(await reports(work)).toMatch(/calendar-query.*calendar-multiget.*sync-collection/)
    expect(await reports('/dav/calendars/alice/')).not.toMatch(/sync-collection|calendar-query/)
    expect(await reports('/dav/principals/alice/')).toMatch(/expand-property/)
  })
})

describe('news', () => {
  it.each([
    ['<D:prop><CS:getctag/></D:prop>', '0', ['freshen work']],
    ['<D:prop><D:sync-token/></D:prop>', '0', ['freshen work']],
    ['<D:prop><D:displayname/></D:prop>', '0', []],
    ['<D:allprop/>', '0', []],
  ])('%s on a calendar starts rounds: %j %j', async (inside, depth, calls) => {
    bridge.backend.calls.length = 0
    await bridge.xml(work, ask(inside, depth))
    expect(bridge.backend.calls.filter((call) => call.startsWith('freshen'))).toEqual(calls)
  })

  it('a home asked for ctags asks about every calendar of the user, and of nobody else', async () => {
    bridge.backend.calls.length = 0
    await bridge.xml('/dav/calendars/alice/', ask('<D:prop><CS:getctag/></D:prop>', '1'))
    expect(bridge.backend.calls.sort()).toEqual(['freshen home', 'freshen work'])
    bridge.backend.calls.length = 0
    await bridge.ask('/dav/calendars/bob/', ask('<D:prop><CS:getctag/></D:prop>', '1'))
    expect(bridge.backend.calls).toEqual([])
  })
})

describe('a calendar before its first round is complete', () => {
  it('is listed in the home without a token, and answers 503 itself', async () => {
    bridge.backend.change('home', { state: 'first-round' })
    const listed = await bridge.xml(
      '/dav/calendars/alice/',
      ask('<D:prop><D:displayname/><D:sync-token/></D:prop>', '1'),
    )
    const response = responseOf(listed, '/dav/calendars/alice/home/')
    expect(propertyText(response, dav('displayname'))).toBe('Calendar home')
    expect(response.others.get(404)).toEqual([keyOf(dav('sync-token'))])
    for (const [method, path] of [
      ['PROPFIND', '/dav/calendars/alice/home/'],
      ['GET', '/dav/calendars/alice/home/x.ics'],
      ['REPORT', '/dav/calendars/alice/home/'],
    ] as const) {
      const sent =
        method === 'REPORT'
          ? body('D:sync-collection', '<D:sync-token/><D:sync-level>1</D:sync-level><D:prop/>')
          : undefined
      const answer = await bridge.ask(path, {
        method,
        headers: { Depth: '0' },
        ...(sent === undefined ? {} : { body: sent }),
      })
      expect(answer.status).toBe(503)
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    }
    bridge.backend.change('home', { state: 'ready' })
  })
})
