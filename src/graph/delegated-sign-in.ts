// Tokens of a person who signed in once (Microsoft page "OAuth 2.0 authorization code flow", "Refresh the access token"): renewed
// without anybody there as long as the service lets us. After that a person is needed, and everything else goes on.
import type { Clock } from '../base/clock.ts'
import { codeOf, GraphdavError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { TokenSource } from './auth.ts'
import { objectOf, type JsonObject } from './json.ts'
import { readKept, writeKept, type KeptSignIn, type SignInAccess, type SignInFile } from './kept-sign-in.ts'
import { openConfidential, openPublic, signInError, type Application, type CacheText } from './msal.ts'
import { networkTrusting, type SignInNetwork } from './sign-in-network.ts'

/** How the people of an account sign in. */
export interface DelegatedSignIn extends Application {
  /** Of an application that is a web server; undefined: it keeps no secret. */
  readonly clientSecret: string | undefined
  /** With the host of the cloud's Graph. */
  readonly scopes: readonly string[]
  /** Absolute path of the PEM of the service's certificate authority; undefined: the machine's own. */
  readonly caFile: string | undefined
  /** How a person signs in, the end of a sentence. */
  readonly how: string
}

export interface DelegatedOptions {
  readonly clock: Clock
  readonly log: Log
  readonly network?: SignInNetwork | undefined
}

/** The tokens of whoever is signed in in this file; another process may sign somebody in there at any time. */
export function delegatedTokenSource(
  signIn: DelegatedSignIn,
  file: SignInFile,
  options: DelegatedOptions,
): TokenSource {
  return new DelegatedTokens(signIn, file, options)
}

/** msal for this application, whichever kind it is. */
export async function openDelegated(signIn: DelegatedSignIn, network: SignInNetwork | undefined, cache?: CacheText) {
  const send = network ?? (await networkTrusting(signIn.caFile))
  const { clientSecret } = signIn
  return clientSecret === undefined
    ? openPublic(signIn, send, cache)
    : openConfidential({ ...signIn, proof: { clientSecret } }, send, cache)
}

type Opened = Pick<Awaited<ReturnType<typeof openDelegated>>, 'getTokenCache'>
type Result = Awaited<ReturnType<Awaited<ReturnType<typeof openPublic>>['acquireTokenByDeviceCode']>>

/** What is to be kept of a sign-in that msal has just made. Throws when it will not last. */
export function keptOf(application: Opened, result: Result): KeptSignIn {
  const { homeAccountId = '', username = '' } = result?.account ?? {}
  const cache = application.getTokenCache().serialize()
  const { RefreshToken: refreshTokens }: JsonObject = objectOf(JSON.parse(cache))
  if (homeAccountId === '' || Object.keys(objectOf(refreshTokens)).length === 0) {
    throw new GraphdavError(
      'sign-in',
      'the sign-in service gave nothing that lasts; in Entra under API permissions, allow offline_access',
    )
  }
  return { person: { id: homeAccountId, username }, cache }
}

interface Current {
  readonly token: string
  readonly gotAt: number
  readonly expiresAt: number
  readonly granted: readonly string[]
  /** Of the file that it stands in. */
  readonly stamp: string | undefined
}

interface Refusal {
  readonly error: unknown
  readonly stamp: string | undefined
  readonly at: number
}

/** msal renews from here on; a token that ends on its way is no good. */
const marginMs = 5 * 60_000
/** A refusal may heal over there (an administrator consents); it is not asked about more often. */
const refusedMs = 15 * 60_000

class DelegatedTokens implements TokenSource {
  readonly #signIn: DelegatedSignIn
  readonly #file: SignInFile
  readonly #options: DelegatedOptions
  #current: Current | undefined
  #refusal: Refusal | undefined
  /** What could not be written, and the file it belongs over: its refresh token may be the only one that still works. */
  #unsaved: { readonly kept: KeptSignIn; readonly stamp: string | undefined } | undefined
  #running: Promise<string> | undefined

  constructor(signIn: DelegatedSignIn, file: SignInFile, options: DelegatedOptions) {
    this.#signIn = signIn
    this.#file = file
    this.#options = options
  }

  async token(): Promise<string> {
    const stamp = await this.#file.stamp()
    const current = this.#current
    if (current !== undefined && current.stamp === stamp && this.#isGood(current)) return current.token
    return this.#share(undefined)
  }

  async refresh(refused: string): Promise<string> {
    // Several requests may have been refused the same token.
    if (this.#current !== undefined && this.#current.token !== refused) return this.token()
    const token = await this.#share(refused)
    return token === refused ? this.#share(refused) : token
  }

  granted(): readonly string[] | undefined {
    return this.#current?.granted
  }

  #isGood({ gotAt, expiresAt }: Current): boolean {
    const now = this.#options.clock.now()
    return gotAt <= now && now < expiresAt - marginMs
  }

  // One at a time: who comes meanwhile gets the same.
  #share(refused: string | undefined): Promise<string> {
    return (this.#running ??= this.#renew(refused).finally(() => {
      this.#running = undefined
    }))
  }

  async #renew(refused: string | undefined): Promise<string> {
    const { clock } = this.#options
    const { at = 0, stamp, error: refusedBefore } = this.#refusal ?? {}
    const isRecent = this.#refusal !== undefined && at <= clock.now() && clock.now() < at + refusedMs
    if (isRecent && stamp === (await this.#file.stamp())) throw refusedBefore
    try {
      const token = await this.#file.locked((access) => this.#acquire(access, refused))
      this.#refusal = undefined
      return token
    } catch (error) {
      if (codeOf(error) === 'sign-in') this.#refusal = { error, stamp: await this.#file.stamp(), at: clock.now() }
      throw error
    }
  }

  async #acquire(access: SignInAccess, refused: string | undefined): Promise<string> {
    const { clock, log, network } = this.#options
    const stamp = await this.#file.stamp()
    const unsaved = this.#unsaved
    const kept = unsaved !== undefined && unsaved.stamp === stamp ? unsaved.kept : await readKept(access, this.#file)
    if (kept === undefined) throw this.#needsPerson('nobody has signed in for this account yet')
    let { cache } = kept
    const changed = async (text: string): Promise<void> => {
      cache = text
      this.#unsaved = { kept: { ...kept, cache }, stamp }
      await writeKept(access, this.#unsaved.kept)
      this.#unsaved = undefined
    }
    const gotAt = clock.now()
    const result = await this.#ask({ read: () => cache, changed }, refused, network)
    this.#current = {
      token: result.accessToken,
      gotAt,
      expiresAt: result.expiresOn?.getTime() ?? 0,
      granted: result.scopes.map((scope) => scope.replace(/^https:\/\/[^/]*\//, '')),
      stamp: await this.#file.stamp(),
    }
    if (!result.fromCache) log.debug('token renewed', { seconds: Math.round((this.#current.expiresAt - gotAt) / 1000) })
    return result.accessToken
  }

  async #ask(cache: CacheText, refused: string | undefined, network: SignInNetwork | undefined) {
    const scopes = this.#signIn.scopes.filter((scope) => scope !== 'offline_access')
    try {
      const application = await openDelegated(this.#signIn, network, cache)
      const [account] = await application.getTokenCache().getAllAccounts()
      if (account === undefined) throw this.#needsPerson(`${this.#file.path} holds no sign-in`)
      const silent = (forceRefresh: boolean) => application.acquireTokenSilent({ account, scopes, forceRefresh })
      const kept = await silent(false)
      return kept.accessToken === refused ? await silent(true) : kept
    } catch (error) {
      const told = await signInError(error)
      throw told === error || told.code !== 'sign-in' ? told : this.#needsPerson(told.message)
    }
  }

  #needsPerson(why: string): GraphdavError {
    return new GraphdavError('sign-in', `${why}. To sign in: ${this.#signIn.how}`)
  }
}
