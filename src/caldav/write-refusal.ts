// The methods that would change a calendar: refused with the privilege that is missing (caldav.md §0.9, RFC 3744 §7.1.1).
import { dav, type Name } from './names.ts'
import { openSession, type Method } from './method.ts'
import { needPrivileges } from './preconditions.ts'
import { hrefOf, type Location } from './routes.ts'
import { findSubject } from './subject.ts'

/** Answers PUT, DELETE, MKCALENDAR, MKCOL, MOVE, COPY, and POST where there is nothing to post to. */
export const refuseWrite: Method = async (exchange) => {
  const { location, request } = exchange
  const session = await openSession(exchange)
  const holder = holderOf(location, request.method)
  // A calendar that is not the user's stays unknown, whatever the method.
  await findSubject(holder, session, exchange.backend)
  const privilege = privilegeFor(request.method)
  throw needPrivileges(hrefOf(holder, request.prefix), privilege, 'this cannot be changed here')
}

// Where the privilege would have to be. What is to be made does not exist yet: then it is the place that would hold it.
function holderOf(location: Location, method: string): Location {
  if (location.kind === 'resource') return { kind: 'collection', user: location.user, slug: location.slug }
  const isMade = method === 'MKCALENDAR' || method === 'MKCOL'
  return location.kind === 'collection' && isMade ? { kind: 'home', user: location.user } : location
}

function privilegeFor(method: string): Name {
  if (method === 'DELETE' || method === 'MOVE') return dav('unbind')
  return method === 'PUT' ? dav('write-content') : dav('bind')
}
