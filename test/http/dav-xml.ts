// Reading multistatus answers as elements, and writing request bodies shortly.
import { dav, keyOf, type Name } from '../../src/caldav/names.ts'
import { childNamed, childrenNamed, elementsOf, textOf, type XmlElement } from '../../src/caldav/xml.ts'

/** One response of a multistatus. */
export interface Response {
  readonly href: string
  /** Status of the whole response; 0 when it has propstats. */
  readonly status: number
  /** Clark name → element, of the propstat with 200. */
  readonly found: ReadonlyMap<string, XmlElement>
  /** Clark names by status, of all other propstats. */
  readonly others: ReadonlyMap<number, readonly string[]>
  /** Clark name of the precondition element, if there is one. */
  readonly error: string | undefined
}

/** All responses, in order. */
export function responsesOf(multistatus: XmlElement): readonly Response[] {
  return childrenNamed(multistatus, dav('response')).map((response) => {
    const found = new Map<string, XmlElement>()
    const others = new Map<number, readonly string[]>()
    for (const propstat of childrenNamed(response, dav('propstat'))) {
      const status = statusIn(propstat)
      const props = elementsOf(only(propstat, dav('prop')))
      if (status === 200) for (const property of props) found.set(keyOf(property.name), property)
      else
        others.set(
          status,
          props.map(({ name }) => keyOf(name)),
        )
    }
    const error = childNamed(response, dav('error'))
    const [precondition] = error ? elementsOf(error) : []
    return {
      href: textOf(only(response, dav('href'))),
      status: statusIn(response),
      found,
      others,
      error: precondition && keyOf(precondition.name),
    }
  })
}

/** The response of one href. */
export function responseOf(multistatus: XmlElement, href: string): Response {
  const found = responsesOf(multistatus).filter((response) => response.href === href)
  const [response] = found
  if (!response || found.length > 1) throw new Error(`${found.length} responses for ${href}`)
  return response
}

/** The text of a property that was found. */
export function propertyText(response: Response, name: Name): string {
  return textOf(propertyOf(response, name))
}

/** A property that was found. */
export function propertyOf(response: Response, name: Name): XmlElement {
  const property = response.found.get(keyOf(name))
  if (!property) throw new Error(`${response.href} has no ${keyOf(name)}`)
  return property
}

/** The hrefs inside a property. */
export function hrefsIn(response: Response, name: Name): readonly string[] {
  return childrenNamed(propertyOf(response, name), dav('href')).map(textOf)
}

/** Clark names of the elements in a `D:error` body. */
export function preconditionsIn(error: XmlElement): readonly string[] {
  return elementsOf(error).map(({ name }) => keyOf(name))
}

/** A request body with the four prefixes declared. */
export function body(tag: string, inside: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<${tag} xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CS="http://calendarserver.org/ns/" xmlns:A="http://apple.com/ns/ical/">${inside}</${tag}>`
}

function only(parent: XmlElement, name: Name): XmlElement {
  const child = childNamed(parent, name)
  if (!child) throw new Error(`${keyOf(parent.name)} has no ${name.local}`)
  return child
}

function statusIn(parent: XmlElement): number {
  const status = childNamed(parent, dav('status'))
  return status ? Number(textOf(status).split(' ')[1]) : 0
}
