// body (HTML as Outlook writes it) ⇄ DESCRIPTION, plain text (RFC 5545 §3.8.1.5), and the HTML for those who can show it: its
// ALTREP (§3.2.1) for Thunderbird, X-ALT-DESC for Outlook. The home of html-to-text, which is loaded with the first HTML body.
// Graph page "itemBody resource type".
import { createRequire } from 'node:module'
import type { compile } from 'html-to-text'
import { once } from '../base/once.ts'
import type { GraphEvent, GraphEventInput } from '../graph/types.ts'
import type { Component, Property } from '../ical/object.ts'
import { textOf, textProperty } from '../ical/text.ts'
import { altRepOf, believedHtml, isRich, normalHtml } from './compare-html.ts'
import type { GraphContext } from './graph-context.ts'
import { hasJoinLink, htmlAboveBlock, joinBlockOf, textAboveBlock } from './join-block.ts'
import { tidyLines } from './tidy-text.ts'

/** HTML beyond this many characters is cut before it is made into text. */
export const longestHtml = 100_000
/** Longer rich text than this is given as plain text only: it would be in every resource and every feed. */
const longestRichText = 32_000

/** DESCRIPTION; with ALTREP and X-ALT-DESC where the HTML says more than the text does; nothing for an empty body. */
export function bodyToIcal(event: GraphEvent): readonly Property[] {
  const { body, bodyContentType } = event
  const text = textOfBody(event)
  if (text === '') return []
  const isShown = bodyContentType === 'html' && isRich(body) && body.length <= longestRichText
  if (!isShown) return [textProperty('DESCRIPTION', text)]
  return [
    textProperty('DESCRIPTION', text, { ALTREP: altRepOf(body) }),
    textProperty('X-ALT-DESC', body.trim(), { FMTTYPE: 'text/html' }),
  ]
}

/**
 * body of a VEVENT: its HTML (Thunderbird's ALTREP, Outlook's X-ALT-DESC) where that is new, else its plain text where that
 * is new, else Graph's own as it is, so that a client of plain texts does not flatten it. The join block of an online meeting
 * stays below what is new.
 */
export function bodyToGraph(event: Component, { current }: GraphContext): GraphEventInput {
  const html = believedHtml(event)
  const text = tidy(textOf(event, 'DESCRIPTION') ?? '')
  const block = current && joinBlockOf(current)
  if (html !== undefined && (current === undefined || normalHtml(html) !== normalHtml(current.body))) {
    return { body: { contentType: 'html', content: current && block ? withBlock(html, block, current) : html } }
  }
  if (current === undefined || text !== textOfBody(current)) {
    if (block === undefined) return { body: { contentType: 'text', content: text } }
    return { body: { contentType: 'html', content: textAboveBlock(text, block) } }
  }
  return { body: { contentType: current.bodyContentType, content: current.body } }
}

// The block below what is new, as Teams made it: also where a client gives back its words without their look.
function withBlock(html: string, block: string, current: GraphEvent): string {
  if (!hasJoinLink(html, current)) return htmlAboveBlock(html, block)
  const given = joinBlockOf({ ...current, body: html, bodyContentType: 'html' })
  if (given === undefined || textOfHtml(given) !== textOfHtml(block)) return html
  return html.replace(given, () => block)
}

function textOfBody({ body, bodyContentType }: GraphEvent): string {
  return bodyContentType === 'html' ? textOfHtml(body) : tidy(body)
}

/** The plain text of an HTML body: lines separated by `\n`, none at the end; links as `text <address>`. */
export function textOfHtml(html: string): string {
  return tidy(converter()(html.slice(0, longestHtml)))
}

const converter = once(() => {
  const library = createRequire(import.meta.url)('html-to-text') as { readonly compile: typeof compile } // its own export
  return library.compile({
    wordwrap: false,
    limits: { maxDepth: 200, ellipsis: '…' },
    selectors: [
      { selector: 'a', options: { linkBrackets: ['<', '>'], hideLinkHrefIfSameAsText: true, ignoreHref: false } },
      { selector: 'a[href^="tel:"]', format: 'inline' },
      { selector: 'a[href^="#"]', format: 'inline' },
      { selector: 'img', format: 'skip' },
      { selector: 'tr', format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
      ...['td', 'th'].map((selector) => ({ selector, format: 'inlineSurround', options: { suffix: ' ' } })),
      { selector: 'ul', options: { itemPrefix: '- ' } },
      { selector: 'p.MsoNormal', format: 'paragraph', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
    ],
  })
})

// More than one empty line is layout, too.
function tidy(text: string): string {
  return tidyLines(text)
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+/, '')
    .trimEnd()
}
