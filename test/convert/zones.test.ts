import { describe, expect, it } from 'vitest'
import { windowsOfIana, windowsZones } from '../../src/base/windows-zones.ts'
import { exactGraphLabelOf, graphLabelOf, ianaOfLabel, zoneOf } from '../../src/convert/zones.ts'
import { fixedZone, ianaZone } from '../../src/ical/zone.ts'

describe('zone labels', () => {
  it.each([
    ['W. Europe Standard Time', 'Europe/Berlin'],
    ['  w. europe standard time ', 'Europe/Berlin'],
    ['Europe/Vienna', 'Europe/Vienna'],
    ['AMERICA/NEW_YORK', 'America/New_York'],
    ['India Standard Time', 'Asia/Kolkata'],
    ['UTC', 'UTC'],
    ['Etc/GMT', 'UTC'],
    ['tzone://Microsoft/Utc', 'UTC'],
    ['UTC-11', 'Etc/GMT+11'],
    ['Kamchatka Standard Time', 'Asia/Kamchatka'],
    ['(UTC) Coordinated Universal Time', 'UTC'],
    ['(UTC-11:00) Coordinated Universal Time-11', 'Etc/GMT+11'],
    ['(UTC+13:00) Coordinated Universal Time+13', 'Etc/GMT-13'],
    ['(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna', 'Europe/Berlin'],
    ['(GMT+01:00) Sarajevo, Skopje, Warsaw, Zagreb', 'Europe/Warsaw'],
    ['(UTC-05:00) Eastern Time (US & Canada)', 'America/New_York'],
    ['(UTC-04:00) Eastern Time (US & Canada)', 'America/New_York'],
    ['(UTC-07:00) Arizona', 'America/Phoenix'],
    ['(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi', 'Asia/Kolkata'],
    ['(UTC+00:00) Dublin, Edinburgh, Lisbon, London', 'Europe/London'],
    ['(UTC+05:45) Kathmandu', 'Asia/Kathmandu'],
    ['(UTC+10:30) Lord Howe Island', 'Australia/Lord_Howe'],
    ['(UTC-03:30) Newfoundland', 'America/St_Johns'],
    ['(UTC-06:00) Guadalajara, Mexico City, Monterrey', 'America/Mexico_City'],
  ])('%s is %s', (label, tzid) => {
    expect(ianaOfLabel(label)).toBe(tzid)
  })

  it.each([
    '',
    '   ',
    'tzone://Microsoft/Custom',
    'Customized Time Zone',
    'Mars/Base',
    '+01:00',
    '(UTC+09:00) Berlin',
    '(UTC+01:00) Atlantis',
    'constructor',
    '__proto__',
  ])('%j names no zone', (label) => {
    expect(ianaOfLabel(label)).toBeUndefined()
  })

  it('every Windows zone id has an IANA name that goes back to the same id', () => {
    expect(windowsZones().filter((zone) => graphLabelOf(ianaOfLabel(zone) ?? '') !== zone)).toEqual([])
  })

  it('an IANA zone that Windows does not know goes to Graph under its own name', () => {
    expect(windowsOfIana('Antarctica/Troll')).toBeUndefined()
    expect(graphLabelOf('Antarctica/Troll')).toBe('Antarctica/Troll')
    expect(graphLabelOf('UTC')).toBe('UTC')
  })
})

describe('the zone of several labels', () => {
  it('is that of the first which names one', () => {
    expect(zoneOf(['', 'Customized Time Zone', 'Tokyo Standard Time', 'UTC'], 'Europe/Berlin')).toEqual({
      tzid: 'Asia/Tokyo',
      isKnown: true,
    })
  })

  it('is the fallback, and said not to be known, when none does', () => {
    expect(zoneOf(['', 'nowhere'], 'Romance Standard Time')).toEqual({ tzid: 'Europe/Paris', isKnown: false })
  })

  it('is UTC when the fallback names none either', () => {
    expect(zoneOf([], 'Customized Time Zone')).toEqual({ tzid: 'UTC', isKnown: false })
  })
})

describe('the label for a zone that has no name', () => {
  const span = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2031, 0, 1) }
  const nameless = (tzid: string) => ({ ...ianaZone(tzid), name: 'Customized Time Zone' })

  it('is that of the mailbox where it keeps the same clock', () => {
    expect(exactGraphLabelOf(nameless('Europe/Paris'), span, 'Europe/Rome')).toBe('W. Europe Standard Time')
    expect(exactGraphLabelOf(nameless('Australia/Lord_Howe'), span, 'Europe/Rome')).toBe('Lord Howe Standard Time')
  })

  it('does not exist where nobody keeps such a clock', () => {
    expect(exactGraphLabelOf(fixedZone('Mars/Base', 97 * 60_000), span, 'UTC')).toBeUndefined()
  })

  it('is not the Windows id where that has other clocks', () => {
    expect(exactGraphLabelOf(ianaZone('America/Vancouver'), span, 'UTC')).toBe('America/Vancouver')
    expect(exactGraphLabelOf(ianaZone('Europe/Vienna'), span, 'UTC')).toBe('W. Europe Standard Time')
  })
})
