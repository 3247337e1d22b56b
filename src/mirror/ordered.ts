// A list that stays sorted while single items come and go.

/** Items in the order of `compare`, which must tell any two different items apart. */
export class Ordered<T> {
  readonly #compare: (one: T, other: T) => number
  #items: T[] = []

  constructor(compare: (one: T, other: T) => number) {
    this.#compare = compare
  }

  /** The items in order; valid until the next change. */
  get items(): readonly T[] {
    return this.#items
  }

  /** Takes items out and puts items in. Few: by binary search; many: by sorting again. */
  change(removed: readonly T[], added: readonly T[]): void {
    if (removed.length + added.length > 64) {
      const gone = new Set(removed)
      this.#items = [...this.#items.filter((item) => !gone.has(item)), ...added].sort(this.#compare)
      return
    }
    for (const item of removed) {
      const index = this.#position(item)
      if (this.#items[index] === item) this.#items.splice(index, 1)
    }
    for (const item of added) this.#items.splice(this.#position(item), 0, item)
  }

  /** The index of the first item that is not before `item`. */
  #position(item: T): number {
    return lowerBound(this.#items, (other) => this.#compare(other, item) < 0)
  }
}

/** How many items at the front of a sorted list are before the wanted place. */
export function lowerBound<T>(items: readonly T[], isBefore: (item: T) => boolean): number {
  let [low, high] = [0, items.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const item = items[middle]
    if (item !== undefined && isBefore(item)) low = middle + 1
    else high = middle
  }
  return low
}
