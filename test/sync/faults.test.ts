// A part of the fault matrix: one cell of each fault, another kind of round and another place each time. The long run draws more
// of them afresh, and has all cells with FULL=1.
import { afterAll, describe, expect, it } from 'vitest'
import { cells, faults, rounds, runCell } from './fault-matrix.ts'

let passed = 0

afterAll(() => {
  console.log(`fault matrix: ${passed} of ${cells.length} cells; all in test/long`)
})

describe.each(Object.keys(faults).map((fault, index) => ({ fault, index })))('$fault', ({ fault, index }) => {
  const own = rounds.filter((_, turn) => turn === index % rounds.length)
  it.each(own)('in a %s heals without loss', async (round) => {
    const places = cells.filter((cell) => cell.fault === fault && cell.round === round)
    const cell = places[(index * 3 + rounds.indexOf(round)) % places.length]
    if (cell === undefined) throw new Error('a fault without a cell')
    await runCell(cell)
    passed += 1
    expect(passed).toBeGreaterThan(0)
  })
})
