// Long work gives way.
import { expect, it } from 'vitest'
import { createPauses } from '../../src/base/pauses.ts'

it('others have their turn during long work, and short work is not held up', async () => {
  let turns = 0
  let isDone = false
  const other = (): void => {
    turns += 1
    if (!isDone) setImmediate(other)
  }
  setImmediate(other)
  const pause = createPauses()
  await pause()
  expect(turns).toBe(0)
  for (const end = performance.now() + 100; performance.now() < end;) await pause()
  isDone = true
  expect(turns).toBeGreaterThan(1)
})
