// A person signs in in the browser (RFC 6749 §4.1 with PKCE, RFC 7636; Microsoft page "OAuth 2.0 authorization code flow").
import { randomToken } from '../base/hash.ts'
import { keptOf, openDelegated, type DelegatedSignIn } from './delegated-sign-in.ts'
import type { KeptSignIn } from './kept-sign-in.ts'
import { makePkce, signInError, tryAgain } from './msal.ts'
import type { SignInNetwork } from './sign-in-network.ts'

/** A sign-in that has begun: where the browser goes, and what is done with what it comes back with. */
export interface BegunSignIn {
  /** At the sign-in service. */
  readonly url: string
  /** Exchanges the code, once; the sign-in is not kept yet. Throws with code `sign-in` or `unavailable`. */
  redeem(code: string): Promise<KeptSignIn>
}

export interface AuthCodeOptions {
  /** Where the service sends the browser back to, as it is registered there. */
  readonly redirectUri: string
  /** Comes back with the browser; nobody may be able to guess it. */
  readonly state: string
  /** Whose sign-in it is to be, for the service's form; undefined: nobody's yet. */
  readonly username: string | undefined
  readonly network?: SignInNetwork | undefined
}

/** Begins a sign-in. Throws with code `unavailable` when the service cannot be had. */
export async function beginAuthCode(signIn: DelegatedSignIn, options: AuthCodeOptions): Promise<BegunSignIn> {
  const { redirectUri, state, username, network } = options
  const request = { scopes: [...signIn.scopes], redirectUri, nonce: randomToken(16) }
  const { verifier, challenge } = await makePkce()
  const application = await openDelegated(signIn, network)
  const url = await application
    .getAuthCodeUrl({
      ...request,
      state,
      codeChallenge: challenge,
      codeChallengeMethod: 'S256',
      // Who has several accounts in this browser is asked which one.
      ...(username === undefined ? { prompt: 'select_account' } : { loginHint: username }),
    })
    .catch(rethrow)
  const redeem = async (code: string): Promise<KeptSignIn> =>
    keptOf(
      application,
      await application.acquireTokenByCode({ ...request, code, codeVerifier: verifier }).catch(rethrow),
    )
  return { url, redeem }
}

async function rethrow(error: unknown): Promise<never> {
  throw await signInError(error, tryAgain)
}
