import { describe, expect, it } from 'vitest'
import { expand } from '../../src/ical/expand.ts'
import type { CalendarObject } from '../../src/ical/object.ts'
import { parseObject } from '../../src/ical/parse.ts'
import { spanOf } from '../../src/ical/span.ts'
import { casesOf, textOfCase } from './fixtures.ts'

function objectOf(...events: readonly (readonly string[])[]): CalendarObject {
  const lines = events.flatMap((event) => ['BEGIN:VEVENT', 'UID:a', ...event, 'END:VEVENT'])
  return parseObject(['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n'))
}

const day = 86_400_000
const at = (...parts: [number, number, number, number?]): number =>
  Date.UTC(parts[0], parts[1] - 1, parts[2], parts[3] ?? 0)

describe('the span of an object', () => {
  it('of a single timed event is exact', () => {
    const single = objectOf(['DTSTART;TZID=Europe/Berlin:20260301T090000', 'DTEND;TZID=Europe/Berlin:20260301T100000'])
    expect(spanOf(single)).toEqual({ first: at(2026, 3, 1, 8), last: at(2026, 3, 1, 9) })
  })

  it('of a day is a day wider on both sides: a reader may be anywhere', () => {
    expect(spanOf(objectOf(['DTSTART;VALUE=DATE:20260301']))).toEqual({ first: at(2026, 2, 28), last: at(2026, 3, 3) })
    expect(spanOf(objectOf(['DTSTART:20260301T090000']))).toEqual({
      first: at(2026, 2, 28, 9),
      last: at(2026, 3, 2, 9),
    })
  })

  it('of an endless series has no last', () => {
    expect(spanOf(objectOf(['DTSTART:20260301T090000Z', 'RRULE:FREQ=DAILY'])).last).toBeNull()
    expect(spanOf(objectOf(['DTSTART:20260301T090000Z', 'RRULE:FREQ=DAILY;INTERVAL=9;COUNT=999999'])).last).toBeNull()
  })

  it('of a series that ends reaches its last instance, and not much further', () => {
    const until = spanOf(
      objectOf(['DTSTART:20260301T090000Z', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;UNTIL=20260501T000000Z']),
    )
    const count = spanOf(objectOf(['DTSTART:20260301T090000Z', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;COUNT=9']))
    for (const { first, last } of [until, count]) {
      expect(first).toBe(at(2026, 3, 1, 9))
      expect(last).toBeGreaterThanOrEqual(at(2026, 4, 26, 10))
      expect(last).toBeLessThan(at(2026, 4, 26, 10) + 7 * day)
    }
  })

  it('holds what overrides and added dates reach', () => {
    const weekly = ['DTSTART:20260301T090000Z', 'RRULE:FREQ=WEEKLY;COUNT=2', 'RDATE;VALUE=PERIOD:20260601T090000Z/P30D']
    const override = ['RECURRENCE-ID:20260308T090000Z', 'DTSTART:20250101T000000Z', 'RRULE:FREQ=DAILY']
    const { first, last } = spanOf(objectOf(weekly, override))
    expect(first).toBeLessThanOrEqual(at(2025, 1, 1))
    expect(last).toBeGreaterThanOrEqual(at(2026, 7, 1, 9))
  })

  it.each(casesOf('objects').concat(casesOf('foreign').map((name) => `foreign/${name}`)))(
    '%s lies inside its span, for readers at both ends of the world',
    (name) => {
      const text = name.startsWith('foreign/') ? textOfCase('foreign', name.slice(8)) : textOfCase('objects', name)
      const object = parseObject(text)
      const { first, last } = spanOf(object)
      for (const floatingZone of ['Pacific/Kiritimati', 'Etc/GMT+12']) {
        const instances = expand(object, { start: null, end: Date.UTC(2030, 0, 1) }, { floatingZone })
        expect(instances.every(({ start, end }) => start >= first && (last === null || end <= last))).toBe(true)
      }
    },
  )
})
