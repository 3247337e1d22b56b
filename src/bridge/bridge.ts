// The opened bridge as commands and the control socket use it. Types only.
import type { CalendarBackend } from '../calendar/backend.ts'
import type { RunOptions } from '../sync/calendar-sync.ts'
import type { RoundResult } from '../sync/round-context.ts'
import type { Explanation } from './explain.ts'
import type { StatusReport } from './status.ts'

/** The opened data folder with everything that works on it. */
export interface Bridge {
  readonly backend: CalendarBackend
  /** The slugs, in the order of the configuration. */
  readonly slugs: readonly string[]
  /** Aborted when it cannot go on: the data folder was lost to another process. */
  readonly failed: AbortSignal
  report(): StatusReport
  /** One round of one calendar now. Rejects with what made it fail. */
  sync(slug: string, options: RunOptions): Promise<RoundResult>
  /** Looks in Outlook which calendars were made here; false: not everything could be seen. */
  findMade(): Promise<boolean>
  /** Somebody has signed in for an account: rounds of its calendars begin at once, whatever has failed before. */
  takeUp(account: string): void
  /** One event on its way: what Graph says, what is kept, what is shown of it, and why. The slug is a known one. */
  explain(slug: string, text: string, signal: AbortSignal): Promise<Explanation>
  /** The data folder as one archive, piece by piece; a consistent one, while everything goes on. */
  backup(): AsyncIterable<Buffer>
  /** Begins to listen and to poll; resolves to the server's own origin. Once. */
  serve(): Promise<string>
  /** Ends everything that was begun and gives the data folder back; within five seconds. */
  close(): Promise<void>
}
