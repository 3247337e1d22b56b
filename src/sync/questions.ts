// From signals to questions: which events are known in full already, which have to be read, which are in doubt. Asks the
// mirror; Graph only where nobody else can say whether something is in the window.
import { hasInstances } from '../graph/event-lists.ts'
import type { GraphEvent, GraphSeries } from '../graph/types.ts'
import { differencesOf, type Differences } from './audit.ts'
import { asValue, type Doubt } from './confirm.ts'
import type { Findings } from './findings.ts'
import type { RoundContext } from './round-context.ts'
import { spanOfSingle } from './spans.ts'
import { noKept, seriesOfSingle } from './truth.ts'
import { placeIn, type Window } from './window.ts'

/** What a round wants to know before it concludes anything. An id is in one of them only. */
export interface Questions {
  /** Known in full already. */
  readonly ready: readonly GraphSeries[]
  /** Masters to read. */
  readonly series: ReadonlySet<string>
  /** Events to read, whatever they are. */
  readonly events: ReadonlySet<string>
  readonly doubts: ReadonlyMap<string, Doubt>
  /** Keys that have left the window. */
  readonly outside: ReadonlySet<string>
  /** Ids asked for because of the audit, and those of them that only the mirror has. */
  readonly audited: ReadonlySet<string>
  readonly extra: ReadonlySet<string>
}

/** What a calendar is to hold; undefined: everything, whenever it is. */
export function keepOf({ cursor }: Findings): Window | undefined {
  return cursor.track === 'all' ? undefined : cursor.keep
}

/**
 * What a client has made is not taken away from it because it lies outside the window; when the window is read anew, what lies
 * before it goes, as everything that gets old does.
 */
export function isClients({ kept, main }: Pick<GraphSeries, 'kept' | 'main'>, { isFull, cursor }: Findings): boolean {
  if (kept.uid === null) return false
  const first = spanOfSingle(main)?.first ?? -Infinity
  return !isFull || first > Date.parse(cursor.keep.end)
}

/** `listing`: the calendar's list as it is now, fetched when first needed; undefined when it cannot be had. */
export async function questionsOf(findings: Findings, context: RoundContext, listing: Listing): Promise<Questions> {
  const asked: Asked = {
    series: new Set(findings.signals.series),
    events: new Set(findings.signals.unread),
    doubts: new Map(),
  }
  const ready = await readySingles(findings, context, asked)
  askAboutRemoved(findings, context, asked)
  const outside = findings.isFull ? await askAboutUnseen(findings, context, asked, listing) : new Set<string>()
  askAboutOwed(findings, context, asked)
  const { audited, extra } = await askForAudit(findings, context, asked)
  for (const id of asked.doubts.keys()) {
    asked.series.delete(id)
    asked.events.delete(id)
  }
  return { ready, ...asked, outside, audited, extra }
}

type Listing = () => Promise<Findings['listed']>

interface Asked {
  readonly series: Set<string>
  readonly events: Set<string>
  readonly doubts: Map<string, Doubt>
}

// A row in full is the event itself, except for what it carries of ours: a chain's list tells that, else the mirror, else a read.
async function readySingles(
  findings: Findings,
  { mirror }: RoundContext,
  asked: Asked,
): Promise<readonly GraphSeries[]> {
  const ready: GraphSeries[] = []
  for (const [id, event] of findings.signals.singles) {
    if (findings.kept !== undefined) ready.push(seriesOfSingle(event, findings.kept.get(id) ?? noKept))
    else if (isReplay(event, mirror.keys().get(id))) continue
    else {
      const known = await mirror.series(id)
      if (known === undefined) asked.events.add(id)
      else ready.push(seriesOfSingle(event, known.kept))
    }
  }
  return ready
}

function isReplay(event: GraphEvent, known: { readonly changeKey: string } | undefined): boolean {
  return event.changeKey !== '' && known?.changeKey === event.changeKey
}

/** More removed ids than these that nobody knows are not looked at: somebody tidies up what is long past. */
const maxUnknownRemoved = 20

// Removed ids that nobody knows are routine: changes outside the window are reported so. Yet one may be an event that is
// new, was away for a moment and is back; so a few are looked at. What they are after a whole chain, its audit tells.
function askAboutRemoved({ signals, isFull }: Findings, { mirror }: RoundContext, asked: Asked): void {
  for (const id of signals.contradictory) asked.doubts.set(id, 'reported')
  const unknown: string[] = []
  for (const id of signals.removed) {
    const key = mirror.keyOf(id)
    if (key === id) asked.doubts.set(id, 'reported')
    else if (key !== undefined) asked.series.add(key)
    else unknown.push(id)
  }
  if (isFull || unknown.length > maxUnknownRemoved) return
  for (const id of unknown) asked.doubts.set(id, 'reported')
}

// What a full chain did not show: what lies outside the window leaves, the rest is in doubt. So is what was changed since the
// mirror read it: it may have come in while the chain was being read.
async function askAboutUnseen(
  findings: Findings,
  { mirror }: RoundContext,
  asked: Asked,
  listing: Listing,
): Promise<ReadonlySet<string>> {
  const { singles, exceptions, series, unread } = findings.signals
  const keep = keepOf(findings)
  const outside = new Set<string>()
  for (const key of mirror.keys().keys()) {
    if (singles.has(key) || exceptions.has(key) || series.has(key) || unread.has(key) || asked.doubts.has(key)) continue
    const span = mirror.spanOf(key)
    const isAhead = keep !== undefined && span !== undefined && span.first > Date.parse(keep.end)
    const isKept = isAhead && findings.kept?.has(key) === true
    if (keep !== undefined && span !== undefined && !isKept && placeIn(keep, span) !== 'inside') outside.add(key)
    else asked.doubts.set(key, 'missing')
  }
  const listed = outside.size > 0 ? await listing() : undefined
  for (const { id, changeKey } of listed ?? []) {
    if (mirror.keys().get(id)?.changeKey !== changeKey && outside.delete(id)) asked.doubts.set(id, 'missing')
  }
  return outside
}

function askAboutOwed({ owed, isFull }: Findings, { mirror }: RoundContext, asked: Asked): void {
  for (const { id } of owed) {
    if (asked.series.has(id) || asked.events.has(id) || asked.doubts.has(id)) continue
    if (mirror.keys().has(id) || !isFull) asked.doubts.set(id, 'missing')
  }
}

async function askForAudit(
  findings: Findings,
  context: RoundContext,
  asked: Asked,
): Promise<Pick<Questions, 'audited' | 'extra'>> {
  const audited = new Set<string>()
  const extra = new Set<string>()
  const { mirror, source, log } = context
  if (findings.listed === undefined) return { audited, extra }
  const keep = keepOf(findings)
  const touched = touchedBy(findings, asked)
  const found: Differences = differencesOf({
    listed: findings.listed,
    keys: mirror.keys(),
    spanOf: (key) => mirror.spanOf(key),
    touched,
    keep,
  })
  const doubt = (id: string): void => {
    asked.doubts.set(id, 'missing')
    audited.add(id)
  }
  // Since the list was read they may have gone to another calendar, where their ids still answer: so these are doubts too.
  for (const id of found.missingEvents) doubt(id)
  for (const id of found.missingSeries) {
    const isIn = keep === undefined || (await hasInstances(source, id, keep).catch(asValue))
    // Refused: it was made a single event since it was listed; reading it tells. So it does when this failed.
    if (isIn !== false && isIn !== 'gone') doubt(id)
  }
  if (!findings.isFull) {
    for (const id of found.changed) {
      asked.events.add(id)
      audited.add(id)
    }
    for (const id of found.extra) {
      doubt(id)
      extra.add(id)
    }
  }
  if (audited.size > 0) log.warn('the audit found differences, reading them again', { count: audited.size })
  return { audited, extra }
}

function touchedBy({ signals }: Findings, asked: Asked): ReadonlySet<string> {
  const { singles, exceptions } = signals
  return new Set([...singles.keys(), ...exceptions.keys(), ...asked.series, ...asked.events, ...asked.doubts.keys()])
}
