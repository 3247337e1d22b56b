// The soak in short: it runs, and is well. Whether memory is flat shows only `npm run soak`, which takes half an hour.
import { expect, it } from 'vitest'
import { runSoak } from '../soak/run.ts'

const seed = Number(process.env['SEED'] ?? 1)
const minutes = process.env['FULL'] === '1' ? 6 : 0.3

it(`everything at once for ${minutes} minutes ends with mirror = clients = tenant (SEED=${seed})`, async () => {
  const { wrong } = await runSoak({ minutes, seed, say: (line) => console.log(line) })
  expect(wrong).toEqual([])
})
