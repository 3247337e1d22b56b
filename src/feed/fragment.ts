// One resource as one feed shows it: its VEVENT blocks, and what the feed has to know of them.
import { sha256Hex } from '../base/hash.ts'
import type { Resource, ResourceInfo } from '../calendar/resource.ts'
import { parseContentLine } from '../ical/content-line.ts'
import { contentLine, fold } from '../ical/lines.ts'
import { parseObject } from '../ical/parse.ts'
import { printEvents } from '../ical/print.ts'
import { spanOf } from '../ical/span.ts'
import { withParameter } from '../ical/text.ts'
import { tzidsOf } from '../ical/timezone.ts'
import { reduce, type DetailRules } from './detail.ts'

/** What is remembered of a resource in a feed, whether its text is at hand or not. */
export interface Fragment {
  readonly uid: string
  /** Where the text comes from. */
  readonly slug: string
  readonly name: string
  /** Of the resource the fragment was made from. */
  readonly etag: string
  /** Hash of the text; '' when the feed shows nothing of the resource. */
  readonly hash: string
  readonly tzids: readonly string[]
  /** No instance begins before, milliseconds. */
  readonly first: number
}

/** Makes a fragment and its text ('' when nothing is shown). Throws `IcalError` for a text that cannot be read. */
export function makeFragment(
  resource: Resource,
  slug: string,
  rules: DetailRules,
  ownerAddresses: readonly string[],
): { readonly fragment: Fragment; readonly text: string } {
  const whole = withoutAltReps(resource.text)
  const object = parseObject(whole)
  const shown = reduce(object, rules, ownerAddresses)
  if (!shown) return { fragment: emptyFragment(resource, slug), text: '' }
  const text = (shown === object ? eventsIn(whole) : undefined) ?? printEvents(shown)
  const fragment = {
    ...emptyFragment(resource, slug),
    hash: sha256Hex(text),
    tzids: tzidsOf(shown),
    first: spanOf(shown).first,
  }
  return { fragment, text }
}

/** A fragment that shows nothing. */
export function emptyFragment({ uid, name, etag }: ResourceInfo, slug: string): Fragment {
  return { uid, slug, name, etag, hash: '', tzids: [], first: Infinity }
}

// ALTREP of a description is the same once more, for those who write it back over CalDAV; some readers of feeds take the colon
// in it for the beginning of the value. It goes as text, because printing anew takes three times as long.
function withoutAltReps(text: string): string {
  return text.replace(/^DESCRIPTION;.*(?:\r\n .*)*/gm, (folded) => {
    const line = parseContentLine(folded.replaceAll('\r\n ', ''), 0)
    return fold(contentLine(withParameter(line, 'ALTREP', undefined)))
  })
}

// The VEVENT blocks as they stand in a text that was printed by us; undefined when something else is between them.
function eventsIn(text: string): string | undefined {
  const from = text.indexOf('\r\nBEGIN:VEVENT\r\n') + 2
  const to = text.lastIndexOf('END:VCALENDAR')
  return from < 2 || to < from || text.includes('\r\nBEGIN:VTIMEZONE', from) ? undefined : text.slice(from, to)
}
