// Made at the first call, and only then.
import { expect, it } from 'vitest'
import { once } from '../../src/base/once.ts'

it('nothing is made before it is asked for, and one thing however often it is asked for', () => {
  let count = 0
  const answer = once(() => ({ number: (count += 1) }))
  expect(count).toBe(0)
  expect([answer(), answer(), answer()]).toEqual([{ number: 1 }, { number: 1 }, { number: 1 }])
})

it('what could not be made is tried again', () => {
  let isThere = false
  const answer = once(() => {
    if (!isThere) throw new Error('not yet')
    return { is: 'made' }
  })
  expect(answer).toThrow('not yet')
  isThere = true
  expect(answer()).toEqual({ is: 'made' })
})
