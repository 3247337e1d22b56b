// Whatever comes in, only our own errors come out, soon: texts that are cut, spliced and scribbled over on their way to Graph,
// and events of Graph whose members are anything on their way to a text.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { GraphdavError } from '../../src/base/errors.ts'
import { eventToGraph } from '../../src/convert/event.ts'
import { renderResource } from '../../src/convert/render.ts'
import { parseEvent } from '../../src/graph/parse-event.ts'
import type { GraphEvent, GraphSeries } from '../../src/graph/types.ts'
import { zonesOf } from '../../src/ical/instant.ts'
import { parseObject } from '../../src/ical/parse.ts'
import { eventsOf } from '../../src/ical/text.ts'
import { expandIcs } from '../oracle/expand.ts'
import { graphEvent } from './graph-events.ts'
import { pick, randomFrom, type Random } from './random-series.ts'

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
const runs = Number(process.env['FUZZ'] ?? 500)
/** Milliseconds for all of them, on a busy machine too. */
const patience = Math.max(120_000, runs * 200)
/** Processor time of one conversion, and how much of the heap it may leave in use. */
const mostMs = 2000
const mostBytes = 64 * 1024 * 1024

const fixtures = resolve(import.meta.dirname, '../../fixtures')
const texts = ['convert', 'put'].flatMap((folder) =>
  readdirSync(join(fixtures, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => readFileSync(join(fixtures, folder, name, folder === 'put' ? 'put.ics' : 'object.ics'), 'utf8')),
)

/** Runs it; our own errors are fine, time and memory are bounded. True when it went through. */
function attempt(what: () => void): boolean {
  const begin = process.cpuUsage()
  const heap = process.memoryUsage().heapUsed
  try {
    what()
    return true
  } catch (error) {
    if (!(error instanceof GraphdavError)) throw error
    return false
  } finally {
    const { user, system } = process.cpuUsage(begin)
    expect((user + system) / 1000).toBeLessThan(mostMs)
    expect(process.memoryUsage().heapUsed - heap).toBeLessThan(mostBytes)
  }
}

function spoil(text: string, random: Random): string {
  const at = (): number => Math.floor(random() * text.length)
  const lines = text.split('\r\n')
  const line = (): string => pick(random, lines)
  switch (Math.floor(random() * 6)) {
    case 0:
      return text.slice(0, at())
    case 1:
      return text.slice(0, at()) + pick(random, texts).slice(at())
    case 2:
      return text.slice(0, at()) + String.fromCharCode(Math.floor(random() * 65_536)) + text.slice(at())
    case 3:
      return lines.map((one) => (random() < 0.05 ? line() : one)).join('\r\n')
    case 4:
      return lines.filter(() => random() > 0.05).join('\r\n')
    default:
      return text.replace(/\d+/g, (digits) =>
        random() < 0.1 ? String(Math.floor(random() * 10 ** (random() * 12))) : digits,
      )
  }
}

describe(`${runs} spoilt inputs (seed ${seed})`, () => {
  it(
    'texts go to Graph or are refused',
    () => {
      const random = randomFrom(seed)
      let through = 0
      for (let run = 0; run < runs; run += 1) {
        const text = Array.from({ length: 1 + Math.floor(random() * 3) }).reduce<string>(
          (spoilt) => spoil(spoilt, random),
          pick(random, texts),
        )
        const isThrough = attempt(() => {
          const object = parseObject(text)
          const context = { zones: zonesOf(object.zones, 'Europe/Berlin'), current: undefined, onLoss: () => undefined }
          eventsOf(object).forEach((event) => eventToGraph(event, context))
        })
        through += isThrough ? 1 : 0
      }
      // Not everything may be refused, or nothing was tried.
      expect(through).toBeGreaterThan(runs / 20)
    },
    patience,
  )

  it(
    'events of Graph become texts that can be read, or are refused',
    () => {
      const random = randomFrom(seed + 1)
      let through = 0
      for (let run = 0; run < runs; run += 1) {
        const series = spoiltSeries(random)
        const isThrough = attempt(() => {
          const { text } = renderResource({ uid: 'series@example.com', series: [series] }, { mailboxZone: 'UTC' })
          expect(text).not.toMatch(/[^\r]\n|\r[^\n]|[\u0000-\u0008\u000b\u000c\u000e-\u001f]/)
          parseObject(text)
          if (run % 10 === 0 && isCountable(series)) expandIcs(text, Date.UTC(2026, 0, 1), Date.UTC(2026, 6, 1))
        })
        through += isThrough ? 1 : 0
      }
      expect(through).toBeGreaterThan(runs / 4)
    },
    patience,
  )
})

// The other expander counts every date from the first one on.
function isCountable({ main }: GraphSeries): boolean {
  return (main.recurrence?.range.numberOfOccurrences ?? 0) < 1000 && main.start.dateTime > '1900'
}

const oddValues: readonly unknown[] = [
  null,
  '',
  0,
  -1,
  1e21,
  true,
  'ÄÖÜ\r\nBEGIN:VEVENT\r\n',
  '\u0000\u2028\ud800"^;:,\\',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.9999999',
  '2026-02-29T25:00:00',
  '2026-03-29T01:30:00.0000000',
  'tzone://Microsoft/Custom',
  'Lord Howe Standard Time',
  { dateTime: '2026-10-25T00:30:00.0000000', timeZone: 'UTC' },
  { dateTime: '1601-01-01T00:00:00', timeZone: 'Romance Standard Time' },
  [],
  {},
  [null, 'x', { emailAddress: { name: 'a"b', address: 'x@y\r\nz' } }],
  { pattern: { type: 'daily', interval: 99999 }, range: { type: 'noEnd' } },
  {
    pattern: { type: 'absoluteYearly', interval: 1, month: 2, dayOfMonth: 31 },
    range: { type: 'endDate', endDate: 'x' },
  },
  { pattern: { type: 'relativeMonthly', interval: 0 }, range: { type: 'numbered', numberOfOccurrences: 1e9 } },
]

function spoiltSeries(random: Random): GraphSeries {
  const main = spoiltEvent(random)
  const exceptions = Array.from({ length: Math.floor(random() * 3) }, () => ({
    ...spoiltEvent(random),
    recurrence: null,
    originalStart: pick(random, [null, '2026-03-03T09:00:00Z', 'x', '0001-01-01T00:00:00Z', '4499-01-01T00:00:00Z']),
  }))
  const cancelled = ['2026-03-03', '2026-03-04', 'never', '0001-01-01'].filter(() => random() < 0.3)
  const values = pick(random, [
    null,
    null,
    '{"v":1,"main":[{"line":"X-A:1"},{"alarms":[["BEGIN:VEVENT"]]}]}',
    '[]',
    '{',
  ])
  return { key: main.id, main, exceptions, cancelled, kept: { uid: null, name: null, values } }
}

function spoiltEvent(random: Random): GraphEvent {
  const recurrence = random() < 0.5 ? null : { pattern: { type: 'weekly', daysOfWeek: ['tuesday'] } as const }
  const row: Record<string, unknown> = { ...graphEvent({ recurrence }), body: { contentType: 'html', content: '<p>x' } }
  for (const key of Object.keys(row)) if (random() < 0.06) row[key] = pick(random, oddValues)
  const parsed = parseEvent(row)
  return parsed.kind === 'event' ? parsed.event : graphEvent({ recurrence })
}
