// Requests in flight per mailbox. Graph page "Microsoft Graph service-specific throttling limits" (Outlook: 4 concurrent
// requests per app id and mailbox).

/** Counts what is under way now, and the most there ever was since the last reset. */
export class Meter {
  readonly #now = new Map<string, number>()
  readonly #most = new Map<string, number>()

  /** Counts a request in; undefined when the mailbox has `limit` in flight already. Call the result once to count it out. */
  enter(mailbox: string, limit: number): (() => void) | undefined {
    const count = (this.#now.get(mailbox) ?? 0) + 1
    this.#most.set(mailbox, Math.max(count, this.#most.get(mailbox) ?? 0))
    if (count > limit) return undefined
    this.#now.set(mailbox, count)
    return () => this.#now.set(mailbox, (this.#now.get(mailbox) ?? 1) - 1)
  }

  /** The most requests that were in flight at once; a refused one counts. */
  most(mailbox: string): number {
    return this.#most.get(mailbox) ?? 0
  }

  all(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#most)
  }

  reset(): void {
    this.#most.clear()
  }
}
