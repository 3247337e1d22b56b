// The scopes a person is asked for at sign-in: what the configured calendars need and nothing else (Graph pages "Microsoft
// Graph permissions reference", "Get shared or delegated Outlook calendar and its events", "Get calendar").
import type { CalendarSource } from './calendars.ts'

/** What is to be done with one calendar of an account. */
export interface CalendarUse {
  readonly source: CalendarSource
  readonly access: 'read-only' | 'read-write'
}

/** What an account is to reach. */
export interface AccountUse {
  /** `me`, or the user principal name or id of another mailbox. */
  readonly mailbox: string
  readonly calendars: readonly CalendarUse[]
}

/**
 * Short names in a fixed order: who one is, the calendars, and `offline_access`, which keeps one signed in. Without a calendar:
 * what lists those of the mailbox. A group's calendar needs a right that only an administrator grants.
 */
export function delegatedScopes({ mailbox, calendars }: AccountUse): readonly string[] {
  const ofMailbox = mailbox === 'me' ? 'own' : 'shared'
  const used: readonly CalendarUse[] = calendars.length > 0 ? calendars : [{ source: 'default', access: 'read-only' }]
  const needed = kinds.flatMap((kind) => {
    const mine = used.filter(({ source }) => kindOf(source, ofMailbox) === kind)
    if (mine.length === 0) return []
    return scopeNames[kind][mine.some(({ access }) => access === 'read-write') ? 'read-write' : 'read-only']
  })
  return ['User.Read', ...needed, 'offline_access']
}

/** The same as the sign-in service of a cloud wants them: those of Graph with its host. `graph`: `https://graph.microsoft.com`. */
export function scopesOn(graph: string, scopes: readonly string[]): readonly string[] {
  return scopes.map((scope) => (scope === 'offline_access' ? scope : `${graph}/${scope}`))
}

const kinds = ['own', 'shared', 'group'] as const
type Kind = (typeof kinds)[number]

/** Writing includes reading. Calendars.ReadBasic is not here: it hides bodies and extended properties. */
const scopeNames: Readonly<Record<Kind, Readonly<Record<CalendarUse['access'], string>>>> = {
  own: { 'read-only': 'Calendars.Read', 'read-write': 'Calendars.ReadWrite' },
  shared: { 'read-only': 'Calendars.Read.Shared', 'read-write': 'Calendars.ReadWrite.Shared' },
  group: { 'read-only': 'Group.Read.All', 'read-write': 'Group.ReadWrite.All' },
}

function kindOf(source: CalendarSource, ofMailbox: 'own' | 'shared'): Kind {
  if (source === 'default') return ofMailbox
  if ('group' in source) return 'group'
  return 'user' in source ? 'shared' : ofMailbox
}
