// Long work on the one thread gives way, so that nobody else waits long.
import { setImmediate } from 'node:timers/promises'

const turnMs = 15

/** What is returned is awaited again and again during the work: lets others have their turn whenever some milliseconds have gone. */
export function createPauses(): () => Promise<void> {
  let began = performance.now()
  return async () => {
    if (performance.now() - began < turnMs) return
    await setImmediate()
    began = performance.now()
  }
}
