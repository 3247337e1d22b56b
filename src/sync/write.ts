// PUT and DELETE of one resource, within the turn of its calendar: conditions, a fresh look at Graph, the plan, its requests
// one by one, reading back, the mirror (RFC 4791 §5.3.2, RFC 9110 §13).
import { ConflictError, NotFoundError, sentenceOf, UidConflictError, UnavailableError } from '../base/errors.ts'
import type { Written } from '../calendar/backend.ts'
import type { Resource } from '../calendar/resource.ts'
import { isNothing, printKept, type Kept } from '../convert/kept.ts'
import { ownAnswerOf } from '../convert/people-to-graph.ts'
import { planDelete, planPut, type WritePlan } from '../convert/plan.ts'
import { shownObject } from '../convert/plan-context.ts'
import type { GraphSeries } from '../graph/types.ts'
import type { CalendarObject } from '../ical/object.ts'
import { parseObject } from '../ical/parse.ts'
import { printObject } from '../ical/print.ts'
import { bodyHashOf, type JournalEntry } from './journal.ts'
import type { WriteContext } from './write-context.ts'
import { checkConditions, holds, namesText } from './write-conditions.ts'
import { sayingWhy, writeError } from './write-errors.ts'
import { publish, readGroup, searchGroup, type Group } from './write-group.ts'
import type { PutRequest, WriteRequest } from './write-request.ts'
import { carryOut, entryFor, planContext, takeBack } from './write-run.ts'
import type { Replan } from './write-steps.ts'

export type { PutRequest, WriteRequest } from './write-request.ts'

/** Stores a calendar object; resolves when Graph has it and the mirror shows it. Throws what `CalendarBackend.put` says. */
export async function writePut(put: PutRequest, context: WriteContext): Promise<Written> {
  const { mirror, slug, journal } = context
  const { wanted, name, conditions } = put
  const bodyHash = bodyHashOf(put.text)
  const [resource] = await mirror.read([name])
  const last = journal.lastOf(slug, name)
  const isRepeat = last?.state === 'open' && last.kind === 'put' && last.bodyHash === bodyHash
  if (!isRepeat) {
    // The answer was lost, and the client sends the same once more: it is done.
    if (resource !== undefined && isDone(last, bodyHash, resource) && !holds(conditions, resource)) {
      return lookOnly(put, context)
    }
    checkConditions(conditions, resource)
  }
  checkUid(wanted.uid, name, resource, context)
  const open = isRepeat ? last : await withoutOther(last, context)
  const now = await lookAt({ uid: wanted.uid, resource, open }, context)
  const had = isRepeat ? last.base : namesText(conditions) ? (resource?.text ?? null) : null
  if (now.series.length === 0 && (had !== null || (isRepeat && isMade(last)))) {
    return answerGone(put, { now, resource, open }, context)
  }
  const planWith = (series: readonly GraphSeries[], text: string | null, isResumed: boolean): WritePlan => {
    const served = text === null ? undefined : parseObject(text)
    return planPut({ now: series, served, wanted, name }, planContext(put, wanted.uid, isResumed, context))
  }
  const plan = await orPublish(now, context, open, () => planWith(now.series, had, isRepeat))
  if (plan.losses.length > 0) context.log.info('parts of an event do not arrive in Outlook', { losses: plan.losses })
  const base = had ?? (open === undefined && plan.requests.length > 0 ? shownText(now, put, context) : null)
  const asked = { kind: 'put' as const, bodyHash, uid: wanted.uid, wanted: put.text, origin: put.origin }
  const entry = entryFor({ ...asked, base, group: now, open }, put, context)
  let { local } = plan
  const replan: Replan = (series) => {
    // What the first half has changed by itself (an accepted meeting is busy) is no change of the person's.
    const again = planWith(series, base, true)
    local = again.local
    return again.requests
  }
  const ended = await carryOut({ plan, now, entry, isResumed: open !== undefined, replan }, context)
  const back = plan.requests.length === 0 && open === undefined ? now : await readBack(ended, context)
  await keepLocal(wanted.uid, local, { ...back, gone: [...back.gone, ...now.gone] }, context)
  return await answer(put, ended, resource, context)
}

/** Removes a resource. Throws what `CalendarBackend.remove` says. */
export async function writeDelete(removal: WriteRequest, context: WriteContext): Promise<void> {
  const { mirror, slug, journal, kept } = context
  const { name, conditions } = removal
  const [resource] = await mirror.read([name])
  const last = journal.lastOf(slug, name)
  const open = last?.state === 'open' ? last : undefined
  const isRepeat = open?.kind === 'delete'
  // A removal that was begun is finished, and what was half made goes, although nothing is shown of it.
  const uid = resource?.uid ?? open?.uid
  if (uid === undefined) throw new NotFoundError('there is no such event')
  if (!isRepeat) checkConditions(conditions, resource)
  const now = await lookAt({ uid, resource, open }, context)
  const replan: Replan = (series) => planDelete(series, planContext(removal, uid, true, context)).requests
  const plan = planDelete(now.series, planContext(removal, uid, isRepeat, context))
  if (now.series.length > 0 && namesText(conditions) && (!isRepeat || isUntouched(open, now, plan))) {
    await publish(now, context)
    await checkAgain(removal, open, context)
  }
  const asked = { kind: 'delete' as const, bodyHash: '', uid, wanted: null, base: null, origin: null }
  const entry = entryFor({ ...asked, group: now, open }, removal, context)
  const ended = await carryOut({ plan, now, entry, isResumed: isRepeat, replan }, context)
  await publish({ series: [], gone: [...ended.keys, ...now.gone] }, context)
  await kept.set(uid, null)
  await journal.end(ended, { state: 'done' })
}

/** Shows a resource as Outlook has it now; undefined when it is gone. Throws as the writes do. */
export async function lookAgain(name: string, context: WriteContext): Promise<Resource | undefined> {
  const { mirror } = context
  const [resource] = await mirror.read([name])
  if (resource === undefined) return undefined
  await publish(await lookAt({ uid: resource.uid, resource, open: undefined }, context), context)
  return (await mirror.read([name]))[0]
}

// Only looks whether it is still there.
async function lookOnly(put: PutRequest, context: WriteContext): Promise<Written> {
  const shown = await lookAgain(put.name, context)
  if (shown === undefined) throw gone()
  return writtenOf(put, shown, 'updated')
}

// A removal was asked for before, and nothing of it has come to pass.
function isUntouched(open: JournalEntry, now: Group, { requests }: WritePlan): boolean {
  return open.steps.length === 0 && now.gone.length === 0 && requests.every(({ kind }) => kind === 'remove')
}

async function checkAgain({ name, conditions }: WriteRequest, open: JournalEntry | undefined, context: WriteContext) {
  const { mirror, journal } = context
  try {
    checkConditions(conditions, (await mirror.read([name]))[0])
  } catch (error) {
    if (open?.kind === 'delete') await journal.end(open, { state: 'refused', reason: sentenceOf(error) })
    throw error
  }
}

function isDone(last: JournalEntry | undefined, bodyHash: string, { etag }: Resource): boolean {
  return last?.state === 'done' && last.kind === 'put' && last.bodyHash === bodyHash && last.etag === etag
}

// Another text than the one that an unfinished change was begun with: what that has done by now is not wanted any more.
async function withoutOther(last: JournalEntry | undefined, context: WriteContext): Promise<JournalEntry | undefined> {
  if (last?.state !== 'open' || last.kind !== 'put' || last.base === null) {
    return last?.state === 'open' ? last : undefined
  }
  try {
    await takeBack(last, context)
  } catch (error) {
    if (!(error instanceof ConflictError)) throw writeError(error)
  }
  await context.journal.end(last, { state: 'refused', reason: 'another text came in its place' })
  return undefined
}

// What somebody sees of it who asks Graph now.
function shownText({ series }: Group, put: PutRequest, context: WriteContext): string | null {
  if (series.length === 0) return null
  const { uid } = put.wanted
  return printObject(shownObject(series, uid, planContext(put, uid, false, context)))
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

// It is done in Graph: whatever keeps us from reading it, the client is to ask again.
async function readBack(entry: JournalEntry, context: WriteContext): Promise<Group> {
  try {
    const group = await readGroup(entry.keys, context)
    if (group.series.length > 0 || !isMade(entry)) return group
    throw new UnavailableError('Outlook does not show the new event yet', 10)
  } catch (error) {
    const told = writeError(error)
    if (told instanceof UnavailableError) throw told
    throw new UnavailableError(`the change is in Outlook, but cannot be read back: ${sentenceOf(told)}`, 10)
  }
}

// What was to be changed is not in Outlook any more. Exchange takes a declined meeting out of the calendar: that was the answer.
async function answerGone(
  { wanted, name }: PutRequest,
  { now, resource, open }: Pick<Sought, 'resource' | 'open'> & { readonly now: Group },
  context: WriteContext,
): Promise<Written> {
  await publish(now, context)
  const isDone = resource !== undefined && isDeclined(wanted, context)
  const end = isDone ? ({ state: 'done' } as const) : ({ state: 'refused', reason: gone().message } as const)
  if (open !== undefined) await context.journal.end(open, end)
  if (!isDone) throw gone()
  return { kind: 'updated', name, etag: resource.etag, isVerbatim: false }
}

function isDeclined({ master, overrides }: CalendarObject, { ownAddresses }: WriteContext): boolean {
  const events = master === undefined ? overrides : [master]
  return events.every((event) => ownAnswerOf(event, ownAddresses) === 'declined')
}

function isMade({ done }: JournalEntry): boolean {
  return done.some(({ kind }) => kind === 'create')
}

function checkUid(uid: string, name: string, resource: Resource | undefined, { mirror }: WriteContext): void {
  if (resource !== undefined && resource.uid !== uid) throw new UidConflictError(name)
  const holder = mirror.groupOf(uid)?.name
  if (holder !== undefined && holder !== name) throw new UidConflictError(holder)
}

function gone(): ConflictError {
  return new ConflictError('this event is not in Outlook any more')
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
  put: PutRequest,
  entry: JournalEntry,
  before: Resource | undefined,
  { mirror, journal, slug }: WriteContext,
): Promise<Written> {
  const { name } = put
  const shown = mirror.groupOf(entry.uid)?.name ?? name
  const [resource] = await mirror.read([shown])
  const isNoted = entry.steps.length > 0 || journal.lastOf(slug, name)?.state === 'open'
  // The first half of a move is over with the other one.
  if (isNoted && put.origin !== null && resource !== undefined) await journal.note({ ...entry, etag: resource.etag })
  else if (isNoted) await journal.end(entry, { state: 'done', etag: resource?.etag ?? null })
  // A declined meeting leaves the calendar in some mailboxes: the client is told when it asks again.
  if (resource === undefined && before !== undefined)
    return { kind: 'updated', name, etag: before.etag, isVerbatim: false }
  if (resource === undefined) throw new ConflictError('the event was removed in Outlook at the same moment')
  return writtenOf(put, resource, before === undefined ? 'created' : 'updated')
}

function writtenOf({ text }: PutRequest, resource: Resource, kind: Written['kind']): Written {
  return { kind, name: resource.name, etag: resource.etag, isVerbatim: resource.text === text }
}
