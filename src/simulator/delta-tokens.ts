// The tokens of delta chains: opaque texts bound to one calendar, one window and one state of it. They live in a cache of the
// mailbox; old ones go when new ones come. Graph page "Use delta query".
import type { Day } from './days.ts'
import type { StoredEvent } from './event.ts'
import { opaque } from './ids.ts'
import type { Item, Range } from './instances.ts'

/** One chain's identity; a token is good for nothing else. */
export interface Chain {
  readonly kind: 'view' | 'events'
  readonly mailbox: string
  readonly calendar: number
  /** Of events/delta: from its startDateTime on, without end. */
  readonly window: Range
}

/** One row of a page. */
export type DeltaRow =
  | { readonly kind: 'item'; readonly item: Item }
  | { readonly kind: 'removed'; readonly event: StoredEvent; readonly slot: Day | undefined }
  /** `@removed` of an id that was never listed. */
  | { readonly kind: 'unknown' }

/** One round: its rows in groups that are never split, and the state that it brings the client to. */
export interface Round {
  readonly chain: Chain
  readonly groups: readonly (readonly DeltaRow[])[]
  readonly sequence: number
}

export type Token =
  | { readonly kind: 'skip'; readonly round: Round; readonly offset: number; readonly isEmptyFirst: boolean }
  | { readonly kind: 'delta'; readonly round: Round }

/** A token that was in force once. */
export interface ExpiredToken {
  readonly kind: 'expired'
  readonly chain: Chain
}

const cacheSize = 5000

/** Hands out tokens and finds them again. */
export class DeltaTokens {
  readonly #seed: string
  readonly #tokens = new Map<string, Token | ExpiredToken>()
  #count = 0

  constructor(seed: string) {
    this.#seed = seed
  }

  issue(token: Token): string {
    this.#count += 1
    const text = `R0usmc${opaque(`${this.#seed}/token/${this.#count}`, 300)}`
    this.#tokens.set(text, token)
    const oldest = this.#tokens.size > cacheSize ? this.#tokens.keys().next().value : undefined
    if (oldest !== undefined) this.#tokens.delete(oldest)
    return text
  }

  /** Undefined: never issued, or of another kind of link. */
  find(text: string): Token | ExpiredToken | undefined {
    return this.#tokens.get(text)
  }

  /** All tokens of a calendar (or of all) stop working. */
  expire(calendar?: number): void {
    for (const [text, token] of this.#tokens) {
      if (token.kind === 'expired') continue
      const { chain } = token.round
      if (calendar === undefined || chain.calendar === calendar) this.#tokens.set(text, { kind: 'expired', chain })
    }
  }
}
