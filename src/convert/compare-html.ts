// HTML of a description in the three places where programs put it (RFC 5545 §3.2.1 ALTREP, Outlook's X-ALT-DESC, RFC 9073
// §6.5 STYLED-DESCRIPTION). Exchange wraps a whole document around it, and what a client puts beside a plain text may say no
// more than that text.
import type { Component } from '../ical/object.ts'
import { cleanText, firstProperty, parameterOf, propertiesOf, textOf, unescapeText } from '../ical/text.ts'

/** The properties that hold HTML, in the order in which they are believed. */
export const htmlSources = ['ALTREP', 'X-ALT-DESC', 'STYLED-DESCRIPTION'] as const
export type HtmlSource = (typeof htmlSources)[number]

/** The HTML of one of the sources. */
export function htmlIn(event: Component, source: HtmlSource): string | undefined {
  return source === 'ALTREP' ? altRepHtml(event) : htmlOf(event, source)
}

/** The HTML that is believed; from the source where it is a whole document, with its styles, if several say the same. */
export function believedHtml(event: Component): string | undefined {
  const [first, ...others] = htmlSources.flatMap((source) => htmlIn(event, source) ?? [])
  if (first === undefined) return undefined
  return others.find((html) => normalHtml(html) === normalHtml(first)) ?? first
}

/** The HTML that Thunderbird puts beside a plain text: `DESCRIPTION;ALTREP="data:text/html,…"`. */
function altRepHtml(event: Component): string | undefined {
  const description = firstProperty(event, 'DESCRIPTION')
  const address = description === undefined ? undefined : parameterOf(description, 'ALTREP')
  const [, encoding, data] = /^data:text\/html(?:;charset=[\w-]+)?(;base64)?,(.*)$/is.exec(address ?? '') ?? []
  if (data === undefined) return undefined
  return encoding === undefined ? percentDecoded(data) : Buffer.from(data, 'base64').toString('utf8')
}

/**
 * ALTREP with HTML, letter for letter as Thunderbird writes it, which reads no other spelling: no charset, all but letters and
 * digits percent-encoded, nothing around the inside of the body. Undefined where that would be too long.
 */
export function altRepOf(html: string): string | undefined {
  const address = `data:text/html,${encodeURIComponent(cleanText(withoutFrame(html)).trim())}`
  return address.length <= longestAltRep ? address : undefined
}

/** Percent-encoded: half as much again as usual HTML, nine times as much as Chinese. */
const longestAltRep = 48_000

/** The HTML of a property of text with FMTTYPE=text/html. */
function htmlOf(event: Component, name: 'X-ALT-DESC' | 'STYLED-DESCRIPTION'): string | undefined {
  const found = propertiesOf(event, name).find((line) => /^text\/html\b/i.test(parameterOf(line, 'FMTTYPE') ?? ''))
  return found && unescapeText(found.value)
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** The HTML in normal form: without head, comments and the frame of a document; all white space is one space. */
export function normalHtml(html: string): string {
  return withoutFrame(html).replace(/\s+/g, ' ').replaceAll('> <', '><').trim()
}

// Comments, the head and the tags around the body, each from its beginning to its end; one that does not end stays. No end is
// looked for twice where there is none: HTML is anybody's, and may hold nothing but beginnings.
function withoutFrame(html: string): string {
  const endless = new Set<string>()
  let kept = ''
  let at = 0
  const beginnings = /<!--|<head\b|<!doctype|<\/?(?:html|body)\b/gi
  for (let found = beginnings.exec(html); found !== null; found = beginnings.exec(html)) {
    const what = found[0].toLowerCase()
    const ending = what === '<!--' ? /-->/g : what === '<head' ? /<\/head\s*>/gi : />/g
    ending.lastIndex = beginnings.lastIndex
    if (endless.has(ending.source) || !ending.test(html)) {
      endless.add(ending.source)
      continue
    }
    kept += html.slice(at, found.index)
    at = ending.lastIndex
    beginnings.lastIndex = at
  }
  return kept + html.slice(at)
}

/** True when the HTML beside a plain text has no more to say than the text. */
export function isOnlyText(html: string, event: Component): boolean {
  return !isRich(html) && hasSameWords(html, event)
}

/** True when HTML says more than its plain text does: links, emphasis, lists, tables, pictures. */
export function isRich(html: string): boolean {
  return richTags.test(html)
}

/** True when the HTML beside a plain text has the words of the text, in whatever form. */
export function hasSameWords(html: string, event: Component): boolean {
  return wordsOf(html) === letters(textOf(event, 'DESCRIPTION') ?? '')
}

/** What HTML says, without its form: its letters without any white space. */
export function wordsOf(html: string): string {
  return letters(withoutTags(normalHtml(html)).replace(/&(\w+);/g, (entity, name: string) => entities[name] ?? entity))
}

function letters(text: string): string {
  return text.replace(/\s+/g, '')
}

// Behind the last `>` no tag ends.
function withoutTags(html: string): string {
  const end = html.lastIndexOf('>') + 1
  return html.slice(0, end).replace(/<[^>]*>/g, '') + html.slice(end)
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

// Not `span`, `font`, `div`, `p`: Exchange and other programs put them around what was plain text.
const richTags = /<(?:a|b|strong|i|em|u|s|strike|h[1-6]|ul|ol|table|img|blockquote|pre|code)[\s>]/i
