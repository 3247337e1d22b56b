// A place in the URL space together with what is there: what properties are read from and reports run on.
import type { CalendarBackend } from '../calendar/backend.ts'
import type { Collection, Principal } from '../calendar/collection.ts'
import type { ResourceInfo } from '../calendar/resource.ts'
import { NotFoundError, UnavailableError } from '../base/errors.ts'
import { DavError } from './preconditions.ts'
import { hrefOf, type Location } from './routes.ts'
import type { StoredProperty } from './user-properties.ts'

/** What one request knows of its user. The collections are those of one moment. */
export interface Session {
  readonly user: string
  readonly prefix: string
  readonly principal: Principal
  readonly collections: readonly Collection[]
  readonly stored: ReadonlyMap<string, readonly StoredProperty[]>
}

/** A DAV resource that the user may see. */
export type Subject =
  | { readonly kind: 'site' | 'root' | 'principals' | 'principal' | 'homes' | 'home' | 'inbox' | 'outbox' }
  | { readonly kind: 'collection'; readonly collection: Collection }
  | { readonly kind: 'resource'; readonly collection: Collection; readonly resource: ResourceInfo }

export type SubjectKind = Subject['kind']

/** A subject of certain kinds. */
export type SubjectOf<K extends SubjectKind> = Subject & { readonly kind: K }

/** Seconds after which a client may ask again for a calendar whose first round is not complete. */
const firstRoundRetrySeconds = 30

/** Where a subject is, for the session's user. */
export function locationOf(subject: Subject, { user }: Session): Location {
  switch (subject.kind) {
    case 'site':
    case 'root':
    case 'principals':
    case 'homes':
      return { kind: subject.kind }
    case 'principal':
    case 'home':
    case 'inbox':
    case 'outbox':
      return { kind: subject.kind, user }
    case 'collection':
      return { kind: 'collection', user, slug: subject.collection.slug }
    case 'resource':
      return { kind: 'resource', user, slug: subject.collection.slug, name: subject.resource.name }
  }
}

/** The canonical href of a subject. */
export function hrefOfSubject(subject: Subject, session: Session): string {
  return hrefOf(locationOf(subject, session), session.prefix)
}

/** What is at a place. Throws 404 for what is not there or not the user's. */
export async function findSubject(location: Location, session: Session, backend: CalendarBackend): Promise<Subject> {
  if (location.kind === 'nowhere') throw nowhere(location.status)
  if ('user' in location && location.user !== session.user) throw notFound()
  if (location.kind !== 'collection' && location.kind !== 'resource') return { kind: location.kind }
  const collection = findCollection(location.slug, session)
  if (location.kind === 'collection') return { kind: 'collection', collection }
  const [resource] = await backend.read(collection.slug, [location.name])
  if (!resource) throw notFound()
  return { kind: 'resource', collection, resource }
}

/** A collection of the user. Throws 404 for any other. */
export function findCollection(slug: string, session: Session): Collection {
  const collection = session.collections.find((known) => known.slug === slug)
  if (!collection) throw notFound()
  return collection
}

/** The members of a subject, one level down (RFC 4918 §5.2): those the user may see. */
export async function membersOf(
  subject: Subject,
  session: Session,
  backend: CalendarBackend,
): Promise<readonly Subject[]> {
  switch (subject.kind) {
    case 'root':
      return [{ kind: 'principals' }, { kind: 'homes' }]
    case 'principals':
      return [{ kind: 'principal' }]
    case 'homes':
      return [{ kind: 'home' }]
    case 'home': {
      const collections = session.collections.map((collection) => ({ kind: 'collection' as const, collection }))
      return [...collections, { kind: 'inbox' }, { kind: 'outbox' }]
    }
    case 'collection': {
      const { collection } = subject
      const resources = await backend.list(collection.slug)
      return resources.map((resource) => ({ kind: 'resource', collection, resource }))
    }
    case 'site':
    case 'principal':
    case 'inbox':
    case 'outbox':
    case 'resource':
      return []
  }
}

/** Throws 503 for a collection that is not complete yet. */
export function requireReady(subject: Subject): void {
  if (subject.kind === 'collection' && subject.collection.state === 'first-round') {
    throw new UnavailableError('this calendar is being read for the first time', firstRoundRetrySeconds)
  }
}

/** What a place that is none answers. */
export function nowhere(status: 400 | 403 | 404): Error {
  if (status === 400) return new DavError('bad-request', 'the path is not well-formed')
  if (status === 403) return new DavError('forbidden', 'a name cannot hold a slash')
  return notFound()
}

/** 404, with a sentence that says no more. */
export function notFound(): NotFoundError {
  return new NotFoundError('there is nothing here')
}
