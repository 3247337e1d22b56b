// calendar-query (RFC 4791 §7.8): the resources whose objects match a filter. The index says which may touch the range
// asked for; only those are read and expanded. Depth does not matter: without one nothing would ever match.
import { setImmediate } from 'node:timers/promises'
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
    yield await matchesIn(candidates.slice(at, at + batchLength), exchange, query, judge)
    // Others have their turn between batches.
    await setImmediate()
  }
  return undefined
}

// The text is read where it is wanted, or where nothing else tells.
async function matchesIn(
  batch: readonly ResourceInfo[],
  { backend, session, readObject }: ReportExchange,
  { collection, wanted, zone }: Query,
  judge: Judge,
): Promise<readonly XmlElement[]> {
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
  return needed.flatMap((info) => {
    const resource = read.get(info.name)
    // It vanished between the index and here.
    if (resource === undefined && unread.includes(info)) return []
    if (resource === undefined)
      return [resourceResponse({ collection, resource: info, data: undefined }, wanted, session)]
    if (!judge.byText(resource)) return []
    const data = dataOf(resource, wanted, zone, readObject)
    return [resourceResponse({ collection, resource, data }, wanted, session)]
  })
}
