// What a write works with; types only. One is made for each turn of a calendar.
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { PlanContext } from '../convert/plan-context.ts'
import type { EventSource } from '../graph/event-source.ts'
import type { Mirror } from '../mirror/mirror.ts'
import type { Journal } from './journal.ts'
import type { TruthContext } from './truth.ts'

/** What only this server keeps of events (JSON of `printKept`), by UID. */
export interface LocalKept {
  get(uid: string): string | null
  /** It is stored when this resolves; null takes it away. */
  set(uid: string, values: string | null): Promise<void>
}

/** What a calendar lends to a write in its turn. */
export interface WriteGround {
  readonly source: EventSource
  readonly truth: TruthContext
  readonly mirror: Mirror
  /** Told which series a write is about to show otherwise. */
  readonly onWrite: (keys: readonly string[]) => void
  /** IANA zone of floating times. */
  readonly mailboxZone: string
  /** Addresses of the mailbox that the calendar is in. */
  readonly ownAddresses: readonly string[]
}

/** What all writes of one calendar share. */
export interface WriteSettings {
  readonly slug: string
  readonly invitations: PlanContext['invitations']
  /** The addresses of the mailboxes of all calendars that the user has. */
  readonly userAddresses: readonly string[]
  readonly journal: Journal
  readonly kept: LocalKept
  readonly clock: Clock
  readonly log: Log
}

export type WriteContext = WriteGround & WriteSettings
