// One round of one calendar: from the kept link to the next, or a whole new chain. Pages are signals; what they call dirty is
// read, everything is stored in one commit, the cursor last. A crash anywhere is a replay of the same round.
import { sentenceOf } from '../base/errors.ts'
import { roundCursorOf, type RoundCursor } from './cursor.ts'
import { listForAudit, readFullChain, wishOf } from './full-chain.ts'
import { followChain, fullFindings, type Findings } from './findings.ts'
import { progressMeter } from './progress.ts'
import type { RoundContext, RoundOptions, RoundResult } from './round-context.ts'
import { settle } from './settle.ts'
import { fartherWindow, isRollDue, type Window } from './window.ts'

const hourMs = 3_600_000
const weekMs = 7 * 24 * hourMs

/** Runs one round. Throws `GraphError` when Graph fails beyond single events, errors of the store, or the signal's reason. */
export async function runRound(options: RoundOptions): Promise<RoundResult> {
  const { clock, client, calendar, signal, onProgress } = options
  const meter = progressMeter(clock, onProgress ?? (() => undefined))
  const context: RoundContext = { ...options, source: { client, calendar, signal }, meter, startedAt: clock.now() }
  const findings = await find(context)
  const settled = await settle(findings, context)
  const kind = findings.isFull ? 'full' : 'incremental'
  const result: RoundResult = { kind, pages: meter.pages, ...settled, ms: clock.now() - context.startedAt }
  sayDone(result, options)
  return result
}

async function find(context: RoundContext): Promise<Findings> {
  const cursor = roundCursorOf(context.mirror.state().cursor)
  if (cursor === undefined || mustBeginAgain(cursor, context)) return findFull(context, cursor)
  const looked = lookedAt(cursor, context)
  if (looked !== undefined && isRollDue(context.window, looked, cursor.startedAt, context.startedAt)) {
    const rolled = await findFull(context, cursor).catch((error: unknown) => {
      context.signal?.throwIfAborted()
      context.log.warn('window could not be rolled yet', { reason: sentenceOf(error) })
      return undefined
    })
    if (rolled !== undefined) return rolled
  }
  const listed = isAuditDue(cursor, context) ? await listForAudit(context) : undefined
  const followed = await followChain(cursor, listed, context)
  if (typeof followed !== 'string') return followed
  context.log.warn('delta chain lost, reading everything again', { reason: followed })
  return findFull({ ...context, shrink: followed === 'endless' ? 1 : 0 }, cursor)
}

// What has been looked at, so that it has to roll: a chain's window; without one, how far instances were asked for where only
// they tell of a series. Undefined: everything is known.
function lookedAt({ track, window, keep, startedAt }: RoundCursor, { cloud }: RoundContext): Window | undefined {
  if (track === 'window') return window
  return cloud.strategy === 'instances' ? fartherWindow(keep, startedAt) : undefined
}

function mustBeginAgain(cursor: RoundCursor, { full, shrink, track, window, calendar }: RoundContext): boolean {
  if (full === true || (shrink ?? 0) > 0) return true
  return cursor.wish !== wishOf(track, window) || cursor.basePath !== calendar.basePath
}

async function findFull(context: RoundContext, cursor: RoundCursor | undefined): Promise<Findings> {
  const { mirror, window: spec, cloud, shrink = 0 } = context
  // The way that always works tells least: it may have been learnt from refusals that have passed.
  if (cloud.strategy === 'instances') cloud.strategy = undefined
  const replaces = cursor?.startedAt ?? null
  const chain = await readFullChain({ ...context, store: mirror.staging, spec, replaces, shrink })
  return fullFindings(chain, cursor)
}

function isAuditDue(cursor: RoundCursor, { mirror, auditEveryMs = weekMs, startedAt }: RoundContext): boolean {
  const { lastAudit } = mirror.state().notes
  // An audit in the future was made under a clock that ran ahead.
  const age = startedAt - (lastAudit ?? cursor.startedAt)
  return age >= auditEveryMs || age < -hourMs
}

// A quiet round is not news.
function sayDone(result: RoundResult, { log }: RoundOptions): void {
  const isNews = result.kind === 'full' || result.changed + result.removed + result.drift > 0
  if (isNews) log.info('round done', { ...result })
  else log.debug('round done', { ...result })
}
