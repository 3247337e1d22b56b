// MOVE of an event to another calendar of the same home (RFC 4918 §9.9).
import { methodNotAllowed } from './method-not-allowed.ts'
import { openSession, type Exchange, type Method } from './method.ts'
import { DavError } from './preconditions.ts'
import { hrefOf, parseHref, type Location } from './routes.ts'
import { findSubject } from './subject.ts'
import { readWriteConditions } from './write-conditions.ts'
import { written } from './write-errors.ts'
import { mayReply, writableCalendar } from './write-place.ts'

/** Answers MOVE. */
export const move: Method = async (exchange) => {
  const { location, request, backend } = exchange
  const session = await openSession(exchange)
  if (location.kind !== 'resource') {
    const subject = await findSubject(location, session, backend)
    throw methodNotAllowed(subject, session, 'only events can be moved')
  }
  const from = writableCalendar(location, session, 'unbind')
  const to = destinationOf(exchange)
  const target = writableCalendar(to, session, 'bind')
  if (to.slug === location.slug) {
    throw new DavError('forbidden', 'an event keeps its name inside a calendar; it moves to another calendar only')
  }
  const conditions = await readWriteConditions(exchange, location)
  const kind = await written(target.place, () =>
    backend.move({
      user: request.user,
      slug: from.collection.slug,
      name: location.name,
      conditions,
      mayReply: mayReply(exchange),
      to: { slug: target.collection.slug, name: to.name },
      mayReplace: request.header('overwrite').trim().toUpperCase() !== 'F',
    }),
  )
  if (kind === 'updated') return { status: 204, headers: {}, body: undefined }
  return { status: 201, headers: { Location: hrefOf(to, request.prefix) }, body: '' }
}

function destinationOf({ request }: Exchange): Location & { readonly kind: 'resource' } {
  const destination = request.header('destination').trim()
  const host = /^https?:\/\/([^/?#]*)/i.exec(destination)?.[1]
  if (destination === '' || (host === undefined && !destination.startsWith('/'))) {
    throw new DavError('bad-request', 'the Destination header has to be a URL')
  }
  // Behind a proxy the scheme may be another one.
  if (host !== undefined && host.toLowerCase() !== request.host.toLowerCase()) {
    throw new DavError('bad-gateway', 'an event cannot be moved to another server')
  }
  const location = parseHref(destination, request.prefix)
  if (location.kind !== 'resource' || location.user !== request.user || !location.name.endsWith('.ics')) {
    throw new DavError(
      'forbidden',
      'an event can only be moved into a calendar of the same user, to a name ending in .ics',
    )
  }
  return location
}
