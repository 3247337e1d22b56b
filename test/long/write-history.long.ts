// Random histories of writing: 30 with a fresh seed, 300 of 100 steps with FULL=1; SEED, HISTORIES and STEPS say others.
import { expect, it } from 'vitest'
import { WriteHistory } from '../sync/write-history.ts'

const isFull = process.env['FULL'] === '1'
const histories = Number(process.env['HISTORIES'] ?? (isFull ? 300 : 30))
const steps = Number(process.env['STEPS'] ?? (isFull ? 100 : 25))
const first = Number(process.env['SEED'] ?? 1)

it(`${histories} random histories of writing keep every promise`, { timeout: 14_400_000 }, async () => {
  const failures: string[] = []
  const figures: Record<string, number> = {}
  for (let index = 0; index < histories; index += 1) {
    const done = await WriteHistory.run(first + index, steps).catch((error: unknown) => {
      failures.push(String(error))
      return {}
    })
    for (const [name, count] of Object.entries(done)) figures[name] = (figures[name] ?? 0) + count
  }
  console.log(`write histories from seed ${first}: ${JSON.stringify(figures)}`)
  expect(failures).toEqual([])
})
