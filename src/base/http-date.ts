// Dates of HTTP headers (RFC 9110 §5.6.7).
import { DateTime } from 'luxon'
import './zones.ts'

/** `Sun, 06 Nov 1994 08:49:37 GMT`; parts of a second are cut off. */
export function httpDate(ms: number): string {
  return DateTime.fromMillis(ms, { zone: 'utc' }).toHTTP()
}

/** The instant in milliseconds; undefined for what is no date. All three forms of the RFC are understood. */
export function parseHttpDate(text: string): number | undefined {
  if (!/^[A-Za-z]{3,9},? /.test(text)) return undefined
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : ms
}
