// Busy time of a whole calendar: the index names who may touch the range, only those are read.
import { setImmediate } from 'node:timers/promises'
import { GraphdavError } from '../base/errors.ts'
import type { CalendarBackend } from '../calendar/backend.ts'
import { busySpans } from './busy-time.ts'
import type { BusySpan } from './free-busy-source.ts'
import type { ObjectReader } from './objects.ts'
import type { BoundedRange } from './time-range.ts'

const batchLength = 100

/** The busy spans of a calendar, in no order. Objects that cannot be expanded are left out. */
export async function calendarBusyTime(
  { backend, readObject }: { readonly backend: CalendarBackend; readonly readObject: ObjectReader },
  slug: string,
  range: BoundedRange,
  floatingZone: string,
): Promise<readonly BusySpan[]> {
  const spans: BusySpan[] = []
  const names = (await backend.touching(slug, range)).map(({ name }) => name)
  for (let at = 0; at < names.length; at += batchLength) {
    for (const resource of await backend.read(slug, names.slice(at, at + batchLength))) {
      try {
        spans.push(...busySpans(readObject(resource), range, floatingZone))
      } catch (error) {
        if (!(error instanceof GraphdavError)) throw error
      }
    }
    await setImmediate()
  }
  return spans
}
