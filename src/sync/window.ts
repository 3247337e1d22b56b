// The span of time that a calendar tracks with calendarView/delta. A chain's window is frozen in its token; rolling it means
// a new chain. Graph page "event: delta"; more than 1825 days are refused.
import { DateTime } from 'luxon'

/** What the configuration asks for: around now in milliseconds, or fixed RFC 3339 texts, sent as written. */
export type WindowSpec =
  | { readonly kind: 'rolling'; readonly pastMs: number; readonly futureMs: number }
  | { readonly kind: 'fixed'; readonly from: string; readonly to: string }

/** One window; both ends RFC 3339. */
export interface Window {
  readonly start: string
  readonly end: string
}

/** Bounds of an event or a series in milliseconds; `last` null: endless. */
export interface Span {
  readonly first: number
  readonly last: number | null
}

const dayMs = 86_400_000
const longestMs = 1825 * dayMs
const shortestMs = 60 * dayMs

/** The window that a new chain begun now has; whole UTC days when rolling, cut at the far end to what Graph allows. */
export function windowAt(spec: WindowSpec, now: number): Window {
  if (spec.kind === 'fixed') return { start: spec.from, end: spec.to }
  const start = Math.floor((now - spec.pastMs) / dayMs) * dayMs
  const end = Math.min(Math.ceil((now + spec.futureMs) / dayMs) * dayMs, start + longestMs)
  return windowOf(start, end)
}

/**
 * True when the far end has come nearer by a quarter since the chain was begun: time to read a new one. So is a chain that
 * was begun under a clock that ran ahead. A fixed window never rolls.
 */
export function isRollDue(spec: WindowSpec, window: Window, startedAt: number, now: number): boolean {
  if (spec.kind === 'fixed') return false
  const end = Date.parse(window.end)
  if (startedAt - now > dayMs) return true
  return end - now < (end - startedAt) * 0.75
}

/**
 * The same with a farther end, by half of what lay ahead of `startedAt`: as far as the instances of a series are looked at where
 * nothing else tells of it and no window bounds the calendar. It rolls before the window of now gets beyond it.
 */
export function fartherWindow({ start, end }: Window, startedAt: number): Window {
  const last = Date.parse(end)
  return { start, end: printInstant(last + Math.max(0, last - startedAt) / 2) }
}

/** The window at half the distance to now (to its middle when now is outside); undefined when that would be too little to be of use. */
export function smallerWindow(window: Window, now: number): Window | undefined {
  const [start, end] = [Date.parse(window.start), Date.parse(window.end)]
  if (end - start <= shortestMs) return undefined
  const middle = now > start && now < end ? now : (start + end) / 2
  return windowOf(middle - (middle - start) / 2, middle + (end - middle) / 2)
}

/** Tells two specifications apart; kept with the cursor. */
export function printSpec(spec: WindowSpec): string {
  return spec.kind === 'fixed' ? `fixed ${spec.from} ${spec.to}` : `rolling ${spec.pastMs} ${spec.futureMs}`
}

/**
 * Where a span lies. `edge` is within a day of a bound, where time zones, all-day events and Graph's own reading of a
 * boundary decide: there nobody but Graph knows.
 */
export function placeIn(window: Window, { first, last }: Span): 'inside' | 'edge' | 'outside' {
  const [start, end] = [Date.parse(window.start), Date.parse(window.end)]
  const until = last ?? Infinity
  if (until < start - dayMs || first > end + dayMs) return 'outside'
  return until > start + dayMs && first < end - dayMs ? 'inside' : 'edge'
}

function windowOf(start: number, end: number): Window {
  return { start: printInstant(start), end: printInstant(end) }
}

/** `2026-03-02T09:00:00Z` */
export function printInstant(instant: number): string {
  return DateTime.fromMillis(Math.floor(instant / 1000) * 1000, { zone: 'utc' }).toISO({ suppressMilliseconds: true })
}
