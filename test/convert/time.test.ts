import { describe, expect, it } from 'vitest'
import { UnsupportedError } from '../../src/base/errors.ts'
import { dayOfGraph, dayOfGraphDate, graphDateOf, instantOfGraph, instantOfStamp } from '../../src/convert/time.ts'

const instantText = (dateTime: string, timeZone = 'UTC'): string =>
  new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeStyle: 'medium', timeZone: 'UTC' }).format(
    instantOfGraph({ dateTime, timeZone }),
  )

describe('a dateTimeTimeZone', () => {
  it.each([
    ['2026-03-02T09:00:00.0000000', 'UTC', '2026-03-02 09:00:00'],
    ['2026-03-02T09:00:00.9999999', 'UTC', '2026-03-02 09:00:00'],
    ['2026-03-02T09:00', 'UTC', '2026-03-02 09:00:00'],
    ['2026-03-02T09:00:00.000Z', 'Pacific Standard Time', '2026-03-02 09:00:00'],
    ['2026-03-02T09:00:00+05:30', 'UTC', '2026-03-02 03:30:00'],
    ['2026-03-02T09:00:00', 'Pacific Standard Time', '2026-03-02 17:00:00'],
    ['2026-07-02T09:00:00', 'Europe/Berlin', '2026-07-02 07:00:00'],
    ['2026-03-02T09:00:00', 'tzone://Microsoft/Utc', '2026-03-02 09:00:00'],
    ['2026-03-02T09:00:00', 'tzone://Microsoft/Custom', '2026-03-02 09:00:00'],
  ])('%s %s is %s', (dateTime, timeZone, instant) => {
    expect(instantText(dateTime, timeZone)).toBe(instant)
  })

  it.each([
    '0001-01-01T00:00:00.0000000',
    '0001-01-01T00:00:00.0000000Z',
    '9999-12-31T23:59:59.9999999',
    '2026-02-30T09:00:00',
    '2026-13-01T09:00:00',
    '2026-03-02T24:00:00',
    '2026-03-02T09:61:00',
    '2026-03-02',
    '',
    'soon',
  ])('%j is refused by an error of its own', (dateTime) => {
    expect(() => instantOfGraph({ dateTime, timeZone: 'UTC' })).toThrow(UnsupportedError)
  })
})

describe('an all-day boundary', () => {
  it.each([
    ['2026-03-09T00:00:00.0000000', 'UTC', '', '2026-03-09'],
    ['2026-03-09T00:00:00.0000000', 'Tonga Standard Time', 'UTC', '2026-03-09'],
    ['2026-03-08T23:00:00.0000000', 'UTC', '', '2026-03-09'],
    ['2026-03-08T13:00:00.0000000', 'UTC', '', '2026-03-09'],
    ['2026-03-09T11:00:00.0000000', 'UTC', '', '2026-03-09'],
    ['2024-02-29T00:00:00', 'UTC', '', '2024-02-29'],
    ['2026-03-08T11:00:00.0000000', 'UTC', 'Tonga Standard Time', '2026-03-09'],
    ['2026-03-08T10:00:00.0000000', 'UTC', 'Line Islands Standard Time', '2026-03-09'],
    ['2026-03-08T08:00:00.0000000', 'Tokyo Standard Time', 'W. Europe Standard Time', '2026-03-08'],
    ['2026-03-08T21:30:00.0000000', 'UTC', 'Tonga Standard Time', '2026-03-09'],
  ])('%s %s made in zone %j is the day %s', (dateTime, timeZone, ownLabel, day) => {
    expect(graphDateOf(dayOfGraph({ dateTime, timeZone }, ownLabel))).toBe(day)
  })
})

describe('stamps and dates', () => {
  it('a stamp of the year 1 is none', () => {
    expect(instantOfStamp('0001-01-01T00:00:00Z')).toBeUndefined()
    expect(instantOfStamp(null)).toBeUndefined()
    expect(instantOfStamp('2026-02-24T14:03:07.118Z')).toBe(Date.UTC(2026, 1, 24, 14, 3, 7))
  })

  it('a date of the year 1 is none', () => {
    expect(dayOfGraphDate('0001-01-01')).toBeUndefined()
    expect(dayOfGraphDate('2026-06-31')).toBeUndefined()
    expect(dayOfGraphDate('2026-06-30')).toBe(Date.UTC(2026, 5, 30))
  })
})
