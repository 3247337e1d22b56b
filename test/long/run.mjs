// Starts the long random runs. A fresh seed is drawn and printed each time; `SEED=… npm run test:long` repeats a run,
// `npm run test:long -- --full` runs all of it.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { randomInt } from 'node:crypto'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)
const vitest = join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs')
const isFull = process.argv.includes('--full')
const others = process.argv.slice(2).filter((argument) => argument !== '--full')
const SEED = process.env.SEED ?? String(randomInt(1, 1_000_000_000))
console.log(`long random runs, SEED=${SEED}${isFull ? ', all of them' : ''}`)
const done = spawnSync(process.execPath, [vitest, 'run', '--config', 'test/long/vitest.config.ts', ...others], {
  stdio: 'inherit',
  env: { ...process.env, SEED, ...(isFull ? { FULL: '1' } : {}) },
})
process.exit(done.status ?? 1)
