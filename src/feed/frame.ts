// A feed's text around its fragments: head, and one VTIMEZONE per zone in use.
import type { Collection } from '../calendar/collection.ts'
import { printAroundFragments, type Around } from '../ical/print.ts'
import { timezoneComponent } from '../ical/timezone.ts'
import type { Fragment } from './fragment.ts'

/** What stands around the fragments. `name` is for a feed of several calendars. */
export function printAround(name: string, collections: readonly Collection[], fragments: Iterable<Fragment>): Around {
  const [first, ...more] = collections
  const head = {
    name: first && more.length === 0 ? first.displayName : name,
    color: first?.color,
    timeZone: first?.timeZone ?? 'UTC',
  }
  const zones = [...firstUses(fragments)].sort(([one], [other]) => (one < other ? -1 : 1))
  return printAroundFragments(
    head,
    zones.map(([tzid, from]) => timezoneComponent(tzid, from, null)),
  )
}

/** TZID → the first instant at which it is used. */
function firstUses(fragments: Iterable<Fragment>): ReadonlyMap<string, number> {
  const uses = new Map<string, number>()
  for (const { tzids, first } of fragments) {
    for (const tzid of tzids) uses.set(tzid, Math.min(first, uses.get(tzid) ?? Infinity))
  }
  return uses
}
