// The tables: for a terminal, and for the README.
import { cpus } from 'node:os'
import type { Figure } from './measure.ts'
import type { Figures } from './one-size.ts'
import { rows } from './rows.ts'

/** Events → figures. */
export type Results = ReadonlyMap<number, Figures>

/** One line a row, one column a size; what a row has no figure for is a dash. */
export function printTable(results: Results): string {
  const cells = cellsOf(results)
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((line) => (line[column] ?? '').length)))
  const lines = cells.map((line) =>
    line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))),
  )
  return `${lines.map((line) => line.join('   ')).join('\n')}\n\n${legend()}\n`
}

/** The same for the README. */
export function printMarkdown(results: Results): string {
  const [head = [], ...body] = cellsOf(results)
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'))
  return `${[head, rule, ...body].map(line).join('\n')}\n\n${legend()}\n`
}

function cellsOf(results: Results): readonly (readonly string[])[] {
  const head = ['events in the mirror', ...[...results.keys()].map((events) => events.toLocaleString('en'))]
  const body = rows.map(({ key, title }) => [
    title,
    ...[...results.values()].map((figures) => printFigure(figures.get(key))),
  ])
  return [head, ...body]
}

function printFigure(figure: Figure | undefined): string {
  if (figure === undefined || Number.isNaN(figure.value)) return '–'
  const { value, unit, bare } = figure
  const text = unit === 'MB' ? `${Math.round(value)} MB` : printMs(value)
  return bare === undefined ? text : `${text} (×${digits(value / bare)})`
}

function printMs(ms: number): string {
  return ms >= 10_000 ? `${digits(ms / 1000)} s` : `${digits(ms)} ms`
}

// Two digits that count.
function digits(value: number): string {
  return value >= 10 ? String(Math.round(value)) : value.toFixed(value >= 1 ? 1 : 2)
}

function legend(): string {
  const [cpu] = cpus()
  const machine = `${cpu?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, Node.js ${process.version}`
  return `(×…): times a bare Node.js server that sends the same octets. Medians, on loopback; ${machine}.`
}
