// Random rules of other programs, in zones with odd clocks, as texts whose start is a date of the rule. Which dates those are
// is said by the oracle.
import * as fc from 'fast-check'
import { UnsupportedError } from '../../src/base/errors.ts'
import { offsetMinutesAt } from '../../src/base/zones.ts'
import { recurrenceToGraph } from '../../src/convert/recurrence-to-graph.ts'
import { zonesOf } from '../../src/ical/instant.ts'
import type { Component } from '../../src/ical/object.ts'
import { printObject } from '../../src/ical/print.ts'
import { component, property } from '../../src/ical/text.ts'
import { expandIcs } from '../oracle/expand.ts'

const dayMs = 86_400_000
/** Where the dates are looked at. */
export const range = { from: Date.UTC(2024, 0, 1), to: Date.UTC(2030, 0, 1) }

export const zones = [
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Asia/Tehran',
  'Pacific/Apia',
  'America/St_Johns',
  'UTC',
  'Asia/Kathmandu',
  'America/New_York',
]
const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const

const part = (name: string, values: fc.Arbitrary<readonly (string | number)[]>) =>
  values.map((list) => (list.length === 0 ? '' : `;${name}=${list.join(',')}`))
const few = <T>(values: fc.Arbitrary<T>, most: number) => fc.uniqueArray(values, { maxLength: most })
const numbered = fc.tuple(fc.constantFrom(-2, -1, 1, 2, 3, 4, 5), fc.constantFrom(...weekdays))
const days = fc.oneof(
  fc.constant([]),
  few(fc.constantFrom(...weekdays), 7),
  few(
    numbered.map((pair) => pair.join('')),
    1,
  ),
)
const monthDays = fc.oneof(
  fc.constant([]),
  few(fc.integer({ min: 1, max: 31 }), 1),
  fc.constantFrom<readonly number[]>([-1], [28, 29], [28, 29, 30], [28, 29, 30, 31], [1, 2, 3, 4, 5, 6, 7]),
)
const ends = ['', ';COUNT=7', ';COUNT=40', ';UNTIL=20270615T003000Z', ';UNTIL=20270615T120000Z', ';UNTIL=20270615']
export const rules = fc
  .tuple(
    fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'MONTHLY', 'YEARLY', 'YEARLY'),
    fc.integer({ min: 1, max: 4 }).map((interval) => `;INTERVAL=${interval}`),
    part('BYMONTH', fc.oneof(fc.constant([]), few(fc.integer({ min: 1, max: 12 }), 2))),
    part('BYMONTHDAY', monthDays),
    part('BYDAY', days),
    part('BYSETPOS', fc.oneof(fc.constant([]), few(fc.constantFrom(-1, 1, 2, 4), 1))),
    part('WKST', few(fc.constantFrom(...weekdays), 1)),
    fc.constantFrom(...ends),
  )
  .map(([freq, ...parts]) => `FREQ=${freq}${parts.join('')}`)

// No hour that a night of clock changes lacks: there Outlook and the RFC differ, and README says how.
export const hours = fc.constantFrom('001500', '090000', '133000', '234500')

/** An event whose start is the second day that the rule names from a day on, so that it is on the pattern. */
export function textFrom(rule: string, tzid: string, hour: string, from: number): string | undefined {
  const first = eventOf(rule, tzid, from, hour)
  if (!mayBeSaid(first)) return undefined
  const second = secondStart(printed(first))
  return second === undefined ? undefined : printed(eventOf(rule, tzid, localDay(second, tzid) * dayMs, hour))
}

// The oracle gives up, by an error, on a rule that names no day at all.
function secondStart(text: string): number | undefined {
  try {
    return startsIn(text)[1]
  } catch {
    return undefined
  }
}

/** False for most of the rules that are against the RFC or not Graph's, without expanding them. */
function mayBeSaid(event: Component): boolean {
  try {
    recurrenceToGraph(event, { zones: zonesOf([], 'UTC'), current: undefined, onLoss: () => undefined })
    return true
  } catch (error) {
    return error instanceof UnsupportedError && error.property === 'DTSTART'
  }
}

function eventOf(rule: string, tzid: string, day: number, hour: string): Component {
  const wall = `${new Date(day).toISOString().slice(0, 10).replaceAll('-', '')}T${hour}`
  const start = tzid === 'UTC' ? property('DTSTART', `${wall}Z`) : property('DTSTART', wall, { TZID: tzid })
  const properties = [property('UID', 'rule@example.com'), property('DTSTAMP', '20240101T000000Z'), start]
  return component('VEVENT', [...properties, property('RRULE', rule)])
}

export function printed(master: Component): string {
  return printObject({ uid: 'rule@example.com', master, overrides: [], zones: [] })
}

export function startsIn(text: string): readonly number[] {
  return expandIcs(text, range.from, range.to).map(({ start }) => start)
}

export function localDay(instant: number, tzid: string): number {
  return Math.floor((instant + offsetMinutesAt(tzid, instant) * 60_000) / dayMs)
}
