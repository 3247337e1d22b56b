import { describe, expect, it } from 'vitest'
import { isRollDue, placeIn, printSpec, smallerWindow, windowAt, type WindowSpec } from '../../src/sync/window.ts'

const dayMs = 86_400_000
const now = Date.UTC(2026, 2, 2, 12, 34, 56)
const rolling: WindowSpec = { kind: 'rolling', pastMs: 180 * dayMs, futureMs: 730 * dayMs }

describe('a window', () => {
  it('that rolls is whole UTC days around now', () => {
    expect(windowAt(rolling, now)).toEqual({ start: '2025-09-03T00:00:00Z', end: '2028-03-02T00:00:00Z' })
  })

  it('is never longer than Graph allows; the past is kept, the far end is cut', () => {
    const { start, end } = windowAt({ kind: 'rolling', pastMs: 1000 * dayMs, futureMs: 1000 * dayMs }, now)
    expect((Date.parse(end) - Date.parse(start)) / dayMs).toBe(1825)
    expect(start).toBe('2023-06-06T00:00:00Z')
  })

  it('that is fixed is sent as it was written', () => {
    const spec: WindowSpec = { kind: 'fixed', from: '2016-12-01T00:00:00-08:00', to: '2016-12-30T00:00:00+01:00' }
    expect(windowAt(spec, now)).toEqual({ start: spec.from, end: spec.to })
    expect(isRollDue(spec, windowAt(spec, now), now, now + 9999 * dayMs)).toBe(false)
    expect(printSpec(spec)).not.toBe(printSpec(rolling))
  })

  it.each([
    [0, false],
    [100, false],
    [182, false],
    [184, true],
    [800, true],
    [-0.5, false],
    [-2, true],
  ])('is to be read again after %d days: %s', (days, expected) => {
    expect(isRollDue(rolling, windowAt(rolling, now), now, now + days * dayMs)).toBe(expected)
  })

  it('gets smaller by half of its distance to now, until it would be of no use', () => {
    let window = windowAt(rolling, now)
    let steps = 0
    for (let next = smallerWindow(window, now); next !== undefined; next = smallerWindow(window, now)) {
      expect(Date.parse(next.start)).toBeLessThan(now)
      expect(Date.parse(next.end)).toBeGreaterThan(now)
      expect(Date.parse(next.end) - Date.parse(next.start)).toBeLessThan(
        Date.parse(window.end) - Date.parse(window.start),
      )
      window = next
      steps += 1
    }
    expect(steps).toBe(4)
  })

  it.each([
    ['2026-03-05', '2026-03-06', 'inside'],
    ['2025-09-03', '2025-09-04', 'edge'],
    ['2025-08-01', '2025-09-01', 'outside'],
    ['2028-03-01', '2028-03-01', 'edge'],
    ['2028-03-04', '2028-04-01', 'outside'],
    ['2020-01-01', null, 'inside'],
    ['2029-01-01', null, 'outside'],
    ['2020-01-01', '2040-01-01', 'inside'],
  ])('holds %s to %s: %s', (first, last, expected) => {
    const span = { first: Date.parse(first), last: last === null ? null : Date.parse(last) }
    expect(placeIn(windowAt(rolling, now), span)).toBe(expected)
  })
})
