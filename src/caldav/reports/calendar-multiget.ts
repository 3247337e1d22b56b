// calendar-multiget (RFC 4791 §7.9): the resources that are named, wherever the percent-encoding differs, each once.
// Depth does not matter. What is not there is answered 404, never left out: vdirsyncer would fail, Thunderbird keep it.
import type { CalendarBackend } from '../../calendar/backend.ts'
import { prefersMinimal } from '../exchange.ts'
import { createPauses } from '../../base/pauses.ts'
import { multistatus, statusResponse } from '../multistatus.ts'
import { dav } from '../names.ts'
import { DavError } from '../preconditions.ts'
import { hrefOf, parseHref } from '../routes.ts'
import { inSlices } from '../slices.ts'
import { floatingZone } from '../time-zone.ts'
import { childrenNamed, textOf, type XmlElement } from '../xml.ts'
import type { Report, ReportExchange } from './report.ts'
import { dataOf, parseWanted, resourceResponse, type Wanted } from './resource-properties.ts'

/** Runs the report. */
export const calendarMultiget: Report = async (exchange) => {
  const hrefs = childrenNamed(exchange.body, dav('href')).map((href) => textOf(href).trim())
  if (hrefs.length === 0) throw new DavError('bad-request', 'a multiget names at least one href')
  return multistatus(answers(exchange, hrefs, parseWanted(exchange.body, prefersMinimal(exchange.request))))
}

const batchLength = 100
const hrefsBetweenPauses = 1000

async function* answers(
  exchange: ReportExchange,
  hrefs: readonly string[],
  wanted: Wanted,
): AsyncGenerator<readonly XmlElement[], undefined, undefined> {
  const { subject, session, backend, readObject } = exchange
  const { asked, strangers } = await sort(exchange, hrefs)
  const names = [...asked.keys()]
  const zone = subject.kind === 'collection' ? floatingZone(exchange, subject.collection) : 'UTC'
  for (let at = 0; at < names.length && subject.kind === 'collection'; at += batchLength) {
    const { collection } = subject
    const batch = names.slice(at, at + batchLength)
    const found = await readByName(backend, collection.slug, batch)
    const responses = function* (): Generator<XmlElement> {
      for (const name of batch) {
        const resource = found.get(name)
        yield resource === undefined
          ? statusResponse(asked.get(name) ?? '', 404)
          : resourceResponse(
              { collection, resource, data: dataOf(resource, wanted, zone, readObject) },
              wanted,
              session,
            )
      }
    }
    yield* inSlices(responses())
  }
  yield* inSlices(gone(strangers))
  return undefined
}

function* gone(hrefs: Iterable<string>): Generator<XmlElement> {
  for (const href of hrefs) yield statusResponse(href, 404)
}

// Names in this collection with the href that asked for them first, and the hrefs of anything else.
async function sort(
  { subject, session, request }: ReportExchange,
  hrefs: readonly string[],
): Promise<{ readonly asked: ReadonlyMap<string, string>; readonly strangers: ReadonlySet<string> }> {
  const asked = new Map<string, string>()
  const strangers = new Set<string>()
  const pause = createPauses()
  for (const [index, href] of hrefs.entries()) {
    if (index % hrefsBetweenPauses === 0) await pause()
    const location = parseHref(href, request.prefix)
    const isHere =
      location.kind === 'resource' &&
      location.user === session.user &&
      subject.kind === 'collection' &&
      location.slug === subject.collection.slug
    if (!isHere) strangers.add(href === '' ? hrefOf({ kind: 'nowhere', status: 404 }, request.prefix) : href)
    else if (!asked.has(location.name)) asked.set(location.name, href)
  }
  return { asked, strangers }
}

async function readByName(
  backend: CalendarBackend,
  slug: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, Awaited<ReturnType<CalendarBackend['read']>>[number]>> {
  const resources = await backend.read(slug, names)
  return new Map(resources.map((resource) => [resource.name, resource]))
}
