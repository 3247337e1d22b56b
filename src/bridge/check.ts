// `graphdav check` beyond the file: signs in with each account, compares its rights with what it needs, and tries each calendar
// once. Reads only; a token is looked into for what it says of itself, and never shown.
import type { Clock } from '../base/clock.ts'
import { GraphdavError, GraphError, sentenceOf, UnavailableError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { AccountConfiguration, CalendarConfiguration, Configuration } from '../config/configuration.ts'
import type { TokenSource } from '../graph/auth.ts'
import type { GraphCalendar } from '../graph/calendar-list.ts'
import { listCalendars, resolveCalendar, type ResolvedCalendar } from '../graph/calendars.ts'
import type { GraphClient } from '../graph/client.ts'
import { whoAmI, type MailboxOwner } from '../graph/mailbox.ts'
import { claimsOf } from '../graph/token-claims.ts'
import { createClients, createTokens } from './accounts.ts'
import { useOf } from './account-use.ts'
import { audienceProblem, remarksOn, rightsOf, type Rights } from './check-rights.ts'
import { credentialEnd, type CredentialEnd } from './credential-end.ts'
import { delegatedOf } from './delegated.ts'

/** What was found out; a `note` or `problem` is a sentence for a person. */
export type Finding =
  | {
      readonly kind: 'account'
      readonly account: string
      /** `me`, or as it is configured. */
      readonly mailbox: string
      /** Undefined when the account may not ask who it is; it may still read calendars. */
      readonly owner: MailboxOwner | undefined
      readonly rights: Rights
    }
  /** What is in the mailbox. */
  | { readonly kind: 'reach'; readonly account: string; readonly calendars: readonly GraphCalendar[] }
  /** When what the account proves itself with ends, and how many whole days are left. */
  | ({ readonly kind: 'end'; readonly account: string; readonly daysLeft: number } & CredentialEnd)
  | { readonly kind: 'calendar'; readonly slug: string; readonly calendar: ResolvedCalendar }
  | { readonly kind: 'note'; readonly key: string; readonly note: string }
  | Problem

interface Problem {
  readonly kind: 'problem'
  readonly key: string
  readonly problem: string
}

interface CheckOptions {
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
}

/** What ends so soon is spoken of. */
export const endIsNearDays = 30

/** Asks Graph, one account after the other. Never throws for what Graph answers; each answer is a finding. */
export async function* checkAccounts(
  configuration: Configuration,
  options: CheckOptions,
): AsyncGenerator<Finding, void, undefined> {
  const { accounts } = configuration
  const opened = problemsOf(() => {
    const tokens = createTokens(configuration, options)
    return { tokens, clients: createClients(accounts, { ...options, tokens }) }
  })
  if ('kind' in opened) {
    yield opened
    return
  }
  const seen = new Map<string, string>()
  for (const [name, account] of accounts) {
    const [client, tokens] = [opened.clients.get(name), opened.tokens.get(name)]
    if (client === undefined || tokens === undefined) continue
    yield* checkAccount({ configuration, account, client, tokens, seen, options })
  }
}

interface AccountCheck {
  readonly configuration: Configuration
  readonly account: AccountConfiguration
  readonly client: GraphClient
  readonly tokens: TokenSource
  /** Identity → slug of the calendars found so far. */
  readonly seen: Map<string, string>
  readonly options: CheckOptions
}

async function* checkAccount(check: AccountCheck): AsyncGenerator<Finding, void, undefined> {
  const { configuration, account, client, options } = check
  const key = `accounts.${account.name}`
  const end = endOf(account, options.clock)
  if (end !== undefined) yield end
  const who = await signIn(check)
  yield who
  // Without a sign-in every calendar would say the same again.
  if (who.kind === 'problem') return
  const own = [...configuration.calendars.values()].filter(({ account: name }) => name === account.name)
  const reach = await tell(key, options.signal, async () => ({
    kind: 'reach' as const,
    account: account.name,
    calendars: await listCalendars({ client, signal: options.signal }, account.mailbox),
  }))
  // Rights to single calendars may not cover the list of the mailbox; then the calendars speak for themselves.
  if (reach.kind === 'problem' && own.length > 0)
    yield { kind: 'note', key, note: `its calendars cannot be listed: ${reach.problem}` }
  else yield reach
  const found: Finding[] = []
  for (const calendar of own) found.push(await checkCalendar(check, calendar, who.rights.who))
  const canRead = reach.kind !== 'problem' || (own.length > 0 && found.every(({ kind }) => kind === 'calendar'))
  const { auth } = account
  const how = 'flow' in auth ? delegatedOf(configuration, account, auth).signIn.how : undefined
  for (const { kind, sentence } of remarksOn(who.rights, { canRead, how })) {
    yield kind === 'note' ? { kind, key, note: sentence } : { kind, key, problem: sentence }
  }
  for (const finding of found) {
    yield finding
    if (finding.kind !== 'calendar' || finding.calendar.canEdit) continue
    if (configuration.calendars.get(finding.slug)?.access === 'read-write') yield cannotBeWritten(finding.slug)
  }
}

function endOf(account: AccountConfiguration, clock: Clock): Finding | undefined {
  const end = credentialEnd(account)
  if (end === undefined) return undefined
  const daysLeft = Math.floor((end.endsAt - clock.now()) / 86_400_000)
  return { kind: 'end', account: account.name, daysLeft, ...end }
}

type SignedIn = Extract<Finding, { readonly kind: 'account' }>

function signIn(check: AccountCheck): Promise<SignedIn | Problem> {
  const { account, options } = check
  return tell(`accounts.${account.name}`, options.signal, () =>
    askWho(check).catch((error: unknown) => {
      throw isUnreached(error) ? new UnavailableError(`${sentenceOf(error)} ${mustReach(account)}`, 60) : error
    }),
  )
}

async function askWho({
  configuration,
  account,
  client,
  tokens,
  options: { signal },
}: AccountCheck): Promise<SignedIn> {
  const { name, mailbox, auth, graphUrl } = account
  const claims = claimsOf(await tokens.token())
  const elsewhere = claims && audienceProblem(claims.audience, graphUrl)
  if (elsewhere !== undefined) throw new GraphdavError('sign-in', elsewhere)
  if (claims?.isApplication === true && mailbox === 'me') {
    throw new GraphdavError(
      'configuration',
      "this is an application's token, and an application is no `me`; set `mailbox` to the address of the mailbox",
    )
  }
  const owner = await whoAmI({ client, signal }, mailbox)
  const rights = rightsOf(auth, useOf(configuration, account), { claims, granted: tokens.granted?.() })
  return { kind: 'account', account: name, mailbox, owner, rights }
}

function isUnreached(error: unknown): boolean {
  return error instanceof UnavailableError || (error instanceof GraphError && error.status === 0)
}

function mustReach({ auth, graphUrl }: AccountConfiguration): string {
  const urls = ['authority' in auth ? auth.authority : graphUrl, graphUrl]
  return `(this machine has to reach ${[...new Set(urls)].map((url) => new URL(url).host).join(' and ')})`
}

function checkCalendar(
  { client, account, seen, options: { signal } }: AccountCheck,
  { slug, source }: CalendarConfiguration,
  who: Rights['who'],
): Promise<Finding> {
  return tell(`calendars.${slug}`, signal, async () => {
    const found = await resolveCalendar({ client, signal }, account.mailbox, source).catch((error: unknown) => {
      if (who !== 'application' || source === 'default' || !('group' in source)) throw error
      throw new GraphdavError(
        'forbidden',
        `Microsoft Graph shows no group's calendar to an application; use an account that signs in as a person (${sentenceOf(error)})`,
      )
    })
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

function cannotBeWritten(slug: string): Finding {
  return {
    kind: 'note',
    key: `calendars.${slug}`,
    note: 'it is configured read-write, and Outlook says that this account may only read it; have it shared with the right to edit, or set access: read-only',
  }
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
): Promise<Found | Problem> {
  try {
    return await ask()
  } catch (error) {
    signal.throwIfAborted()
    return { kind: 'problem', key, problem: sentenceOf(error) }
  }
}

function problemsOf<T>(make: () => T): T | Problem {
  try {
    return make()
  } catch (error) {
    return { kind: 'problem', key: 'accounts', problem: sentenceOf(error) }
  }
}
