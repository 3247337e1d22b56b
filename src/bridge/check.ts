// `graphdav check` beyond the file: tries each account and each calendar once, and says what it finds. Reads only.
import type { Clock } from '../base/clock.ts'
import { GraphdavError, sentenceOf } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { CalendarConfiguration, Configuration } from '../config/configuration.ts'
import { resolveCalendar, type ResolvedCalendar } from '../graph/calendars.ts'
import type { GraphClient } from '../graph/client.ts'
import { whoAmI, type MailboxOwner } from '../graph/mailbox.ts'
import { createClients } from './accounts.ts'

/** What was found out; a `problem` is a sentence for a person. */
export type Finding =
  | {
      readonly kind: 'account'
      readonly account: string
      /** Undefined when the account may not ask who it is; it may still read calendars. */
      readonly owner: MailboxOwner | undefined
    }
  | { readonly kind: 'calendar'; readonly slug: string; readonly calendar: ResolvedCalendar }
  | { readonly kind: 'problem'; readonly key: string; readonly problem: string }

/** Asks Graph, one account after the other. Never throws for what Graph answers; each answer is a finding. */
export async function* checkAccounts(
  configuration: Configuration,
  options: { readonly clock: Clock; readonly log: Log; readonly signal: AbortSignal },
): AsyncGenerator<Finding, void, undefined> {
  const clients = problemsOf(() => createClients(configuration.accounts, options))
  if ('kind' in clients) {
    yield clients
    return
  }
  const seen = new Map<string, string>()
  for (const [name, account] of configuration.accounts) {
    const client = clients.get(name)
    if (client === undefined) continue
    const who = await tell(`accounts.${name}`, options.signal, async () => ({
      kind: 'account' as const,
      account: name,
      owner: await whoAmI({ client, signal: options.signal }, account.mailbox),
    }))
    yield who
    // Without a sign-in every calendar would say the same again.
    if (who.kind === 'problem') continue
    for (const calendar of configuration.calendars.values()) {
      if (calendar.account !== name) continue
      yield await checkCalendar({ client, mailbox: account.mailbox, calendar, seen, signal: options.signal })
    }
  }
}

interface CalendarCheck {
  readonly client: GraphClient
  readonly mailbox: string
  readonly calendar: CalendarConfiguration
  /** Identity → slug of the calendars found so far. */
  readonly seen: Map<string, string>
  readonly signal: AbortSignal
}

function checkCalendar({ client, mailbox, calendar, seen, signal }: CalendarCheck): Promise<Finding> {
  const { slug, source } = calendar
  return tell(`calendars.${slug}`, signal, async () => {
    const found = await resolveCalendar({ client, signal }, mailbox, source)
    const identity = `${client.host} ${found.mailbox} ${found.id}`
    const other = seen.get(identity)
    if (other !== undefined) throw sameCalendar(other)
    seen.set(identity, slug)
    await client.get(found.eventsPath, {
      purpose: 'ids',
      mailbox: found.mailbox,
      query: { $top: 1, $select: 'id' },
      signal,
    })
    return { kind: 'calendar' as const, slug, calendar: found }
  })
}

/** Two slugs for one calendar, as only Graph's answer shows. */
export function sameCalendar(other: string): GraphdavError {
  return new GraphdavError(
    'configuration',
    `this is the same calendar as calendars.${other}; one calendar has one slug, remove one of the two`,
  )
}

async function tell<Found extends Finding>(
  key: string,
  signal: AbortSignal,
  ask: () => Promise<Found>,
): Promise<Found | Extract<Finding, { readonly kind: 'problem' }>> {
  try {
    return await ask()
  } catch (error) {
    signal.throwIfAborted()
    return { kind: 'problem', key, problem: sentenceOf(error) }
  }
}

function problemsOf<T>(make: () => T): T | Extract<Finding, { readonly kind: 'problem' }> {
  try {
    return make()
  } catch (error) {
    return { kind: 'problem', key: 'accounts', problem: sentenceOf(error) }
  }
}
