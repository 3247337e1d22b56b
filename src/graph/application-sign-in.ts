// Tokens of an application that signs in by itself (client credentials: Microsoft page "OAuth 2.0 client credentials flow").
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { GraphdavError } from '../base/errors.ts'
import type { TokenSource } from './auth.ts'
import { openConfidential, signInError, type Proof } from './msal.ts'
import { networkTrusting, type SignInNetwork } from './sign-in-network.ts'

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

type Opened = Awaited<ReturnType<typeof openConfidential>>

/** Signs in when a token is needed and keeps it in memory until shortly before its end. */
export function applicationTokenSource(signIn: ApplicationSignIn, network?: SignInNetwork): TokenSource {
  let opened: Promise<Opened> | undefined
  let running: Promise<string> | undefined
  let last: string | undefined
  const acquire = async (skipCache: boolean): Promise<string> => {
    opened ??= open(signIn, network)
    let application: Opened
    try {
      application = await opened
    } catch (error) {
      // A file that is mended is read at the next token.
      opened = undefined
      throw error
    }
    try {
      const result = await application.acquireTokenByClientCredential({ scopes: [signIn.scope], skipCache })
      if (result !== null && result.accessToken !== '') return (last = result.accessToken)
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
  return { token: () => share(false), refresh: (refused) => share(last === undefined || last === refused) }
}

async function open({ authority, clientId, credential, caFile }: ApplicationSignIn, network?: SignInNetwork) {
  const proof: Proof =
    'clientSecret' in credential
      ? { clientSecret: credential.clientSecret }
      : { clientCertificate: await certificateOf(credential.certificate, credential.privateKey) }
  return openConfidential({ authority, clientId, proof }, network ?? (await networkTrusting(caFile)))
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
