// `/feeds/TOKEN/NAME.ics` over HTTP: no sign-in but the token, no redirect, no cookie, and a long answer
// is compressed once for all readers.
import type Koa from 'koa'
import { NotFoundError } from '../base/errors.ts'
import { conditionsOf, evaluateRead } from '../caldav/conditions.ts'
import { encodings, type Encoding } from '../feed/bodies.ts'
import type { Edition, FeedState } from '../feed/edition.ts'
import type { FeedLibrary } from '../feed/library.ts'
import { HttpError } from './http-error.ts'

/** Told which feed was answered, and what its reader calls itself; neither name nor agent is a secret. */
export type OnFeedFetch = (feed: string, agent: string) => void

/** Serves the feeds; `token` and `file` are the path's two segments, decoded. */
export function serveFeed(
  library: FeedLibrary,
  onFetch: OnFeedFetch,
): (ctx: Koa.Context, token: string, file: string) => Promise<void> {
  return async (ctx, token, file) => {
    const feed = file.endsWith('.ics') ? library.find(token, file.slice(0, -'.ics'.length)) : undefined
    if (!feed) throw new NotFoundError('there is nothing here')
    // Thunderbird tries a PUT to learn whether it may write: any other status than 405 would mean yes.
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
      throw new HttpError(405, 'a feed can only be read', { Allow: 'GET, HEAD' })
    }
    await answer(ctx, feed)
    onFetch(feed.name, ctx.get('User-Agent'))
  }
}

/** Hands `/feeds/TOKEN/NAME` to the feeds before anything else is looked at: calendar programs ask for little else so often. */
export function feedsFirst(feed: ReturnType<typeof serveFeed>): Koa.Middleware {
  return (ctx, next) => {
    const [, token, file] = feedPath.exec(ctx.path) ?? []
    if (token === undefined || file === undefined) return next()
    // For the access log, which must not have the URL.
    Reflect.set(ctx, '_matchedRoute', '/feeds/:token/:file')
    return feed(ctx, decoded(token), decoded(file))
  }
}

const feedPath = /^\/feeds\/([^/]+)\/([^/]+)\/?$/

function decoded(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

async function answer(ctx: Koa.Context, feed: Edition): Promise<void> {
  const encoding = encodingFor(ctx)
  const state = await feed.state()
  const conditions = conditionsOf((name) => withoutCoding(ctx.get(name)))
  const status = evaluateRead(conditions, state)
  if (status === 412) throw new HttpError(412, 'the feed is another version')
  if (status === 304) {
    ctx.status = 304
    setHeaders(ctx, state, encoding)
    return
  }
  const content = await feed.content(encoding)
  ctx.body = content.body
  setHeaders(ctx, content, encoding)
  ctx.set('Content-Type', 'text/calendar; charset=utf-8')
  ctx.set('Content-Disposition', `inline; filename="${feed.name}.ics"`)
  if (encoding !== 'identity') ctx.set('Content-Encoding', encoding)
}

function encodingFor(ctx: Koa.Context): Encoding {
  const accepted = ctx.get('Accept-Encoding')
  if (accepted === '') return 'identity'
  // Names alone, as nearly everybody sends them, need no weighing.
  if (/^[a-z, ]+$/.test(accepted))
    return encodings.find((known) => accepted.split(/[, ]+/).includes(known)) ?? 'identity'
  return encodings.find((known) => ctx.acceptsEncodings(known) !== false) ?? 'identity'
}

function setHeaders(
  ctx: Koa.Context,
  { etag, lastModifiedHeader, dataAgeSeconds }: FeedState,
  encoding: Encoding,
): void {
  ctx.set({
    // A strong tag names one sequence of octets, so each coding has its own (RFC 9110 §8.8.3.3).
    ETag: encoding === 'identity' ? `"${etag}"` : `"${etag}-${encoding}"`,
    'Last-Modified': lastModifiedHeader,
    'Cache-Control': 'private, max-age=300',
    'X-Robots-Tag': 'noindex',
    'Data-Age': String(dataAgeSeconds),
    Vary: 'Accept-Encoding',
  })
}

// Whatever the coding it was read in, it is the same feed.
function withoutCoding(header: string): string {
  return header === '' ? '' : header.replace(/-(?:br|gzip)(?="|\s*(?:,|$))/g, '')
}
