// The sample, the generated and the living tenant; equal seeds, equal worlds.
import { describe, expect, it } from 'vitest'
import { livingStep, startLiving } from '../../src/simulator/living.ts'
import { generateEvents } from '../../src/simulator/generate.ts'
import type { Simulator } from '../../src/simulator/simulator.ts'
import { ask, askAll, type Json, round, start, startSample, summaries, text } from './harness.ts'

const now = Date.UTC(2026, 4, 13, 9)
const range = { from: '2025-11-01T00:00:00Z', to: '2027-01-01T00:00:00Z' }
const window = 'startDateTime=2025-11-01T00:00:00Z&endDateTime=2027-11-01T00:00:00Z'

const eventsOf = (simulator: Simulator, where = {}) => simulator.control.truth(where).events

describe('the sample tenant', () => {
  const sample = () => startSample({ now })

  it('has a year of work: series with a moved and a cancelled date, answers, private and tentative entries, today', async () => {
    const simulator = await sample()
    const events = eventsOf(simulator)
    const named = (subject: string) => events.find((event) => event['subject'] === subject)
    expect(named('Stand-up')).toMatchObject({ cancelledDates: ['2026-05-22'], exceptionDates: ['2026-05-20'] })
    const answers = events
      .filter((event) => event['isOrganizer'] === false)
      .map((event) => (event['responseStatus'] as Json)['response'])
    expect(new Set(answers)).toEqual(new Set(['accepted', 'tentativelyAccepted', 'declined', 'notResponded']))
    expect(events.filter((event) => event['sensitivity'] === 'private')).toHaveLength(1)
    expect(events.some((event) => event['showAs'] === 'tentative' && event['isOrganizer'] === true)).toBe(true)
    expect(named('Harbour: weekly call')).toMatchObject({
      isOnlineMeeting: true,
      body: { content: expect.stringContaining('Join the meeting') },
    })
    const today = simulator.control.truth({}, { from: '2026-05-13T00:00:00Z', to: '2026-05-14T00:00:00Z' }).instances
    expect(today.map((event) => event['subject'])).toEqual(expect.arrayContaining(['Lunch with Noor', 'Stand-up']))
  })

  it('has a series of another zone over its DST changes', async () => {
    const simulator = await sample()
    const { instances } = simulator.control.truth({}, range)
    const starts = instances
      .filter((one) => one['subject'] === 'New York call')
      .map((one) => text((one as unknown as Json)['start'], 'dateTime').slice(11, 16))
    expect(new Set(starts)).toEqual(new Set(['14:00', '15:00']))
  })

  it('has something in every calendar that a configuration can name', async () => {
    const simulator = await sample()
    expect(simulator.control.calendars().filter(({ events }) => events === 0)).toEqual([])
    const birthdays = eventsOf(simulator, { calendar: 'Birthdays' })
    expect(birthdays.every((event) => event['isAllDay'] === true && event['recurrence'] !== null)).toBe(true)
  })

  it('can be made on any day of the year', async () => {
    for (let day = 0; day < 366; day += 13) {
      const simulator = await startSample({ now: Date.UTC(2028, 0, 1 + day, 22, 30) })
      expect(eventsOf(simulator).length).toBeGreaterThan(25)
      await simulator.stop()
    }
  })

  it('every answer of it is as the schema wants it', async () => {
    const simulator = await sample()
    for (const calendar of simulator.control.calendars().filter(({ address }) => address.startsWith('mara'))) {
      await round(simulator, `/v1.0/me/calendars/${calendar.id}/calendarView/delta?${window}`)
      await askAll(simulator, `/v1.0/me/calendars/${calendar.id}/events?$top=100`)
    }
    expect(simulator.violations).toEqual([])
  })
})

describe('generated tenants', () => {
  it('have as many events as asked, of every kind', async () => {
    const simulator = await start({ events: 400, now })
    const events = eventsOf(simulator)
    expect(events).toHaveLength(400)
    const patterns = events.flatMap((event) =>
      event['recurrence'] === null ? [] : [(event['recurrence'] as Json)['pattern']?.['type']],
    )
    expect(new Set(patterns).size).toBe(6)
    const ranges = events.flatMap((event) =>
      event['recurrence'] === null ? [] : [(event['recurrence'] as Json)['range']?.['type']],
    )
    expect(new Set(ranges).size).toBe(3)
    expect(new Set(events.map((event) => event['originalStartTimeZone'])).size).toBeGreaterThan(15)
    expect(events.some((event) => JSON.stringify(event['cancelledDates']) !== '[]')).toBe(true)
    expect(events.some((event) => JSON.stringify(event['exceptionDates']) !== '[]')).toBe(true)
    expect(events.filter((event) => event['isAllDay'] === true).length).toBeGreaterThan(50)
  })

  it('are the same for the same seed and another for another', async () => {
    const world = async (seed: number): Promise<string> => {
      const simulator = await start({ events: 60, now, seed })
      const delta = await round(simulator, `/v1.0/me/calendarView/delta?${window}`)
      return JSON.stringify([
        simulator.control.truth({}, range),
        delta.rows,
        delta.deltaLink.replace(simulator.url, ''),
      ])
    }
    expect(await world(7)).toBe(await world(7))
    expect(await world(8)).not.toBe(await world(7))
  })

  it('can be series only, in any calendar', async () => {
    const simulator = await start({ now })
    const personal = [...simulator.tenant.calendars.values()].find(({ name }) => name === 'Personal')
    if (personal)
      generateEvents({ tenant: simulator.tenant, switches: simulator.switches() }, personal, {
        count: 20,
        kind: 'series',
      })
    const events = eventsOf(simulator, { calendar: 'Personal' })
    expect(events.filter((event) => event['recurrence'] !== null)).toHaveLength(20)
  })

  it('show the same instances in calendarView, instances and delta', async () => {
    const simulator = await start({ events: 150, now })
    const ids = (rows: readonly Json[]): readonly string[] => rows.map((row) => text(row, 'id')).sort()
    const view = await askAll(
      simulator,
      `/v1.0/me/calendarView?${window.replace('2027-11', '2026-11')}&$select=id&$top=1000`,
    )
    const delta = await round(simulator, `/v1.0/me/calendarView/delta?${window.replace('2027-11', '2026-11')}`, {
      prefer: 'odata.maxpagesize=500',
    })
    expect(ids(delta.rows.filter((row) => text(row, 'type') !== 'seriesMaster'))).toEqual(ids(view))
    const masters = await askAll(simulator, '/v1.0/me/events?$select=id,type&$top=1000')
    const instances: Json[] = masters.filter((row) => text(row, 'type') === 'singleInstance')
    for (const master of masters.filter((row) => text(row, 'type') === 'seriesMaster')) {
      const path = `/v1.0/me/events/${text(master, 'id')}/instances?${window.replace('2027-11', '2026-11')}&$select=id&$top=500`
      instances.push(...(await askAll(simulator, path)))
    }
    const seen = new Set(ids(view))
    expect(ids(instances).filter((id) => seen.has(id))).toEqual(ids(view))
  })
})

describe('the living tenant', () => {
  it('does its steps in a fixed order, each visible in the next round', async () => {
    const simulator = await startSample({ now })
    const place = { tenant: simulator.tenant, switches: simulator.switches() }
    let { deltaLink } = await round(simulator, `/v1.0/me/calendarView/delta?${window}`)
    const done: string[] = []
    for (let step = 0; step < 21; step += 1) {
      done.push(livingStep(place, step))
      const next = await round(simulator, deltaLink)
      expect([step, next.rows.length > 0]).toEqual([step, true])
      deltaLink = next.deltaLink
    }
    expect(new Set(done).size).toBe(7)
    expect(done.slice(0, 7)).toEqual(done.slice(7, 14))
  })

  it('a step whose event is gone does nothing and says so', async () => {
    const simulator = await start({ now })
    const place = { tenant: simulator.tenant, switches: simulator.switches() }
    const { sequence } = simulator.tenant
    expect(livingStep(place, 1)).toBe('there is no Focus time any more')
    expect(livingStep(place, 3)).toBe('there is no stand-up to move')
    expect(simulator.tenant.sequence).toBe(sequence)
  })

  it('runs on the clock until it is stopped', async () => {
    const wakes: (() => void)[] = []
    const clock = {
      now: () => now,
      sleep: (ms: number, signal?: AbortSignal) =>
        new Promise<void>((resolve, reject) => {
          expect(ms).toBe(30_000)
          wakes.push(resolve)
          signal?.addEventListener('abort', () => reject(new Error('aborted')))
        }),
    }
    const simulator = await startSample({ clock })
    const sentences: string[] = []
    const living = startLiving(simulator, { everyMs: 30_000, onChange: (sentence) => sentences.push(sentence) })
    for (let turn = 0; turn < 2; turn += 1) {
      wakes.shift()?.()
      while (wakes.length === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await living.stop()
    expect(sentences).toEqual(['a colleague put a short meeting into today', 'the focus time moved'])
    const rows = await askAll(simulator, '/v1.0/me/events?$top=100')
    expect(summaries(rows).some((row) => row.includes('Question from Noor'))).toBe(true)
    expect((await ask(simulator, '/v1.0/me')).status).toBe(200)
  })
})
