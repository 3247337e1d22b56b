// MKCALENDAR (RFC 4791 §5.3.1) and extended MKCOL (RFC 5689): makes a calendar with properties, or nothing at all.
import { ConflictError, UnavailableError } from '../base/errors.ts'
import type { DavAnswer } from './exchange.ts'
import { maxPropertiesOfOne, maxPropertyLength } from './limits.ts'
import { methodNotAllowed } from './method-not-allowed.ts'
import { openSession, type Exchange, type Method } from './method.ts'
import { propstat } from './multistatus.ts'
import { caldav, dav, isSameName, type Name } from './names.ts'
import { DavError, needPrivileges } from './preconditions.ts'
import { follow } from './proppatch.ts'
import { rowOf } from './properties/lookup.ts'
import { readXml } from './request-xml.ts'
import { hrefOf, parsePath, type Location } from './routes.ts'
import { reservedSlugs } from './slug.ts'
import { findSubject, notFound, nowhere, type Session } from './subject.ts'
import { permanentRefusal, written } from './write-errors.ts'
import { placeOf } from './write-place.ts'
import {
  attributeOf,
  childNamed,
  childrenNamed,
  element,
  elementsOf,
  printDocument,
  printStandalone,
  textOf,
  type XmlElement,
} from './xml.ts'

/** Answers MKCALENDAR and MKCOL. */
export const makeCalendar: Method = async (exchange) => {
  const { location, backend, request } = exchange
  const session = await openSession(exchange)
  if ('user' in location && location.user !== session.user) throw notFound()
  // A body of another kind is 415 anywhere (RFC 4918 §9.3).
  const root = await readXml(request)
  if (location.kind === 'resource' || location.kind === 'nowhere') throw misplaced(exchange, session)
  if (location.kind !== 'collection' || hasCollection(location.slug, session)) {
    const subject = await findSubject(location, session, backend)
    throw methodNotAllowed(subject, session, 'there is something at this place already')
  }
  const place = placeOf({ kind: 'home', user: session.user }, session.prefix, dav('bind'))
  if (!session.principal.mayCreateCalendars) {
    throw needPrivileges(place.href, place.privilege, 'this user may not make calendars')
  }
  if (reservedSlugs.has(location.slug)) throw new DavError('forbidden', 'a calendar cannot have this name')
  const properties = parseBody(root, request.method)
  const obstacles = new Map([...properties.flatMap(obstacleTo), ...surplusOf(properties)])
  if (obstacles.size > 0) return failure(properties, obstacles, request.method)
  const name = properties.findLast((property) => isSameName(property.name, dav('displayname')))
  const displayName = name === undefined ? undefined : textOf(name).trim() || undefined
  // Its properties first: a calendar that is there has them, whatever breaks off.
  await remember(exchange, location, properties)
  try {
    await written(place, () => backend.createCollection({ user: session.user, slug: location.slug, displayName }))
  } catch (error) {
    // Where it may be there all the same, the client comes again.
    if (!(error instanceof UnavailableError)) await remember(exchange, location, [])
    if (!(error instanceof ConflictError)) throw error
    throw permanentRefusal('calendar-collection-location-ok', error.message, place)
  }
  const headers = { Location: hrefOf(location, session.prefix), 'Cache-Control': 'no-cache' }
  return { status: 201, headers, body: '' }
}

// Below a place that is not there (RFC 4918 §9.3.1, 409), or not in a home (RFC 4791 §5.3.1.1).
function misplaced({ location, request }: Exchange, session: Session): Error {
  if (location.kind === 'nowhere' && location.status !== 404) return nowhere(location.status)
  const parent = parsePath(request.path.slice(0, request.path.lastIndexOf('/', request.path.length - 2) + 1))
  if ('user' in parent && parent.user !== session.user) return notFound()
  const isThere = parent.kind === 'collection' ? hasCollection(parent.slug, session) : parent.kind !== 'resource'
  if (parent.kind === 'nowhere' || !isThere) return new DavError('no-parent', 'there is no such place to make it in')
  return new DavError('calendar-collection-location-ok', 'calendars are made in the calendar home only')
}

function parseBody(root: XmlElement | undefined, method: string): readonly XmlElement[] {
  const expected = method === 'MKCOL' ? dav('mkcol') : caldav('mkcalendar')
  if (root !== undefined && !isSameName(root.name, expected)) {
    throw new DavError('bad-request', `the body has to be ${expected.local}`)
  }
  const properties = (root === undefined ? [] : childrenNamed(root, dav('set')))
    .flatMap((set) => childrenNamed(set, dav('prop')))
    .flatMap(elementsOf)
  // A plain collection would hold nothing that a calendar program reads.
  const type = properties.find(({ name }) => isSameName(name, dav('resourcetype')))
  if (method === 'MKCOL' && (type === undefined || childNamed(type, caldav('calendar')) === undefined)) {
    throw new DavError('valid-resourcetype', 'only calendars can be made here')
  }
  return properties
}

function hasCollection(wanted: string, { collections }: Session): boolean {
  return collections.some(({ slug }) => slug === wanted)
}

interface Obstacle {
  readonly status: 403 | 409 | 507
  readonly precondition?: XmlElement
}

// Told at making and never to be changed (RFC 4791 §5.2.3, RFC 5689 §3).
const whatItIs: readonly Name[] = [dav('resourcetype'), caldav('supported-calendar-component-set')]

function obstacleTo(property: XmlElement): readonly (readonly [XmlElement, Obstacle])[] {
  const { name } = property
  if (isSameName(name, caldav('supported-calendar-component-set'))) {
    const isEvents = elementsOf(property).every(
      (component) => attributeOf(component, 'name')?.toUpperCase() === 'VEVENT',
    )
    const precondition = element(caldav('supported-calendar-component'))
    return isEvents ? [] : [[property, { status: 403, precondition }]]
  }
  if (whatItIs.some((one) => isSameName(one, name))) return []
  const setting = rowOf(name)?.set ?? 'per-user'
  if (setting === 'protected') {
    return [[property, { status: 403, precondition: element(dav('cannot-modify-protected-property')) }]]
  }
  if (setting !== 'per-user' && setting(property) !== undefined) return [[property, { status: 409 }]]
  return printStandalone(property).length > maxPropertyLength ? [[property, { status: 507 }]] : []
}

function surplusOf(properties: readonly XmlElement[]): readonly (readonly [XmlElement, Obstacle])[] {
  return properties.slice(maxPropertiesOfOne).map((property) => [property, { status: 507 }])
}

// RFC 5689 §3.5: each property with its status, and nothing is made.
function failure(
  properties: readonly XmlElement[],
  obstacles: ReadonlyMap<XmlElement, Obstacle>,
  method: string,
): DavAnswer {
  const propstats = properties.map((property) => {
    const { status, precondition } = obstacles.get(property) ?? { status: 424, precondition: undefined }
    return propstat(status, [element(property.name)], precondition)
  })
  const root = method === 'MKCOL' ? dav('mkcol-response') : caldav('mkcalendar-response')
  return {
    status: 403,
    headers: { 'Content-Type': 'application/xml; charset=utf-8', 'Cache-Control': 'no-cache' },
    body: printDocument(element(root, ...propstats)),
  }
}

// All but the name, which the calendar has, and what it is.
async function remember(
  { userProperties, request, inTurn }: Exchange,
  { slug }: Location & { readonly kind: 'collection' },
  properties: readonly XmlElement[],
): Promise<void> {
  const own = properties.filter(({ name }) => ![...whatItIs, dav('displayname')].some((one) => isSameName(one, name)))
  const stored = follow(
    own.map((property) => ({ kind: 'set', property })),
    [],
  )
  await inTurn(request.user, () => userProperties.write(request.user, `${slug}/`, stored))
}
