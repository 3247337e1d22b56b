// PUT of a calendar object (RFC 4791 §5.3.2): checks what the protocol can see, and hands the text below.
import type { Written } from '../calendar/backend.ts'
import { preferenceOf, type DavAnswer, type DavRequest } from './exchange.ts'
import { maxResourceSize } from './limits.ts'
import { methodNotAllowed } from './method-not-allowed.ts'
import { passedLimit } from './object-limits.ts'
import { openSession, type Exchange, type Method } from './method.ts'
import { DavError } from './preconditions.ts'
import { calendarType } from './properties/dav.ts'
import { hrefOf, type Location } from './routes.ts'
import { findSubject } from './subject.ts'
import { readWriteConditions } from './write-conditions.ts'
import { permanentRefusal, written, type WritePlace } from './write-errors.ts'
import { mayReply, writableCalendar } from './write-place.ts'

/** Answers PUT. */
export const put: Method = async (exchange) => {
  const { location, request, backend } = exchange
  const session = await openSession(exchange)
  if (location.kind !== 'resource') {
    const subject = await findSubject(location, session, backend)
    throw methodNotAllowed(subject, session, 'only events are stored, inside a calendar')
  }
  const { collection, place } = writableCalendar(location, session, 'write-content')
  checkName(location.name, place)
  const conditions = await readWriteConditions(exchange, location)
  const result = await written(place, async () => {
    const text = await readText(request, place)
    const limit = passedLimit(text)
    if (limit) throw permanentRefusal(limit.kind, limit.sentence, place)
    const { user, slug, name } = { ...location, slug: collection.slug }
    return backend.put({ user, slug, name, conditions, mayReply: mayReply(exchange), text })
  })
  return answerTo(result, exchange, location)
}

async function answerTo(
  result: Written,
  { request, backend }: Exchange,
  location: Location & { readonly kind: 'resource' },
): Promise<DavAnswer> {
  const href = hrefOf({ ...location, name: result.name }, request.prefix)
  const isCreated = result.kind === 'created'
  const headers = {
    ...(result.name === location.name ? {} : { Location: href }),
    // Only then the client's text is the resource's (RFC 4791 §5.3.4).
    ...(result.isVerbatim ? { ETag: `"${result.etag}"` } : {}),
  }
  const wanted = preferenceOf(request, 'return') === 'representation'
  const [resource] = wanted ? await backend.read(location.slug, [result.name]) : []
  if (!resource) return { status: isCreated ? 201 : 204, headers, body: isCreated ? '' : undefined }
  return {
    status: isCreated ? 201 : 200,
    headers: {
      ...headers,
      ETag: `"${resource.etag}"`,
      'Content-Location': href,
      'Content-Type': calendarType,
      'Preference-Applied': 'return=representation',
      Vary: 'Prefer',
    },
    body: resource.text,
  }
}

const maxNameOctets = 255

function checkName(name: string, place: WritePlace): void {
  if (name.endsWith('.ics') && Buffer.byteLength(name) <= maxNameOctets) return
  throw permanentRefusal('forbidden-name', 'the name of an event ends in .ics and has 255 octets at most', place)
}

// RFC 4791 §5.3.2.1: calendar data of another type or encoding is not supported.
async function readText(request: DavRequest, place: WritePlace): Promise<string> {
  const type = request.header('content-type')
  if (type !== '' && !/^\s*text\/calendar\s*(?:;|$)/i.test(type)) {
    throw permanentRefusal('supported-calendar-data', 'an event is stored as text/calendar', place)
  }
  const charset = /;\s*charset\s*=\s*"?([\w-]+)/i.exec(type)?.[1] ?? 'utf-8'
  if (!/^(?:utf-?8|us-ascii)$/i.test(charset)) {
    throw permanentRefusal('supported-calendar-data', 'an event is encoded in UTF-8', place)
  }
  if (request.header('content-range') !== '') {
    throw new DavError('bad-request', 'an event is stored as a whole, not in parts')
  }
  const octets = await request.body(maxResourceSize)
  const text = decoded(octets) ?? decoded(unfolded(octets))
  if (text === undefined) throw permanentRefusal('valid-calendar-data', 'the text is not UTF-8', place)
  return text
}

function decoded(octets: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets)
  } catch {
    return undefined
  }
}

// RFC 5545 §3.1: some programs fold a line in the middle of a character.
function unfolded(octets: Buffer): Buffer {
  return Buffer.from(octets.toString('latin1').replace(/\r?\n[ \t]/g, ''), 'latin1')
}
