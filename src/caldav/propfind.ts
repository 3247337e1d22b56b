// PROPFIND (RFC 4918 §9.1; Prefer: RFC 8144).
import { preferenceOf, prefersMinimal, type DavAnswer, type DavRequest } from './exchange.ts'
import { asksForNews, openSession, slugsAt, type Method } from './method.ts'
import { propertiesResponse, multistatus } from './multistatus.ts'
import { dav, isSameName, keyOf, type Name } from './names.ts'
import { DavError } from './preconditions.ts'
import { readAllprop, readNames, readSelected, select } from './properties/lookup.ts'
import { readXml } from './request-xml.ts'
import { findSubject, hrefOfSubject, membersOf, requireReady, type Session, type Subject } from './subject.ts'
import { childNamed, element, elementsOf, type XmlElement } from './xml.ts'

type Asked =
  | { readonly kind: 'allprop'; readonly include: readonly Name[] }
  | { readonly kind: 'propname' }
  | { readonly kind: 'prop'; readonly names: readonly Name[] }

/** Answers PROPFIND. */
export const propfind: Method = async (exchange): Promise<DavAnswer> => {
  const { request, backend } = exchange
  const depth = parseDepth(request.header('depth'))
  const asked = parseBody(await readXml(request))
  const news = asksForNews(namesIn(asked)) ? await slugsAt(exchange, depth) : []
  const session = await openSession(exchange, news)
  const subject = await findSubject(exchange.location, session, backend)
  requireReady(subject)
  const members = depth === 1 ? await membersOf(subject, session, backend) : []
  const isWithoutRoot = depth === 1 && preferenceOf(request, 'depth-noroot') !== undefined
  const subjects = isWithoutRoot ? members : [subject, ...members]
  const respond = responder(asked, session, prefersMinimal(request))
  return multistatus(mapped(subjects, respond), appliedPreferences(request, isWithoutRoot))
}

/** The Depth header; missing it means infinity (RFC 4918 §9.1), which is read as 0 here rather than refused. */
export function parseDepth(header: string): 0 | 1 {
  const depth = header.trim().toLowerCase()
  if (depth === '' || depth === '0') return 0
  if (depth === '1') return 1
  if (depth === 'infinity') throw new DavError('propfind-finite-depth', 'the depth is 0 or 1 here')
  throw new DavError('bad-request', 'the Depth header is 0, 1 or infinity')
}

function parseBody(root: XmlElement | undefined): Asked {
  if (root === undefined) return { kind: 'allprop', include: [] }
  if (!isSameName(root.name, dav('propfind'))) throw new DavError('bad-request', 'the body has to be a propfind')
  const prop = childNamed(root, dav('prop'))
  const allprop = childNamed(root, dav('allprop'))
  const propname = childNamed(root, dav('propname'))
  const [only, ...more] = [prop, allprop, propname].filter((child) => child !== undefined)
  if (only === undefined || more.length > 0) {
    throw new DavError('bad-request', 'a propfind holds exactly one of prop, allprop and propname')
  }
  if (only === prop) return { kind: 'prop', names: elementsOf(prop).map(({ name }) => name) }
  if (only === propname) return { kind: 'propname' }
  const include = childNamed(root, dav('include'))
  return { kind: 'allprop', include: include === undefined ? [] : elementsOf(include).map(({ name }) => name) }
}

function namesIn(asked: Asked): readonly Name[] {
  if (asked.kind === 'prop') return asked.names
  return asked.kind === 'allprop' ? asked.include : []
}

function responder(asked: Asked, session: Session, isMinimal: boolean): (subject: Subject) => XmlElement {
  if (asked.kind === 'propname') {
    return (subject) => {
      const names = readNames(subject, session).map((name) => element(name))
      return propertiesResponse(hrefOfSubject(subject, session), names, null)
    }
  }
  const selection = select(namesIn(asked))
  return (subject) => {
    const href = hrefOfSubject(subject, session)
    const { found, missing } = readSelected(selection, subject, session)
    if (asked.kind === 'prop') return propertiesResponse(href, found, isMinimal ? null : missing)
    const all = readAllprop(subject, session)
    const shown = new Set(all.map(({ name }) => keyOf(name)))
    return propertiesResponse(href, [...all, ...found.filter(({ name }) => !shown.has(keyOf(name)))], missing)
  }
}

function* mapped(subjects: readonly Subject[], respond: (subject: Subject) => XmlElement): Generator<XmlElement> {
  for (const subject of subjects) yield respond(subject)
}

/** The headers that say which preferences were followed (RFC 7240 §3). */
export function appliedPreferences(request: DavRequest, isWithoutRoot = false): Readonly<Record<string, string>> {
  const applied = [
    ...(preferenceOf(request, 'return') === 'minimal' ? ['return=minimal'] : []),
    ...(isWithoutRoot ? ['depth-noroot'] : []),
  ]
  return applied.length === 0
    ? { Vary: 'Prefer, Brief' }
    : { Vary: 'Prefer, Brief', 'Preference-Applied': applied.join(', ') }
}
