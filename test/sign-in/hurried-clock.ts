// The machine's time, but whoever waits is there at once: every wait moves this clock on by itself.
import type { Clock } from '../../src/base/clock.ts'

export class HurriedClock implements Clock {
  /** Lengths of the waits so far. */
  readonly waits: number[] = []
  #ahead = 0

  now(): number {
    return Date.now() + this.#ahead
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    await new Promise((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
    this.waits.push(ms)
    this.#ahead += ms
  }

  /** As somebody sets the machine's clock. */
  shift(ms: number): void {
    this.#ahead += ms
  }
}
