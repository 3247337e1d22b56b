// A plan is carried out: noted in the journal before its first request, finished by the client's repeat, and taken back where
// it is refused halfway and nobody has heard of it.
import { randomUUID } from 'node:crypto'
import { GraphError, sentenceOf } from '../base/errors.ts'
import { parseKept } from '../convert/kept.ts'
import { planPut, type PlanContext, type WritePlan } from '../convert/plan.ts'
import { effectOfRemoval, remainingRequests, type GraphRequest } from '../convert/plan-request.ts'
import { removeEvent } from '../graph/event-writes.ts'
import type { GraphSeries } from '../graph/types.ts'
import { parseObject } from '../ical/parse.ts'
import type { JournalEntry } from './journal.ts'
import type { WriteContext } from './write-context.ts'
import { isPassing, writeError } from './write-errors.ts'
import { publish, readGroup, type Group } from './write-group.ts'
import type { WriteRequest } from './write-request.ts'
import { runSteps, type Replan } from './write-steps.ts'

export interface Work {
  readonly plan: WritePlan
  readonly now: Group
  readonly entry: JournalEntry
  readonly isResumed: boolean
  readonly replan: Replan
}

/** Sends what the plan asks for. A write that may succeed later stays open; another one is taken back. */
export async function carryOut(
  { plan, now, entry, isResumed, replan }: Work,
  context: WriteContext,
): Promise<JournalEntry> {
  const { journal } = context
  const requests = isResumed ? remainingRequests(plan.requests, entry.done) : plan.requests
  if (requests.length === 0) return entry
  let current = await journal.note(entry)
  const onEntry = (next: JournalEntry): void => {
    current = next
  }
  try {
    return await runSteps({ requests, now: now.series, entry: current, isResumed, replan, onEntry }, context)
  } catch (error) {
    const told = writeError(error)
    context.log.warn('write not finished', {
      user: entry.user,
      uid: entry.uid,
      steps: current.steps.length,
      reason: sentenceOf(told),
    })
    if (isSurelyNothing(error, current)) await journal.end(current, { state: 'refused', reason: sentenceOf(told) })
    else if (isPassing(error)) await journal.note({ ...current, reason: sentenceOf(told) })
    else {
      const isUntaken = !isResumed && isOvertaken(error, requests[0], current)
      await standDown(current, sentenceOf(told), context, isUntaken)
    }
    throw told
  }
}

// Graph has not taken the first request at all: there is nothing to go on with.
function isSurelyNothing(error: unknown, { steps, done }: JournalEntry): boolean {
  const isRefused = error instanceof GraphError && ['throttled', 'auth', 'notFound', 'gone'].includes(error.kind)
  return isRefused && steps.length === 0 && done.length === 0
}

// A change of an event names the version that it is meant for, and is sent once: where another one is there, nothing of ours is.
function isOvertaken(error: unknown, first: GraphRequest | undefined, { steps }: JournalEntry): boolean {
  const isConflict = error instanceof GraphError && error.kind === 'conflict'
  const isOfEvent = first !== undefined && 'target' in first && first.target.slot === undefined
  return isConflict && isOfEvent && steps.length === 0
}

/**
 * Refuses a write that was begun, and takes it back; `isUntaken`: Graph has surely done nothing of it, what looks like it is of
 * others. Throws what passes: what cannot be taken back now is taken back when the client comes again, and is refused again.
 */
export async function standDown(
  entry: JournalEntry,
  reason: string,
  context: WriteContext,
  isUntaken = false,
): Promise<void> {
  const { journal, log } = context
  const { uid, slug, name } = entry
  const show = async (): Promise<void> => publish(await readGroup(entry.keys, context), context)
  const works = isUntaken ? [show] : [() => takeBack(entry, context), show]
  // What cannot be taken back for good is shown all the same.
  for (const work of works) {
    try {
      await work()
    } catch (error) {
      if (isPassing(error)) {
        await journal.note({ ...(journal.lastOf(slug, name) ?? entry), reason })
        throw writeError(error)
      }
      log.warn('refused write stays as far as it came', { uid, reason: sentenceOf(error) })
    }
  }
  await journal.end(entry, { state: 'refused', reason })
}

/**
 * Takes back what an unfinished write has done, as long as nobody has heard of it: a new event is removed, of a changed one what
 * the write changed is set back. Cancelled dates stay cancelled, and so does what somebody else has changed since.
 * Throws `GraphError`, and `ConflictError` when somebody else has changed the same.
 */
export async function takeBack(entry: JournalEntry, context: WriteContext): Promise<void> {
  const { steps, keys, base, wanted, uid, name, isNew } = entry
  if (!steps.every((step) => step.endsWith(' silent'))) return
  if (isNew) {
    const { series } = await readGroup(keys, context)
    // An invitation of the same UID may have come in its place.
    const made = series.filter(
      ({ kept, main, exceptions }) => kept.uid === uid && effectOfRemoval(main, exceptions) === 'silent',
    )
    for (const { key } of made) await removeEvent(context.source, key)
    return
  }
  if (base === null || wanted === null) return
  const [before, after] = [parseObject(base), parseObject(wanted)]
  const planWith = (now: readonly GraphSeries[], isResumed: boolean): WritePlan =>
    planPut(
      { now, served: after, wanted: before, name },
      { ...planContext({ mayReply: false }, uid, isResumed, context), isUndoing: true },
    )
  const { series } = await readGroup(keys, context)
  if (series.length === 0) return
  const { requests } = planWith(series, false)
  if (requests.some(({ effect }) => effect !== 'silent')) return
  const replan: Replan = (now) => planWith(now, true).requests
  // What is taken back is to be done again, should the process end here and the client repeat.
  const undoing = { ...entry, done: [] }
  await runSteps({ requests, now: series, entry: undoing, isResumed: false, replan, onEntry: () => undefined }, context)
}

/** What a plan needs beside the series and the text. */
export function planContext(
  { mayReply }: Pick<WriteRequest, 'mayReply'>,
  uid: string,
  isResumed: boolean,
  { mailboxZone, ownAddresses, userAddresses, invitations, kept, clock }: WriteContext,
): PlanContext {
  const local = parseKept(kept.get(uid)).kept
  return { mailboxZone, ownAddresses, userAddresses, invitations, mayReply, local, now: clock.now(), isResumed }
}

export interface Begun extends Pick<JournalEntry, 'kind' | 'bodyHash' | 'uid' | 'wanted' | 'base' | 'origin'> {
  readonly group: Group
  readonly open: JournalEntry | undefined
}

/** The entry of a write. One that was begun before is gone on with, also by another text: what it has made is not made twice. */
export function entryFor(
  { group, open, ...begun }: Begun,
  { user, name }: WriteRequest,
  { slug, clock }: WriteContext,
): JournalEntry {
  const isSame = open?.kind === begun.kind && open.bodyHash === begun.bodyHash
  return {
    ...begun,
    user,
    slug,
    name,
    transactionId: open?.transactionId ?? randomUUID(),
    keys: group.series.map(({ key }) => key),
    isNew: open === undefined ? group.series.length === 0 : open.isNew,
    done: isSame ? open.done : [],
    steps: open?.steps ?? [],
    requestIds: open?.requestIds ?? [],
    state: 'open',
    reason: null,
    etag: null,
    begunAt: clock.now(),
    endedAt: null,
  }
}
