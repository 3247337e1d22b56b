// Short ways to say events as Graph JSON: for the sample tenant, generated tenants, the living tenant and tests.
import { type Day, datePartsOf, pad, printDay, weekdayOf } from './days.ts'
import type { JsonObject } from './json.ts'
import { weekdays } from './recurrence.ts'

/** Start and end of a timed event: `time` is HH:mm on the day, the length in minutes; both ends in the zone's label. */
export function timed(day: Day, time: string, minutes: number, zone: string): JsonObject {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return between(day, hour * 60 + minute, minutes, zone)
}

/** As `timed`, the start in minutes after midnight. */
export function between(day: Day, startMinute: number, minutes: number, zone: string): JsonObject {
  return { start: wall(day, startMinute, zone), end: wall(day, startMinute + minutes, zone), isAllDay: false }
}

/** Start and end of an event of whole days. */
export function allDay(day: Day, days: number, zone: string): JsonObject {
  return { start: wall(day, 0, zone), end: wall(day + days, 0, zone), isAllDay: true }
}

function wall(day: Day, minute: number, zone: string): JsonObject {
  const date = printDay(day + Math.floor(minute / 1440))
  const rest = ((minute % 1440) + 1440) % 1440
  return { dateTime: `${date}T${pad(Math.floor(rest / 60), 2)}:${pad(rest % 60, 2)}:00`, timeZone: zone }
}

/** How long a series runs: to a date, so many times, or for ever. */
export type Until = { readonly date: Day } | { readonly count: number } | 'forever'

/** The member `recurrence`: `pattern` as Graph has it, the range from the day of the first start. */
export function repeats(pattern: JsonObject, from: Day, until: Until): JsonObject {
  const startDate = printDay(from)
  return { recurrence: { pattern: { interval: 1, ...pattern }, range: { ...rangeEnd(until), startDate } } }
}

function rangeEnd(until: Until): JsonObject {
  if (until === 'forever') return { type: 'noEnd' }
  return 'date' in until
    ? { type: 'endDate', endDate: printDay(until.date) }
    : { type: 'numbered', numberOfOccurrences: until.count }
}

/** Every week (or every `interval` weeks) on these days, weeks begin on Monday. */
export function weekly(days: readonly string[], interval = 1): JsonObject {
  return { type: 'weekly', interval, daysOfWeek: days, firstDayOfWeek: 'monday' }
}

/** Every year on the date of a day. */
export function yearlyOn(day: Day): JsonObject {
  const { month, day: dayOfMonth } = datePartsOf(day)
  return { type: 'absoluteYearly', month, dayOfMonth }
}

/** The first day on or after `day` that is this day of the week. */
export function next(name: string, day: Day): Day {
  return day + ((weekdays.findIndex((one) => one === name) - weekdayOf(day) + 7) % 7)
}

export interface Guest {
  readonly name: string
  readonly address: string
}

/** An attendee with an answer. */
export function guest(person: Guest, response: string, type = 'required'): JsonObject {
  const time = response === 'none' ? '0001-01-01T00:00:00Z' : '2026-01-05T09:12:00Z'
  return { type, status: { response, time }, emailAddress: person }
}

export function html(body: string): JsonObject {
  return { body: { contentType: 'html', content: body } }
}

export function at(displayName: string): JsonObject {
  return { location: { displayName } }
}
