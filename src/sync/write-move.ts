// The target's half of a MOVE: a PUT that stays open until the event is gone from its old place, so that it can be taken back.
import { sayingWhy } from './write-errors.ts'
import type { Journal, JournalEntry, MoveOrigin } from './journal.ts'
import type { WriteContext } from './write-context.ts'
import { publish, readGroup, searchGroup } from './write-group.ts'
import { standDown } from './write-run.ts'

interface Place {
  readonly slug: string
  readonly name: string
}

/** A write that is the first half of a move. */
export type MoveEntry = JournalEntry & { readonly origin: MoveOrigin }

/** The last write of a target when it was a move from this place; `open`: the move is not finished. */
export function lastMove(journal: Journal, from: Place, to: Place): MoveEntry | undefined {
  const last = journal.lastOf(to.slug, to.name)
  if (last === undefined || last.origin === null) return undefined
  const { origin } = last
  return origin.slug === from.slug && origin.name === from.name ? { ...last, origin } : undefined
}

/** Notes that the event is gone from its old place. */
export async function endMove(from: Place, to: Place, { journal, mirror }: WriteContext): Promise<void> {
  const entry = lastMove(journal, from, to)
  if (entry?.state !== 'open') return
  const [resource] = await mirror.read([to.name])
  await journal.end(entry, { state: 'done', etag: resource?.etag ?? null })
}

/**
 * Takes back what an unfinished move has made at its target, because the event stays where it was. What somebody else has changed
 * since stays there too. Throws what passes: the repeat takes it back then.
 */
export async function takeMoveBack(from: Place, to: Place, reason: string, context: WriteContext): Promise<void> {
  const entry = lastMove(context.journal, from, to)
  if (entry?.state !== 'open') return
  const known = await withKeys(entry, context)
  if (await isOfOthers(known, context)) await context.journal.end(entry, { state: 'refused', reason })
  else await standDown(known, reason, context)
}

// The answer to the creation may be lost: only a search tells then what it has made.
async function withKeys(entry: MoveEntry, context: WriteContext): Promise<MoveEntry> {
  const { keys, steps, uid } = entry
  if (keys.length > 0 || steps.length > 0) return entry
  const { series } = await sayingWhy(() => searchGroup(uid, context))
  const made = series.filter(({ kept }) => kept.uid === uid).map(({ key }) => key)
  return made.length === 0 ? entry : { ...entry, keys: made, steps: ['create silent'] }
}

async function isOfOthers({ keys, name, etag }: MoveEntry, context: WriteContext): Promise<boolean> {
  if (etag === null) return false
  await sayingWhy(async () => publish(await readGroup(keys, context), context))
  const [shown] = await context.mirror.read([name])
  return shown !== undefined && shown.etag !== etag
}
