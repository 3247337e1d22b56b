// The feeds by token. What each shows is in edition.ts.
import { timingSafeEqual } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { CalendarBackend } from '../calendar/backend.ts'
import { createBudget } from './bodies.ts'
import { Edition } from './edition.ts'
import type { FeedProfile } from './profile.ts'

/** All feeds. */
export interface FeedLibrary {
  /** The feed of a URL's two segments (the second without `.ics`); undefined for a wrong or expired one, in constant time. */
  find(token: string, name: string): Edition | undefined
}

/** What texts and compressed bodies may take in all, octets. */
const defaultBudget = 48 * 1024 * 1024

/** Makes the library. */
export function createFeedLibrary(options: {
  readonly backend: CalendarBackend
  readonly profiles: readonly FeedProfile[]
  readonly clock: Clock
  readonly log: Log
  readonly budget?: number
}): FeedLibrary {
  const { profiles, clock } = options
  const budget = createBudget(options.budget ?? defaultBudget)
  const longest = Math.max(0, ...profiles.map(({ token }) => Buffer.byteLength(token)))
  const feeds = profiles.map((profile) => ({
    profile,
    token: evened(profile.token, longest),
    edition: new Edition({ ...options, profile, budget }),
  }))
  return {
    find: (token, name) => {
      const asked = evened(token, longest)
      // Every token is compared, whichever is right.
      const [feed] = feeds.filter((known) => timingSafeEqual(known.token, asked))
      if (!feed || feed.profile.name !== name) return undefined
      const { expires } = feed.profile
      return expires === undefined || clock.now() < expires ? feed.edition : undefined
    },
  }
}

// As long as all others, its own length first: two tokens are never alike, and comparing them always takes the same time.
function evened(token: string, longest: number): Buffer {
  const octets = Buffer.alloc(4 + longest)
  octets.writeUInt32LE(Buffer.byteLength(token))
  octets.write(token, 4)
  return octets
}
