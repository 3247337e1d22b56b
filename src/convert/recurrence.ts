// Graph's patternedRecurrence → RRULE value (RFC 5545 §3.3.10, Graph page "recurrenceRange resource type").
import { instantOf, type WallTime } from '../base/zones.ts'
import type { GraphEvent, GraphRange, GraphRecurrence } from '../graph/types.ts'
import type { TimeRange } from '../ical/object.ts'
import type { Rule } from '../ical/rule-text.ts'
import { wallFromMs } from '../ical/value.ts'
import { ruleOfPattern } from './pattern.ts'
import { instantOfSlot, scheduleOf, type Schedule } from './schedule.ts'
import { completePattern, slotDays } from './slots.ts'
import { dayOfGraphDate, dayOfWall, graphDateOf, icalDateOf, onDay } from './time.ts'

/** The rule of a series, which `printRule` writes as `FREQ=WEEKLY;BYDAY=MO,WE;WKST=MO;UNTIL=20260630T215959Z`. */
export function ruleOf({ pattern, range }: GraphRecurrence, schedule: Schedule): Rule {
  return { ...ruleOfPattern(completePattern(pattern, dayOfWall(schedule.start))), ...endOf(range, schedule) }
}

// UNTIL has the type of DTSTART: a date for all-day series; else UTC, the last second of the last day in the series' zone.
// A series that ends before its first date has one to iCalendar, which an EXDATE then takes away.
function endOf(range: GraphRange, { isAllDay, tzid, start }: Schedule): Partial<Rule> {
  if (range.type === 'numbered') return { count: Math.max(1, range.numberOfOccurrences) }
  const last = range.type === 'endDate' ? dayOfGraphDate(range.endDate) : undefined
  if (last === undefined) return {}
  if (last < dayOfWall(start)) return { count: 1 }
  if (isAllDay) return { until: icalDateOf(last) }
  return { until: { kind: 'utc', wall: wallFromMs(instantOf(onDay(last, endOfDay), tzid)) } }
}

const endOfDay: WallTime = { year: 0, month: 1, day: 1, hour: 23, minute: 59, second: 59 }

/**
 * The local days (yyyy-MM-dd in the series' zone, in order) of the pattern's slots that begin in the range, whatever was
 * cancelled or moved; of an all-day series those whose midnight UTC lies in it. Empty for an event that is no series.
 * Both ends of the range must be given.
 * @throws UnsupportedError when the series' start is no time
 */
export function slotDates(main: GraphEvent, mailboxZone: string, range: TimeRange): readonly string[] {
  if (main.recurrence === null) return []
  const schedule = scheduleOf(main, mailboxZone)
  const dates: string[] = []
  for (const day of slotDays(main.recurrence, dayOfWall(schedule.start))) {
    const instant = instantOfSlot(schedule, day)
    if (instant >= (range.end ?? Infinity)) break
    if (instant >= (range.start ?? -Infinity)) dates.push(graphDateOf(day))
  }
  return dates
}
