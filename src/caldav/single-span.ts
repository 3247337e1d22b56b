// When an event is that happens once, read from its text without parsing the rest: most events are such, and a query over
// a long range looks at thousands (RFC 4791 §9.9, first table). Says nothing where there is any doubt.
import { GraphdavError } from '../base/errors.ts'
import { parseContentLine } from '../ical/content-line.ts'
import { extentOf } from '../ical/extent.ts'
import type { Zones } from '../ical/instant.ts'
import { instantIn } from '../ical/zone.ts'

/** Milliseconds. */
export interface SingleSpan {
  readonly start: number
  readonly end: number
}

/** The span of the only instance in the text of a resource; undefined for a series, and when parsing is needed to tell. */
export function singleSpan(text: string, zones: Zones): SingleSpan | undefined {
  const from = text.indexOf('BEGIN:VEVENT\r\n')
  if (from < 0 || text.includes('BEGIN:VEVENT', from + 1)) return undefined
  // Alarms, which have a DURATION of their own, come after the event's properties.
  const event = text.slice(from, text.slice(from).search(/\r\n(?:BEGIN|END):/) + from + 2)
  if (/^(?:RRULE|RDATE|EXRULE|RECURRENCE-ID)[;:]/m.test(event)) return undefined
  const lines = event.match(/^(?:DTSTART|DTEND|DURATION)[;:].*(?:\r\n[ \t].*)*/gm) ?? []
  try {
    const properties = lines.map((line) => parseContentLine(line.replace(/\r\n[ \t]/g, ''), 0))
    const extent = extentOf({ name: 'VEVENT', properties, components: [] }, zones)
    const { wall } = extent.start
    return { start: instantIn(extent.zone, wall), end: extent.endOf(wall) }
  } catch (error) {
    if (error instanceof GraphdavError) return undefined
    throw error
  }
}

/** Spans by ETag, so that the next query reads no text. */
export interface SpanMemory {
  /** What is known of a text as a reader in a zone sees it; undefined: nothing yet. `series`: it has to be parsed. */
  recall(etag: string, floatingZone: string): SingleSpan | 'series' | undefined
  remember(etag: string, floatingZone: string, span: SingleSpan | 'series'): void
}

/** A memory for so many texts; the oldest is forgotten first. */
export function createSpanMemory(limit: number): SpanMemory {
  const known = new Map<string, SingleSpan | 'series'>()
  return {
    recall: (etag, floatingZone) => known.get(`${etag} ${floatingZone}`),
    remember: (etag, floatingZone, span) => {
      const [oldest] = known.size >= limit ? known.keys() : []
      if (oldest !== undefined) known.delete(oldest)
      known.set(`${etag} ${floatingZone}`, span)
    },
  }
}
