// The calendar-data element of reports (RFC 4791 §9.6): which part of a resource's text is wanted, and that part.
import type { Resource } from '../calendar/resource.ts'
import type { CalendarObject, Component, Property } from '../ical/object.ts'
import { eventsOf } from '../ical/text.ts'
import { printComponent } from './calendar-text.ts'
import { expandObject, limitOverrides } from './expand.ts'
import { caldav } from './names.ts'
import { DavError } from './preconditions.ts'
import { parseBoundedRange, type BoundedRange } from './time-range.ts'
import { attributeOf, childNamed, childrenNamed, type XmlElement } from './xml.ts'

/** How the text of a resource is given. Without any of the three it is the stored text, octet for octet. */
export interface CalendarData {
  readonly expand: BoundedRange | undefined
  readonly limitRecurrence: BoundedRange | undefined
  readonly part: ComponentPart | undefined
}

/** Which properties and sub-components of a component are given. */
interface ComponentPart {
  readonly name: string
  /** Null: all. */
  readonly properties: readonly PropertyPart[] | null
  readonly components: readonly ComponentPart[] | null
}

interface PropertyPart {
  readonly name: string
  readonly isWithoutValue: boolean
}

/** Reads the element. Throws supported-calendar-data for anything but iCalendar 2.0, 400 for ranges that are none. */
export function parseCalendarData(wanted: XmlElement): CalendarData {
  const type = attributeOf(wanted, 'content-type') ?? 'text/calendar'
  const version = attributeOf(wanted, 'version') ?? '2.0'
  if (type.toLowerCase() !== 'text/calendar' || version !== '2.0') {
    throw new DavError('supported-calendar-data', 'calendar data are given as text/calendar 2.0 only')
  }
  const part = childNamed(wanted, caldav('comp'))
  const expand = childNamed(wanted, caldav('expand'))
  const limit = childNamed(wanted, caldav('limit-recurrence-set'))
  if (expand && limit) throw new DavError('bad-request', 'expand and limit-recurrence-set exclude each other')
  return {
    expand: expand && parseBoundedRange(expand, 'bad-request'),
    limitRecurrence: limit && parseBoundedRange(limit, 'bad-request'),
    part: part && parsePart(part),
  }
}

/** True when the stored text is wanted as it is. */
export function isWhole({ expand, limitRecurrence, part }: CalendarData): boolean {
  return expand === undefined && limitRecurrence === undefined && part === undefined
}

/** The text of the part that is wanted. Throws as `expand` does. */
export function printPart(
  data: CalendarData,
  resource: Resource,
  object: CalendarObject,
  floatingZone: string,
): string {
  const calendar: Component = {
    name: 'VCALENDAR',
    properties: headOf(resource.text),
    components: componentsFor(data, object, floatingZone),
  }
  return printComponent(data.part === undefined ? calendar : cut(calendar, data.part))
}

function componentsFor(data: CalendarData, object: CalendarObject, floatingZone: string): readonly Component[] {
  if (data.expand) return expandObject(object, data.expand, floatingZone)
  const shown = data.limitRecurrence ? limitOverrides(object, data.limitRecurrence, floatingZone) : object
  return [...shown.zones, ...eventsOf(shown)]
}

// RFC 4791 §7.8.1: a comp without anything inside is given whole.
function parsePart(comp: XmlElement): ComponentPart {
  const properties = childrenNamed(comp, caldav('prop'))
  const components = childrenNamed(comp, caldav('comp'))
  const hasAllProperties = childNamed(comp, caldav('allprop')) !== undefined
  const hasAllComponents = childNamed(comp, caldav('allcomp')) !== undefined
  const isEmpty = properties.length + components.length === 0 && !hasAllProperties && !hasAllComponents
  return {
    name: nameOf(comp),
    properties: hasAllProperties || isEmpty ? null : properties.map(parsePropertyPart),
    components: hasAllComponents || isEmpty ? null : components.map(parsePart),
  }
}

function parsePropertyPart(prop: XmlElement): PropertyPart {
  return { name: nameOf(prop), isWithoutValue: attributeOf(prop, 'novalue') === 'yes' }
}

function nameOf(element: XmlElement): string {
  const name = attributeOf(element, 'name')
  if (name === undefined || name === '') throw new DavError('bad-request', 'comp and prop have a name')
  return name.toUpperCase()
}

function cut(component: Component, part: ComponentPart): Component {
  const { properties, components } = part
  return {
    ...component,
    properties: properties === null ? component.properties : cutProperties(component.properties, properties),
    components:
      components === null
        ? component.components
        : component.components.flatMap((child) => {
            const wanted = components.find(({ name }) => name === child.name)
            return wanted ? [cut(child, wanted)] : []
          }),
  }
}

function cutProperties(properties: readonly Property[], parts: readonly PropertyPart[]): readonly Property[] {
  return properties.flatMap((property) => {
    const wanted = parts.find(({ name }) => name === property.name)
    if (!wanted) return []
    return wanted.isWithoutValue ? [{ ...property, value: '' }] : [property]
  })
}

// The calendar's own properties, which stand before its first component.
function headOf(text: string): readonly Property[] {
  const [, ...lines] = text
    .slice(0, text.indexOf('BEGIN:', 1))
    .replace(/\r\n[ \t]/g, '')
    .split('\r\n')
  return lines.flatMap((line) => {
    const colon = line.indexOf(':')
    return colon < 0 ? [] : [{ name: line.slice(0, colon).toUpperCase(), parameters: [], value: line.slice(colon + 1) }]
  })
}
