// Guessing passwords is made slow, not impossible to get past: wrong ones are counted per address, per user, and per address
// and user; who is over a limit is checked one at a time, and not at once. The right password is never refused for what
// others did: from where a user has signed in before, only that address's own mistakes count for that user.
// The home of rate-limiter-flexible.
import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { Clock } from '../base/clock.ts'

/** Somebody who says to be a user. */
export interface Attempt {
  /** IP address; of IPv6 the network of 64 bits counts, as one home has all of it. */
  readonly address: string
  readonly name: string
}

/** `busy`: not checked, because too many wait already. `throttled`: wrong, and one of many. */
export type Verdict = 'right' | 'wrong' | 'throttled' | 'busy'

export interface Guard {
  /** Runs a check when its turn comes, and counts it when it is wrong. */
  judge(attempt: Attempt, check: () => Promise<boolean>): Promise<Verdict>
}

/** Wrong passwords in fifteen minutes. */
const allowed = { pair: 10, address: 50, user: 100 }
const windowSeconds = 15 * 60
const delayMs = 1000
const mostInLine = 10
const mostKnown = 10_000
// Hashes are made on the four threads that also read files: one for who is known, one for all others.
const mostWaiting = 100

export function createGuard(clock: Clock): Guard {
  const counters = {
    pair: new RateLimiterMemory({ points: allowed.pair, duration: windowSeconds }),
    address: new RateLimiterMemory({ points: allowed.address, duration: windowSeconds }),
    user: new RateLimiterMemory({ points: allowed.user, duration: windowSeconds }),
  }
  const known = new Set<string>()
  const delayed = createLines(mostInLine)
  const hashing = createLines(mostWaiting)

  const remember = (pair: string): void => {
    known.delete(pair)
    const [oldest] = known.size >= mostKnown ? known : []
    if (oldest !== undefined) known.delete(oldest)
    known.add(pair)
  }
  const lineIn = async (scope: keyof typeof counters, key: string): Promise<string | undefined> =>
    ((await counters[scope].get(key))?.consumedPoints ?? 0) >= allowed[scope] ? `${scope} ${key}` : undefined

  return {
    judge: async (attempt, check) => {
      const keys = keysOf(attempt)
      const isKnown = known.has(keys.pair)
      const lines = await Promise.all([
        isKnown ? undefined : lineIn('address', keys.address),
        isKnown ? undefined : lineIn('user', keys.user),
        lineIn('pair', keys.pair),
      ])
      const hashed = (): Promise<boolean | 'busy'> => hashing(isKnown ? 'known' : 'anybody', check)
      // Through the address's own line first, so that one address has one place in the line of a user.
      const inLines = lines.reduceRight((next, line) => {
        if (line === undefined) return next
        const later = async (): Promise<boolean | 'busy'> => {
          await clock.sleep(delayMs)
          return next()
        }
        return () => delayed(line, later)
      }, hashed)
      const outcome = await inLines()
      if (outcome === 'busy') return 'busy'
      if (outcome) {
        remember(keys.pair)
        return 'right'
      }
      const left = await Promise.all([
        counters.pair.penalty(keys.pair),
        counters.address.penalty(keys.address),
        counters.user.penalty(keys.user),
      ])
      return left.some(({ remainingPoints }) => remainingPoints <= 0) ? 'throttled' : 'wrong'
    },
  }
}

// Names are anybody's text and may be long: their hashes are kept.
function keysOf({ address, name }: Attempt): {
  readonly pair: string
  readonly address: string
  readonly user: string
} {
  const network = networkOf(address)
  const user = createHash('sha256').update(name).digest('base64url')
  return { pair: `${network} ${user}`, address: network, user }
}

/** An IPv4 address as it is, an IPv6 address as its first 64 bits. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::')
  const groupsOf = (text = ''): readonly string[] => (text === '' ? [] : text.split(':'))
  const [before, after] = [groupsOf(head), groupsOf(tail)]
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0')
  const groups = [...before, ...zeros, ...after].slice(0, 4)
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}

type Lines = <T>(key: string, work: () => Promise<T>) => Promise<T | 'busy'>

/** Work of one key: one at a time, in order, and `busy` when too many wait already. */
function createLines(most: number): Lines {
  const lines = new Map<string, (() => void)[]>()
  return async (key, work) => {
    const waiting = lines.get(key)
    if (waiting === undefined) lines.set(key, [])
    else if (waiting.length >= most) return 'busy'
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      // Whoever is next takes over this place.
      const next = lines.get(key)?.shift()
      if (next) next()
      else lines.delete(key)
    }
  }
}
