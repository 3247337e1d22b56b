// The fault matrix: some thirty cells of it drawn by the seed, every cell with FULL=1.
import { afterAll, expect, it } from 'vitest'
import { cells, runCell } from '../sync/fault-matrix.ts'
import { Chance } from '../sync/editor.ts'

const chance = new Chance(Number(process.env['SEED'] ?? 1))
const drawn = process.env['FULL'] === '1' ? cells : cells.filter(() => chance.is(30 / cells.length))
let passed = 0

afterAll(() => {
  console.log(`fault matrix: ${passed} of ${cells.length} cells`)
})

it.each(drawn)('$fault, $round, $place, lasting $lasting: heals without loss', async (cell) => {
  await runCell(cell)
  passed += 1
  expect(passed).toBeGreaterThan(0)
})
