// `/auth/ACCOUNT`: a signed-in user signs an account in at Microsoft, in the browser; `/auth/ACCOUNT/callback` is where the browser
// comes back to (RFC 6749 §4.1). What comes back is believed only with a state that was given out here. These URLs hold secrets:
// nobody logs their query.
import type Koa from 'koa'
import type { Clock } from '../base/clock.ts'
import { codeOf, sentenceOf } from '../base/errors.ts'
import { randomToken } from '../base/hash.ts'
import type { Authenticator } from './auth.ts'
import { HttpError } from './http-error.ts'
import type { Origins } from './origin.ts'
import { sendPage } from './page.ts'
import { Visits } from './visits.ts'

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
  /** Exchanges the code and keeps the sign-in: who has signed in, empty when nobody says. Throws as a beginning does. */
  finish(code: string): Promise<string>
  /** The sentence for an error that came back instead. */
  explain(error: string, description: string): string
}

export interface SignInPagesOptions {
  readonly desk: SignInDesk
  readonly authenticator: Authenticator
  readonly origins: Origins
  readonly clock: Clock
}

/** The two pages; `account` is what stands in the URL. */
export class SignInPages {
  readonly #options: SignInPagesOptions
  readonly #visits: Visits<BegunVisit>

  constructor(options: SignInPagesOptions) {
    this.#options = options
    this.#visits = new Visits(options.clock)
  }

  begin(ctx: Koa.Context, account: string): Promise<void> {
    return this.#told(ctx, account, async () => {
      const { user, begin } = await this.#admit(ctx, account)
      const state = randomToken(24)
      const redirectUri = `${this.#options.origins.originOf(ctx)}${this.#pathOf(account)}/callback`
      const begun = await begin({ redirectUri, state })
      this.#visits.add(state, { user, account, begun })
      ctx.set('Cache-Control', 'no-store')
      ctx.redirect(begun.url)
    })
  }

  callback(ctx: Koa.Context, account: string): Promise<void> {
    return this.#told(ctx, account, async () => {
      const { user } = await this.#admit(ctx, account)
      const begun = this.#visits.take(wordOf(ctx, 'state'), { user, account })
      const [error, code] = [wordOf(ctx, 'error'), wordOf(ctx, 'code')]
      if (begun === undefined) return this.#refuse(ctx, account, 400, unknownVisit)
      if (error !== '' || code === '') {
        const sentence = begun.explain(error === '' ? 'no_code' : error, wordOf(ctx, 'error_description'))
        return this.#refuse(ctx, account, 400, sentence)
      }
      const who = await begun.finish(code)
      const sentences = ['graphdav reads the calendars now. You can close this page.']
      if (who !== '') sentences.unshift(`${who} is signed in.`)
      sendPage(ctx, 200, { title: `Signed in for ${account}`, sentences })
    })
  }

  async #admit(ctx: Koa.Context, account: string): Promise<{ readonly user: string; readonly begin: SignInBeginning }> {
    const { authenticator, origins, desk } = this.#options
    if (ctx.method !== 'GET') throw new HttpError(405, 'this can only be opened in a browser', { Allow: 'GET' })
    const user = await authenticator.authenticate(ctx.get('Authorization'), origins.clientOf(ctx))
    const begin = desk.find(user, account)
    if (begin !== undefined) return { user, begin }
    throw new HttpError(404, 'there is no account of this name that you could sign in to here')
  }

  // What a person can do something about is a page of its own; everything else is caught outside.
  async #told(ctx: Koa.Context, account: string, handle: () => Promise<void>): Promise<void> {
    try {
      await handle()
    } catch (error) {
      const code = codeOf(error)
      if (code !== 'sign-in' && code !== 'unavailable') throw error
      this.#refuse(ctx, account, code === 'sign-in' ? 400 : 503, sentenceOf(error))
    }
  }

  #refuse(ctx: Koa.Context, account: string, status: number, sentence: string): void {
    const link = { href: this.#pathOf(account), text: 'Begin again' }
    sendPage(ctx, status, { title: 'Not signed in', sentences: [`${sentence}.`], link })
  }

  #pathOf(account: string): string {
    return `${this.#options.origins.prefix}/auth/${account}`
  }
}

const unknownVisit = 'This sign-in was not begun here, was too long ago, or has been used already'

function wordOf(ctx: Koa.Context, name: string): string {
  const value = ctx.query[name]
  return typeof value === 'string' ? value : ''
}
