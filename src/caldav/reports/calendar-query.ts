// calendar-query (RFC 4791 §7.8): the resources whose objects match a filter. The index says which may touch the range
// asked for; only those are read and expanded. Depth does not matter: without one nothing would ever match.
import { setImmediate } from 'node:timers/promises'
import { GraphdavError } from '../../base/errors.ts'
import type { CalendarBackend } from '../../calendar/backend.ts'
import type { Collection } from '../../calendar/collection.ts'
import type { Resource, ResourceInfo } from '../../calendar/resource.ts'
import { prefersMinimal } from '../exchange.ts'
import { forecast, matches, rangeOf } from '../filter-match.ts'
import { parseFilter, type ComponentFilter } from '../filter.ts'
import { multistatus } from '../multistatus.ts'
import { caldav } from '../names.ts'
import type { ObjectReader } from '../objects.ts'
import { DavError } from '../preconditions.ts'
import { floatingZone } from '../time-zone.ts'
import { childNamed, type XmlElement } from '../xml.ts'
import type { Report, ReportExchange } from './report.ts'
import { dataOf, parseWanted, resourceResponse, type Wanted } from './resource-properties.ts'

/** Runs the report. */
export const calendarQuery: Report = async (exchange) => {
  const { body, subject, session, backend, request } = exchange
  const element = childNamed(body, caldav('filter'))
  if (!element) throw new DavError('valid-filter', 'a query needs a filter')
  const filter = parseFilter(element)
  const wanted = parseWanted(body, prefersMinimal(request))
  // The inbox is always empty.
  if (subject.kind !== 'collection') return multistatus([])
  const { collection } = subject
  const zone = floatingZone(body, collection, session)
  const outlook = forecast(filter)
  const candidates = outlook === 'none' ? [] : await candidatesFor(filter, collection.slug, backend)
  return multistatus(answers(exchange, { collection, candidates, filter, wanted, zone, isCertain: outlook === 'all' }))
}

interface Query {
  readonly collection: Collection
  readonly candidates: readonly ResourceInfo[]
  readonly filter: ComponentFilter
  readonly wanted: Wanted
  readonly zone: string
  /** True when every candidate matches. */
  readonly isCertain: boolean
}

function candidatesFor(
  filter: ComponentFilter,
  slug: string,
  backend: CalendarBackend,
): Promise<readonly ResourceInfo[]> {
  const range = rangeOf(filter)
  return range === undefined ? backend.list(slug) : backend.touching(slug, range)
}

const batchLength = 100

async function* answers(exchange: ReportExchange, query: Query): AsyncGenerator<XmlElement, undefined, undefined> {
  const { collection, candidates, wanted, zone, isCertain } = query
  const { backend, session, readObject } = exchange
  if (isCertain && wanted.data === undefined) {
    for (const resource of candidates)
      yield resourceResponse({ collection, resource, data: undefined }, wanted, session)
    return undefined
  }
  for (let at = 0; at < candidates.length; at += batchLength) {
    const names = candidates.slice(at, at + batchLength).map(({ name }) => name)
    for (const resource of await backend.read(collection.slug, names)) {
      if (!isCertain && !isMatch(resource, query, readObject)) continue
      yield resourceResponse(
        { collection, resource, data: dataOf(resource, wanted, zone, readObject) },
        wanted,
        session,
      )
    }
    // Others have their turn between batches.
    await setImmediate()
  }
  return undefined
}

// What cannot be read or expanded is shown rather than hidden: the index said that it may be there.
function isMatch(resource: Resource, { filter, zone }: Query, readObject: ObjectReader): boolean {
  try {
    return matches(filter, readObject(resource), zone)
  } catch (error) {
    if (error instanceof GraphdavError) return true
    throw error
  }
}
