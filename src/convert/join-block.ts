// The block with the join link that Teams puts at the end of a meeting's body, below a line of underscores. A body written
// without it takes the online meeting off the event (Graph page "Update event"), so what is new goes above it.
import type { GraphEvent } from '../graph/types.ts'

/** The HTML of the block in an event's body, to the end of the body; undefined when there is none. */
export function joinBlockOf({ body, bodyContentType, joinUrl }: GraphEvent): string | undefined {
  if (joinUrl === null || bodyContentType !== 'html') return undefined
  const link = [joinUrl, joinUrl.replaceAll('&', '&amp;')].map((url) => body.indexOf(url)).find((at) => at >= 0)
  const line = link === undefined ? -1 : body.lastIndexOf(longLine, link)
  const start = line < 0 ? -1 : body.lastIndexOf('<div', line)
  return start < 0 ? undefined : body.slice(start).replace(/<\/body\s*>.*$/is, '')
}

/** A body of a plain text above the block; what the text itself says of the block is cut. */
export function textAboveBlock(text: string, block: string): string {
  const own = text.replace(new RegExp(`^${longLine}.*$`, 'ms'), '').trimEnd()
  const lines = own.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').split('\n')
  return `<html><body>${own === '' ? '' : `<div>${lines.join('<br>')}</div><br>`}${block}</body></html>`
}

/** A body of HTML that lost the block, above it. */
export function htmlAboveBlock(html: string, block: string): string {
  const [, own = html] = /^(.*?)<\/body\s*>/is.exec(html) ?? []
  return own === html ? `${html}<br>${block}` : `${own}<br>${block}${html.slice(own.length)}`
}

/** True when HTML has the link of the meeting still. */
export function hasJoinLink(html: string, { joinUrl }: GraphEvent): boolean {
  return joinUrl === null || html.includes(joinUrl) || html.includes(joinUrl.replaceAll('&', '&amp;'))
}

const longLine = '_'.repeat(20)
