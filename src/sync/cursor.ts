// Where a calendar's chain stands, and what its rounds still owe. The mirror keeps it beside the series, in the same commit.
import type { Cursor } from '../mirror/mirror.ts'
import type { Window } from './window.ts'

/** An event that could not be read; it is tried again in every round. */
export interface PendingRead {
  readonly id: string
  /** Rounds that have tried. */
  readonly tries: number
}

/** The cursor with everything that the rounds add to it. */
export interface RoundCursor extends Cursor {
  /** What the configuration asked for when the chain was begun: another wish begins a new chain. */
  readonly wish: string
  /** Path below which the chain was begun. */
  readonly basePath: string
  /** The wanted window; larger than `window` when Graph could only be read with a smaller one. What lies in it is kept. */
  readonly keep: Window
  readonly pending: readonly PendingRead[]
}

/** The cursor of a store; undefined when there is none, or one that no round has written. */
export function roundCursorOf(cursor: Cursor | null): RoundCursor | undefined {
  return cursor !== null && isRoundCursor(cursor) ? cursor : undefined
}

function isRoundCursor(cursor: Cursor): cursor is RoundCursor {
  const { wish, basePath, keep, pending }: Partial<RoundCursor> = cursor
  return (
    typeof cursor.link === 'string' &&
    typeof wish === 'string' &&
    typeof basePath === 'string' &&
    typeof keep?.start === 'string' &&
    typeof keep.end === 'string' &&
    Array.isArray(pending)
  )
}
