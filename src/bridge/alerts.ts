// Tells the administrator by a plain POST when a calendar needs him, and when it is well again: once per change. The address is
// his own configuration; nothing of a calendar but its slug is sent, and an answer that sends us elsewhere is not followed.
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { CalendarFacts } from './status.ts'

/** What somebody has to do something about. */
type Trouble = 'stale' | 'sign-in' | 'held'

export interface AlertOptions {
  /** An https URL; http on loopback only. */
  readonly url: string
  readonly facts: () => readonly CalendarFacts[]
  /** A calendar that was not in step for so long is stale. */
  readonly staleMs: number
  readonly clock: Clock
  readonly log: Log
}

/** Alerts that are under way. */
export interface Alerts {
  /** Ends looking and sending. */
  stop(): Promise<void>
}

const lookEveryMs = 30_000
const answerMs = 10_000
/** A message that nobody takes is given up after so many looks; the waits between them double. */
const attempts = 6

const sentences: Readonly<Record<Trouble, string>> = {
  stale: 'is stale: Outlook was not reached for too long',
  'sign-in': 'needs a new sign-in',
  held: 'holds back many removals; `graphdav status` and `graphdav sync --accept` show and accept them',
}

/** Begins to look at the calendars. */
export function startAlerts(options: AlertOptions): Alerts {
  const { clock, log } = options
  const stopping = new AbortController()
  const began = clock.now()
  // What was told of each calendar that is not well.
  let told: ReadonlyMap<string, Trouble> = new Map()
  let failures = 0

  const look = async (): Promise<void> => {
    const found = troublesOf(options, began)
    const lines = changesBetween(told, found)
    if (lines.length === 0) return
    const failure = await post(options.url, lines.join('\n'), stopping.signal)
    stopping.signal.throwIfAborted()
    if (failure !== undefined) failures += 1
    const isOver = failure === undefined || failures >= attempts
    if (failure !== undefined) {
      if (isOver) log.error('alert was not taken; it is given up', { reason: failure, attempts })
      else log.warn('alert was not taken; it is sent again', { reason: failure })
    }
    if (!isOver) return
    told = found
    failures = 0
  }

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await clock.sleep(lookEveryMs * 2 ** failures, stopping.signal)
      await look()
    }
  }
  const looping = loop().catch((error: unknown) => {
    if (!stopping.signal.aborted) log.error('alerts ended', { reason: error instanceof Error ? error.message : '' })
  })
  return {
    stop: () => {
      stopping.abort(new Error('stopping'))
      return looping
    },
  }
}

function troublesOf({ facts, staleMs, clock }: AlertOptions, began: number): ReadonlyMap<string, Trouble> {
  const now = clock.now()
  return new Map(
    facts().flatMap(({ slug, status }): readonly (readonly [string, Trouble])[] => {
      if (status.state === 'sign-in') return [[slug, 'sign-in']]
      if (status.heldRemovals > 0) return [[slug, 'held']]
      // One that was never in step is as old as this program.
      return now - (status.lastInStep ?? began) >= staleMs ? [[slug, 'stale']] : []
    }),
  )
}

function changesBetween(told: ReadonlyMap<string, Trouble>, found: ReadonlyMap<string, Trouble>): readonly string[] {
  const worse = [...found].filter(([slug, trouble]) => told.get(slug) !== trouble)
  const well = [...told.keys()].filter((slug) => !found.has(slug))
  return [
    ...worse.map(([slug, trouble]) => `graphdav: calendar ${slug} ${sentences[trouble]}.`),
    ...well.map((slug) => `graphdav: calendar ${slug} is well again.`),
  ]
}

/** Sends a text; why it was not taken, or undefined. The address is a secret: it is in no reason. */
async function post(url: string, text: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { type, body } = messageFor(new URL(url), text)
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
    })
    await answer.body?.cancel()
    return answer.ok ? undefined : `status ${answer.status}`
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError' ? 'no answer in time' : 'cannot be reached'
  }
}

// ntfy and most others take the text as it is; Slack (and those that speak its language) and Gotify take JSON.
// https://docs.ntfy.sh/publish/ · https://api.slack.com/messaging/webhooks · https://gotify.net/docs/pushmsg
function messageFor({ hostname, pathname }: URL, text: string): { readonly type: string; readonly body: string } {
  const json = 'application/json'
  if (hostname === 'hooks.slack.com') return { type: json, body: JSON.stringify({ text }) }
  if (pathname.endsWith('/message')) return { type: json, body: JSON.stringify({ title: 'graphdav', message: text }) }
  return { type: 'text/plain; charset=utf-8', body: text }
}
