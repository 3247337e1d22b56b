// Random series and random edits, carried out against the simulated tenant with whatever it does to exceptions, cut off in
// between now and then: afterwards the tenant shows what an independent reader sees in the client's own text, and a quiet
// repeat sends nothing.
import { describe, expect, it } from 'vitest'
import { ConflictError, UnsupportedError } from '../../src/base/errors.ts'
import { nothingKept, type Kept } from '../../src/convert/kept.ts'
import { planPut, type PlanContext, type WantedObject } from '../../src/convert/plan.ts'
import { shownObject } from '../../src/convert/plan-context.ts'
import { remainingRequests, type GraphRequest } from '../../src/convert/plan-request.ts'
import type { GraphSeries } from '../../src/graph/types.ts'
import type { CalendarObject } from '../../src/ical/object.ts'
import { parseObject } from '../../src/ical/parse.ts'
import { printObject } from '../../src/ical/print.ts'
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts'
import { expandIcs } from '../oracle/expand.ts'
import { PlanTenant } from './plan-tenant.ts'
import { edits, randomObject } from './random-edits.ts'
import { pick, randomFrom, type Random } from './random-series.ts'
import { plainContext } from './write-cases.ts'

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
const histories = Number(process.env['HISTORIES'] ?? 4)
const steps = 6

class Client {
  readonly tenant: PlanTenant
  readonly random: Random
  series: GraphSeries | undefined
  local: Kept = nothingKept

  constructor(simulator: Simulator, random: Random) {
    this.tenant = new PlanTenant(simulator)
    this.random = random
  }

  get context(): PlanContext {
    return { ...plainContext, local: this.local }
  }

  get now(): readonly GraphSeries[] {
    return this.series ? [this.series] : []
  }

  /** What the client reads, as a text. */
  read(): CalendarObject {
    return parseObject(printObject(shownObject(this.now, 'random@client.example', this.context)))
  }

  /** Writes a text; false when it was refused before anything was sent. */
  async write(wanted: CalendarObject, served: CalendarObject | undefined): Promise<boolean> {
    const put: Omit<WantedObject, 'now'> = { served, wanted, name: 'random.ics' }
    let done: readonly GraphRequest[] = []
    for (let round = 0; round < 12; round += 1) {
      const plan = this.#plan(put, round > 0)
      if (plan === undefined) return false
      const requests = remainingRequests(plan.requests, done)
      const result = await this.tenant.run(requests, this.series?.key, () => round < 3 && this.random() < 0.15)
      done = [...done, ...result.done]
      this.series = result.event === undefined ? undefined : await this.tenant.read(result.event)
      if (!result.isCut && result.done.at(-1)?.kind !== 'read-again') {
        this.local = plan.local
        return true
      }
    }
    throw new Error('the plan does not come to an end')
  }

  /** Somebody else may have written. */
  async refresh(): Promise<void> {
    this.series = this.series && (await this.tenant.read(this.series.key))
  }

  #plan(put: Omit<WantedObject, 'now'>, isResumed: boolean): ReturnType<typeof planPut> | undefined {
    try {
      return planPut({ ...put, now: this.now }, { ...this.context, isResumed })
    } catch (error) {
      if ((error instanceof UnsupportedError || error instanceof ConflictError) && !isResumed) return undefined
      throw error
    }
  }
}

interface OtherEdit {
  readonly told: string
  /** What the other edit does to the lines that the text alone would give. */
  readonly change: (lines: readonly string[]) => readonly string[]
  readonly isThere: () => boolean
}

// In Outlook: another place for the whole series, or another title for one date that nobody changed before.
function somebodyElse({ tenant, series, random }: Client, lines: readonly string[]): OtherEdit | undefined {
  if (series === undefined) return undefined
  const { control } = tenant.simulator
  if (random() < 0.5) {
    const place = `Hall ${Math.floor(random() * 1000)}`
    control.updateEvent(series.key, { location: { displayName: place } })
    const isThere = (): boolean => JSON.stringify(control.truth({}).events).includes(place)
    return { told: '(somebody else: another place)', change: (same) => same, isThere }
  }
  const rows = control.truth({}, { from: new Date(from).toISOString(), to: new Date(to).toISOString() }).instances
  const plain = rows.filter(({ type }) => type === 'occurrence')
  if (plain.length === 0 || lines.length < 3) return undefined
  const { slotDate, start } = pick(random, plain)
  const title = `Theirs ${Math.floor(random() * 1000)}`
  control.updateInstance(series.key, String(slotDate), { subject: title })
  const begin = new Date(Date.parse(`${(start as { dateTime: string }).dateTime.slice(0, 19)}Z`)).toISOString()
  return {
    told: `(somebody else: another title on ${String(slotDate)})`,
    change: (same) => {
      // The client may have moved this very date: then its title is there, at the new time.
      const starts = new Set(lines.map(startOf))
      const moved = same.filter((text) => !starts.has(startOf(text)))
      const isThere = same.some((text) => startOf(text) === begin)
      const isIt = (text: string): boolean =>
        isThere ? startOf(text) === begin : moved.length === 1 && text === moved[0]
      return same.map((text) => (isIt(text) ? `${text.slice(0, 50)}${title}` : text))
    },
    isThere: () => inTenant(tenant.simulator).some((text) => text.endsWith(title)),
  }
}

const [from, to] = [Date.UTC(2026, 0, 1), Date.UTC(2026, 11, 1)]

function inText(object: CalendarObject): readonly string[] {
  // With zones as they are known here: a client's own cover only the dates that it had.
  return expandIcs(printObject({ ...object, zones: [] }), from, to)
    .map(({ start, end, summary }) => line(start, end, summary))
    .sort()
}

function inTenant(simulator: Simulator): readonly string[] {
  const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
  const at = (value: unknown): number => Date.parse(`${(value as { dateTime: string }).dateTime.slice(0, 19)}Z`)
  return simulator.control
    .truth({}, range)
    .instances.map(({ start, end, subject }) => ({ start: at(start), end: at(end), subject: String(subject) }))
    .filter(({ start, end }) => start < to && end > from)
    .map(({ start, end, subject }) => line(start, end, subject))
    .sort()
}

function line(start: number, end: number, title: string): string {
  return `${new Date(start).toISOString()} ${new Date(end).toISOString()} ${title}`
}

function startOf(text: string): string {
  return text.slice(0, 24)
}

describe(`random histories (seed ${seed})`, () => {
  it.each(Array.from({ length: histories }, (_, index) => index))('history %i', async (index) => {
    const random = randomFrom(seed * 1000 + index)
    const recurrencePatch = pick(random, ['dropsOnChange', 'drops', 'keeps'] as const)
    const simulator = await startSimulator({
      events: 0,
      now: Date.UTC(2026, 0, 1),
      switches: { recurrencePatch, emptySeries: 'kept' },
    })
    try {
      const client = new Client(simulator, random)
      const told: string[] = []
      const first = randomObject(random)
      expect(await client.write(first, undefined)).toBe(true)
      expect(inTenant(simulator)).toEqual(inText(first))
      for (let step = 0; step < steps; step += 1) {
        const served = client.read()
        const before = inTenant(simulator)
        expect(inText(served)).toEqual(before)
        const name = pick(random, Object.keys(edits))
        const wanted = parseObject(printObject(edits[name]?.(served, random) ?? served))
        told.push(name)
        const other = random() < 0.3 ? somebodyElse(client, before) : undefined
        if (other) told.push(other.told)
        const between = inTenant(simulator)
        await client.refresh()
        const isDone = await client.write(wanted, served)
        const expected = isDone ? (other?.change(inText(wanted)) ?? inText(wanted)) : between
        expect({ told, instances: inTenant(simulator) }).toEqual({ told, instances: [...expected].sort() })
        expect(other?.isThere() ?? true).toBe(true)
        const again = planPut(
          { now: client.now, served: client.read(), wanted: client.read(), name: 'random.ics' },
          client.context,
        )
        expect(again.requests).toEqual([])
      }
    } finally {
      await simulator.stop()
    }
  })
})
