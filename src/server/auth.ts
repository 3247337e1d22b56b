// Basic authentication (RFC 7617, realm `graphdav`). DAV clients send the password with every request and scrypt is slow on
// purpose, so a check that went well is remembered for minutes. The home of basic-auth.
import { createHmac, randomBytes } from 'node:crypto'
import basicAuth from 'basic-auth'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { createGuard, type Verdict } from './guard.ts'
import { HttpError } from './http-error.ts'
import { nobodysLike, verifyPassword } from './password.ts'

/** What is known of one user. */
export interface UserRecord {
  /** `scrypt$…` or a plain password. */
  readonly passwordHash: string
}

/** The users by name. */
export type UserDirectory = ReadonlyMap<string, UserRecord>

/** Who is asking. */
export interface Authenticator {
  /**
   * The user's name. Throws 401 without credentials or with wrong ones, 429 for wrong ones after many wrong ones
   * (guard.ts); the right password passes all the same, a little later.
   */
  authenticate(authorization: string, address: string): Promise<string>
}

const minute = 60_000
const rememberedMs = 5 * minute
const maxRemembered = 10_000

/** Makes the authenticator; it keeps its memory as long as it lives. */
export function createAuthenticator(options: {
  readonly users: UserDirectory
  readonly clock: Clock
  readonly log: Log
}): Authenticator {
  const { users, clock, log } = options
  const remembered = createMemory(clock)
  const guard = createGuard(clock)

  const check = (name: string, password: string): Promise<boolean> => {
    const [any] = users.values()
    return verifyPassword(password, users.get(name)?.passwordHash ?? nobodysLike(any?.passwordHash ?? ''))
  }

  return {
    authenticate: async (authorization, address) => {
      const credentials = basicAuth.parse(authorization)
      if (!credentials) throw challenge('sign in with your user name and password')
      const { name, pass } = credentials
      const stored = users.get(name)?.passwordHash ?? ''
      const verdict = await remembered.recall([name, pass, stored], () =>
        guard.judge({ address, name }, () => check(name, pass)),
      )
      if (verdict === 'right') return name
      if (verdict === 'busy') throw tooMany()
      log.warn('sign-in failed', { client: address, throttled: verdict === 'throttled' })
      throw verdict === 'throttled' ? tooMany() : challenge('the user name or the password is wrong')
    },
  }
}

function challenge(message: string): HttpError {
  return new HttpError(401, message, { 'WWW-Authenticate': 'Basic realm="graphdav", charset="UTF-8"' })
}

function tooMany(): HttpError {
  return new HttpError(429, 'too many wrong passwords: wait a minute', { 'Retry-After': '60' })
}

interface Memory {
  /** `right` when a check of the same facts said so lately; else the check, which equal ones under way share. */
  recall(facts: readonly string[], check: () => Promise<Verdict>): Promise<Verdict>
}

// Keys are keyed hashes, so that no password stays in memory.
function createMemory(clock: Clock): Memory {
  const secret = randomBytes(32)
  const good = new Map<string, number>()
  const running = new Map<string, Promise<Verdict>>()
  return {
    recall: async (facts, check) => {
      const key = createHmac('sha256', secret).update(JSON.stringify(facts)).digest('base64')
      if ((good.get(key) ?? 0) > clock.now()) return 'right'
      good.delete(key)
      const shared = running.get(key)
      if (shared) return shared
      const fresh = check().finally(() => running.delete(key))
      running.set(key, fresh)
      const verdict = await fresh
      if (verdict === 'right') {
        const [oldest] = good.size >= maxRemembered ? good.keys() : []
        if (oldest !== undefined) good.delete(oldest)
        good.set(key, clock.now() + rememberedMs)
      }
      return verdict
    },
  }
}
