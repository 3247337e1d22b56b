// Parsed calendar objects by ETag: a query that comes every few minutes parses only what has changed since.
import type { Resource } from '../calendar/resource.ts'
import type { CalendarObject } from '../ical/object.ts'
import { parseObject } from '../ical/parse.ts'

/** Parses texts, and remembers some. */
export type ObjectReader = (resource: Resource) => CalendarObject

/** A reader that remembers objects whose texts are together no longer than `budget` octets. Throws `IcalError`. */
export function createObjectReader(budget: number): ObjectReader {
  // In the order of use, the latest last.
  const known = new Map<string, { readonly object: CalendarObject; readonly size: number }>()
  let total = 0
  const forget = (etag: string): void => {
    total -= known.get(etag)?.size ?? 0
    known.delete(etag)
  }
  return (resource) => {
    const object = known.get(resource.etag)?.object ?? parseObject(resource.text)
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
