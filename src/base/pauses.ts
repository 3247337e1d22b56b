// Long work on the one thread gives way, so that nobody else waits long.
import { setImmediate } from 'node:timers/promises'

const turnMs = 15

/** Awaited again and again during long work: lets others have their turn whenever some milliseconds have gone. */
export type Pause = () => Promise<void>

/** For one piece of work. */
export function createPauses(): Pause {
  let began = performance.now()
  return async () => {
    if (performance.now() - began < turnMs) return
    await setImmediate()
    began = performance.now()
  }
}
