import { describe, expect, it } from 'vitest'
import { GraphdavError, IcalError, UnsupportedError } from '../../src/base/errors.ts'
import { expand, touches } from '../../src/ical/expand.ts'
import type { CalendarObject, TimeRange } from '../../src/ical/object.ts'
import { parseObject } from '../../src/ical/parse.ts'
import { component, property, textOf, textProperty } from '../../src/ical/text.ts'
import { expandIcs } from '../oracle/expand.ts'
import { casesOf, textOfCase } from './fixtures.ts'

const forEver: TimeRange = { start: null, end: null }

/** An object of VEVENTs, each given as its content lines. */
function objectOf(...events: readonly (readonly string[])[]): CalendarObject {
  const lines = events.flatMap((event) => ['BEGIN:VEVENT', 'UID:a', ...event, 'END:VEVENT'])
  return parseObject(['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n'))
}

const iso = (instant: number): string => new Date(instant).toISOString().slice(0, 16)

/** `start/end`, and `<slot` where the instance stands in a series. */
function spans(object: CalendarObject, range: TimeRange = forEver, floatingZone = 'UTC'): readonly string[] {
  return expand(object, range, { floatingZone }).map(
    ({ start, end, recurrenceId }) =>
      `${iso(start)}/${iso(end)}${recurrenceId === undefined || recurrenceId === start ? '' : ` < ${iso(recurrenceId)}`}`,
  )
}

const berlin = (text: string): string => `;TZID=Europe/Berlin:${text}`

describe('single events', () => {
  it.each([
    [['DTSTART:20260301T090000Z', 'DTEND:20260301T100000Z'], '2026-03-01T09:00/2026-03-01T10:00'],
    [['DTSTART:20260301T090000Z'], '2026-03-01T09:00/2026-03-01T09:00'],
    [['DTSTART:20260301T090000Z', 'DURATION:PT90M'], '2026-03-01T09:00/2026-03-01T10:30'],
    [['DTSTART:20260301T090000Z', 'DTEND:20260301T080000Z'], '2026-03-01T09:00/2026-03-01T09:00'],
    [['DTSTART;VALUE=DATE:20260301'], '2026-03-01T00:00/2026-03-02T00:00'],
    [['DTSTART;VALUE=DATE:20260301', 'DTEND;VALUE=DATE:20260304'], '2026-03-01T00:00/2026-03-04T00:00'],
    [['DTSTART;VALUE=DATE:20260301', 'DTEND;VALUE=DATE:20260301'], '2026-03-01T00:00/2026-03-02T00:00'],
    [['DTSTART;VALUE=DATE:20260301', 'DURATION:P2D'], '2026-03-01T00:00/2026-03-03T00:00'],
    [['DTSTART:20260301T090000', 'DTEND:20260301T100000'], '2026-03-01T09:00/2026-03-01T10:00'],
    [
      [`DTSTART${berlin('20260301T090000')}`, 'DTEND;TZID=America/New_York:20260301T090000'],
      '2026-03-01T08:00/2026-03-01T14:00',
    ],
    [[`DTSTART${berlin('20260328T120000')}`, 'DURATION:P1D'], '2026-03-28T11:00/2026-03-29T10:00'],
    [[`DTSTART${berlin('20260328T120000')}`, 'DURATION:PT24H'], '2026-03-28T11:00/2026-03-29T11:00'],
  ])('%j', (lines, expected) => {
    expect(spans(objectOf(lines))).toEqual([expected])
  })

  it('dates and floating times are read in the zone of the reader', () => {
    expect(spans(objectOf(['DTSTART;VALUE=DATE:20260329']), forEver, 'Europe/Berlin')).toEqual([
      '2026-03-28T23:00/2026-03-29T22:00',
    ])
    expect(spans(objectOf(['DTSTART:20260301T090000']), forEver, 'America/New_York')).toEqual([
      '2026-03-01T14:00/2026-03-01T14:00',
    ])
  })

  it('have no recurrence id, and say whether they are all-day', () => {
    const [instance] = expand(objectOf(['DTSTART;VALUE=DATE:20260301']), forEver, { floatingZone: 'UTC' })
    expect(instance).toMatchObject({ recurrenceId: undefined, isAllDay: true })
  })
})

describe('series', () => {
  const weekly = [
    `DTSTART${berlin('20260316T090000')}`,
    `DTEND${berlin('20260316T100000')}`,
    'RRULE:FREQ=WEEKLY;COUNT=4',
  ]

  it('keep the wall time when the clock changes', () => {
    expect(spans(objectOf(weekly))).toEqual([
      '2026-03-16T08:00/2026-03-16T09:00',
      '2026-03-23T08:00/2026-03-23T09:00',
      '2026-03-30T07:00/2026-03-30T08:00',
      '2026-04-06T07:00/2026-04-06T08:00',
    ])
  })

  it('EXDATE takes dates out: in the zone, in UTC, several in a line, as a day', () => {
    expect(spans(objectOf([...weekly, `EXDATE${berlin('20260323T090000,20260330T090000')}`]))).toHaveLength(2)
    expect(spans(objectOf([...weekly, 'EXDATE:20260330T070000Z', 'EXDATE;VALUE=DATE:20260406']))).toEqual([
      '2026-03-16T08:00/2026-03-16T09:00',
      '2026-03-23T08:00/2026-03-23T09:00',
    ])
    expect(spans(objectOf([...weekly, `EXDATE${berlin('20260323T093000')}`]))).toHaveLength(4)
  })

  it('an override takes the place of its slot, wherever it goes', () => {
    const moved = [
      `RECURRENCE-ID${berlin('20260330T090000')}`,
      `DTSTART${berlin('20260401T150000')}`,
      `DTEND${berlin('20260401T153000')}`,
      'SUMMARY:moved',
    ]
    const found = expand(objectOf(weekly, moved), forEver, { floatingZone: 'UTC' })
    expect(spans(objectOf(weekly, moved))).toEqual([
      '2026-03-16T08:00/2026-03-16T09:00',
      '2026-03-23T08:00/2026-03-23T09:00',
      '2026-04-01T13:00/2026-04-01T13:30 < 2026-03-30T07:00',
      '2026-04-06T07:00/2026-04-06T08:00',
    ])
    expect(found.map(({ component }) => textOf(component, 'SUMMARY'))).toEqual([
      undefined,
      undefined,
      'moved',
      undefined,
    ])
  })

  it('RECURRENCE-ID in UTC, as a day, or twice the same still means one slot', () => {
    const at = (id: string, hour: string): readonly string[] => [`RECURRENCE-ID${id}`, `DTSTART:20260330T${hour}0000Z`]
    expect(spans(objectOf(weekly, at(':20260330T070000Z', '12')))).toContain(
      '2026-03-30T12:00/2026-03-30T12:00 < 2026-03-30T07:00',
    )
    expect(spans(objectOf(weekly, at(';VALUE=DATE:20260330', '12')))).toContain(
      '2026-03-30T12:00/2026-03-30T12:00 < 2026-03-30T07:00',
    )
    expect(spans(objectOf(weekly, at(':20260330T070000Z', '12'), at(':20260330T070000Z', '13')))).toHaveLength(4)
  })

  it('an override moved into the range is found, one moved out is not', () => {
    const moved = [`RECURRENCE-ID${berlin('20260330T090000')}`, 'DTSTART:20260701T120000Z']
    const july = { start: Date.UTC(2026, 6, 1), end: Date.UTC(2026, 7, 1) }
    const thatDay = { start: Date.UTC(2026, 2, 30), end: Date.UTC(2026, 2, 31) }
    expect(spans(objectOf(weekly, moved), july)).toEqual(['2026-07-01T12:00/2026-07-01T12:00 < 2026-03-30T07:00'])
    expect(spans(objectOf(weekly, moved), thatDay)).toEqual([])
  })

  it('an override without a master stands alone', () => {
    expect(spans(objectOf(['RECURRENCE-ID:20260330T070000Z', 'DTSTART:20260330T080000Z']))).toEqual([
      '2026-03-30T08:00/2026-03-30T08:00 < 2026-03-30T07:00',
    ])
  })

  it('all-day series have dates for slots', () => {
    const days = ['DTSTART;VALUE=DATE:20260327', 'RRULE:FREQ=DAILY;UNTIL=20260330', 'EXDATE;VALUE=DATE:20260328']
    const override = ['RECURRENCE-ID;VALUE=DATE:20260329', 'DTSTART;VALUE=DATE:20260410']
    expect(spans(objectOf(days, override), forEver, 'Europe/Berlin')).toEqual([
      '2026-03-26T23:00/2026-03-27T23:00',
      '2026-03-29T22:00/2026-03-30T22:00',
      '2026-04-09T22:00/2026-04-10T22:00 < 2026-03-28T23:00',
    ])
    const timed = ['RECURRENCE-ID:20260329T000000Z', 'DTSTART:20260329T120000Z']
    expect(spans(objectOf(days, timed), forEver, 'Europe/Berlin')).toContain(
      '2026-03-29T12:00/2026-03-29T12:00 < 2026-03-28T23:00',
    )
  })

  it('RDATE adds dates, also beside a rule and as periods, each instant once', () => {
    const rdates = ['DTSTART:20260301T090000Z', 'DURATION:PT1H', 'RDATE:20260301T090000Z,20260305T090000Z']
    expect(spans(objectOf(rdates))).toEqual(['2026-03-01T09:00/2026-03-01T10:00', '2026-03-05T09:00/2026-03-05T10:00'])
    const periods = [
      'DTSTART:20260301T090000Z',
      'RRULE:FREQ=DAILY;COUNT=2',
      'RDATE;VALUE=PERIOD:20260307T090000Z/PT3H,20260308T090000Z/20260308T093000Z',
    ]
    expect(spans(objectOf(periods))).toEqual([
      '2026-03-01T09:00/2026-03-01T09:00',
      '2026-03-02T09:00/2026-03-02T09:00',
      '2026-03-07T09:00/2026-03-07T12:00',
      '2026-03-08T09:00/2026-03-08T09:30',
    ])
    expect(spans(objectOf(['DTSTART:20260301T090000Z', 'RDATE;VALUE=DATE:20260304']))).toContain(
      '2026-03-04T09:00/2026-03-04T09:00',
    )
  })

  it('a night shift ends at its hour on the clock, also when the clock changes', () => {
    const shift = [
      `DTSTART${berlin('20260327T220000')}`,
      `DTEND${berlin('20260328T060000')}`,
      'RRULE:FREQ=DAILY;COUNT=3',
    ]
    expect(spans(objectOf(shift))).toEqual([
      '2026-03-27T21:00/2026-03-28T05:00',
      '2026-03-28T21:00/2026-03-29T04:00',
      '2026-03-29T20:00/2026-03-30T04:00',
    ])
  })

  it('a slot in the spring gap is moved behind it', () => {
    const early = [`DTSTART${berlin('20260328T023000')}`, 'RRULE:FREQ=DAILY;COUNT=3']
    expect(spans(objectOf(early)).map((span) => span.slice(0, 16))).toEqual([
      '2026-03-28T01:30',
      '2026-03-29T01:30',
      '2026-03-30T00:30',
    ])
  })

  it('a long instance that began before the range is found', () => {
    const long = ['DTSTART;VALUE=DATE:20200101', 'DTEND;VALUE=DATE:20200201', 'RRULE:FREQ=YEARLY']
    expect(spans(objectOf(long), { start: Date.UTC(2026, 0, 30), end: Date.UTC(2026, 5, 1) })).toEqual([
      '2026-01-01T00:00/2026-02-01T00:00',
    ])
  })

  it('an endless series needs a range with an end', () => {
    const error = (() => {
      try {
        expand(objectOf(['DTSTART:20260301T090000Z', 'RRULE:FREQ=DAILY']), forEver, { floatingZone: 'UTC' })
      } catch (error) {
        return error
      }
      return undefined
    })()
    expect(error).toBeInstanceOf(GraphdavError)
    expect(error).toMatchObject({ code: 'too-large' })
  })

  it('a zone that only the text defines is computed from it', () => {
    const object = parseObject(textOfCase('foreign', 'own-zone'))
    expect(spans(object)).toEqual([
      '2026-03-05T09:30/2026-03-05T10:30',
      '2026-04-05T09:30/2026-04-05T10:30',
      '2026-05-05T08:30/2026-05-05T09:30',
    ])
  })

  it('a name that another program made of an IANA zone is that zone', () => {
    expect(spans(parseObject(textOfCase('foreign', 'outlook')))[0]).toBe('2026-03-03T09:00/2026-03-03T10:00')
    expect(spans(parseObject(textOfCase('foreign', 'evolution')))).toEqual(['2026-03-05T13:00/2026-03-05T14:00'])
    expect(spans(parseObject(textOfCase('foreign', 'thunderbird')))).toHaveLength(5)
  })
})

describe('what cannot be read', () => {
  const event = (...properties: Parameters<typeof property>[]): CalendarObject => ({
    uid: 'a',
    master: component('VEVENT', [textProperty('UID', 'a'), ...properties.map((made) => property(...made))]),
    overrides: [],
    zones: [],
  })
  it.each([
    ['no DTSTART', event(['SUMMARY', 'x']), IcalError],
    ['an unknown zone', event(['DTSTART', '20260301T090000', { TZID: 'Mars' }]), IcalError],
    [
      'EXRULE',
      event(['DTSTART', '20260301T090000Z'], ['RRULE', 'FREQ=DAILY;COUNT=2'], ['EXRULE', 'FREQ=DAILY']),
      UnsupportedError,
    ],
    ['HOURLY', event(['DTSTART', '20260301T090000Z'], ['RRULE', 'FREQ=HOURLY;COUNT=2']), UnsupportedError],
    [
      'an override without a slot',
      { ...event(['DTSTART', '20260301T090000Z']), overrides: [component('VEVENT', [])] },
      IcalError,
    ],
  ])('%s', (_, object, kind) => {
    expect(() => expand(object, { start: 0, end: Date.UTC(2027, 0, 1) }, { floatingZone: 'UTC' })).toThrow(kind)
  })

  it('a floating zone that is none', () => {
    expect(() => expand(objectOf(['DTSTART:20260301T090000']), forEver, { floatingZone: 'Mars' })).toThrow(IcalError)
  })
})

describe('touching a range (RFC 4791 §9.9)', () => {
  const range = { start: 100, end: 200 }
  it.each([
    [50, 100, false],
    [50, 101, true],
    [100, 150, true],
    [199, 300, true],
    [200, 300, false],
    [50, 300, true],
    [100, 100, true],
    [99, 99, false],
    [199, 199, true],
    [200, 200, false],
  ])('%i to %i: %s', (start, end, expected) => {
    expect(touches({ start, end }, range)).toBe(expected)
  })

  it('open ends touch everything on their side', () => {
    expect(touches({ start: 50, end: 60 }, { start: null, end: 100 })).toBe(true)
    expect(touches({ start: 500, end: 600 }, { start: 100, end: null })).toBe(true)
    expect(touches({ start: 50, end: 60 }, { start: 100, end: null })).toBe(false)
    expect(touches({ start: 50, end: 60 }, forEver)).toBe(true)
  })
})

describe('the golden objects', () => {
  const range = { start: Date.UTC(2005, 0, 1), end: Date.UTC(2030, 0, 1) }
  it.each(casesOf('objects'))('%s has the instances that another expander finds', (name) => {
    const text = textOfCase('objects', name)
    const ours = expand(parseObject(text), range, { floatingZone: 'UTC' })
    expect(ours.map(({ start, end, recurrenceId }) => ({ start, end, recurrenceId }))).toEqual(
      expandIcs(text, range.start, range.end).map(({ start, end, recurrenceId }) => ({ start, end, recurrenceId })),
    )
    expect(ours.length).toBeGreaterThan(0)
  })
})
