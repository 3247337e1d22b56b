// Random histories of the sync engine at length: 30 with a fresh seed, 300 with FULL=1, 60 steps each.
import { afterAll, expect, it } from 'vitest'
import { runHistory, type HistoryFigures } from '../sync/history.ts'

const first = Number(process.env['SEED'] ?? 1)
const count = Number(process.env['HISTORIES'] ?? (process.env['FULL'] === '1' ? 300 : 30))
const all: HistoryFigures[] = []

afterAll(() => {
  const sum = (name: keyof HistoryFigures): string => `${all.reduce((total, one) => total + one[name], 0)} ${name}`
  console.log(
    `${all.length} histories from seed ${first}: ${(['edits', 'rounds', 'failedRounds', 'fullRounds', 'faults', 'crashes'] as const).map(sum).join(', ')}`,
  )
})

it.each(Array.from({ length: count }, (_, index) => first + index))(
  'history %i ends with the mirror as the tenant',
  async (seed) => {
    all.push(await runHistory({ seed, steps: 60 }))
    expect(all.length).toBeGreaterThan(0)
  },
)
