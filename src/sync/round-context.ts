// What a round is given, what its parts share, and what it says at its end. Types only.
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { ResolvedCalendar } from '../graph/calendars.ts'
import type { GraphClient } from '../graph/client.ts'
import type { EventSource } from '../graph/event-source.ts'
import type { GraphSeries } from '../graph/types.ts'
import type { Mirror } from '../mirror/mirror.ts'
import type { Brake } from './brake.ts'
import type { Cloud } from './cloud.ts'
import type { Progress, ProgressMeter } from './progress.ts'
import type { WindowSpec } from './window.ts'

/** What a round works with; plain values, nothing of it is changed except the mirror and what is found out about the cloud. */
export interface RoundOptions {
  readonly client: GraphClient
  readonly calendar: ResolvedCalendar
  readonly mirror: Mirror
  readonly cloud: Cloud
  readonly clock: Clock
  readonly log: Log
  /** The mailbox's zone, as any label. */
  readonly mailboxZone: string
  readonly track: 'window' | 'all'
  readonly window: WindowSpec
  readonly pageSize: number
  readonly brake: Brake
  /** How long after an audit the next one is due. */
  readonly auditEveryMs?: number
  /** Forget the cursor and read everything again. */
  readonly full?: boolean
  /** Let the removals pass that the brake holds. */
  readonly accept?: boolean
  /** How many times to halve the window of a new chain, and begin one: Graph keeps failing with the present one. */
  readonly shrink?: number
  /** True for a series that a write has not finished: it stays in the mirror as it is, and is owed to a later round. */
  readonly withheld?: ((series: Pick<GraphSeries, 'key' | 'kept'>) => boolean) | undefined
  /** Keys that writes have changed since the round began: what it has read of them may be older. */
  readonly written?: ReadonlySet<string>
  /** Runs work while nobody writes; a round stores what it has read in it. */
  readonly inTurn?: <T>(work: () => Promise<T>) => Promise<T>
  readonly onProgress?: (progress: Progress) => void
  readonly signal?: AbortSignal | undefined
}

/** What a round did. */
export interface RoundResult {
  readonly kind: 'full' | 'incremental'
  readonly pages: number
  /** Resources that are new or whose text changed. */
  readonly changed: number
  readonly removed: number
  /** Events that cannot be used, each named in the log. */
  readonly skipped: number
  /** Removals that the brake holds. */
  readonly held: number
  /** Events that could not be read and are owed to the next round. */
  readonly pending: number
  /** Differences that an audit has found and repaired in this round. */
  readonly drift: number
  readonly ms: number
}

/** What the parts of a round share. */
export interface RoundContext extends RoundOptions {
  readonly source: EventSource
  readonly meter: ProgressMeter
  readonly startedAt: number
}
