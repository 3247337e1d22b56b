// Who gets what when several ask for it.
import { describe, expect, it } from 'vitest'
import { createPauses } from '../../src/base/pauses.ts'
import { settle, type Claimant } from '../../src/mirror/claims.ts'

function claimant(id: string, day: number, claims: readonly string[], shared: string | null = null): Claimant {
  return { id, claims, own: `own ${id}`, created: `2026-01-${String(day).padStart(2, '0')}T00:00:00Z`, shared }
}

async function outcome(claimants: readonly Claimant[]): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries(await settle(claimants, createPauses()))
}

/** All orders of a list. */
function orders<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items]
  return items.flatMap((item, index) => orders(items.toSpliced(index, 1)).map((rest) => [item, ...rest]))
}

describe('settle', () => {
  it.each<readonly [string, readonly Claimant[], Readonly<Record<string, string>>]>([
    ['each has what nobody else asks for', [claimant('a', 1, ['x']), claimant('b', 2, [])], { a: 'x', b: 'own b' }],
    [
      'the oldest has it, the others their own',
      [claimant('a', 2, ['x']), claimant('b', 1, ['x'])],
      { a: 'own a', b: 'x' },
    ],
    ['of equal age the lesser id', [claimant('b', 1, ['x']), claimant('a', 1, ['x'])], { a: 'x', b: 'own b' }],
    [
      'who loses goes on to the next claim, and may win there',
      [claimant('a', 1, ['x']), claimant('b', 2, ['x', 'y']), claimant('c', 3, ['y'])],
      { a: 'x', b: 'y', c: 'own c' },
    ],
    [
      'its own nobody else can have, however old',
      [claimant('a', 2, []), claimant('b', 1, ['own a', 'y'])],
      { a: 'own a', b: 'y' },
    ],
    [
      'who does not need its own leaves it to others',
      [claimant('a', 2, ['x']), claimant('b', 1, ['own a'])],
      { a: 'x', b: 'own a' },
    ],
    [
      'occurrences of one series have its UID together',
      [claimant('a', 1, ['s'], 's'), claimant('b', 2, ['s'], 's'), claimant('c', 3, ['k', 's'], 's')],
      { a: 's', b: 's', c: 'k' },
    ],
    [
      'a whole series keeps its UID for itself',
      [claimant('a', 1, ['s'], 's'), claimant('b', 2, ['s'], 's'), claimant('m', 3, ['s'])],
      { a: 'own a', b: 'own b', m: 's' },
    ],
  ])('%s, in whatever order they come', async (_, claimants, expected) => {
    for (const order of orders(claimants)) expect(await outcome(order)).toEqual(expected)
  })
})
