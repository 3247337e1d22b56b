// What a handler gives back, and the one that reads a request. Nothing here writes to a socket.
import type { Preferences } from './preferences.ts'
import { parseQuery, type Query } from './query.ts'
import type { Refusal } from './refusal.ts'
import type { JsonObject } from './json.ts'

/** A request as it was sent, and what was read from it once. */
export interface GraphRequest {
  readonly method: string
  /** Path as sent, percent-encoding included, from `/v1.0` on. */
  readonly path: string
  readonly version: 'v1.0' | 'beta'
  /** Decoded segments behind the version. */
  readonly segments: readonly string[]
  readonly parameters: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly preferences: Preferences
  /** `http://127.0.0.1:PORT` */
  readonly base: string
  /** The token was given to an application, not to a person: `/me` means nothing. */
  readonly isApplication: boolean
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Undefined: no body. */
  readonly json?: JsonObject
}

export function queryOf(request: GraphRequest): Query {
  return parseQuery(request.parameters)
}

/** The request's own URL without its query. */
export function urlOf(request: GraphRequest): string {
  return `${request.base}${request.path}`
}

/** The request's URL with some parameters changed. */
export function linkTo(request: GraphRequest, changes: Readonly<Record<string, string>>): string {
  const names = new Set(Object.keys(changes).map((name) => name.toLowerCase()))
  const kept = [...request.parameters].filter(([name]) => !names.has(name.toLowerCase()))
  return `${urlOf(request)}?${[...kept, ...Object.entries(changes)].map(printParameter).join('&')}`
}

/** Parameter names keep their dollar sign, as Graph writes them. */
export function printParameter([name, value]: readonly [string, string]): string {
  return `${encodeURIComponent(name).replaceAll('%24', '$')}=${encodeURIComponent(value)}`
}

/** Graph's error body. `date` without a zone, as there. */
export function errorJson(
  refusal: Pick<Refusal, 'code' | 'message'>,
  ids: { readonly requestId: string; readonly clientRequestId: string; readonly date: string },
): JsonObject {
  return {
    error: {
      code: refusal.code,
      message: refusal.message,
      innerError: { date: ids.date, 'request-id': ids.requestId, 'client-request-id': ids.clientRequestId },
    },
  }
}
