// Tokens of an application that signs in by itself (client credentials: Microsoft page "OAuth 2.0 client credentials flow"). The
// home of @azure/msal-node, which is loaded at the first token: who has only access tokens never pays its memory.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { ConfidentialClientApplication, INetworkModule, NetworkResponse } from '@azure/msal-node'
import { GraphdavError, UnavailableError } from '../base/errors.ts'
import type { TokenSource } from './auth.ts'
import { describeSignInError } from './sign-in-errors.ts'
import { signInNetwork, type SignInNetwork } from './sign-in-network.ts'

/** How the application proves itself. Certificate and key: PEM, or the absolute path of a PEM file. */
export type ApplicationCredential =
  { readonly clientSecret: string } | { readonly certificate: string; readonly privateKey: string }

export interface ApplicationSignIn {
  /** The sign-in service with the tenant, https. */
  readonly authority: string
  readonly clientId: string
  /** `https://<graph of the cloud>/.default`: what an administrator has consented to. */
  readonly scope: string
  readonly credential: ApplicationCredential
  /** Absolute path of the PEM of the service's certificate authority; undefined: the machine's own. */
  readonly caFile: string | undefined
}

/** Signs in when a token is needed and keeps it in memory until shortly before its end. */
export function applicationTokenSource(signIn: ApplicationSignIn, network?: SignInNetwork): TokenSource {
  let opened: Promise<ConfidentialClientApplication> | undefined
  let running: Promise<string> | undefined
  const acquire = async (skipCache: boolean): Promise<string> => {
    opened ??= open(signIn, network)
    let application: ConfidentialClientApplication
    try {
      application = await opened
    } catch (error) {
      // A file that is mended is read at the next token.
      opened = undefined
      throw error
    }
    try {
      const result = await application.acquireTokenByClientCredential({ scopes: [signIn.scope], skipCache })
      if (result !== null && result.accessToken !== '') return result.accessToken
    } catch (error) {
      throw await signInError(error)
    }
    throw new GraphdavError('sign-in', 'the sign-in service gave no token')
  }
  // One at a time: who comes meanwhile gets the same.
  const share = (skipCache: boolean): Promise<string> =>
    (running ??= acquire(skipCache).finally(() => {
      running = undefined
    }))
  return { token: () => share(false), refresh: () => share(true) }
}

async function open(signIn: ApplicationSignIn, network?: SignInNetwork): Promise<ConfidentialClientApplication> {
  const { authority, clientId, credential, caFile } = signIn
  const proof =
    'clientSecret' in credential
      ? { clientSecret: credential.clientSecret }
      : { clientCertificate: await certificateOf(credential.certificate, credential.privateKey) }
  const send = network ?? signInNetwork(caFile === undefined ? undefined : await readPem(caFile, 'caFile'))
  const { ConfidentialClientApplication: Application } = await import('@azure/msal-node')
  return new Application({
    // A known authority is not asked about at Microsoft's global cloud.
    auth: { clientId, authority, knownAuthorities: [new URL(authority).host], ...proof },
    system: { networkClient: networkModule(send) },
  })
}

async function certificateOf(
  certificate: string,
  privateKey: string,
): Promise<{ readonly thumbprintSha256: string; readonly privateKey: string }> {
  const [certificatePem, keyPem] = [await readPem(certificate, 'certificate'), await readPem(privateKey, 'privateKey')]
  try {
    const parsed = new X509Certificate(certificatePem)
    const key = createPrivateKey(keyPem)
    if (!parsed.checkPrivateKey(key)) throw new GraphdavError('sign-in', 'privateKey does not belong to certificate')
    return {
      thumbprintSha256: parsed.fingerprint256.replaceAll(':', ''),
      privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    }
  } catch (error) {
    if (error instanceof GraphdavError) throw error
    throw new GraphdavError('sign-in', 'certificate or privateKey is no PEM that can be read')
  }
}

async function readPem(value: string, key: string): Promise<string> {
  if (value.includes('-----BEGIN')) return value
  try {
    return await readFile(value, 'utf8')
  } catch (cause) {
    throw new GraphdavError('sign-in', `the file of ${key} cannot be read: ${value}`, { cause })
  }
}

function networkModule(send: SignInNetwork): INetworkModule {
  type Options = Parameters<INetworkModule['sendPostRequestAsync']>[1]
  const exchange = async <T>(method: 'GET' | 'POST', url: string, options: Options): Promise<NetworkResponse<T>> => {
    const { status, headers, body } = await send({ method, url, headers: options?.headers ?? {}, body: options?.body })
    // msal checks what it needs of the body.
    return { status, headers: { ...headers }, body: body as T }
  }
  return {
    sendGetRequestAsync: (url, options) => exchange('GET', url, options),
    sendPostRequestAsync: (url, options) => exchange('POST', url, options),
  }
}

// The cause is left out: msal's errors may hold what was sent.
async function signInError(error: unknown): Promise<GraphdavError> {
  if (error instanceof GraphdavError) return error
  const { AuthError, ServerError } = await import('@azure/msal-node')
  if (error instanceof ServerError) {
    return new GraphdavError('sign-in', describeSignInError(error.errorMessage, error.errorCode))
  }
  if (error instanceof AuthError && !isNetworkCode(error.errorCode)) {
    return new GraphdavError('sign-in', describeSignInError(error.errorMessage, error.errorCode))
  }
  return new UnavailableError('the sign-in service does not answer; graphdav tries again by itself', 60)
}

function isNetworkCode(code: string): boolean {
  return ['network_error', 'no_network_connectivity', 'endpoints_resolution_error', 'openid_config_error'].includes(
    code,
  )
}
