import { describe, expect, it } from 'vitest'
import { IcalError } from '../../src/base/errors.ts'
import { property } from '../../src/ical/text.ts'
import {
  addToWall,
  parseDuration,
  parsePeriod,
  parseTime,
  printDuration,
  printPeriod,
  printTime,
  timeOf,
  timeProperty,
  timesOf,
  timesOrPeriodsOf,
  wallFromMs,
  wallMs,
} from '../../src/ical/value.ts'

describe('times', () => {
  it.each([
    ['20260301', undefined, 'date'],
    ['20260301T093000', undefined, 'floating'],
    ['20260301T093000', 'Europe/Berlin', 'zoned'],
    ['20260301T093000Z', undefined, 'utc'],
  ])('%s with TZID %s is %s and goes back', (text, tzid, kind) => {
    const time = parseTime(text, tzid, 'DTSTART')
    expect(time.kind).toBe(kind)
    expect(printTime(time)).toBe(text)
    const made = timeProperty('DTSTART', time)
    expect(made.value).toBe(text)
    expect(timeOf(made)).toEqual(time)
  })

  it('VALUE and TZID are written where they are needed', () => {
    expect(
      timeProperty('EXDATE', parseTime('20260301', undefined, 'X'), parseTime('20260302', undefined, 'X')),
    ).toEqual(property('EXDATE', '20260301,20260302', { VALUE: 'DATE' }))
    expect(timeProperty('DTSTART', parseTime('20260301T000000', 'Asia/Tokyo', 'X'))).toEqual(
      property('DTSTART', '20260301T000000', { TZID: 'Asia/Tokyo' }),
    )
    expect(timeProperty('DTSTAMP', parseTime('20260301T000000Z', undefined, 'X')).parameters).toEqual([])
  })

  it('the form tells the type, whatever VALUE and TZID say', () => {
    expect(timeOf(property('DTSTART', '20260301'))).toMatchObject({ kind: 'date' })
    expect(timeOf(property('DTSTART', '20260301T090000', { VALUE: 'DATE' }))).toMatchObject({ kind: 'floating' })
    expect(timeOf(property('DTSTART', '20260301T090000Z', { TZID: 'Europe/Berlin' }))).toMatchObject({ kind: 'utc' })
    expect(timeOf(property('DTSTART', '20260301', { TZID: 'Europe/Berlin' }))).toMatchObject({ kind: 'date' })
  })

  it('the sixtieth second is the one before it', () => {
    expect(parseTime('20161231T235960Z', undefined, 'X').wall.second).toBe(59)
  })

  it.each([
    '',
    '2026',
    '20260301T',
    '20260229',
    '20261301',
    '20260001',
    '20260301T240000',
    '20260301T096000',
    '2026-03-01',
    '00000101',
    '20260301T090000+0100',
    '20260301T090061',
  ])('%j is no time, and the error names the property', (text) => {
    expect(() => parseTime(text, undefined, 'DTEND')).toThrow(
      expect.objectContaining({ code: 'ical', property: 'DTEND' }),
    )
  })

  it('lists are read in order, an empty one is empty', () => {
    expect(timesOf(property('EXDATE', '20260301,20260303')).map(printTime)).toEqual(['20260301', '20260303'])
    expect(timesOf(property('EXDATE', ''))).toEqual([])
    expect(() => timesOf(property('EXDATE', '20260301,,20260303'))).toThrow(IcalError)
  })

  it('RDATE holds times and periods', () => {
    const [time, period] = timesOrPeriodsOf(
      property('RDATE', '20260301T090000,20260302T090000/PT1H', { TZID: 'Asia/Tokyo' }),
    )
    expect(time).toMatchObject({ kind: 'zoned' })
    expect(period).toMatchObject({ start: { kind: 'zoned' }, end: { days: 0, seconds: 3600 } })
  })
})

describe('durations', () => {
  it.each([
    ['PT15M', 0, 900, 'PT15M'],
    ['-PT15M', 0, -900, '-PT15M'],
    ['+P1D', 1, 0, 'P1D'],
    ['P1DT12H', 1, 43_200, 'P1DT12H'],
    ['PT24H', 0, 86_400, 'PT24H'],
    ['P7D', 7, 0, 'P1W'],
    ['P2W', 14, 0, 'P2W'],
    ['P15DT5H0M20S', 15, 18_020, 'P15DT5H20S'],
    ['PT0S', 0, 0, 'PT0S'],
    ['-P0D', 0, 0, 'PT0S'],
    ['P1W2D', 9, 0, 'P9D'],
    ['pt5m', 0, 300, 'PT5M'],
    ['-P1DT1S', -1, -1, '-P1DT1S'],
  ])('%s is %i days and %i seconds, printed %s', (text, days, seconds, printed) => {
    expect(parseDuration(text, 'DURATION')).toEqual({ days, seconds })
    expect(printDuration({ days, seconds })).toBe(printed)
    expect(parseDuration(printed, 'DURATION')).toEqual({ days, seconds })
  })

  it.each(['', 'P', 'PT', '15M', 'P1Y', 'P1M', 'PT1.5H', 'P-1D', 'PT99999999999S', '--PT1M'])(
    '%j is no duration',
    (text) => {
      expect(() => parseDuration(text, 'TRIGGER')).toThrow(expect.objectContaining({ property: 'TRIGGER' }))
    },
  )

  it('a day is added to the calendar, 24 hours to the clock', () => {
    const wall = parseTime('20260328T090000', undefined, 'X').wall
    expect(addToWall(wall, { days: 1, seconds: 0 })).toMatchObject({ day: 29, hour: 9 })
    expect(addToWall(wall, { days: 3, seconds: 15 * 3600 })).toMatchObject({ month: 4, day: 1, hour: 0 })
  })
})

describe('periods', () => {
  it.each(['20260301T090000Z/20260301T100000Z', '20260301T090000Z/PT1H30M'])('%s goes back', (text) => {
    expect(printPeriod(parsePeriod(text, undefined, 'FREEBUSY'))).toBe(text)
  })

  it.each(['20260301T090000Z', '20260301T090000Z/', 'a/b', '20260301T090000Z/PT1H/PT1H'])('%s is none', (text) => {
    expect(() => parsePeriod(text, undefined, 'FREEBUSY')).toThrow(IcalError)
  })
})

describe('wall times', () => {
  it('and milliseconds are inverse from year 1 to 9999, and agree with Date.UTC', () => {
    for (let ms = Date.UTC(100, 0, 1); ms < Date.UTC(9999, 0, 1); ms += 86_400_000 * 97 + 12_345_000) {
      const wall = wallFromMs(ms)
      expect(wallMs(wall)).toBe(ms)
      expect(Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second)).toBe(ms)
    }
    expect(wallFromMs(wallMs({ year: 1, month: 1, day: 1, hour: 0, minute: 0, second: 0 }))).toMatchObject({
      year: 1,
      day: 1,
    })
  })
})
