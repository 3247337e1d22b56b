// Whether a recurrence set touches a range, without expanding all of it: in windows that grow, from the first date on.
import { expand, type Instance } from '../ical/expand.ts'
import type { CalendarObject, Component, TimeRange } from '../ical/object.ts'
import { spanOf } from '../ical/span.ts'
import { dayMs } from '../ical/value.ts'

// Most series have an instance every few weeks.
const firstWindow = 35 * dayMs
/** Two centuries of looking are enough for any rule. */
const farthest = 73_000 * dayMs

/** True when one of the instances of an event of the object, the master or an override, touches the range and passes the test. */
export function someInstanceOf(
  { object, event }: { readonly object: CalendarObject; readonly event: Component },
  range: TimeRange,
  floatingZone: string,
  test: (instance: Instance) => boolean = () => true,
): boolean {
  // An override is one date: no need to look for it among all that its series has.
  const around = event === object.master ? object : { ...object, master: undefined, overrides: [event] }
  return someInstance(around, range, floatingZone, (instance) => instance.component === event && test(instance))
}

/**
 * True when one of the instances that touch the range passes the test. An endless series in an open range is looked at
 * until an instance passes, two centuries at most. Throws as `expand` does.
 */
export function someInstance(
  object: CalendarObject,
  range: TimeRange,
  floatingZone: string,
  test: (instance: Instance) => boolean,
): boolean {
  const span = spanOf(object)
  const from = Math.max(range.start ?? -Infinity, span.first)
  // One beyond the last, for what ends or happens exactly there.
  const to = Math.min(range.end ?? Infinity, span.last === null ? Infinity : span.last + 1, from + farthest)
  let windowLength = firstWindow
  for (let start = from; start < to;) {
    const end = Math.min(start + windowLength, to)
    if (expand(object, { start, end }, { floatingZone }).some(test)) return true
    start = end
    windowLength *= 4
  }
  return false
}
