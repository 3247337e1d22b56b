// The outermost middleware: an error becomes a status, a body and, where it is ours, a line in the log
// (caught in four places, this is one). What DAV clients get is decided in caldav/preconditions.ts.
import type Koa from 'koa'
import { refusalAnswer } from '../caldav/preconditions.ts'
import { codeOf, sentenceOf } from '../base/errors.ts'
import type { Facts, Log } from '../base/log.ts'
import { HttpError } from './http-error.ts'
import { sendAnswer } from './send.ts'

/** Catches everything below. */
export function catchErrors(log: Log): Koa.Middleware {
  return async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      sendAnswer(ctx, refusalOf(error) ?? refusalAnswer(error) ?? unstored(error, log) ?? failure(error, log))
    }
    closeAfterUnreadBody(ctx)
  }
}

function refusalOf(error: unknown): Parameters<typeof sendAnswer>[1] | undefined {
  if (!(error instanceof HttpError)) return undefined
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', ...error.headers }
  return { status: error.status, headers, body: `${error.message}\n` }
}

/** What breaks after the head of an answer is out: the client has gone, or something failed here. */
export function logBrokenAnswer(error: unknown, log: Log): void {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (goneCodes.has(code)) log.debug('the client went away', { code })
  else log.error('answer broke off', factsOf(error))
}

const goneCodes: ReadonlySet<string> = new Set([
  'ECONNABORTED',
  'ECONNRESET',
  'EPIPE',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ETIMEDOUT',
])

// The message may hold anything, so only where it happened is logged.
function factsOf(error: unknown): Facts {
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : []
  return {
    code: codeOf(error),
    kind: error instanceof Error ? error.name : typeof error,
    at: frames.slice(0, 5).map((line) => line.trim()),
  }
}

// A full or failing disk: nothing was done that is not kept, and the same request succeeds when a person has made room.
function unstored(error: unknown, log: Log): Parameters<typeof sendAnswer>[1] | undefined {
  if (codeOf(error) !== 'store-io') return undefined
  log.error('the data folder cannot be used', { reason: sentenceOf(error) })
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Retry-After': '60' }
  return { status: 503, headers, body: 'nothing can be stored here just now; the log says why\n' }
}

function failure(error: unknown, log: Log): Parameters<typeof sendAnswer>[1] {
  log.error('request failed', factsOf(error))
  const headers = { 'Content-Type': 'text/plain; charset=utf-8' }
  return { status: 500, headers, body: 'something went wrong here; the log says more\n' }
}

// A client that sends a large body nobody wants would keep the connection busy with it.
const tolerableRest = 64 * 1024

function closeAfterUnreadBody(ctx: Koa.Context): void {
  if (ctx.req.complete || ctx.res.headersSent) return
  const length = ctx.request.length
  const hasBody = ctx.get('transfer-encoding') !== '' || (length ?? 0) > 0
  if (hasBody && (length === undefined || length > tolerableRest)) ctx.set('Connection', 'close')
}
