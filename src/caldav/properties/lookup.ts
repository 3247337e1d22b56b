// Reading properties: by name, all of them, or only their names (RFC 4918 §9.1). What a user set comes before what the
// tables say, unless it is protected.
import { maxPropertiesAsked } from '../limits.ts'
import { keyOf, type Name } from '../names.ts'
import { DavError } from '../preconditions.ts'
import { locationOf, type Session, type Subject } from '../subject.ts'
import { parseXml, type XmlElement } from '../xml.ts'
import { appleProperties } from './apple.ts'
import { caldavProperties } from './caldav.ts'
import { calendarserverProperties } from './calendarserver.ts'
import { davProperties } from './dav.ts'
import type { Content, PropertyRow } from './row.ts'
import { syncProperties } from './sync.ts'

/** All rows, in the order in which allprop and propname show them. */
export const allRows: readonly PropertyRow[] = [
  ...davProperties,
  ...syncProperties,
  ...caldavProperties,
  ...calendarserverProperties,
  ...appleProperties,
]

const rowsByKey: ReadonlyMap<string, PropertyRow> = new Map(allRows.map((row) => [keyOf(row.name), row]))

/** The row of a property; undefined for one that only clients know (a dead property). */
export function rowOf(name: Name): PropertyRow | undefined {
  return rowsByKey.get(keyOf(name))
}

/** What a request selects: its rows looked up once, for many resources. */
export interface Selection {
  readonly names: readonly { readonly name: Name; readonly row: PropertyRow | undefined }[]
}

/** Looks up the rows of the names asked for; each name once. Throws 400 for too many: each resource would answer all of them. */
export function select(names: readonly Name[]): Selection {
  const unique = new Map(names.map((name) => [keyOf(name), name]))
  if (unique.size > maxPropertiesAsked) {
    throw new DavError('bad-request', `a request asks for ${maxPropertiesAsked} properties at most`)
  }
  return { names: [...unique.values()].map((name) => ({ name, row: rowOf(name) })) }
}

/** The selected properties of a resource: those it has, and the names of those it has not. */
export function readSelected(
  selection: Selection,
  subject: Subject,
  session: Session,
): { readonly found: XmlElement[]; readonly missing: Name[] } {
  const stored = storedOf(subject, session)
  const found: XmlElement[] = []
  const missing: Name[] = []
  for (const { name, row } of selection.names) {
    const value = readOne(name, row, stored, subject, session)
    if (value === undefined) missing.push(name)
    else found.push(value)
  }
  return { found, missing }
}

/** Everything that allprop shows: the rows made for it, and all that the user set. */
export function readAllprop(subject: Subject, session: Session): readonly XmlElement[] {
  const stored = storedOf(subject, session)
  const shown = allRows.filter(({ inAllprop, name }) => inAllprop && !stored.has(keyOf(name)))
  const live = shown.flatMap(({ name, read }) => wrap(name, read(subject, session)) ?? [])
  return [...live, ...[...stored.values()].map(parseXml)]
}

/** The names of all properties that the resource has. */
export function readNames(subject: Subject, session: Session): readonly Name[] {
  const stored = storedOf(subject, session)
  const live = allRows.filter(({ name, read }) => !stored.has(keyOf(name)) && read(subject, session) !== undefined)
  return [...live.map(({ name }) => name), ...[...stored.values()].map((xml) => parseXml(xml).name)]
}

/** Where the user's own properties of a subject are stored; undefined where none can be. */
export function storedPath(subject: Subject, session: Session): string | undefined {
  const location = locationOf(subject, session)
  switch (location.kind) {
    case 'home':
      return ''
    case 'principal':
    case 'inbox':
    case 'outbox':
      return `${location.kind}/`
    case 'collection':
      return `${location.slug}/`
    case 'resource':
      return `${location.slug}/${location.name}`
    case 'site':
    case 'root':
    case 'principals':
    case 'homes':
    case 'nowhere':
      return undefined
  }
}

const nothing: ReadonlyMap<string, string> = new Map()

// Key of the name → XML.
function storedOf(subject: Subject, session: Session): ReadonlyMap<string, string> {
  if (session.stored.size === 0) return nothing
  const path = storedPath(subject, session)
  const stored = path === undefined ? undefined : session.stored.get(path)
  return stored === undefined ? nothing : new Map(stored.map((property) => [keyOf(property), property.xml]))
}

function readOne(
  name: Name,
  row: PropertyRow | undefined,
  stored: ReadonlyMap<string, string>,
  subject: Subject,
  session: Session,
): XmlElement | undefined {
  if (stored.size > 0 && row?.set !== 'protected') {
    const xml = stored.get(keyOf(name))
    if (xml !== undefined) return parseXml(xml)
  }
  return row === undefined ? undefined : wrap(name, row.read(subject, session))
}

function wrap(name: Name, content: Content | undefined): XmlElement | undefined {
  if (content === undefined) return undefined
  return { name, attributes: [], children: isNodes(content) ? content : [content] }
}

function isNodes(content: Content): content is Exclude<Content, string | XmlElement> {
  return Array.isArray(content)
}
