// Which resources may have an instance in a range: spans sorted by their start, with the latest end of each block.
import { lowerBound, Ordered } from './ordered.ts'
import type { TimeRange } from '../ical/object.ts'

/** A span with both ends inclusive; `last` null: endless. `id` tells spans with equal ends apart. */
export interface Span {
  readonly id: string
  readonly first: number
  readonly last: number | null
}

const blockSize = 64

/** The spans of a calendar. A question looks at one number per block of 64, and into the blocks that can answer. */
export class Spans<T extends Span> {
  readonly #spans = new Ordered<T>((a, b) => a.first - b.first || (a.id < b.id ? -1 : Number(a.id > b.id)))
  #latest: readonly number[] | undefined

  change(removed: readonly T[], added: readonly T[]): void {
    this.#spans.change(removed, added)
    this.#latest = undefined
  }

  /** Those that touch the range, its ends included; in the order of their start. */
  touching(range: TimeRange): readonly T[] {
    const [start, end] = [range.start ?? -Infinity, range.end ?? Infinity]
    const items = this.#spans.items
    const latest = (this.#latest ??= latestEnds(items))
    const found: T[] = []
    const stop = lowerBound(items, ({ first }) => first <= end)
    for (let from = 0; from < stop; from += blockSize) {
      if ((latest[from / blockSize] ?? -Infinity) < start) continue
      for (const span of items.slice(from, Math.min(from + blockSize, stop))) if (endOf(span) >= start) found.push(span)
    }
    return found
  }
}

function latestEnds(spans: readonly Span[]): readonly number[] {
  const latest: number[] = []
  spans.forEach((span, index) => {
    const block = Math.floor(index / blockSize)
    latest[block] = Math.max(latest[block] ?? -Infinity, endOf(span))
  })
  return latest
}

function endOf({ last }: Span): number {
  return last ?? Infinity
}
