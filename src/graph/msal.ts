// The home of @azure/msal-node: how it is opened, what it sends through, what its errors mean. It is loaded at the first
// sign-in: who has only access tokens never pays its memory.
import type { ICachePlugin, INetworkModule, NetworkResponse } from '@azure/msal-node'
import { GraphdavError, UnavailableError } from '../base/errors.ts'
import { describeSignInError } from './sign-in-errors.ts'
import type { SignInNetwork } from './sign-in-network.ts'

/** Who asks whom. */
export interface Application {
  /** The sign-in service with the tenant, https. */
  readonly authority: string
  readonly clientId: string
}

/** How an application proves itself. `privateKey` is PKCS #8 PEM. */
export type Proof =
  | { readonly clientSecret: string }
  | { readonly clientCertificate: { readonly thumbprintSha256: string; readonly privateKey: string } }

/** msal's own text of what it knows, tokens included, kept by somebody else. */
export interface CacheText {
  read(): string
  /** msal waits until it resolves before it hands the new tokens out. */
  changed(text: string): Promise<void>
}

/** An application that has a proof. */
export async function openConfidential(
  application: Application & { readonly proof: Proof },
  network: SignInNetwork,
  cache?: CacheText,
) {
  const { ConfidentialClientApplication } = await import('@azure/msal-node')
  const { auth, ...rest } = settings(application, network, cache)
  return new ConfidentialClientApplication({ auth: { ...auth, ...application.proof }, ...rest })
}

/** An application on somebody's machine, which can keep no secret. */
export async function openPublic(application: Application, network: SignInNetwork, cache?: CacheText) {
  const { PublicClientApplication } = await import('@azure/msal-node')
  return new PublicClientApplication(settings(application, network, cache))
}

function settings({ authority, clientId }: Application, network: SignInNetwork, cache: CacheText | undefined) {
  return {
    // A known authority is not asked about at Microsoft's global cloud.
    auth: { clientId, authority, knownAuthorities: [new URL(authority).host] },
    system: { networkClient: networkModule(network) },
    ...(cache && { cache: { cachePlugin: pluginOf(cache) } }),
  }
}

function pluginOf(cache: CacheText): ICachePlugin {
  return {
    beforeCacheAccess: ({ tokenCache }) => Promise.resolve(tokenCache.deserialize(cache.read())),
    afterCacheAccess: async ({ cacheHasChanged, tokenCache }) => {
      if (cacheHasChanged) await cache.changed(tokenCache.serialize())
    },
  }
}

function networkModule(send: SignInNetwork): INetworkModule {
  type Options = Parameters<INetworkModule['sendPostRequestAsync']>[1]
  const exchange = async <T>(method: 'GET' | 'POST', url: string, options: Options): Promise<NetworkResponse<T>> => {
    const { status, headers, body } = await send({ method, url, headers: options?.headers ?? {}, body: options?.body })
    // msal would renew behind our back, outside the lock of the kept sign-in.
    const { refresh_in: _, ...answer } = body
    // msal checks what it needs of the body.
    return { status, headers: { ...headers }, body: answer as T }
  }
  return {
    sendGetRequestAsync: (url, options) => exchange('GET', url, options),
    sendPostRequestAsync: (url, options) => exchange('POST', url, options),
  }
}

/** A secret for one exchange of a code, and what is shown of it before (RFC 7636 §4). */
export async function makePkce(): Promise<{ readonly verifier: string; readonly challenge: string }> {
  const { CryptoProvider } = await import('@azure/msal-node')
  return new CryptoProvider().generatePkceCodes()
}

/**
 * What msal threw, as an error of ours: `sign-in` when the service refuses, `unavailable` when it cannot be had or cannot
 * answer now. The cause is left out: msal's errors may hold what was sent. `next`: what happens then, or what to do.
 */
export async function signInError(error: unknown, next = 'graphdav tries again by itself'): Promise<GraphdavError> {
  if (error instanceof GraphdavError) return error
  const { AuthError } = await import('@azure/msal-node')
  if (!(error instanceof AuthError) || unreachable.includes(error.errorCode)) {
    return new UnavailableError(`the sign-in service does not answer; ${next}`, 60)
  }
  if (isBusy(error.errorCode, error.errorMessage)) return busyError(next)
  return new GraphdavError('sign-in', describeSignInError(error.errorMessage, error.errorCode))
}

/** What to do for whoever is there and waits. */
export const tryAgain = 'check the connection, then begin again'

/** The service is there and asks to come again. */
export function busyError(next: string): UnavailableError {
  return new UnavailableError(`the sign-in service is busy; ${next}`, 60)
}

/** True for an answer that means "later", not "no". */
export function isBusy(errorCode: string, message: string): boolean {
  return busyCodes.includes(errorCode) || /\bAADSTS(?:50196|90033)\b/.test(message)
}

const unreachable = ['network_error', 'no_network_connectivity', 'endpoints_resolution_error', 'openid_config_error']
// msal repeats a 429 or 5xx to us for a minute with the service's number, or with nothing, in place of the word.
const busyCodes = ['temporarily_unavailable', 'server_error', '90033', '']
