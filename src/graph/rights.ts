// Which rights an account needs, and how those that were granted compare (Graph pages "Microsoft Graph permissions reference",
// "Get calendar").
import { delegatedScopes, type AccountUse } from './scopes.ts'

/** Who signs in: a person, or an application as itself. */
export type SignsInAs = 'person' | 'application'

/** Short names in a fixed order. A person's are what is asked for at sign-in; an application's are granted by an administrator. */
export function neededRights(who: SignsInAs, use: AccountUse): readonly string[] {
  if (who === 'person') return delegatedScopes(use)
  // Everybody's mailbox with one right; calendars of groups are closed to applications.
  return use.calendars.some(({ access }) => access === 'read-write') ? ['Calendars.ReadWrite'] : ['Calendars.Read']
}

/** What is wrong between them; short names. */
export interface RightsGap {
  readonly missing: readonly string[]
  /** Granted, and neither needed nor of any use to us. */
  readonly superfluous: readonly string[]
}

/** Right → rights that include it. */
const includedIn: Readonly<Record<string, readonly string[]>> = {
  'User.Read': ['User.ReadWrite', 'User.Read.All', 'User.ReadWrite.All'],
  'Calendars.Read': ['Calendars.ReadWrite', 'Calendars.Read.Shared', 'Calendars.ReadWrite.Shared'],
  'Calendars.ReadWrite': ['Calendars.ReadWrite.Shared'],
  'Calendars.Read.Shared': ['Calendars.ReadWrite.Shared'],
  'Group.Read.All': ['Group.ReadWrite.All'],
}

/** Of use where they are granted, and never asked for: they name the mailbox and its zone. */
const optional: ReadonlySet<string> = new Set(['MailboxSettings.Read', 'User.ReadBasic.All', 'User.Read.All'])

/** How one signs in, not what may be read; a token may leave them out. */
const ofSignIn: ReadonlySet<string> = new Set(['offline_access', 'openid', 'profile', 'email'])

/** Compares short names. */
export function rightsGap(needed: readonly string[], granted: readonly string[]): RightsGap {
  const has = (right: string): boolean =>
    granted.includes(right) || (includedIn[right] ?? []).some((wider) => granted.includes(wider))
  return {
    missing: needed.filter((right) => !ofSignIn.has(right) && !has(right)),
    superfluous: granted.filter((right) => !needed.includes(right) && !optional.has(right) && !ofSignIn.has(right)),
  }
}
