// Hashes and random ids. The only home of node:crypto for these purposes.
import { createHash, randomBytes } from 'node:crypto'

/** SHA-256 of the UTF-8 text, as 64 lower-case hex digits. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

/** `bytes` random bytes as lower-case hex. */
export function randomHex(bytes: number): string {
  return randomBytes(bytes).toString('hex')
}

/** `bytes` random bytes as base64url without padding: what tokens are made of. */
export function randomToken(bytes: number): string {
  return randomBytes(bytes).toString('base64url')
}
