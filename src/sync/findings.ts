// What a round has found before anything is read by id: signals, the next cursor, and what is known already. One form for
// both kinds of rounds.
import { readChain } from '../graph/delta.ts'
import type { ListedEvent } from '../graph/event-lists.ts'
import type { GraphKept } from '../graph/types.ts'
import type { RoundCursor } from './cursor.ts'
import type { RoundContext } from './round-context.ts'
import { mergeSignals, pageSignals, type PageSignals, type Signals } from './signals.ts'
import type { StagedChain } from './staged-chain.ts'
import type { Truth } from './truth.ts'

export interface Findings {
  readonly isFull: boolean
  readonly signals: Signals
  /** Without what later reading will owe. */
  readonly cursor: Omit<RoundCursor, 'pending'>
  /** Ids that the rounds before could not read, with their tries. */
  readonly owed: RoundCursor['pending']
  /** In a full chain: what the events carry of ours; an id that is not there carries nothing. */
  readonly kept: ReadonlyMap<string, GraphKept> | undefined
  /** Keys that writes have changed since an interrupted chain was begun. */
  readonly written: ReadonlySet<string>
  /** Truths that an interrupted chain has read already. */
  readonly known: ReadonlyMap<string, Truth>
  readonly onTruth: ((id: string, truth: Truth) => Promise<void>) | undefined
  /** What the calendar listed before the first page; undefined: no audit in this round. */
  readonly listed: readonly ListedEvent[] | undefined
  /** When the mirror will have been in step, milliseconds. */
  readonly inStepAt: number
}

/** Follows the kept link to the next deltaLink; a word when the chain is lost. */
export async function followChain(
  cursor: RoundCursor,
  listed: Findings['listed'],
  context: RoundContext,
): Promise<Findings | 'expired' | 'endless' | 'elsewhere'> {
  const { client, calendar, pageSize, signal, meter, startedAt } = context
  const pages: PageSignals[] = []
  let link = cursor.link
  // The configuration has another address of Graph since.
  if (!client.leadsHere(link)) return 'elsewhere'
  for await (const step of readChain({ kind: 'link', link }, { client, calendar, pageSize, signal })) {
    if (step.kind !== 'page') return step.kind === 'endless' ? 'endless' : 'expired'
    const signals = pageSignals(step.rows)
    pages.push(signals)
    link = step.next.link
    meter.page(signals.events.length + signals.series.length + signals.unread.length)
  }
  const { pending: owed, ...rest } = cursor
  return {
    isFull: false,
    signals: mergeSignals(pages),
    cursor: { ...rest, link },
    owed,
    kept: undefined,
    written: new Set(),
    known: new Map(),
    onTruth: undefined,
    listed,
    inStepAt: startedAt,
  }
}

/** The findings of a complete new chain. */
export function fullFindings(chain: StagedChain, before: RoundCursor | undefined): Findings {
  const { begin, next, contents } = chain
  const merged = mergeSignals(chain.pages)
  const kept = chain.kept ?? new Map([...contents].map(([id, content]) => [id, content.kept]))
  const { wish, basePath, track, window, keep, startedAt } = begin
  return {
    isFull: true,
    signals: contents.size === 0 ? merged : withContents(merged, chain),
    cursor: { link: next?.link ?? '', wish, basePath, track, window, keep, startedAt },
    owed: before?.pending ?? [],
    kept,
    written: chain.written,
    known: chain.truths,
    onTruth: (id, truth) => chain.add({ kind: 'truth', id, truth }),
    listed: chain.listed,
    inStepAt: chain.lastPageAt ?? startedAt,
  }
}

// A chain of ids only: singles that the list brought in full need not be read again, masters are read as ever.
function withContents(signals: Signals, { contents }: StagedChain): Signals {
  const singles = new Map(signals.singles)
  const unread = new Set(signals.unread)
  const series = new Set(signals.series)
  for (const [id, { event }] of contents) {
    if (event.type === 'seriesMaster') series.add(id)
    else if (event.type === 'singleInstance') {
      singles.set(id, event)
      unread.delete(id)
    }
  }
  return { ...signals, singles, unread, series }
}
