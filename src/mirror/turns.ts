// One writer per calendar: writes wait for each other, and hold the lease.
import { UnavailableError } from '../base/errors.ts'
import type { Store } from '../store/store.ts'

const leaseMs = 60_000
const attempts = 3

export class Turns {
  readonly #store: Store
  readonly #slug: string
  #fence: number | undefined
  /** The last turn went well, so what is known is what is stored. */
  #isSettled = true
  #tail: Promise<unknown> = Promise.resolve()

  constructor(store: Store, slug: string) {
    this.#store = store
    this.#slug = slug
  }

  /**
   * Runs `work` when all earlier turns are over, with the fencing number of the lease. `isSettled` is false when the stored
   * state may be another than the one known: somebody else wrote, or an earlier turn failed. When `work` says undefined,
   * it runs again. Throws `UnavailableError` when another process may write.
   */
  take<T>(work: (fence: number, isSettled: boolean) => Promise<T | undefined>): Promise<T> {
    const run = this.#tail.then(
      () => this.#try(work),
      () => this.#try(work),
    )
    this.#tail = run
    return run
  }

  /** Gives the lease back after the turns that are under way. */
  async giveBack(): Promise<void> {
    await this.#tail.catch(() => undefined) // whoever took that turn was told
    if (this.#fence !== undefined) await this.#store.release(this.#slug, this.#fence)
    this.#fence = undefined
  }

  async #try<T>(work: (fence: number, isSettled: boolean) => Promise<T | undefined>): Promise<T> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const fence = await this.#lease()
      const isSettled = this.#isSettled
      this.#isSettled = false
      const result = await work(fence, isSettled)
      if (result === undefined) continue
      this.#isSettled = true
      return result
    }
    throw busy(this.#slug)
  }

  async #lease(): Promise<number> {
    if (this.#fence !== undefined && (await this.#store.renew(this.#slug, this.#fence, leaseMs))) return this.#fence
    if (this.#fence !== undefined) this.#isSettled = false
    this.#fence = await this.#store.lease(this.#slug, leaseMs)
    if (this.#fence === undefined) throw busy(this.#slug)
    return this.#fence
  }
}

export function busy(slug: string): UnavailableError {
  return new UnavailableError(`calendar ${slug} is being written by another process`, 30)
}
