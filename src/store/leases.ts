// Who may write: leases with fencing numbers, and one writer at a time, for handles that share a process.
import type { Clock } from '../base/clock.ts'

interface Lease {
  readonly fence: number
  readonly expiresAt: number
}

/**
 * The leases of one store, shared by its handles. They live in memory: the file store's folder is locked by one process, and
 * a lease of a process that is gone binds nobody.
 */
export class Leases {
  readonly #clock: Clock
  readonly #leases = new Map<string, Lease>()
  readonly #tails = new Map<string, Promise<unknown>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A greater fencing number than all before; undefined while another lease runs. */
  take(calendar: string, ttlMs: number): number | undefined {
    const now = this.#clock.now()
    const lease = this.#leases.get(calendar)
    if (lease !== undefined && lease.expiresAt > now) return undefined
    const fence = (lease?.fence ?? 0) + 1
    this.#leases.set(calendar, { fence, expiresAt: now + ttlMs })
    return fence
  }

  /** Prolongs the lease; false when it is not the newest one. */
  renew(calendar: string, fence: number, ttlMs: number): boolean {
    if (!this.isCurrent(calendar, fence)) return false
    this.#leases.set(calendar, { fence, expiresAt: this.#clock.now() + ttlMs })
    return true
  }

  /** Ends the lease, so that the next one may be taken at once. */
  release(calendar: string, fence: number): void {
    if (this.isCurrent(calendar, fence)) this.#leases.set(calendar, { fence, expiresAt: 0 })
  }

  /** Whether nobody has taken the lease since. An expired lease that nobody took still counts. */
  isCurrent(calendar: string, fence: number): boolean {
    return this.#leases.get(calendar)?.fence === fence
  }

  /** Runs `work` when all earlier work under this name is over, whether it went well or not. */
  exclusive<T>(name: string, work: () => Promise<T>): Promise<T> {
    const run = (this.#tails.get(name) ?? Promise.resolve()).then(work, work)
    this.#tails.set(name, run)
    const forget = (): void => {
      if (this.#tails.get(name) === run) this.#tails.delete(name)
    }
    run.then(forget, forget)
    return run
  }
}
