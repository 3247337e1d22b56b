// Two recurrences that mean the same are equal in this form: fields that the type does not use are left out, those that the
// first day implies are filled in, days are in one order.
import { completePattern } from '../../src/convert/slots.ts'
import { dayOfGraphDate, instantOfStamp } from '../../src/convert/time.ts'
import type { GraphDateTime, GraphRecurrence } from '../../src/graph/types.ts'

export function recurrenceMeaning({ pattern, range }: GraphRecurrence, start: GraphDateTime | undefined): unknown {
  const first = dayOfGraphDate(range.startDate) ?? instantOfStamp(start?.dateTime ?? null) ?? 0
  const { type, interval, ...days } = completePattern(pattern, first)
  const used = {
    daily: [],
    weekly: [[...days.daysOfWeek].sort(), days.firstDayOfWeek],
    absoluteMonthly: [days.dayOfMonth],
    relativeMonthly: [[...days.daysOfWeek].sort(), days.index],
    absoluteYearly: [days.month, Math.min(days.dayOfMonth, longest[days.month - 1] ?? 31)],
    relativeYearly: [days.month, [...days.daysOfWeek].sort(), days.index],
  }
  return { type, interval, days: used[type], range: { ...range, recurrenceTimeZone: undefined } }
}

/** A day that a month never has is its last one. */
const longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
