// DELETE (RFC 4918 §9.6): an event, or a calendar that a client made.
import { NotFoundError } from '../base/errors.ts'
import { methodNotAllowed } from './method-not-allowed.ts'
import { openSession, type Exchange, type Method } from './method.ts'
import { dav } from './names.ts'
import { DavError, needPrivileges } from './preconditions.ts'
import type { Location } from './routes.ts'
import { findSubject, type Session } from './subject.ts'
import { readWriteConditions } from './write-conditions.ts'
import { written } from './write-errors.ts'
import { mayReply, placeOf, writableCalendar } from './write-place.ts'

/** Answers DELETE. */
export const remove: Method = async (exchange) => {
  const session = await openSession(exchange)
  const { location, backend } = exchange
  if (location.kind === 'resource') await removeResource(exchange, location, session)
  else if (location.kind === 'collection') await removeCollection(exchange, location, session)
  else {
    const subject = await findSubject(location, session, backend)
    throw methodNotAllowed(subject, session, 'this cannot be removed')
  }
  return { status: 204, headers: {}, body: undefined }
}

async function removeResource(
  exchange: Exchange,
  location: Location & { readonly kind: 'resource' },
  session: Session,
): Promise<void> {
  const { collection, place } = writableCalendar(location, session, 'unbind')
  const conditions = await readWriteConditions(exchange, location)
  const { user, name } = location
  try {
    await written(place, () =>
      exchange.backend.remove({ user, slug: collection.slug, name, conditions, mayReply: mayReply(exchange) }),
    )
  } catch (error) {
    // What is not there matches no tag (RFC 9110 §13.1.1).
    if (!(error instanceof NotFoundError) || conditions.ifMatch === undefined) throw error
    throw new DavError('precondition-failed', 'the event is not there any more')
  }
  await forget(exchange, (path) => path === `${collection.slug}/${name}`)
}

async function removeCollection(
  exchange: Exchange,
  location: Location & { readonly kind: 'collection' },
  session: Session,
): Promise<void> {
  const { backend, request } = exchange
  const subject = await findSubject(location, session, backend)
  const place = placeOf({ kind: 'home', user: session.user }, session.prefix, dav('unbind'))
  if (subject.kind !== 'collection' || !subject.collection.isRemovable) {
    throw needPrivileges(place.href, place.privilege, 'only a calendar that a calendar program made can be removed')
  }
  if (!/^(?:|infinity)$/i.test(request.header('depth').trim())) {
    throw new DavError('bad-request', 'a calendar is removed with all that is in it: Depth infinity')
  }
  const { slug } = subject.collection
  await written(place, () => backend.removeCollection(session.user, slug))
  await forget(exchange, (path) => path.startsWith(`${slug}/`))
}

// What the user set on something that is gone shall not come back with its name.
async function forget({ userProperties, request, inTurn }: Exchange, isGone: (path: string) => boolean): Promise<void> {
  await inTurn(request.user, async () => {
    const stored = await userProperties.read(request.user)
    for (const path of [...stored.keys()].filter(isGone)) await userProperties.write(request.user, path, [])
  })
}
