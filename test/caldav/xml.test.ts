import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dav } from '../../src/caldav/names.ts'
import {
  element,
  parseLongXml,
  parseXml,
  printDocument,
  printNode,
  printStandalone,
  textOf,
  XmlError,
  type XmlElement,
  type XmlNode,
} from '../../src/caldav/xml.ts'

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9))

const unsayable =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const localName = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,8}$/)
const namespace = fc.constantFrom('', 'DAV:', 'urn:ietf:params:xml:ns:caldav', 'urn:x', 'http://a/?b=<&">')
const name = fc.record({ namespace, local: localName })
const text = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 12 })
  .filter((value) => value.replace(unsayable, '') !== '')
const attributes = fc.uniqueArray(fc.record({ name, value: text }), {
  maxLength: 3,
  selector: (one) => `${one.name.namespace} ${one.name.local}`,
})
const { tree } = fc.letrec<{ tree: XmlElement; child: XmlNode }>((tie) => ({
  tree: fc.record({ name, attributes, children: fc.array(tie('child'), { maxLength: 4, size: 'small' }) }),
  child: fc.oneof({ depthSize: 'small' }, text, tie('tree')),
}))

/** What the tree is after printing: texts cleaned and joined. */
function normal(node: XmlElement): unknown {
  const children: unknown[] = []
  for (const child of node.children) {
    const last = children.at(-1)
    const value = typeof child === 'string' ? child.replace(unsayable, '') : normal(child)
    if (typeof value === 'string' && typeof last === 'string') children[children.length - 1] = last + value
    else children.push(value)
  }
  return {
    name: { ...node.name },
    attributes: node.attributes.map((one) => ({ name: { ...one.name }, value: one.value.replace(unsayable, '') })),
    children,
  }
}

describe('XML', () => {
  it(`any tree is read back as it was printed (SEED=${seed})`, () => {
    fc.assert(
      fc.property(tree, (root) => {
        expect(normal(parseXml(printStandalone(root)))).toEqual(normal(root))
        const inside = parseXml(printDocument(element(dav('prop'), root)))
        const [child] = inside.children
        expect(child !== undefined && typeof child !== 'string' && normal(child)).toEqual(normal(root))
      }),
      { seed, numRuns: 150 },
    )
  })

  it('CR survives, control characters do not', () => {
    expect(printNode(element(dav('prop'), 'a\r\nb\u0000\u0008\u001bc\ud800'))).toBe('<D:prop>a&#13;\nbc</D:prop>')
    expect(textOf(parseXml(printStandalone(element(dav('prop'), 'a\r\nb'))))).toBe('a\r\nb')
  })

  it.each([
    '',
    'text',
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a x="1" x="2"/>',
    '<a>&nbsp;</a>',
    '<!DOCTYPE a><a/>',
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    '<b:a/>',
    '<b:-a xmlns:b="urn:x"/>',
    '<b:1 xmlns:b="urn:x"/>',
    '<a b:-x="1" xmlns:b="urn:x"/>',
    `${'<a>'.repeat(65)}${'</a>'.repeat(65)}`,
  ])('%j is refused', (document) => {
    expect(() => parseXml(document)).toThrow(XmlError)
  })

  it('has 250,000 elements at most, and 64 inside one another', () => {
    expect(() => parseXml(`<a>${'<b/>'.repeat(249_999)}</a>`)).not.toThrow()
    expect(() => parseXml(`<a>${'<b/>'.repeat(250_000)}</a>`)).toThrow(/more than 250000 elements/)
    expect(() => parseXml(`${'<a>'.repeat(64)}${'</a>'.repeat(64)}`)).not.toThrow()
  })

  it.each([
    ['a DTD', '<!DOCTYPE a SYSTEM "http://192.0.2.1/a.dtd"><a/>'],
    ['an entity that grows', `<!DOCTYPE a [<!ENTITY x "${'y'.repeat(100)}"><!ENTITY z "&x;&x;">]><a>&z;</a>`],
    ['a parameter entity', '<!DOCTYPE a [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><a/>'],
  ])('%s is refused before anything of it is read', (_, document) => {
    expect(() => parseXml(document)).toThrow('a document type declaration is not read')
  })

  it('reads CDATA, comments and processing instructions', () => {
    expect(textOf(parseXml('<?x y?><a><!-- c -->1<![CDATA[<2>]]></a>'))).toBe('1<2>')
  })
})

it('a long text is read the same in pieces, wherever it is cut', async () => {
  for (let shift = 0; shift < 12; shift += 1) {
    const text = `<a x="${'-'.repeat(65_521 + shift)}">&amp;😀<b/>\r\n<![CDATA[<]]></a>`
    expect(await parseLongXml(text)).toEqual(parseXml(text))
  }
  await expect(parseLongXml(`<a>${'-'.repeat(70_000)}</b>`)).rejects.toThrow(XmlError)
})
