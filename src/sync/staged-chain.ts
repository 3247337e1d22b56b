// A new chain while it is being read: every page and every series read is kept at once, so that a kill costs one page at most
// (a new chain collects in staging, beside the live copy).
import type { ChainLink } from '../graph/delta.ts'
import type { ListedEvent } from '../graph/event-lists.ts'
import type { GraphEvent, GraphKept } from '../graph/types.ts'
import type { PageSignals } from './signals.ts'
import type { Truth } from './truth.ts'
import type { Window } from './window.ts'

/** How a new chain was begun. */
export interface ChainBegin {
  /** What the configuration asked for. */
  readonly wish: string
  readonly basePath: string
  readonly track: 'window' | 'all'
  /** The window that is read. */
  readonly window: Window
  /** The window that was wanted; larger when Graph could not be read with it. */
  readonly keep: Window
  /** Milliseconds. */
  readonly startedAt: number
  /** When the live chain was begun that this one replaces; null when there is none. What is kept for another one is of no use. */
  readonly replaces: number | null
}

type StagedRecord =
  | ({ readonly kind: 'begin' } & ChainBegin)
  /** What the calendar listed before the first page. */
  | { readonly kind: 'listed'; readonly events: readonly ListedEvent[] }
  | { readonly kind: 'page'; readonly signals: PageSignals; readonly next: ChainLink; readonly at: number }
  | { readonly kind: 'kept'; readonly kept: readonly (readonly [string, GraphKept])[] }
  /** A page of the calendar's full list, where the chain itself brings ids only. */
  | { readonly kind: 'contents'; readonly events: readonly Content[]; readonly next: string | null }
  | { readonly kind: 'truth'; readonly id: string; readonly truth: Truth }
  /** Keys that a write has changed since; noted by the write itself. */
  | { readonly kind: 'written'; readonly keys: readonly string[] }

/** An event with what it carries of ours. */
export interface Content {
  readonly event: GraphEvent
  readonly kept: GraphKept
}

/** Where records are kept; the mirror's staging. */
export interface RecordStore {
  read(): Promise<readonly unknown[]>
  append(record: unknown): Promise<void>
  clear(): Promise<void>
}

/** Notes what a write changes in the chain that is begun, if there is one: what it has read of it may be older. */
export async function noteWritten(
  store: Pick<RecordStore, 'append'> & { isBegun(): Promise<boolean> },
  keys: readonly string[],
): Promise<void> {
  const record: StagedRecord = { kind: 'written', keys }
  if (await store.isBegun()) await store.append(record)
}

/** The records of one new chain. */
export class StagedChain {
  readonly begin: ChainBegin
  readonly pages: PageSignals[] = []
  readonly truths = new Map<string, Truth>()
  /** What writes had changed when the chain was taken up again. */
  readonly written = new Set<string>()
  /** Undefined until it was listed. */
  listed: readonly ListedEvent[] | undefined
  kept: ReadonlyMap<string, GraphKept> | undefined
  /** Contents by id, as far as they were listed. */
  readonly contents = new Map<string, Content>()
  /** Where the list of contents goes on; null at its end; undefined before its first page. */
  nextContents: string | null | undefined
  /** The next link; undefined before the first page. */
  next: ChainLink | undefined
  /** When the last page was fetched, milliseconds. */
  lastPageAt: number | undefined
  readonly #store: RecordStore
  #tail: Promise<void> = Promise.resolve()

  private constructor(store: RecordStore, begin: ChainBegin) {
    this.#store = store
    this.begin = begin
  }

  /** Forgets what was kept and begins anew. */
  static async start(store: RecordStore, begin: ChainBegin): Promise<StagedChain> {
    await store.clear()
    const chain = new StagedChain(store, begin)
    await chain.#keep({ kind: 'begin', ...begin })
    return chain
  }

  /** Goes on with the chain that a former process has begun; undefined when none fits. */
  static async resume(store: RecordStore, fits: (begin: ChainBegin) => boolean): Promise<StagedChain | undefined> {
    const [first, ...rest] = (await store.read()).filter(isRecord)
    if (first?.kind !== 'begin' || !fits(first)) return undefined
    const chain = new StagedChain(store, first)
    for (const record of rest) chain.#take(record)
    return chain
  }

  add(record: Exclude<StagedRecord, { readonly kind: 'begin' }>): Promise<void> {
    this.#take(record)
    return this.#keep(record)
  }

  #take(record: StagedRecord): void {
    switch (record.kind) {
      case 'begin':
        return
      case 'listed':
        this.listed = record.events
        return
      case 'page':
        this.pages.push(record.signals)
        this.next = record.next
        this.lastPageAt = record.at
        return
      case 'kept':
        this.kept = new Map(record.kept)
        return
      case 'contents':
        for (const content of record.events) this.contents.set(content.event.id, content)
        this.nextContents = record.next
        return
      case 'truth':
        this.truths.set(record.id, record.truth)
        return
      case 'written':
        for (const key of record.keys) this.written.add(key)
    }
  }

  // One after the other, in the order of the calls.
  #keep(record: StagedRecord): Promise<void> {
    this.#tail = this.#tail.then(() => this.#store.append(record))
    return this.#tail
  }
}

const kinds: readonly unknown[] = [
  'begin',
  'listed',
  'page',
  'kept',
  'contents',
  'truth',
  'written',
] satisfies readonly StagedRecord['kind'][]

// The store gives back what `add` gave it; what another version has written is of no use.
function isRecord(value: unknown): value is StagedRecord {
  return typeof value === 'object' && value !== null && 'kind' in value && kinds.includes(value.kind)
}
