// Texts that only who has the secret can read.
import { describe, expect, it } from 'vitest'
import { createSealer, type Sealed } from '../../src/store/seal.ts'

const text = 'a refresh token, “quoted”'

describe('a sealed text', () => {
  it('is opened with its secret and context, and never looks the same twice', async () => {
    const sealer = createSealer('secret')
    const [one, other] = [await sealer.seal(text, 'home'), await sealer.seal(text, 'home')]
    expect([one.data === other.data, one.nonce === other.nonce, one.salt === other.salt]).toEqual([false, false, true])
    expect(JSON.stringify(one)).not.toContain('refresh')
    expect(await createSealer('secret').open(one, 'home')).toBe(text)
  })

  it('is not opened with anything else, or when any of it was changed', async () => {
    const sealer = createSealer('secret')
    const sealed = await sealer.seal(text, 'home')
    expect(await sealer.open(sealed, 'work')).toBeUndefined()
    expect(await createSealer('Secret').open(sealed, 'home')).toBeUndefined()
    const flip = (value: string): string => {
      const octets = Buffer.from(value, 'base64url')
      octets[0] = (octets[0] ?? 0) ^ 1
      return octets.toString('base64url')
    }
    const changed: readonly Sealed[] = [
      { ...sealed, data: flip(sealed.data) },
      { ...sealed, tag: flip(sealed.tag) },
      { ...sealed, tag: sealed.tag.slice(0, 6) },
      { ...sealed, nonce: flip(sealed.nonce) },
      { ...sealed, nonce: '' },
      { ...sealed, salt: flip(sealed.salt) },
      { ...sealed, logN: 30 },
      { ...sealed, logN: 0 },
    ]
    for (const one of changed) expect(await sealer.open(one, 'home')).toBeUndefined()
  })
})
