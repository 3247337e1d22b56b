// Parsed calendar objects by ETag: a query that comes every few minutes parses only what has changed since.
import { codeOf } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Resource } from '../calendar/resource.ts'
import type { CalendarObject } from '../ical/object.ts'
import { parseObject } from '../ical/parse.ts'

/** Parses texts, and remembers some. */
export type ObjectReader = (resource: Resource) => CalendarObject

/**
 * A reader that remembers objects whose texts are together no longer than `budget` octets. A text that cannot be read is
 * logged and throws `IcalError`.
 */
export function createObjectReader(budget: number, log: Log): ObjectReader {
  // In the order of use, the latest last.
  const known = new Map<string, { readonly object: CalendarObject; readonly size: number }>()
  let total = 0
  const forget = (etag: string): void => {
    total -= known.get(etag)?.size ?? 0
    known.delete(etag)
  }
  return (resource) => {
    const object = known.get(resource.etag)?.object ?? parse(resource, log)
    forget(resource.etag)
    known.set(resource.etag, { object, size: resource.size })
    total += resource.size
    for (const etag of known.keys()) {
      if (total <= budget) break
      forget(etag)
    }
    return object
  }
}

function parse({ name, text }: Resource, log: Log): CalendarObject {
  try {
    return parseObject(text)
  } catch (error) {
    log.warn('calendar object cannot be read', { name, code: codeOf(error) })
    throw error
  }
}
