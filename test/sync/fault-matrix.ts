// The fault matrix: each way in which Graph fails, at each place of a round, in each kind of round. After the fault ends the
// mirror equals the tenant, nothing was removed that is still there, and what did not change keeps its ETag.
import { expect } from 'vitest'
import { statusFault, type Effect } from '../../src/simulator/faults.ts'
import { dayMs, idOf, noon, Rig, series, single } from './rig.ts'

export const faults: Readonly<Record<string, Effect>> = {
  '429, Retry-After in seconds': statusFault(429, { retryAfter: '2' }),
  '429, Retry-After fractional': statusFault(429, { retryAfter: '2.128' }),
  '429, Retry-After as a date': statusFault(429, { retryAfter: 'date+3' }),
  '429, Retry-After beyond all patience': statusFault(429, { retryAfter: '900' }),
  '429 without Retry-After': statusFault(429),
  '503 with Retry-After': statusFault(503, { retryAfter: '5' }),
  '503 without Retry-After': statusFault(503),
  '500': statusFault(500),
  '504 with an empty message': statusFault(504),
  '502 with a page of a proxy': statusFault(502, { body: 'html' }),
  '509': statusFault(509),
  '401': statusFault(401),
  '403': statusFault(403),
  '400': statusFault(400),
  '400 badly formed token': statusFault(400, { code: 'ErrorInvalidParameter', message: 'Badly formed token.' }),
  '404 without a body': statusFault(404, { body: 'empty' }),
  '410': { kind: 'gone' },
  'a page of a hotel network': statusFault(200, { body: 'html' }),
  'a closed connection': { kind: 'drop' },
  'a cut connection': { kind: 'cut' },
  'truncated JSON': { kind: 'truncated' },
  'an answer that never comes': { kind: 'hang' },
  'an answer that is late': { kind: 'slow', ms: 5 },
}

export const rounds = ['first sync', 'quiet round', 'busy round'] as const
type Round = (typeof rounds)[number]
const places = ['first page', 'middle page', 'last page', 'dirty read'] as const
type Place = (typeof places)[number]

const weekly = { type: 'weekly', interval: 1, daysOfWeek: ['monday', 'thursday'], firstDayOfWeek: 'monday' }
const dayAt = (days: number): string => `${new Date(noon + days * dayMs).toISOString().slice(0, 10)}T10:00:00`
const window = { kind: 'rolling', pastMs: 30 * dayMs, futureMs: 60 * dayMs } as const

function fill(rig: Rig): void {
  const { control } = rig.tenant
  for (let day = 0; day < 7; day += 1) control.createEvent({}, single(`Single ${day}`, dayAt(day)))
  for (let count = 0; count < 3; count += 1) {
    const { id } = control.createEvent({}, series(`Series ${count}`, dayAt(count * 7), weekly))
    control.updateInstance(id, dayAt(21).slice(0, 10), { subject: `Changed ${count}` })
    control.cancelInstance(id, dayAt(28).slice(0, 10))
  }
}

/** Edits, and the titles of what they leave alone. */
function edit(rig: Rig): void {
  const { control } = rig.tenant
  for (const day of [0, 1, 2]) control.updateEvent(idOf(rig, `Single ${day}`), { subject: `Edited ${day}` })
  control.deleteEvent(idOf(rig, 'Single 3'))
  control.createEvent({}, single('New', dayAt(9)))
  control.cancelInstance(idOf(rig, 'Series 0'), dayAt(14).slice(0, 10))
  control.updateInstance(idOf(rig, 'Series 1'), dayAt(14).slice(0, 10), { subject: 'Changed again' })
  control.createEvent({}, series('New series', dayAt(0), weekly))
}

const untouched = ['Single 4', 'Single 5', 'Single 6', 'Series 2']

async function prepared(round: Round): Promise<Rig> {
  const rig = await Rig.start({ window, pageSize: 2, timeoutMs: 200 })
  fill(rig)
  if (round !== 'first sync') await rig.round()
  if (round === 'busy round') edit(rig)
  return rig
}

/** How many pages each kind of round has, seen once without any fault. */
async function pagesOf(round: Round): Promise<number> {
  const rig = await prepared(round)
  const asked = await rig.counted()
  await rig.stop()
  return asked.filter((purpose) => purpose === 'delta').length
}

const pages: Readonly<Record<Round, number>> = {
  'first sync': await pagesOf('first sync'),
  'quiet round': await pagesOf('quiet round'),
  'busy round': await pagesOf('busy round'),
}

function orderOf(round: Round, place: Place): { readonly path: string; readonly skip: number } | undefined {
  if (place === 'first page') return { path: round === 'first sync' ? 'startDateTime' : 'deltatoken', skip: 0 }
  if (place === 'dirty read') return round === 'quiet round' ? undefined : { path: '/events/AA', skip: 1 }
  if (pages[round] < 3) return undefined
  return { path: 'skiptoken', skip: place === 'middle page' ? 0 : pages[round] - 2 }
}

async function etagsByTitle(rig: Rig): Promise<ReadonlyMap<string, string>> {
  const resources = await rig.mirror.read(rig.mirror.list().map(({ name }) => name))
  return new Map(resources.map(({ text, etag }) => [/^SUMMARY:(.*)$/m.exec(text)?.[1]?.trim() ?? '', etag]))
}

/** One way to fail, at one place of one kind of round, once or for as long as the round lasts. */
export interface Cell {
  readonly fault: string
  readonly round: Round
  readonly place: Place
  readonly lasting: boolean
}

export const cells: readonly Cell[] = Object.keys(faults).flatMap((fault) =>
  rounds.flatMap((round) =>
    places.flatMap((place) => {
      if (orderOf(round, place) === undefined) return []
      // A server that hangs for ever is waited for once only: five waits would be five times the same.
      const isSlow = faults[fault]?.kind === 'hang'
      return isSlow
        ? [{ fault, round, place, lasting: false }]
        : [false, true].map((lasting) => ({ fault, round, place, lasting }))
    }),
  ),
)

/** Runs a cell; it fails as an assertion does. */
export async function runCell({ fault, round, place, lasting }: Cell): Promise<void> {
  const rig = await prepared(round)
  try {
    const before = await etagsByTitle(rig)
    const order = orderOf(round, place)
    const effect = faults[fault]
    if (order === undefined || effect === undefined) throw new Error('no such cell')
    rig.tenant.faults.add({ ...order, count: lasting ? 0 : 1, effect })
    const name = `${fault}, ${round}, ${place}, ${lasting ? 'lasting' : 'once'}`
    await rig.round().catch(() => undefined)
    expect(
      rig.tenant.faults.list().some(({ hits }) => hits > 0),
      `${name}: the fault was met`,
    ).toBe(true)
    const during = await etagsByTitle(rig)
    const kept = round === 'first sync' ? [] : untouched
    for (const title of kept) expect([name, title, during.get(title)]).toEqual([name, title, before.get(title)])
    // What was edited is there still, as it was or as it is.
    for (const day of round === 'first sync' ? [] : [0, 1, 2])
      expect([name, during.has(`Single ${day}`) || during.has(`Edited ${day}`)]).toEqual([name, true])
    rig.tenant.faults.clear()
    // A mailbox that was told to wait is left alone for so long.
    rig.clock.advance(1_000_000)
    await rig.round()
    expect([name, await rig.shown()]).toEqual([name, rig.expected()])
    const after = await etagsByTitle(rig)
    for (const title of kept) expect([name, title, after.get(title)]).toEqual([name, title, before.get(title)])
    expect([name, await rig.counted()]).toEqual([name, ['delta']])
    expect(Math.max(...Object.values(rig.tenant.meter.all()))).toBeLessThanOrEqual(3)
  } finally {
    await rig.stop()
  }
}
