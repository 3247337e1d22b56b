// Free/busy time of other people through the whole program: outbox → Graph → answer (RFC 6638 §3.2.3).
import { afterAll, expect, it } from 'vitest'
import { caldav } from '../../src/caldav/names.ts'
import { childNamed, childrenNamed, parseXml, textOf } from '../../src/caldav/xml.ts'
import { basic } from './harness.ts'
import { password, startWorld } from './program.ts'

const world = await startWorld({ events: 0 })
afterAll(() => world.stop())

// Inside of every window: tomorrow.
const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
const compact = day.replaceAll('-', '')
const noor = 'noor@fabrikam.example'
const message = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//test//EN',
  'METHOD:REQUEST',
  'BEGIN:VFREEBUSY',
  'UID:fb-1',
  'DTSTAMP:20260301T000000Z',
  `DTSTART:${compact}T000000Z`,
  `DTEND:${compact}T235959Z`,
  'ORGANIZER:mailto:mara@fabrikam.example',
  `ATTENDEE:mailto:${noor}`,
  'ATTENDEE:mailto:mara@fabrikam.example',
  'ATTENDEE:mailto:nobody@fabrikam.example',
  'END:VFREEBUSY',
  'END:VCALENDAR',
  '',
].join('\r\n')

it('a colleague is answered from Graph, the user from the own calendars, a stranger with a reason', async () => {
  const at = (hour: string): object => ({ dateTime: `${day}T${hour}:00:00`, timeZone: 'UTC' })
  const busy = { subject: 'Secret', showAs: 'busy' }
  world.simulator.control.createEvent({ mailbox: noor }, { ...busy, start: at('09'), end: at('10') })
  world.simulator.control.createEvent({}, { ...busy, start: at('14'), end: at('15') })
  const { bridge, url } = await world.open()
  await bridge.sync('work', {})
  await bridge.sync('personal', {})
  const answer = await fetch(`${url}/dav/calendars/alice/outbox/`, {
    method: 'POST',
    headers: { authorization: basic('alice', password), 'content-type': 'text/calendar' },
    body: message,
  })
  const text = await answer.text()
  expect([answer.status, text.includes('Secret')]).toEqual([200, false])
  const responses = childrenNamed(parseXml(text), caldav('response')).map((response) => {
    const [status, data] = [
      childNamed(response, caldav('request-status')),
      childNamed(response, caldav('calendar-data')),
    ]
    return [status && textOf(status), (data ? textOf(data) : '').match(/FREEBUSY;.*/g) ?? []]
  })
  expect(responses).toEqual([
    ['2.0;Success', [`FREEBUSY;FBTYPE=BUSY:${compact}T090000Z/${compact}T100000Z`]],
    ['2.0;Success', [`FREEBUSY;FBTYPE=BUSY:${compact}T140000Z/${compact}T150000Z`]],
    ['3.7;Invalid calendar user', []],
  ])
})
