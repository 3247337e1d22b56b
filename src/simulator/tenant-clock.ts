// The tenant's time: the machine's, shifted or stopped by a test.
import type { Clock } from '../base/clock.ts'
import { msPerDay } from './zone-time.ts'

/** A clock that can be set. Milliseconds since 1970-01-01T00:00:00Z. */
export class TenantClock {
  readonly #base: Clock
  #offset = 0
  #stoppedAt: number | undefined

  /** `now`: the clock stands still there until it is set or moved. */
  constructor(base: Clock, now?: number) {
    this.#base = base
    this.#stoppedAt = now
  }

  now(): number {
    return this.#stoppedAt ?? this.#base.now() + this.#offset
  }

  /** Days since 1970-01-01 in UTC. */
  today(): number {
    return Math.floor(this.now() / msPerDay)
  }

  /** Goes on from this instant, or stands still if it stood. */
  set(now: number): void {
    if (this.#stoppedAt === undefined) this.#offset = now - this.#base.now()
    else this.#stoppedAt = now
  }

  advance(ms: number): void {
    this.set(this.now() + ms)
  }

  /** Real waiting, on the machine's clock. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#base.sleep(ms, signal)
  }
}
