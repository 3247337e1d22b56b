// The methods that would change a calendar: refused with the privilege that is missing (RFC 3744 §7.1.1).
import { dav } from './names.ts'
import { openSession, type Method } from './method.ts'
import { needPrivileges } from './preconditions.ts'
import { hrefOf, type Location } from './routes.ts'
import { findSubject } from './subject.ts'

/** Answers COPY, as two events cannot share a UID in one mailbox, and POST where there is nothing to post to. */
export const refuseWrite: Method = async (exchange) => {
  const { location, request } = exchange
  const session = await openSession(exchange)
  const holder = holderOf(location)
  // A calendar that is not the user's stays unknown, whatever the method.
  await findSubject(holder, session, exchange.backend)
  throw needPrivileges(hrefOf(holder, request.prefix), dav('bind'), 'this cannot be stored here')
}

// Where the privilege would have to be.
function holderOf(location: Location): Location {
  return location.kind === 'resource' ? { kind: 'collection', user: location.user, slug: location.slug } : location
}
