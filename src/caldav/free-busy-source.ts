// Who is busy when, for the schedule outbox (RFC 6638 §3.2): asked of Graph's getSchedule by whoever provides it. Types only.

/** One person's answer: spans in UTC milliseconds, in order, or why there are none. */
export type Availability =
  | { readonly kind: 'known'; readonly address: string; readonly busy: readonly BusySpan[] }
  /** `unknown`: there is no such person; `denied`: it may not be seen; `unavailable`: not now, ask again later. */
  | { readonly kind: 'unknown' | 'denied' | 'unavailable'; readonly address: string }

/** A span [start, end) in milliseconds. `unavailable` is out of office. */
export interface BusySpan {
  readonly start: number
  readonly end: number
  readonly kind: 'busy' | 'tentative' | 'unavailable'
}

/** Looks up other people's free/busy time. */
export interface FreeBusySource {
  /**
   * One answer per address, in the order asked. An address that cannot be looked up has its reason, never a throw; throws
   * `UnavailableError` only when no question can be answered at all now.
   */
  availability(request: {
    readonly user: string
    readonly addresses: readonly string[]
    readonly start: number
    readonly end: number
  }): Promise<readonly Availability[]>
}
