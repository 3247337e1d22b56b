// A part of the fault matrix: one cell of each fault in each kind of round, another place for each. The long run has all cells.
import { afterAll, describe, expect, it } from 'vitest'
import { cells, faults, rounds, runCell } from './fault-matrix.ts'

let passed = 0

afterAll(() => {
  console.log(`fault matrix: ${passed} of ${cells.length} cells; all in test/long`)
})

describe.each(Object.keys(faults).map((fault, index) => ({ fault, index })))('$fault', ({ fault, index }) => {
  it.each(rounds)('in a %s heals without loss', async (round) => {
    const own = cells.filter((cell) => cell.fault === fault && cell.round === round)
    const cell = own[(index * 3 + rounds.indexOf(round)) % own.length]
    if (cell === undefined) throw new Error('a fault without a cell')
    await runCell(cell)
    passed += 1
    expect(passed).toBeGreaterThan(0)
  })
})
