// The calendar that a write goes to: the user's, and writable (RFC 3744 §7.1.1).
import type { Collection } from '../calendar/collection.ts'
import type { Exchange } from './method.ts'
import { dav, type Name } from './names.ts'
import { DavError, needPrivileges } from './preconditions.ts'
import { hrefOf, type Location } from './routes.ts'
import { notFound, type Session } from './subject.ts'
import type { WritePlace } from './write-errors.ts'

/** The calendar of a resource that shall change. Throws 404 or 409 for one that is not the user's, 403 for a read-only one. */
export function writableCalendar(
  location: Location & { readonly kind: 'resource' },
  session: Session,
  privilege: 'write-content' | 'bind' | 'unbind',
): { readonly collection: Collection; readonly place: WritePlace } {
  if (location.user !== session.user) throw notFound()
  const collection = session.collections.find(({ slug }) => slug === location.slug)
  if (!collection) throw missing(privilege)
  const place = placeOf(
    { kind: 'collection', user: session.user, slug: collection.slug },
    session.prefix,
    dav(privilege),
  )
  if (collection.access !== 'read-write')
    throw needPrivileges(place.href, place.privilege, 'this calendar is read-only')
  return { collection, place }
}

// What shall be stored lacks its parent (RFC 4918 §9.7.1); anything else is not there itself.
function missing(privilege: 'write-content' | 'bind' | 'unbind'): Error {
  return privilege === 'unbind' ? notFound() : new DavError('no-parent', 'there is no such calendar')
}

/** What refusals say of a place. */
export function placeOf(
  location: Location & { readonly kind: 'collection' | 'home' },
  prefix: string,
  privilege: Name,
): WritePlace {
  const { user } = location
  return {
    href: hrefOf(location, prefix),
    privilege,
    hrefOfName: (name, other) => {
      const slug = other ?? (location.kind === 'home' ? undefined : location.slug)
      return slug === undefined ? hrefOf(location, prefix) : hrefOf({ kind: 'resource', user, slug, name }, prefix)
    },
  }
}

/** False when the client asked for no reply to the organizer (RFC 6638 §8.1). */
export function mayReply({ request }: Exchange): boolean {
  return request.header('schedule-reply').trim().toUpperCase() !== 'F'
}
