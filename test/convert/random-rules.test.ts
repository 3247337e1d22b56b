// Random rules of other programs, in zones with odd clocks: each that Graph can say has the same instances in its own text,
// in the simulated tenant's reading of what is sent, and in the text that clients get back. Two readers that share nothing
// with the bridge decide: the oracle's expansion and the simulator's. Then the way to Graph and back once more is the identity.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { GraphdavError } from '../../src/base/errors.ts'
import { eventToGraph } from '../../src/convert/event.ts'
import { renderResource } from '../../src/convert/render.ts'
import type { GraphEventInput, GraphRecurrence } from '../../src/graph/types.ts'
import { zonesOf } from '../../src/ical/instant.ts'
import { parseObject } from '../../src/ical/parse.ts'
import { slotDays } from '../../src/simulator/recurrence.ts'
import { graphSeries } from './graph-events.ts'
import { recurrenceMeaning } from './meaning.ts'
import { hours, localDay, range, rules, startsIn, textFrom, zones } from './rule-texts.ts'

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
/** Rules that Graph can say; those that it cannot do not count. */
const runs = Number(process.env['RULES'] ?? 30)
const dayMs = 86_400_000
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

/** Both ends of the range fall on other days in other zones. */
function isWellInside(day: number): boolean {
  return day > range.from / dayMs + 1 && day < range.to / dayMs - 2
}

/** As the tenant shows them, on the days of the zone. */
function graphDays(recurrence: GraphRecurrence): readonly number[] {
  return slotDays(recurrence, range.from / dayMs, range.to / dayMs, 'clamped')
}
