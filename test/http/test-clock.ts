// A clock that a test sets; sleeping moves it and takes no time.
import type { Clock } from '../../src/base/clock.ts'

/** The clock and its hands. */
export interface TestClock extends Clock {
  set(ms: number): void
  /** How long has been slept in all, milliseconds. */
  slept(): number
}

/** Stands at 2026-03-01T12:00:00Z. */
export function testClock(): TestClock {
  let now = Date.UTC(2026, 2, 1, 12)
  let slept = 0
  return {
    now: () => now,
    sleep: (ms) => {
      now += ms
      slept += ms
      return Promise.resolve()
    },
    set: (ms) => (now = ms),
    slept: () => slept,
  }
}
