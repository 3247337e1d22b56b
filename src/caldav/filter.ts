// The filter of calendar-query as data (RFC 4791 §9.7): parsed and checked here, evaluated in filter-match.ts.
import type { TimeRange } from '../ical/object.ts'
import { maxFilterParts } from './limits.ts'
import { caldav, isSameName } from './names.ts'
import { DavError } from './preconditions.ts'
import { parseCollation, type Collation } from './text-match.ts'
import { parseTimeRange } from './time-range.ts'
import { attributeOf, childNamed, childrenNamed, elementsOf, textOf, type XmlElement } from './xml.ts'

/** A component: absent, or present with all that is asked of it. Names are upper-case. */
export interface ComponentFilter {
  readonly name: string
  readonly isNotDefined: boolean
  readonly timeRange: TimeRange | undefined
  readonly properties: readonly PropertyFilter[]
  readonly components: readonly ComponentFilter[]
}

/** A property: absent, or present with all that is asked of it. */
export interface PropertyFilter {
  readonly name: string
  readonly isNotDefined: boolean
  readonly timeRange: TimeRange | undefined
  readonly text: TextMatch | undefined
  readonly parameters: readonly ParameterFilter[]
}

/** A parameter: absent, or present with a text in it. */
export interface ParameterFilter {
  readonly name: string
  readonly isNotDefined: boolean
  readonly text: TextMatch | undefined
}

/** A text that is somewhere in a value, or that is not (`isNegated`). */
export interface TextMatch {
  readonly text: string
  readonly collation: Collation
  readonly isNegated: boolean
}

/** Reads the `C:filter` element. Throws valid-filter, supported-filter, supported-collation. */
export function parseFilter(filter: XmlElement): ComponentFilter {
  if (partsOf(filter) > maxFilterParts) {
    throw new DavError('supported-filter', `a filter has ${maxFilterParts} parts at most`)
  }
  const [top, ...more] = elementsOf(filter)
  if (!top) return { ...anything, name: 'VCALENDAR' }
  if (more.length > 0 || !isSameName(top.name, caldav('comp-filter'))) throw invalid('a filter holds one comp-filter')
  const parsed = parseComponent(top)
  if (parsed.name !== 'VCALENDAR') throw invalid('the outermost comp-filter is VCALENDAR')
  return parsed
}

function partsOf(filter: XmlElement): number {
  return elementsOf(filter).reduce((count, part) => count + 1 + partsOf(part), 0)
}

const anything = { isNotDefined: false, timeRange: undefined, properties: [], components: [] }

function parseComponent(filter: XmlElement): ComponentFilter {
  checkChildren(filter, ['is-not-defined', 'time-range', 'prop-filter', 'comp-filter'])
  const timeRange = childNamed(filter, caldav('time-range'))
  return {
    name: nameOf(filter),
    isNotDefined: isNotDefined(filter),
    timeRange: timeRange && parseTimeRange(timeRange, 'valid-filter'),
    properties: childrenNamed(filter, caldav('prop-filter')).map(parseProperty),
    components: childrenNamed(filter, caldav('comp-filter')).map(parseComponent),
  }
}

function parseProperty(filter: XmlElement): PropertyFilter {
  checkChildren(filter, ['is-not-defined', 'time-range', 'text-match', 'param-filter'])
  const timeRange = childNamed(filter, caldav('time-range'))
  return {
    name: nameOf(filter),
    isNotDefined: isNotDefined(filter),
    timeRange: timeRange && parseTimeRange(timeRange, 'valid-filter'),
    text: parseText(filter),
    parameters: childrenNamed(filter, caldav('param-filter')).map(parseParameter),
  }
}

function parseParameter(filter: XmlElement): ParameterFilter {
  checkChildren(filter, ['is-not-defined', 'text-match'])
  return { name: nameOf(filter), isNotDefined: isNotDefined(filter), text: parseText(filter) }
}

function parseText(filter: XmlElement): TextMatch | undefined {
  const match = childNamed(filter, caldav('text-match'))
  if (!match) return undefined
  const negate = attributeOf(match, 'negate-condition') ?? 'no'
  if (negate !== 'yes' && negate !== 'no') throw invalid('negate-condition is yes or no')
  return {
    text: textOf(match),
    collation: parseCollation(attributeOf(match, 'collation')),
    isNegated: negate === 'yes',
  }
}

function nameOf(filter: XmlElement): string {
  const name = attributeOf(filter, 'name')
  if (name === undefined || name === '') throw invalid('each filter names what it is for')
  return name.toUpperCase()
}

function isNotDefined(filter: XmlElement): boolean {
  const isThere = childNamed(filter, caldav('is-not-defined')) !== undefined
  if (isThere && elementsOf(filter).length > 1) throw invalid('is-not-defined stands alone')
  return isThere
}

type Part = 'is-not-defined' | 'time-range' | 'prop-filter' | 'comp-filter' | 'text-match' | 'param-filter'

// What we do not know could only be ignored, and then the answer would be wrong (RFC 4791 §7.8: supported-filter).
function checkChildren(filter: XmlElement, parts: readonly Part[]): void {
  const stranger = elementsOf(filter).find((child) => !parts.some((part) => isSameName(child.name, caldav(part))))
  if (stranger) throw new DavError('supported-filter', 'a part of the filter is not supported', { details: [filter] })
}

function invalid(sentence: string): DavError {
  return new DavError('valid-filter', sentence)
}
