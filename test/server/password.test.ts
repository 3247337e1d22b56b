import { describe, expect, it } from 'vitest'
import { hashPassword, isPlainPassword, nobodysLike, verifyPassword } from '../../src/server/password.ts'

describe('a password', () => {
  it('is hashed with its own salt and verified', async () => {
    const [one, other] = await Promise.all([hashPassword('secret'), hashPassword('secret')])
    expect(one).toMatch(/^scrypt\$15\$8\$1\$[\w-]{22}\$[\w-]{43}$/)
    expect(one).not.toBe(other)
    expect(await verifyPassword('secret', one)).toBe(true)
    expect(await verifyPassword('Secret', one)).toBe(false)
  })

  it('is the test vector of RFC 7914 §12', async () => {
    const hash = Buffer.from(
      'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
      'hex',
    ).toString('base64url')
    expect(
      await verifyPassword('password', `scrypt$10$8$16$${Buffer.from('NaCl').toString('base64url')}$${hash}`),
    ).toBe(true)
  })

  it('is the same however its letters are composed', async () => {
    expect(await verifyPassword('e\u0301', await hashPassword('\u00e9'))).toBe(true)
  })

  it('may be plain', async () => {
    expect(isPlainPassword('scrypt')).toBe(true)
    expect(isPlainPassword(await hashPassword('x'))).toBe(false)
    expect(await verifyPassword('plain', 'plain')).toBe(true)
    expect(await verifyPassword('plain ', 'plain')).toBe(false)
  })

  it('of nobody is none, and costs what the one of somebody costs', async () => {
    const cheap = 'scrypt$4$8$1$AQID$BAUG'
    expect(nobodysLike(cheap)).toBe('scrypt$4$8$1$AAAA$AAAA')
    expect(nobodysLike(await hashPassword('x'))).toMatch(/^scrypt\$15\$8\$1\$A{22}\$A{43}$/)
    expect(await verifyPassword('', nobodysLike(cheap))).toBe(false)
    expect(isPlainPassword(nobodysLike('plain'))).toBe(true)
    expect(await verifyPassword('', nobodysLike('plain'))).toBe(false)
  })
})
