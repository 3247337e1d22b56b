// A feed of one calendar as the tests vary it.
import type { FeedProfile } from '../../src/feed/profile.ts'

/** Everything of `work` but people and reminders; private events as busy, declined ones not. */
export const plainProfile: FeedProfile = {
  name: 'work',
  token: 'A'.repeat(22),
  calendars: ['work'],
  detail: 'full',
  private: 'busy',
  reminders: false,
  attendees: false,
  hide: { declined: true, free: false, categories: [], title: null },
  expires: undefined,
}
