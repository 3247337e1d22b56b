// The benchmark runs, and its table is whole. Nothing is said about times: other tests run beside it.
import { expect, it } from 'vitest'
import { measureSize } from '../bench/one-size.ts'
import { rows } from '../bench/rows.ts'
import { printMarkdown, printTable } from '../bench/table.ts'

it('the benchmark measures every row, on the built program', async () => {
  const figures = await measureSize(40, { budgetMs: 20, repeats: 1, settleMs: 100 }, () => undefined)
  for (const { key } of rows) expect([key, (figures.get(key)?.value ?? 0) > 0]).toEqual([key, true])
  const results = new Map([[40, figures]])
  for (const { title } of rows) {
    expect(printTable(results)).toContain(title)
    expect(printMarkdown(results)).toContain(`| ${title} |`)
  }
})
