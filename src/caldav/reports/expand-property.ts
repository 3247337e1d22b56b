// expand-property (RFC 3253 §3.8): properties whose hrefs are replaced by responses that tell more of what they point to.
import { GraphdavError } from '../../base/errors.ts'
import { maxExpandedResources } from '../limits.ts'
import { multistatus, propertiesResponse, statusResponse } from '../multistatus.ts'
import { dav, isSameName, keyOf, type Name } from '../names.ts'
import { DavError } from '../preconditions.ts'
import { readSelected, select } from '../properties/lookup.ts'
import { parseHref } from '../routes.ts'
import { findSubject, hrefOfSubject, type Subject } from '../subject.ts'
import { attributeOf, childrenNamed, textOf, type XmlElement, type XmlNode } from '../xml.ts'
import type { Report, ReportExchange } from './report.ts'

/** Runs the report. */
export const expandProperty: Report = async (exchange) =>
  multistatus([
    await expanded(exchange.subject, exchange.body, { ...exchange, budget: { left: maxExpandedResources } }),
  ])

// Hrefs lead in circles (a home to its calendars, these to their home): how far they are followed is up to the client.
interface Expansion extends ReportExchange {
  readonly budget: { left: number }
}

/** The response of a subject with the properties that `asked` holds as D:property elements. */
async function expanded(subject: Subject, asked: XmlElement, exchange: Expansion): Promise<XmlElement> {
  const { session } = exchange
  const wanted = new Map(childrenNamed(asked, dav('property')).map((property) => [keyOf(nameOf(property)), property]))
  const selection = select([...wanted.values()].map(nameOf))
  const { found, missing } = readSelected(selection, subject, session)
  const values: XmlElement[] = []
  for (const value of found) {
    const inside = wanted.get(keyOf(value.name))
    const isLeaf = inside === undefined || childrenNamed(inside, dav('property')).length === 0
    values.push(isLeaf ? value : await withResponses(value, inside, exchange))
  }
  return propertiesResponse(hrefOfSubject(subject, session), values, missing)
}

async function withResponses(value: XmlElement, asked: XmlElement, exchange: Expansion): Promise<XmlElement> {
  const children: XmlNode[] = []
  for (const child of value.children) {
    const isHref = typeof child !== 'string' && isSameName(child.name, dav('href'))
    children.push(isHref ? await responseAt(textOf(child), asked, exchange) : child)
  }
  return { ...value, children }
}

async function responseAt(href: string, asked: XmlElement, exchange: Expansion): Promise<XmlElement> {
  const { budget } = exchange
  budget.left -= 1
  if (budget.left < 0) {
    throw new DavError('number-of-matches-within-limits', `this leads to more than ${maxExpandedResources} resources`)
  }
  const subject = await subjectAt(href, exchange)
  return subject ? expanded(subject, asked, exchange) : statusResponse(href, 404)
}

// Undefined for what is not ours to tell about, e.g. a mailto address.
async function subjectAt(href: string, { session, backend }: Expansion): Promise<Subject | undefined> {
  try {
    return await findSubject(parseHref(href, session.prefix), session, backend)
  } catch (error) {
    if (error instanceof GraphdavError) return undefined
    throw error
  }
}

function nameOf(property: XmlElement): Name {
  const local = attributeOf(property, 'name')
  if (local === undefined || !/^[\p{L}_][\p{L}\p{N}._-]*$/u.test(local)) {
    throw new DavError('bad-request', 'each property of an expand-property has a name')
  }
  return { namespace: attributeOf(property, 'namespace') ?? 'DAV:', local }
}
