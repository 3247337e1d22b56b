// What changed after a revision: found by its place in an order, so that the answer costs what changed, not what is there.
import { lowerBound, Ordered } from './ordered.ts'

/** A thing with the number of its last change; `id` tells things of one revision apart. */
export interface Numbered {
  readonly id: string
  readonly revision: number
}

/** Things in the order of their last change. */
export class ChangeOrder<T extends Numbered> {
  readonly #order = new Ordered<T>((a, b) => a.revision - b.revision || (a.id < b.id ? -1 : Number(a.id > b.id)))

  change(removed: readonly T[], added: readonly T[]): void {
    this.#order.change(removed, added)
  }

  /** Those whose last change is later than the revision, the oldest change first. */
  after(revision: number): readonly T[] {
    const { items } = this.#order
    return items.slice(lowerBound(items, (item) => item.revision <= revision))
  }
}
