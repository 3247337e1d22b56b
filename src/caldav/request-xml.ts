// The XML body of a request: limits, encoding and media type checked, then parsed (RFC 4918 §8.2).
import type { DavRequest } from './exchange.ts'
import { DavError } from './preconditions.ts'
import { parseLongXml, XmlError, type XmlElement } from './xml.ts'

/** Octets of the largest XML body read: vdirsyncer puts all hrefs of a calendar into one multiget. */
const maxXmlSize = 10 * 1024 * 1024

/** The root element; undefined for an empty body. Throws refusals: 400, 413, 415. */
export async function readXml(request: DavRequest): Promise<XmlElement | undefined> {
  const octets = await request.body(maxXmlSize)
  const text = decode(octets, request.header('content-type'))
  if (text.trim() === '') return undefined
  try {
    return await parseLongXml(text)
  } catch (error) {
    if (error instanceof XmlError) throw new DavError('bad-request', error.message)
    throw error
  }
}

function decode(octets: Buffer, contentType: string): string {
  if (octets.length === 0) return ''
  if (contentType !== '' && !/^\s*(?:text|application)\/(?:[\w.-]+\+)?xml\s*(?:;|$)/i.test(contentType)) {
    throw new DavError('unsupported-media-type', 'the body has to be XML: application/xml or text/xml')
  }
  const charset = /;\s*charset\s*=\s*"?([\w-]+)/i.exec(contentType)?.[1] ?? 'utf-8'
  if (!/^(?:utf-?8|us-ascii)$/i.test(charset)) {
    throw new DavError('unsupported-media-type', 'the body has to be encoded in UTF-8')
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets)
  } catch {
    throw new DavError('bad-request', 'the body is not UTF-8')
  }
}
