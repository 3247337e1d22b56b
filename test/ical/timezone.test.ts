import moment from 'moment-timezone'
import { describe, expect, it } from 'vitest'
import { offsetMinutesAt, transitionsOf } from '../../src/base/zones.ts'
import { printObject } from '../../src/ical/print.ts'
import { component, property, textProperty } from '../../src/ical/text.ts'
import { timezoneComponent, timezonesOf, tzidsOf } from '../../src/ical/timezone.ts'
import type { CalendarObject, Component } from '../../src/ical/object.ts'
import { observancesOf } from '../../src/ical/zone-rules.ts'
import { offsetsInIcs } from '../oracle/ics.ts'
import { seedOfRun } from './random.ts'

const hour = 3_600_000
const day = 24 * hour

/** The observances in a line each: kind, change, first onset, rule or further dates. */
function shape(tzid: string, from: number, to: number | null): readonly string[] {
  return timezoneComponent(tzid, from, to).components.map(({ name, properties }) =>
    [name, ...properties.filter((one) => one.name !== 'TZNAME').map(({ value }) => value)].join(' '),
  )
}

/** What the oracle's reader says of the zone's printed block. */
function offsetsOf(timezone: Component, lastYear: number): (instant: number) => number {
  const tzid = timezone.properties[0]?.value ?? ''
  const event = component('VEVENT', [
    textProperty('UID', 'zone'),
    property('DTSTART', '20260101T000000', { TZID: tzid }),
  ])
  const text = printObject({ uid: 'zone', master: event, overrides: [], zones: [timezone] })
  const read = offsetsInIcs(text, lastYear)
  return (instant) => read(tzid, instant)
}

/** Every zone of the data; of those that are the same zone under several names, one. */
const everyZone = [
  ...new Map(
    moment.tz.names().map((name) => {
      const zone = moment.tz.zone(name)
      return [`${zone?.untils.join()} ${zone?.offsets.join()}`, name] as const
    }),
  ).values(),
]

const spans = [
  { name: 'from 2026 on', from: Date.UTC(2026, 0, 1), to: null, until: Date.UTC(2039, 11, 1) },
  { name: '2009 to 2039', from: Date.UTC(2009, 6, 1), to: Date.UTC(2039, 11, 1), until: Date.UTC(2039, 11, 1) },
  { name: '1973 to 1992', from: Date.UTC(1973, 3, 4), to: Date.UTC(1992, 0, 1), until: Date.UTC(1992, 0, 1) },
  { name: 'a week of 2026', from: Date.UTC(2026, 6, 1), to: Date.UTC(2026, 6, 8), until: Date.UTC(2026, 6, 8) },
]

describe('VTIMEZONE of every zone', () => {
  // A third of the zones for all spans but the one of today; FULL=1 takes all.
  const third = seedOfRun() % 3
  const isLong = process.env['FULL'] === '1'
  it.each(spans)(`says the same offsets as the data, $name (SEED=${third})`, ({ from, to, until }) => {
    const zones = everyZone.filter((_, index) => isLong || to === null || index % 3 === third)
    const wrong = zones.filter((zone) => {
      const offsetAt = offsetsOf(timezoneComponent(zone, from, to), new Date(until).getUTCFullYear())
      const transitions = transitionsOf(zone, from, until).flatMap(({ at }) => [
        at - 1,
        at,
        at + 2 * hour,
        at - 2 * hour,
      ])
      const regular = Array.from({ length: 100 }, (_, index) => from + ((until - from) / 100) * index)
      const instants = [from, ...transitions, ...regular].filter((instant) => instant >= from && instant < until)
      return instants.some((instant) => offsetAt(instant) !== offsetMinutesAt(zone, instant) + 0)
    })
    expect(wrong).toEqual([])
  })

  it('stays right for ever in a zone whose rules are regular', () => {
    for (const zone of [
      'Europe/Berlin',
      'America/New_York',
      'Africa/Cairo',
      'America/Santiago',
      'Australia/Lord_Howe',
    ]) {
      const offsetAt = offsetsOf(timezoneComponent(zone, Date.UTC(2026, 0, 1), null), 2100)
      for (let instant = Date.UTC(2090, 0, 1); instant < Date.UTC(2100, 0, 1); instant += 20 * day) {
        expect(offsetAt(instant)).toBe(offsetMinutesAt(zone, instant))
      }
    }
  })

  it('is small: two observances where the rules of today are old enough', () => {
    const sizes = everyZone.map((zone) => timezoneComponent(zone, Date.UTC(2026, 9, 1), null).components.length)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4)
    expect(sizes.filter((size) => size > 2).length).toBeLessThan(8)
  })

  it('is the same text for every span that begins after the last change of rules', () => {
    const from2010 = timezoneComponent('America/New_York', Date.UTC(2010, 0, 1), null)
    expect(timezoneComponent('America/New_York', Date.UTC(2031, 5, 1), Date.UTC(2031, 6, 1))).toEqual(from2010)
  })
})

describe('VTIMEZONE of single zones', () => {
  const from = Date.UTC(2026, 0, 1)

  it('a regular zone has one yearly rule for each direction', () => {
    expect(shape('Europe/Berlin', from, null)).toEqual([
      'DAYLIGHT +0100 +0200 19810329T020000 FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
      'STANDARD +0200 +0100 19961027T030000 FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
    ])
  })

  it('rules that ended inside the span have an UNTIL in UTC', () => {
    expect(shape('America/New_York', Date.UTC(2000, 5, 1), Date.UTC(2008, 0, 1))).toEqual([
      'STANDARD -0400 -0500 19551030T020000 FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20061030T060000Z',
      'DAYLIGHT -0500 -0400 19870405T020000 FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20060403T070000Z',
      'DAYLIGHT -0500 -0400 20070311T020000 FREQ=YEARLY;BYMONTH=3;BYDAY=2SU',
      'STANDARD -0400 -0500 20071104T020000 FREQ=YEARLY;BYMONTH=11;BYDAY=1SU',
    ])
  })

  it('British Columbia goes to its summer offset in 2026 and stays', () => {
    expect(shape('America/Vancouver', from, null)).toEqual([
      'DAYLIGHT -0800 -0700 20070311T020000 FREQ=YEARLY;BYMONTH=3;BYDAY=2SU;UNTIL=20260309T100000Z',
      'STANDARD -0700 -0800 20251102T020000',
      'STANDARD -0700 -0700 20261101T020000',
    ])
  })

  it('a zone without changes has one observance that begins in 1970', () => {
    expect(shape('UTC', from, null)).toEqual(['STANDARD +0000 +0000 19700101T000000'])
    expect(shape('Asia/Kolkata', from, null)).toEqual(['STANDARD +0530 +0530 19700101T000000'])
    expect(shape('Asia/Kathmandu', from, null)).toEqual(['STANDARD +0530 +0545 19860101T000000'])
  })

  it('zones that gave summer time up have one observance', () => {
    expect(shape('Asia/Tehran', from, null)).toEqual(['STANDARD +0430 +0330 20220922T000000'])
    expect(shape('Pacific/Apia', from, null)).toEqual(['STANDARD +1400 +1300 20210404T040000'])
  })

  it('changes that follow the moon are dates', () => {
    expect(shape('Africa/Casablanca', Date.UTC(2021, 0, 1), Date.UTC(2023, 0, 1))).toEqual([
      'STANDARD +0000 +0100 20200531T020000 20210516T020000,20220508T020000',
      'STANDARD +0100 +0000 20210411T030000 20220327T030000',
    ])
  })

  it('half-hour shifts are exact', () => {
    expect(shape('Australia/Lord_Howe', from, null)).toEqual([
      'STANDARD +1100 +1030 20080406T020000 FREQ=YEARLY;BYMONTH=4;BYDAY=1SU',
      'DAYLIGHT +1030 +1100 20081005T020000 FREQ=YEARLY;BYMONTH=10;BYDAY=1SU',
    ])
  })

  it('a weekday on or after a day is a week of days, cut at the end of a month', () => {
    expect(shape('Africa/Cairo', from, null).slice(1)).toEqual([
      'STANDARD +0300 +0200 20231027T000000 FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=26,27,28,29,30,31;BYDAY=FR',
      'STANDARD +0300 +0200 20241101T000000 FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=1;BYDAY=FR',
    ])
  })

  it('the day that Samoa left out is one change of 24 hours', () => {
    expect(shape('Pacific/Apia', Date.UTC(2011, 11, 1), Date.UTC(2012, 0, 15))).toContain(
      'DAYLIGHT -1000 +1400 20111230T000000',
    )
  })

  it('begins before a span that lies before 1970', () => {
    const offsetAt = offsetsOf(timezoneComponent('Asia/Tokyo', Date.UTC(1950, 0, 1), null), 1951)
    expect(offsetAt(Date.UTC(1950, 0, 1))).toBe(540)
  })

  it('keeps the label in use and names the IANA zone beside it', () => {
    const { properties } = timezoneComponent('W. Europe Standard Time', from, null)
    expect(properties.map(({ name, value }) => `${name}:${value}`)).toEqual([
      'TZID:W. Europe Standard Time',
      'X-LIC-LOCATION:Europe/Berlin',
    ])
  })

  it('refuses a name that is no zone', () => {
    expect(() => timezoneComponent('Mars/Olympus', from, null)).toThrow('no IANA zone')
  })

  it('remembers a zone without letting anybody change it', () => {
    expect(observancesOf('Europe/Berlin')).toBe(observancesOf('Europe/Berlin'))
  })
})

describe('zones of an object', () => {
  const event = component(
    'VEVENT',
    [
      textProperty('UID', 'a'),
      property('DTSTART', '20260301T090000', { TZID: 'Europe/Berlin' }),
      property('DTEND', '20260301T090000', { TZID: 'America/New_York' }),
      property('RRULE', 'FREQ=DAILY;COUNT=3'),
    ],
    [component('VALARM', [property('X-ACK', '20260301T090000', { TZID: 'Asia/Tokyo' })])],
  )
  const object: CalendarObject = { uid: 'a', master: event, overrides: [], zones: [] }

  it('are those of every property, alarms included, each once', () => {
    expect(tzidsOf(object)).toEqual(['America/New_York', 'Asia/Tokyo', 'Europe/Berlin'])
    expect(timezonesOf(object).map(({ name }) => name)).toEqual(['VTIMEZONE', 'VTIMEZONE', 'VTIMEZONE'])
  })

  it('cover a RECURRENCE-ID that lies before the first start', () => {
    const override = component('VEVENT', [
      property('RECURRENCE-ID', '20051005T090000', { TZID: 'America/New_York' }),
      property('DTSTART', '20260301T090000', { TZID: 'America/New_York' }),
    ])
    const [zone] = timezonesOf({ uid: 'a', master: undefined, overrides: [override], zones: [] })
    expect(zone?.components.length).toBe(4)
  })
})
