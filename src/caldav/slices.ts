// Long work in slices, so that one request does not stop all others.
import { setImmediate } from 'node:timers/promises'

const sliceMs = 20

/** What an iteration gives, undefined left out, in lists; others have their turn between two lists. */
export async function* inSlices<T>(items: Iterable<T | undefined>): AsyncGenerator<readonly T[], undefined, undefined> {
  let slice: T[] = []
  let began = performance.now()
  for (const item of items) {
    if (item !== undefined) slice.push(item)
    if (performance.now() - began < sliceMs) continue
    yield slice
    slice = []
    await setImmediate()
    began = performance.now()
  }
  yield slice
  await setImmediate()
  return undefined
}
