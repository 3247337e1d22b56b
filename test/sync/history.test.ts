// A few random histories, the same each time unless SEED says otherwise; the long run has hundreds (test/long).
import { expect, it } from 'vitest'
import { runHistory } from './history.ts'

const first = Number(process.env['SEED'] ?? 20_260_302)
const count = Number(process.env['HISTORIES'] ?? 2)

it.each(Array.from({ length: count }, (_, index) => first + index))(
  'history %i ends with the mirror as the tenant',
  async (seed) => {
    const figures = await runHistory({ seed, steps: 40 })
    expect(figures.rounds).toBeGreaterThan(0)
  },
)
