// What one feed link shows: which calendars, in how much detail, until when. Types only.

/** One link for one reader, as the configuration gives it. */
export interface FeedProfile {
  /** Last path segment of the URL without `.ics`. */
  readonly name: string
  /** The secret in the URL: `[A-Za-z0-9_-]{22,}`. */
  readonly token: string
  /** Slugs; when a UID is in several, the first listed wins. Not empty. */
  readonly calendars: readonly string[]
  /** full: everything · titles: title, time and place · busy: time only. */
  readonly detail: 'full' | 'titles' | 'busy'
  /** Events marked private or confidential: shown as busy, left out, or shown (only with detail full). */
  readonly private: 'busy' | 'hide' | 'show'
  readonly reminders: boolean
  readonly attendees: boolean
  readonly hide: HideRules
  /** First instant, in milliseconds, at which the link is dead; undefined: never. */
  readonly expires: number | undefined
}

/** What is left out of a feed. */
export interface HideRules {
  /** Events the calendar's owner declined. */
  readonly declined: boolean
  /** Events shown as free. */
  readonly free: boolean
  /** Events with one of these categories, compared exactly. */
  readonly categories: readonly string[]
  /** Events whose title matches; null: none. */
  readonly title: RegExp | null
}
