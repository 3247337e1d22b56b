// When what an account proves itself with ends, as far as it can be known: a certificate says so, of a secret the configuration may.
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { AccountConfiguration } from '../config/configuration.ts'

export interface CredentialEnd {
  /** The key of `auth` that holds it. */
  readonly key: 'certificate' | 'clientSecret'
  /** Its last moment, milliseconds. */
  readonly endsAt: number
}

/** Looked up anew each time, as the file may be another one by now; undefined: nothing ends, or nobody knows when. */
export function credentialEnd({ auth }: AccountConfiguration): CredentialEnd | undefined {
  if ('secretEnds' in auth && auth.secretEnds !== undefined) {
    return { key: 'clientSecret', endsAt: auth.secretEnds - 1_000 }
  }
  if (!('credential' in auth) || !('certificate' in auth.credential)) return undefined
  const { certificate } = auth.credential
  try {
    const pem = certificate.includes('-----BEGIN') ? certificate : readFileSync(certificate, 'utf8')
    const endsAt = Date.parse(new X509Certificate(pem).validTo)
    return Number.isFinite(endsAt) ? { key: 'certificate', endsAt } : undefined
  } catch {
    // Signing in says what is wrong with it.
    return undefined
  }
}
