// A failed Graph request becomes a `GraphError`, once, here. Graph page "Microsoft Graph error responses and resource types".
// Branches on Graph's codes (case varies), never on its message, except for the three facts that only the message tells.
import { GraphError, type GraphErrorKind, type GraphErrorReason } from '../base/errors.ts'
import { accessPolicySentence, graphErrorSentence } from './error-codes.ts'
import { isObject } from './json.ts'

/** What an answer that is not 2xx says about itself. */
export interface FailedAnswer {
  readonly status: number
  /** The body as text; JSON, HTML or nothing. */
  readonly body: string
  readonly requestId: string
  readonly retryAfterMs: number | undefined
  /** True when the request followed a nextLink or deltaLink: a 400 there means that its token is no good. */
  readonly isFollowedLink: boolean
}

/** The error of an answer. Its sentence names status, code and request id; never the body, which may hold addresses. */
export function errorOfAnswer(answer: FailedAnswer): GraphError {
  const { code, message } = codeAndMessage(answer.body)
  const reason = reasonOf(message)
  const kind = kindOf(answer, code.toLowerCase(), reason)
  return new GraphError({
    kind,
    status: answer.status,
    graphCode: code,
    requestId: answer.requestId,
    retryAfterMs: answer.retryAfterMs,
    reason,
    message: `${sentenceOf(kind, code, reason)} (${[`HTTP ${answer.status}`, code, answer.requestId && `request ${answer.requestId}`].filter((part) => part !== '').join(', ')}).`,
  })
}

/** The error when no usable answer came: the connection broke, it took too long, the body was cut or no JSON. */
export function errorWithoutAnswer(what: string, requestId: string, cause?: unknown): GraphError {
  return new GraphError({
    kind: 'unavailable',
    status: 0,
    graphCode: '',
    requestId,
    message: `Microsoft Graph did not answer: ${what}${requestId === '' ? '' : ` (request ${requestId})`}.`,
    cause,
  })
}

/** True when the error says that this very item does not exist (any more): not that its mailbox or calendar cannot be read. */
export function isItemGone(error: unknown): boolean {
  return error instanceof GraphError && error.kind === 'notFound' && itemCodes.has(error.graphCode.toLowerCase())
}

const itemCodes: ReadonlySet<string> = new Set(['erroritemnotfound', 'errorinvalididmalformed'])
const restartCodes: ReadonlySet<string> = new Set(['syncstatenotfound', 'syncstateinvalid', 'resyncrequired'])

function sentenceOf(kind: GraphErrorKind, code: string, reason: GraphErrorReason | undefined): string {
  if (reason === 'accessPolicy') return accessPolicySentence
  return graphErrorSentence(code) ?? sentences[kind]
}

/** For answers whose code is in no table. */
const sentences: Readonly<Record<GraphErrorKind, string>> = {
  auth: 'Microsoft Graph does not accept the sign-in; sign in again',
  throttled: 'Microsoft Graph asks to slow down',
  gone: 'Microsoft Graph has forgotten where the last round ended',
  notFound: 'Microsoft Graph does not find it',
  conflict: 'Microsoft Graph has a newer version',
  invalid: 'Microsoft Graph refuses the request',
  forbidden: 'Microsoft Graph denies access; check the permissions of the account',
  unavailable: 'Microsoft Graph cannot answer now',
}

const kindsByStatus: Readonly<Record<number, GraphErrorKind>> = {
  401: 'auth',
  403: 'forbidden',
  404: 'notFound',
  408: 'unavailable',
  409: 'conflict',
  410: 'gone',
  412: 'conflict',
  429: 'throttled',
  501: 'invalid',
  507: 'invalid',
  509: 'throttled',
}

function kindOf(answer: FailedAnswer, code: string, reason: GraphErrorReason | undefined): GraphErrorKind {
  if (answer.status < 500 && restartCodes.has(code)) return 'gone'
  if (answer.status === 400) {
    if (reason === 'windowTooLong') return 'invalid'
    if (answer.isFollowedLink || reason === 'badToken') return 'gone'
    return code === 'errorinvalididmalformed' ? 'notFound' : 'invalid'
  }
  // A redirect is no answer of Graph's: somebody between us and Graph wants a person to look.
  return kindsByStatus[answer.status] ?? (answer.status >= 500 || answer.status < 400 ? 'unavailable' : 'invalid')
}

function reasonOf(message: string): GraphErrorReason | undefined {
  if (/badly formed token/i.test(message)) return 'badToken'
  if (/\b1825\b|greater than the allowed range/i.test(message)) return 'windowTooLong'
  return /access to odata is disabled|\braop\b|apponly accesspolicy/i.test(message) ? 'accessPolicy' : undefined
}

function codeAndMessage(body: string): { readonly code: string; readonly message: string } {
  const parsed = parseJson(body)
  const error = isObject(parsed) ? parsed['error'] : undefined
  if (!isObject(error)) return { code: '', message: '' }
  const { code, message } = error
  return { code: safeCode(code), message: typeof message === 'string' ? message : '' }
}

// A code is a word; anything else could be somebody's text and would end up in logs.
function safeCode(code: unknown): string {
  return typeof code === 'string' && /^[\w.-]{1,100}$/.test(code) ? code : ''
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
