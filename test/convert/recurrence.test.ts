// The days that the pattern itself gives, against the slots that the rule made of it gives to any reader of the text.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ruleOf, slotDates } from '../../src/convert/recurrence.ts'
import { scheduleOf } from '../../src/convert/schedule.ts'
import { graphDateOf, dayOfWall } from '../../src/convert/time.ts'
import type { GraphPattern, GraphRange } from '../../src/graph/types.ts'
import { parseRule, printRule } from '../../src/ical/rule-text.ts'
import { slotStarts } from '../../src/ical/rule.ts'
import { ianaZone } from '../../src/ical/zone.ts'
import { graphEvent } from './graph-events.ts'

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const

const skipping: fc.Arbitrary<Pick<GraphPattern, 'skipsShortMonths'>> = fc.constantFrom({}, { skipsShortMonths: true })

const patterns: fc.Arbitrary<GraphPattern> = fc.record({
  type: fc.constantFrom('daily', 'weekly', 'absoluteMonthly', 'relativeMonthly', 'absoluteYearly', 'relativeYearly'),
  interval: fc.integer({ min: 1, max: 5 }),
  month: fc.integer({ min: 1, max: 12 }),
  dayOfMonth: fc.oneof(fc.integer({ min: 1, max: 31 }), fc.integer({ min: 28, max: 31 })),
  daysOfWeek: fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1, maxLength: 7 }),
  firstDayOfWeek: fc.constantFrom(...weekdays),
  index: fc.constantFrom('first', 'second', 'third', 'fourth', 'last'),
})

const ranges: fc.Arbitrary<Partial<GraphRange>> = fc.oneof(
  fc.constant({ type: 'noEnd' as const }),
  fc.integer({ min: 1, max: 60 }).map((numberOfOccurrences) => ({ type: 'numbered' as const, numberOfOccurrences })),
  fc.integer({ min: 0, max: 2000 }).map((days) => ({
    type: 'endDate' as const,
    endDate: graphDateOf(Date.UTC(2024, 0, 1) + days * 86_400_000),
  })),
)

const range = { start: Date.UTC(2023, 0, 1), end: Date.UTC(2034, 0, 1) }

describe('a pattern and the rule made of it', () => {
  it(`give the same days (seed ${seed})`, () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'Pacific/Auckland', 'America/St_Johns')
    const starts = fc.integer({ min: 0, max: 4 * 365 * 24 * 2 }).map((half) => Date.UTC(2024, 0, 1) + half * 1_800_000)
    fc.assert(
      fc.property(patterns, skipping, ranges, zones, starts, (plain, skips, end, tzid, start) => {
        const pattern = { ...plain, ...skips }
        const main = graphEvent({
          start: { dateTime: new Date(start).toISOString(), timeZone: 'UTC' },
          end: { dateTime: new Date(start + 1_800_000).toISOString(), timeZone: 'UTC' },
          originalStartTimeZone: tzid,
          recurrence: { pattern, range: end },
        })
        const schedule = scheduleOf(main, 'UTC')
        const rule = main.recurrence && ruleOf(main.recurrence, schedule)
        if (rule === null) throw new Error('no recurrence')
        expect(parseRule(printRule(rule))).toEqual(rule)
        const walls = slotStarts({ rule: printRule(rule), start: schedule.start, zone: ianaZone(tzid) }, range)
        const days = slotDates(main, 'UTC', range)
        // DTSTART is always a slot to the RFC, also of a series that ends before its first one or never has one.
        const expected = walls.map((wall) => graphDateOf(dayOfWall(wall)))
        expect(days).toEqual(days.length === 0 ? expected.slice(1) : expected)
      }),
      { seed, numRuns: Number(process.env['RULES'] ?? 100) },
    )
  })
})

describe('slot dates', () => {
  const weekly = graphEvent({
    start: { dateTime: '2026-01-06T02:00:00.0000000', timeZone: 'UTC' },
    end: { dateTime: '2026-01-06T03:00:00.0000000', timeZone: 'UTC' },
    originalStartTimeZone: 'Eastern Standard Time',
    recurrence: {
      pattern: { type: 'weekly', daysOfWeek: ['monday'], firstDayOfWeek: 'monday' },
      range: { startDate: '2026-01-05', recurrenceTimeZone: 'Eastern Standard Time' },
    },
  })

  it('are days of the series zone, picked by the instant at which the slot begins', () => {
    const range = { start: Date.UTC(2026, 0, 6, 2), end: Date.UTC(2026, 0, 20, 2) }
    expect(slotDates(weekly, 'UTC', range)).toEqual(['2026-01-05', '2026-01-12'])
  })

  it('of a single event are none', () => {
    expect(slotDates(graphEvent(), 'UTC', range)).toEqual([])
  })

  it('of an all-day series are the days themselves', () => {
    const daily = graphEvent({
      isAllDay: true,
      start: { dateTime: '2026-03-01T00:00:00.0000000', timeZone: 'UTC' },
      end: { dateTime: '2026-03-02T00:00:00.0000000', timeZone: 'UTC' },
      recurrence: { pattern: { type: 'daily', interval: 2 }, range: { type: 'numbered', numberOfOccurrences: 3 } },
    })
    expect(slotDates(daily, 'Asia/Tokyo', range)).toEqual(['2026-03-01', '2026-03-03', '2026-03-05'])
  })
})
