// How the calendars and accounts are: one reading of the facts for `status --json` (contract.md), for /readyz and for people.
import { DateTime } from 'luxon'
import type { ErrorCode } from '../base/errors.ts'
import '../base/zones.ts'

export type CalendarState = 'ok' | 'first-round' | 'stale' | 'held' | 'sign-in' | 'error'
export type AccountState = 'ok' | 'sign-in' | 'error'

/** A failure that has not healed since. */
export interface LastError {
  readonly code: ErrorCode
  readonly message: string
  /** Milliseconds. */
  readonly at: number
}

/** What is known of one calendar. Times are milliseconds. */
export interface CalendarFacts {
  readonly slug: string
  readonly account: string
  /** The first round is complete. */
  readonly isReady: boolean
  readonly lastInStep: number | undefined
  /** When the last round ended, however it did; undefined: none since the start. */
  readonly lastRound: number | undefined
  readonly events: number
  readonly resources: number
  readonly heldRemovals: number
  readonly drift: number
  readonly lastError: LastError | null
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

export interface CalendarStatus {
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

export interface AccountStatus {
  readonly state: AccountState
  readonly mailbox: string
  readonly lastError: PrintedError | null
}

/** What `status --json` prints. */
export interface StatusReport {
  readonly calendars: Readonly<Record<string, CalendarStatus>>
  readonly accounts: Readonly<Record<string, AccountStatus>>
}

/** The report at `now`, in the order of the facts. */
export function reportOf(
  calendars: readonly CalendarFacts[],
  accounts: readonly AccountFacts[],
  { now, staleMs }: { readonly now: number; readonly staleMs: number },
): StatusReport {
  return {
    calendars: Object.fromEntries(calendars.map((facts) => [facts.slug, calendarStatus(facts, now, staleMs)])),
    accounts: Object.fromEntries(
      accounts.map((account) => [
        account.name,
        accountStatus(
          account,
          calendars.filter((one) => one.account === account.name),
        ),
      ]),
    ),
  }
}

/** What keeps a calendar from being ready (/readyz), a sentence; undefined: nothing does. */
export function reasonNotReady(facts: CalendarFacts, now: number, staleMs: number): string | undefined {
  const cause = facts.lastError === null ? '' : `: ${facts.lastError.message}`
  if (facts.lastError?.code === 'sign-in') return `its account needs a sign-in${cause}`
  if (!facts.isReady) return `its first round is not complete${cause}`
  if (facts.heldRemovals > 0) {
    return `${facts.heldRemovals} removals are held; \`graphdav sync --accept ${facts.slug}\` lets them pass`
  }
  const age = ageMs(facts, now)
  if (age > staleMs) return `it was last in step ${Math.floor(age / 1000)} seconds ago${cause}`
  return undefined
}

function calendarStatus(facts: CalendarFacts, now: number, staleMs: number): CalendarStatus {
  const { lastInStep, lastRound, events, resources, heldRemovals, drift, lastError } = facts
  return {
    state: stateOf(facts, now, staleMs),
    lastRound: printInstant(lastRound ?? lastInStep),
    ageSeconds: lastInStep === undefined ? null : Math.max(0, Math.floor((now - lastInStep) / 1000)),
    events,
    resources,
    heldRemovals,
    drift,
    lastError: printError(lastError),
  }
}

// What a person has to act on first comes first.
function stateOf(facts: CalendarFacts, now: number, staleMs: number): CalendarState {
  if (facts.lastError?.code === 'sign-in') return 'sign-in'
  if (facts.heldRemovals > 0) return 'held'
  if (!facts.isReady) return facts.lastError === null ? 'first-round' : 'error'
  if (ageMs(facts, now) > staleMs) return 'stale'
  return facts.lastError === null ? 'ok' : 'error'
}

function ageMs({ lastInStep }: CalendarFacts, now: number): number {
  return lastInStep === undefined ? Infinity : now - lastInStep
}

// An account is as its calendars are: nothing else asks it for anything.
function accountStatus({ mailbox }: AccountFacts, calendars: readonly CalendarFacts[]): AccountStatus {
  const errors = calendars.flatMap(({ lastError }) => lastError ?? [])
  const signIn = errors.find(({ code }) => code === 'sign-in')
  const newest = signIn ?? errors.toSorted((a, b) => b.at - a.at)[0] ?? null
  const isBroken = calendars.length > 0 && errors.length === calendars.length
  return {
    state: signIn === undefined ? (isBroken ? 'error' : 'ok') : 'sign-in',
    mailbox,
    lastError: signIn !== undefined || isBroken ? printError(newest) : null,
  }
}

function printError(error: LastError | null): PrintedError | null {
  return error && { code: error.code, message: error.message, at: printInstant(error.at) ?? '' }
}

function printInstant(instant: number | undefined): string | null {
  return instant === undefined
    ? null
    : DateTime.fromMillis(Math.floor(instant / 1000) * 1000, { zone: 'utc' }).toISO({ suppressMilliseconds: true })
}
