// PUT, DELETE, MOVE and MKCALENDAR over real HTTP: what is handed below, and what each refusal says.
import { beforeEach, describe, expect, it } from 'vitest'
import { caldav, dav, keyOf, type Name } from '../../src/caldav/names.ts'
import { elementsOf, parseXml, textOf } from '../../src/caldav/xml.ts'
import { event, hourOn, object } from '../caldav/texts.ts'
import { preconditionsIn } from './dav-xml.ts'
import { startBridge, type Answer } from './harness.ts'

const bridge = startBridge()
const { backend } = bridge
const home = '/dav/calendars/alice/'
const work = `${home}work/`
const calendar = { 'Content-Type': 'text/calendar; charset=utf-8' }

beforeEach(() => {
  for (const slug of ['work', 'home']) backend.addCalendar(slug, { access: 'read-write' })
  backend.addUser('alice', ['work', 'home'], { mayCreateCalendars: true })
  backend.isDown = false
  backend.keepsTexts = true
  backend.store('work', 'one.ics', hourOn('one', '20260302'))
})

const put = (name: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  bridge.ask(`${work}${name}`, { method: 'PUT', body, headers: { ...calendar, ...headers } })

const etagOf = async (name: string): Promise<string> => (await backend.read('work', [name]))[0]?.etag ?? ''

/** What a refusal lacks: its own element, need-privileges beside it, and a sentence. */
function lacking(answer: Answer, name: Name): readonly string[] {
  const found = preconditionsIn(parseXml(answer.text))
  return [
    ...(answer.status === 403 ? [] : [`status ${answer.status}`]),
    ...[name, dav('need-privileges')].map(keyOf).filter((key) => !found.includes(key)),
    ...(/<D:responsedescription>[^<]+<\/D:responsedescription>/.test(answer.text) ? [] : ['a sentence']),
  ]
}

describe('PUT', () => {
  it('makes an event, with its ETag when the text is kept', async () => {
    const answer = await put('new.ics', hourOn('new', '20260303'), { 'If-None-Match': '*' })
    expect([answer.status, answer.headers.etag]).toEqual([201, `"${await etagOf('new.ics')}"`])
    expect(backend.lastPut).toMatchObject({ user: 'alice', slug: 'work', mayReply: true })
  })

  it('takes a text that is folded in the middle of a character', async () => {
    const text = Buffer.from(hourOn('new', '20260303').replace(/SUMMARY:.*/, 'SUMMARY:Grüße'))
    const inside = text.indexOf('ü') + 1
    const folded = Buffer.concat([text.subarray(0, inside), Buffer.from('\r\n '), text.subarray(inside)])
    expect((await put('new.ics', folded)).status).toBe(201)
    expect(backend.lastPut?.text).toContain('SUMMARY:Grüße\r\n')
  })

  it('has no ETag when the server keeps another text', async () => {
    backend.keepsTexts = false
    const answer = await put('one.ics', hourOn('one', '20260304'), { 'If-Match': `"${await etagOf('one.ics')}"` })
    expect([answer.status, answer.headers.etag, answer.headers.location]).toEqual([204, undefined, undefined])
  })

  it('shows what was kept to a client that prefers it', async () => {
    const answer = await put('one.ics', hourOn('one', '20260304'), { Prefer: 'return=representation' })
    expect([answer.status, answer.headers['content-location']]).toEqual([200, `${work}one.ics`])
    expect(answer.headers['preference-applied']).toBe('return=representation')
    expect(answer.text).toBe(hourOn('one', '20260304'))
  })

  it.each([
    ['If-None-Match', '*'],
    ['If-Match', '"other"'],
    ['If-Match', 'W/"ETAG"'],
    ['If', '(["other"])'],
    ['If', '(Not ["ETAG"])'],
    ['If', '(<urn:lock:1> ["ETAG"])'],
    ['If', '<http://x/dav/calendars/alice/work/two.ics> (["ETAG"])'],
    ['If-Unmodified-Since', 'Thu, 01 Jan 1970 00:00:00 GMT'],
  ])('%s: %s is 412, also when the text is broken', async (name, value) => {
    const headers = { [name]: value.replace('ETAG', await etagOf('one.ics')) }
    expect((await put('one.ics', 'broken', headers)).status).toBe(412)
  })

  it.each([
    ['If-Match', 'ETAG'],
    ['If-Match', '"x", "ETAG"'],
    ['If-Match', '*'],
    ['If', '(["ETAG"])'],
    ['If', '(["x"]) (Not <DAV:no-lock> ["ETAG"])'],
    ['If', '</dav/calendars/alice/work/one.ics> (["ETAG"])'],
    ['If-Schedule-Tag-Match', '"anything"'],
  ])('%s: %s lets it pass', async (name, value) => {
    const headers = { [name]: value.replace('ETAG', await etagOf('one.ics')) }
    expect((await put('one.ics', hourOn('one', '20260305'), headers)).status).toBe(204)
  })

  it('an If header that is none is 400, and If-Match of what is not there 412', async () => {
    expect((await put('one.ics', hourOn('one', '20260305'), { If: 'x' })).status).toBe(400)
    expect((await put('no.ics', hourOn('no', '20260305'), { 'If-Match': '*' })).status).toBe(412)
  })

  const people = Array.from({ length: 501 }, (_, at) => `ATTENDEE:mailto:a${at}@example.com`)
  it.each([
    ['text that is no calendar', 'x', caldav('valid-calendar-data')],
    ['text in Latin-1', Buffer.from('BEGIN:VCALENDAR\xe4', 'latin1'), caldav('valid-calendar-data')],
    ['no event', object(), caldav('valid-calendar-object-resource')],
    [
      'two UIDs',
      object(...event('a', 'DTSTART:20260101'), ...event('b', 'DTSTART:20260101')),
      caldav('valid-calendar-object-resource'),
    ],
    [
      'a METHOD',
      object('METHOD:REQUEST', ...event('a', 'DTSTART:20260101T000000Z')),
      caldav('valid-calendar-object-resource'),
    ],
    ['a task', object('BEGIN:VTODO', 'UID:t', 'END:VTODO'), caldav('supported-calendar-component')],
    ['the UID of another', hourOn('one', '20260303'), caldav('no-uid-conflict')],
    ['too many people', hourOn('a', '20260303', ...people), caldav('max-attendees-per-instance')],
    ['a date before 1900', hourOn('a', '18991231'), caldav('min-date-time')],
    ['a date after 2099', hourOn('a', '21000101'), caldav('max-date-time')],
    ['an end after 2099', object(...event('a', 'DTSTART:20260101', 'DTEND:21000102')), caldav('max-date-time')],
    ['an added date after 2099', hourOn('a', '20260303', 'RDATE:21000101T000000Z/PT1H'), caldav('max-date-time')],
    ['a rule that counts too far', hourOn('a', '20260303', 'RRULE:FREQ=DAILY;COUNT=73050'), caldav('max-instances')],
    [
      'too many dates left out',
      hourOn('a', '20260303', 'RRULE:FREQ=DAILY', `EXDATE:${'20260304T100000Z,'.repeat(10_000)}20260305T100000Z`),
      caldav('max-instances'),
    ],
    [
      'too many lines',
      hourOn('a', '20260303', ...Array.from({ length: 2000 }, (_, at) => `X-A${at}:1`)),
      caldav('valid-calendar-object-resource'),
    ],
    [
      'too many alarms',
      hourOn(
        'a',
        '20260303',
        ...Array(401).fill('BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:PT0S\r\nUID:x\r\nEND:VALARM'),
      ),
      caldav('valid-calendar-object-resource'),
    ],
    ['4 MB and more', 'x'.repeat(4 * 1024 * 1024 + 1), caldav('max-resource-size')],
  ])('%s is refused with its element and need-privileges', async (_, body, name) => {
    expect(lacking(await put('new.ics', body), name)).toEqual([])
  })

  it.each([
    ['the first date there is', hourOn('a', '19000101')],
    ['the last date there is', object(...event('a', 'DTSTART:20991231T225900Z', 'DTEND:20991231T235959Z'))],
    ['an endless rule', hourOn('a', '20260303', 'RRULE:FREQ=DAILY')],
    ['a rule until the end of all time', hourOn('a', '20260303', 'RRULE:FREQ=DAILY;UNTIL=99991231T235959Z')],
    ['500 people', hourOn('a', '20260303', ...people.slice(1))],
    ['1,900 lines', hourOn('a', '20260303', ...Array.from({ length: 1900 }, (_, at) => `X-A${at}:1`))],
    [
      'a zone that began long ago',
      object(
        'BEGIN:VTIMEZONE\r\nTZID:Old\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:+0100',
        'TZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE',
        ...event('a', 'DTSTART;TZID=Old:20260303T100000'),
      ),
    ],
  ])('%s is within the limits', async (_, body) => {
    expect((await put('within.ics', body)).status).toBe(201)
  })

  it('names the holder of a UID', async () => {
    const answer = await put('new.ics', hourOn('one', '20260303'))
    expect(answer.text).toContain(`<C:no-uid-conflict><D:href>${work}one.ics</D:href></C:no-uid-conflict>`)
  })

  it('another media type or encoding is no supported calendar data', async () => {
    for (const type of ['text/plain', 'application/calendar+json', 'text/calendar; charset=iso-8859-1']) {
      expect(lacking(await put('new.ics', 'x', { 'Content-Type': type }), caldav('supported-calendar-data'))).toEqual(
        [],
      )
    }
  })

  it('without a calendar around it is 409, and in that of another user 404', async () => {
    for (const [path, status] of [
      [`${home}none/x.ics`, 409],
      [`${home}bobs/x.ics`, 409],
      ['/dav/calendars/bob/bobs/x.ics', 404],
    ] as const) {
      expect((await bridge.ask(path, { method: 'PUT', body: hourOn('x', '20260303'), headers: calendar })).status).toBe(
        status,
      )
    }
    expect((await bridge.ask(`${home}none/x.ics`, { method: 'DELETE' })).status).toBe(404)
  })

  it('a name without .ics is refused, and a calendar or a home takes no PUT', async () => {
    expect(lacking(await put('new.txt', hourOn('new', '20260303')), dav('need-privileges'))).toEqual([])
    for (const path of [home, work]) expect((await bridge.ask(path, { method: 'PUT', body: 'x' })).status).toBe(405)
  })

  it('Graph down is 503 with Retry-After', async () => {
    backend.isDown = true
    const answer = await put('new.ics', hourOn('new', '20260303'))
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '42'])
  })
})

describe('DELETE', () => {
  it('removes an event, and hands Schedule-Reply on', async () => {
    const answer = await bridge.ask(`${work}one.ics`, { method: 'DELETE', headers: { 'Schedule-Reply': 'F' } })
    expect([answer.status, backend.lastRemoval?.mayReply]).toEqual([204, false])
    expect((await bridge.ask(`${work}one.ics`, { method: 'DELETE' })).status).toBe(404)
    expect((await bridge.ask(`${work}one.ics`, { method: 'DELETE', headers: { 'If-Match': '"x"' } })).status).toBe(412)
  })

  it('another version is 412 and stays', async () => {
    expect((await bridge.ask(`${work}one.ics`, { method: 'DELETE', headers: { 'If-Match': '"x"' } })).status).toBe(412)
    expect(await etagOf('one.ics')).not.toBe('')
  })

  it('a configured calendar cannot be removed', async () => {
    expect(lacking(await bridge.ask(work, { method: 'DELETE' }), dav('need-privileges'))).toEqual([])
    expect((await bridge.ask(home, { method: 'DELETE' })).status).toBe(405)
  })
})

describe('MOVE and COPY', () => {
  const move = (destination: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    bridge.ask(`${work}one.ics`, { method: 'MOVE', headers: { Destination: destination, ...headers } })

  it('takes an event to another calendar', async () => {
    const answer = await move(`${bridge.url()}${home}home/one.ics`)
    expect([answer.status, answer.headers.location]).toEqual([201, `${home}home/one.ics`])
    expect(await etagOf('one.ics')).toBe('')
    expect(await backend.read('home', ['one.ics'])).toHaveLength(1)
  })

  it('replaces what is there unless Overwrite is F', async () => {
    backend.store('home', 'one.ics', hourOn('one', '20260401'))
    expect((await move(`${home}home/one.ics`, { Overwrite: 'F' })).status).toBe(412)
    expect((await move(`${home}home/one.ics`)).status).toBe(204)
  })

  it.each([
    ['', 400],
    ['home/x.ics', 400],
    ['http://other.example/dav/calendars/alice/home/x.ics', 502],
    ['/dav/calendars/bob/bobs/x.ics', 403],
    ['/dav/calendars/alice/home/', 403],
    ['/dav/calendars/alice/work/x.ics', 403],
    ['/dav/calendars/alice/nowhere/x.ics', 409],
  ])('to %j is %i', async (destination, status) => {
    expect((await move(destination)).status).toBe(status)
    expect(await etagOf('one.ics')).not.toBe('')
  })

  it('COPY is refused', async () => {
    const headers = { Destination: `${home}home/x.ics` }
    expect(lacking(await bridge.ask(`${work}one.ics`, { method: 'COPY', headers }), dav('need-privileges'))).toEqual([])
  })
})

describe('making calendars', () => {
  const namespaces = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:A="http://apple.com/ns/ical/"'
  const body = (root: string, ...properties: readonly string[]): string =>
    `<${root} ${namespaces}><D:set><D:prop>${properties.join('')}</D:prop></D:set></${root}>`
  const type = '<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>'
  const colour = '<A:calendar-color>#ff0000ff</A:calendar-color>'
  const events = '<C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>'
  const tasks = events.replace('VEVENT', 'VTODO')

  it.each([
    ['MKCALENDAR', body('C:mkcalendar', '<D:displayname>New one</D:displayname>', colour, events)],
    ['MKCOL', body('D:mkcol', type, '<D:displayname>New one</D:displayname>', colour)],
  ])('%s makes one with its name and colour, found under the name the client gave', async (method, xml) => {
    const path = `${home}0F2B6C9E-6B4C_X/`
    const answer = await bridge.ask(path, { method, body: xml })
    expect([answer.status, answer.headers.location]).toEqual([201, `${home}0f2b6c9e-6b4c-x/`])
    const shown = await bridge.xml(path, { method: 'PROPFIND', headers: { Depth: '0' } })
    expect(textOf(shown)).toContain('New one')
    expect(textOf(shown)).toContain('#ff0000ff')
    expect((await bridge.ask(path, { method, body: xml })).status).toBe(405)
    expect((await bridge.ask(path, { method: 'OPTIONS' })).headers.allow).toContain('DELETE')
    expect((await bridge.ask(path, { method: 'DELETE' })).status).toBe(204)
    expect((await bridge.ask(path, { method: 'PROPFIND' })).status).toBe(404)
  })

  it('MKCOL with a body of another kind is 415 wherever it goes, as litmus wants it', async () => {
    for (const path of [`${home}x/`, `${work}x`]) {
      const headers = { 'Content-Type': 'xzy-foo/bar-512' }
      expect((await bridge.ask(path, { method: 'MKCOL', headers, body: 'afafafaf' })).status).toBe(415)
    }
  })

  it('MKCALENDAR without a body makes one', async () => {
    expect((await bridge.ask(`${home}plain/`, { method: 'MKCALENDAR' })).status).toBe(201)
  })

  it.each([
    ['MKCALENDAR', body('C:mkcalendar', tasks, colour), 'mkcalendar-response'],
    ['MKCOL', body('D:mkcol', type, '<D:getetag>x</D:getetag>', colour), 'mkcol-response'],
  ])('%s makes nothing when a property fails', async (method, xml, root) => {
    const answer = await bridge.ask(`${home}none/`, { method, body: xml })
    expect([answer.status, parseXml(answer.text).name.local]).toEqual([403, root])
    expect(answer.text).toContain('HTTP/1.1 403 Forbidden')
    expect(answer.text).toContain('HTTP/1.1 424 Failed Dependency')
    expect((await backend.collections('alice')).map(({ slug }) => slug)).toEqual(['work', 'home'])
  })

  it.each([
    ['MKCOL', `${home}x/`, '', 403],
    ['MKCOL', `${home}x/`, body('C:mkcalendar'), 400],
    ['MKCALENDAR', `${work}x/y`, '', 409],
    ['MKCALENDAR', `${work}x/y/z/`, '', 409],
    ['MKCALENDAR', `${home}none/new/`, '', 409],
    ['MKCOL', `${home}none/new`, '', 409],
    ['MKCOL', '/dav/none/new/', '', 409],
    ['MKCALENDAR', `${work}x/`, '', 403],
    ['MKCALENDAR', `${home}inbox/x/`, '', 403],
    ['MKCOL', '/dav/new/', '', 403],
    ['MKCOL', '/dav/principals/alice/new/', '', 403],
    ['MKCALENDAR', `${home}a%2Fb/`, '', 403],
    ['MKCALENDAR', `${home}%zz/`, '', 400],
    ['MKCALENDAR', '/dav/calendars/bob/none/x/', '', 404],
    ['MKCALENDAR', `${work}x`, '', 403],
    ['MKCALENDAR', work, '', 405],
    ['MKCALENDAR', `${home}inbox/`, '', 405],
    ['MKCALENDAR', `${home}notifications/`, '', 403],
    ['MKCALENDAR', '/dav/calendars/bob/x/', '', 404],
  ])('%s %s %j is %i%i', async (method, path, xml, status) => {
    expect((await bridge.ask(path, { method, body: xml })).status).toBe(status)
  })

  it.each([
    ['a property that is too long', [`<X>${'x'.repeat(64 * 1024)}</X>`], 1],
    ['too many properties', Array.from({ length: 102 }, (_, at) => `<X${at}/>`), 2],
  ])('keeps no more than PROPPATCH: %s', async (_, properties, count) => {
    const answer = await bridge.ask(`${home}none/`, { method: 'MKCALENDAR', body: body('C:mkcalendar', ...properties) })
    expect([answer.status, parseXml(answer.text).name.local]).toEqual([403, 'mkcalendar-response'])
    const full = elementsOf(parseXml(answer.text)).filter((one) => textOf(one).includes(' 507 '))
    expect(full).toHaveLength(count)
    expect((await backend.collections('alice')).map(({ slug }) => slug)).toEqual(['work', 'home'])
  })

  it('a user who may not is told so', async () => {
    backend.addUser('alice', ['work', 'home'])
    expect(lacking(await bridge.ask(`${home}x/`, { method: 'MKCALENDAR' }), dav('need-privileges'))).toEqual([])
  })

  it('a new name reaches the calendar where it may, and is the user’s own elsewhere', async () => {
    backend.change('home', { isRemovable: true })
    const name = '<D:displayname>Renamed</D:displayname>'
    for (const slug of ['home', 'work']) {
      const xml = body('D:propertyupdate', name)
      expect((await bridge.ask(`${home}${slug}/`, { method: 'PROPPATCH', body: xml })).status).toBe(207)
    }
    const names = (await backend.collections('alice')).map(({ displayName }) => displayName)
    expect(names).toEqual(['Calendar work', 'Renamed'])
  })
})
