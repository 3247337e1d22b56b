// calendar-query (RFC 4791 §7.8): the resources whose objects match a filter. The index says which may touch the range
// asked for; only those are read and expanded. Depth does not matter: without one nothing would ever match.
import type { CalendarBackend } from '../../calendar/backend.ts'
import type { Collection } from '../../calendar/collection.ts'
import type { ResourceInfo } from '../../calendar/resource.ts'
import { prefersMinimal } from '../exchange.ts'
import { forecast, rangeOf } from '../filter-match.ts'
import { parseFilter, type ComponentFilter } from '../filter.ts'
import { multistatus } from '../multistatus.ts'
import { caldav } from '../names.ts'
import { DavError } from '../preconditions.ts'
import { floatingZone } from '../time-zone.ts'
import { inSlices } from '../slices.ts'
import { createJudge, type Judge } from '../judge.ts'
import { childNamed, type XmlElement } from '../xml.ts'
import type { Report, ReportExchange } from './report.ts'
import { dataOf, infoResponses, parseWanted, resourceResponse, type Wanted } from './resource-properties.ts'

/** Runs the report. */
export const calendarQuery: Report = async (exchange) => {
  const { body, subject, backend, request } = exchange
  const element = childNamed(body, caldav('filter'))
  if (!element) throw new DavError('valid-filter', 'a query needs a filter')
  const filter = parseFilter(element)
  const wanted = parseWanted(body, prefersMinimal(request))
  // The inbox is always empty.
  if (subject.kind !== 'collection') return multistatus([])
  const { collection } = subject
  const zone = floatingZone(exchange, collection)
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

async function* answers(
  exchange: ReportExchange,
  query: Query,
): AsyncGenerator<Iterable<XmlElement>, undefined, undefined> {
  const { collection, candidates, wanted, isCertain } = query
  const { session } = exchange
  if (isCertain && wanted.data === undefined) {
    yield infoResponses({ collection, resources: candidates }, wanted, session)
    return undefined
  }
  const judge = createJudge(exchange, query)
  for (let at = 0; at < candidates.length; at += batchLength) {
    yield* matchesIn(candidates.slice(at, at + batchLength), exchange, query, judge)
  }
  return undefined
}

// The text is read where it is wanted, or where nothing else tells. Others have their turn between slices: a series that is
// expanded may take long, and be long.
async function* matchesIn(
  batch: readonly ResourceInfo[],
  { backend, session, readObject }: ReportExchange,
  { collection, wanted, zone }: Query,
  judge: Judge,
): AsyncGenerator<readonly XmlElement[], undefined, undefined> {
  const verdicts = new Map(batch.map((info) => [info.name, judge.byMemory(info)]))
  const needed = batch.filter(({ name }) => verdicts.get(name) ?? true)
  const unread = needed.filter(({ name }) => wanted.data !== undefined || verdicts.get(name) === undefined)
  const texts =
    unread.length === 0
      ? []
      : await backend.read(
          collection.slug,
          unread.map(({ name }) => name),
        )
  const read = new Map(texts.map((resource) => [resource.name, resource]))
  const isRead = new Set(unread)
  const responses = function* (): Generator<XmlElement | undefined> {
    for (const info of needed) {
      const resource = read.get(info.name)
      // It vanished between the index and here.
      if (resource === undefined && isRead.has(info)) continue
      if (resource === undefined)
        yield resourceResponse({ collection, resource: info, data: undefined }, wanted, session)
      else if (judge.byText(resource)) {
        yield resourceResponse(
          { collection, resource, data: dataOf(resource, wanted, zone, readObject) },
          wanted,
          session,
        )
      } else yield undefined
    }
  }
  yield* inSlices(responses())
  return undefined
}
