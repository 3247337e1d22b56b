import { createHook } from 'node:async_hooks'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { silentLog } from '../../src/base/log.ts'
import { createAuthenticator, type Authenticator } from '../../src/server/auth.ts'
import { HttpError } from '../../src/server/http-error.ts'
import { testClock, type TestClock } from '../http/test-clock.ts'

const right = `Basic ${Buffer.from('alice:right').toString('base64')}`
const wrong = `Basic ${Buffer.from('alice:wrong').toString('base64')}`

function authenticator(): { readonly auth: Authenticator; readonly clock: TestClock } {
  const clock = testClock()
  const users = new Map([['alice', { passwordHash: 'right' }]])
  return { auth: createAuthenticator({ users, clock, log: silentLog }), clock }
}

async function statusOf(attempt: Promise<string>): Promise<number | string> {
  try {
    return await attempt
  } catch (error) {
    return error instanceof HttpError ? error.status : String(error)
  }
}

async function fail(auth: Authenticator, times: number, address = '192.0.2.1'): Promise<readonly (number | string)[]> {
  const statuses: (number | string)[] = []
  for (let count = 0; count < times; count += 1) statuses.push(await statusOf(auth.authenticate(wrong, address)))
  return statuses
}

describe('wrong passwords', () => {
  it('become 429 after many, and the right one still passes', async () => {
    const { auth } = authenticator()
    const statuses = await fail(auth, 15)
    expect(statuses.slice(0, 9)).toEqual(Array.from({ length: 9 }, () => 401))
    expect(statuses.slice(-5)).toEqual(Array.from({ length: 5 }, () => 429))
    expect(await auth.authenticate(right, '192.0.2.1')).toBe('alice')
  })

  it('are slowed down: one guess a second', async () => {
    const { auth, clock } = authenticator()
    await fail(auth, 10)
    expect(clock.slept()).toBe(0)
    await fail(auth, 5)
    expect(clock.slept()).toBe(5000)
  })

  it('of one address do not slow another', async () => {
    const { auth, clock } = authenticator()
    await fail(auth, 20)
    const slept = clock.slept()
    expect(await auth.authenticate(right, '192.0.2.2')).toBe('alice')
    expect(await statusOf(auth.authenticate(wrong, '192.0.2.2'))).toBe(401)
    expect(clock.slept()).toBe(slept)
  })

  it('do not slow a client whose right password is remembered', async () => {
    const { auth, clock } = authenticator()
    await auth.authenticate(right, '192.0.2.1')
    await fail(auth, 20)
    const slept = clock.slept()
    expect(await auth.authenticate(right, '192.0.2.1')).toBe('alice')
    expect(clock.slept()).toBe(slept)
  })

  it('in a crowd are refused at once, when too many wait already', async () => {
    const { auth } = authenticator()
    await fail(auth, 10)
    const crowd = Array.from({ length: 30 }, (_, index) =>
      statusOf(auth.authenticate(`Basic ${Buffer.from(`alice:guess ${index}`).toString('base64')}`, '192.0.2.1')),
    )
    expect(new Set(await Promise.all(crowd))).toEqual(new Set([429]))
  })
})

describe('no credentials', () => {
  it('are 401 and count as nothing', async () => {
    const { auth } = authenticator()
    for (let count = 0; count < 30; count += 1) expect(await statusOf(auth.authenticate('', '192.0.2.1'))).toBe(401)
    expect(await statusOf(auth.authenticate(wrong, '192.0.2.1'))).toBe(401)
  })
})

describe('a remembered check', () => {
  it('is for one password of one user, as it is stored now', async () => {
    const users = new Map([
      ['alice', { passwordHash: 'right' }],
      ['bob', { passwordHash: 'other' }],
    ])
    const auth = createAuthenticator({ users, clock: testClock(), log: silentLog })
    await auth.authenticate(right, 'a')
    expect(await statusOf(auth.authenticate(`Basic ${Buffer.from('bob:right').toString('base64')}`, 'a'))).toBe(401)
    users.set('alice', { passwordHash: 'changed' })
    expect(await statusOf(auth.authenticate(right, 'a'))).toBe(401)
  })
})

describe('what an attempt costs', () => {
  /** How many scrypt computations an attempt starts. */
  async function hashesFor(name: string, auth: Authenticator): Promise<number> {
    let count = 0
    const hook = createHook({ init: (_, type) => void (type === 'SCRYPTREQUEST' && (count += 1)) }).enable()
    await statusOf(auth.authenticate(`Basic ${Buffer.from(`${name}:guess`).toString('base64')}`, '192.0.2.1'))
    hook.disable()
    return count
  }

  it.each([
    ['hashed', 'scrypt$4$8$1$AQID$BAUG', 1],
    ['plain', 'right', 0],
  ])('is the same for a user that there is and one that there is not: %s', async (_, passwordHash, hashes) => {
    const users = new Map([['alice', { passwordHash }]])
    const auth = createAuthenticator({ users, clock: testClock(), log: silentLog })
    expect(await hashesFor('alice', auth)).toBe(hashes)
    expect(await hashesFor('nobody', auth)).toBe(hashes)
  })

  // A comparison that ends at the first difference cannot be told from outside in a test; that it is not there can.
  it.each(['src/server/password.ts', 'src/feed/library.ts'])(
    '%s compares secrets in constant time only',
    async (file) => {
      const source = await readFile(file, 'utf8')
      expect(source).toContain('timingSafeEqual(')
      expect(source).not.toMatch(
        /(?:token|digest|hash|password|stored)\b(?:\.\w+)* [!=]==? |[!=]== (?:\w+\.)*(?:token|digest|hash|password)\b/,
      )
    },
  )
})
