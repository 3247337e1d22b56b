import { expect, it } from 'vitest'
import { inSlices } from '../../src/caldav/slices.ts'

/** Takes about so many milliseconds for each of its items. */
function* slow(items: readonly (number | undefined)[], ms: number): Generator<number | undefined> {
  for (const item of items) {
    for (const until = performance.now() + ms; performance.now() < until;);
    yield item
  }
}

it('long work lets others have their turn, and gives everything in order', async () => {
  let turns = 0
  const count = (): void => {
    turns += 1
    waiting = setImmediate(count)
  }
  let waiting = setImmediate(count)
  const found: number[] = []
  for await (const slice of inSlices(slow([1, undefined, 2, 3, undefined, 4], 25))) found.push(...slice)
  clearImmediate(waiting)
  expect(found).toEqual([1, 2, 3, 4])
  expect(turns).toBeGreaterThanOrEqual(6)
})

it('quick work is one list', async () => {
  const slices: (readonly number[])[] = []
  for await (const slice of inSlices([1, 2, undefined, 3])) slices.push(slice)
  expect(slices).toEqual([[1, 2, 3]])
})
