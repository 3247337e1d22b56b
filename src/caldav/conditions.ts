// Conditional requests (RFC 9110 §13): ETag lists and dates against what is there. Pure.
import { parseHttpDate } from '../base/http-date.ts'

/** What a resource is like now; the ETag without quotes, the time in milliseconds (undefined: not known). */
export interface Validators {
  readonly etag: string
  readonly lastModified: number | undefined
}

/** The conditions of a request; '' where the header is absent. */
export interface Conditions {
  readonly ifMatch: string
  readonly ifNoneMatch: string
  readonly ifModifiedSince: string
  readonly ifUnmodifiedSince: string
}

/** Reads the condition headers. */
export function conditionsOf(header: (name: string) => string): Conditions {
  return {
    ifMatch: header('if-match'),
    ifNoneMatch: header('if-none-match'),
    ifModifiedSince: header('if-modified-since'),
    ifUnmodifiedSince: header('if-unmodified-since'),
  }
}

/** What GET or HEAD has to answer, in the order of RFC 9110 §13.2.2. */
export function evaluateRead(conditions: Conditions, now: Validators): 200 | 304 | 412 {
  if (conditions.ifMatch !== '') {
    if (!namesTag(conditions.ifMatch, now.etag, 'strong')) return 412
  } else if (isOlderThan(conditions.ifUnmodifiedSince, now.lastModified)) return 412
  if (conditions.ifNoneMatch !== '') return namesTag(conditions.ifNoneMatch, now.etag, 'weak') ? 304 : 200
  const since = parseHttpDate(conditions.ifModifiedSince)
  return since !== undefined && now.lastModified !== undefined && wholeSeconds(now.lastModified) <= since ? 304 : 200
}

function isOlderThan(header: string, lastModified: number | undefined): boolean {
  const since = parseHttpDate(header)
  return since !== undefined && lastModified !== undefined && wholeSeconds(lastModified) > since
}

/** True when a list of entity tags (or `*`) names this one. Clients send tags with and without quotes. */
export function namesTag(header: string, etag: string, comparison: 'strong' | 'weak'): boolean {
  if (header.trim() === '*') return true
  return header
    .split(',')
    .map((tag) => tag.trim())
    .map((tag) => (comparison === 'weak' ? tag.replace(/^W\//, '') : tag))
    .some((tag) => tag.replace(/^"(.*)"$/, '$1') === etag)
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000
}
