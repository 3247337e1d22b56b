// The recurrence set of an object as single events in UTC (RFC 4791 §9.6.5), or its overrides cut to a range (§9.6.6).
import { expand, type Instance } from '../ical/expand.ts'
import { extentOf } from '../ical/extent.ts'
import { instantOfTime, timeOfInstant, zonesOf } from '../ical/instant.ts'
import type { CalendarObject, Component, Property } from '../ical/object.ts'
import { firstProperty, withoutProperties, withProperties } from '../ical/text.ts'
import { timeOf, timeProperty, type IcalTime } from '../ical/value.ts'
import type { BoundedRange } from './time-range.ts'

/** One VEVENT per instance that touches the range, by start. Throws as ical's `expand` does. */
export function expandObject(object: CalendarObject, range: BoundedRange, floatingZone: string): readonly Component[] {
  return expand(object, range, { floatingZone }).map((instance) => eventOf(instance, floatingZone))
}

function eventOf(instance: Instance, floatingZone: string): Component {
  const { component, start, end, recurrenceId } = instance
  const zones = zonesOf([], floatingZone)
  const timeAt = (at: number): IcalTime => timeOfInstant(at, instance.isAllDay ? 'date' : 'utc', zones)
  const hasEnd = ['DTEND', 'DURATION'].some((name) => firstProperty(component, name) !== undefined)
  const times: readonly Property[] = [
    timeProperty('DTSTART', timeAt(start)),
    ...(hasEnd ? [timeProperty('DTEND', timeAt(end))] : []),
    ...(recurrenceId === undefined ? [] : [timeProperty('RECURRENCE-ID', timeAt(recurrenceId))]),
  ]
  const plain = withoutProperties(component, ['RRULE', 'RDATE', 'EXDATE', 'EXRULE', 'DURATION'])
  return withProperties(plain, times)
}

/** The object without the overrides that neither are in the range nor were meant for it. */
export function limitOverrides(object: CalendarObject, range: BoundedRange, floatingZone: string): CalendarObject {
  const zones = zonesOf(object.zones, floatingZone)
  const longest = object.master === undefined ? 0 : extentOf(object.master, zones).longest
  const concerns = (override: Component): boolean => {
    const alone = { ...object, master: undefined, overrides: [override] }
    if (expand(alone, range, { floatingZone }).length > 0) return true
    const slot = firstProperty(override, 'RECURRENCE-ID')
    const at = slot === undefined ? Infinity : instantOfTime(timeOf(slot), zones)
    return at < range.end && at + longest > range.start
  }
  return { ...object, overrides: object.overrides.filter(concerns) }
}
