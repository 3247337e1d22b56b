// Chains that end, break, roll and start again: nothing is lost, and what did not change keeps its ETag.
import { afterEach, describe, expect, it } from 'vitest'
import { startSimulator } from '../../src/simulator/simulator.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { statusFault } from '../../src/simulator/faults.ts'
import { valuesOf } from '../../src/simulator/switches.ts'
import { dayMs, JumpingClock, noon, Rig, series, single, type RigOptions } from './rig.ts'

let rig: Rig | undefined

async function start(options: RigOptions = {}): Promise<Rig> {
  rig = await Rig.start(options)
  return rig
}

afterEach(async () => {
  await rig?.stop()
  rig = undefined
})

const weekly = { type: 'weekly', interval: 1, daysOfWeek: ['monday'], firstDayOfWeek: 'monday' }
const dayAt = (days: number, time = '10:00:00'): string =>
  `${new Date(noon + days * dayMs).toISOString().slice(0, 10)}T${time}`

function etags(own: Rig): Readonly<Record<string, string>> {
  return Object.fromEntries(own.mirror.list().map(({ uid, etag }) => [uid, etag]))
}

async function filled(options: RigOptions = {}): Promise<Rig> {
  const own = await start(options)
  for (let day = 1; day <= 9; day += 1) own.tenant.control.createEvent({}, single(`Event ${day}`, dayAt(day)))
  own.tenant.control.createEvent({}, series('Standup', dayAt(-200), weekly))
  return own
}

describe('a token that Graph has forgotten', () => {
  it.each(valuesOf('expiredToken'))('(%s) leads to a new chain that changes nothing', async (expiredToken) => {
    const own = await filled({ simulator: { switches: { expiredToken: expiredToken as 'syncStateNotFound' } } })
    await own.round()
    const before = [etags(own), own.mirror.state().syncToken]
    own.tenant.control.expireTokens()
    expect(await own.round()).toMatchObject({ kind: 'full', changed: 0, removed: 0 })
    expect([etags(own), own.mirror.state().syncToken]).toEqual(before)
    expect(await own.counted()).toEqual(['delta'])
  })

  it('in the middle of a first round begins that round again', async () => {
    const own = await filled({ pageSize: 3 })
    own.tenant.faults.add({ path: 'delta.*skiptoken', skip: 1, effect: { kind: 'gone' } })
    expect(await own.round()).toMatchObject({ kind: 'full', changed: 10 })
    expect(await own.shown()).toEqual(own.expected())
  })

  it('in the middle of a busy round does not lose what changed', async () => {
    const own = await filled({ pageSize: 3 })
    await own.round()
    for (let day = 11; day <= 19; day += 1) own.tenant.control.createEvent({}, single(`Event ${day}`, dayAt(day)))
    own.tenant.faults.add({ path: 'delta.*skiptoken', effect: { kind: 'gone' } })
    expect(await own.round()).toMatchObject({ kind: 'full', changed: 9, removed: 0 })
    expect(await own.shown()).toEqual(own.expected())
  })

  it('again and again ends the round as a failure, the live copy untouched', async () => {
    const own = await filled()
    await own.round()
    own.tenant.control.expireTokens()
    own.tenant.faults.add({ path: 'delta', count: 0, effect: { kind: 'gone' } })
    await expect(own.round()).rejects.toMatchObject({ kind: 'unavailable' })
    expect(own.mirror.list()).toHaveLength(10)
    own.tenant.faults.clear()
    expect(await own.round()).toMatchObject({ changed: 0, removed: 0 })
  })
})

describe('a round that never ends', () => {
  it('is given up, tried with smaller windows, and takes nothing away', async () => {
    const own = await filled()
    await own.round()
    const before = etags(own)
    own.tenant.setSwitches({ endless: true })
    own.tenant.control.createEvent({}, single('New', dayAt(3)))
    await expect(own.round()).rejects.toThrow(/again and again/)
    expect(etags(own)).toEqual(before)
    const windows = own.tenant.log.list().filter(({ path }) => path.includes('startDateTime'))
    expect(windows.length).toBeGreaterThan(3)
    expect(own.tenant.log.count).toBeLessThan(80)
    own.tenant.setSwitches({ endless: false })
    await own.round()
    expect(await own.shown()).toEqual(own.expected())
  })

  it('because of its later pages is not gone on with where a smaller window is to be tried', async () => {
    const own = await start({ pageSize: 3 })
    for (const day of [1, 2, 500, 501, 502, 503]) own.tenant.control.createEvent({}, single(`Event ${day}`, dayAt(day)))
    own.tenant.faults.add({ path: 'skiptoken', count: 0, effect: statusFault(500) })
    await expect(own.round()).rejects.toThrow(/HTTP 500/)
    await expect(own.round()).rejects.toThrow(/HTTP 500/)
    expect(await own.round({ shrink: 1 })).toMatchObject({ kind: 'full', pages: 1 })
    expect(await own.titles()).toEqual(['Event 1', 'Event 2', 'Event 500', 'Event 501', 'Event 502', 'Event 503'])
  })

  it('with the whole window only leaves what lies beyond the smaller one in place', async () => {
    const own = await filled()
    own.tenant.control.createEvent({}, single('Far away', dayAt(650)))
    await own.round()
    own.tenant.control.expireTokens()
    own.tenant.setSwitches({ maxWindowDays: 500 })
    expect(await own.round()).toMatchObject({ kind: 'full', removed: 0 })
    expect(await own.titles()).toContain('Far away')
    expect(Date.parse(own.mirror.state().window?.end ?? '')).toBeLessThan(noon + 500 * dayMs)
    expect(await own.counted()).toEqual(['delta'])
  })
})

describe('a window that rolls', () => {
  it('is read again before its far end comes near; what did not change keeps ETag and revision', async () => {
    const own = await filled()
    own.tenant.control.createEvent({}, single('Next year and a half', dayAt(900)))
    await own.round()
    const [before, end] = [etags(own), Date.parse(own.mirror.state().window?.end ?? '')]
    expect(await own.titles()).not.toContain('Next year and a half')
    own.clock.advance(100 * dayMs)
    expect(await own.counted({ auditEveryMs: Infinity })).toEqual(['delta'])
    own.clock.advance(90 * dayMs)
    const { revision } = own.mirror.state()
    expect(await own.round()).toMatchObject({ kind: 'full', changed: 1, held: 0 })
    expect(Date.parse(own.mirror.state().window?.end ?? '')).toBeGreaterThan(end + 180 * dayMs)
    const standup = Object.keys(before).find((uid) => etags(own)[uid] === before[uid])
    expect(standup).toBeDefined()
    expect(own.mirror.state().revision).toBe(revision + 1)
    expect(await own.titles()).toEqual(['Next year and a half', 'Standup'])
  })

  it('lets what slides out leave without asking anybody, whatever the brake', async () => {
    const own = await start()
    for (let day = 0; day < 60; day += 1) own.tenant.control.createEvent({}, single(`Old ${day}`, dayAt(-170 + day)))
    own.tenant.control.createEvent(
      {},
      series('Ended', dayAt(-170), weekly, { type: 'endDate', endDate: dayAt(-100).slice(0, 10) }),
    )
    own.tenant.control.createEvent({}, series('Goes on', dayAt(-170), weekly))
    await own.round()
    expect(own.mirror.list()).toHaveLength(62)
    own.clock.advance(190 * dayMs)
    const asked = await own.counted()
    expect(asked.filter((purpose) => purpose === 'event')).toEqual([])
    expect(own.mirror.state().notes.held).toEqual([])
    expect(await own.titles()).toEqual(['Goes on'])
  })

  it('that cannot be read yet leaves the live one at work', async () => {
    const own = await filled()
    await own.round()
    own.clock.advance(190 * dayMs)
    own.tenant.faults.add({ path: 'startDateTime', count: 0, effect: statusFault(503) })
    own.tenant.control.createEvent({}, single('New', dayAt(195)))
    expect(await own.round()).toMatchObject({ kind: 'incremental', changed: 1 })
    own.tenant.faults.clear()
    expect(await own.round()).toMatchObject({ kind: 'full' })
    expect(await own.shown()).toEqual(own.expected())
  })

  it('that is read over several rounds takes nothing back of what the live one has told meanwhile', async () => {
    const own = await start({ pageSize: 3 })
    const made = Array.from({ length: 8 }, (_, index) =>
      own.tenant.control.createEvent({}, single(`Event ${index}`, dayAt(200 + index))),
    )
    own.tenant.control.createEvent({}, series('Course', dayAt(200), weekly))
    await own.round()
    own.clock.advance(190 * dayMs)
    own.tenant.faults.add({ path: 'skiptoken', count: 0, effect: statusFault(503) })
    expect(await own.round()).toMatchObject({ kind: 'incremental', changed: 0 })
    for (const [index, { id }] of made.entries()) {
      if (index % 2 === 0) own.tenant.control.deleteEvent(id)
      else own.tenant.control.updateEvent(id, { subject: `Later ${index}` })
      expect(await own.round()).toMatchObject({ kind: 'incremental' })
    }
    const now = await own.titles()
    own.tenant.faults.clear()
    expect(await own.round()).toMatchObject({ kind: 'full', changed: 0, removed: 0 })
    expect(await own.titles()).toEqual(now)
    await own.round()
    expect(await own.shown()).toEqual(own.expected())
  })

  it('that is fixed never rolls', async () => {
    const window = { kind: 'fixed', from: '2026-01-01T00:00:00Z', to: '2026-12-31T00:00:00Z' } as const
    const own = await filled({ window })
    await own.round()
    own.clock.advance(600 * dayMs)
    expect(await own.counted({ auditEveryMs: Infinity })).toEqual(['delta'])
  })

  it('is read anew when the configuration asks for another one', async () => {
    const own = await filled()
    own.tenant.control.createEvent({}, single('Far away', dayAt(800)))
    await own.round()
    const wider = { kind: 'rolling', pastMs: 180 * dayMs, futureMs: 900 * dayMs } as const
    expect(await own.round({ window: wider })).toMatchObject({ kind: 'full', changed: 1, removed: 0 })
    expect(await own.counted({ window: wider })).toEqual(['delta'])
  })
})

describe('a first round that is killed', () => {
  it('goes on after the last page that was kept', async () => {
    const own = await filled({ pageSize: 2 })
    own.tenant.faults.add({ path: 'delta.*skiptoken', skip: 2, count: 0, effect: statusFault(400, { code: 'ErrorX' }) })
    own.tenant.faults.clear()
    const stop = new AbortController()
    let pages = 0
    const round = own.round({
      signal: stop.signal,
      onProgress: (progress) => {
        pages = progress.pages
        if (pages === 3) stop.abort(new Error('killed'))
      },
    })
    await expect(round).rejects.toThrow('killed')
    expect(own.mirror.state().isReady).toBe(false)
    await own.reopen()
    const asked = await own.counted()
    const whole = Math.ceil(own.expected().length / 2)
    expect(asked.filter((purpose) => purpose === 'delta').length).toBeLessThan(whole)
    expect(own.tenant.log.list().filter(({ path }) => path.includes('startDateTime'))).toHaveLength(1)
    expect(await own.shown()).toEqual(own.expected())
  })

  it('does not read again the series that it has read', async () => {
    const own = await start()
    for (let count = 0; count < 10; count += 1)
      own.tenant.control.createEvent({}, series(`Series ${count}`, dayAt(count), weekly))
    own.tenant.faults.add({ path: 'exceptionOccurrences', skip: 6, count: 0, effect: { kind: 'hang' } })
    const stop = new AbortController()
    const round = own.round({ signal: stop.signal })
    for (;;) {
      const reads = own.observed.filter(({ purpose }) => purpose === 'series').length
      if (reads >= 6) break
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    stop.abort(new Error('killed'))
    await expect(round).rejects.toThrow('killed')
    own.tenant.faults.clear()
    await own.reopen()
    expect((await own.counted()).filter((purpose) => purpose === 'series').length).toBeLessThanOrEqual(4)
    expect(await own.shown()).toEqual(own.expected())
  })

  it('keeps what came into the window after its pages were read', async () => {
    const window = { kind: 'rolling', pastMs: 30 * dayMs, futureMs: 300 * dayMs } as const
    const own = await filled({ window, pageSize: 1 })
    const { id } = own.tenant.control.createEvent({}, single('Late', dayAt(-10)))
    await own.round()
    own.clock.advance(280 * dayMs)
    own.tenant.control.createEvent({}, single('Sign of life', dayAt(281)))
    const stop = new AbortController()
    const rolling = own.round({
      signal: stop.signal,
      onProgress: ({ pages }) => pages === 2 && stop.abort(new Error('killed')),
    })
    await expect(rolling).rejects.toThrow('killed')
    own.tenant.control.updateEvent(id, single('Late', dayAt(290)))
    await own.reopen()
    expect(await own.round()).toMatchObject({ kind: 'full' })
    expect(await own.titles()).toContain('Late')
    expect(await own.shown()).toEqual(own.expected())
  })

  it('is begun anew when what was kept is of another wish', async () => {
    const own = await filled({ pageSize: 2 })
    const stop = new AbortController()
    await expect(
      own.round({ signal: stop.signal, onProgress: ({ pages }) => pages === 2 && stop.abort(new Error('killed')) }),
    ).rejects.toThrow('killed')
    const window = { kind: 'rolling', pastMs: 10 * dayMs, futureMs: 300 * dayMs } as const
    await own.round({ window })
    expect(own.tenant.log.list().filter(({ path }) => path.includes('startDateTime'))).toHaveLength(2)
    expect((await own.titles()).length).toBe(10)
  })
})

describe('events/delta', () => {
  it.each(['400', '404', '501'] as const)(
    'that is answered %s falls back to the window',
    async (eventsDeltaRefusal) => {
      const own = await filled({ track: 'all', simulator: { switches: { eventsDelta: 'none', eventsDeltaRefusal } } })
      expect(await own.round()).toMatchObject({ kind: 'full', changed: 10 })
      expect(own.mirror.state().cursor?.track).toBe('window')
      expect(await own.counted()).toEqual(['delta'])
    },
  )

  it('tracks events whenever they are', async () => {
    const own = await filled({ track: 'all' })
    own.tenant.control.createEvent({}, single('Long ago', dayAt(-2000)))
    own.tenant.control.createEvent({}, single('Far away', dayAt(2000)))
    await own.round()
    expect(own.mirror.state().cursor?.track).toBe('all')
    expect(await own.titles()).toEqual(expect.arrayContaining(['Long ago', 'Far away']))
    expect(await own.counted()).toEqual(['delta'])
    own.clock.advance(800 * dayMs)
    expect(await own.counted({ auditEveryMs: Infinity })).toEqual(['delta'])
  })

  it('reads what an edited single holds, an edited series once', async () => {
    const own = await filled({ track: 'all' })
    const { id } = own.tenant.control.createEvent({}, single('Lunch', dayAt(1)))
    const { id: master } = own.tenant.control.createEvent({}, series('Course', dayAt(1), weekly))
    await own.round()
    own.tenant.control.updateEvent(id, { subject: 'Late lunch' })
    expect(await own.counted()).toEqual(['delta', 'event'])
    own.tenant.control.updateEvent(master, { subject: 'Late course' })
    expect(await own.counted()).toEqual(['delta', 'series'])
    expect(await own.titles()).toEqual(expect.arrayContaining(['Late lunch', 'Late course']))
  })
})

describe('a full round', () => {
  it('on demand reads everything again and changes nothing', async () => {
    const own = await filled()
    await own.round()
    const before = [etags(own), own.mirror.state().syncToken]
    expect(await own.round({ full: true })).toMatchObject({ kind: 'full', changed: 0, removed: 0, drift: 0 })
    expect([etags(own), own.mirror.state().syncToken]).toEqual(before)
  })

  it('after a clock that jumped back does no harm', async () => {
    const clock = new JumpingClock(noon)
    const own = await filled({ clock })
    await own.round()
    clock.advance(-400 * dayMs)
    expect(await own.round()).toMatchObject({ removed: 0 })
    clock.advance(400 * dayMs)
    await own.round()
    expect(await own.shown()).toEqual(own.expected())
  })
})

describe('a Graph at another address', () => {
  it.each(['after a whole chain', 'in the middle of one'])(
    'is read anew (%s): kept links lead to the former one',
    async (when) => {
      const clock = new JumpingClock()
      const store = MemoryStore.create(clock)
      const own = await filled({ clock, store, pageSize: 3 })
      if (when === 'in the middle of one')
        own.tenant.faults.add({ path: 'skiptoken', count: 0, effect: statusFault(400) })
      await own.round().catch(() => undefined)
      await own.mirror.close()
      await own.stop()
      const tenant = await startSimulator({ events: 0, clock })
      tenant.control.createEvent({}, single('Here', dayAt(1)))
      const there = (rig = await Rig.on(tenant, { clock, store, pageSize: 3 }))
      expect(await there.round({ brake: { removals: 100, share: 1 } })).toMatchObject({ kind: 'full' })
      expect(await there.titles()).toEqual(['Here'])
      expect(await there.counted()).toEqual(['delta'])
    },
  )
})
