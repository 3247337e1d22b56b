// A chain from its start: the first round of a calendar, a window that rolls, a token that Graph has forgotten, `--full`. It is
// read beside the live copy and kept page by page; a later process goes on where a killed one stopped.
import type { Clock } from '../base/clock.ts'
import { GraphError, sentenceOf } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { readChain, type ChainStart } from '../graph/delta.ts'
import { getFullPage, listEvents, listKept } from '../graph/event-lists.ts'
import type { EventSource } from '../graph/event-source.ts'
import type { ProgressMeter } from './progress.ts'
import { pageSignals } from './signals.ts'
import { StagedChain, type ChainBegin, type Content, type RecordStore } from './staged-chain.ts'
import { printSpec, smallerWindow, windowAt, type Window, type WindowSpec } from './window.ts'

export interface FullChainOptions {
  readonly source: EventSource
  readonly pageSize: number
  readonly store: RecordStore
  readonly spec: WindowSpec
  readonly track: 'window' | 'all'
  /** When the live chain was begun; null when there is none. */
  readonly replaces: number | null
  /** How many times the window is halved from the start: Graph has failed with larger ones. */
  readonly shrink: number
  readonly clock: Clock
  readonly log: Log
  readonly meter: ProgressMeter
}

/** What the configuration asks for, in one text: another wish needs another chain. */
export function wishOf(track: 'window' | 'all', spec: WindowSpec): string {
  return track === 'all' ? 'all' : printSpec(spec)
}

const dayMs = 86_400_000

/** Tokens that Graph forgets, windows that it refuses: so many new beginnings in one round, then it has failed. */
const maxBeginnings = 6

/** Reads a whole chain. What comes back is complete: pages to the deltaLink, kept values or contents, and the list from before. */
export async function readFullChain(options: FullChainOptions): Promise<StagedChain> {
  let begin = beginningOf(options)
  const kept = await StagedChain.resume(options.store, (former) => isOfUse(former, begin))
  let chain = kept !== undefined && leadsOn(kept, options) ? kept : await startChain(begin, options)
  for (let beginnings = 1; ; beginnings += 1) {
    const paged = await readPages(chain, options)
    const outcome = paged === 'complete' ? await readContents(chain, options) : paged
    if (outcome === 'complete') return chain
    if (beginnings === maxBeginnings) throw givenUp(outcome)
    begin = nextBeginning(chain.begin, outcome, options)
    options.log.warn('new chain begun again', { reason: outcome, track: begin.track, window: begin.window })
    chain = await startChain(begin, options)
  }
}

function beginningOf({ source, spec, track, replaces, shrink, clock }: FullChainOptions): ChainBegin {
  const now = clock.now()
  const keep = windowAt(spec, now)
  let window = keep
  for (let step = 0; step < shrink; step += 1) window = smallerWindow(window, now) ?? window
  return {
    wish: wishOf(track, spec),
    basePath: source.calendar.basePath,
    track,
    window,
    keep,
    startedAt: now,
    replaces,
  }
}

// A chain that was begun for the same wish and in place of the same live one is gone on with for a week, unless a smaller
// window is to be tried: its links are those that fail.
function isOfUse(kept: ChainBegin, wanted: ChainBegin): boolean {
  const isSame = kept.wish === wanted.wish && kept.basePath === wanted.basePath && kept.replaces === wanted.replaces
  const isSmall = lengthOf(kept.window) <= lengthOf(wanted.window) + dayMs
  return isSame && isSmall && wanted.startedAt - kept.startedAt < 7 * dayMs
}

function lengthOf({ start, end }: Window): number {
  return Date.parse(end) - Date.parse(start)
}

// Another address of Graph in the configuration: the links of the former one would never be followed.
function leadsOn({ next, nextContents }: StagedChain, { source }: FullChainOptions): boolean {
  return [next?.link, nextContents ?? undefined].every((link) => link === undefined || source.client.leadsHere(link))
}

async function startChain(begin: ChainBegin, options: FullChainOptions): Promise<StagedChain> {
  const chain = await StagedChain.start(options.store, begin)
  const events = await listForAudit(options)
  if (events !== undefined) await chain.add({ kind: 'listed', events })
  return chain
}

/** The calendar's list, for the comparison afterwards; undefined when it cannot be had: the round does not depend on it. */
export async function listForAudit({
  source,
  log,
  meter,
}: Pick<FullChainOptions, 'source' | 'log' | 'meter'>): Promise<StagedChain['listed']> {
  try {
    const events = await listEvents(source)
    meter.step()
    return events
  } catch (error) {
    if (!(error instanceof GraphError) || error.kind === 'auth' || error.kind === 'throttled') throw error
    log.warn('the list of all events cannot be read, so nothing is compared with it', { reason: sentenceOf(error) })
    return undefined
  }
}

type Outcome = 'complete' | 'expired' | 'windowTooLong' | 'unsupported' | 'endless'

async function readPages(chain: StagedChain, { source, pageSize, clock, meter }: FullChainOptions): Promise<Outcome> {
  if (chain.next?.kind === 'delta') return 'complete'
  const { client, calendar, signal } = source
  for await (const step of readChain(startOf(chain), { client, calendar, pageSize, signal })) {
    if (step.kind !== 'page') return step.kind
    const signals = pageSignals(step.rows)
    await chain.add({ kind: 'page', signals, next: step.next, at: clock.now() })
    meter.page(signals.events.length + signals.series.length + signals.unread.length)
  }
  return 'complete'
}

function startOf({ next, begin }: StagedChain): ChainStart {
  if (next !== undefined) return { kind: 'link', link: next.link }
  return begin.track === 'all' ? { kind: 'all' } : { kind: 'window', ...begin.window }
}

// Read after the last page: what is changed later comes with the next round, so nothing falls between the two.
async function readContents(chain: StagedChain, { source, meter }: FullChainOptions): Promise<Outcome> {
  if (chain.begin.track === 'window') {
    if (chain.kept === undefined) await chain.add({ kind: 'kept', kept: [...(await listKept(source))] })
    return 'complete'
  }
  while (chain.nextContents !== null) {
    const page = await getFullPage(source, chain.nextContents ?? null).catch((error: unknown) => {
      if (error instanceof GraphError && error.kind === 'gone') return undefined
      throw error
    })
    if (page === undefined) return 'expired'
    const usable = ({ event, kept }: (typeof page.events)[number]): Content[] =>
      event.kind === 'event' ? [{ event: event.event, kept }] : []
    await chain.add({ kind: 'contents', events: page.events.flatMap(usable), next: page.next })
    meter.step()
  }
  return 'complete'
}

function nextBeginning(
  begin: ChainBegin,
  outcome: Exclude<Outcome, 'complete'>,
  options: FullChainOptions,
): ChainBegin {
  const now = options.clock.now()
  switch (outcome) {
    case 'expired':
      return { ...begin, startedAt: now }
    case 'unsupported':
      return { ...begin, track: 'window', startedAt: now }
    case 'endless':
    case 'windowTooLong':
      if (begin.track === 'all') return { ...begin, track: 'window', startedAt: now }
      return { ...begin, window: smaller(begin.window, now, outcome), startedAt: now }
  }
}

function smaller(window: Window, now: number, outcome: Outcome): Window {
  const next = smallerWindow(window, now)
  if (next === undefined) throw givenUp(outcome)
  return next
}

const reasons: Readonly<Record<Outcome, string>> = {
  complete: '',
  expired: 'forgets where a chain of changes stands before it has ended',
  windowTooLong: 'refuses every window of time',
  unsupported: 'does not offer the changes of this calendar',
  endless: 'sends the same changes again and again, without an end',
}

function givenUp(outcome: Outcome): GraphError {
  const message = `Microsoft Graph ${reasons[outcome]}.`
  return new GraphError({ kind: 'unavailable', status: 200, graphCode: '', requestId: '', message })
}
