// Writes that are refused, over real HTTP against the simulated tenant: status, precondition element, `need-privileges`, one plain
// sentence (RFC 4791 §5.3.2.1, RFC 3744 §7.1.1), and nothing changed, neither here nor in Outlook.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { caldav, dav, keyOf, type Name } from '../../src/caldav/names.ts'
import { parseXml } from '../../src/caldav/xml.ts'
import { event, hourOn, object } from '../caldav/texts.ts'
import { preconditionsIn } from './dav-xml.ts'
import { authorization, startWorld, type Served, type World } from './program.ts'

let offset = Date.UTC(2026, 2, 2, 12) - Date.now()
// A short wait between two attempts takes no time.
const clock = {
  now: () => Date.now() + offset,
  sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms < 60_000 ? 0 : ms, signal),
}

let world: World
let served: Served
beforeAll(async () => {
  world = await startWorld({ events: 0, clock }, configured, clock)
  world.simulator.control.createEvent({ calendar: 'Birthdays' }, dinner('Ada’s birthday', '2026-03-20'))
  world.simulator.control.createEvent({}, { ...dinner('Series', '2026-03-03'), ...daily })
  served = await world.open()
  for (const slug of served.bridge.slugs) await served.bridge.sync(slug, {})
  await put('one.ics', hourOn('one', '20260310'))
})
afterAll(() => world.stop())
afterEach(() => world.simulator.faults.clear())

const dinner = (subject: string, day: string) => ({
  subject,
  start: { dateTime: `${day}T19:00:00`, timeZone: 'UTC' },
  end: { dateTime: `${day}T20:00:00`, timeZone: 'UTC' },
})
const daily = {
  recurrence: {
    pattern: { type: 'daily', interval: 2 },
    range: { type: 'endDate', startDate: '2026-03-03', endDate: '2026-03-31' },
  },
  iCalUId: 'series@outlook',
}

function configured(text: string): string {
  return text.replace(/calendars:\n[^]*?\nusers:/, () =>
    [
      'calendars:',
      '  work: { account: tenant, source: default, access: read-write }',
      '  silent: { account: tenant, source: { name: Personal }, access: read-write, invitations: never }',
      '  birthdays: { account: tenant, source: { name: Birthdays }, access: read-only }',
      'users:',
    ].join('\n'),
  )
}

type Headers = Readonly<Record<string, string>>
const path = (slug: string, name: string): string => `/dav/calendars/alice/${slug}/${name}`

async function send(method: string, href: string, headers: Headers, body?: string) {
  const init = { method, headers: { ...headers, authorization }, ...(body === undefined ? {} : { body }) }
  const response = await fetch(`${served.url}${href}`, init)
  return { status: response.status, retryAfter: response.headers.get('retry-after'), text: await response.text() }
}

const put = (name: string, body: string, headers: Headers = {}, slug = 'work') =>
  send('PUT', path(slug, name), { 'Content-Type': 'text/calendar; charset=utf-8', ...headers }, body)

async function nameOf(slug: string, uid: string | undefined): Promise<string> {
  return (await served.bridge.backend.list(slug)).find((one) => uid === undefined || one.uid === uid)?.name ?? ''
}

/** All that could change: what is served, what Outlook has, whom it mailed. */
async function everything(): Promise<unknown> {
  const { bridge } = served
  const calendars = ['default', 'Personal', 'Birthdays']
  return {
    tokens: (await bridge.backend.collections('alice')).map(({ slug, syncToken }) => [slug, syncToken]),
    served: await Promise.all(bridge.slugs.map((slug) => bridge.backend.list(slug))),
    outlook: calendars.map((calendar) => world.simulator.control.truth({ calendar }).events),
    outbox: [...world.simulator.outbox],
  }
}

interface Refusal {
  /** Elements of the body beside the sentence. */
  readonly elements: readonly Name[]
  readonly sentence: string | RegExp
}

const privileges = dav('need-privileges')
const object_ = caldav('valid-calendar-object-resource')
const ruled = (rule: string): string => hourOn('new', rule.endsWith('=31') ? '20260331' : '20260303', `RRULE:${rule}`)
const people = Array.from({ length: 501 }, (_, at) => `ATTENDEE:mailto:p${at}@adatum.example`)
const guest = ['ORGANIZER:mailto:mara@fabrikam.example', 'ATTENDEE:mailto:leo@adatum.example']
const dateOfSeries = (day: string): readonly string[] =>
  event(
    'series@outlook',
    'RECURRENCE-ID:20260307T190000Z',
    `DTSTART:${day}T190000Z`,
    `DTEND:${day}T200000Z`,
    'SUMMARY:Series',
  )

const refusals: readonly (readonly [string, () => ReturnType<typeof send>, Refusal])[] = [
  [
    'a PUT into a read-only calendar',
    () => put('new.ics', hourOn('new', '20260303'), {}, 'birthdays'),
    { elements: [privileges], sentence: 'this calendar is read-only' },
  ],
  [
    'a DELETE in a read-only calendar',
    async () => send('DELETE', path('birthdays', await nameOf('birthdays', undefined)), {}),
    { elements: [privileges], sentence: 'this calendar is read-only' },
  ],
  [
    'a text that is none',
    () => put('new.ics', 'BEGIN:VCALENDAR\r\nbroken'),
    { elements: [caldav('valid-calendar-data'), privileges], sentence: /./ },
  ],
  [
    'a task',
    () => put('new.ics', object('BEGIN:VTODO', 'UID:t', 'END:VTODO')),
    { elements: [caldav('supported-calendar-component'), privileges], sentence: /VTODO/ },
  ],
  [
    'a METHOD',
    () => put('new.ics', object('METHOD:REQUEST', ...event('a', 'DTSTART:20260301T000000Z'))),
    { elements: [object_, privileges], sentence: /METHOD/ },
  ],
  [
    'two UIDs',
    () => put('new.ics', object(...event('a', 'DTSTART:20260301T000000Z'), ...event('b', 'DTSTART:20260301T000000Z'))),
    { elements: [object_, privileges], sentence: /UID/ },
  ],
  [
    'another format',
    () => put('new.ics', '[]', { 'Content-Type': 'application/calendar+json' }),
    { elements: [caldav('supported-calendar-data'), privileges], sentence: /./ },
  ],
  [
    'more than 4 MB',
    () => put('new.ics', 'x'.repeat(4 * 1024 * 1024 + 1)),
    { elements: [caldav('max-resource-size'), privileges], sentence: /octets/ },
  ],
  [
    '501 guests',
    () => put('new.ics', hourOn('new', '20260303', 'ORGANIZER:mailto:mara@fabrikam.example', ...people)),
    { elements: [caldav('max-attendees-per-instance'), privileges], sentence: /500 people/ },
  ],
  [
    'the UID of another resource',
    () => put('new.ics', hourOn('one', '20260303')),
    {
      elements: [caldav('no-uid-conflict'), privileges],
      sentence: 'this calendar has another resource with the same UID',
    },
  ],
  [
    'mail where it is switched off',
    () => put('new.ics', hourOn('new', '20260303', ...guest), {}, 'silent'),
    {
      elements: [privileges],
      sentence: 'this change would send mail to the attendees, which is switched off for this calendar',
    },
  ],
  ...(
    [
      ['FREQ=HOURLY', /HOURLY/],
      ['FREQ=YEARLY;BYWEEKNO=20', /BYWEEKNO/],
      ['FREQ=YEARLY;BYYEARDAY=100', /BYYEARDAY/],
      ['FREQ=MONTHLY;BYMONTHDAY=31', /last day of the month/],
      ['FREQ=MONTHLY;BYMONTHDAY=3,15', /several days of a month/],
      ['FREQ=WEEKLY;BYDAY=MO', /starts on a date that its rule does not name/],
    ] as const
  ).map(
    ([rule, sentence]) =>
      [`the rule ${rule}`, () => put('new.ics', ruled(rule)), { elements: [object_, privileges], sentence }] as const,
  ),
  [
    'further dates',
    () => put('new.ics', hourOn('new', '20260303', 'RRULE:FREQ=WEEKLY', 'RDATE:20260304T100000Z')),
    { elements: [object_, privileges], sentence: /further dates/ },
  ],
  [
    'single dates without their series',
    () => put('new.ics', object(...event('new', 'RECURRENCE-ID:20260303T100000Z', 'DTSTART:20260303T100000Z'))),
    { elements: [object_, privileges], sentence: 'a new object needs the series itself, not only single dates of it' },
  ],
  [
    'a date that moves past its neighbour, with a title that could be changed',
    async () => {
      const name = await nameOf('work', 'series@outlook')
      const [resource] = await served.bridge.backend.read('work', [name])
      const text = (resource?.text ?? '').replace('SUMMARY:Series', 'SUMMARY:Other')
      return put(name, text.replace('END:VCALENDAR', `${dateOfSeries('20260309').join('\r\n')}\r\nEND:VCALENDAR`))
    },
    { elements: [object_, privileges], sentence: 'Outlook cannot move one date of a series to or past its neighbour' },
  ],
  [
    'this and all later dates',
    async () => {
      const name = await nameOf('work', 'series@outlook')
      const [resource] = await served.bridge.backend.read('work', [name])
      const lines = dateOfSeries('20260307').map((line) =>
        line.replace('RECURRENCE-ID:', 'RECURRENCE-ID;RANGE=THISANDFUTURE:'),
      )
      return put(name, (resource?.text ?? '').replace('END:VCALENDAR', `${lines.join('\r\n')}\r\nEND:VCALENDAR`))
    },
    { elements: [object_, privileges], sentence: 'Outlook cannot change this and all later dates of a series at once' },
  ],
  [
    'what Outlook does not allow',
    () => {
      refuse(403, 'ErrorAccessDenied')
      return put('new.ics', hourOn('new', '20260303'))
    },
    { elements: [privileges], sentence: 'the account of this calendar may not change it' },
  ],
  [
    'what Outlook finds invalid',
    () => {
      refuse(400, 'ErrorPropertyValidationFailure')
      return put('new.ics', hourOn('new', '20260303'))
    },
    { elements: [object_, privileges], sentence: /^Outlook refuses a value of this event/ },
  ],
]

function refuse(status: number, code: string): void {
  const effect = { kind: 'status', status, code, message: code, body: 'json' } as const
  world.simulator.faults.add({ method: 'POST', count: 0, effect })
}

describe('a refusal that stands', () => {
  it.each(refusals)('%s is 403, says why, and changes nothing', async (_, ask, { elements, sentence }) => {
    const before = await everything()
    const { status, text } = await ask()
    expect([status, preconditionsIn(parseXml(text)).filter((key) => !key.includes('responsedescription'))]).toEqual([
      403,
      elements.map(keyOf),
    ])
    const [, told = ''] = /<D:responsedescription>([^<]*)<\/D:responsedescription>/.exec(text) ?? []
    expect(told).toMatch(sentence)
    expect(await everything()).toEqual(before)
  })
})

describe('a conflict', () => {
  it.each([
    ['an ETag of before', { 'If-Match': '"older"' }],
    ['If-None-Match: * where there is one', { 'If-None-Match': '*' }],
  ])('%s is 412 and changes nothing', async (_, headers) => {
    const before = await everything()
    expect((await put('one.ics', hourOn('one', '20260311'), headers)).status).toBe(412)
    expect((await send('DELETE', path('work', 'one.ics'), { 'If-Match': '"older"' })).status).toBe(412)
    expect(await everything()).toEqual(before)
  })
})

describe('Outlook not to be had', () => {
  const trouble = { kind: 'status', code: 'x', message: 'x', body: 'json' } as const
  it.each([
    ['throttles', { ...trouble, status: 429, retryAfter: '70' }, '70'],
    ['is down', { ...trouble, status: 503, body: 'html', retryAfter: '120' }, '120'],
    ['is down and does not say how long', { ...trouble, status: 504, body: 'empty' }, '30'],
    ['does not answer', { kind: 'drop' }, '30'],
    ['wants another sign-in', { ...trouble, status: 401 }, '300'],
  ] as const)('that %s is 503 with a time to come back; then the same PUT does it', async (_, effect, seconds) => {
    const before = await everything()
    const text = hourOn('one', '20260312', 'LOCATION:Room 4')
    world.simulator.faults.add({ count: 0, effect })
    const answer = await put('one.ics', text)
    expect([answer.status, answer.retryAfter]).toEqual([503, seconds])
    world.simulator.faults.clear()
    expect(await everything()).toEqual(before)
    offset += Number(seconds) * 1000

    expect((await put('one.ics', text)).status).toBe(204)
    expect((await put('one.ics', hourOn('one', '20260310'))).status).toBe(204)
    expect(world.simulator.violations).toEqual([])
  })
})
