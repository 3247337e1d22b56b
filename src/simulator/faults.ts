// Failures on order: which requests, how many of them, and what happens instead of (or to) the answer.
import { isObject, type JsonObject } from './json.ts'
import { badRequest } from './refusal.ts'

export type Effect =
  | {
      readonly kind: 'status'
      readonly status: number
      readonly code: string
      readonly message: string
      /** json: Graph's error body. html: a proxy's page. empty: none. */
      readonly body: 'json' | 'html' | 'empty'
      /** Verbatim (`7`, `2.128`), or `date+N`: an HTTP date N seconds from now. Absent: no header. */
      readonly retryAfter?: string
    }
  /** 410 (or 400) as for an expired delta token, with or without Location as the switches say. */
  | { readonly kind: 'gone' }
  /** No answer, the connection is closed. */
  | { readonly kind: 'drop' }
  /** The answer's head and half of its body, then the connection is closed. */
  | { readonly kind: 'cut' }
  /** An answer that is complete for HTTP and holds half of the JSON. */
  | { readonly kind: 'truncated' }
  /** No answer until the client gives up or the simulator stops. */
  | { readonly kind: 'hang' }
  /** The right answer, late. */
  | { readonly kind: 'slow'; readonly ms: number }

/** An order as a test gives it. */
export interface FaultOrder {
  /** Absent: any. */
  readonly method?: string
  /** Regular expression on the decoded path with its query, e.g. `calendarView/delta.*skiptoken`. Absent: any Graph request. */
  readonly path?: string
  /** How many requests; 0: all from now on. Default 1. */
  readonly count?: number
  /** So many matching requests pass first. Default 0. */
  readonly skip?: number
  /** `after`: a write has been done when its answer fails. Default before. */
  readonly when?: 'before' | 'after'
  readonly effect: Effect
}

export interface Fault extends FaultOrder {
  readonly id: number
  /** Requests it still hits; Infinity when not counted. */
  readonly left: number
  readonly hits: number
}

interface Standing {
  order: FaultOrder
  path: RegExp | undefined
  id: number
  toSkip: number
  left: number
  hits: number
}

/** The orders that stand, in the order they were given; the first that fits a request is used. */
export class Faults {
  #standing: Standing[] = []
  #count = 0

  /** Gives the order's id. */
  add(order: FaultOrder): number {
    this.#count += 1
    const path = order.path === undefined ? undefined : new RegExp(order.path)
    const left = order.count === 0 ? Infinity : (order.count ?? 1)
    this.#standing.push({ order, path, id: this.#count, toSkip: order.skip ?? 0, left, hits: 0 })
    return this.#count
  }

  clear(): void {
    this.#standing = []
  }

  list(): readonly Fault[] {
    return this.#standing.map(({ order, id, left, hits }) => ({ ...order, id, left, hits }))
  }

  /** Uses up one hit of the first order that fits; undefined when the request may pass. */
  take(method: string, pathWithQuery: string): Pick<FaultOrder, 'when' | 'effect'> | undefined {
    for (const standing of this.#standing) {
      const { order, path } = standing
      if (standing.left <= 0 || (order.method !== undefined && order.method !== method)) continue
      if (path && !path.test(pathWithQuery)) continue
      if (standing.toSkip > 0) {
        standing.toSkip -= 1
        continue
      }
      standing.left -= 1
      standing.hits += 1
      return order
    }
    return undefined
  }
}

/** Reads an order from the control API. */
export function parseFaultOrder(body: JsonObject): FaultOrder {
  const { method, path, count, skip, when, effect } = body
  if (!isObject(effect)) throw badRequest('A fault needs an effect.')
  if (when !== undefined && when !== 'before' && when !== 'after') throw badRequest('when is before or after.')
  return {
    ...(typeof method === 'string' ? { method } : {}),
    ...(typeof path === 'string' ? { path } : {}),
    ...(typeof count === 'number' ? { count } : {}),
    ...(typeof skip === 'number' ? { skip } : {}),
    ...(when ? { when } : {}),
    effect: parseEffect(effect),
  }
}

function parseEffect(effect: JsonObject): Effect {
  const { kind } = effect
  switch (kind) {
    case 'gone':
    case 'drop':
    case 'cut':
    case 'truncated':
    case 'hang':
      return { kind }
    case 'slow':
      return { kind, ms: Number(effect['ms'] ?? 1000) }
    case 'status':
      return parseStatus(effect)
    default:
      throw badRequest('kind is status, gone, drop, cut, truncated, hang or slow.')
  }
}

function parseStatus(effect: JsonObject): Effect {
  const status = Number(effect['status'])
  const { body, retryAfter } = effect
  if (!Number.isInteger(status) || status < 200 || status > 599) throw badRequest('status is an HTTP status.')
  return statusFault(status, {
    ...(typeof effect['code'] === 'string' ? { code: effect['code'] } : {}),
    ...(typeof effect['message'] === 'string' ? { message: effect['message'] } : {}),
    ...(body === 'html' || body === 'empty' ? { body } : {}),
    ...(typeof retryAfter === 'string' || typeof retryAfter === 'number' ? { retryAfter: String(retryAfter) } : {}),
  })
}

/** A status with Graph's usual code and message for it, changed by `changes`. */
export function statusFault(
  status: number,
  changes: Partial<Omit<Extract<Effect, { kind: 'status' }>, 'kind' | 'status'>> = {},
): Effect {
  const [code, message] = usual[status] ?? ['UnknownError', '']
  return { kind: 'status', status, code, message, body: 'json', ...changes }
}

const usual: Readonly<Record<number, readonly [string, string]>> = {
  400: ['ErrorInvalidRequest', 'Your request can’t be completed.'],
  401: ['InvalidAuthenticationToken', 'Lifetime validation failed, the token is expired.'],
  403: ['ErrorAccessDenied', 'Access is denied. Check credentials and try again.'],
  404: ['ErrorItemNotFound', 'The specified object was not found in the store.'],
  429: ['ApplicationThrottled', 'Application is over its MailboxConcurrency limit.'],
  500: ['ErrorInternalServerError', 'An internal server error occurred. The operation failed.'],
  502: ['BadGateway', 'Bad gateway.'],
  503: ['ErrorServerBusy', 'The server cannot service this request right now. Try again later.'],
  504: ['UnknownError', ''],
  509: ['ErrorBandwidthExceeded', 'Bandwidth limit exceeded.'],
}
