// principal-property-search (RFC 3744 §9.4): a user finds nobody but themselves.
import { prefersMinimal } from '../exchange.ts'
import { multistatus, propertiesResponse } from '../multistatus.ts'
import { dav } from '../names.ts'
import { DavError } from '../preconditions.ts'
import { readSelected, select } from '../properties/lookup.ts'
import type { Session, Subject } from '../subject.ts'
import { hrefOfSubject } from '../subject.ts'
import { collationKey } from '../text-match.ts'
import { attributeOf, childNamed, childrenNamed, elementsOf, textOf, type XmlElement } from '../xml.ts'
import type { Report } from './report.ts'

/** Runs the report. */
export const principalPropertySearch: Report = async ({ body, session, request }) => {
  const searches = childrenNamed(body, dav('property-search'))
  if (searches.length === 0) throw new DavError('bad-request', 'a search needs a property-search')
  const principal: Subject = { kind: 'principal' }
  const matches = (search: XmlElement): boolean => isMatch(search, principal, session)
  const isFound = attributeOf(body, 'test') === 'anyof' ? searches.some(matches) : searches.every(matches)
  if (!isFound) return multistatus([])
  const prop = childNamed(body, dav('prop'))
  const selection = select(prop === undefined ? [] : elementsOf(prop).map(({ name }) => name))
  const { found, missing } = readSelected(selection, principal, session)
  const href = hrefOfSubject(principal, session)
  return multistatus([propertiesResponse(href, found, prefersMinimal(request) ? null : missing)])
}

// Caseless substring of each property named (RFC 3744 §9.4).
function isMatch(search: XmlElement, principal: Subject, session: Session): boolean {
  const prop = childNamed(search, dav('prop'))
  const match = childNamed(search, dav('match'))
  if (!prop || !match) throw new DavError('bad-request', 'a property-search holds a prop and a match')
  const names = elementsOf(prop).map(({ name }) => name)
  const { found } = readSelected(select(names), principal, session)
  const wanted = collationKey(textOf(match).trim(), 'i;unicode-casemap')
  return (
    found.length === names.length &&
    found.every((value) => collationKey(textOf(value), 'i;unicode-casemap').includes(wanted))
  )
}
