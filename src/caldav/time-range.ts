// The time-range element (RFC 4791 §9.9), also as limits of expand, limit-recurrence-set and free-busy-query.
import type { TimeRange } from '../ical/object.ts'
import { parseTime, wallMs } from '../ical/value.ts'
import { DavError, type RefusalKind } from './preconditions.ts'
import { attributeOf, type XmlElement } from './xml.ts'

/** A range with both ends. */
export interface BoundedRange {
  readonly start: number
  readonly end: number
}

/** A range of which one end may be open (DAVx5, iOS and KDE send the start alone). Throws `kind` for anything else. */
export function parseTimeRange(element: XmlElement, kind: RefusalKind): TimeRange {
  const start = boundOf(element, 'start', kind)
  const end = boundOf(element, 'end', kind)
  if (start === null && end === null) throw new DavError(kind, 'a time-range has a start, an end, or both')
  if (start !== null && end !== null && end <= start) throw new DavError(kind, 'a time-range ends after its start')
  return { start, end }
}

/** A range whose ends are both given. Throws `kind` for anything else. */
export function parseBoundedRange(element: XmlElement, kind: RefusalKind): BoundedRange {
  const { start, end } = parseTimeRange(element, kind)
  if (start === null || end === null) throw new DavError(kind, 'this range needs a start and an end')
  return { start, end }
}

function boundOf(element: XmlElement, name: 'start' | 'end', kind: RefusalKind): number | null {
  const text = attributeOf(element, name)
  if (text === undefined) return null
  // RFC 4791 §9.9: "date with UTC time".
  if (!/^\d{8}T\d{6}Z$/.test(text))
    throw new DavError(kind, `the ${name} of a range is a UTC time like 20260301T090000Z`)
  try {
    return wallMs(parseTime(text, undefined, name).wall)
  } catch {
    throw new DavError(kind, `the ${name} of a range does not exist`)
  }
}
