import { describe, expect, it } from 'vitest'
import { decideRemovals, type RemovalFacts } from '../../src/sync/brake.ts'

const minute = 60_000
const keys = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `k${index}`)
const held = (count: number, confirmations: number, since = 0) =>
  keys(count).map((key) => ({ key, since, confirmations }))
const decide = (changes: Partial<RemovalFacts>) =>
  decideRemovals(
    {
      held: [],
      gone: new Set(),
      settled: new Set(),
      listed: undefined,
      total: 100,
      accept: false,
      now: 10 * minute,
      ...changes,
    },
    { removals: 25, share: 0.2 },
  )

describe('the brake', () => {
  it.each([
    [25, 100, 0],
    [26, 100, 26],
    [26, 130, 0],
    [27, 130, 27],
    [10, 10, 0],
    [100, 100, 100],
  ])('of %i removals of %i holds %i', (gone, total, expected) => {
    const verdict = decide({ gone: new Set(keys(gone)), total })
    expect([verdict.held.length, verdict.newlyHeld, verdict.removals.length]).toEqual([
      expected,
      expected,
      expected === 0 ? gone : 0,
    ])
  })

  it('lets everything pass that a person accepts', () => {
    expect(decide({ held: held(40, 0), gone: new Set(['other']), accept: true })).toMatchObject({
      held: [],
      removals: [...keys(40), 'other'],
    })
  })

  it('counts the rounds in which the list has agreed', () => {
    expect(decide({ held: held(30, 1), listed: new Set(), now: minute }).held[0]?.confirmations).toBe(2)
    expect(decide({ held: held(30, 1), listed: new Set(['k0']), now: minute }).held[0]?.confirmations).toBe(0)
    expect(decide({ held: held(30, 1), now: minute }).held[0]?.confirmations).toBe(1)
  })

  it('needs three rounds and ten minutes, both', () => {
    const listed = new Set<string>()
    expect(decide({ held: held(30, 2), listed }).removals).toHaveLength(30)
    expect(decide({ held: held(30, 2), listed, now: 10 * minute - 1 }).removals).toEqual([])
    expect(decide({ held: held(30, 1), listed, now: 99 * minute }).removals).toEqual([])
  })

  it('forgets what turned out to be there, and keeps when the rest was first held', () => {
    const verdict = decide({ held: held(30, 0, 5), settled: new Set(['k0']), gone: new Set(keys(30)), now: minute })
    expect(verdict.held).toHaveLength(29)
    expect(verdict.held.every(({ since }) => since === 5)).toBe(true)
    expect(verdict.newlyHeld).toBe(0)
  })
})
