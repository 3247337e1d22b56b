// A coarse bound of all instances of a calendar object, without expanding it where that can be avoided: never too narrow,
// sometimes too wide. Dates and floating times are counted for readers in every zone.
import { GraphdavError } from '../base/errors.ts'
import { dateSlots } from './expand.ts'
import { extentOf, type Extent } from './extent.ts'
import { zonesOf, type Zones } from './instant.ts'
import type { CalendarObject, Component } from './object.ts'
import { parseRule, type Rule } from './rule-text.ts'
import { slotStarts } from './rule.ts'
import { eventsOf, firstProperty, propertiesOf } from './text.ts'
import { dayMs, wallMs } from './value.ts'
import { instantIn } from './zone.ts'

/** Milliseconds; no instance begins before `first` or ends after `last`. `last` null: endless. */
export interface Span {
  readonly first: number
  readonly last: number | null
}

/** The bound of an object that has at least one event. Throws as `expand` does for values that cannot be read. */
export function spanOf(object: CalendarObject): Span {
  const zones = zonesOf(object.zones, 'UTC')
  const spans = eventsOf(object).map((event) => spanOfEvent(event, zones))
  const lasts = spans.map(({ last }) => last)
  return {
    first: Math.min(...spans.map(({ first }) => first)),
    last: lasts.some((last) => last === null) ? null : Math.max(...lasts.map((last) => last ?? 0)),
  }
}

function spanOfEvent(event: Component, zones: Zones): Span {
  const extent = extentOf(event, zones)
  const dates = dateSlots(event, extent, zones)
  const slots = [[instantIn(extent.zone, extent.start.wall), extent.endOf(extent.start.wall)] as const, ...dates]
  const rules = firstProperty(event, 'RECURRENCE-ID') ? [] : propertiesOf(event, 'RRULE')
  const lasts = rules.map(({ value }) => lastStart(parseRule(value), extent))
  const hasZone = extent.start.kind === 'utc' || extent.start.kind === 'zoned'
  const margin = hasZone && dates.length === 0 ? 0 : dayMs
  const ends = [...slots.map(([, end]) => end), ...lasts.map((last) => (last ?? 0) + extent.longest)]
  return {
    first: Math.min(...slots.map(([start]) => start)) - margin,
    last: lasts.includes(null) ? null : Math.max(...ends) + margin,
  }
}

// The instant of the last slot or a later one; null when the rule does not end, or not soon enough to be counted.
function lastStart(rule: Rule, extent: Extent): number | null {
  if (rule.until !== undefined) {
    const { kind, wall } = rule.until
    return kind === 'utc' ? wallMs(wall) : instantIn(extent.zone, wall) + (kind === 'date' ? dayMs : 0)
  }
  if (rule.count === undefined) return null
  try {
    const last = slotStarts({ rule, start: extent.start.wall, zone: extent.zone }, { start: null, end: null }).at(-1)
    return last === undefined ? null : instantIn(extent.zone, last)
  } catch (error) {
    if (error instanceof GraphdavError && error.code === 'too-large') return null
    throw error
  }
}
