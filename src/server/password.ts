// Passwords of the configuration: `scrypt$15$8$1$SALT$HASH` (log2 of N, r, p, base64url without padding; RFC 7914), made
// by `graphdav password`. A value that does not look like that is a plain password.
import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

interface ScryptCost {
  readonly logN: number
  readonly r: number
  readonly p: number
}

interface ScryptHash extends ScryptCost {
  readonly salt: Buffer
  readonly hash: Buffer
}

const cost: ScryptCost = { logN: 15, r: 8, p: 1 }

/** The hash to write into the configuration; takes about a tenth of a second, on another thread. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await derive(password, salt, 32, cost)
  return ['scrypt', cost.logN, cost.r, cost.p, salt.toString('base64url'), hash.toString('base64url')].join('$')
}

/** True when the password is the one behind `stored` (a hash, or a plain password). Takes the same time for every wrong one. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const parsed = parseHash(stored)
  if (!parsed) return timingSafeEqual(digest(password), digest(stored))
  return timingSafeEqual(await derive(password, parsed.salt, parsed.hash.length, parsed), parsed.hash)
}

/** True for a value that is compared as it stands, because nobody hashed it. */
export function isPlainPassword(stored: string): boolean {
  return parseHash(stored) === undefined
}

/**
 * Stored for nobody: no password is right, and finding that out takes as long as with `stored`. Verified for unknown users, so
 * that the time does not tell who is one; where some passwords are hashed and some plain, it does.
 */
export function nobodysLike(stored: string): string {
  const parsed = parseHash(stored)
  if (!parsed) return randomBytes(32).toString('base64url')
  const { logN, r, p, salt, hash } = parsed
  return ['scrypt', logN, r, p, ...[salt, hash].map(({ length }) => Buffer.alloc(length).toString('base64url'))].join(
    '$',
  )
}

function parseHash(stored: string): ScryptHash | undefined {
  const match = /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([\w-]+)\$([\w-]+)$/.exec(stored)
  if (!match) return undefined
  const [, logN, r, p, salt = '', hash = ''] = match
  return {
    logN: Number(logN),
    r: Number(r),
    p: Number(p),
    salt: Buffer.from(salt, 'base64url'),
    hash: Buffer.from(hash, 'base64url'),
  }
}

function derive(password: string, salt: Buffer, length: number, { logN, r, p }: ScryptCost): Promise<Buffer> {
  const N = 2 ** logN
  // NFC: the same password typed on another system arrives in another form (RFC 8265 §4.2).
  const options = { N, r, p, maxmem: 256 * N * r }
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, length, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}

function digest(password: string): Buffer {
  return createHash('sha256').update(password.normalize('NFC')).digest()
}
