// A clock that a test sets: waits end when it has been moved far enough, and nobody else moves it.
import type { Clock } from '../../src/base/clock.ts'

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

export class ManualClock implements Clock {
  #now: number
  #sleepers: Sleeper[] = []

  constructor(now: number = Date.UTC(2026, 2, 2, 12)) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error)
        return
      }
      const giveUp = (): void => {
        this.#sleepers = this.#sleepers.filter((one) => one.wake !== sleeper.wake)
        reject(signal?.reason as Error)
      }
      const wake = (): void => {
        signal?.removeEventListener('abort', giveUp)
        resolve()
      }
      const sleeper: Sleeper = { at: this.#now + ms, wake }
      this.#sleepers.push(sleeper)
      signal?.addEventListener('abort', giveUp, { once: true })
    })
  }

  /** As somebody sets the machine's clock: waits under way last as long as they would have. */
  set(now: number): void {
    const shift = now - this.#now
    this.#sleepers = this.#sleepers.map(({ at, wake }) => ({ at: at + shift, wake }))
    this.#now = now
  }

  /** How many waits are under way. */
  get sleeping(): number {
    return this.#sleepers.length
  }

  /** Moves on and wakes who is due, in the order of their times; lets everything else run in between. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms
    for (;;) {
      await settle()
      const due = this.#sleepers.filter(({ at }) => at <= until).sort((one, other) => one.at - other.at)
      const [next] = due
      if (next === undefined) break
      this.#now = Math.max(this.#now, next.at)
      this.#sleepers = this.#sleepers.filter((one) => one !== next)
      next.wake()
    }
    this.#now = until
    await settle()
  }
}

/** Lets promises, immediates and loopback answers that are ready run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
