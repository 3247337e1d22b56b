// sync-collection (RFC 6578 §3): what changed since a token. Thunderbird sends Depth 1 where the RFC wants 0, so the
// header does not matter; the level does.
import type { Collection } from '../../calendar/collection.ts'
import type { ResourceInfo } from '../../calendar/resource.ts'
import { prefersMinimal } from '../exchange.ts'
import { multistatus, statusResponse } from '../multistatus.ts'
import { dav } from '../names.ts'
import { DavError } from '../preconditions.ts'
import { hrefOf } from '../routes.ts'
import { inSlices } from '../slices.ts'
import { hrefOfSubject } from '../subject.ts'
import { cutPage, parseSyncStart, type SyncPage } from '../sync-page.ts'
import { floatingZone } from '../time-zone.ts'
import { childNamed, element, textOf, type XmlElement } from '../xml.ts'
import type { Report, ReportExchange } from './report.ts'
import { dataOf, infoResponses, parseWanted, resourceResponse, type Wanted } from './resource-properties.ts'

/** Runs the report. */
export const syncCollection: Report = async (exchange) => {
  const { body, subject, backend, request } = exchange
  if (subject.kind !== 'collection') throw new DavError('supported-report', 'this report runs on calendars')
  const token = childNamed(body, dav('sync-token'))
  if (!token) throw new DavError('bad-request', 'a sync-collection holds a sync-token, empty the first time')
  checkLevel(body)
  const limit = parseLimit(body)
  const start = parseSyncStart(textOf(token).trim())
  const changes = await backend.changesSince(subject.collection.slug, start.since)
  if (changes.kind === 'invalid-token') {
    throw new DavError('valid-sync-token', 'the sync token is not known here: begin again with an empty one')
  }
  const page = cutPage(start, changes, limit)
  const wanted = parseWanted(body, prefersMinimal(request))
  return multistatus(answers(exchange, subject.collection, page, wanted))
}

const batchLength = 100

async function* answers(
  exchange: ReportExchange,
  collection: Collection,
  page: SyncPage<ResourceInfo>,
  wanted: Wanted,
): AsyncGenerator<Iterable<XmlElement>, undefined, undefined> {
  const { session, subject } = exchange
  yield page.removed.map((name) => goneResponse(name, collection, exchange))
  if (wanted.data === undefined) yield infoResponses({ collection, resources: page.changed }, wanted, session)
  else {
    for (let at = 0; at < page.changed.length; at += batchLength) {
      yield* withTexts(exchange, collection, page.changed.slice(at, at + batchLength), wanted)
    }
  }
  if (page.isTruncated) {
    yield [statusResponse(hrefOfSubject(subject, session), 507, element(dav('number-of-matches-within-limits')))]
  }
  yield [element(dav('sync-token'), page.syncToken)]
  return undefined
}

// The ETag is that of the text read now, which may be newer than the change; what vanished meanwhile is gone.
async function* withTexts(
  exchange: ReportExchange,
  collection: Collection,
  changed: readonly ResourceInfo[],
  wanted: Wanted,
): AsyncGenerator<readonly XmlElement[], undefined, undefined> {
  const { session, backend, readObject } = exchange
  const zone = floatingZone(exchange, collection)
  const names = changed.map(({ name }) => name)
  const resources = await backend.read(collection.slug, names)
  const found = new Map(resources.map((resource) => [resource.name, resource]))
  const responses = function* (): Generator<XmlElement> {
    for (const name of names) {
      const resource = found.get(name)
      yield resource === undefined
        ? goneResponse(name, collection, exchange)
        : resourceResponse({ collection, resource, data: dataOf(resource, wanted, zone, readObject) }, wanted, session)
    }
  }
  yield* inSlices(responses())
  return undefined
}

function goneResponse(name: string, { slug }: Collection, { session }: ReportExchange): XmlElement {
  return statusResponse(hrefOf({ kind: 'resource', user: session.user, slug, name }, session.prefix), 404)
}

// A collection here has no collections below, so `infinite` is the same as 1.
function checkLevel(body: XmlElement): void {
  const level = childNamed(body, dav('sync-level'))
  if (level && !['1', 'infinite', 'infinity'].includes(textOf(level).trim())) {
    throw new DavError('bad-request', 'the sync-level is 1 or infinite')
  }
}

function parseLimit(body: XmlElement): number | undefined {
  const limit = childNamed(body, dav('limit'))
  const nresults = limit && childNamed(limit, dav('nresults'))
  if (!nresults) return undefined
  const text = textOf(nresults).trim()
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new DavError('bad-request', 'nresults is a whole number above zero')
  return Number(text)
}
