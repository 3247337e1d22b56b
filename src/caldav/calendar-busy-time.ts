// Busy time of a whole calendar: the index names who may touch the range, only those are read.
import { GraphdavError } from '../base/errors.ts'
import type { CalendarBackend } from '../calendar/backend.ts'
import type { Resource } from '../calendar/resource.ts'
import { busySpans } from './busy-time.ts'
import type { BusySpan } from './free-busy-source.ts'
import type { ObjectReader } from './objects.ts'
import { DavError } from './preconditions.ts'
import { inSlices } from './slices.ts'
import type { BoundedRange } from './time-range.ts'

const batchLength = 100

/** The busy spans of a calendar, in no order. Objects that cannot be read are left out; a range that is too long is refused. */
export async function calendarBusyTime(
  { backend, readObject }: { readonly backend: CalendarBackend; readonly readObject: ObjectReader },
  slug: string,
  range: BoundedRange,
  floatingZone: string,
): Promise<readonly BusySpan[]> {
  const spans: BusySpan[] = []
  const names = (await backend.touching(slug, range)).map(({ name }) => name)
  for (let at = 0; at < names.length; at += batchLength) {
    const resources = await backend.read(slug, names.slice(at, at + batchLength))
    const found = function* (): Generator<readonly BusySpan[]> {
      for (const resource of resources) yield spansOf(resource, readObject, range, floatingZone)
    }
    for await (const slice of inSlices(found())) for (const some of slice) for (const span of some) spans.push(span)
  }
  return spans
}

function spansOf(
  resource: Resource,
  readObject: ObjectReader,
  range: BoundedRange,
  floatingZone: string,
): readonly BusySpan[] {
  try {
    return busySpans(readObject(resource), range, floatingZone)
  } catch (error) {
    if (!(error instanceof GraphdavError)) throw error
    if (error.code !== 'too-large') return []
    // Left out it would look like free time.
    throw new DavError(
      'number-of-matches-within-limits',
      'an event happens too often in this range: ask for a shorter one',
    )
  }
}
