// Random histories of writing. FULL=1: 300 of 100 steps; SEED repeats one.
import { expect, it } from 'vitest'
import { WriteHistory } from '../sync/write-history.ts'

const isFull = process.env['FULL'] === '1'
const histories = Number(process.env['HISTORIES'] ?? (isFull ? 300 : 10))
const steps = isFull ? 100 : 25
const given = process.env['SEED']
const first = Number(given ?? Math.floor(Math.random() * 1_000_000_000))

it(`${histories} random histories of writing keep every promise`, { timeout: 3_600_000 }, async () => {
  const failures: string[] = []
  for (let index = 0; index < (given === undefined ? histories : 1); index += 1) {
    await WriteHistory.run(first + index, steps).catch((error: unknown) => failures.push(String(error)))
  }
  console.log(`write histories from seed ${first}`)
  expect(failures).toEqual([])
})
