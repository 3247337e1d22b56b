// Basic authentication (RFC 7617, realm `graphdav`). DAV clients send the password with every request and scrypt is slow on
// purpose, so a check that went well is remembered for minutes. The home of basic-auth and rate-limiter-flexible.
import { createHmac, randomBytes } from 'node:crypto'
import basicAuth from 'basic-auth'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { HttpError } from './http-error.ts'
import { nobodysHash, verifyPassword } from './password.ts'

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
   * The user's name. Throws 401 without credentials or with wrong ones, 429 for wrong ones after many wrong ones from this
   * address for this user; the right password passes all the same, a little later.
   */
  authenticate(authorization: string, address: string): Promise<string>
}

const minute = 60_000
const rememberedMs = 5 * minute
const maxRemembered = 10_000
const failuresAllowed = 10
const failureWindowSeconds = 15 * 60
const throttledDelayMs = 1000
const maxWaiting = 10

/** Makes the authenticator; it keeps its memory as long as it lives. */
export function createAuthenticator(options: {
  readonly users: UserDirectory
  readonly clock: Clock
  readonly log: Log
}): Authenticator {
  const { users, clock, log } = options
  const remembered = createMemory(clock)
  const guard = createGuard(clock)

  const check = (name: string, password: string): Promise<boolean> =>
    verifyPassword(password, users.get(name)?.passwordHash ?? nobodysHash)

  return {
    authenticate: async (authorization, address) => {
      const credentials = basicAuth.parse(authorization)
      if (!credentials) throw challenge('sign in with your user name and password')
      const { name, pass } = credentials
      const stored = users.get(name)?.passwordHash ?? ''
      const isRight = await remembered.recall([name, pass, stored], () =>
        guard.run(`${address} ${name}`, () => check(name, pass)),
      )
      if (isRight) return name
      const isMany = await guard.fail(`${address} ${name}`)
      log.warn('sign-in failed', { client: address, throttled: isMany })
      throw isMany ? tooMany() : challenge('the user name or the password is wrong')
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
  /** What a check of the same facts answered lately, when it was true; else the check. Equal checks under way are shared. */
  recall(facts: readonly string[], check: () => Promise<boolean>): Promise<boolean>
}

// Keys are keyed hashes, so that no password stays in memory.
function createMemory(clock: Clock): Memory {
  const secret = randomBytes(32)
  const good = new Map<string, number>()
  const running = new Map<string, Promise<boolean>>()
  return {
    recall: async (facts, check) => {
      const key = createHmac('sha256', secret).update(facts.join('\0')).digest('base64')
      if ((good.get(key) ?? 0) > clock.now()) return true
      good.delete(key)
      const shared = running.get(key)
      if (shared) return shared
      const fresh = check().finally(() => running.delete(key))
      running.set(key, fresh)
      const isGood = await fresh
      if (isGood) {
        const [oldest] = good.size >= maxRemembered ? good.keys() : []
        if (oldest !== undefined) good.delete(oldest)
        good.set(key, clock.now() + rememberedMs)
      }
      return isGood
    },
  }
}

interface Guard {
  /** Runs a check; after many failures of this key one at a time, and not at once. */
  run(key: string, check: () => Promise<boolean>): Promise<boolean>
  /** Counts a failure; true when there have been many. */
  fail(key: string): Promise<boolean>
}

function createGuard(clock: Clock): Guard {
  const failures = new RateLimiterMemory({ points: failuresAllowed, duration: failureWindowSeconds })
  const queues = new Map<string, { waiting: number; last: Promise<unknown> }>()

  const inTurn = async (key: string, check: () => Promise<boolean>): Promise<boolean> => {
    const queue = queues.get(key) ?? { waiting: 0, last: Promise.resolve() }
    if (queue.waiting >= maxWaiting) throw tooMany()
    queues.set(key, queue)
    queue.waiting += 1
    const turn = queue.last.then(async () => {
      await clock.sleep(throttledDelayMs)
      return check()
    })
    queue.last = turn.catch(() => undefined)
    try {
      return await turn
    } finally {
      queue.waiting -= 1
      if (queue.waiting === 0) queues.delete(key)
    }
  }

  const countOf = async (key: string): Promise<number> => (await failures.get(key))?.consumedPoints ?? 0
  return {
    run: async (key, check) => ((await countOf(key)) >= failuresAllowed ? inTurn(key, check) : check()),
    fail: async (key) => (await failures.penalty(key)).remainingPoints <= 0,
  }
}
