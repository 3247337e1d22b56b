// Bounds of events and series from Graph's own fields, without expanding anything: good enough to say "surely outside".
import type { GraphDateTime, GraphRecurrence } from '../graph/types.ts'
import type { Span } from './window.ts'

const dayMs = 86_400_000

/** The bounds of a single event; times are UTC, as every request asks. Undefined when they are none. */
export function spanOfSingle(event: {
  readonly start: GraphDateTime | undefined
  readonly end: GraphDateTime | undefined
}): Span | undefined {
  const [first, last] = [instantOf(event.start), instantOf(event.end)]
  return first === undefined || last === undefined ? undefined : { first, last: Math.max(first, last) }
}

/** Bounds that hold all slots of a series and more; `last` null: endless. Overrides may lie outside by a neighbour's distance. */
export function spanOfSeries(event: {
  readonly start: GraphDateTime | undefined
  readonly end: GraphDateTime | undefined
  readonly recurrence: GraphRecurrence
}): Span | undefined {
  const first = spanOfSingle(event)
  if (first === undefined) return undefined
  const { pattern, range } = event.recurrence
  const durationMs = (first.last ?? first.first) - first.first
  const stepMs = pattern.interval * longestStepDays[pattern.type] * dayMs
  if (range.type === 'noEnd') return { first: first.first, last: null }
  if (range.type === 'numbered')
    return { first: first.first, last: first.first + range.numberOfOccurrences * stepMs + durationMs }
  const end = Date.parse(`${range.endDate}T00:00:00Z`)
  return { first: first.first, last: Number.isNaN(end) ? null : end + 2 * dayMs + durationMs }
}

const longestStepDays = {
  daily: 1,
  weekly: 7,
  absoluteMonthly: 31,
  relativeMonthly: 38,
  absoluteYearly: 1462,
  relativeYearly: 373,
} as const

function instantOf(time: GraphDateTime | undefined): number | undefined {
  const instant = time === undefined ? NaN : Date.parse(`${time.dateTime.slice(0, 19)}Z`)
  return Number.isNaN(instant) ? undefined : instant
}
