import moment from 'moment-timezone'
import { describe, expect, it } from 'vitest'
import { IcalError, UnsupportedError } from '../../src/base/errors.ts'
import { offsetMinutesAt } from '../../src/base/zones.ts'
import { instantOfTime, timeOfInstant, zonesOf } from '../../src/ical/instant.ts'
import { zoneOfVtimezone } from '../../src/ical/observances.ts'
import { component, property, textProperty } from '../../src/ical/text.ts'
import { timezoneComponent } from '../../src/ical/timezone.ts'
import { parseTime, printTime } from '../../src/ical/value.ts'

const observance = (name: string, from: string, to: string, ...more: (readonly [string, string])[]) =>
  component(name, [
    property('TZOFFSETFROM', from),
    property('TZOFFSETTO', to),
    ...more.map(([name, value]) => property(name, value)),
  ])

describe('a zone read from its VTIMEZONE', () => {
  it('is the zone of the data, for what we print ourselves', () => {
    const zones = moment.tz.names().filter((_, index) => index % 23 === 0)
    const wrong = [...zones, 'Africa/Cairo', 'Asia/Gaza', 'Europe/Berlin'].filter((name) => {
      const zone = zoneOfVtimezone(timezoneComponent(name, Date.UTC(2015, 0, 1), Date.UTC(2035, 0, 1)))
      for (let instant = Date.UTC(2015, 0, 1); instant < Date.UTC(2035, 0, 1); instant += 86_400_000 * 5) {
        if (zone.offsetAt(instant) !== offsetMinutesAt(name, instant) * 60_000) return true
      }
      return false
    })
    expect(wrong).toEqual([])
  })

  it('has the offset before its first observance before that', () => {
    const zone = zoneOfVtimezone(
      component(
        'VTIMEZONE',
        [textProperty('TZID', 'x')],
        [observance('STANDARD', '+0100', '+0230', ['DTSTART', '20200101T000000'])],
      ),
    )
    expect(zone.offsetAt(Date.UTC(2019, 11, 31, 22, 59))).toBe(3_600_000)
    expect(zone.offsetAt(Date.UTC(2019, 11, 31, 23))).toBe(9_000_000)
    expect(zone.name).toBe('x')
  })

  it('reads seconds, dates and UTC onsets', () => {
    const zone = zoneOfVtimezone(
      component(
        'VTIMEZONE',
        [],
        [
          observance(
            'STANDARD',
            '+0053',
            '-004430',
            ['DTSTART', '19000101T000000'],
            ['RDATE', '19200101T000000Z,19300101T000000'],
          ),
        ],
      ),
    )
    expect(zone.offsetAt(Date.UTC(1925, 0, 1))).toBe(-(44 * 60 + 30) * 1000)
  })

  it.each([
    ['no observance', []],
    ['no DTSTART', [observance('STANDARD', '+0100', '+0100')]],
    ['an offset in words', [observance('STANDARD', 'one', '+0100', ['DTSTART', '20200101T000000'])]],
    ['an offset of 30 hours', [observance('STANDARD', '+3000', '+0100', ['DTSTART', '20200101T000000'])]],
  ])('%s is an error', (_, observances) => {
    expect(() => zoneOfVtimezone(component('VTIMEZONE', [], observances))).toThrow(IcalError)
  })

  it.each(['FREQ=DAILY', 'FREQ=YEARLY;BYHOUR=1,2', 'FREQ=YEARLY;BYWEEKNO=1'])('%s is no rule of a zone', (rule) => {
    const zone = component(
      'VTIMEZONE',
      [],
      [observance('STANDARD', '+0100', '+0100', ['DTSTART', '20200101T000000'], ['RRULE', rule])],
    )
    expect(() => zoneOfVtimezone(zone)).toThrow(UnsupportedError)
  })

  it('a zone of many rules is refused', () => {
    const rules = Array.from({ length: 21 }, () => ['RRULE', 'FREQ=YEARLY'] as const)
    const zone = component(
      'VTIMEZONE',
      [],
      [observance('STANDARD', '+0100', '+0100', ['DTSTART', '20200101T000000'], ...rules)],
    )
    expect(() => zoneOfVtimezone(zone)).toThrow('more than 20 rules')
  })
})

describe('instants of times', () => {
  const zones = zonesOf([], 'America/New_York')
  it.each([
    ['20260301T090000Z', undefined, '2026-03-01T09:00'],
    ['20260301T090000', 'Asia/Kathmandu', '2026-03-01T03:15'],
    ['20260301T090000', undefined, '2026-03-01T14:00'],
    ['20260301', undefined, '2026-03-01T05:00'],
  ])('%s with TZID %s', (text, tzid, expected) => {
    const instant = instantOfTime(parseTime(text, tzid, 'X'), zones)
    expect(new Date(instant).toISOString().slice(0, 16)).toBe(expected)
  })

  it('go back to UTC times, and to dates of the reader', () => {
    expect(printTime(timeOfInstant(Date.UTC(2026, 2, 1, 9), 'utc', zones))).toBe('20260301T090000Z')
    expect(printTime(timeOfInstant(Date.UTC(2026, 2, 1, 3), 'date', zones))).toBe('20260228')
  })

  it('the VTIMEZONE of a text is used only where the name says nothing', () => {
    const liar = (tzid: string) =>
      component(
        'VTIMEZONE',
        [textProperty('TZID', tzid)],
        [observance('STANDARD', '+0900', '+0900', ['DTSTART', '19700101T000000'])],
      )
    const both = zonesOf([liar('Europe/Berlin'), liar('Mine')], 'UTC')
    expect(both.of('Europe/Berlin').offsetAt(0)).toBe(3_600_000)
    expect(both.of('Mine').offsetAt(0)).toBe(9 * 3_600_000)
    expect(() => both.of('Yours')).toThrow(IcalError)
  })
})
