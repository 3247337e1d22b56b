// How a calendar stands, for `status`, /readyz, logs and the feed header.
import type { ErrorCode } from '../base/errors.ts'
import type { ResolvedCalendar } from '../graph/calendars.ts'
import type { Mirror } from '../mirror/mirror.ts'

/** One word for a calendar's state, the most urgent one. */
export type CalendarState = 'ok' | 'first-round' | 'stale' | 'held' | 'sign-in' | 'error'

/** The last failure that no later round has made good. */
export interface LastError {
  readonly code: ErrorCode
  /** A sentence for a person. */
  readonly message: string
  /** The same as anybody may read it: without the names of people's calendars. */
  readonly reason: string
  /** Milliseconds. */
  readonly at: number
}

export interface CalendarStatus {
  readonly state: CalendarState
  readonly isRunning: boolean
  /** When the last successful round ended, milliseconds; undefined when there was none since the start. */
  readonly lastRoundAt: number | undefined
  /** When the mirror was last in step with Graph, milliseconds, from before the start as well. */
  readonly lastInStep: number | undefined
  /** Series and single events that the mirror holds. */
  readonly events: number
  readonly resources: number
  readonly heldRemovals: number
  /** Differences that audits have found and repaired so far. */
  readonly drift: number
  readonly lastError: LastError | null
  /** Graph's calendar; undefined until it was found. */
  readonly calendar: ResolvedCalendar | undefined
}

export interface StatusFacts {
  readonly mirror: Pick<Mirror, 'state' | 'counts'>
  readonly isRunning: boolean
  readonly lastRoundAt: number | undefined
  readonly lastError: LastError | null
  readonly calendar: ResolvedCalendar | undefined
  readonly now: number
  /** An older mirror is stale. */
  readonly staleMs: number
}

export function statusOf(facts: StatusFacts): CalendarStatus {
  const { mirror, isRunning, lastRoundAt, lastError, calendar } = facts
  const { lastInStep, notes } = mirror.state()
  const { events, resources } = mirror.counts()
  return {
    state: stateOf(facts),
    isRunning,
    lastRoundAt,
    lastInStep,
    events,
    resources,
    heldRemovals: notes.held.length,
    drift: notes.drift,
    lastError,
    calendar,
  }
}

function stateOf({ mirror, lastError, now, staleMs }: StatusFacts): CalendarState {
  const { isReady, lastInStep, notes } = mirror.state()
  if (lastError?.code === 'sign-in') return 'sign-in'
  if (!isReady || lastInStep === undefined) return lastError === null ? 'first-round' : 'error'
  if (notes.held.length > 0) return 'held'
  if (now - lastInStep >= staleMs) return 'stale'
  return lastError === null ? 'ok' : 'error'
}
