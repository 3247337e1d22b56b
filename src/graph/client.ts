// The one place that sends a request to Graph: URL, token, Prefer headers, the mailbox's lane, retries, errors. Graph pages
// "Use the Microsoft Graph API", "Obtain immutable identifiers for Outlook resources", "Throttling guidance".
import type { Clock } from '../base/clock.ts'
import { GraphError, GraphdavError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { TokenSource } from './auth.ts'
import { errorOfAnswer, errorWithoutAnswer } from './errors.ts'
import { exchange as exchangeOverNetwork, NoAnswerError, type Exchange, type RawAnswer } from './http.ts'
import type { Lane, MailboxLanes } from './lanes.ts'
import { patient, retryAfterMs, waitBeforeRetry, type Patience } from './retry.ts'

/** What a request is for: names it in logs, metrics and tests. */
export type Purpose =
  | 'me'
  | 'settings'
  | 'calendars'
  | 'delta'
  | 'event'
  | 'series'
  | 'instances'
  | 'kept'
  | 'ids'
  | 'events'
  | 'write'
  | 'schedule'

/** One exchange with Graph, retries counted singly. */
export interface Observation {
  readonly purpose: Purpose
  readonly method: string
  /** 0 when no answer came. */
  readonly status: number
  readonly ms: number
}

export interface ClientOptions {
  /** Graph's root with its version, e.g. `https://graph.microsoft.com/v1.0`. */
  readonly graphUrl: string
  readonly tokens: TokenSource
  readonly lanes: MailboxLanes
  readonly clock: Clock
  readonly log: Log
  /** Chance for the jitter of retries, from [0, 1). */
  readonly random?: () => number
  /** For one exchange, body included. */
  readonly timeoutMs?: number
  /** A larger answer is refused. */
  readonly maxAnswerBytes?: number
  /** Told about every exchange. */
  readonly observe?: (observation: Observation) => void
  /** Sends one request; absent: over the network. */
  readonly exchange?: (request: Exchange) => Promise<RawAnswer>
}

export interface RequestOptions {
  readonly purpose: Purpose
  /** Whose lane: the address of the mailbox's owner, or the mailbox part of the path while it is not known. */
  readonly mailbox: string
  readonly query?: Readonly<Record<string, string | number>> | undefined
  /** `Prefer: odata.maxpagesize`. */
  readonly pageSize?: number | undefined
  readonly patience?: Patience | undefined
  readonly signal?: AbortSignal | undefined
}

/** A request that changes something. */
export interface SendOptions extends RequestOptions {
  readonly method: 'POST' | 'PATCH' | 'DELETE'
  /** JSON value; undefined for none. */
  readonly json?: unknown
  /** An entity tag as Graph gives it, `W/"…"`. */
  readonly ifMatch?: string | undefined
  /** True when a repeat does no harm after an answer was lost; else only what Graph has surely not done is sent again. */
  readonly isRepeatable: boolean
}

/** An answer in the 2xx range, its body parsed as JSON. */
export interface GraphAnswer {
  readonly body: unknown
  readonly requestId: string
}

interface Prepared extends RequestOptions {
  readonly url: string
  readonly isFollowedLink: boolean
  /** Undefined for a GET. */
  readonly sent?: Pick<SendOptions, 'method' | 'json' | 'ifMatch' | 'isRepeatable'>
}

/** Talks to Graph for one account. All methods throw `GraphError`, or the signal's reason when it is aborted. */
export class GraphClient {
  readonly #options: ClientOptions
  readonly #root: URL

  constructor(options: ClientOptions) {
    this.#options = options
    this.#root = new URL(options.graphUrl.replace(/\/+$/, ''))
  }

  /** Host and port of Graph: facts about what a cloud can do are kept by it. */
  get host(): string {
    return this.#root.host
  }

  /** GETs a path below the version, e.g. `/me/calendars`; its segments are already encoded. */
  get(path: string, options: RequestOptions): Promise<GraphAnswer> {
    return this.#request({
      ...options,
      url: `${this.#root.href}${path}${queryOf(options.query)}`,
      isFollowedLink: false,
    })
  }

  /** The same below `/beta`, for what v1.0 does not document. */
  getBeta(path: string, options: RequestOptions): Promise<GraphAnswer> {
    const url = `${this.#root.href.replace(/\/[^/]*$/, '/beta')}${path}${queryOf(options.query)}`
    return this.#request({ ...options, url, isFollowedLink: false })
  }

  /** GETs a nextLink or deltaLink exactly as Graph gave it. A link that leads to another host is refused: it would get the token. */
  follow(link: string, options: RequestOptions): Promise<GraphAnswer> {
    if (!this.leadsHere(link)) {
      return Promise.reject(
        new GraphdavError(
          'graph',
          `Microsoft Graph sent a link that does not lead to ${this.#root.host}; it is not followed`,
        ),
      )
    }
    return this.#request({ ...options, url: link, isFollowedLink: true })
  }

  /** Sends a change to a path below the version. */
  send(path: string, { method, json, ifMatch, isRepeatable, ...options }: SendOptions): Promise<GraphAnswer> {
    const url = `${this.#root.href}${path}${queryOf(options.query)}`
    return this.#request({ ...options, url, isFollowedLink: false, sent: { method, json, ifMatch, isRepeatable } })
  }

  /** True for a link that `follow` follows: a kept one may be of a Graph of before. */
  leadsHere(link: string): boolean {
    const url = URL.canParse(link) ? new URL(link) : undefined
    return url?.origin === this.#root.origin && url.username === '' && url.password === ''
  }

  #request(request: Prepared): Promise<GraphAnswer> {
    const lane = this.#options.lanes.of(request.mailbox)
    return lane.run(() => this.#untilAnswered(request, lane), request.signal)
  }

  async #untilAnswered(request: Prepared, lane: Lane): Promise<GraphAnswer> {
    const { clock, log, random = Math.random } = this.#options
    const patience = request.patience ?? patient
    let hasRefreshed = false
    let waitedMs = 0
    for (let attempt = 1; ; attempt += 1) {
      waitedMs += await this.#waitForLane(request, lane, patience.maxWaitMs - waitedMs)
      const token = await this.#options.tokens.token()
      try {
        return await this.#once(request, token)
      } catch (error) {
        if (!(error instanceof GraphError)) throw error
        const { purpose } = request
        const { status, requestId, graphCode } = error
        if (error.kind === 'auth' && !hasRefreshed) {
          hasRefreshed = true
          log.debug('graph refused the token, trying another', { purpose, requestId, code: graphCode })
          await this.#options.tokens.refresh(token)
          continue
        }
        if (isThrottle(error)) lane.pauseUntil(clock.now() + (error.retryAfterMs ?? 0))
        if (request.sent?.isRepeatable === false && error.kind !== 'throttled') throw error
        const failed = { attempt, status, retryAfterMs: error.retryAfterMs, random: random() }
        const waitMs = waitBeforeRetry(failed, patience, waitedMs)
        if (waitMs === undefined) throw error
        log.debug('graph request will be repeated', { purpose, status, code: graphCode, requestId, attempt, waitMs })
        await clock.sleep(waitMs, request.signal)
        waitedMs += waitMs
      }
    }
  }

  /** Milliseconds waited. A pause beyond the caller's patience is thrown at once. */
  async #waitForLane(request: Prepared, lane: Lane, allowedMs: number): Promise<number> {
    let waitedMs = 0
    for (let pauseMs = lane.pausedMs(); pauseMs > 0; pauseMs = lane.pausedMs()) {
      if (waitedMs + pauseMs > allowedMs) throw pausedError(pauseMs)
      await this.#options.clock.sleep(pauseMs, request.signal)
      waitedMs += pauseMs
    }
    return waitedMs
  }

  async #once(request: Prepared, token: string): Promise<GraphAnswer> {
    const { clock, log, timeoutMs = 60_000, maxAnswerBytes = 64 * 1024 * 1024 } = this.#options
    const { exchange = exchangeOverNetwork } = this.#options
    const headers = {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      prefer: preferOf(request),
      ...(request.sent?.ifMatch === undefined ? {} : { 'if-match': request.sent.ifMatch }),
    }
    const started = clock.now()
    const { purpose, signal, isFollowedLink, url, sent } = request
    const method = sent?.method ?? 'GET'
    let status = 0
    try {
      const exchanged = { method, url, headers, json: sent?.json, timeoutMs, maxBytes: maxAnswerBytes, signal }
      const answer = await exchange(exchanged).catch((error: unknown) => {
        throw error instanceof NoAnswerError ? errorWithoutAnswer(error.message, error.requestId, error.cause) : error
      })
      status = answer.status
      return successOf(answer, isFollowedLink, clock.now())
    } finally {
      const ms = clock.now() - started
      log.debug('graph answered', { purpose, status, ms })
      this.#options.observe?.({ purpose, method, status, ms })
    }
  }
}

/** One path segment, percent-encoded; `@` stays readable, as in the documented paths of users. */
export function segment(text: string): string {
  return encodeURIComponent(text).replaceAll('%40', '@')
}

function successOf(answer: RawAnswer, isFollowedLink: boolean, now: number): GraphAnswer {
  const { status, headers, body } = answer
  const requestId = headers.get('request-id') ?? ''
  if (status < 200 || status > 299) {
    const waitMs = retryAfterMs(headers.get('retry-after'), now)
    throw errorOfAnswer({ status, body, requestId, retryAfterMs: waitMs, isFollowedLink })
  }
  if (body === '') return { body: undefined, requestId }
  try {
    return { body: JSON.parse(body), requestId }
  } catch {
    // The parser's own message would quote the text.
    throw errorWithoutAnswer('the answer is no JSON, or cut off', requestId)
  }
}

// Always one header with all preferences: a second one would replace the first in some stacks. Preferences are not part of
// a link's token, so they go with every request of a chain.
function preferOf({ pageSize }: RequestOptions): string {
  const always = ['IdType="ImmutableId"', 'outlook.timezone="UTC"', 'outlook.body-content-type="html"']
  return [...always, ...(pageSize === undefined ? [] : [`odata.maxpagesize=${pageSize}`])].join(', ')
}

function queryOf(query: RequestOptions['query']): string {
  const pairs = Object.entries(query ?? {}).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

function isThrottle(error: GraphError): boolean {
  return error.kind === 'throttled' || (error.status === 503 && error.retryAfterMs !== undefined)
}

function pausedError(retryAfterMs: number): GraphError {
  return new GraphError({
    kind: 'throttled',
    status: 429,
    graphCode: '',
    requestId: '',
    retryAfterMs,
    message: 'Microsoft Graph has asked to slow down; the wait is longer than this request may take.',
  })
}
