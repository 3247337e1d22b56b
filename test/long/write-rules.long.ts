// Every rule that Outlook can say, as a client writes it: the instances of the tenant are those that an independent reader finds in
// the client's own text, when it is new and after single dates were renamed, moved and cancelled. The RFC's own rules, and
// random ones in zones with odd clocks: 25, 1,000 with FULL=1; RULES=N says another number.
import * as fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { GraphdavError } from '../../src/base/errors.ts'
import type { Component } from '../../src/ical/object.ts'
import { component, property } from '../../src/ical/text.ts'
import { hours, printed, range, rules, startsIn, textFrom, zones } from '../convert/rule-texts.ts'
import { Chance } from '../sync/editor.ts'
import { differences, factsOfTenant, factsOfText, tellable, type Seen } from '../sync/write-facts.ts'
import { anyhow, ifMatch, WriteRig } from '../sync/write-rig.ts'
import { expandIcs } from '../oracle/expand.ts'

const seed = Number(process.env['SEED'] ?? 1)
const runs = Number(process.env['RULES'] ?? (process.env['FULL'] === '1' ? 1000 : 25))
const name = 'rule.ics'
const figures = { rules: 0, refused: 0, writes: 0, refusedEdits: 0, instances: 0 }

let bridge: WriteRig
beforeAll(async () => {
  const chance = new Chance(seed)
  const recurrencePatch = chance.pick(['dropsOnChange', 'drops', 'keeps'] as const)
  bridge = await WriteRig.start({ simulator: { switches: { recurrencePatch } } })
})
afterAll(async () => {
  await bridge.stop()
  console.log(`rules from seed ${seed}: ${JSON.stringify(figures)}`)
})

/** A text as a person goes on with it: what of it was touched by now. */
interface Draft {
  readonly text: string
  readonly touched: ReadonlySet<number>
}

function compact(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '')
}

/** Renames, moves or cancels a date that nobody touched yet. */
function edited({ text, touched }: Draft, chance: Chance, seen: Seen): Draft | undefined {
  const all = expandIcs(text, Date.parse(seen.from), Date.parse(seen.to))
  const free = all.filter(({ recurrenceId }) => recurrenceId !== undefined && !touched.has(recurrenceId))
  const one = free.length < 2 ? undefined : chance.pick(free.slice(0, 60))
  if (one?.recurrenceId === undefined) return undefined
  const now = new Set([...touched, one.recurrenceId])
  const deed = chance.between(1, 3)
  if (deed === 1) {
    const line = `EXDATE:${compact(one.recurrenceId)}\r\n`
    return { text: text.replace('BEGIN:VEVENT\r\n', `BEGIN:VEVENT\r\n${line}`), touched: now }
  }
  const shift = deed === 2 ? 0 : chance.pick([-90, 45, 180]) * 60_000
  const lines = [
    'BEGIN:VEVENT',
    `UID:${one.uid}`,
    'DTSTAMP:20260101T000000Z',
    `RECURRENCE-ID:${compact(one.recurrenceId)}`,
    `DTSTART:${compact(one.start + shift)}`,
    `DTEND:${compact(one.end + shift)}`,
    ...(deed === 2 ? [`SUMMARY:Date ${chance.between(1, 99)}`] : []),
    'END:VEVENT',
    'END:VCALENDAR',
  ]
  return { text: text.replace('END:VCALENDAR', lines.join('\r\n')), touched: now }
}

/** Writes it; undefined when it is refused. Then the tenant and what is served say what the text says. */
async function write(text: string, seen: Seen): Promise<string | undefined> {
  const before = [...factsOfTenant(bridge.tenant, 'default', seen).values()]
  const etag = await bridge.etag(name)
  try {
    await bridge.put(name, text, etag === '' ? anyhow : ifMatch(etag))
  } catch (error) {
    if (!(error instanceof GraphdavError) || error.code !== 'unsupported') throw error
    expect([...factsOfTenant(bridge.tenant, 'default', seen).values()]).toEqual(before)
    return undefined
  }
  figures.writes += 1
  const wanted = tellable(factsOfText(text, seen))
  const [tenant] = factsOfTenant(bridge.tenant, 'default', seen).values()
  expect([text, differences(tellable(tenant ?? new Map()), wanted)]).toEqual([text, []])
  const served = await bridge.text(name)
  expect([text, differences(tellable(factsOfText(served, seen)), wanted)]).toEqual([text, []])
  figures.instances += wanted.size / 4
  return served
}

async function tryRule(text: string, chance: Chance, seen: Seen): Promise<void> {
  let served = await write(text, seen)
  if (served === undefined) {
    figures.refused += 1

    return
  }
  figures.rules += 1
  let draft: Draft = { text, touched: new Set() }
  for (let step = 0; step < 4; step += 1) {
    // Some programs keep their own text, others go on from what they have read.
    const next = edited(chance.is(0.5) ? draft : { ...draft, text: served }, chance, seen)
    if (next === undefined) break
    const after = await write(next.text, seen)
    if (after === undefined) figures.refusedEdits += 1
    else [served, draft] = [after, next]
  }
  await bridge.remove(name)
}

// A rule within the day has no VTIMEZONE for its dates here; it is refused like all that Outlook cannot say.
function printable(event: Component): string | undefined {
  try {
    return printed(event)
  } catch (error) {
    if (error instanceof GraphdavError) return undefined
    throw error
  }
}

interface Example {
  readonly name: string
  readonly start: string
  readonly rules: readonly string[]
}

it('the rules of RFC 5545 §3.8.5.3', { timeout: 300_000 }, async () => {
  const file = join(import.meta.dirname, '../../fixtures/ical/rfc5545-recurrence.json')
  const examples = JSON.parse(readFileSync(file, 'utf8')) as readonly Example[]
  const chance = new Chance(seed)
  for (const { start, rules: own } of examples) {
    const lines = [
      property('UID', 'rule@example.com'),
      property('DTSTAMP', '20260101T000000Z'),
      property('DTSTART', start, { TZID: 'America/New_York' }),
      ...own.map((rule) => property('RRULE', rule)),
    ]
    const text = printable(component('VEVENT', lines))
    const years = { from: '1997-09-01T00:00:00Z', to: '1998-12-01T00:00:00Z' }
    if (text !== undefined) await tryRule(text, chance, years)
  }
  expect(figures.rules).toBeGreaterThan(10)
})

it(`${runs} random rules in zones with odd clocks`, { timeout: 3_600_000 }, async () => {
  const chance = new Chance(seed)
  const seen = { from: new Date(range.from).toISOString(), to: '2026-06-01T00:00:00Z' }
  const drawn = fc.tuple(rules, fc.constantFrom(...zones), hours, fc.integer({ min: 0, max: 500 }))
  const dayMs = 86_400_000
  const before = figures.rules
  for (const [rule, tzid, hour, day] of fc.sample(drawn, { seed, numRuns: runs * 40 })) {
    if (figures.rules - before >= runs) break
    const text = textFrom(rule, tzid, hour, range.from + day * dayMs)
    if (text !== undefined && startsIn(text).length > 0) await tryRule(text, chance, seen)
  }
  expect(figures.rules - before).toBe(runs)
})
