// Requests that take the server long: others have their turn meanwhile. Server and client share this process, so whoever keeps
// the loop keeps it from the test too.
import { expect, it } from 'vitest'
import { event, object } from '../caldav/texts.ts'
import { body } from './dav-xml.ts'
import { startBridge, type Ask } from './harness.ts'

const bridge = startBridge()
const work = '/dav/calendars/alice/work/'
const names = Array.from({ length: 100 }, (_, index) => `daily-${index}.ics`)
for (const name of names) {
  const lines = event(name, 'DTSTART:20260105T090000Z', 'DTEND:20260105T100000Z', 'RRULE:FREQ=DAILY;COUNT=20')
  bridge.backend.store('work', name, object(...lines))
}
for (let index = 0; index < 150; index += 1) {
  const people = Array.from({ length: 40 }, (_, one) => `ATTENDEE;CN=Person ${one}:mailto:person-${one}@example.com`)
  const lines = event(`meeting-${index}`, 'DTSTART:20260105T090000Z', 'DTEND:20260105T100000Z', ...people)
  bridge.backend.store('home', `meeting-${index}.ics`, object(...lines))
}

/** How long a request takes, and how long nobody else had a turn meanwhile, in milliseconds. */
async function measure(path: string, ask: Ask): Promise<{ readonly took: number; readonly longestGap: number }> {
  let [longestGap, last] = [0, performance.now()]
  const began = last
  const look = (): void => {
    longestGap = Math.max(longestGap, performance.now() - last)
    last = performance.now()
    waiting = setImmediate(look)
  }
  let waiting = setImmediate(look)
  const { status } = await bridge.ask(path, ask)
  clearImmediate(waiting)
  expect(status).toBeLessThan(300)
  return { took: performance.now() - began, longestGap: Math.max(longestGap, performance.now() - last) }
}

const report = (tag: string, inside: string): Ask => ({ method: 'REPORT', body: body(tag, inside) })
const hrefs = (all: readonly string[]): string => all.map((name) => `<D:href>${work}${name}</D:href>`).join('')
const expanded =
  '<D:prop><C:calendar-data><C:expand start="20260101T000000Z" end="20280101T000000Z"/></C:calendar-data></D:prop>'
const strangers = Array.from({ length: 20_000 }, (_, index) => `none-${index}.ics`)

it.each([
  ['a GET of a large calendar', '/dav/calendars/alice/home/', {}],
  ['a multiget that expands', work, report('C:calendar-multiget', `${expanded}${hrefs(names)}`)],
  [
    'a sync report that expands',
    work,
    report('D:sync-collection', `<D:sync-token/><D:sync-level>1</D:sync-level>${expanded}`),
  ],
  ['a multiget of very many', work, report('C:calendar-multiget', `<D:prop><D:getetag/></D:prop>${hrefs(strangers)}`)],
])('%s lets others have their turn', async (_, path, ask: Ask) => {
  const { took, longestGap } = await measure(path, ask)
  expect(longestGap).toBeLessThan(took / 2)
})
