import { describe, expect, it } from 'vitest'
import { apple, caldav, dav, keyOf } from '../../src/caldav/names.ts'
import { attributeOf, elementsOf, textOf } from '../../src/caldav/xml.ts'
import { hourOn } from '../caldav/texts.ts'
import { body, propertyOf, propertyText, responseOf, type Response } from './dav-xml.ts'
import { basic, startBridge } from './harness.ts'

const bridge = startBridge()
bridge.backend.store('work', 'one.ics', hourOn('one', '20260302'))
bridge.backend.addUser('bob', ['bobs', 'work'])

const work = '/dav/calendars/alice/work/'
const set = (inside: string): string => `<D:set><D:prop>${inside}</D:prop></D:set>`
const remove = (inside: string): string => `<D:remove><D:prop>${inside}</D:prop></D:remove>`

async function patch(path: string, inside: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const answer = await bridge.xml(path, { method: 'PROPPATCH', headers, body: body('D:propertyupdate', inside) })
  return responseOf(answer, path)
}

async function find(path: string, inside: string): Promise<Response> {
  const sent = body('D:propfind', `<D:prop>${inside}</D:prop>`)
  return responseOf(await bridge.xml(path, { method: 'PROPFIND', headers: { Depth: '0' }, body: sent }), path)
}

describe('PROPPATCH', () => {
  it('sets colour, order, transparency, name and zone of a read-only calendar, for one user alone', async () => {
    const zone =
      'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Paris\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nEND:VCALENDAR\r\n'
    const response = await patch(
      work,
      set(
        `<A:calendar-color symbolic-color="custom">#FF2968FF</A:calendar-color><A:calendar-order>7</A:calendar-order><D:displayname>Büro &amp; mehr</D:displayname><C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp><C:calendar-timezone>${zone.replaceAll('\r', '&#13;')}</C:calendar-timezone>`,
      ),
    )
    expect(response.found.size).toBe(5)
    expect(response.others.size).toBe(0)
    const now = await find(
      work,
      '<A:calendar-color/><A:calendar-order/><D:displayname/><C:schedule-calendar-transp/><C:calendar-timezone/>',
    )
    expect(propertyText(now, apple('calendar-color'))).toBe('#FF2968FF')
    expect(attributeOf(propertyOf(now, apple('calendar-color')), 'symbolic-color')).toBe('custom')
    expect(propertyText(now, apple('calendar-order'))).toBe('7')
    expect(propertyText(now, dav('displayname'))).toBe('Büro & mehr')
    expect(elementsOf(propertyOf(now, caldav('schedule-calendar-transp'))).map(({ name }) => name.local)).toEqual([
      'transparent',
    ])
    expect(propertyText(now, caldav('calendar-timezone'))).toBe(zone)
    const sent = body('D:propfind', '<D:prop><D:displayname/></D:prop>')
    const bobs = '/dav/calendars/bob/work/'
    const other = await bridge.xml(bobs, {
      method: 'PROPFIND',
      headers: { Depth: '0' },
      body: sent,
      authorization: basic('bob', 'b'),
    })
    expect(propertyText(responseOf(other, bobs), dav('displayname'))).toBe('Calendar work')
  })

  it('removing what was set gives back what the calendar has', async () => {
    await patch(work, set('<A:calendar-order>9</A:calendar-order>'))
    await patch(work, remove('<A:calendar-order/><X:never xmlns:X="urn:x"/>'))
    expect(propertyText(await find(work, '<A:calendar-order/>'), apple('calendar-order'))).toBe('1')
  })

  it.each([
    ['the home', '/dav/calendars/alice/'],
    ['the inbox', '/dav/calendars/alice/inbox/'],
    ['the principal', '/dav/principals/alice/'],
    ['a resource', `${work}one.ics`],
  ])('keeps whatever else a client sets on %s, markup and language included', async (_, path) => {
    const dead =
      '<X:note xmlns:X="urn:x" xml:lang="de">a<Y:b xmlns:Y="urn:y" Y:k="1&quot;2"><plain xmlns=""/>c</Y:b> &lt;d&gt;</X:note>'
    expect(
      (await patch(path, set(`${dead}<C:default-alarm-vevent-datetime>BEGIN:VALARM</C:default-alarm-vevent-datetime>`)))
        .found.size,
    ).toBe(2)
    const note = propertyOf(await find(path, '<X:note xmlns:X="urn:x"/>'), { namespace: 'urn:x', local: 'note' })
    expect(textOf(note)).toBe('ac <d>')
    expect(note.attributes.map(({ name, value }) => `${name.local}=${value}`)).toEqual(['lang=de'])
    const [inner] = elementsOf(note)
    expect(inner?.name).toEqual({ namespace: 'urn:y', local: 'b' })
    expect(inner?.attributes).toEqual([{ name: { namespace: 'urn:y', local: 'k' }, value: '1"2' }])
    expect(inner && elementsOf(inner)[0]?.name).toEqual({ namespace: '', local: 'plain' })
  })

  it('shows dead properties in allprop and propname', async () => {
    await patch(work, set('<X:shown xmlns:X="urn:x">1</X:shown>'))
    for (const inside of ['<D:allprop/>', '<D:propname/>']) {
      const answer = await bridge.xml(work, {
        method: 'PROPFIND',
        headers: { Depth: '0' },
        body: body('D:propfind', inside),
      })
      expect(responseOf(answer, work).found.has('{urn:x}shown')).toBe(true)
    }
  })

  it('the zone and its id say the same, whichever was set last', async () => {
    const zoneOf = (tzid: string): string =>
      `<C:calendar-timezone>BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VTIMEZONE\nTZID:${tzid}\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0900\nTZOFFSETTO:+0900\nEND:STANDARD\nEND:VTIMEZONE\nEND:VCALENDAR</C:calendar-timezone>`
    const id = (tzid: string): string => `<C:calendar-timezone-id>${tzid}</C:calendar-timezone-id>`
    for (const [inside, tzid] of [
      [set(id('Asia/Tokyo')), 'Asia/Tokyo'],
      [set(zoneOf('America/Bogota')), 'America/Bogota'],
      [set(id('Asia/Dubai')) + set(zoneOf('Asia/Dubai')), 'Asia/Dubai'],
      [set(zoneOf('Asia/Seoul')) + set(id('Asia/Seoul')), 'Asia/Seoul'],
      [remove('<C:calendar-timezone/>') + remove('<C:calendar-timezone-id/>'), 'Europe/Berlin'],
    ] as const) {
      await patch(work, inside)
      const now = await find(work, '<C:calendar-timezone/><C:calendar-timezone-id/>')
      expect(propertyText(now, caldav('calendar-timezone-id'))).toBe(tzid)
      expect(propertyText(now, caldav('calendar-timezone'))).toMatch(new RegExp(`^TZID:${tzid}\r?$`, 'm'))
    }
  })

  it('follows the instructions in their order', async () => {
    await patch(
      work,
      set('<X:o xmlns:X="urn:x">1</X:o>') + remove('<X:o xmlns:X="urn:x"/>') + set('<X:o xmlns:X="urn:x">2</X:o>'),
    )
    expect(textOf(propertyOf(await find(work, '<X:o xmlns:X="urn:x"/>'), { namespace: 'urn:x', local: 'o' }))).toBe('2')
    await patch(work, set('<X:o xmlns:X="urn:x">3</X:o>') + remove('<X:o xmlns:X="urn:x"/>'))
    expect((await find(work, '<X:o xmlns:X="urn:x"/>')).others.get(404)).toEqual(['{urn:x}o'])
  })

  it.each([
    '<D:getetag>"x"</D:getetag>',
    '<D:resourcetype/>',
    '<D:sync-token>x</D:sync-token>',
    '<CS:getctag>x</CS:getctag>',
    '<C:supported-calendar-component-set/>',
  ])('sets nothing when one of it is protected: %s', async (protectedProperty) => {
    await patch(work, remove('<X:with xmlns:X="urn:x"/>'))
    const answer = await bridge.xml(work, {
      method: 'PROPPATCH',
      body: body('D:propertyupdate', set(`${protectedProperty}<X:with xmlns:X="urn:x">1</X:with>`)),
    })
    const response = responseOf(answer, work)
    expect(response.others.get(403)).toHaveLength(1)
    expect(response.others.get(424)).toEqual(['{urn:x}with'])
    expect(JSON.stringify(answer)).toContain('cannot-modify-protected-property')
    expect((await find(work, '<X:with xmlns:X="urn:x"/>')).others.get(404)).toEqual(['{urn:x}with'])
  })

  it.each([
    '<A:calendar-color>blue</A:calendar-color>',
    '<A:calendar-order>first</A:calendar-order>',
    '<C:calendar-timezone>x</C:calendar-timezone>',
    '<C:calendar-timezone-id>Europe/Atlantis</C:calendar-timezone-id>',
    '<C:schedule-calendar-transp>x</C:schedule-calendar-transp>',
  ])('refuses a value that is none: %s', async (wrong) => {
    expect([...(await patch(work, set(wrong))).others.keys()]).toEqual([409])
  })

  it('does not keep what is too large or too much', async () => {
    expect([...(await patch(work, set(`<X:big xmlns:X="urn:x">${'x'.repeat(70_000)}</X:big>`))).others.keys()]).toEqual(
      [507],
    )
    const many = Array.from({ length: 120 }, (_, index) => `<X:p${index} xmlns:X="urn:x">1</X:p${index}>`).join('')
    expect([...(await patch('/dav/calendars/alice/outbox/', set(many))).others.keys()]).toEqual([507])
  })

  it('does not keep more than 2 MB of a user in all', async () => {
    const large = (count: number): string =>
      set(
        Array.from({ length: count }, (_, at) => `<X:p${at} xmlns:X="urn:x">${'x'.repeat(60_000)}</X:p${at}>`).join(''),
      )
    const inbox = '/dav/calendars/alice/inbox/'
    expect((await patch(inbox, large(30))).others.size).toBe(0)
    expect([...(await patch('/dav/calendars/alice/outbox/', large(10))).others.keys()]).toEqual([507])
    await patch(inbox, large(30).replaceAll('D:set', 'D:remove'))
    expect((await patch('/dav/calendars/alice/outbox/', large(10))).others.size).toBe(0)
    await patch('/dav/calendars/alice/outbox/', large(10).replaceAll('D:set', 'D:remove'))
  })

  it('answers without a body when the client prefers it', async () => {
    const sent = {
      method: 'PROPPATCH',
      headers: { Prefer: 'return=minimal' },
      body: body('D:propertyupdate', set('<A:calendar-order>2</A:calendar-order>')),
    }
    const answer = await bridge.ask(work, sent)
    expect([answer.status, answer.text, answer.headers['preference-applied']]).toEqual([200, '', 'return=minimal'])
  })

  it.each(['', set(''), '<D:other/>'])('that changes nothing is 400: %j', async (inside) => {
    expect((await bridge.ask(work, { method: 'PROPPATCH', body: body('D:propertyupdate', inside) })).status).toBe(400)
  })

  it('where nothing can be kept is 405', async () => {
    const sent = { method: 'PROPPATCH', body: body('D:propertyupdate', set('<D:displayname>x</D:displayname>')) }
    expect((await bridge.ask('/dav/', sent)).status).toBe(405)
  })

  it('the zone that was set is that of floating times and dates', async () => {
    bridge.backend.store(
      'home',
      'd.ics',
      'BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:d\nDTSTAMP:20260101T000000Z\nDTSTART;VALUE=DATE:20260302\nEND:VEVENT\nEND:VCALENDAR\n',
    )
    const home = '/dav/calendars/alice/home/'
    const query = body(
      'C:calendar-query',
      '<D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range start="20260303T030000Z" end="20260303T040000Z"/></C:comp-filter></C:comp-filter></C:filter>',
    )
    const count = async (): Promise<number> =>
      elementsOf(await bridge.xml(home, { method: 'REPORT', body: query })).length
    expect(await count()).toBe(0)
    const zone =
      'BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VTIMEZONE\nTZID:America/New_York\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:-0500\nTZOFFSETTO:-0500\nEND:STANDARD\nEND:VTIMEZONE\nEND:VCALENDAR\n'
    expect(
      (await patch(home, set(`<C:calendar-timezone>${zone}</C:calendar-timezone>`))).found.has(
        keyOf(caldav('calendar-timezone')),
      ),
    ).toBe(true)
    expect(await count()).toBe(1)
    // An own name for the clock of New York: told by its rules; one that cannot be computed is passed over.
    const own = (rule: string): string =>
      zone.replace('America/New_York', 'Our office').replace('TZOFFSETFROM:-0500', `RRULE:${rule}\nTZOFFSETFROM:-0400`)
    await patch(home, set(`<C:calendar-timezone>${own('FREQ=YEARLY;BYMONTH=11;BYDAY=1SU')}</C:calendar-timezone>`))
    expect(await count()).toBe(1)
    await patch(home, set(`<C:calendar-timezone>${own('FREQ=DAILY')}</C:calendar-timezone>`))
    expect(await count()).toBe(0)
    await patch(home, set('<C:calendar-timezone-id>America/New_York</C:calendar-timezone-id>'))
    expect(await count()).toBe(1)
  })
})
