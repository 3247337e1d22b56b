// Headers that are the same in every answer are worked out once.
import type Koa from 'koa'

/** Runs a middleware that does no more than set such headers on the first answer; later answers get what it set. */
export function constantHeaders(middleware: Koa.Middleware): Koa.Middleware {
  let known: readonly (readonly [string, string])[] | undefined
  return async (ctx, next) => {
    if (known === undefined) {
      await middleware(ctx, () => Promise.resolve())
      known = ctx.res.getHeaderNames().map((name) => [name, String(ctx.res.getHeader(name))])
    }
    for (const [name, value] of known) ctx.res.setHeader(name, value)
    await next()
  }
}
