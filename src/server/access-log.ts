// One debug line per request, with the route's pattern in place of the URL: a feed's URL is a secret.
import type Koa from 'koa'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'

/** Logs each answer when its last octet is out, or when the client has gone. */
export function logAccess(log: Log, clock: Clock): Koa.Middleware {
  return (ctx, next) => {
    const began = clock.now()
    const { method } = ctx
    ctx.res.once('close', () => {
      const pattern: unknown = Reflect.get(ctx, '_matchedRoute')
      log.debug('request', {
        method,
        route: typeof pattern === 'string' ? pattern : 'none',
        status: ctx.res.statusCode,
        ms: clock.now() - began,
        isComplete: ctx.res.writableFinished,
      })
    })
    return next()
  }
}
