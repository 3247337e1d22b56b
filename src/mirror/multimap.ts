// A map with several values per key, small when nearly every key has one.

export class Multimap {
  readonly #values = new Map<string, string | readonly string[]>()

  /** The values of a key, each once; empty when there are none. */
  get(key: string): readonly string[] {
    const values = this.#values.get(key) ?? []
    return typeof values === 'string' ? [values] : values
  }

  add(key: string, value: string): void {
    const values = this.get(key)
    if (values.includes(value)) return
    this.#values.set(key, values.length === 0 ? value : [...values, value])
  }

  remove(key: string, value: string): void {
    const [first, ...others] = this.get(key).filter((one) => one !== value)
    if (first === undefined) this.#values.delete(key)
    else this.#values.set(key, others.length === 0 ? first : [first, ...others])
  }
}
