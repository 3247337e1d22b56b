// From findings to one commit: what has to be read is read, what seems gone is confirmed, mass removal is held, and all of it
// goes to the mirror together with the cursor.
import type { GraphSeries } from '../graph/types.ts'
import type { Application } from '../mirror/mirror.ts'
import type { Notes } from '../mirror/notes.ts'
import { once } from '../base/once.ts'
import { isDrift } from './audit.ts'
import { decideRemovals, type RemovalVerdict } from './brake.ts'
import { keptCloud } from './cloud.ts'
import { confirm } from './confirm.ts'
import type { PendingRead, RoundCursor } from './cursor.ts'
import type { Findings } from './findings.ts'
import { listForAudit } from './full-chain.ts'
import { isClients, keepOf, questionsOf, type Questions } from './questions.ts'
import { readWanted } from './reading.ts'
import type { RoundContext, RoundResult } from './round-context.ts'
import { noteWritten } from './staged-chain.ts'
import { noKept, type TruthContext } from './truth.ts'
import { fartherWindow } from './window.ts'

/** What a round has found out for sure. */
interface Outcome {
  readonly upserts: readonly GraphSeries[]
  /** Keys of the mirror that are gone. */
  readonly gone: ReadonlySet<string>
  /** Keys of the mirror that have left the window. */
  readonly outside: ReadonlySet<string>
  readonly failed: readonly string[]
  /** Keys of what a write has not finished, or has changed meanwhile. */
  readonly withheld: readonly string[]
  readonly unusable: number
  /** The calendar's ids, where held removals were compared with them. */
  readonly listed: ReadonlySet<string> | undefined
  readonly drift: number
}

type Settled = Omit<RoundResult, 'kind' | 'pages' | 'ms'>

/** After so many rounds an event that cannot be read counts as skipped: the calendar is in step without it. */
const triesUntilSkipped = 5

/** Reads, confirms and stores. */
export async function settle(findings: Findings, context: RoundContext): Promise<Settled> {
  // Always read anew: the list of an audit is older than the pages.
  const listing = once(() => listForAudit(context))
  const questions = await questionsOf(findings, context, listing)
  const answered = await answer(questions, findings, context, async () => idsOf(await listing()))
  const inTurn = context.inTurn ?? ((work) => work())
  return inTurn(() => store(withoutWithheld(answered, findings, context), findings, context))
}

async function answer(
  questions: Questions,
  findings: Findings,
  context: RoundContext,
  listing: () => Promise<ReadonlySet<string> | undefined>,
): Promise<Outcome> {
  const truth = truthContext(findings, context)
  const { held } = context.mirror.state().notes
  // Also when a person accepts: what the calendar lists again is no removal any more.
  const listed = held.length > 0 ? await listing() : undefined
  const doubts = new Map(questions.doubts)
  for (const { key } of held) if (listed?.has(key) === true) doubts.set(key, 'missing')
  const owed = new Set(findings.owed.map(({ id }) => id))
  const options = { context: truth, known: findings.known, owed, onTruth: findings.onTruth }
  const reading = await readWanted(questions, options)
  const mayUseListAlone = questions.extra.size === 0
  const keep = keepOf(findings)
  const staysOutside = (series: GraphSeries): boolean => isClients(series, findings)
  const confirmed = await confirm(doubts, { context: truth, keep, staysOutside, listing, mayUseListAlone, owed })
  const truths = [...reading.truths]
  const read = truths.flatMap(([, found]) => (found.kind === 'series' ? [found.series] : []))
  const vanished = truths.flatMap(([id, { kind }]) => (kind === 'gone' ? [id] : []))
  const isKnown = (key: string): boolean => context.mirror.keys().has(key)
  const gone = new Set([...vanished, ...confirmed.gone].filter(isKnown))
  const upserts = [...questions.ready, ...read, ...confirmed.present]
  return {
    upserts,
    gone,
    outside: new Set([...questions.outside, ...confirmed.outside].filter(isKnown)),
    failed: [...reading.failed.keys(), ...confirmed.undecided],
    withheld: [],
    unusable: truths.filter(([, { kind }]) => kind === 'unusable').length + findings.signals.nameless,
    listed,
    drift: await driftOf(questions, upserts, gone, context),
  }
}

// What a write has not finished stays as it is until the write is over, or given up. What one has changed since this round
// began to read may be newer than what was read.
function withoutWithheld(
  outcome: Outcome,
  findings: Findings,
  { withheld = () => false, written = new Set() }: RoundContext,
): Outcome {
  const newer = new Set([...written, ...findings.written])
  const isWithheld = (series: Pick<GraphSeries, 'key' | 'kept'>): boolean => newer.has(series.key) || withheld(series)
  const isKeyWithheld = (key: string): boolean => isWithheld({ key, kept: noKept })
  const waiting = outcome.upserts.filter(isWithheld).map(({ key }) => key)
  const [gone, outside] = [[...outcome.gone], [...outcome.outside]]
  const keys = [...new Set([...newer, ...waiting, ...[...gone, ...outside].filter(isKeyWithheld)])]
  if (keys.length === 0) return outcome
  const isFree = (key: string): boolean => !keys.includes(key)
  return {
    ...outcome,
    upserts: outcome.upserts.filter(({ key }) => isFree(key)),
    gone: new Set(gone.filter(isFree)),
    outside: new Set(outside.filter(isFree)),
    withheld: keys,
  }
}

function truthContext(findings: Findings, context: RoundContext): TruthContext {
  const { mirror, meter } = context
  return {
    ...context,
    window: keepOf(findings) ?? fartherWindow(findings.cursor.keep, findings.cursor.startedAt),
    exceptionRows: findings.signals.exceptions,
    previous: (key) => mirror.series(key),
    onRead: () => {
      meter.step()
    },
  }
}

async function driftOf(
  { audited, extra }: Questions,
  upserts: readonly GraphSeries[],
  gone: ReadonlySet<string>,
  { mirror, written }: RoundContext,
): Promise<number> {
  let drift = [...extra].filter((key) => gone.has(key)).length
  for (const series of upserts) {
    if (written?.has(series.key) === true) continue
    if (audited.has(series.key) && isDrift(await mirror.series(series.key), series)) drift += 1
  }
  return drift
}

async function store(outcome: Outcome, findings: Findings, context: RoundContext): Promise<Settled> {
  const { mirror, clock, brake, accept = false } = context
  const { notes } = mirror.state()
  const settled = new Set([...outcome.upserts.map(({ key }) => key), ...outcome.outside])
  const facts = { held: notes.held, gone: outcome.gone, settled, listed: outcome.listed, total: mirror.keys().size }
  const verdict = decideRemovals({ ...facts, accept, now: clock.now() }, brake)
  const withheld = new Set(outcome.withheld)
  const pending = pendingOf(outcome.failed, findings.owed).filter(({ id }) => !withheld.has(id))
  const isInStep = pending.every(({ tries }) => tries >= triesUntilSkipped)
  const waiting = outcome.withheld.map((id) => ({ id, tries: 0 }))
  const cursor: RoundCursor = { ...findings.cursor, pending: [...pending, ...waiting] }
  const application: Application = {
    upserts: outcome.upserts,
    removals: [...verdict.removals, ...outcome.outside],
    cursor,
    ...(isInStep ? { inStepAt: findings.inStepAt } : {}),
    ...notesChange(notes, verdict, outcome, findings, context),
  }
  const touched = [...settled, ...verdict.removals]
  // A new chain that is read over several rounds must not take back what this round has found.
  if (!findings.isFull && touched.length > 0) await noteWritten(mirror.staging, touched)
  const applied = await mirror.apply(application)
  if (findings.isFull) await mirror.staging.clear()
  sayWarnings(verdict, pending, context)
  return {
    changed: applied.changed,
    removed: applied.removed,
    skipped: outcome.unusable + applied.skipped.length,
    held: verdict.held.length,
    pending: pending.length,
    drift: outcome.drift,
  }
}

function pendingOf(failed: readonly string[], owed: readonly PendingRead[]): readonly PendingRead[] {
  const tries = new Map(owed.map((one) => [one.id, one.tries]))
  return [...new Set(failed)].map((id) => ({ id, tries: (tries.get(id) ?? 0) + 1 }))
}

// Notes are written only when they say something else than before: a quiet round writes nothing but the cursor.
function notesChange(
  before: Notes,
  { held }: RemovalVerdict,
  { drift, upserts }: Outcome,
  { listed }: Findings,
  { client, cloud, clock }: RoundContext,
): Pick<Application, 'notes'> {
  const notes: Notes = {
    held,
    drift: before.drift + drift,
    lastAudit: listed === undefined ? before.lastAudit : clock.now(),
    // Found out by reading, so kept with what was read.
    cloud: upserts.length === 0 ? before.cloud : keptCloud(cloud, client.host),
  }
  return JSON.stringify(notes) === JSON.stringify(before) ? {} : { notes }
}

function sayWarnings(
  { newlyHeld, held }: RemovalVerdict,
  pending: readonly PendingRead[],
  { log, mirror }: RoundContext,
): void {
  if (newlyHeld > 0) {
    log.warn('removals held: accept them with graphdav sync --accept', {
      held: held.length,
      of: mirror.keys().size,
    })
  }
  for (const { id, tries } of pending) log.warn('event cannot be read, it is tried again', { event: id, tries })
}

function idsOf(listed: Findings['listed']): ReadonlySet<string> | undefined {
  return listed === undefined ? undefined : new Set(listed.map(({ id }) => id))
}
