// PUT and DELETE of one resource, within the turn of its calendar: conditions, a fresh look at Graph, the plan, its requests
// one by one, reading back, the mirror (RFC 4791 §5.3.2, RFC 9110 §13).
import { randomUUID } from 'node:crypto'
import { ConflictError, GraphError, NotFoundError, sentenceOf, UidConflictError } from '../base/errors.ts'
import type { WriteConditions, Written } from '../calendar/backend.ts'
import type { Resource } from '../calendar/resource.ts'
import { isNothing, parseKept, printKept, type Kept } from '../convert/kept.ts'
import { planDelete, planPut, type PlanContext, type WritePlan } from '../convert/plan.ts'
import { remainingRequests } from '../convert/plan-request.ts'
import { removeEvent } from '../graph/event-writes.ts'
import type { GraphSeries } from '../graph/types.ts'
import type { CalendarObject } from '../ical/object.ts'
import { parseObject } from '../ical/parse.ts'
import { bodyHashOf, type JournalEntry, type WriteKind } from './journal.ts'
import type { WriteContext } from './write-context.ts'
import { checkConditions, namesText } from './write-conditions.ts'
import { isPassing, writeError } from './write-errors.ts'
import { publish, readGroup, searchGroup, type Group } from './write-group.ts'
import { runSteps, type Replan } from './write-steps.ts'

/** Which resource is to be changed, by whom, on which conditions. */
export interface WriteRequest {
  readonly user: string
  readonly name: string
  readonly conditions: WriteConditions
  readonly mayReply: boolean
}

export interface PutRequest extends WriteRequest {
  readonly text: string
  /** The text, parsed by the caller before it waited for the calendar. */
  readonly wanted: CalendarObject
}

/** Stores a calendar object; resolves when Graph has it and the mirror shows it. Throws what `CalendarBackend.put` says. */
export async function writePut(put: PutRequest, context: WriteContext): Promise<Written> {
  const { mirror, slug, journal } = context
  const { wanted, name } = put
  const bodyHash = bodyHashOf(put.text)
  const [resource] = await mirror.read([name])
  const last = journal.lastOf(slug, name)
  const isRepeat = isRepeated(last, 'put', bodyHash, resource)
  if (!isRepeat) checkConditions(put.conditions, resource)
  checkUid(wanted.uid, name, resource, context)
  const open = last?.state === 'open' ? last : undefined
  const now = await lookAt({ uid: wanted.uid, resource, open }, context)
  if (resource !== undefined && now.series.length === 0 && namesText(put.conditions)) {
    if (open !== undefined) await journal.end(open, { state: 'refused', reason: gone().message })
    throw gone()
  }
  const isHad = resource !== undefined && (isRepeat || namesText(put.conditions))
  const served = isHad ? parseObject(resource.text) : undefined
  const planWith = (series: readonly GraphSeries[], isResumed: boolean): WritePlan =>
    planPut({ now: series, served, wanted, name }, planContext(put, wanted.uid, isResumed, context))
  const plan = await orPublish(now, context, open, () => planWith(now.series, isRepeat))
  if (plan.losses.length > 0) context.log.info('parts of an event do not arrive in Outlook', { losses: plan.losses })
  const entry = entryFor({ kind: 'put', bodyHash, uid: wanted.uid, group: now, open }, put, context)
  let { local } = plan
  const replan: Replan = (series) => {
    const again = planWith(series, true)
    local = again.local
    return again.requests
  }
  const ended = await carryOut({ plan, now, entry, isResumed: open !== undefined, replan }, context)
  const back =
    plan.requests.length === 0 && open === undefined ? now : await sayingWhy(() => readGroup(ended.keys, context))
  await keepLocal(wanted.uid, local, { ...back, gone: [...back.gone, ...now.gone] }, context)
  return await answer(put, ended, resource, context)
}

/** Removes a resource. Throws what `CalendarBackend.remove` says. */
export async function writeDelete(removal: WriteRequest, context: WriteContext): Promise<void> {
  const { mirror, slug, journal, kept } = context
  const { name, conditions } = removal
  const [resource] = await mirror.read([name])
  if (resource === undefined) throw new NotFoundError('there is no such event')
  const last = journal.lastOf(slug, name)
  const isRepeat = isRepeated(last, 'delete', '', resource)
  if (!isRepeat) checkConditions(conditions, resource)
  const open = last?.state === 'open' ? last : undefined
  const { uid } = resource
  const now = await lookAt({ uid, resource, open }, context)
  if (!isRepeat && now.series.length > 0 && namesText(conditions)) {
    await publish(now, context)
    checkConditions(conditions, (await mirror.read([name]))[0])
  }
  const replan: Replan = (series) => planDelete(series, planContext(removal, uid, true, context)).requests
  const plan = planDelete(now.series, planContext(removal, uid, isRepeat, context))
  const entry = entryFor({ kind: 'delete', bodyHash: '', uid, group: now, open }, removal, context)
  const ended = await carryOut({ plan, now, entry, isResumed: isRepeat && open !== undefined, replan }, context)
  await publish({ series: [], gone: [...ended.keys, ...now.gone] }, context)
  await kept.set(uid, null)
  await journal.end(ended, { state: 'done' })
}

interface Sought {
  readonly uid: string
  readonly resource: Resource | undefined
  readonly open: JournalEntry | undefined
}

// By the ids that the mirror or an unfinished write knows; only what nobody knows is searched for.
async function lookAt({ uid, resource, open }: Sought, context: WriteContext): Promise<Group> {
  const known = context.mirror.groupOf(uid)?.keys ?? []
  const keys = [...new Set([...known, ...(open?.uid === uid ? open.keys : [])])]
  const group = await sayingWhy(() => (keys.length > 0 ? readGroup(keys, context) : searchGroup(uid, context)))
  if (group.series.length > 0 || resource !== undefined || keys.length === 0) return group
  const found = await sayingWhy(() => searchGroup(uid, context))
  return { series: found.series, gone: group.gone }
}

interface Work {
  readonly plan: WritePlan
  readonly now: Group
  readonly entry: JournalEntry
  readonly isResumed: boolean
  readonly replan: Replan
}

/** Sends what the plan asks for. A write that may succeed later stays open; another one is shown as Graph has it by now. */
async function carryOut({ plan, now, entry, isResumed, replan }: Work, context: WriteContext): Promise<JournalEntry> {
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
    else await standDown(current, sentenceOf(told), context)
    throw told
  }
}

// Half a creation is taken back, as nobody has heard of it yet; half a change stays and is shown as it is.
async function standDown(entry: JournalEntry, reason: string, context: WriteContext): Promise<void> {
  try {
    const isHalfCreated = entry.steps[0] === 'create silent' && entry.steps.every((step) => step.endsWith(' silent'))
    if (isHalfCreated) for (const key of entry.keys) await removeEvent(context.source, key)
    await publish(await readGroup(entry.keys, context), context)
  } catch (error) {
    const { uid } = entry
    context.log.warn('refused write is shown by the next round', { uid, reason: sentenceOf(error) })
  }
  await context.journal.end(entry, { state: 'refused', reason })
}

// Graph has not taken the first request at all: there is nothing to go on with.
function isSurelyNothing(error: unknown, { steps, done }: JournalEntry): boolean {
  const isRefused = error instanceof GraphError && (error.kind === 'throttled' || error.kind === 'auth')
  return isRefused && steps.length === 0 && done.length === 0
}

function isRepeated(
  last: JournalEntry | undefined,
  kind: WriteKind,
  bodyHash: string,
  resource: Resource | undefined,
): boolean {
  if (last?.kind !== kind || last.bodyHash !== bodyHash) return false
  return last.state === 'open' || (last.state === 'done' && resource !== undefined && last.etag === resource.etag)
}

function checkUid(uid: string, name: string, resource: Resource | undefined, { mirror }: WriteContext): void {
  if (resource !== undefined && resource.uid !== uid) throw new UidConflictError(name)
  const holder = mirror.groupOf(uid)?.name
  if (holder !== undefined && holder !== name) throw new UidConflictError(holder)
}

function gone(): ConflictError {
  return new ConflictError('this event is not in Outlook any more')
}

function planContext(
  { mayReply }: WriteRequest,
  uid: string,
  isResumed: boolean,
  { mailboxZone, ownAddresses, userAddresses, invitations, kept }: WriteContext,
): PlanContext {
  const local = parseKept(kept.get(uid)).kept
  return { mailboxZone, ownAddresses, userAddresses, invitations, mayReply, local, isResumed }
}

interface Begun {
  readonly kind: WriteKind
  readonly bodyHash: string
  readonly uid: string
  readonly group: Group
  readonly open: JournalEntry | undefined
}

// An unfinished write of the same resource is gone on with, also by another text: what it has made is not made twice.
function entryFor(
  { kind, bodyHash, uid, group, open }: Begun,
  { user, name }: WriteRequest,
  { slug, clock }: WriteContext,
): JournalEntry {
  const keys = group.series.map(({ key }) => key)
  const isSame = open?.kind === kind && open.bodyHash === bodyHash
  return {
    kind,
    user,
    slug,
    name,
    uid,
    bodyHash,
    transactionId: open?.transactionId ?? randomUUID(),
    keys,
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

async function orPublish(
  now: Group,
  context: WriteContext,
  open: JournalEntry | undefined,
  plan: () => WritePlan,
): Promise<WritePlan> {
  try {
    return plan()
  } catch (error) {
    // The client reads anew: then it finds what its text was compared with.
    if (error instanceof ConflictError) {
      await publish(now, context)
      if (open !== undefined) await context.journal.end(open, { state: 'refused', reason: error.message })
    }
    throw error
  }
}

async function keepLocal(uid: string, local: Kept, group: Group, context: WriteContext): Promise<void> {
  const values = isNothing(local) ? null : printKept(local)
  const isOther = values !== context.kept.get(uid)
  if (isOther) await context.kept.set(uid, values)
  await publish(group, context, isOther)
}

async function answer(
  { text, name }: PutRequest,
  entry: JournalEntry,
  before: Resource | undefined,
  { mirror, journal, slug }: WriteContext,
): Promise<Written> {
  const shown = mirror.groupOf(entry.uid)?.name ?? name
  const [resource] = await mirror.read([shown])
  const isNoted = entry.steps.length > 0 || journal.lastOf(slug, name)?.state === 'open'
  if (isNoted) await journal.end(entry, { state: 'done', etag: resource?.etag ?? null })
  // A declined meeting leaves the calendar in some mailboxes: the client is told when it asks again.
  if (resource === undefined && before !== undefined)
    return { kind: 'updated', name, etag: before.etag, isVerbatim: false }
  if (resource === undefined) throw new ConflictError('the event was removed in Outlook at the same moment')
  return {
    kind: before === undefined ? 'created' : 'updated',
    name: shown,
    etag: resource.etag,
    isVerbatim: resource.text === text,
  }
}

async function sayingWhy<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw writeError(error)
  }
}
