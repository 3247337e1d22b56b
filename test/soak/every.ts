// Something again and again until a signal; a failure ends it.
import { systemClock } from '../../src/base/clock.ts'

/** Waits first, then does it, and so on. Resolves when the signal is aborted. */
export async function every(ms: number, work: () => unknown, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await systemClock.sleep(ms, signal).catch(() => undefined)
    if (!signal.aborted) await work()
  }
}
