// Spans and their index, against looking at every one.
import { describe, expect, it } from 'vitest'
import { Spans, type Span } from '../../src/mirror/spans.ts'

const seed = Number(process.env['SEED'] ?? 1)

function randomNumbers(): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}

describe('Spans', () => {
  it('touch a range at its ends too, and endless ones touch all that is later', () => {
    const spans = new Spans<Span>()
    spans.change(
      [],
      [
        { id: 'a', first: 10, last: 20 },
        { id: 'b', first: 20, last: 20 },
        { id: 'c', first: 30, last: null },
      ],
    )
    const ids = (start: number | null, end: number | null) => spans.touching({ start, end }).map(({ id }) => id)
    expect(ids(20, 20)).toEqual(['a', 'b'])
    expect(ids(0, 9)).toEqual([])
    expect(ids(0, 10)).toEqual(['a'])
    expect(ids(21, 29)).toEqual([])
    expect(ids(1000, 2000)).toEqual(['c'])
    expect(ids(null, 10)).toEqual(['a'])
    expect(ids(21, null)).toEqual(['c'])
    expect(ids(null, null)).toEqual(['a', 'b', 'c'])
  })

  it(`find what a look at every span finds, while spans come and go (SEED=${seed})`, () => {
    const below = randomNumbers()
    const spans = new Spans<Span>()
    let all: Span[] = []
    for (let round = 0; round < 300; round += 1) {
      const count = below(20) === 0 ? 200 : below(6)
      const removed = all.filter(() => below(all.length + 1) < count)
      const added = Array.from({ length: count }, (_, number) => {
        const first = below(1000)
        return { id: `${round}-${number}`, first, last: below(15) === 0 ? null : first + below(100) }
      })
      spans.change(removed, added)
      all = [...all.filter((span) => !removed.includes(span)), ...added]
      const start = below(1100)
      const end = start + below(50)
      const expected = all.filter(({ first, last }) => first <= end && (last ?? Infinity) >= start).map(({ id }) => id)
      expect(
        spans
          .touching({ start, end })
          .map(({ id }) => id)
          .sort(),
      ).toEqual(expected.sort())
    }
  })
})
