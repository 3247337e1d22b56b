// `/auth/ACCOUNT`: a signed-in user signs an account in at Microsoft, in the browser; `/auth/ACCOUNT/callback` is where the browser
// comes back to (RFC 6749 §4.1). What comes back is believed only with a state that was given out here (§10.12).
import type Koa from 'koa'
import type { Clock } from '../base/clock.ts'
import { codeOf, sentenceOf } from '../base/errors.ts'
import { randomToken } from '../base/hash.ts'
import type { Authenticator } from './auth.ts'
import { HttpError } from './http-error.ts'
import type { Origins } from './origin.ts'
import { sendPage } from './page.ts'

/** Who lets people sign in. */
export interface SignInDesk {
  /** What this user may begin for this account; undefined: nothing, or there is no such account. */
  find(user: string, account: string): SignInBeginning | undefined
}

/** Begins a sign-in. Throws with code `sign-in` or `unavailable` when it cannot. */
export type SignInBeginning = (options: { readonly redirectUri: string; readonly state: string }) => Promise<BegunVisit>

/** A sign-in that has begun. */
export interface BegunVisit {
  /** At the sign-in service. */
  readonly url: string
  /** Exchanges the code and keeps the sign-in: who has signed in. Throws with code `sign-in` or `unavailable`. */
  finish(code: string): Promise<string>
  /** The sentence for an error that came back instead. */
  explain(error: string, description: string): string
}

interface Parts {
  readonly desk: SignInDesk
  readonly authenticator: Authenticator
  readonly origins: Origins
  readonly clock: Clock
}

/** The two pages. Their URLs hold secrets: nobody logs a query. */
export function serveSignIn({ desk, authenticator, origins, clock }: Parts): {
  readonly begin: Koa.Middleware
  readonly callback: Koa.Middleware
} {
  const visits = new Visits(clock)
  const admit = async (
    ctx: Koa.Context,
    account: string,
  ): Promise<{ readonly user: string; readonly begin: SignInBeginning }> => {
    if (ctx.method !== 'GET') throw new HttpError(405, 'this can only be opened in a browser', { Allow: 'GET' })
    const user = await authenticator.authenticate(ctx.get('Authorization'), origins.clientOf(ctx))
    const begin = desk.find(user, account)
    if (begin !== undefined) return { user, begin }
    throw new HttpError(404, 'there is no account of this name that you could sign in to here')
  }
  const pathOf = (account: string): string => `${origins.prefix}/auth/${account}`
  const redirectUri = (ctx: Koa.Context, account: string): string =>
    `${origins.originOf(ctx)}${pathOf(account)}/callback`
  const refuse = (ctx: Koa.Context, account: string, status: number, sentence: string): void =>
    sendPage(ctx, status, {
      title: 'Not signed in',
      sentences: [`${sentence}.`],
      link: { href: pathOf(account), text: 'Begin again' },
    })
  return {
    begin: told(refuse, async (ctx, account) => {
      const { user, begin } = await admit(ctx, account)
      const state = randomToken(24)
      const begun = await begin({ redirectUri: redirectUri(ctx, account), state })
      visits.add(state, { user, account, begun })
      ctx.set('Cache-Control', 'no-store')
      ctx.redirect(begun.url)
    }),
    callback: told(refuse, async (ctx, account) => {
      const { user } = await admit(ctx, account)
      const begun = visits.take(wordOf(ctx, 'state'), { user, account })
      const [error, code] = [wordOf(ctx, 'error'), wordOf(ctx, 'code')]
      if (begun === undefined) {
        refuse(ctx, account, 400, 'This sign-in was not begun here, was too long ago, or has been used already')
      } else if (error !== '' || code === '') {
        refuse(ctx, account, 400, begun.explain(error === '' ? 'no_code' : error, wordOf(ctx, 'error_description')))
      } else {
        const sentences = [
          `${await begun.finish(code)} is signed in.`,
          'graphdav reads the calendars now. You can close this page.',
        ]
        sendPage(ctx, 200, { title: `Signed in for ${account}`, sentences })
      }
    }),
  }
}

// What a person can do something about is a page of its own; everything else is caught outside.
function told(
  refuse: (ctx: Koa.Context, account: string, status: number, sentence: string) => void,
  handle: (ctx: Koa.Context, account: string) => Promise<void>,
): Koa.Middleware {
  return async (ctx) => {
    const params: unknown = Reflect.get(ctx, 'params')
    const account: unknown = typeof params === 'object' && params !== null ? Reflect.get(params, 'account') : ''
    const name = typeof account === 'string' ? account : ''
    try {
      await handle(ctx, name)
    } catch (thrown) {
      const code = codeOf(thrown)
      if (code !== 'sign-in' && code !== 'unavailable') throw thrown
      refuse(ctx, name, code === 'sign-in' ? 400 : 503, sentenceOf(thrown))
    }
  }
}

function wordOf(ctx: Koa.Context, name: string): string {
  const value = ctx.query[name]
  return typeof value === 'string' ? value : ''
}

const validMs = 10 * 60_000
const perUser = 10

interface Visit {
  readonly user: string
  readonly account: string
  readonly begun: BegunVisit
}

/** The sign-ins under way, by state: each for its user and account only, once, and not for long. */
class Visits {
  readonly #clock: Clock
  readonly #byState = new Map<string, Visit & { readonly endsAt: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(state: string, visit: Visit): void {
    const now = this.#clock.now()
    for (const [old, { endsAt }] of this.#byState) if (endsAt <= now) this.#byState.delete(old)
    const own = [...this.#byState].filter(([, { user }]) => user === visit.user)
    for (const [old] of own.slice(0, Math.max(0, own.length - perUser + 1))) this.#byState.delete(old)
    this.#byState.set(state, { ...visit, endsAt: now + validMs })
  }

  take(state: string, { user, account }: Pick<Visit, 'user' | 'account'>): BegunVisit | undefined {
    const visit = this.#byState.get(state)
    this.#byState.delete(state)
    if (visit === undefined || visit.user !== user || visit.account !== account) return undefined
    return this.#clock.now() < visit.endsAt ? visit.begun : undefined
  }
}
