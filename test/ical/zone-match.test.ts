import { describe, expect, it } from 'vitest'
import { ianaOfZone, isLikeIana, nearestIanaOf } from '../../src/ical/zone-match.ts'
import { fixedZone, ianaZone } from '../../src/ical/zone.ts'

const span = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2028, 11, 31) }
const hour = 3_600_000

describe('the IANA zone of a clock', () => {
  it('is the own one before another that is alike', () => {
    expect(ianaOfZone(ianaZone('Europe/Vienna'), span, 'Europe/Vienna')).toBe('Europe/Vienna')
    expect(ianaOfZone(ianaZone('Europe/Vienna'), span, 'Asia/Tokyo')).toBe('Europe/Budapest')
    expect(ianaOfZone(fixedZone('x', 0), span, 'Asia/Tokyo')).toBe('UTC')
  })

  it('is none where no clock is alike, and the nearest then', () => {
    const odd = fixedZone('x', -4.5 * hour)
    expect(ianaOfZone(odd, span, 'UTC')).toBeUndefined()
    const nearest = nearestIanaOf(odd, span, 'UTC')
    expect([-4, -5].map((hours) => isLikeIana(fixedZone('x', hours * hour), nearest, span))).toContain(true)
  })

  it('is the same when one that is alike is near', () => {
    for (const tzid of ['America/New_York', 'Asia/Kolkata', 'Australia/Sydney', 'Europe/Berlin']) {
      expect(isLikeIana(ianaZone(tzid), nearestIanaOf(ianaZone(tzid), span, 'UTC'), span)).toBe(true)
    }
  })

  it('differs where summer time differs', () => {
    expect(isLikeIana(fixedZone('x', hour), 'Europe/Berlin', span)).toBe(false)
  })
})
