// When what an application proves itself with ends, as far as it can be known: a certificate says so.
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { AccountConfiguration } from '../config/configuration.ts'

/** The end of an account's certificate, milliseconds; undefined when there is none or it cannot be read. */
export async function credentialEnd({ auth }: AccountConfiguration): Promise<number | undefined> {
  if (!('credential' in auth) || !('certificate' in auth.credential)) return undefined
  const { certificate } = auth.credential
  try {
    const pem = certificate.includes('-----BEGIN') ? certificate : await readFile(certificate, 'utf8')
    const end = Date.parse(new X509Certificate(pem).validTo)
    return Number.isFinite(end) ? end : undefined
  } catch {
    // Signing in says what is wrong with it.
    return undefined
  }
}
