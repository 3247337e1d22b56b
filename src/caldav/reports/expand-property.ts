// expand-property (RFC 3253 §3.8): properties whose hrefs are replaced by responses that tell more of what they point to.
import { GraphdavError } from '../../base/errors.ts'
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
  multistatus([await expanded(exchange.subject, exchange.body, exchange)])

/** The response of a subject with the properties that `asked` holds as D:property elements. */
async function expanded(subject: Subject, asked: XmlElement, exchange: ReportExchange): Promise<XmlElement> {
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

async function withResponses(value: XmlElement, asked: XmlElement, exchange: ReportExchange): Promise<XmlElement> {
  const children: XmlNode[] = []
  for (const child of value.children) {
    const isHref = typeof child !== 'string' && isSameName(child.name, dav('href'))
    children.push(isHref ? await responseAt(textOf(child), asked, exchange) : child)
  }
  return { ...value, children }
}

async function responseAt(href: string, asked: XmlElement, exchange: ReportExchange): Promise<XmlElement> {
  const { session, backend } = exchange
  try {
    const subject = await findSubject(parseHref(href, session.prefix), session, backend)
    return await expanded(subject, asked, exchange)
  } catch (error) {
    // What it points to is not ours to tell about, e.g. a mailto address.
    if (error instanceof GraphdavError) return statusResponse(href, 404)
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
