import { expect, it } from 'vitest'
import { seededRandom } from '../../src/simulator/random.ts'

const stream = (seed: string | number): readonly number[] => {
  const random = seededRandom(seed)
  return Array.from({ length: 5 }, () => random.next())
}

it('equal seeds give equal streams, others another', () => {
  expect(stream('one')).toEqual(stream('one'))
  expect(stream('one')).not.toEqual(stream('two'))
  expect(stream(1)).toEqual(stream('1'))
})

it('stays in its bounds and reaches all of them', () => {
  const random = seededRandom(3)
  const drawn = new Set(Array.from({ length: 500 }, () => random.between(2, 6)))
  expect([...drawn].sort((one, other) => one - other)).toEqual([2, 3, 4, 5, 6])
  expect([random.chance(0), random.chance(1)]).toEqual([false, true])
  expect(() => random.pick([])).toThrow('not empty')
})

it('shuffles into every order and leaves the list alone', () => {
  const list = ['a', 'b', 'c']
  const random = seededRandom(4)
  const orders = new Set(Array.from({ length: 200 }, () => random.shuffled(list).join('')))
  expect(orders.size).toBe(6)
  expect(list).toEqual(['a', 'b', 'c'])
})
