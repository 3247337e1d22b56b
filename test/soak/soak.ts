// `npm run soak`: half an hour of everything at once on the built program: a busy tenant that fails, ten clients that poll and
// write. In the end memory is flat, the log has no error, and mirror = clients = tenant. `-- --minutes N`, `-- --seed N`.
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { runSoak } from './run.ts'

const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } })
const minutes = Number(values.minutes ?? 30)
const seed = Number(values.seed ?? randomInt(1, 1_000_000_000))
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error('soak: --minutes is a number above 0, --seed a whole number')
  process.exit(2)
}
console.log(`soak for ${minutes} minutes, seed ${seed}`)
const { wrong } = await runSoak({ minutes, seed, say: (line) => console.log(line) })
for (const sentence of wrong) console.error(`WRONG: ${sentence}`)
console.log(wrong.length === 0 ? 'soak: all well' : `soak: ${wrong.length} things are wrong`)
process.exit(wrong.length === 0 ? 0 : 1)
