// Long random runs of the iCalendar layer: expansion against the oracle, and damaged texts. FULL=1 runs all of them.
import { describe, expect, it } from 'vitest'
import { compareExpansion, readDamaged, type Failure } from '../ical/compare.ts'
import { casesOf, textOfCase } from '../ical/fixtures.ts'
import { seedOfRun } from '../ical/random.ts'

const isFull = process.env['FULL'] === '1'
const [first = '', ...rest] = ['objects', 'foreign', 'broken'].flatMap((kind) =>
  casesOf(kind).map((name) => textOfCase(kind, name)),
)

function firstFailure(count: number, check: (seed: number) => Failure | undefined): Failure | undefined {
  const begin = seedOfRun()
  for (let index = 0; index < count; index += 1) {
    const failure = check(begin + index)
    if (failure) return failure
  }
  return undefined
}

describe('iCalendar, long', () => {
  it('random objects have the instances that another expander finds', () => {
    expect(firstFailure(isFull ? 10_000 : 2_000, compareExpansion)).toBeUndefined()
  })

  it('damaged texts are read or refused with our own errors, in time', () => {
    expect(firstFailure(isFull ? 20_000 : 5_000, (seed) => readDamaged(seed, [first, ...rest]))).toBeUndefined()
  })
})
