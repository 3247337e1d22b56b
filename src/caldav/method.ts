// What every method gets: the request, what the user has, and what is below.
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { CalendarBackend } from '../calendar/backend.ts'
import type { DavAnswer, DavRequest } from './exchange.ts'
import type { FreeBusySource } from './free-busy-source.ts'
import { isSameName, calendarserver, dav, type Name } from './names.ts'
import { NotFoundError } from '../base/errors.ts'
import type { ObjectReader } from './objects.ts'
import type { Location } from './routes.ts'
import type { Session } from './subject.ts'
import type { SpanMemory } from './single-span.ts'
import type { InTurn } from './turns.ts'
import type { UserProperties } from './user-properties.ts'

/** What CalDAV is built on. */
export interface CaldavOptions {
  readonly backend: CalendarBackend
  readonly userProperties: UserProperties
  readonly freeBusy: FreeBusySource
  readonly clock: Clock
  readonly log: Log
}

/** One request on its way through a method. */
export interface Exchange extends CaldavOptions {
  readonly readObject: ObjectReader
  readonly spans: SpanMemory
  readonly inTurn: InTurn
  readonly request: DavRequest
  /** Where the request points to; not yet known to exist. */
  readonly location: Location
}

/** Handles one HTTP method; throws refusals and failures. */
export type Method = (exchange: Exchange) => Promise<DavAnswer>

/** Reads what the user has now. `news` are calendars that a round may be started for first. */
export async function openSession(exchange: Exchange, news: readonly string[] = []): Promise<Session> {
  const { backend, userProperties, request } = exchange
  await Promise.all(news.map((slug) => backend.freshen(slug)))
  const [principal, collections, stored] = await Promise.all([
    backend.principal(request.user),
    backend.collections(request.user),
    userProperties.read(request.user),
  ])
  if (!principal) throw new NotFoundError('there is no such user')
  return { user: request.user, prefix: request.prefix, principal, collections, stored }
}

/** True when one of the properties asks for news. */
export function asksForNews(names: readonly Name[]): boolean {
  return names.some((name) => isSameName(name, calendarserver('getctag')) || isSameName(name, dav('sync-token')))
}

/** The calendars of the user that a request on this place may start rounds for. */
export async function slugsAt(exchange: Exchange, depth: 0 | 1): Promise<readonly string[]> {
  const { location, backend, request } = exchange
  if (!('user' in location) || location.user !== request.user) return []
  if (location.kind !== 'collection' && !(location.kind === 'home' && depth === 1)) return []
  const slugs = (await backend.collections(request.user)).map(({ slug }) => slug)
  return location.kind === 'collection' ? slugs.filter((slug) => slug === location.slug) : slugs
}
