// fixtures/write/<case>: events.json (what Graph has, and the context), served.ics where the client had another text than
// what is served now, put.ics, and in requests.json the plan or its refusal.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { GraphdavError } from '../../src/base/errors.ts'
import { planPut } from '../../src/convert/plan.ts'
import type { CalendarObject, Component } from '../../src/ical/object.ts'
import { eventsOf } from '../../src/ical/text.ts'
import { pick, randomFrom, type Random } from './random-series.ts'
import { planOf, readCase } from './write-cases.ts'

const folder = resolve(import.meta.dirname, '../../fixtures/write')
const cases = readdirSync(folder)

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
const count = Number(process.env['SPLICED'] ?? 150)

describe(`any text for any event (seed ${seed})`, () => {
  it('gives a plan or one of our own errors', () => {
    const random = randomFrom(seed)
    const all = cases.map((name) => readCase(join(folder, name)))
    const outcomes = { plans: 0, refusals: 0 }
    for (let run = 0; run < count; run += 1) {
      const [{ wanted, context }, other, base] = [pick(random, all), pick(random, all), pick(random, all)]
      const put = spliced(other.wanted.wanted, pick(random, all).wanted.wanted, random)
      const served = random() < 0.5 ? wanted.served : base.wanted.wanted
      try {
        const { requests } = planPut({ ...wanted, served, wanted: put }, { ...context, isResumed: random() < 0.2 })
        expect(JSON.parse(JSON.stringify(requests))).toEqual(requests)
        outcomes.plans += 1
      } catch (error) {
        if (!(error instanceof GraphdavError)) throw error
        outcomes.refusals += 1
      }
    }
    expect(outcomes.plans).toBeGreaterThan(5)
    expect(outcomes.refusals).toBeGreaterThan(5)
  })
})

// Lines of one event among those of another, as no client would send them.
function spliced(one: CalendarObject, other: CalendarObject, random: Random): CalendarObject {
  const foreign = eventsOf(other).flatMap(({ properties }) => properties.filter(() => random() < 0.1))
  const change = (event: Component): Component => ({
    ...event,
    properties: [
      ...event.properties.filter(({ name }) => random() > 0.05 || name === 'UID' || name === 'DTSTART'),
      ...foreign,
    ],
  })
  return {
    ...one,
    zones: [...one.zones, ...other.zones],
    master: one.master && change(one.master),
    overrides: one.overrides.map(change),
  }
}

describe('planPut', () => {
  it('has many cases, each complete', () => {
    expect(cases.length).toBeGreaterThanOrEqual(100)
    const files = ['events.json', 'put.ics', 'requests.json']
    expect(cases.filter((name) => !files.every((file) => existsSync(join(folder, name, file))))).toEqual([])
  })

  it.each(cases)('%s', (name) => {
    const expected: unknown = JSON.parse(readFileSync(join(folder, name, 'requests.json'), 'utf8'))
    expect(planOf(readCase(join(folder, name)))).toEqual(expected)
  })
})
