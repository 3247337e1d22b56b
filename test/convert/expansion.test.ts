// The proof that nothing moves: generated series in the simulated tenant, read as Graph shows them, converted and printed;
// what an independent reader of the text expands equals the tenant's calendarView. Zone data are shared, expansion is not.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ianaOfWindows } from '../../src/base/windows-zones.ts'
import { offsetMinutesAt } from '../../src/base/zones.ts'
import { recurrenceToGraph } from '../../src/convert/recurrence-to-graph.ts'
import { renderResource } from '../../src/convert/render.ts'
import { parseEvent } from '../../src/graph/parse-event.ts'
import type { GraphEvent, GraphSeries } from '../../src/graph/types.ts'
import { zonesOf } from '../../src/ical/instant.ts'
import { parseObject } from '../../src/ical/parse.ts'
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts'
import type { Switches } from '../../src/simulator/switches.ts'
import { expandIcs } from '../oracle/expand.ts'
import { recurrenceMeaning } from './meaning.ts'
import { fillWithSeries, groupBy, type Range } from './random-series.ts'

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
const count = Number(process.env['COUNT'] ?? 100)
/** Milliseconds, on a busy machine too. */
const patience = Math.max(120_000, count * 400)

interface Row {
  readonly id: string
  readonly type: string
  readonly seriesMasterId: string | null
}

const month = 31 * 86_400_000

describe.each([
  { name: 'as Outlook has them', series: count, switches: {} },
  { name: 'where short months are left out', series: count / 10, switches: { monthEnd: 'skipped' } },
  { name: 'with all-day times shifted to UTC', series: count / 10, switches: { allDayTimes: 'shifted' } },
] as const)(`random series $name (seed ${seed})`, ({ series, switches }) => {
  let simulator: Simulator
  let range: Range
  beforeAll(async () => {
    simulator = await startSimulator({ events: 0, seed, now: Date.UTC(2026, 0, 1), switches })
    range = fillWithSeries(simulator.control, { seed, count: series })
  }, patience)
  afterAll(() => simulator.stop())

  it(
    'have the same instances in our text as in the tenant',
    () => {
      const [from, to] = [Date.parse(range.from), Date.parse(range.to)]
      // A date can be moved into or out of the range: exceptions are known beyond it.
      const around = { from: new Date(from - month).toISOString(), to: new Date(to + month).toISOString() }
      const truth = simulator.control.truth({}, around)
      const rows = groupBy(truth.instances as unknown as readonly Row[], (row) => row.seriesMasterId ?? row.id)
      let instances = 0
      for (const row of truth.events as unknown as readonly (Row & { readonly cancelledDates: readonly string[] })[]) {
        const own = rows.get(row.id) ?? []
        const { text, losses, first, last } = renderResource(
          { uid: 'series@example.com', series: [seriesOf(row, row.cancelledDates, own, switches)] },
          { mailboxZone: 'W. Europe Standard Time' },
        )
        const found = expandIcs(text, from, to)
        if (!('monthEnd' in switches)) expectSameRule(text, parsed(row))
        expect(`${row.id}\n${found.map(foundText).sort().join('\n')}`).toBe(
          `${row.id}\n${own.map(parsed).filter(isBetween(from, to)).map(instanceText).sort().join('\n')}`,
        )
        expect(losses).toEqual([])
        expect(found.every(({ start, end }) => start >= first && (last === null || end <= last))).toBe(true)
        instances += found.length
      }
      expect(instances).toBeGreaterThan(series)
      expect(simulator.violations).toEqual([])
      console.log(`${series} series, ${instances} instances, seed ${seed}`)
    },
    patience,
  )
})

function seriesOf(
  row: Row,
  cancelled: readonly string[],
  instances: readonly Row[],
  switches: Partial<Switches>,
): GraphSeries {
  const { recurrence, ...main } = parsed(row)
  const exceptions = instances.filter(({ type }) => type === 'exception').map(parsed)
  // What sync says of a Graph that does not know day 31 in April.
  const pattern = recurrence && {
    ...recurrence.pattern,
    ...(switches.monthEnd === 'skipped' && { skipsShortMonths: true as const }),
  }
  return {
    key: row.id,
    main: { ...main, recurrence: recurrence && pattern && { ...recurrence, pattern } },
    exceptions,
    cancelled,
    kept: { uid: null, name: null, values: null },
  }
}

function parsed(row: Row): GraphEvent {
  const result = parseEvent(row)
  if (result.kind !== 'event') throw new Error(result.reason)
  return result.event
}

// The way back: the rule in our text means Graph's recurrence again. A Graph that leaves days out has what we refuse, and a
// series that ends before its first date is one cancelled date to iCalendar.
function expectSameRule(text: string, main: GraphEvent): void {
  const { range } = main.recurrence ?? {}
  if (range === undefined || (range.type === 'endDate' && range.endDate < range.startDate)) return
  const { master, zones } = parseObject(text)
  const context = { zones: zonesOf(zones, 'UTC'), current: main, onLoss: () => undefined }
  const recurrence = master && recurrenceToGraph(master, context).recurrence
  const [before, after] = [main.recurrence, recurrence].map((one) => one && recurrenceMeaning(one, main.start))
  expect(after).toEqual(before)
}

// As calendarView picks them: what only ends where the range begins is outside.
function isBetween(from: number, to: number): (event: GraphEvent) => boolean {
  return (event) => {
    const [start, end] = [msOf(event, 'start'), msOf(event, 'end')]
    return start < to && (end > from || (end === start && start >= from))
  }
}

// Days that are shifted lie at midnight of the zone in which the event was made.
function msOf(event: GraphEvent, name: 'start' | 'end'): number {
  const shown = Date.parse(`${event[name].dateTime.slice(0, 19)}Z`)
  if (!event.isAllDay || shown % 86_400_000 === 0) return shown
  const label = event.originalStartTimeZone
  return shown + offsetMinutesAt(ianaOfWindows(label) ?? label, shown) * 60_000
}

function instanceText(event: GraphEvent): string {
  return `${text(msOf(event, 'start'))} ${text(msOf(event, 'end'))} ${event.isAllDay} ${event.subject}`
}

function foundText(instance: ReturnType<typeof expandIcs>[number]): string {
  return `${text(instance.start)} ${text(instance.end)} ${instance.isAllDay} ${instance.summary}`
}

function text(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19)
}
