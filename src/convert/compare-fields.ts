// The properties of a VEVENT that the comparison of two calendar objects looks at one by one: the normal form of each
// value, and what its absence in a PUT means (RFC 5545 §3.8.1, §3.8.2.7; RFC 7986 §5.9).
import type { Component, Property } from '../ical/object.ts'
import { propertiesOf, splitTexts, textOf, unescapeText, valueOf } from '../ical/text.ts'
import { hasSameWords, htmlIn, htmlSources, isOnlyText, normalHtml, wordsOf } from './compare-html.ts'
import { tidyLines } from './tidy-text.ts'

/** One property with another value than before, in normal form; undefined where there is none. */
export interface FieldChange {
  readonly field: string
  readonly before: string | undefined
  readonly after: string | undefined
}

/**
 * What a property that was served and is missing in a PUT means: it stays as it is (the client does not know it, or leaves
 * it to the server), or the person emptied it. `whenCarried`: it was removed if the client brings back other properties that
 * only Outlook knows; else the client drops what it does not know, and it stays.
 */
export type Absence = 'stays' | 'cleared' | 'whenCarried'

/** The one table of absences. What is in no row is in `otherProperties`. People have rules of their own (compare-people.ts). */
export const absences = {
  SUMMARY: 'cleared',
  DESCRIPTION: 'cleared',
  ALTREP: 'stays',
  'X-ALT-DESC': 'stays',
  'STYLED-DESCRIPTION': 'stays',
  LOCATION: 'cleared',
  GEO: 'stays',
  STATUS: 'stays',
  TRANSP: 'stays',
  'X-MICROSOFT-CDO-BUSYSTATUS': 'stays',
  CLASS: 'stays',
  'X-CALENDARSERVER-ACCESS': 'stays',
  PRIORITY: 'stays',
  'X-MICROSOFT-CDO-IMPORTANCE': 'stays',
  CATEGORIES: 'cleared',
  'X-MICROSOFT-DISALLOW-COUNTER': 'stays',
  RRULE: 'cleared',
  RDATE: 'cleared',
  EXRULE: 'cleared',
  VALARM: 'cleared',
  URL: 'stays',
  CONFERENCE: 'stays',
  'X-GOOGLE-CONFERENCE': 'stays',
  'X-MICROSOFT-SKYPETEAMSMEETINGURL': 'stays',
  ATTACH: 'stays',
  COLOR: 'stays',
  otherProperties: 'whenCarried',
} as const satisfies Readonly<Record<string, Absence>>

/** A property that Graph has a place for. */
export type MappedField = keyof typeof readers

/** How a property is read into its normal form; undefined when it is absent or says nothing. */
const readers = {
  SUMMARY: (event) => nonEmpty(tidyText(textOf(event, 'SUMMARY') ?? '')),
  DESCRIPTION: (event) => nonEmpty(tidyText(textOf(event, 'DESCRIPTION') ?? '')),
  ALTREP: (event) => nonEmpty(normalHtml(htmlIn(event, 'ALTREP') ?? '')),
  'X-ALT-DESC': (event) => nonEmpty(normalHtml(htmlIn(event, 'X-ALT-DESC') ?? '')),
  'STYLED-DESCRIPTION': (event) => nonEmpty(normalHtml(htmlIn(event, 'STYLED-DESCRIPTION') ?? '')),
  LOCATION: (event) => nonEmpty(tidyText(textOf(event, 'LOCATION') ?? '')),
  GEO: (event) => coordinates(valueOf(event, 'GEO')),
  STATUS: (event) => keyword(event, 'STATUS'),
  TRANSP: (event) => keyword(event, 'TRANSP'),
  'X-MICROSOFT-CDO-BUSYSTATUS': (event) =>
    keyword(event, 'X-MICROSOFT-CDO-BUSYSTATUS') ?? keyword(event, 'X-MICROSOFT-CDO-INTENDEDSTATUS'),
  CLASS: (event) => keyword(event, 'CLASS'),
  'X-CALENDARSERVER-ACCESS': (event) => keyword(event, 'X-CALENDARSERVER-ACCESS'),
  PRIORITY: (event) => keyword(event, 'PRIORITY'),
  'X-MICROSOFT-CDO-IMPORTANCE': (event) => keyword(event, 'X-MICROSOFT-CDO-IMPORTANCE'),
  CATEGORIES: (event) => nonEmpty(categoriesOf(event).join(', ')),
  'X-MICROSOFT-DISALLOW-COUNTER': (event) => keyword(event, 'X-MICROSOFT-DISALLOW-COUNTER'),
} satisfies Readonly<Record<string, (event: Component) => string | undefined>>

/** In the order of the table. */
export const mappedFields = Object.keys(readers) as readonly MappedField[]

/** What the RFC means by an absent property: as good as this value. */
const defaults: Partial<Readonly<Record<MappedField, string>>> = {
  STATUS: 'CONFIRMED',
  TRANSP: 'OPAQUE',
  CLASS: 'PUBLIC',
  'X-CALENDARSERVER-ACCESS': 'PUBLIC',
  PRIORITY: '0',
  'X-MICROSOFT-CDO-IMPORTANCE': '1',
  'X-MICROSOFT-DISALLOW-COUNTER': 'FALSE',
}

/** The normal form of a property. */
export function readField(event: Component, field: MappedField): string | undefined {
  return readers[field](event)
}

/** The properties that Graph has a place for and that the person changed. */
export function compareMapped(before: Component, after: Component): readonly FieldChange[] {
  const served = htmlSources.map((source) => readField(before, source))
  return mappedFields.flatMap((field) => {
    const change = { field, before: readField(before, field), after: readField(after, field) }
    const isMeant = isChanged(change, absences[field], defaults[field])
    if (!isMeant || isKnownHtml(change, served, after) || isTextOfKnownHtml(change, served, after)) return []
    return isLeftOver(change, served, { before, after }) ? [] : [change]
  })
}

type ServedHtml = readonly (string | undefined)[]

// The HTML was served in another place, or repeats the plain text.
function isKnownHtml({ field, after: html }: FieldChange, served: ServedHtml, after: Component): boolean {
  if (html === undefined || !htmlSources.some((source) => source === field)) return false
  return served.includes(html) || (served.every((text) => text === undefined) && isOnlyText(html, after))
}

// Thunderbird makes a plain text of its own of the HTML that it shows: without the addresses of links and the marks of lists.
function isTextOfKnownHtml({ field }: FieldChange, served: ServedHtml, after: Component): boolean {
  const html = readField(after, 'ALTREP')
  return field === 'DESCRIPTION' && html !== undefined && served.includes(html) && hasSameWords(html, after)
}

// HTML of other words beside a text that stays as it was, with HTML that is believed more: Thunderbird changes ALTREP and leaves
// the rest behind, which is new to us when the event is made again.
function isLeftOver(
  { field, after: html }: FieldChange,
  served: ServedHtml,
  { before, after }: { readonly before: Component; readonly after: Component },
): boolean {
  const place = htmlSources.findIndex((source) => source === field)
  if (html === undefined || place < 1) return false
  if (readField(before, 'DESCRIPTION') !== readField(after, 'DESCRIPTION')) return false
  const believed = htmlSources.slice(0, place).flatMap((source) => readField(after, source) ?? [])
  return believed.some((other) => served.includes(other) && wordsOf(other) !== wordsOf(html))
}

/** True when a change is one that the person made, by what absence means. */
export function isChanged({ before, after }: FieldChange, absence: Absence, byDefault?: string): boolean {
  if (after === undefined && absence !== 'cleared') return false
  return (before ?? byDefault) !== (after ?? byDefault)
}

/** The categories, each once, sorted: their order means nothing. */
export function categoriesOf(event: Component): readonly string[] {
  const names = propertiesOf(event, 'CATEGORIES').flatMap(({ value }) => splitTexts(value).map((name) => name.trim()))
  return [...new Set(names)].filter((name) => name !== '').sort()
}

// What clients change without being asked: line ends, no-break spaces, spaces at the end of a line, empty lines at both ends.
function tidyText(text: string): string {
  return tidyLines(text).trim()
}

function coordinates(value: string | undefined): string | undefined {
  const [, latitude, longitude] =
    /^\s*([-+]?[\d.]+)\s*[;,]\s*([-+]?[\d.]+)\s*$/.exec(value?.replace('\\', '') ?? '') ?? []
  if (latitude === undefined || longitude === undefined) return undefined
  return [latitude, longitude].map((degrees) => String(Number(Number(degrees).toFixed(5)) + 0)).join(';')
}

function keyword(event: Component, name: string): string | undefined {
  return nonEmpty(valueOf(event, name)?.trim().toUpperCase() ?? '')
}

function nonEmpty(text: string): string | undefined {
  return text === '' ? undefined : text
}

/** A content line in normal form: parameters sorted, VALUE left out, escaping undone. Only for comparison. */
export function normalLine({ name, parameters, value }: Property): string {
  const shown = parameters
    .filter((parameter) => parameter.name !== 'VALUE')
    .map((parameter) => `;${parameter.name}=${parameter.values.join(',')}`)
  return `${name}${shown.sort().join('')}:${unescapeText(value).trim()}`
}
