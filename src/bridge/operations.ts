// What commands do with the store: the same for the running server, which is asked through its control socket, and for a
// command that has the data folder to itself.
import { codeOf, type ErrorCode, GraphdavError, sentenceOf } from '../base/errors.ts'
import type { RoundResult } from '../sync/round-context.ts'
import type { Bridge } from './bridge.ts'
import type { ControlHandler, OnProgress } from './control.ts'
import { exportCalendar } from './export.ts'

/** What `sync` is asked; no calendars: all. */
export interface SyncRequest {
  readonly calendars: readonly string[]
  readonly full: boolean
  readonly accept: boolean
}

/** What `sync` reports while it works, one calendar at a time. */
export type SyncProgress = { readonly slug: string } & (
  | { readonly kind: 'running'; readonly pages: number; readonly events: number; readonly elapsedMs: number }
  | { readonly kind: 'done'; readonly result: RoundResult }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string }
)

/** What `sync` answers in the end: how many calendars failed. */
export interface SyncAnswer {
  readonly failed: number
}

/** The handlers by command, as the control socket takes them. */
export function operations(bridge: Bridge): Readonly<Record<string, ControlHandler>> {
  return {
    status: () => Promise.resolve(bridge.report()),
    export: (args) => exportCalendar(bridge.backend, slugOf(args, bridge)),
    explain: (args, _, signal) => bridge.explain(slugOf(args, bridge), textOf(args), signal),
    backup: (_, onProgress, signal) => backUp(bridge, onProgress, signal),
    'sign-in': (args) => {
      bridge.takeUp(accountOf(args))
      return Promise.resolve({})
    },
    sync: (args, onProgress, signal) => syncAll(parseSync(args, bridge), { bridge, onProgress, signal }),
  }
}

/** What `backup` reports: the archive, piece by piece. */
export interface BackupProgress {
  readonly base64: string
}

async function backUp(
  bridge: Bridge,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<{ readonly octets: number }> {
  let octets = 0
  for await (const piece of bridge.backup()) {
    signal.throwIfAborted()
    octets += piece.length
    onProgress({ base64: piece.toString('base64') } satisfies BackupProgress)
  }
  return { octets }
}

async function syncAll(
  { calendars, full, accept }: SyncRequest,
  {
    bridge,
    onProgress,
    signal,
  }: { readonly bridge: Bridge; readonly onProgress: OnProgress; readonly signal: AbortSignal },
): Promise<SyncAnswer> {
  const say = (progress: SyncProgress): void => onProgress(progress)
  const outcomes = await Promise.all(
    calendars.map(async (slug) => {
      try {
        const result = await bridge.sync(slug, {
          full,
          accept,
          signal,
          onProgress: ({ pages, events, elapsedMs }) => say({ slug, kind: 'running', pages, events, elapsedMs }),
        })
        say({ slug, kind: 'done', result })
        return true
      } catch (error) {
        signal.throwIfAborted()
        say({ slug, kind: 'failed', code: codeOf(error), message: sentenceOf(error) })
        return false
      }
    }),
  )
  return { failed: outcomes.filter((isDone) => !isDone).length }
}

function parseSync(args: unknown, bridge: Bridge): SyncRequest {
  const request = typeof args === 'object' && args !== null ? args : {}
  const named = 'calendars' in request && Array.isArray(request.calendars) ? request.calendars : []
  const calendars = named.map((slug) => slugOf({ calendar: slug }, bridge))
  return {
    calendars: calendars.length === 0 ? bridge.slugs : [...new Set(calendars)],
    full: 'full' in request && request.full === true,
    accept: 'accept' in request && request.accept === true,
  }
}

function textOf(args: unknown): string {
  const text = typeof args === 'object' && args !== null && 'text' in args ? args.text : undefined
  if (typeof text === 'string' && text.trim() !== '') return text.trim()
  throw new GraphdavError('usage', 'say which event: a UID, or words of its title')
}

function accountOf(args: unknown): string {
  const account = typeof args === 'object' && args !== null && 'account' in args ? args.account : undefined
  if (typeof account === 'string') return account
  throw new GraphdavError('usage', 'say which account')
}

function slugOf(args: unknown, { slugs }: Bridge): string {
  const slug = typeof args === 'object' && args !== null && 'calendar' in args ? args.calendar : undefined
  if (typeof slug === 'string' && slugs.includes(slug)) return slug
  const asked = typeof slug === 'string' && /^[\w-]{1,64}$/.test(slug) ? slug : 'of this name'
  throw new GraphdavError('usage', `there is no calendar ${asked} (there are: ${slugs.join(', ') || 'none'})`)
}
