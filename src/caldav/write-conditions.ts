// What a write demands of the resource (RFC 9110 §13.1, RFC 4918 §10.4). ETags go below as they are, so that they are compared
// where nothing can come between; the rest is looked at here and becomes the ETag it was true of.
import type { WriteConditions } from '../calendar/backend.ts'
import { conditionsOf, evaluateRead } from './conditions.ts'
import type { Exchange } from './method.ts'
import { holdsIf, parseIf } from './if-header.ts'
import { DavError } from './preconditions.ts'
import { hrefOf, parseHref, type Location } from './routes.ts'

/** The conditions of the request. Throws 412 when they cannot hold, 400 when they cannot be read. */
export async function readWriteConditions(
  { request, backend }: Exchange,
  location: Location & { readonly kind: 'resource' },
): Promise<WriteConditions> {
  const { ifMatch, ifNoneMatch, ifUnmodifiedSince } = conditionsOf((name) => request.header(name))
  const conditions = { ifMatch: parseTags(ifMatch), ifNoneMatch: parseTags(ifNoneMatch) }
  const ifHeader = request.header('if')
  const hasDate = ifUnmodifiedSince !== '' && ifMatch === ''
  if (ifHeader === '' && !hasDate) return conditions
  const lists = ifHeader === '' ? undefined : parseIf(ifHeader)
  if (ifHeader !== '' && lists === undefined) throw new DavError('bad-request', 'the If header is not well-formed')
  const [now] = await backend.read(location.slug, [location.name])
  const own = hrefOf(location, request.prefix)
  const etagOf = (about: string | undefined): string | undefined =>
    about === undefined || hrefOf(parseHref(about, request.prefix), request.prefix) === own ? now?.etag : undefined
  const isNewer = hasDate && now !== undefined && evaluateRead({ ...noConditions, ifUnmodifiedSince }, now) === 412
  if (isNewer || (lists !== undefined && !holdsIf(lists, etagOf))) {
    throw new DavError('precondition-failed', 'the event is another version')
  }
  if (now === undefined) return { ...conditions, ifNoneMatch: '*' }
  return { ...conditions, ifMatch: conditions.ifMatch ?? [now.etag] }
}

const noConditions = { ifMatch: '', ifNoneMatch: '', ifModifiedSince: '' }

// Weak tags never match strongly (RFC 9110 §8.8.3.2): they stay as they are and match nothing. Clients send tags without quotes, too.
function parseTags(header: string): WriteConditions['ifMatch'] {
  const trimmed = header.trim()
  if (trimmed === '') return undefined
  return trimmed === '*' ? '*' : trimmed.split(',').map((tag) => tag.trim().replace(/^"(.*)"$/, '$1'))
}
