// The recurrence as Exchange keeps it: AppointmentRecurrencePattern, the extended property 0x8216. MS-OXOCAL 2.2.1.44;
// little-endian; times are minutes since 1601-01-01 in the local time of the series.
import type { GraphPattern } from '../graph/types.ts'
import { datePartsOf, type Day, dayOf, parseDay } from './days.ts'
import type { StoredEvent, When } from './event.ts'
import { exceptionItems, whenOfSlot } from './instances.ts'
import { slotDays, weekdays } from './recurrence.ts'
import type { Switches } from './switches.ts'
import { localTimeOf } from './zone-time.ts'

/** The id under which a master carries it, in normal spelling. */
export const recurrenceBlobId = 'Binary {00062002-0000-0000-c000-000000000046} Id 0x8216'

const minutesPerDay = 1440
const day1601 = dayOf(1601, 1, 1)
const noEndDate = 0x5ae9_80df

/** Base64 of the blob; undefined for an event that is no master. */
export function recurrenceBlob(event: StoredEvent, switches: Switches): string | undefined {
  const { recurrence } = event
  if (!recurrence) return undefined
  const { pattern, range } = recurrence
  const first = parseDay(range.startDate) ?? 0
  const slots = range.type === 'noEnd' ? [] : slotDays(recurrence, first, first + 366_000, switches.monthEnd)
  const exceptions = exceptionItems(event, switches).map((item) => ({
    slot: item.slot ?? first,
    ...localSpan(item.when, recurrence.zone),
  }))
  const deleted = [...event.cancelled, ...event.exceptions.keys()].sort((one, other) => one - other)
  const startOffset = Math.floor(recurrence.startSecond / 60)
  const endOffset = event.when.isAllDay
    ? localSpan(whenOfSlot(event, first, switches), recurrence.zone).end - minutesOf(first)
    : startOffset + Math.floor(recurrence.wallSeconds / 60)
  return concat([
    [u16(0x3004), u16(0x3004), ...patternFields(pattern, first)],
    [u32({ endDate: 0x2021, numbered: 0x2022, noEnd: 0x2023 }[range.type])],
    [u32(range.type === 'noEnd' ? 10 : slots.length), u32(weekdays.indexOf(pattern.firstDayOfWeek))],
    counted(deleted.map(minutesOf)),
    counted(exceptions.map(({ start }) => start - (start % minutesPerDay)).sort((one, other) => one - other)),
    [u32(minutesOf(first)), u32(range.type === 'noEnd' ? noEndDate : minutesOf(slots.at(-1) ?? first))],
    [u32(0x3006), u32(0x3009), u32(startOffset), u32(endOffset), u16(exceptions.length)],
    // Flags 0: no override strings follow, an exception's content is read from its own event.
    exceptions.flatMap(({ slot, start, end }) => [u32(start), u32(end), u32(minutesOf(slot) + startOffset), u16(0)]),
    // Reserved blocks, and an empty extended part (4-byte change highlight) per exception.
    [u32(0), ...exceptions.flatMap(() => [u32(4), u32(0), u32(0)]), u32(0)],
  ])
}

function patternFields(pattern: GraphPattern, first: Day): readonly Buffer[] {
  const { type, interval } = pattern
  const days = u32(pattern.daysOfWeek.reduce((mask, name) => mask | (1 << weekdays.indexOf(name)), 0))
  const place = u32({ first: 1, second: 2, third: 3, fourth: 4, last: 5 }[pattern.index])
  const months = type.endsWith('Yearly') ? 12 * interval : interval
  const head = (frequency: number, kind: number, firstDateTime: number, period: number): readonly Buffer[] => [
    u16(frequency),
    u16(kind),
    u16(0),
    u32(firstDateTime),
    u32(period),
    u32(0),
  ]
  switch (type) {
    case 'daily':
      return head(0x200a, 0, minutesOf(first) % (interval * minutesPerDay), interval * minutesPerDay)
    case 'weekly': {
      const week = minutesOf(first) - minutesOf(day1601)
      return [...head(0x200b, 1, week % (interval * 7 * minutesPerDay), interval), days]
    }
    case 'absoluteMonthly':
    case 'absoluteYearly':
      return [...head(frequencyOf(type), 2, monthOffset(first, months), months), u32(pattern.dayOfMonth)]
    case 'relativeMonthly':
    case 'relativeYearly':
      return [...head(frequencyOf(type), 3, monthOffset(first, months), months), days, place]
  }
}

function frequencyOf(type: GraphPattern['type']): number {
  return type.endsWith('Yearly') ? 0x200d : 0x200c
}

/** Minutes from 1601 to the first month of the pattern's cycle. */
function monthOffset(first: Day, months: number): number {
  const { year, month } = datePartsOf(first)
  const offset = ((year - 1601) * 12 + month - 1) % months
  return minutesOf(dayOf(1601 + Math.floor(offset / 12), (offset % 12) + 1, 1))
}

function minutesOf(day: Day): number {
  return (day - day1601) * minutesPerDay
}

function localSpan(when: When, zone: string): { readonly start: number; readonly end: number } {
  if (when.isAllDay) return { start: minutesOf(when.start), end: minutesOf(when.end) }
  const minutes = (instant: number): number => {
    const { day, second } = localTimeOf(instant, zone)
    return minutesOf(day) + Math.floor(second / 60)
  }
  return { start: minutes(when.start), end: minutes(when.end) }
}

function counted(values: readonly number[]): readonly Buffer[] {
  return [u32(values.length), ...values.map(u32)]
}

function concat(parts: readonly (readonly Buffer[])[]): string {
  return Buffer.concat(parts.flat()).toString('base64')
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value >>> 0)
  return bytes
}
