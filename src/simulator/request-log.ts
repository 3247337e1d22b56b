// What was asked and answered, for tests that count requests.

export interface LoggedRequest {
  readonly number: number
  /** Milliseconds on the tenant's clock. */
  readonly at: number
  readonly method: string
  /** Decoded path with its query. */
  readonly path: string
  /** Id of the mailbox; empty when the path names none. */
  readonly mailbox: string
  readonly prefer: string
  /** Of a write. */
  readonly body: string
  /** 0 while under way, and for a connection that was closed without an answer. */
  readonly status: number
  readonly requestId: string
}

const kept = 50_000

export class RequestLog {
  #entries = new Map<number, LoggedRequest>()
  #count = 0

  /** Notes a request; the result is called with its status. */
  begin(entry: Omit<LoggedRequest, 'number' | 'status'>): (status: number) => void {
    this.#count += 1
    const number = this.#count
    this.#entries.set(number, { ...entry, number, status: 0 })
    this.#entries.delete(number - kept)
    return (status) => {
      const found = this.#entries.get(number)
      if (found) this.#entries.set(number, { ...found, status })
    }
  }

  /** How many were noted since the start, resets included. */
  get count(): number {
    return this.#count
  }

  list(): readonly LoggedRequest[] {
    return [...this.#entries.values()]
  }

  reset(): void {
    this.#entries = new Map()
  }
}
