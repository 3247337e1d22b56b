import { describe, expect, it } from 'vitest'
import { isTransient, patient, retryAfterMs, roundBackoffMs, waitBeforeRetry } from '../../src/graph/retry.ts'

const now = Date.UTC(2026, 2, 1, 12)

describe('Retry-After', () => {
  it.each([
    ['7', 7_000],
    ['0', 0],
    ['2.128', 2_128],
    [' 12 ', 12_000],
    ['Sun, 01 Mar 2026 12:00:30 GMT', 30_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    [null, undefined],
    ['', undefined],
    ['soon', undefined],
    ['-5', undefined],
    ['1e9', undefined],
  ])('%j means %j milliseconds', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected)
  })
})

describe('the wait before the next attempt', () => {
  const failed = (status: number, attempt = 1, retryAfter?: number) => ({
    status,
    attempt,
    retryAfterMs: retryAfter,
    random: 0.5,
  })

  it.each([
    ['what Graph asks for and half a second of chance', failed(429, 1, 7_000), 7_500],
    ['a doubling wait when Graph does not say', failed(503, 1), 750],
    ['twice as long the next time', failed(503, 2), 1_500],
    ['five times as long when throttled', failed(429, 1), 3_750],
    ['eight times as long the fourth time', failed(504, 4), 6_000],
    ['at most a minute', failed(504, 9), 45_000],
    ['the same for a broken connection', failed(0, 1), 750],
  ])('is %s', (_, facts, expected) => {
    expect(waitBeforeRetry(facts, { ...patient, attempts: 10 }, 0)).toBe(expected)
  })

  it.each([400, 401, 403, 404, 409, 410, 412, 413, 501, 507])('there is none after %i', (status) => {
    expect(isTransient(status)).toBe(false)
    expect(waitBeforeRetry(failed(status), patient, 0)).toBeUndefined()
  })

  it.each([0, 408, 429, 500, 502, 503, 504, 509])('there is one after %i', (status) => {
    expect(waitBeforeRetry(failed(status), patient, 0)).toBeGreaterThan(0)
  })

  it('ends with the attempts', () => {
    expect(waitBeforeRetry(failed(503, 5), { attempts: 5, maxWaitMs: 1e9 }, 0)).toBeUndefined()
  })

  it('ends with the patience, and what Graph asks for is never shortened', () => {
    expect(waitBeforeRetry(failed(429, 1, 60_000), { attempts: 5, maxWaitMs: 30_000 }, 0)).toBeUndefined()
    expect(waitBeforeRetry(failed(429, 2, 20_000), { attempts: 5, maxWaitMs: 30_000 }, 15_000)).toBeUndefined()
  })

  it('never falls below what Graph asks for, whatever the chance', () => {
    for (const random of [0, 0.001, 0.999]) {
      expect(waitBeforeRetry({ ...failed(503, 1, 2_000), random }, patient, 0)).toBeGreaterThanOrEqual(2_000)
    }
  })
})

describe('the wait before the next round', () => {
  it('doubles from seconds to a quarter of an hour, at least half of it sure', () => {
    expect([1, 2, 3, 4, 7, 50].map((failures) => roundBackoffMs(failures, 1))).toEqual([
      15_000, 30_000, 60_000, 120_000, 900_000, 900_000,
    ])
    expect(roundBackoffMs(3, 0)).toBe(30_000)
  })
})
