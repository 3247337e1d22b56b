// `npm run bench`: how fast graphdav is, and how much memory it takes, with 1,000, 10,000 and 50,000 events, and what it takes to
// be there with 5,000. `-- --quick`: 1,000 and in short; `-- --markdown`: the table for the README; `-- --events N`: one size of your own.
import { parseArgs } from 'node:util'
import { systemClock } from '../../src/base/clock.ts'
import { createProgress } from '../../src/cli/progress.ts'
import type { Effort } from './measure.ts'
import { measureIdle, measureSize, type Figures } from './one-size.ts'
import { printMarkdown, printTable } from './table.ts'

const { values } = parseArgs({
  options: { quick: { type: 'boolean' }, markdown: { type: 'boolean' }, events: { type: 'string', multiple: true } },
})
const isQuick = values.quick === true
const sizes = values.events?.map(Number) ?? (isQuick ? [1000] : [1000, 5000, 10_000, 50_000])
const idleSizes: readonly number[] = values.events === undefined ? [5000] : []
const effort: Effort = isQuick
  ? { budgetMs: 300, repeats: 2, settleMs: 2000 }
  : { budgetMs: 2000, repeats: 5, settleMs: 10_000 }

const began = performance.now()
const progress = createProgress(process.stderr, systemClock)
const results = new Map<number, Figures>()
for (const events of sizes) {
  const say = (text: string): void => progress.show(`${events.toLocaleString('en')} events: ${text}`)
  const measure = idleSizes.includes(events) ? measureIdle : measureSize
  results.set(events, await measure(events, effort, say))
  progress.say(`${events} events done after ${Math.round((performance.now() - began) / 1000)} s`)
}
progress.end()
process.stdout.write(values.markdown === true ? printMarkdown(results) : printTable(results))
