// What goes into a mirror and what it says of itself. Types only.
import type { Render, Skipped } from './apply.ts'
import type { Binding } from './binding.ts'
import type { Notes } from './notes.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { GraphSeries } from '../graph/types.ts'
import type { Store } from '../store/store.ts'

/** Where the chain of delta rounds stands. What the rounds add to it is kept and given back as it is; JSON values only. */
export interface Cursor {
  /** The link of the next request. */
  readonly link: string
  readonly track: 'window' | 'all'
  /** RFC 3339. */
  readonly window: { readonly start: string; readonly end: string }
  /** When the chain was begun, milliseconds. */
  readonly startedAt: number
}

export interface MirrorOptions {
  readonly store: Store
  readonly slug: string
  readonly render: Render
  readonly rendererVersion: number
  readonly log: Log
  readonly clock: Clock
}

export interface MirrorState {
  readonly epoch: string
  readonly revision: number
  readonly syncToken: string
  readonly binding: Binding | null
  /** The cursor's window; null when there is no cursor. */
  readonly window: Cursor['window'] | null
  readonly cursor: Cursor | null
  /** Milliseconds; undefined until the first round is complete. */
  readonly lastInStep: number | undefined
  /** False until the first round is complete: what is there may be a part only, and is not to be served. */
  readonly isReady: boolean
  readonly notes: Notes
}

/** What a round, or a write, found out. */
export interface Application {
  /** Series as they are now. A key given twice: the last one counts. */
  readonly upserts?: readonly GraphSeries[]
  /** Keys of series that are gone. Unknown ones are nothing. */
  readonly removals?: readonly string[]
  /** Keys of upserts whose text may be another one although the series is not: what is kept here changed. */
  readonly renderAgain?: readonly string[]
  /** Left out: stays; null: a new chain has to begin. */
  readonly cursor?: Cursor | null
  /** When the mirror was in step, milliseconds; left out: this does not bring it in step. */
  readonly inStepAt?: number
  readonly notes?: Notes
}

export interface Applied {
  /** Resources that are new or whose text changed. */
  readonly changed: number
  /** Resources that are gone. */
  readonly removed: number
  /** Series given that changed no resource. */
  readonly unchanged: number
  readonly skipped: readonly Skipped[]
  readonly revision: number
}
