// GET and HEAD (RFC 4791 §5.3.4): the stored text of a resource, octet for octet; of a calendar all its events in one text.
import { sha256Hex } from '../base/hash.ts'
import { httpDate } from '../base/http-date.ts'
import type { Collection } from '../calendar/collection.ts'
import { conditionsOf, evaluateRead } from './conditions.ts'
import type { DavAnswer } from './exchange.ts'
import { methodNotAllowed } from './method-not-allowed.ts'
import { openSession, type Exchange, type Method } from './method.ts'
import { DavError } from './preconditions.ts'
import { calendarType } from './properties/dav.ts'
import type { Location } from './routes.ts'
import { printWholeCalendar } from './whole-calendar.ts'
import { findCollection, findSubject, notFound, requireReady } from './subject.ts'

/** Answers GET and HEAD. */
export const get: Method = async (exchange) => {
  const { location, backend } = exchange
  if (location.kind === 'resource') return getResource(exchange, location)
  const session = await openSession(exchange)
  const subject = await findSubject(location, session, backend)
  requireReady(subject)
  if (subject.kind === 'collection') return getCollection(exchange, subject.collection)
  throw methodNotAllowed(subject, session, 'this is an address for calendar programs: enter it there')
}

// What the text is made of decides the tag, so it is known without the text.
async function getCollection(exchange: Exchange, collection: Collection): Promise<DavAnswer> {
  const { lastInStep: _, ...shown } = collection
  const etag = sha256Hex(JSON.stringify(shown)).slice(0, 32)
  const conditions = conditionsOf((name) => exchange.request.header(name))
  const status = evaluateRead(conditions, { etag, lastModified: undefined })
  if (status === 412) throw new DavError('precondition-failed', 'the calendar is another version')
  const headers = { ETag: `"${etag}"`, 'Cache-Control': 'private, no-cache' }
  if (status === 304) return { status, headers, body: undefined }
  const body = await printWholeCalendar(exchange, collection)
  return { status, headers: { ...headers, 'Content-Type': 'text/calendar; charset=utf-8' }, body }
}

async function getResource(exchange: Exchange, location: Location & { readonly kind: 'resource' }): Promise<DavAnswer> {
  const { request, backend } = exchange
  if (location.user !== request.user) throw notFound()
  const { slug } = findCollection(location.slug, await openSession(exchange))
  const [resource] = await backend.read(slug, [location.name])
  if (!resource) throw notFound()
  const status = evaluateRead(
    conditionsOf((name) => request.header(name)),
    resource,
  )
  if (status === 412) throw new DavError('precondition-failed', 'the resource is another version')
  const headers = {
    ETag: `"${resource.etag}"`,
    'Last-Modified': httpDate(resource.lastModified),
    'Cache-Control': 'private, no-cache',
  }
  if (status === 304) return { status, headers, body: undefined }
  return { status, headers: { ...headers, 'Content-Type': calendarType }, body: resource.text }
}
