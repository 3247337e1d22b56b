// The series that share a UID, as Graph has them at this moment, and how what was read gets into the mirror.
import { UnavailableError, UnsupportedError } from '../base/errors.ts'
import { findByICalUid, findByKeptUid } from '../graph/event-writes.ts'
import type { GraphSeries } from '../graph/types.ts'
import type { Application } from '../mirror/mirror.ts'
import { roundCursorOf, type PendingRead, type RoundCursor } from './cursor.ts'
import { readEvent, seriesOfSingle } from './truth.ts'
import { noteWritten } from './staged-chain.ts'
import type { WriteContext } from './write-context.ts'

/** Series read afresh, and keys of those that are gone. */
export interface Group {
  readonly series: readonly GraphSeries[]
  readonly gone: readonly string[]
}

/** Reads series by their keys. Throws `GraphError`, and `UnsupportedError` for what cannot be used. */
export async function readGroup(keys: readonly string[], { truth }: WriteContext): Promise<Group> {
  const series: GraphSeries[] = []
  const gone: string[] = []
  for (const key of keys) {
    const found = await readEvent(key, truth)
    if (found.kind === 'series') series.push(found.series)
    else if (found.kind === 'gone') gone.push(key)
    else if (found.kind === 'partOf') series.push(seriesOfSingle(found.event, found.kept, key))
    else
      throw new UnsupportedError('UID', `Outlook has this event in a form that cannot be changed here: ${found.reason}`)
  }
  return { series, gone }
}

/**
 * The series of a UID that the mirror does not know: made by a write whose answer was lost, or outside the window. One that is
 * kept for another UID of a client's is not meant.
 */
export async function searchGroup(uid: string, context: WriteContext): Promise<Group> {
  const kept = await findByKeptUid(context.source, uid)
  if (kept.length > 0) return readGroup(kept, context)
  const { series, gone } = await readGroup(await findByICalUid(context.source, uid), context)
  return { series: series.filter((one) => one.kept.uid === null || one.kept.uid === uid), gone }
}

/**
 * Puts series that were just read into the mirror: the next round sees the same and changes nothing. What is new is owed to
 * that round: when it is removed in Outlook before, the chain of changes, which has never shown it, may not tell.
 */
export async function publish(
  { series, gone }: Group,
  { mirror, onWrite }: WriteContext,
  renderAgain = false,
): Promise<void> {
  const keys = [...series.map(({ key }) => key), ...gone]
  onWrite(keys)
  await noteWritten(mirror.staging, keys)
  const cursor = roundCursorOf(mirror.state().cursor)
  const unknown = series.filter(({ key }) => !mirror.keys().has(key)).map(({ key }) => ({ id: key, tries: 0 }))
  const { skipped } = await mirror.apply({
    upserts: series,
    removals: gone,
    ...owing(cursor, unknown),
    ...(renderAgain ? { renderAgain: series.map(({ key }) => key) } : {}),
  })
  const [first] = skipped
  if (first !== undefined)
    throw new UnavailableError(`the change is in Outlook, but cannot be shown: ${first.reason}`, 60)
}

function owing(cursor: RoundCursor | undefined, unknown: readonly PendingRead[]): Pick<Application, 'cursor'> {
  if (cursor === undefined || unknown.length === 0) return {}
  const next: RoundCursor = { ...cursor, pending: [...cursor.pending, ...unknown] }
  return { cursor: next }
}
