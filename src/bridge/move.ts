// MOVE of an event to another calendar. Graph cannot do it: the event is made there first, then removed here.
import { ConflictError, NotFoundError, sentenceOf, UnsupportedError } from '../base/errors.ts'
import type { Move, Put, Removal, Written } from '../calendar/backend.ts'
import type { Resource } from '../calendar/resource.ts'
import { parseObject } from '../ical/parse.ts'
import { eventsOf, propertiesOf } from '../ical/text.ts'
import type { Mirror } from '../mirror/mirror.ts'
import type { Journal, MoveOrigin } from '../sync/journal.ts'
import { checkConditions, holds } from '../sync/write-conditions.ts'
import type { WriteContext } from '../sync/write-context.ts'
import { isPassing } from '../sync/write-errors.ts'
import { endMove, lastMove, takeMoveBack, type MoveEntry } from '../sync/write-move.ts'
import { lookAgain } from '../sync/write.ts'

/** What a move is made of. */
export interface MoveParts {
  readonly journal: Journal
  readonly mirror: (slug: string) => Mirror | undefined
  readonly put: (put: Put, origin: MoveOrigin) => Promise<Written>
  readonly remove: (removal: Removal) => Promise<void>
  /** Runs work in the turn of a calendar, as long as the client waits. */
  readonly within: <T>(slug: string, work: (context: WriteContext) => Promise<T>) => Promise<T>
}

interface Place {
  readonly slug: string
  readonly name: string
}

/** What is moved. */
interface Moved {
  readonly uid: string
  readonly text: string
  readonly origin: MoveOrigin
}

const changed = 'the event is not as it was when you read it'

/**
 * The first half is noted as open until the second is done: the client's repeat finishes what broke off between the two, or takes
 * it back when the event was changed meanwhile. Throws `UnsupportedError` for a meeting, whose guests would get a cancellation.
 */
export async function moveBetween(move: Move, parts: MoveParts): Promise<'created' | 'updated'> {
  const earlier = lastMove(parts.journal, move, move.to)
  const source = await sourceOf(move, earlier, parts)
  const moved = source ?? unfinished(move, earlier)
  if (moved === undefined) return doneBefore(move, earlier, parts)
  const kind = (await writtenBefore(move, earlier, parts)) ?? (await writeTarget(move, moved, parts))
  await removeSource(move, moved, parts)
  await parts.within(move.to.slug, (context) => endMove(move, move.to, context))
  return kind
}

/** What is to be moved, as Outlook has it now; undefined when it is gone. Throws `ConflictError` when it is not what the client has. */
async function sourceOf(move: Move, earlier: MoveEntry | undefined, parts: MoveParts): Promise<Moved | undefined> {
  const { slug, name, conditions } = move
  const [served] = (await parts.mirror(slug)?.read([name])) ?? []
  if (served === undefined) return undefined
  const now = parts.journal.lastOf(slug, name)?.state === 'open' ? served : await look(move, parts)
  if (now === undefined) return undefined
  if (earlier?.state === 'open' && earlier.origin.etag !== now.etag) await takeBack(move, changed, parts)
  checkConditions(conditions, served)
  if (now.etag !== served.etag) throw new ConflictError(changed)
  if (eventsOf(parseObject(now.text)).some((event) => propertiesOf(event, 'ATTENDEE').length > 0)) {
    throw new UnsupportedError('ATTENDEE', 'Outlook cannot move a meeting to another calendar without cancelling it')
  }
  return { uid: now.uid, text: now.text, origin: { slug, name, etag: now.etag } }
}

async function writeTarget(move: Move, { text, origin }: Moved, { put }: MoveParts): Promise<Written['kind']> {
  const { user, mayReply, to, mayReplace } = move
  const conditions = { ifMatch: undefined, ifNoneMatch: mayReplace ? undefined : ('*' as const) }
  const { kind } = await put({ user, ...to, conditions, mayReply, text }, origin)
  return kind
}

// What was written there is not written again: somebody else may have changed it since.
async function writtenBefore(
  { to }: Move,
  earlier: MoveEntry | undefined,
  parts: MoveParts,
): Promise<Written['kind'] | undefined> {
  const isOpen = parts.journal.lastOf(to.slug, to.name)?.state === 'open'
  if (earlier === undefined || earlier.etag === null || !isOpen) return undefined
  if ((await look(to, parts)) === undefined) return undefined
  return earlier.base === null ? 'created' : 'updated'
}

function unfinished({ conditions }: Move, earlier: MoveEntry | undefined): Moved | undefined {
  if (earlier?.state !== 'open' || earlier.wanted === null || !holds(conditions, earlier.origin)) return undefined
  const { uid, wanted, origin } = earlier
  return { uid, text: wanted, origin }
}

// The answer may have been lost: it is done, and nobody has changed it since.
async function doneBefore(move: Move, earlier: MoveEntry | undefined, parts: MoveParts): Promise<'updated'> {
  const isSame = earlier !== undefined && earlier.etag !== null && holds(move.conditions, earlier.origin)
  if (!isSame || (await look(move.to, parts))?.etag !== earlier.etag) throw new NotFoundError('there is no such event')
  return 'updated'
}

async function removeSource(move: Move, { uid, origin }: Moved, parts: MoveParts): Promise<void> {
  const { user, slug, name, mayReply } = move
  try {
    if (isSameSeries(uid, move, parts)) throw new ConflictError('Outlook has just moved this event itself')
    await parts.remove({ user, slug, name, mayReply, conditions: { ifMatch: [origin.etag], ifNoneMatch: undefined } })
  } catch (error) {
    if (error instanceof NotFoundError) return
    if (isPassing(error)) throw error
    // Only what is surely there still may be taken away at the target.
    if ((await look(move, parts)) === undefined) return
    await takeBack(move, sentenceOf(error), parts)
    throw error
  }
}

// An event that Outlook itself moves keeps its id: to remove it here would remove it there.
function isSameSeries(uid: string, { slug, to }: Move, { mirror }: MoveParts): boolean {
  const here = mirror(slug)?.groupOf(uid)?.keys ?? []
  const there = mirror(to.slug)?.groupOf(uid)?.keys ?? []
  return there.some((key) => here.includes(key))
}

function look({ slug, name }: Place, { within }: MoveParts): Promise<Resource | undefined> {
  return within(slug, (context) => lookAgain(name, context))
}

function takeBack(move: Move, reason: string, { within }: MoveParts): Promise<void> {
  return within(move.to.slug, (context) => takeMoveBack(move, move.to, reason, context))
}
