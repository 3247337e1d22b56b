import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { singleSpan } from '../../src/caldav/single-span.ts'
import { expand } from '../../src/ical/expand.ts'
import { zonesOf } from '../../src/ical/instant.ts'
import { parseObject } from '../../src/ical/parse.ts'
import { printObject } from '../../src/ical/print.ts'
import { event, object } from './texts.ts'

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9))
const zones = zonesOf([], 'America/New_York')

describe('the span of an event that happens once', () => {
  const dates = fc.constantFrom('20260101', '20260308', '20260329', '20261025', '20261101', '20280229')
  const times = fc.constantFrom('000000', '013000', '023000', '120000', '235959')
  const zone = fc.constantFrom('', ';TZID=Europe/Berlin', ';TZID=Pacific/Apia', ';TZID=Australia/Lord_Howe')
  const end = fc.constantFrom('', 'DURATION:PT0S', 'DURATION:P1DT2H', 'DTEND:20280301T000000Z')
  const start = fc.oneof(
    fc.tuple(zone, dates, times).map(([tzid, date, time]) => `DTSTART${tzid}:${date}T${time}`),
    fc.tuple(dates, times).map(([date, time]) => `DTSTART:${date}T${time}Z`),
    dates.map((date) => `DTSTART;VALUE=DATE:${date}`),
  )

  it(`is that of its only instance (SEED=${seed})`, () => {
    fc.assert(
      fc.property(start, end, fc.boolean(), (dtstart, dtend, hasAlarm) => {
        const isDate = dtstart.includes('VALUE=DATE:')
        const alarm = ['BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-PT15M', 'REPEAT:1', 'DURATION:PT5M', 'END:VALARM']
        const text = printObject(
          parseObject(
            object(
              ...event(
                'x',
                dtstart,
                ...(dtend === '' ? [] : [isDate && dtend.startsWith('DTEND') ? 'DTEND;VALUE=DATE:20280302' : dtend]),
                `SUMMARY:${'long '.repeat(30)}\\nRRULE:FREQ=DAILY`,
                ...(hasAlarm ? alarm : []),
              ),
            ),
          ),
        )
        const [instance] = expand(parseObject(text), { start: null, end: null }, { floatingZone: 'America/New_York' })
        expect(singleSpan(text, zones)).toEqual({ start: instance?.start, end: instance?.end })
      }),
      { seed, numRuns: 100 },
    )
  })

  it.each([
    ['a series', object(...event('x', 'DTSTART:20260101T100000Z', 'RRULE:FREQ=DAILY;COUNT=2'))],
    ['further dates', object(...event('x', 'DTSTART:20260101T100000Z', 'RDATE:20260102T100000Z'))],
    ['an override alone', object(...event('x', 'RECURRENCE-ID:20260101T100000Z', 'DTSTART:20260101T110000Z'))],
    [
      'two events',
      object(
        ...event('x', 'DTSTART:20260101T100000Z'),
        ...event('x', 'RECURRENCE-ID:20260101T100000Z', 'DTSTART:20260101T110000Z'),
      ),
    ],
    ['no start', object(...event('x', 'SUMMARY:x'))],
    ['a zone of its own', object(...event('x', 'DTSTART;TZID=Nowhere:20260101T100000'))],
    ['a broken date', object(...event('x', 'DTSTART:20261301T100000Z'))],
    ['no event', object()],
  ])('is not told for %s', (_, text) => {
    expect(singleSpan(text, zones)).toBeUndefined()
  })
})
