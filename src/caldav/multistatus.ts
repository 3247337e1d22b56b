// 207 Multi-Status (RFC 4918 §13, §14.16): one response per resource, sent as it is made, so that a long answer needs
// little memory.
import { setImmediate } from 'node:timers/promises'
import type { DavAnswer } from './exchange.ts'
import { dav, type Name } from './names.ts'
import { closeDocument, element, openDocument, printNode, type XmlElement } from './xml.ts'

/** A response with properties: those found, and the names of those that are not there (left out when null). */
export function propertiesResponse(
  href: string,
  found: readonly XmlElement[],
  missing: readonly Name[] | null,
): XmlElement {
  const propstats = found.length > 0 ? [propstat(200, found)] : []
  if (missing && missing.length > 0) {
    propstats.push(
      propstat(
        404,
        missing.map((name) => element(name)),
      ),
    )
  }
  // RFC 4918 §14.24: a response has at least one propstat.
  if (propstats.length === 0) propstats.push(propstat(200, []))
  return element(dav('response'), element(dav('href'), href), ...propstats)
}

/** A response that says only a status, e.g. 404 for a resource that is gone. */
export function statusResponse(href: string, status: number, error?: XmlElement): XmlElement {
  const more = error === undefined ? [] : [element(dav('error'), error)]
  return element(dav('response'), element(dav('href'), href), statusElement(status), ...more)
}

/** Properties that share one status. */
export function propstat(status: number, properties: readonly XmlElement[], error?: XmlElement): XmlElement {
  const more = error === undefined ? [] : [element(dav('error'), error)]
  return element(dav('propstat'), element(dav('prop'), ...properties), statusElement(status), ...more)
}

/** Responses one by one, or as they are read from below, in batches. */
export type Responses = Iterable<XmlElement> | AsyncIterable<Iterable<XmlElement>>

/**
 * The whole answer. A short one is a string (with a length); a long one goes out while it is made. What the responses
 * throw before the first 64 KB still becomes a status.
 */
export async function multistatus(
  responses: Responses,
  headers: Readonly<Record<string, string>> = {},
): Promise<DavAnswer> {
  const chunks = print(responses)
  const first = await chunks.next()
  const second = first.done === true ? first : await chunks.next()
  const body = second.done === true ? (first.value ?? '') : resume([first.value ?? '', second.value], chunks)
  return { status: 207, headers: { 'Content-Type': 'application/xml; charset=utf-8', ...headers }, body }
}

const chunkLength = 64 * 1024

async function* print(responses: Responses): AsyncGenerator<string, undefined, undefined> {
  let chunk = openDocument(dav('multistatus'))
  for await (const batch of Symbol.asyncIterator in responses ? responses : [responses]) {
    for (const response of batch) {
      chunk += printNode(response)
      if (chunk.length > chunkLength) {
        yield chunk
        chunk = ''
        // Others have their turn between chunks.
        await setImmediate()
      }
    }
  }
  yield chunk + closeDocument(dav('multistatus'))
  return undefined
}

async function* resume(taken: readonly string[], rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield* taken
  yield* rest
}

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  424: 'Failed Dependency',
  507: 'Insufficient Storage',
}

// Long answers repeat them in every response.
const statusElements: ReadonlyMap<number, XmlElement> = new Map(
  Object.entries(reasons).map(([status, reason]) => [
    Number(status),
    element(dav('status'), `HTTP/1.1 ${status} ${reason}`),
  ]),
)

function statusElement(status: number): XmlElement {
  return statusElements.get(status) ?? element(dav('status'), `HTTP/1.1 ${status} Status`)
}
