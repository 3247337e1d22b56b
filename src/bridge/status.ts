// How the calendars and accounts are, for `status --json` and for /readyz: what the poller knows, in the
// words of the outside.
import { DateTime } from 'luxon'
import type { ErrorCode } from '../base/errors.ts'
import type { AccountConfiguration } from '../config/configuration.ts'
import { credentialEnd, type CredentialEnd } from './credential-end.ts'
import type { FeedFetch } from './feed-readers.ts'
import type { Readiness } from '../server/health.ts'
import type { CalendarGauges } from '../server/metrics.ts'
import type { Journal, WriteKind, WriteState } from '../sync/journal.ts'
import type { CalendarState, CalendarStatus, LastError } from '../sync/status.ts'
import '../base/zones.ts'

/** What is known of one calendar. */
export interface CalendarFacts {
  readonly slug: string
  readonly account: string
  readonly status: Omit<CalendarStatus, 'calendar' | 'isRunning'>
}

export interface AccountFacts {
  readonly name: string
  /** The owner's address once it is known, else what is configured. */
  readonly mailbox: string
}

interface PrintedError {
  readonly code: ErrorCode
  readonly message: string
  /** RFC 3339 in UTC. */
  readonly at: string
}

/** One calendar of `status --json`. */
export interface PrintedCalendar {
  readonly state: CalendarState
  /** RFC 3339 in UTC; null: never. */
  readonly lastRound: string | null
  /** Since the calendar was last in step with Graph; null: never. */
  readonly ageSeconds: number | null
  readonly events: number
  readonly resources: number
  readonly heldRemovals: number
  readonly drift: number
  readonly lastError: PrintedError | null
}

/** One account of `status --json`. */
export interface PrintedAccount {
  readonly state: 'ok' | 'sign-in' | 'error'
  readonly mailbox: string
  readonly lastError: PrintedError | null
}

/** One write of a client: what it was and how it ended, without anything of the event itself. */
export interface PrintedWrite {
  readonly calendar: string
  /** RFC 3339 in UTC. */
  readonly at: string
  readonly user: string
  readonly kind: WriteKind
  readonly state: WriteState
  /** What Graph was asked for and who hears of it, such as `patch silent`. */
  readonly steps: readonly string[]
  /** Graph's names of these requests. */
  readonly requestIds: readonly string[]
  /** Why it was refused or is not finished; null: no reason. */
  readonly reason: string | null
}

/** What `status --json` prints. */
export interface StatusReport {
  readonly calendars: Readonly<Record<string, PrintedCalendar>>
  readonly accounts: Readonly<Record<string, PrintedAccount>>
  /** The last writes of each calendar, newest first. */
  readonly writes: readonly PrintedWrite[]
  /** Who read each feed last. */
  readonly feeds: Readonly<Record<string, FeedFetch>>
  /** What accounts prove themselves with, where it is known when that ends. */
  readonly credentials: Readonly<Record<string, PrintedCredential>>
}

/** The end of a certificate or client secret. */
export interface PrintedCredential {
  readonly kind: CredentialEnd['key']
  /** RFC 3339 in UTC. */
  readonly endsAt: string
  /** Whole days; negative when it is over. */
  readonly daysLeft: number
}

/** The report at `now` (milliseconds), in the order of the facts. */
export function reportOf(
  calendars: readonly CalendarFacts[],
  accounts: readonly AccountFacts[],
  now: number,
): Pick<StatusReport, 'calendars' | 'accounts'> {
  return {
    calendars: Object.fromEntries(calendars.map(({ slug, status }) => [slug, printCalendar(status, now)])),
    accounts: Object.fromEntries(
      accounts.map((account) => [
        account.name,
        printAccount(
          account,
          calendars.filter((one) => one.account === account.name),
        ),
      ]),
    ),
  }
}

/** The last writes of these calendars, newest first: at most ten each. */
export function printWrites(journal: Pick<Journal, 'writesOf'>, slugs: readonly string[]): readonly PrintedWrite[] {
  return slugs.flatMap((slug) =>
    journal.writesOf(slug, 10).map(({ begunAt, user, kind, state, steps, requestIds, reason }) => {
      return { calendar: slug, at: printInstant(begunAt) ?? '', user, kind, state, steps, requestIds, reason }
    }),
  )
}

/** The credentials of these accounts whose end is known. */
export function printCredentials(accounts: Iterable<AccountConfiguration>, now: number): StatusReport['credentials'] {
  return Object.fromEntries(
    [...accounts].flatMap((account) => {
      const end = credentialEnd(account)
      if (end === undefined) return []
      const { key: kind, endsAt } = end
      const daysLeft = Math.floor((endsAt - now) / 86_400_000)
      return [[account.name, { kind, endsAt: printInstant(endsAt) ?? '', daysLeft }]]
    }),
  )
}

/** What keeps a calendar from being ready (/readyz), a sentence; undefined: nothing does. */
export function reasonNotReady({ slug, status }: CalendarFacts, now: number, staleMs: number): string | undefined {
  const { state, lastInStep, heldRemovals, lastError } = status
  const cause = lastError === null ? '' : `: ${lastError.reason}`
  if (state === 'sign-in') return `its account needs a sign-in${cause}`
  if (lastInStep === undefined) return `its first round is not complete${cause}`
  if (heldRemovals > 0) {
    return `${heldRemovals} removals are held; \`graphdav sync --accept ${slug}\` lets them pass`
  }
  if (now - lastInStep >= staleMs)
    return `it was last in step ${Math.floor((now - lastInStep) / 1000)} seconds ago${cause}`
  return undefined
}

/** What /readyz answers at `now` (milliseconds). */
export function readinessOf(calendars: readonly CalendarFacts[], now: number, staleMs: number): Readiness {
  const reasons = calendars.flatMap((facts) => {
    const reason = reasonNotReady(facts, now, staleMs)
    return reason === undefined ? [] : [[facts.slug, reason] as const]
  })
  return { isReady: reasons.length === 0, reasons: Object.fromEntries(reasons) }
}

/** The calendars as /metrics shows them. */
export function gaugesOf(calendars: readonly CalendarFacts[], now: number): readonly CalendarGauges[] {
  return calendars.map(({ slug, status: { state, lastInStep, events, resources, heldRemovals } }) => {
    const ageSeconds = lastInStep === undefined ? undefined : Math.max(0, (now - lastInStep) / 1000)
    return { slug, state, ageSeconds, events, resources, heldRemovals }
  })
}

function printCalendar(status: CalendarFacts['status'], now: number): PrintedCalendar {
  const { state, lastInStep, lastRoundAt, events, resources, heldRemovals, drift, lastError } = status
  return {
    state,
    lastRound: printInstant(lastRoundAt ?? lastInStep),
    ageSeconds: lastInStep === undefined ? null : Math.max(0, Math.floor((now - lastInStep) / 1000)),
    events,
    resources,
    heldRemovals,
    drift,
    lastError: printError(lastError),
  }
}

// An account is as its calendars are: nothing else asks it for anything.
function printAccount({ mailbox }: AccountFacts, calendars: readonly CalendarFacts[]): PrintedAccount {
  const errors = calendars.flatMap(({ status }) => status.lastError ?? []).toSorted((a, b) => b.at - a.at)
  const signIn = errors.find(({ code }) => code === 'sign-in')
  if (signIn !== undefined) return { state: 'sign-in', mailbox, lastError: printError(signIn) }
  const isBroken = calendars.length > 0 && errors.length === calendars.length
  return { state: isBroken ? 'error' : 'ok', mailbox, lastError: isBroken ? printError(errors[0] ?? null) : null }
}

function printError(error: LastError | null): PrintedError | null {
  return error && { code: error.code, message: error.message, at: printInstant(error.at) ?? '' }
}

function printInstant(instant: number | undefined): string | null {
  return instant === undefined
    ? null
    : DateTime.fromMillis(Math.floor(instant / 1000) * 1000, { zone: 'utc' }).toISO({ suppressMilliseconds: true })
}
