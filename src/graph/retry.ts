// When to ask Graph again, and after how long. Pure arithmetic: time and chance are arguments. Graph page "Microsoft Graph
// throttling guidance": Retry-After is in seconds, at times fractional, at times a date, at times absent.

/** A failed attempt, as far as the wait depends on it. */
export interface FailedAttempt {
  /** 1 for the first. */
  readonly attempt: number
  /** HTTP status; 0 when no answer came. */
  readonly status: number
  /** What Retry-After said; undefined when it was absent. */
  readonly retryAfterMs: number | undefined
  /** From [0, 1). */
  readonly random: number
}

/** How long one caller may wait for one request. */
export interface Patience {
  /** Attempts in all, the first included. */
  readonly attempts: number
  /** Sum of all waits between attempts, milliseconds. */
  readonly maxWaitMs: number
}

/** What a round has: it can wait, its next turn comes anyway. */
export const patient: Patience = { attempts: 5, maxWaitMs: 120_000 }

const firstWaitMs = 1_000
const longestWaitMs = 60_000
const throttledFirstWaitMs = 5_000

/** Statuses that a repetition can cure; 0 stands for a connection that broke, a time-out, an unreadable body. */
export function isTransient(status: number): boolean {
  return status === 0 || status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 507)
}

/**
 * Milliseconds until the next attempt; undefined when there is to be none. What Graph asked for is never shortened: up
 * to a second is added so that a crowd does not come back at once. Without Retry-After the wait doubles, half of it by chance.
 */
export function waitBeforeRetry(failed: FailedAttempt, patience: Patience, waitedMs: number): number | undefined {
  if (!isTransient(failed.status) || failed.attempt >= patience.attempts) return undefined
  const waitMs = failed.retryAfterMs === undefined ? backoffMs(failed) : failed.retryAfterMs + 1_000 * failed.random
  return waitedMs + waitMs > patience.maxWaitMs ? undefined : Math.round(waitMs)
}

function backoffMs({ attempt, status, random }: FailedAttempt): number {
  const first = status === 429 || status === 509 ? throttledFirstWaitMs : firstWaitMs
  const fullMs = Math.min(first * 2 ** (attempt - 1), longestWaitMs)
  return fullMs / 2 + (fullMs / 2) * random
}

/**
 * Milliseconds that a Retry-After header asks for (RFC 9110 §10.2.3), counted from `nowMs`; a date in the past is 0;
 * undefined when the header is absent or says nothing that can be understood.
 */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  const text = header?.trim() ?? ''
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1_000)
  if (!/^[A-Za-z]/.test(text)) return undefined
  const instant = Date.parse(text)
  return Number.isNaN(instant) ? undefined : Math.max(0, instant - nowMs)
}

/** Wait before a whole round is tried again after `failures` rounds in a row have failed: doubles from 15 s to 15 min, half by chance. */
export function roundBackoffMs(failures: number, random: number): number {
  const fullMs = Math.min(15_000 * 2 ** Math.max(0, failures - 1), 900_000)
  return Math.round(fullMs / 2 + (fullMs / 2) * random)
}
