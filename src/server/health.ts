// /healthz says that the process lives, /readyz that every calendar is in step.
import type Koa from 'koa'

/** Where /readyz learns how the calendars are. */
export interface HealthSource {
  ready(): Promise<Readiness>
}

/** Ready when every calendar has finished its first round, is young enough, holds no removals and needs no sign-in. */
export interface Readiness {
  readonly isReady: boolean
  /** Slug → why it is not ready, a sentence; empty when all are. */
  readonly reasons: Readonly<Record<string, string>>
}

/** 200 while the process answers at all. */
export const healthz: Koa.Middleware = (ctx) => {
  ctx.set('Cache-Control', 'no-store')
  ctx.body = 'ok\n'
}

/** 200, or 503 with each calendar that is not ready and why. */
export function readyz(health: HealthSource): Koa.Middleware {
  return async (ctx) => {
    const { isReady, reasons } = await health.ready()
    ctx.set('Cache-Control', 'no-store')
    ctx.status = isReady ? 200 : 503
    ctx.body = { ready: isReady, calendars: reasons }
  }
}

/** Nothing is disallowed: Google's importer obeys it, and search engines are kept away by X-Robots-Tag. */
export const robots: Koa.Middleware = (ctx) => {
  ctx.body = 'User-agent: *\nDisallow:\n'
}
