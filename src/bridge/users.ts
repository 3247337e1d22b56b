// Which calendars a user has: those that the configuration gives, then those of their own making.
import type { Access } from '../calendar/collection.ts'
import type { UserConfiguration } from '../config/configuration.ts'
import type { MadeCalendars } from './made-calendars.ts'

/** A user's calendars, each with what the user may do in it. */
export interface ServedUsers {
  get(user: string): { readonly calendars: readonly { readonly slug: string; readonly access: Access }[] } | undefined
}

/** A live view: what a user makes is there at once. */
export function usersOf(
  users: ReadonlyMap<string, UserConfiguration>,
  made: Pick<MadeCalendars, 'slugsOf'>,
): ServedUsers {
  return {
    get: (user) => {
      const known = users.get(user)
      if (known === undefined) return undefined
      const own = made.slugsOf(user).map((slug) => ({ slug, access: 'read-write' as const }))
      return { calendars: [...known.calendars, ...own] }
    },
  }
}
