import { DateTime, IANAZone } from 'luxon'
import { describe, expect, it } from 'vitest'
import { instantOf, isInGap, isIanaZone, offsetMinutesAt, transitionsOf, wallTimeOf } from '../../src/base/zones.ts'
import { ianaOfWindows, windowsOfIana, windowsZones } from '../../src/base/windows-zones.ts'

const wall = (year: number, month: number, day: number, hour = 0, minute = 0) => ({
  year,
  month,
  day,
  hour,
  minute,
  second: 0,
})

describe('zone data', () => {
  it('a wall time in the doubled autumn hour is the first of the two', () => {
    expect(instantOf(wall(2026, 10, 25, 2, 30), 'Europe/Berlin')).toBe(Date.UTC(2026, 9, 25, 0, 30))
  })

  it('a wall time in the spring gap lands after it and is recognised', () => {
    expect(instantOf(wall(2026, 3, 29, 2, 30), 'Europe/Berlin')).toBe(Date.UTC(2026, 2, 29, 1, 30))
    expect(isInGap(wall(2026, 3, 29, 2, 30), 'Europe/Berlin')).toBe(true)
    expect(isInGap(wall(2026, 3, 29, 3, 30), 'Europe/Berlin')).toBe(false)
  })

  it('a wall time behind a change of a zone far west is the one that the clock shows', () => {
    const afterGap = wall(2011, 9, 24, 4)
    expect(wallTimeOf(instantOf(afterGap, 'Pacific/Apia'), 'Pacific/Apia')).toEqual(afterGap)
    const beforeFold = wall(2015, 10, 24, 23)
    expect(wallTimeOf(instantOf(beforeFold, 'America/Scoresbysund'), 'America/Scoresbysund')).toEqual(beforeFold)
  })

  it('British Columbia stays on its summer offset from 2026 on', () => {
    expect(offsetMinutesAt('America/Vancouver', Date.UTC(2027, 0, 15))).toBe(-420)
  })

  it('half-hour shifts of Lord Howe are there', () => {
    const [first] = transitionsOf('Australia/Lord_Howe', Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1))
    expect(first).toMatchObject({ offsetBefore: 660, offsetAfter: 630 })
  })

  it('instant and wall time are inverse outside gaps', () => {
    const instant = Date.UTC(2026, 6, 1, 3, 45)
    expect(instantOf(wallTimeOf(instant, 'Asia/Kathmandu'), 'Asia/Kathmandu')).toBe(instant)
  })

  it('every Windows zone has an IANA name that is known and goes back to it', () => {
    const lost = windowsZones().filter((zone) => {
      const iana = ianaOfWindows(zone)
      return iana === undefined || !isIanaZone(iana) || windowsOfIana(iana) !== zone
    })
    expect(lost).toEqual([])
  })

  it('names that CLDR spells the old way are found', () => {
    expect(windowsOfIana('Europe/Kyiv')).toBe('FLE Standard Time')
    expect(windowsOfIana('Asia/Kolkata')).toBe('India Standard Time')
    expect(ianaOfWindows('w. europe standard time')).toBe('Europe/Berlin')
  })

  it('zones that the data have are computed without the runtime, whose locale data are large and slow to load', () => {
    const { DateTimeFormat } = Intl
    Reflect.set(Intl, 'DateTimeFormat', () => {
      throw new Error('the runtime was asked')
    })
    try {
      expect(isIanaZone('Africa/Windhoek')).toBe(true)
      expect(wallTimeOf(Date.UTC(2026, 6, 1, 3, 45), 'Africa/Windhoek')).toEqual(wall(2026, 7, 1, 5, 45))
      expect(DateTime.utc(2026, 7, 1).toFormat('yyyy-MM-dd HH:mm')).toBe('2026-07-01 00:00')
    } finally {
      Reflect.set(Intl, 'DateTimeFormat', DateTimeFormat)
    }
  })

  it('a name that nobody knows is no zone, and another spelling of one is', () => {
    expect(
      ['Fantasia/Castle', 'Europe_Berlin', 'constructor', ''].filter((name) => IANAZone.isValidZone(name)),
    ).toEqual([])
    expect(IANAZone.isValidZone('europe/berlin')).toBe(true)
  })
})
