// RRULE → patternedRecurrence, exactly or refused by the name of the part (RFC 5545 §3.3.10, §3.8.5; Graph pages
// "patternedRecurrence", "recurrenceRange"). The way back is recurrence.ts.
import { UnsupportedError } from '../base/errors.ts'
import type { GraphEventInput, GraphPattern, GraphRange } from '../graph/types.ts'
import { extentOf, type Extent } from '../ical/extent.ts'
import { instantOfTime, type Zones } from '../ical/instant.ts'
import type { Component } from '../ical/object.ts'
import { parseRule, type Rule } from '../ical/rule-text.ts'
import { propertiesOf } from '../ical/text.ts'
import { dayMs, timesOrPeriodsOf, wallFromMs, wallMs, type IcalTime } from '../ical/value.ts'
import { wallIn } from '../ical/zone.ts'
import type { GraphContext } from './graph-context.ts'
import { patternOfRule } from './pattern-of-rule.ts'
import { firstSlotDay, slotDays } from './slots.ts'
import { dayOfWall, endOfCalendar, graphDateOf } from './time.ts'
import { startLabel } from './times-to-graph.ts'

/**
 * recurrence of a master; null for an event that does not repeat.
 * @throws UnsupportedError naming the rule part, or RDATE, EXRULE, DTSTART, for what Graph cannot say exactly
 */
export function recurrenceToGraph(event: Component, { zones }: GraphContext): GraphEventInput {
  const extent = extentOf(event, zones)
  refuseFurtherDates(event, extent, zones)
  const [value, ...more] = propertiesOf(event, 'RRULE').map((line) => line.value)
  if (more.length > 0) throw new UnsupportedError('RRULE', 'Outlook has one recurrence rule in a series, not several')
  if (value === undefined) return { recurrence: null }
  const rule = parseRule(value)
  const pattern = patternOfRule(rule, extent.start.wall)
  const first = dayOfWall(extent.start.wall)
  const range = rangeOf(rule, extent, startLabel(event, zones))
  if (firstSlotDay(pattern, first) !== first) {
    throw new UnsupportedError('DTSTART', 'it starts on a date that its rule does not name; Outlook would move it')
  }
  // Several days of which the last is taken are what Outlook does; one day alone is skipped where a month lacks it.
  if (rule.byMonthDay.length < 2) refuseShortMonths(pattern, range, first)
  return { recurrence: { pattern, range } }
}

function refuseFurtherDates(event: Component, { start }: Extent, zones: Zones): void {
  if (propertiesOf(event, 'EXRULE').length > 0) {
    throw new UnsupportedError('EXRULE', 'Outlook has no rules for exceptions of a series')
  }
  const dates = propertiesOf(event, 'RDATE').flatMap(timesOrPeriodsOf)
  const isStart = (date: (typeof dates)[number]): boolean =>
    'wall' in date && instantOfTime(date, zones) === instantOfTime(start, zones)
  if (!dates.every(isStart))
    throw new UnsupportedError('RDATE', 'Outlook has no further dates in a series than its rule')
}

function rangeOf(rule: Rule, extent: Extent, recurrenceTimeZone: string): GraphRange {
  const startDate = graphDateOf(dayOfWall(extent.start.wall))
  const common = { startDate, endDate: '0001-01-01', recurrenceTimeZone, numberOfOccurrences: 0 }
  if (rule.count !== undefined) return { ...common, type: 'numbered', numberOfOccurrences: rule.count }
  if (rule.until === undefined) return { ...common, type: 'noEnd' }
  const last = lastDay(rule.until, extent)
  if (last >= endOfCalendar) return { ...common, type: 'noEnd' }
  const endDate = graphDateOf(last)
  if (endDate < startDate) throw new UnsupportedError('UNTIL', 'its recurrence ends before it starts')
  return { ...common, type: 'endDate', endDate }
}

// The last day of the series' zone on which a slot may begin. UNTIL in UTC is often the next or the previous day of the
// zone; of an all-day series it means the day that it names.
function lastDay(until: IcalTime, { start, zone }: Extent): number {
  if (until.kind === 'date' || start.kind === 'date') return dayOfWall(until.wall)
  const wall = until.kind === 'utc' ? wallIn(zone, wallMs(until.wall)) : until.wall
  const timeOfDay = (ms: number): number => ms - Math.floor(ms / dayMs) * dayMs
  const isTooEarly = timeOfDay(wallMs(wall)) < timeOfDay(wallMs(start.wall))
  return dayOfWall(wall) - (isTooEarly ? dayMs : 0)
}

// A day 29-31 that a month lacks: RFC 5545 skips the month, Outlook takes its last day. (2100 is no leap year; whoever
// plans that far may correct it then.)
function refuseShortMonths(pattern: GraphPattern, range: GraphRange, first: number): void {
  if (!pattern.type.startsWith('absolute') || pattern.dayOfMonth <= 28) return
  for (const day of slotDays({ pattern, range }, first)) {
    const { year, day: dayOfMonth } = wallFromMs(day)
    if (year >= 2100) return
    if (dayOfMonth !== pattern.dayOfMonth) throw shortMonth(pattern)
  }
}

function shortMonth({ type, dayOfMonth }: GraphPattern): UnsupportedError {
  const days = [28, 29, 30, 31].filter((day) => day <= dayOfMonth).join(',')
  const sentence =
    `day ${dayOfMonth} is not in every ${type === 'absoluteYearly' ? 'year' : 'month'} of the series, where Outlook ` +
    `takes the month's last day; "the last day of the month" (BYMONTHDAY=-1) or BYMONTHDAY=${days};BYSETPOS=-1 say so`
  return new UnsupportedError('BYMONTHDAY', sentence)
}
