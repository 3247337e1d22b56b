// The pages of a delta chain, from a start or a kept link to its deltaLink. Graph pages "event: delta", "Get incremental
// changes to events in a calendar view". Outcomes that are part of life (a forgotten token, a refused window) are values.
import { GraphError } from '../base/errors.ts'
import { sha256Hex } from '../base/hash.ts'
import type { ResolvedCalendar } from './calendars.ts'
import type { GraphAnswer, GraphClient, RequestOptions } from './client.ts'
import { objectOf, textOf } from './json.ts'
import { oddAnswer, parseDeltaRow, parsePage, type DeltaRow, type Page } from './parse.ts'

/** Where a chain begins. Window bounds are RFC 3339 with an offset or Z. */
export type ChainStart =
  | { readonly kind: 'window'; readonly start: string; readonly end: string }
  /** Every event of the calendar (`events/delta`, documented for beta only). */
  | { readonly kind: 'all' }
  | { readonly kind: 'link'; readonly link: string }

/** What the next request of a chain brought. Everything but `page` ends it. */
export type ChainStep =
  | { readonly kind: 'page'; readonly rows: readonly DeltaRow[]; readonly next: ChainLink }
  /** Graph has forgotten the link's state, or does not accept it (410, or 400 on a link): begin a new chain. */
  | { readonly kind: 'expired' }
  /** Graph refuses so long a window. */
  | { readonly kind: 'windowTooLong' }
  /** This Graph does not offer `events/delta` here. */
  | { readonly kind: 'unsupported' }
  /** The pages repeat and never end: begin a new chain with a smaller window. */
  | { readonly kind: 'endless' }

/** The link to follow next: more pages now, or the changes since, in the next round. */
export interface ChainLink {
  readonly kind: 'next' | 'delta'
  readonly link: string
}

export interface ChainOptions {
  readonly client: GraphClient
  readonly calendar: ResolvedCalendar
  readonly pageSize: number
  /** A chain of more pages is taken for an endless one. */
  readonly maxPages?: number
  readonly signal?: AbortSignal | undefined
}

/** Whole pages that may come again before the chain is taken for an endless one. */
const allowedRepeats = 3
/** Empty pages are normal; so many of them one after the other are a circle. */
const allowedEmpty = 100

/** Reads a chain page by page. Throws `GraphError` for everything that is not one of the steps. */
export async function* readChain(start: ChainStart, options: ChainOptions): AsyncGenerator<ChainStep, void, undefined> {
  const { maxPages = 10_000 } = options
  const seen = new Set<string>()
  let [repeats, empty] = [0, 0]
  let from = start
  for (let pages = 1; pages <= maxPages; pages += 1) {
    const fetched = await fetchPage(from, options)
    if (fetched.kind !== 'page') {
      yield fetched
      return
    }
    const { rows, next } = fetched
    empty = rows.length === 0 ? empty + 1 : 0
    if (rows.length > 0) {
      const fingerprint = fingerprintOf(rows)
      repeats += seen.has(fingerprint) ? 1 : 0
      seen.add(fingerprint)
    }
    if (next.kind === 'next' && (repeats > allowedRepeats || empty > allowedEmpty)) break
    yield { kind: 'page', rows: rows.map(parseDeltaRow), next }
    if (next.kind === 'delta') return
    from = { kind: 'link', link: next.link }
  }
  yield { kind: 'endless' }
}

type Fetched =
  | { readonly kind: 'page'; readonly rows: readonly unknown[]; readonly next: ChainLink }
  | Exclude<ChainStep, { readonly kind: 'page' }>

async function fetchPage(from: ChainStart, options: ChainOptions): Promise<Fetched> {
  try {
    const answer = await send(from, options)
    const page = parsePage(answer.body, answer.requestId)
    return { kind: 'page', rows: page.rows, next: linkOf(page, answer.requestId) }
  } catch (error) {
    if (!(error instanceof GraphError)) throw error
    if (error.kind === 'gone') return { kind: 'expired' }
    if (error.reason === 'windowTooLong') return { kind: 'windowTooLong' }
    if (from.kind === 'all' && (error.kind === 'invalid' || error.kind === 'notFound')) return { kind: 'unsupported' }
    throw error
  }
}

function send(from: ChainStart, { client, calendar, pageSize, signal }: ChainOptions): Promise<GraphAnswer> {
  const options: RequestOptions = { purpose: 'delta', mailbox: calendar.mailbox, pageSize, signal }
  switch (from.kind) {
    case 'link':
      return client.follow(from.link, options)
    case 'all':
      return client.getBeta(`${calendar.eventsPath}/delta`, options)
    case 'window':
      return client.get(`${calendar.basePath}/calendarView/delta`, {
        ...options,
        query: { startDateTime: from.start, endDateTime: from.end },
      })
  }
}

function linkOf(page: Page, requestId: string): ChainLink {
  if (page.nextLink !== null) return { kind: 'next', link: page.nextLink }
  if (page.deltaLink !== null) return { kind: 'delta', link: page.deltaLink }
  throw oddAnswer('a page that leads nowhere', requestId)
}

function fingerprintOf(rows: readonly unknown[]): string {
  const parts = rows.map((value) => {
    const row = objectOf(value)
    return `${textOf(row['id']) ?? ''} ${textOf(row['@odata.etag']) ?? ''}`
  })
  return sha256Hex(parts.sort().join('\n'))
}
