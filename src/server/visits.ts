// The sign-ins under way in browsers, by their state (RFC 6749 §10.12): each for its user and account only, once, and not for long.
import type { Clock } from '../base/clock.ts'

const validMs = 10 * 60_000
const perUser = 10

/** Who has begun what. */
export interface Visit<Begun> {
  readonly user: string
  readonly account: string
  readonly begun: Begun
}

export class Visits<Begun> {
  readonly #clock: Clock
  readonly #byState = new Map<string, Visit<Begun> & { readonly endsAt: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A user who begins many loses the oldest. */
  add(state: string, visit: Visit<Begun>): void {
    const now = this.#clock.now()
    for (const [old, { endsAt }] of this.#byState) if (endsAt <= now) this.#byState.delete(old)
    const own = [...this.#byState].filter(([, { user }]) => user === visit.user)
    for (const [old] of own.slice(0, Math.max(0, own.length - perUser + 1))) this.#byState.delete(old)
    this.#byState.set(state, { ...visit, endsAt: now + validMs })
  }

  /** What was begun with this state, which is worth nothing from now on; undefined: nothing, or by somebody else. */
  take(state: string, { user, account }: Pick<Visit<Begun>, 'user' | 'account'>): Begun | undefined {
    const visit = this.#byState.get(state)
    this.#byState.delete(state)
    if (visit === undefined || visit.user !== user || visit.account !== account) return undefined
    return this.#clock.now() < visit.endsAt ? visit.begun : undefined
  }
}
