// Which slots of a series have an instance, however the instances' slots are written.
import { expect, it } from 'vitest'
import { parseEvent } from '../../src/graph/parse-event.ts'
import { withoutInstance } from '../../src/sync/slots.ts'

const dates = ['2026-02-09', '2026-02-10', '2026-02-11', '2026-02-12']

/** An all-day series, one day each, made in this zone. */
function daily(zone: string): Parameters<typeof withoutInstance>[0] {
  const parsed = parseEvent({
    id: 'M',
    type: 'seriesMaster',
    isAllDay: true,
    originalStartTimeZone: zone,
    start: { dateTime: '2026-02-09T00:00:00.0000000', timeZone: 'UTC' },
    end: { dateTime: '2026-02-10T00:00:00.0000000', timeZone: 'UTC' },
    recurrence: { pattern: { type: 'daily', interval: 1 }, range: { type: 'noEnd', startDate: '2026-02-09' } },
  })
  if (parsed.kind !== 'event') throw new Error(parsed.reason)
  return { main: parsed.event, mailboxZone: 'UTC' }
}

it.each([
  ['New Zealand Standard Time', 13],
  ['Line Islands Standard Time', 14],
  ['Dateline Standard Time', -12],
  ['W. Europe Standard Time', 1],
])('of all-day dates the right one is missed where slots are midnights of %s', (zone, hours) => {
  const there = dates.filter((date) => date !== '2026-02-10').map((date) => Date.parse(`${date}T00:00:00Z`))
  expect(withoutInstance(daily(zone), dates, there)).toEqual(['2026-02-10'])
  const shifted = there.map((midnight) => midnight - hours * 3_600_000)
  expect(withoutInstance(daily(zone), dates, shifted)).toEqual(['2026-02-10'])
})
