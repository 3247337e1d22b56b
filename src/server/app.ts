// The Koa app: order of middleware, and which URL goes where.
import { Router } from '@koa/router'
import Koa from 'koa'
import compress from 'koa-compress'
import helmet from 'koa-helmet'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { CalendarBackend } from '../calendar/backend.ts'
import type { FreeBusySource } from '../caldav/free-busy-source.ts'
import { createCaldav } from '../caldav/handler.ts'
import { memoryUserProperties, type UserProperties } from '../caldav/user-properties.ts'
import { createFeedLibrary } from '../feed/library.ts'
import type { FeedProfile } from '../feed/profile.ts'
import { logAccess } from './access-log.ts'
import { createAuthenticator, type UserDirectory } from './auth.ts'
import { davMiddleware, wellKnown } from './dav.ts'
import { catchErrors, logBrokenAnswer } from './errors.ts'
import { constantHeaders } from './constant-headers.ts'
import { feedsFirst, serveFeed, type OnFeedFetch } from './feeds.ts'
import { healthz, readyz, robots, type HealthSource } from './health.ts'
import { HttpError } from './http-error.ts'
import { serveMetrics, type MetricsSource } from './metrics.ts'
import { serveMobileconfig } from './mobileconfig.ts'
import { createOrigins } from './origin.ts'
import { removePrefix } from './prefix.ts'
import { SignInPages, type SignInDesk } from './sign-in.ts'

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
  readonly onFeedFetch?: OnFeedFetch | undefined
  /** Where users sign accounts in in the browser; absent: there are no such pages. */
  readonly signIn?: SignInDesk | undefined
  /** What `/metrics` shows; absent: nothing is counted and there is no such page. */
  readonly metrics?: MetricsSource | undefined
  readonly log: Log
  readonly clock: Clock
  readonly version: string
}

/** The app; `listen` of server/listen.ts puts it on a port. Starts nothing by itself. */
export function createApp(options: AppOptions): Koa {
  const { log, clock, backend } = options
  const origins = createOrigins(options.publicUrl, options.trustProxy)
  const authenticator = createAuthenticator({ users: options.users, clock, log })
  const handle = createCaldav({
    backend,
    clock,
    log,
    userProperties: options.userProperties ?? memoryUserProperties(),
    freeBusy: options.freeBusy ?? noFreeBusy,
  })
  const dav = davMiddleware({ handle, authenticator, origins })
  const library = createFeedLibrary({ backend, clock, log, profiles: options.feeds })
  const feed = serveFeed(library, options.onFeedFetch ?? (() => undefined))

  const router = new Router({ sensitive: true })
  router.all('/.well-known/caldav', wellKnown(origins))
  router.all('/dav{/*path}', dav)
  // Apple and Thunderbird also look for the principal here.
  router.all('/', (ctx, next) => (['PROPFIND', 'OPTIONS'].includes(ctx.method) ? dav(ctx, next) : next()))
  router.all('/healthz', readOnly, healthz)
  router.all('/readyz', readOnly, readyz(options.health))
  router.all('/robots.txt', readOnly, robots)
  router.all('/mobileconfig', readOnly, serveMobileconfig({ authenticator, origins }))
  if (options.signIn) {
    const pages = new SignInPages({ desk: options.signIn, authenticator, origins, clock })
    router.all('/auth/:account', (ctx) => pages.begin(ctx, ctx.params['account'] ?? ''))
    router.all('/auth/:account/callback', (ctx) => pages.callback(ctx, ctx.params['account'] ?? ''))
  }
  const { metrics } = options
  if (metrics) router.all('/metrics', readOnly, serveMetrics({ metrics, authenticator, origins }))

  const app = new Koa()
  // What breaks after the headers are out; everything else is caught below.
  app.on('error', (error: unknown) => logBrokenAnswer(error, log))
  app.use(logAccess(log, clock))
  if (metrics) app.use(metrics.measured.count)
  app.use(catchErrors(log))
  app.use(constantHeaders(helmet(securityHeaders(options.publicUrl))))
  app.use(refuseOddTarget)
  app.use(removePrefix(origins.prefix))
  app.use(feedsFirst(feed))
  app.use(compress({ threshold: 2048, filter: (type) => type.endsWith('/xml') }))
  app.use(router.routes())
  return app
}

// Node.js passes any target on, and Koa fails at an absolute one that is no URL (RFC 9112 §3.2.2).
const refuseOddTarget: Koa.Middleware = (ctx, next) => {
  const { url = '' } = ctx.req
  if (url.startsWith('/') || url === '*' || URL.canParse(url)) return next()
  throw new HttpError(400, 'the request target is not an address')
}

/** Refuses what is neither GET nor HEAD. */
const readOnly: Koa.Middleware = (ctx, next) => {
  if (ctx.method === 'GET' || ctx.method === 'HEAD') return next()
  throw new HttpError(405, 'this can only be read', { Allow: 'GET, HEAD' })
}

const noFreeBusy: FreeBusySource = {
  availability: ({ addresses }) => Promise.resolve(addresses.map((address) => ({ kind: 'unknown', address }))),
}

// Nothing that we answer is a page that loads anything. HTTPS is demanded for later only where the public address has it.
function securityHeaders(publicUrl: string | undefined): Parameters<typeof helmet>[0] {
  return {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    strictTransportSecurity: publicUrl?.startsWith('https:') === true,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
    originAgentCluster: false,
    crossOriginOpenerPolicy: false,
  }
}
