import { describe, expect, it } from 'vitest'
import { instantOf, transitionsOf, wallTimeOf } from '../../src/base/zones.ts'
import { ianaOfTzid, ianaZone, instantIn, utc, wallIn } from '../../src/ical/zone.ts'

const hour = 3_600_000
const zones = [
  'Europe/Berlin',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Africa/Casablanca',
  'Asia/Tehran',
  'America/Vancouver',
  'UTC',
]

describe('TZIDs', () => {
  it.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['europe/berlin', 'Europe/Berlin'],
    ['US/Eastern', 'US/Eastern'],
    ['W. Europe Standard Time', 'Europe/Berlin'],
    ['/freeassociation.sourceforge.net/Tzfile/Europe/Vienna', 'Europe/Vienna'],
    ['/freeassociation.sourceforge.net/America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['/mozilla.org/20070129_1/Europe/Paris', 'Europe/Paris'],
    ['/citadel.org/20210210_1/UTC', 'UTC'],
    ['tzone://Microsoft/Utc', 'UTC'],
    ['tzone://Microsoft/Custom', undefined],
    ['(UTC+01:00) Amsterdam, Berlin', undefined],
    ['Europe', undefined],
    ['/', undefined],
    ['', undefined],
    ['constructor', undefined],
    ['__proto__', undefined],
  ])('%s means %s', (tzid, name) => {
    expect(ianaOfTzid(tzid)).toBe(name)
  })
})

describe('instants', () => {
  it('of wall times are those of the zone data, in gaps and doubled hours too', () => {
    for (const name of zones) {
      const zone = ianaZone(name)
      const changes = transitionsOf(name, Date.UTC(2011, 0, 1), Date.UTC(2013, 0, 1))
      for (const { at } of changes) {
        for (let local = at - 30 * hour; local < at + 30 * hour; local += hour / 2) {
          const wall = wallTimeOf(local, 'UTC')
          expect(instantIn(zone, wall), `${name} ${JSON.stringify(wall)}`).toBe(instantOf(wall, name))
        }
      }
    }
  })

  it('go back to the wall time', () => {
    for (const name of zones) {
      for (let instant = Date.UTC(2026, 0, 1); instant < Date.UTC(2027, 0, 1); instant += 7 * hour) {
        expect(wallIn(ianaZone(name), instant)).toEqual(wallTimeOf(instant, name))
      }
    }
  })

  it('a doubled hour is its first, a missing one is behind the gap', () => {
    const berlin = ianaZone('Europe/Berlin')
    const at = (month: number, day: number) => ({ year: 2026, month, day, hour: 2, minute: 30, second: 0 })
    expect(instantIn(berlin, at(10, 25))).toBe(Date.UTC(2026, 9, 25, 0, 30))
    expect(wallIn(berlin, instantIn(berlin, at(3, 29)))).toMatchObject({ hour: 3, minute: 30 })
    expect(instantIn(utc, at(3, 29))).toBe(Date.UTC(2026, 2, 29, 2, 30))
  })
})
