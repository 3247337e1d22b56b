// RRULE of two texts: one recurrence may be written in many ways (RFC 5545 §3.3.10). The normal form says what DTSTART
// leaves unsaid, leaves out what is said needlessly, and ends on a day of the series' zone.
import { GraphdavError } from '../base/errors.ts'
import type { Component } from '../ical/object.ts'
import type { Extent } from '../ical/extent.ts'
import { instantOfTime, type Zones } from '../ical/instant.ts'
import { parseRule, printRule, weekdays, type Rule, type Weekday, type WeekdayNumber } from '../ical/rule-text.ts'
import { propertiesOf } from '../ical/text.ts'
import { dayMs, timesOrPeriodsOf, wallMs, type IcalTime } from '../ical/value.ts'
import { instantIn, wallIn } from '../ical/zone.ts'
import { absences, isChanged, type FieldChange } from './compare-fields.ts'
import { dayOfWall, endOfCalendar, icalDateOf, onDay, utcText } from './time.ts'

/** An event with what its rule hangs on. */
export interface Recurring {
  readonly event: Component
  readonly extent: Extent
  readonly zones: Zones
}

/** RRULE, RDATE and EXRULE, as far as they differ. */
export function compareRules(before: Recurring, after: Recurring): readonly FieldChange[] {
  const readers = [
    ['RRULE', normalRules],
    ['RDATE', normalDates],
    ['EXRULE', exclusionRules],
  ] as const
  return readers.flatMap(([field, read]) => {
    const change = { field, before: read(before), after: read(after) }
    return isChanged(change, absences[field]) ? [change] : []
  })
}

function normalRules({ event, extent, zones }: Recurring): string | undefined {
  return sortedText(propertiesOf(event, 'RRULE').map(({ value }) => normalRule(value, extent, zones)))
}

// A date of its own that is DTSTART says nothing.
function normalDates({ event, extent, zones }: Recurring): string | undefined {
  const dates = propertiesOf(event, 'RDATE')
    .flatMap(timesOrPeriodsOf)
    .map((date) => utcText(instantOfTime('kind' in date ? date : date.start, zones)))
  const start = utcText(instantIn(extent.zone, extent.start.wall))
  return sortedText(dates.filter((date) => date !== start))
}

function exclusionRules({ event }: Recurring): string | undefined {
  return sortedText(propertiesOf(event, 'EXRULE').map(({ value }) => value.trim().toUpperCase()))
}

function sortedText(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : [...values].sort().join(' ')
}

/** The normal form of an RRULE; one that cannot be read is its own. */
export function normalRule(value: string, extent: Extent, zones: Zones): string {
  try {
    const rule = withDefaults(parseRule(value), extent)
    return printRule({ ...rule, until: rule.until && untilDate(rule.until, extent, zones) })
  } catch (error) {
    if (!(error instanceof GraphdavError)) throw error
    return value.trim().toUpperCase()
  }
}

function withDefaults(rule: Rule, { start }: Extent): Rule {
  const sorted = sortLists(rule)
  const { month, day } = start.wall
  const weekday = weekdayOf(start)
  const hasDay = rule.byDay.length + rule.byMonthDay.length + rule.byYearDay.length + rule.byWeekNo.length > 0
  switch (rule.freq) {
    case 'WEEKLY':
      return {
        ...sorted,
        byDay: rule.byDay.length > 0 ? sorted.byDay : [{ weekday, ordinal: 0 }],
        wkst: weekStart(rule),
      }
    case 'MONTHLY':
      return { ...withOrdinal(sorted), byMonthDay: hasDay ? sorted.byMonthDay : [day], wkst: undefined }
    case 'YEARLY': {
      const byMonth = rule.byMonth.length > 0 || hasDay ? sorted.byMonth : [month]
      const ordinal = rule.byMonth.length > 0 ? withOrdinal(sorted) : sorted
      const wkst = rule.byWeekNo.length > 0 ? weekStart(rule) : undefined
      return { ...ordinal, byMonth, byMonthDay: hasDay ? sorted.byMonthDay : [day], wkst }
    }
    case 'SECONDLY':
    case 'MINUTELY':
    case 'HOURLY':
    case 'DAILY':
      return { ...sorted, wkst: undefined }
  }
}

// The first day of the week shows in a weekly rule that leaves weeks out and names several days; Graph wants it in every one.
function weekStart(rule: Rule): Weekday | undefined {
  const matters = rule.freq !== 'WEEKLY' || (rule.interval > 1 && rule.byDay.length > 1)
  return matters ? (rule.wkst ?? 'MO') : undefined
}

// `BYDAY=TU;BYSETPOS=2` and `BYDAY=2TU` are one.
function withOrdinal(rule: Rule): Rule {
  const [position] = rule.bySetPos
  const [only] = rule.byDay
  const isOne = rule.byDay.length === 1 && rule.bySetPos.length === 1 && only?.ordinal === 0
  if (!isOne || position === undefined || rule.byMonthDay.length > 0) return rule
  return { ...rule, byDay: [{ weekday: only.weekday, ordinal: position }], bySetPos: [] }
}

function sortLists(rule: Rule): Rule {
  const numbers = (list: readonly number[]): readonly number[] => [...new Set(list)].sort((one, other) => one - other)
  const place = ({ weekday, ordinal }: WeekdayNumber): number => ordinal * 7 + weekdays.indexOf(weekday)
  return {
    ...rule,
    byDay: [...rule.byDay].sort((one, other) => place(one) - place(other)),
    byMonth: numbers(rule.byMonth),
    byMonthDay: numbers(rule.byMonthDay),
    byYearDay: numbers(rule.byYearDay),
    byWeekNo: numbers(rule.byWeekNo),
    byHour: numbers(rule.byHour),
    byMinute: numbers(rule.byMinute),
    bySecond: numbers(rule.bySecond),
    bySetPos: numbers(rule.bySetPos),
  }
}

/**
 * The last day on which the series may have a slot: an UNTIL before the hour of the series means the day before. Undefined
 * for one beyond the end of Outlook's calendar, which is no end.
 */
export function untilDate(until: IcalTime, { start, zone }: Extent, zones: Zones): IcalTime | undefined {
  if (wallMs(until.wall) >= endOfCalendar) return undefined
  if (until.kind === 'date' || start.kind === 'date') return icalDateOf(dayOfWall(until.wall))
  const instant = until.kind === 'floating' ? instantIn(zone, until.wall) : instantOfTime(until, zones)
  const day = dayOfWall(wallIn(zone, instant))
  return icalDateOf(instantIn(zone, onDay(day, start.wall)) > instant ? day - dayMs : day)
}

// 1970-01-01 was a Thursday.
function weekdayOf({ wall }: IcalTime): Weekday {
  const days = Math.floor(wallMs(wall) / dayMs)
  return weekdays[(((days + 3) % 7) + 7) % 7] ?? 'MO'
}
