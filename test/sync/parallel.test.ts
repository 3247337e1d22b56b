import { describe, expect, it } from 'vitest'
import { inParallel } from '../../src/sync/parallel.ts'

describe('work in parallel', () => {
  it('is done for every item, never more than the width at once', async () => {
    let [now, most] = [0, 0]
    const done: number[] = []
    await inParallel([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      now += 1
      most = Math.max(most, now)
      await new Promise((resolve) => setImmediate(resolve))
      now -= 1
      done.push(item)
    })
    expect([most, done.length]).toEqual([3, 7])
  })

  it('that fails begins nothing more, and ends when all that was begun has ended', async () => {
    const ended: number[] = []
    const work = inParallel([1, 2, 3, 4, 5], 2, async (item) => {
      await new Promise((resolve) => setImmediate(resolve))
      if (item === 1) throw new Error('one')
      await new Promise((resolve) => setImmediate(resolve))
      ended.push(item)
    })
    await expect(work).rejects.toThrow('one')
    expect(ended).toEqual([2])
  })
})
