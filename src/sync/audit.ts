// The regular comparison of the calendar's own list with the mirror: what the rounds have missed. The count should stay zero;
// that it is shown is the point. Ids and change keys only; what differs is read again.
import type { ListedEvent } from '../graph/event-lists.ts'
import type { GraphSeries } from '../graph/types.ts'
import { spanOfSeries, spanOfSingle } from './spans.ts'
import { placeIn, type Span, type Window } from './window.ts'

/** How the mirror stands while it is compared. */
export interface AuditFacts {
  /** What the calendar listed before the round's first page. */
  readonly listed: readonly ListedEvent[]
  /** What the mirror holds: key → change key as it was read. */
  readonly keys: ReadonlyMap<string, { readonly changeKey: string }>
  readonly spanOf: (key: string) => Span | undefined
  /** Ids that the round's pages have named: they are being read anyway. */
  readonly touched: ReadonlySet<string>
  /** What the calendar is to hold; undefined: everything. */
  readonly keep: Window | undefined
}

/** Ids whose state differs; each is read before anything is concluded. */
export interface Differences {
  /** Listed, inside the window, not in the mirror: single events. */
  readonly missingEvents: readonly string[]
  /** The same for series; whether one has an instance in the window is for Graph to say. */
  readonly missingSeries: readonly string[]
  /** In both, changed since it was read. */
  readonly changed: readonly string[]
  /** In the mirror only. */
  readonly extra: readonly string[]
}

export function differencesOf({ listed, keys, spanOf, touched, keep }: AuditFacts): Differences {
  const mains = listed.filter(
    ({ type, seriesMasterId }) => seriesMasterId === null && type !== 'occurrence' && type !== 'exception',
  )
  const isIn = (span: Span | undefined): boolean =>
    keep === undefined || (span !== undefined && placeIn(keep, span) === 'inside')
  const missing = mains.filter(({ id }) => !keys.has(id) && !touched.has(id))
  const ids = new Set(listed.map(({ id }) => id))
  return {
    missingEvents: missing
      .filter((event) => event.recurrence === null && isIn(spanOfSingle(event)))
      .map(({ id }) => id),
    missingSeries: missing
      .filter(({ start, end, recurrence }) => recurrence !== null && isIn(spanOfSeries({ start, end, recurrence })))
      .map(({ id }) => id),
    changed: mains
      .filter(({ id, changeKey }) => !touched.has(id) && isOther(keys.get(id)?.changeKey, changeKey))
      .map(({ id }) => id),
    extra: [...keys.keys()].filter((key) => !ids.has(key) && !touched.has(key) && isIn(spanOf(key))),
  }
}

function isOther(known: string | undefined, listed: string): boolean {
  return known !== undefined && listed !== '' && known !== listed
}

/** True when a person would see a difference: change keys and stamps alone are none. */
export function isDrift(before: GraphSeries | undefined, now: GraphSeries): boolean {
  return before === undefined || withoutStamps(before) !== withoutStamps(now)
}

function withoutStamps(series: GraphSeries): string {
  return JSON.stringify(series, (name, value: unknown) =>
    name === 'changeKey' || name === 'lastModifiedDateTime' ? null : value,
  )
}
