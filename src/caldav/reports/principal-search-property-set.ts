// principal-search-property-set (RFC 3744 §9.5): by which properties principals can be searched. Apple asks it first.
import { caldav, dav, type Name } from '../names.ts'
import { element, printDocument, type XmlElement } from '../xml.ts'
import type { Report } from './report.ts'

const searchable: readonly { readonly name: Name; readonly description: string }[] = [
  { name: dav('displayname'), description: 'Name' },
  { name: caldav('calendar-user-address-set'), description: 'E-mail address' },
]

/** Runs the report. */
export const principalSearchPropertySet: Report = () =>
  Promise.resolve({
    status: 200,
    headers: { 'Content-Type': 'application/xml; charset=utf-8' },
    body: printDocument(element(dav('principal-search-property-set'), ...searchable.map(searchProperty))),
  })

function searchProperty({ name, description }: (typeof searchable)[number]): XmlElement {
  return element(
    dav('principal-search-property'),
    element(dav('prop'), element(name)),
    element(dav('description'), description),
  )
}
