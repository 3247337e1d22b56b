// Text that only who has the secret can read: AES-256-GCM, its key from the secret by scrypt (RFC 7914) and a salt that stands
// beside the text. A changed octet or another secret is noticed, never guessed.
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'

/** What is kept of a sealed text; base64url. Salt and cost stand in it, so that they may change some day. */
export interface Sealed {
  readonly kdf: 'scrypt'
  readonly logN: number
  readonly salt: string
  readonly nonce: string
  readonly tag: string
  readonly data: string
}

export interface Sealer {
  /** `context` has to be the same when it is opened: a text cannot be put in another's place. */
  seal(text: string, context: string): Promise<Sealed>
  /** Undefined: another secret, another context, or damaged. */
  open(sealed: Sealed, context: string): Promise<string | undefined>
}

const currentLogN = 15
const [largestLogN, tagBytes, nonceBytes] = [18, 16, 12]

/** Seals with one secret. The key is made once for each salt: that takes a tenth of a second. */
export function createSealer(secret: string): Sealer {
  let known: { readonly salt: string; readonly logN: number; readonly key: Promise<Buffer> } | undefined
  const keyFor = (salt: string, logN: number): Promise<Buffer> => {
    if (known?.salt !== salt || known.logN !== logN) known = { salt, logN, key: derive(secret, salt, logN) }
    return known.key
  }
  return {
    seal: async (text, context) => {
      // The nonce is new each time, so the salt, and with it the key, may stay.
      const salt = known?.logN === currentLogN ? known.salt : randomBytes(16).toString('base64url')
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', await keyFor(salt, currentLogN), nonce)
      cipher.setAAD(Buffer.from(context))
      const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      const [tag, nonceText] = [cipher.getAuthTag().toString('base64url'), nonce.toString('base64url')]
      return { kdf: 'scrypt', logN: currentLogN, salt, nonce: nonceText, tag, data: data.toString('base64url') }
    },
    open: async ({ logN, salt, nonce, tag, data }, context) => {
      const [nonceValue, tagValue] = [Buffer.from(nonce, 'base64url'), Buffer.from(tag, 'base64url')]
      if (logN < 1 || logN > largestLogN || nonceValue.length !== nonceBytes || tagValue.length !== tagBytes)
        return undefined
      const cipher = createDecipheriv('aes-256-gcm', await keyFor(salt, logN), nonceValue, { authTagLength: tagBytes })
      cipher.setAAD(Buffer.from(context))
      cipher.setAuthTag(tagValue)
      try {
        return Buffer.concat([cipher.update(Buffer.from(data, 'base64url')), cipher.final()]).toString('utf8')
      } catch {
        return undefined
      }
    },
  }
}

function derive(secret: string, salt: string, logN: number): Promise<Buffer> {
  const options = { N: 2 ** logN, r: 8, p: 1, maxmem: 256 * 2 ** logN * 8 }
  return new Promise((resolve, reject) => {
    scrypt(secret.normalize('NFC'), Buffer.from(salt, 'base64url'), 32, options, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}
