// Between Koa and the CalDAV handler: signs the user in first, reads the body only when somebody asks for it.
import type Koa from 'koa'
import type { CaldavHandler } from '../caldav/handler.ts'
import type { Authenticator } from './auth.ts'
import { readBody } from './body.ts'
import type { Origins } from './origin.ts'
import { sendAnswer } from './send.ts'

/** Everything below `/dav/`, and PROPFIND and OPTIONS of `/`. */
export function davMiddleware(parts: {
  readonly handle: CaldavHandler
  readonly authenticator: Authenticator
  readonly origins: Origins
}): Koa.Middleware {
  const { handle, authenticator, origins } = parts
  return async (ctx) => {
    const user = await authenticator.authenticate(ctx.get('Authorization'), origins.clientOf(ctx))
    const answer = await handle({
      method: ctx.method,
      path: ctx.path,
      header: (name) => ctx.get(name),
      user,
      host: new URL(origins.originOf(ctx)).host,
      prefix: origins.prefix,
      body: (limit) => readBody(ctx.req, limit),
    })
    sendAnswer(ctx, answer)
  }
}

/** `/.well-known/caldav` (RFC 6764 §5): for any method and without signing in, to an absolute URL. */
export function wellKnown(origins: Origins): Koa.Middleware {
  return (ctx) => {
    ctx.body = 'CalDAV is at /dav/\n'
    ctx.status = 301
    ctx.set('Location', `${origins.originOf(ctx)}${origins.prefix}/dav/`)
    // Nobody's cache but the client's own: the address may be the one that this request named.
    ctx.set('Cache-Control', 'private, max-age=3600')
  }
}
