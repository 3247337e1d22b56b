// Shards' contents that were read lately, within a budget. Files are never overwritten, so what is here is never stale.

/** Least recently used goes first. `weight` is in characters of the file. */
export class ContentCache<T> {
  readonly #limit: number
  readonly #values = new Map<string, { readonly value: T; readonly weight: number }>()
  #total = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get(path: string): T | undefined {
    const found = this.#values.get(path)
    if (found === undefined) return undefined
    this.#values.delete(path)
    this.#values.set(path, found)
    return found.value
  }

  set(path: string, value: T, weight: number): void {
    this.delete(path)
    if (weight > this.#limit) return
    this.#values.set(path, { value, weight })
    this.#total += weight
    for (const oldest of this.#values.keys()) {
      if (this.#total <= this.#limit) return
      this.delete(oldest)
    }
  }

  delete(path: string): void {
    this.#total -= this.#values.get(path)?.weight ?? 0
    this.#values.delete(path)
  }
}
