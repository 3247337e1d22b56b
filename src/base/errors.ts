// The errors of this program. Every error that a person may see carries a code (for scripts and tests) and one plain
// sentence that says what happened and, where there is one, the next step. Subclasses exist only where code branches on them.

/** What went wrong, for scripts: `status --json`, logs, tests. */
export type ErrorCode =
  | 'configuration'
  | 'usage'
  | 'locked'
  | 'store-format'
  | 'store-broken'
  | 'store-io'
  | 'graph'
  | 'ical'
  | 'unsupported'
  | 'conflict'
  | 'not-found'
  | 'unavailable'
  | 'sign-in'
  | 'forbidden'
  | 'too-large'
  | 'internal'

/** Base of all our own errors. `message` is a sentence for a person; it never holds a secret, a title, a body or an address. */
export class GraphdavError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.name = new.target.name
    this.code = code
  }
}

/** One thing that is wrong in the configuration file. Line and column count from 1; both are 0 when the file itself is missing. */
export interface ConfigurationProblem {
  readonly file: string
  readonly line: number
  readonly column: number
  /** Dotted path of the key, e.g. `accounts.home.auth.kind`; empty for the whole file. */
  readonly key: string
  /** What is wrong and what is allowed. */
  readonly message: string
}

/** The configuration cannot be used; holds every problem found in one reading. */
export class ConfigurationError extends GraphdavError {
  readonly problems: readonly ConfigurationProblem[]

  constructor(problems: readonly ConfigurationProblem[]) {
    super('configuration', problems.map(describeProblem).join('\n'))
    this.problems = problems
  }
}

/** `file:line:column: key: message`, as compilers print it. */
export function describeProblem(problem: ConfigurationProblem): string {
  const place = problem.line > 0 ? `${problem.file}:${problem.line}:${problem.column}` : problem.file
  return problem.key === '' ? `${place}: ${problem.message}` : `${place}: ${problem.key}: ${problem.message}`
}

/** How a failed Graph request is to be treated; decided once, in `graph/errors.ts`. */
export type GraphErrorKind =
  'auth' | 'throttled' | 'gone' | 'notFound' | 'conflict' | 'invalid' | 'forbidden' | 'unavailable'

/** Facts that only Graph's message tells: a foreign sync token, a window beyond 1825 days, an application kept out of a mailbox. */
export type GraphErrorReason = 'badToken' | 'windowTooLong' | 'accessPolicy'

/** A Graph request that failed. `status` is 0 when no answer came (connection, time-out, unreadable body). */
export class GraphError extends GraphdavError {
  readonly kind: GraphErrorKind
  readonly status: number
  /** Graph's own code, e.g. `ErrorItemNotFound`; empty when the body had none. */
  readonly graphCode: string
  /** Graph's `request-id` header, the thing Microsoft's support asks for; empty when no answer came. */
  readonly requestId: string
  /** Milliseconds that Graph asked us to wait; undefined when it did not say. */
  readonly retryAfterMs: number | undefined
  readonly reason: GraphErrorReason | undefined

  constructor(facts: {
    readonly kind: GraphErrorKind
    readonly status: number
    readonly graphCode: string
    readonly requestId: string
    readonly retryAfterMs?: number | undefined
    readonly reason?: GraphErrorReason | undefined
    readonly message: string
    readonly cause?: unknown
  }) {
    super(facts.kind === 'auth' ? 'sign-in' : 'graph', facts.message, { cause: facts.cause })
    this.kind = facts.kind
    this.status = facts.status
    this.graphCode = facts.graphCode
    this.requestId = facts.requestId
    this.retryAfterMs = facts.retryAfterMs
    this.reason = facts.reason
  }
}

/** iCalendar text that cannot be read. `line` counts unfolded content lines from 1; 0 when it concerns the whole text. */
export class IcalError extends GraphdavError {
  readonly line: number
  readonly property: string

  constructor(
    message: string,
    place: { readonly line?: number; readonly property?: string; readonly cause?: unknown } = {},
  ) {
    super('ical', message, { cause: place.cause })
    this.line = place.line ?? 0
    this.property = place.property ?? ''
  }
}

/** Something well-formed that the other side cannot hold: names the property or rule part and the reason. */
export class UnsupportedError extends GraphdavError {
  readonly property: string

  constructor(property: string, reason: string) {
    super('unsupported', reason)
    this.property = property
  }
}

/** Somebody else changed it first. */
export class ConflictError extends GraphdavError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('conflict', message, options)
  }
}

/** Another resource of the collection has this UID (RFC 4791 §5.3.2.1). */
export class UidConflictError extends GraphdavError {
  /** Name of the resource that has it. */
  readonly holder: string

  constructor(holder: string) {
    super('conflict', 'this calendar has another resource with the same UID')
    this.holder = holder
  }
}

/** Another calendar of the user has this meeting (RFC 6638 §3.2.4.1). */
export class MeetingElsewhereError extends GraphdavError {
  /** Where it is. */
  readonly holder: { readonly slug: string; readonly name: string }

  constructor(holder: MeetingElsewhereError['holder']) {
    super('conflict', 'this meeting is in another of your calendars; Outlook cannot move it without cancelling it')
    this.holder = holder
  }
}

/** It is not there (any more). */
export class NotFoundError extends GraphdavError {
  /** The same without the names of what there is instead; undefined when the message has none. */
  readonly discreet: string | undefined

  constructor(message: string, options?: { readonly cause?: unknown; readonly discreet?: string | undefined }) {
    super('not-found', message, options)
    this.discreet = options?.discreet
  }
}

/** Not now: the same request may succeed after `retryAfterSeconds`. */
export class UnavailableError extends GraphdavError {
  readonly retryAfterSeconds: number

  constructor(message: string, retryAfterSeconds: number, options?: { readonly cause?: unknown }) {
    super('unavailable', message, options)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** The sentence of any thrown value; what is not our own error is called an internal one, without its stack. */
export function sentenceOf(error: unknown): string {
  if (error instanceof GraphdavError) return error.message
  return error instanceof Error ? `internal error: ${error.message}` : `internal error: ${String(error)}`
}

/** What logs and answers to anybody say of any thrown value: its sentence, without the names of people's calendars. */
export function reasonOf(error: unknown): string {
  return (error instanceof NotFoundError ? error.discreet : undefined) ?? sentenceOf(error)
}

/** The code of any thrown value; `internal` for what is not ours. */
export function codeOf(error: unknown): ErrorCode {
  return error instanceof GraphdavError ? error.code : 'internal'
}
