// What the pages of a chain say, reduced to the question what has to be read: a page is a change signal, not the data
// (rows repeat, come in any order, and plain occurrences are stubs). Pure.
import type { DeltaRow } from '../graph/parse.ts'
import type { GraphEvent } from '../graph/types.ts'

/** One page, reduced; JSON values only, because a new chain keeps its pages on disk. */
export interface PageSignals {
  /** Full rows of singles and exceptions, in the order of the page. */
  readonly events: readonly GraphEvent[]
  /** Masters that the page names, itself or by their occurrences. */
  readonly series: readonly string[]
  /** Other events that came without their content. */
  readonly unread: readonly string[]
  readonly removed: readonly string[]
  /** Rows of no use at all: without an id. */
  readonly nameless: number
}

/** All pages of a chain together. */
export interface Signals {
  /** Full rows of single events by id, the newest of each. */
  readonly singles: ReadonlyMap<string, GraphEvent>
  /** Full rows of exceptions by id, the newest of each. */
  readonly exceptions: ReadonlyMap<string, GraphEvent>
  readonly series: ReadonlySet<string>
  /** Events to be read by themselves: nobody knows yet what they are. */
  readonly unread: ReadonlySet<string>
  /** Ids reported removed and in no other way. */
  readonly removed: ReadonlySet<string>
  /** Ids reported both as there and as removed: only Graph knows. */
  readonly contradictory: ReadonlySet<string>
  readonly nameless: number
}

export function pageSignals(rows: readonly DeltaRow[]): PageSignals {
  const events: GraphEvent[] = []
  const [series, unread, removed] = [new Set<string>(), new Set<string>(), new Set<string>()]
  let nameless = 0
  for (const row of rows) {
    if (row.kind === 'removed') removed.add(row.id)
    else if (row.kind === 'unusable') {
      if (row.id === '') nameless += 1
      else unread.add(row.id)
    } else if (row.kind === 'stub') {
      if (row.type === 'seriesMaster') series.add(row.id)
      else if (row.seriesMasterId !== null) series.add(row.seriesMasterId)
      else unread.add(row.id)
    } else if (row.event.type === 'seriesMaster') series.add(row.event.id)
    else {
      if (row.event.seriesMasterId !== null) series.add(row.event.seriesMasterId)
      events.push(row.event)
    }
  }
  return { events, series: [...series], unread: [...unread], removed: [...removed], nameless }
}

export function mergeSignals(pages: readonly PageSignals[]): Signals {
  const [singles, exceptions] = [new Map<string, GraphEvent>(), new Map<string, GraphEvent>()]
  for (const event of pages.flatMap((page) => page.events)) {
    const target = event.seriesMasterId === null ? singles : exceptions
    const known = target.get(event.id)
    if (known === undefined || isAsNew(event, known)) target.set(event.id, event)
  }
  const series = new Set(pages.flatMap((page) => page.series))
  const unread = new Set(pages.flatMap((page) => page.unread))
  for (const id of [...series, ...unread]) singles.delete(id)
  for (const id of series) unread.delete(id)
  const reported = new Set(pages.flatMap((page) => page.removed))
  const isThere = (id: string): boolean => singles.has(id) || series.has(id) || unread.has(id)
  const contradictory = new Set([...reported].filter(isThere))
  for (const id of contradictory) {
    singles.delete(id)
    series.delete(id)
    unread.delete(id)
  }
  const removed = new Set([...reported].filter((id) => !contradictory.has(id)))
  const nameless = pages.reduce((sum, page) => sum + page.nameless, 0)
  return { singles, exceptions, series, unread, removed, contradictory, nameless }
}

// Of two rows of one event the one modified later counts; of equals the later row.
function isAsNew(event: GraphEvent, known: GraphEvent): boolean {
  return Date.parse(event.lastModifiedDateTime) >= Date.parse(known.lastModifiedDateTime)
}
