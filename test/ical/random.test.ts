import { describe, expect, it } from 'vitest'
import { compareExpansion, readDamaged } from './compare.ts'
import { casesOf, textOfCase } from './fixtures.ts'
import { seedOfRun } from './random.ts'

const seeds = (count: number): readonly number[] => {
  const first = seedOfRun()
  return Array.from({ length: count }, (_, index) => first + index)
}

const [first = '', ...rest] = ['objects', 'foreign', 'broken'].flatMap((kind) =>
  casesOf(kind).map((name) => textOfCase(kind, name)),
)

describe('random objects and texts (SEED repeats a failure)', () => {
  it('100 objects have the instances that another expander finds', () => {
    expect(
      seeds(100)
        .map(compareExpansion)
        .find((failure) => failure !== undefined),
    ).toBeUndefined()
  })

  it('2,000 damaged texts are read or refused with our own errors, in time', () => {
    expect(
      seeds(2_000)
        .map((seed) => readDamaged(seed, [first, ...rest]))
        .find((failure) => failure !== undefined),
    ).toBeUndefined()
  })
})
