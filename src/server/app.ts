// The Koa app: order of middleware, and which URL goes where (contract.md: URLs).
import Koa from 'koa'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { CalendarBackend } from '../calendar/backend.ts'
import type { FreeBusySource } from '../caldav/free-busy-source.ts'
import type { UserProperties } from '../caldav/user-properties.ts'
import type { FeedProfile } from '../feed/profile.ts'
import type { UserDirectory } from './auth.ts'
import { healthz, readyz, robots, type HealthSource } from './health.ts'

/** Everything the server needs to know; plain values and the interfaces it reads through. */
export interface AppOptions {
  readonly backend: CalendarBackend
  readonly users: UserDirectory
  readonly feeds: readonly FeedProfile[]
  /** Absolute URL that links, hrefs and redirects begin with; undefined: the request's own origin. */
  readonly publicUrl?: string | undefined
  /** Whose X-Forwarded-* headers are believed: nobody's, everybody's, or those of these addresses and CIDRs. */
  readonly trustProxy: boolean | readonly string[]
  readonly health: HealthSource
  /** Where PROPPATCH is remembered; default: in memory. */
  readonly userProperties?: UserProperties | undefined
  /** Who answers free/busy questions about other people; default: nobody, every address is unknown. */
  readonly freeBusy?: FreeBusySource | undefined
  readonly log: Log
  readonly clock: Clock
  readonly version: string
}

/** The app; `listen` of server/listen.ts puts it on a port. Starts nothing by itself. */
export function createApp(options: AppOptions): Koa {
  const app = new Koa()
  app.use(async (ctx, next) => {
    if (ctx.path === '/healthz') await healthz(ctx, next)
    else if (ctx.path === '/readyz') await readyz(options.health)(ctx, next)
    else if (ctx.path === '/robots.txt') await robots(ctx, next)
    else await next()
  })
  return app
}
