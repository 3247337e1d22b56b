// The part that multiget, query and sync share: which properties of resources a report asks for, calendar data included
// (RFC 4791 §9.6), and the response that gives them.
import type { Collection } from '../../calendar/collection.ts'
import type { Resource, ResourceInfo } from '../../calendar/resource.ts'
import { GraphdavError } from '../../base/errors.ts'
import { isWhole, parseCalendarData, printPart, type CalendarData } from '../calendar-data.ts'
import { propertiesResponse } from '../multistatus.ts'
import { caldav, dav, isSameName, type Name } from '../names.ts'
import type { ObjectReader } from '../objects.ts'
import { readAllprop, readNames, readSelected, select, type Selection } from '../properties/lookup.ts'
import { hrefOfSubject, type Session, type SubjectOf } from '../subject.ts'
import { childNamed, element, elementsOf, type XmlElement } from '../xml.ts'

/** What a report wants to know of each resource. */
export interface Wanted {
  readonly kind: 'prop' | 'allprop' | 'propname'
  readonly selection: Selection
  /** How to give the text; undefined: the text is not wanted. */
  readonly data: CalendarData | undefined
  readonly isMinimal: boolean
}

/** Reads the prop, allprop or propname of a report's body; without any, nothing is wanted but the hrefs. */
export function parseWanted(body: XmlElement, isMinimal: boolean): Wanted {
  const prop = childNamed(body, dav('prop'))
  const asked = prop === undefined ? [] : elementsOf(prop)
  const data = asked.find(({ name }) => isCalendarData(name))
  const names = asked.map(({ name }) => name).filter((name) => !isCalendarData(name))
  const isAll = childNamed(body, dav('allprop')) !== undefined
  const isNames = childNamed(body, dav('propname')) !== undefined
  return {
    kind: isAll ? 'allprop' : isNames ? 'propname' : 'prop',
    selection: select(names),
    data: data === undefined ? undefined : parseCalendarData(data),
    isMinimal,
  }
}

function isCalendarData(name: Name): boolean {
  return isSameName(name, caldav('calendar-data'))
}

/** One resource, and its text where it is wanted. */
export interface Found {
  readonly collection: Collection
  readonly resource: ResourceInfo | Resource
  /** The calendar data to give; undefined when it is not wanted. */
  readonly data: string | undefined
}

/** The response of one resource. */
export function resourceResponse({ collection, resource, data }: Found, wanted: Wanted, session: Session): XmlElement {
  const subject: SubjectOf<'resource'> = { kind: 'resource', collection, resource }
  const href = hrefOfSubject(subject, session)
  if (wanted.kind === 'propname') {
    const names = readNames(subject, session).map((name) => element(name))
    return propertiesResponse(href, names, null)
  }
  if (wanted.kind === 'allprop') return propertiesResponse(href, readAllprop(subject, session), null)
  const { found, missing } = readSelected(wanted.selection, subject, session)
  if (data !== undefined) found.push(element(caldav('calendar-data'), data))
  return propertiesResponse(href, found, wanted.isMinimal ? null : missing)
}

/** The responses of many resources whose texts are not wanted, made one by one. */
export function* infoResponses(
  { collection, resources }: { readonly collection: Collection; readonly resources: Iterable<ResourceInfo> },
  wanted: Wanted,
  session: Session,
): Generator<XmlElement, undefined, undefined> {
  for (const resource of resources) yield resourceResponse({ collection, resource, data: undefined }, wanted, session)
  return undefined
}

/**
 * The calendar data of a resource; undefined when they are not wanted. A text that cannot be read or expanded is given as it
 * is: more than was asked for, but not nothing.
 */
export function dataOf(
  resource: Resource,
  { data }: Wanted,
  floatingZone: string,
  readObject: ObjectReader,
): string | undefined {
  if (data === undefined) return undefined
  if (isWhole(data)) return resource.text
  try {
    return printPart(data, resource, readObject(resource), floatingZone)
  } catch (error) {
    if (error instanceof GraphdavError) return resource.text
    throw error
  }
}
