import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { GraphdavError, UnsupportedError } from '../../src/base/errors.ts'
import type { TimeRange } from '../../src/ical/object.ts'
import { isEndless, slotStarts, type RuleLimits } from '../../src/ical/rule.ts'
import { parseRule } from '../../src/ical/rule-text.ts'
import { parseTime, printTime } from '../../src/ical/value.ts'
import { ianaZone, utc } from '../../src/ical/zone.ts'
import { cpuMs } from './cpu.ts'

interface Example {
  readonly name: string
  readonly start: string
  readonly rules: readonly string[]
  /** First moment that is no longer looked at; several forms of the same rule may stand side by side. */
  readonly end: string
  readonly exdate?: string
  /** `1997-09 2-11 15`: days of a month. */
  readonly dates?: readonly string[]
  readonly times?: readonly string[]
  readonly refused?: string
}

const examples: readonly Example[] = JSON.parse(
  readFileSync(new URL('../../fixtures/ical/rfc5545-recurrence.json', import.meta.url), 'utf8'),
)

const forEver: TimeRange = { start: null, end: null }
const newYork = ianaZone('America/New_York')

const wallOf = (text: string) => parseTime(text, undefined, 'DTSTART').wall

function slots(rule: string, start: string, range: TimeRange, limits?: RuleLimits): readonly string[] {
  const found = slotStarts({ rule, start: wallOf(start), zone: newYork }, range, limits)
  return found.map((wall) => printTime({ kind: 'floating', wall }))
}

const days = (found: readonly string[]): readonly string[] => found.map((slot) => slot.slice(0, 8))

function listed(example: Example): readonly string[] {
  const days = (example.dates ?? []).flatMap((line) => {
    const [month = '', ...spans] = line.split(' ')
    return spans.flatMap((span) => {
      const [first = 0, last = first] = span.split('-').map(Number)
      return Array.from(
        { length: last - first + 1 },
        (_, index) => `${month.replace('-', '')}${String(first + index).padStart(2, '0')}`,
      )
    })
  })
  return days.flatMap((day) => (example.times ?? [example.start.slice(9)]).map((time) => `${day}T${time}`))
}

describe('the examples of RFC 5545 §3.8.5.3', () => {
  const cases = examples.flatMap((example) => example.rules.map((rule) => ({ ...example, rule })))

  it.each(cases.filter(({ refused }) => refused === undefined))('$name: $rule', (example) => {
    const range = { start: null, end: Date.parse(example.end) }
    const found = slots(example.rule, example.start, range).filter((slot) => slot !== example.exdate)
    expect(found).toEqual(listed(example))
  })

  it.each(cases.filter(({ refused }) => refused !== undefined))(
    '$name: $rule is refused',
    ({ rule, start, refused }) => {
      expect(() => slots(rule, start, { start: null, end: Date.parse('1999') })).toThrow(UnsupportedError)
      expect(() => slots(rule, start, { start: null, end: Date.parse('1999') })).toThrow(refused)
    },
  )
})

describe('slots in wall time', () => {
  it('UNTIL in UTC ends the series on the wall clock of its zone', () => {
    // 23:59:59 of 3 March in New York is 4 March in UTC.
    expect(days(slots('FREQ=DAILY;UNTIL=20260304T045959Z', '20260301T230000', forEver))).toEqual([
      '20260301',
      '20260302',
      '20260303',
    ])
    expect(days(slots('FREQ=DAILY;UNTIL=20260304T035959Z', '20260301T230000', forEver))).toEqual([
      '20260301',
      '20260302',
    ])
  })

  it('UNTIL is inclusive, as an instant and as a date', () => {
    expect(slots('FREQ=DAILY;UNTIL=20260302T140000Z', '20260301T090000', forEver)).toHaveLength(2)
    expect(slots('FREQ=DAILY;UNTIL=20260302', '20260301T090000', forEver)).toHaveLength(2)
    expect(slots('FREQ=DAILY;UNTIL=20260302T090000', '20260301T090000', forEver)).toHaveLength(2)
  })

  it('keeps the wall time across a change of the clock', () => {
    const found = slotStarts({ rule: 'FREQ=WEEKLY;COUNT=3', start: wallOf('20260301T090000'), zone: newYork }, forEver)
    expect(found.map(({ hour }) => hour)).toEqual([9, 9, 9])
  })

  it('a slot in the spring gap is there, one in the doubled hour is there once', () => {
    expect(slots('FREQ=DAILY;COUNT=3', '20260307T023000', forEver)).toEqual([
      '20260307T023000',
      '20260308T023000',
      '20260309T023000',
    ])
    expect(slots('FREQ=DAILY;COUNT=3', '20261031T013000', forEver)).toHaveLength(3)
  })

  it('DTSTART is an instance even where the rule does not name it, and COUNT counts it', () => {
    expect(days(slots('FREQ=WEEKLY;BYDAY=MO;COUNT=3', '20260304T090000', forEver))).toEqual([
      '20260304',
      '20260309',
      '20260316',
    ])
    expect(days(slots('FREQ=WEEKLY;BYDAY=MO;COUNT=1', '20260304T090000', forEver))).toEqual(['20260304'])
    const late = { start: Date.UTC(2026, 2, 15), end: Date.UTC(2027, 0, 1) }
    expect(days(slots('FREQ=WEEKLY;BYDAY=MO;COUNT=3', '20260304T090000', late))).toEqual(['20260316'])
    expect(days(slots('FREQ=DAILY;UNTIL=20200101', '20260304T090000', forEver))).toEqual(['20260304'])
  })

  it('the range is half-open and in instants', () => {
    const range = { start: Date.UTC(2026, 2, 2, 14), end: Date.UTC(2026, 2, 4, 14) }
    expect(days(slots('FREQ=DAILY', '20260301T090000', range))).toEqual(['20260302', '20260303'])
  })

  it.each([
    ['FREQ=DAILY;INTERVAL=3', '20000101T090000'],
    ['FREQ=WEEKLY;INTERVAL=3;BYDAY=SU,WE;WKST=SU', '20000105T090000'],
    ['FREQ=WEEKLY;INTERVAL=3;BYDAY=SU,WE;WKST=MO', '20000105T090000'],
    ['FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=31', '20000131T090000'],
    ['FREQ=MONTHLY;INTERVAL=7;BYDAY=MO,TU,WE;BYSETPOS=-1', '20000131T090000'],
    ['FREQ=YEARLY;INTERVAL=2', '20000229T090000'],
    ['FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU', '20040103T090000'],
  ])('%s in a range far away is what the whole series has there', (rule, start) => {
    const range = { start: Date.UTC(2031, 4, 3), end: Date.UTC(2043, 4, 3) }
    const whole = slotStarts({ rule, start: wallOf(start), zone: utc }, { start: null, end: range.end })
    const inRange = whole.filter((wall) => wall.year * 10_000 + wall.month * 100 + wall.day >= 20_310_503)
    expect(inRange.length).toBeGreaterThan(1)
    expect(slotStarts({ rule, start: wallOf(start), zone: utc }, range)).toEqual(inRange)
  })

  it('BYSETPOS counts in whole periods, and a position that a period does not have gives nothing', () => {
    expect(days(slots('FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-5;COUNT=3', '20260302T090000', forEver))).toEqual([
      '20260302',
      '20260601',
      '20260803',
    ])
    expect(days(slots('FREQ=WEEKLY;BYDAY=MO,WE;BYSETPOS=1;COUNT=2', '20260107T090000', forEver))).toEqual([
      '20260107',
      '20260112',
    ])
    expect(days(slots('FREQ=WEEKLY;BYDAY=SA,SU,MO;BYSETPOS=1,-1;WKST=SU;COUNT=4', '20260103T090000', forEver))).toEqual(
      ['20260103', '20260104', '20260110', '20260111'],
    )
  })

  it('what Outlook does on day 31 is the last day of shorter months', () => {
    expect(days(slots('FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1;COUNT=5', '20260131T090000', forEver))).toEqual([
      '20260131',
      '20260228',
      '20260331',
      '20260430',
      '20260531',
    ])
    expect(
      days(slots('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1;COUNT=3', '20240229T090000', forEver)),
    ).toEqual(['20240229', '20250228', '20260228'])
  })

  it('a week number without a day takes the weekday of DTSTART', () => {
    expect(days(slots('FREQ=YEARLY;BYWEEKNO=20;COUNT=2', '20260514T090000', forEver))).toEqual(['20260514', '20270520'])
  })

  it('a series that begins before 1601 is refused', () => {
    expect(() => slots('FREQ=YEARLY;COUNT=2', '00500301T090000', forEver)).toThrow(UnsupportedError)
    expect(days(slots('FREQ=YEARLY;COUNT=2', '16010301T090000', forEver))).toEqual(['16010301', '16020301'])
  })

  it('knows which rules end', () => {
    expect(
      ['FREQ=DAILY', 'FREQ=DAILY;COUNT=1', 'FREQ=DAILY;UNTIL=20260101'].map((rule) => isEndless(parseRule(rule))),
    ).toEqual([true, false, false])
  })
})

describe('hostile rules', () => {
  const hostile = [
    'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31;BYDAY=MO',
    'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31;BYDAY=MO;COUNT=5',
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=9999999',
    'FREQ=DAILY;INTERVAL=7;BYDAY=TU;COUNT=2',
    'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=0,1,2,3,4,5,6,7;BYMINUTE=0,1,2,3,4,5;BYSETPOS=366',
    'FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=0,1,2,3,4,5,6,7;BYMINUTE=0,1,2,3,4,5;BYSETPOS=-366',
    'FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;COUNT=9999999',
    'FREQ=YEARLY;BYWEEKNO=53;BYDAY=53MO',
    'FREQ=MONTHLY;INTERVAL=9999999',
    'FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9;BYMINUTE=0,1,2,3,4,5,6,7,8,9',
    'FREQ=SECONDLY',
    'FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=HOURLY;BYHOUR=2;BYMINUTE=1',
  ]
  const ranges: readonly TimeRange[] = [
    forEver,
    { start: Date.UTC(2026, 0, 1), end: Date.UTC(2027, 0, 1) },
    { start: null, end: Date.UTC(2026, 0, 1) },
    { start: Date.UTC(9000, 0, 1), end: Date.UTC(9100, 0, 1) },
  ]

  const outcome = (rule: string, start: string, range: TimeRange): string => {
    const begun = cpuMs()
    try {
      slots(rule, start, range)
    } catch (error) {
      if (!(error instanceof GraphdavError)) return String(error)
    }
    return cpuMs() - begun < 4000 ? 'bounded' : 'slow'
  }

  it.each(hostile)('%s answers or is refused within a bounded time', (rule) => {
    const outcomes = ranges.map((range) => outcome(rule, '19260101T090000', range))
    expect(new Set(outcomes)).toEqual(new Set(['bounded']))
  })

  it('too many slots, too long a span and an endless rule in an endless span are named', () => {
    const code = (run: () => unknown): unknown => {
      try {
        return run()
      } catch (error) {
        return error instanceof GraphdavError ? error.code : error
      }
    }
    expect(code(() => slots('FREQ=DAILY', '20260101T090000', forEver))).toBe('too-large')
    expect(code(() => slots('FREQ=DAILY;COUNT=11', '20260101T090000', forEver, { slots: 10, days: 100 }))).toBe(
      'too-large',
    )
    expect(code(() => slots('FREQ=DAILY;COUNT=10', '20260101T090000', forEver, { slots: 10, days: 100 }))).toHaveLength(
      10,
    )
    expect(code(() => slots('FREQ=YEARLY;COUNT=4', '20260101T090000', forEver, { slots: 10, days: 100 }))).toBe(
      'too-large',
    )
  })
})
