// Random rules of other programs, in zones with odd clocks: each that Graph can say has the same instances in its own text,
// in the simulated tenant's reading of what is sent, and in the text that clients get back. Two readers that share nothing
// with the bridge decide: the oracle's expansion and the simulator's. Then the way to Graph and back once more is the identity.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { GraphdavError, UnsupportedError } from '../../src/base/errors.ts'
import { offsetMinutesAt } from '../../src/base/zones.ts'
import { eventToGraph } from '../../src/convert/event.ts'
import { recurrenceToGraph } from '../../src/convert/recurrence-to-graph.ts'
import { renderResource } from '../../src/convert/render.ts'
import type { GraphEventInput, GraphRecurrence } from '../../src/graph/types.ts'
import { zonesOf } from '../../src/ical/instant.ts'
import type { Component } from '../../src/ical/object.ts'
import { parseObject } from '../../src/ical/parse.ts'
import { printObject } from '../../src/ical/print.ts'
import { component, property } from '../../src/ical/text.ts'
import { slotDays } from '../../src/simulator/recurrence.ts'
import { expandIcs } from '../oracle/expand.ts'
import { graphSeries } from './graph-events.ts'
import { recurrenceMeaning } from './meaning.ts'

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
/** Rules that Graph can say; those that it cannot do not count. */
const runs = Number(process.env['RULES'] ?? 30)
const dayMs = 86_400_000
const range = { from: Date.UTC(2024, 0, 1), to: Date.UTC(2030, 0, 1) }

const zones = [
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
const rules = fc
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
const hours = fc.constantFrom('001500', '090000', '133000', '234500')

it(
  `random rules that Graph can say keep their instances (seed ${seed})`,
  () => {
    let instances = 0
    fc.assert(
      fc.property(
        rules,
        fc.constantFrom(...zones),
        hours,
        fc.integer({ min: 0, max: 500 }),
        (rule, tzid, hour, day) => {
          const text = textFrom(rule, tzid, hour, range.from + day * dayMs)
          const input = text === undefined ? undefined : toGraph(text)
          fc.pre(text !== undefined && input?.recurrence !== undefined && input.recurrence !== null)
          if (text === undefined || !input?.recurrence) return
          const found = startsIn(text)
          const local = found.map((start) => localDay(start, tzid))
          expect(local.filter(isWellInside)).toEqual(graphDays(input.recurrence).filter(isWellInside))
          const back = textOf(input)
          expect(startsIn(back)).toEqual(found)
          const again = toGraph(back)
          expect(again && meaningOf(again)).toEqual(meaningOf(input))
          instances += found.length
        },
      ),
      { seed, numRuns: runs, maxSkipsPerRun: 200 },
    )
    console.log(`${runs} rules, ${instances} instances, seed ${seed}`)
  },
  Math.max(120_000, runs * 400),
)

/** An event whose start is the second day that the rule names from a day on, so that it is on the pattern. */
function textFrom(rule: string, tzid: string, hour: string, from: number): string | undefined {
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

function printed(master: Component): string {
  return printObject({ uid: 'rule@example.com', master, overrides: [], zones: [] })
}

function toGraph(text: string): GraphEventInput | undefined {
  try {
    const { master, zones } = parseObject(text)
    const context = { zones: zonesOf(zones, 'UTC'), current: undefined, onLoss: () => undefined }
    return master && eventToGraph(master, context)
  } catch (error) {
    if (error instanceof GraphdavError) return undefined
    throw error
  }
}

/** The text that clients get for the event as Graph would hold it. */
function textOf({ start, end, recurrence }: GraphEventInput): string {
  if (!start || !end || !recurrence) throw new Error('a series has a start, an end and a recurrence')
  const zone = { originalStartTimeZone: start.timeZone, originalEndTimeZone: start.timeZone }
  const series = graphSeries({ main: { start, end, recurrence, ...zone } })
  return renderResource({ uid: 'rule@example.com', series: [series] }, { mailboxZone: 'UTC' }).text
}

function meaningOf({ start, recurrence }: GraphEventInput): unknown {
  return [start, recurrence && recurrenceMeaning(recurrence, start)]
}

function startsIn(text: string): readonly number[] {
  return expandIcs(text, range.from, range.to).map(({ start }) => start)
}

function localDay(instant: number, tzid: string): number {
  return Math.floor((instant + offsetMinutesAt(tzid, instant) * 60_000) / dayMs)
}

/** Both ends of the range fall on other days in other zones. */
function isWellInside(day: number): boolean {
  return day > range.from / dayMs + 1 && day < range.to / dayMs - 2
}

/** As the tenant shows them, on the days of the zone. */
function graphDays(recurrence: GraphRecurrence): readonly number[] {
  return slotDays(recurrence, range.from / dayMs, range.to / dayMs, 'clamped')
}
