// Does a calendar object match a filter (RFC 4791 §9.7, §9.9)? Pure. All conditions of one comp-filter have to be met by
// one and the same component: the master, or one override.
import { GraphdavError } from '../base/errors.ts'
import { instantOfTime, zonesOf } from '../ical/instant.ts'
import type { CalendarObject, Component, Parameter, Property, TimeRange } from '../ical/object.ts'
import { eventsOf, unescapeText } from '../ical/text.ts'
import { dayMs, timeOf } from '../ical/value.ts'
import { alarmTouches } from './alarms.ts'
import type { ComponentFilter, ParameterFilter, PropertyFilter, TextMatch } from './filter.ts'
import { someInstance, someInstanceOf } from './instances.ts'
import { collationKey } from './text-match.ts'

/** What can be said without looking at any object, as all of ours hold events and nothing else. */
export type Forecast = 'all' | 'none' | 'depends'

/** True when the object matches. Throws as `expand` does for objects that cannot be read. */
export function matches(filter: ComponentFilter, object: CalendarObject, floatingZone: string): boolean {
  const calendar: Component = {
    name: 'VCALENDAR',
    properties: [{ name: 'VERSION', parameters: [], value: '2.0' }],
    components: [...object.zones, ...eventsOf(object)],
  }
  return componentMatches(filter, [calendar], { object, floatingZone, event: undefined })
}

/** What a filter means for every object of events. */
export function forecast(filter: ComponentFilter): Forecast {
  if (filter.isNotDefined) return 'none'
  if (filter.timeRange || filter.properties.length > 0) return 'depends'
  const parts = filter.components.map((component): Forecast => {
    if (component.name === 'VEVENT') {
      if (component.isNotDefined) return 'none'
      const isPlain = !component.timeRange && component.properties.length + component.components.length === 0
      return isPlain ? 'all' : 'depends'
    }
    if (component.name === 'VTIMEZONE') return 'depends'
    return component.isNotDefined ? 'all' : 'none'
  })
  if (parts.includes('none')) return 'none'
  return parts.includes('depends') ? 'depends' : 'all'
}

/** The range that every match touches, so that an index can leave out the rest; undefined when there is none. */
export function rangeOf(filter: ComponentFilter): TimeRange | undefined {
  const events = filter.components.filter(({ name, isNotDefined }) => name === 'VEVENT' && !isNotDefined)
  return events.find(({ timeRange }) => timeRange !== undefined)?.timeRange ?? filter.timeRange
}

interface Context {
  readonly object: CalendarObject
  readonly floatingZone: string
  /** The VEVENT around a component, for alarms. */
  readonly event: Component | undefined
}

function componentMatches(filter: ComponentFilter, siblings: readonly Component[], context: Context): boolean {
  const named = siblings.filter(({ name }) => name === filter.name)
  if (filter.isNotDefined) return named.length === 0
  return named.some((component) => {
    const inside = component.name === 'VEVENT' ? { ...context, event: component } : context
    return (
      filter.properties.every((property) => propertyMatches(property, component.properties, context)) &&
      filter.components.every((child) => componentMatches(child, component.components, inside)) &&
      (filter.timeRange === undefined || componentTouches(component, filter.timeRange, context))
    )
  })
}

// RFC 4791 §9.9 says for which components a range means something; it never holds for the others.
function componentTouches(component: Component, range: TimeRange, context: Context): boolean {
  const { object, floatingZone, event } = context
  switch (component.name) {
    case 'VCALENDAR':
      return someInstance(object, range, floatingZone, () => true)
    case 'VEVENT':
      return someInstanceOf({ object, event: component }, range, floatingZone)
    case 'VALARM':
      return event !== undefined && alarmTouches({ object, floatingZone, event, alarm: component }, range)
    default:
      return false
  }
}

function propertyMatches(filter: PropertyFilter, siblings: readonly Property[], context: Context): boolean {
  const named = siblings.filter(({ name }) => name === filter.name)
  if (filter.isNotDefined) return named.length === 0
  return named.some(
    (property) =>
      (filter.text === undefined || textMatches(filter.text, unescapeText(property.value))) &&
      filter.parameters.every((parameter) => parameterMatches(parameter, property.parameters)) &&
      (filter.timeRange === undefined || propertyTouches(property, filter.timeRange, context)),
  )
}

function parameterMatches(filter: ParameterFilter, siblings: readonly Parameter[]): boolean {
  const named = siblings.filter(({ name }) => name === filter.name)
  if (filter.isNotDefined) return named.length === 0
  const { text } = filter
  return named.some(({ values }) => text === undefined || textMatches(text, values.join(',')))
}

function textMatches({ text, collation, isNegated }: TextMatch, value: string): boolean {
  return collationKey(value, collation).includes(collationKey(text, collation)) !== isNegated
}

// A date lasts its day; what is no time touches nothing.
function propertyTouches(property: Property, range: TimeRange, { object, floatingZone }: Context): boolean {
  try {
    const time = timeOf(property)
    const start = instantOfTime(time, zonesOf(object.zones, floatingZone))
    const end = time.kind === 'date' ? start + dayMs : start + 1
    return start < (range.end ?? Infinity) && end > (range.start ?? -Infinity)
  } catch (error) {
    if (error instanceof GraphdavError) return false
    throw error
  }
}
