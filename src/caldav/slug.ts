// The last segment of a calendar's URL: clients make calendars under names of their own (Apple: UUIDs in upper case), and a
// slug is `[a-z0-9][a-z0-9-]{0,62}`. Every spelling leads to the same calendar, so what a client made is where it looks for it.
import { sha256Hex } from '../base/hash.ts'

/** The slug that a path segment means; a slug means itself. */
export function slugOf(segment: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,62}$/.test(segment)) return segment
  const plain = segment
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 63)
    .replace(/-+$/, '')
  return plain === '' ? `calendar-${sha256Hex(segment).slice(0, 8)}` : plain
}

/** Names that are no calendar's. */
export const reservedSlugs: ReadonlySet<string> = new Set(['inbox', 'outbox', 'notifications'])
