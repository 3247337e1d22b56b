import { describe, expect, it } from 'vitest'
import { parseDay } from '../../src/simulator/days.ts'
import {
  instantAt,
  localTimeOf,
  parseDateTime,
  parseInstant,
  printDateTime,
  printHttpDate,
  printInstant,
  zoneOfLabel,
} from '../../src/simulator/zone-time.ts'

const wall = (date: string, hour: number, minute = 0) => ({
  day: parseDay(date) ?? 0,
  second: hour * 3600 + minute * 60,
})
const iso = (ms: number) => new Date(ms).toISOString()

describe('zone labels', () => {
  it('Windows ids, IANA names and the spellings of UTC mean a zone, custom ones do not', () => {
    const labels = [
      'W. Europe Standard Time',
      'Europe/Kyiv',
      'UTC',
      'tzone://Microsoft/Utc',
      'tzone://Microsoft/Custom',
      'Customized Time Zone',
      '',
    ]
    expect(labels.map(zoneOfLabel)).toEqual([
      'Europe/Berlin',
      'Europe/Kyiv',
      'UTC',
      'UTC',
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('wall time to instant', () => {
  it.each([
    ['summer', '2026-07-01', 9, 0, 'Europe/Berlin', '2026-07-01T07:00:00.000Z'],
    ['the doubled hour is its first', '2026-10-25', 2, 30, 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    [
      'the missing hour is read with the offset before it',
      '2026-03-29',
      2,
      30,
      'Europe/Berlin',
      '2026-03-29T01:30:00.000Z',
    ],
    ['half an hour of daylight saving', '2026-04-05', 1, 45, 'Australia/Lord_Howe', '2026-04-04T14:45:00.000Z'],
    ['a missing midnight', '2026-04-24', 0, 15, 'Africa/Cairo', '2026-04-23T22:15:00.000Z'],
    ['a day of three quarters', '2026-05-01', 12, 0, 'Asia/Kathmandu', '2026-05-01T06:15:00.000Z'],
    ['UTC+14', '2026-05-01', 0, 0, 'Pacific/Kiritimati', '2026-04-30T10:00:00.000Z'],
  ])('%s', (_, date, hour, minute, zone, expected) => {
    expect(iso(instantAt(wall(date, hour, minute), zone))).toBe(expected)
  })

  it('and back', () => {
    expect(localTimeOf(Date.UTC(2026, 9, 25, 1, 30), 'Europe/Berlin')).toEqual(wall('2026-10-25', 2, 30))
    expect(localTimeOf(Date.UTC(1969, 11, 31, 23), 'UTC')).toEqual(wall('1969-12-31', 23))
  })
})

describe('texts', () => {
  it('start and end have seven digits and the label that was asked for', () => {
    expect(printDateTime(Date.UTC(2026, 0, 1), 'America/New_York', 'Eastern Standard Time')).toEqual({
      dateTime: '2025-12-31T19:00:00.0000000',
      timeZone: 'Eastern Standard Time',
    })
  })

  it('instants trim their fraction', () => {
    expect([0, 500, 696, 120].map((ms) => printInstant(Date.UTC(2023, 2, 15) + ms))).toEqual([
      '2023-03-15T00:00:00Z',
      '2023-03-15T00:00:00.5Z',
      '2023-03-15T00:00:00.696Z',
      '2023-03-15T00:00:00.12Z',
    ])
  })

  it('HTTP dates are those of the standard', () => {
    expect(printHttpDate(Date.UTC(1994, 10, 6, 8, 49, 37))).toBe('Sun, 06 Nov 1994 08:49:37 GMT')
  })

  it('the offset of a query value decides, none means UTC, and a plus that became a space is refused', () => {
    expect(
      ['2016-12-01T00:00:00-08:00', '2016-12-01T00:00:00', '2016-12-01'].map((one) => iso(parseInstant(one) ?? 0)),
    ).toEqual(['2016-12-01T08:00:00.000Z', '2016-12-01T00:00:00.000Z', '2016-12-01T00:00:00.000Z'])
    expect(parseInstant('2016-12-01T00:00:00 01:00')).toBeUndefined()
    expect(parseDateTime('2016-12-01T25:00:00')).toBeUndefined()
  })
})
