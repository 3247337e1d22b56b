// Text ↔ element tree (XML 1.0 with namespaces). The home of saxes. Printing is our own: thirty lines that escape every
// text and attribute, know our four prefixes and can print one response of a long multistatus at a time.
import { SaxesParser } from 'saxes'
import { createPauses } from '../base/pauses.ts'
import { isSameName, prefixes, type Name } from './names.ts'

/** An element; text between elements is kept as it came. */
export interface XmlElement {
  readonly name: Name
  readonly attributes: readonly XmlAttribute[]
  readonly children: readonly XmlNode[]
}

/** An attribute; most have no namespace (''). Namespace declarations are none. */
export interface XmlAttribute {
  readonly name: Name
  readonly value: string
}

export type XmlNode = XmlElement | string

/** The text is not well-formed, has a DTD, or is larger than we read. The message is a sentence for a person. */
export class XmlError extends Error {}

const xmlNamespace = 'http://www.w3.org/XML/1998/namespace'
const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/'
const maxDepth = 64
const maxElements = 250_000

/** Makes an element without attributes. */
export function element(name: Name, ...children: readonly XmlNode[]): XmlElement {
  return { name, attributes: [], children }
}

/** Makes an element with attributes that have no namespace. */
export function elementWith(
  name: Name,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly XmlNode[]
): XmlElement {
  const list = Object.entries(attributes).map(([local, value]) => ({ name: { namespace: '', local }, value }))
  return { name, attributes: list, children }
}

/** The element children, without the text between them. */
export function elementsOf(parent: XmlElement): readonly XmlElement[] {
  return parent.children.filter((node) => typeof node !== 'string')
}

/** All element children of one name, in order. */
export function childrenNamed(parent: XmlElement, name: Name): readonly XmlElement[] {
  return elementsOf(parent).filter((child) => isSameName(child.name, name))
}

/** The first element child of a name; undefined when there is none. */
export function childNamed(parent: XmlElement, name: Name): XmlElement | undefined {
  return childrenNamed(parent, name)[0]
}

/** All text below an element, joined, as it came. */
export function textOf(parent: XmlElement): string {
  return parent.children.map((node) => (typeof node === 'string' ? node : textOf(node))).join('')
}

/** The value of an attribute without a namespace; undefined when it is not there. */
export function attributeOf(parent: XmlElement, local: string): string | undefined {
  return parent.attributes.find(({ name }) => name.local === local && name.namespace === '')?.value
}

/** Reads a document. Throws XmlError; entities beyond the five of XML, DTDs and deep nesting are refused. */
export function parseXml(text: string): XmlElement {
  const reader = openReader()
  reader.write(text)
  return reader.end()
}

const pieceLength = 64 * 1024

/** The same for a text that may be long: others have their turn between its pieces. */
export async function parseLongXml(text: string): Promise<XmlElement> {
  const reader = openReader()
  const pause = createPauses()
  for (let at = 0; at < text.length; at += pieceLength) {
    reader.write(text.slice(at, at + pieceLength))
    await pause()
  }
  return reader.end()
}

// What follows a prefix is a name of its own (Namespaces in XML §4), which the package does not look at.
const noStart = /^(?:[-.\d\u00b7\u203f\u2040]|[\u0300-\u036f]|$)/

interface XmlReader {
  write(part: string): void
  end(): XmlElement
}

function openReader(): XmlReader {
  const parser = new SaxesParser({ xmlns: true })
  const open: { readonly name: Name; readonly attributes: XmlAttribute[]; readonly children: XmlNode[] }[] = []
  let root: XmlElement | undefined
  let elements = 0
  parser.on('error', (error) => {
    throw new XmlError(`the XML is not well-formed: ${error.message}`)
  })
  parser.on('doctype', () => {
    throw new XmlError('a document type declaration is not read')
  })
  parser.on('opentag', (tag) => {
    elements += 1
    if (open.length >= maxDepth) throw new XmlError(`elements are nested more than ${maxDepth} deep`)
    if (elements > maxElements) throw new XmlError(`there are more than ${maxElements} elements`)
    const attributes = Object.values(tag.attributes)
      .filter(({ uri }) => uri !== xmlnsNamespace)
      .map(({ uri, local, value }) => ({ name: { namespace: uri, local }, value }))
    for (const local of [tag.local, ...attributes.map(({ name }) => name.local)]) {
      if (noStart.test(local)) throw new XmlError(`the XML is not well-formed: no name is "${local}"`)
    }
    const opened = { name: { namespace: tag.uri, local: tag.local }, attributes, children: [] }
    open.at(-1)?.children.push(opened)
    open.push(opened)
  })
  parser.on('closetag', () => {
    const closed = open.pop()
    if (open.length === 0) root ??= closed
  })
  const onText = (part: string): void => void open.at(-1)?.children.push(part)
  parser.on('text', onText)
  parser.on('cdata', onText)
  return {
    write: (part) => void parser.write(part),
    end: () => {
      parser.close()
      if (!root) throw new XmlError('the XML has no element')
      return root
    },
  }
}

/** What stands before the children of a document's root: prolog, and the root with our four prefixes declared. */
export function openDocument(root: Name): string {
  const declarations = [...prefixes].map(([namespace, prefix]) => ` xmlns:${prefix}="${namespace}"`).join('')
  return `<?xml version="1.0" encoding="utf-8"?>\n<${tagOf(root)}${declarations}>`
}

/** What stands after the children of a document's root. */
export function closeDocument(root: Name): string {
  return `</${tagOf(root)}>\n`
}

/** A whole document. */
export function printDocument(root: XmlElement): string {
  return openDocument(root.name) + root.children.map((node) => printNode(node)).join('') + closeDocument(root.name)
}

/** A node for a place where our four prefixes are declared and no default namespace is. */
export function printNode(node: XmlNode): string {
  return print(node, prefixes, '')
}

/** An element as a document of its own that declares all it uses where it uses it. */
export function printStandalone(root: XmlElement): string {
  return print(root, noPrefixes, '')
}

const noPrefixes: ReadonlyMap<string, string> = new Map()

// `current` is the default namespace in force: names without one of our prefixes are written without a prefix.
function print(node: XmlNode, known: ReadonlyMap<string, string>, current: string): string {
  if (typeof node === 'string') return escapeText(node)
  const { namespace, local } = node.name
  const prefix = known.get(namespace)
  const tag = prefix === undefined ? local : `${prefix}:${local}`
  const inside = prefix === undefined ? namespace : current
  let opening = inside === current ? tag : `${tag} xmlns="${escapeAttribute(inside)}"`
  node.attributes.forEach((attribute, index) => (opening += printAttribute(attribute, index)))
  if (node.children.length === 0) return `<${opening}/>`
  let text = `<${opening}>`
  for (const child of node.children) text += print(child, known, inside)
  return `${text}</${tag}>`
}

function printAttribute({ name, value }: XmlAttribute, index: number): string {
  const assigned = `="${escapeAttribute(value)}"`
  if (name.namespace === '') return ` ${name.local}${assigned}`
  if (name.namespace === xmlNamespace) return ` xml:${name.local}${assigned}`
  return ` xmlns:a${index}="${escapeAttribute(name.namespace)}" a${index}:${name.local}${assigned}`
}

function tagOf(name: Name): string {
  return `${prefixes.get(name.namespace) ?? ''}:${name.local}`
}

// What XML 1.0 cannot hold (§2.2) would make the whole answer unreadable; a raw CR would be read as LF (§2.11).
const forbidden =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
}

const suspicious = /[&<>\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/

function escapeText(text: string): string {
  // Most texts of a long answer are ETags and hrefs.
  if (!suspicious.test(text)) return text
  return text
    .replace(forbidden, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;')
}

function escapeAttribute(text: string): string {
  return text.replace(forbidden, '').replace(/[&<>"\r\n\t]/g, (character) => entities[character] ?? '')
}
