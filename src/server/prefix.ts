// With a path in `publicUrl`, requests are accepted with it and without: some proxies strip it.
import type Koa from 'koa'

/** First path segments that we answer; '' is `/` itself. */
const known: ReadonlySet<string> = new Set([
  '',
  '.well-known',
  'auth',
  'dav',
  'feeds',
  'healthz',
  'metrics',
  'mobileconfig',
  'readyz',
  'robots.txt',
])

/** Takes the prefix ('' or e.g. `/cal`) off the path. */
export function removePrefix(prefix: string): Koa.Middleware {
  return (ctx, next) => {
    if (prefix !== '' && `${ctx.path}/`.startsWith(`${prefix}/`)) {
      const path = ctx.path.slice(prefix.length) || '/'
      // A prefix like `/dav` also begins paths that came without it.
      if (known.has(path.split('/')[1] ?? '')) ctx.path = path
    }
    return next()
  }
}
