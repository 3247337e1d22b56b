// What an account is to do.
import type { AccountConfiguration, Configuration } from '../config/configuration.ts'
import type { AccountUse } from '../graph/scopes.ts'

/** By its calendars, and by the users that may make some in it. */
export function useOf({ calendars, users }: Configuration, { name, mailbox }: AccountConfiguration): AccountUse {
  const own = [...calendars.values()].filter(({ account }) => account === name)
  const made = [...users.values()].filter(({ create }) => create === name)
  return {
    mailbox,
    calendars: [
      ...own.map(({ source, access }) => ({ source, access })),
      ...made.map(() => ({ source: 'default', access: 'read-write' }) as const),
    ],
  }
}
