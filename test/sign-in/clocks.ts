// The machine's time, which a test may set; for one of the two every wait is over at once.
import { systemClock, type Clock } from '../../src/base/clock.ts'

export class ShiftedClock implements Clock {
  #ahead = 0

  now(): number {
    return systemClock.now() + this.#ahead
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return systemClock.sleep(ms, signal)
  }

  /** As somebody sets the machine's clock. */
  shift(ms: number): void {
    this.#ahead += ms
  }
}

/** Every wait moves it on by itself. */
export class HurriedClock extends ShiftedClock {
  /** Lengths of the waits so far. */
  readonly waits: number[] = []

  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    await new Promise((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
    this.waits.push(ms)
    this.shift(ms)
  }
}
