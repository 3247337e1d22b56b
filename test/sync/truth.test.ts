// The three ways to learn a series give the same result on the same tenant, and the right one is found out by itself.
import { afterEach, describe, expect, it } from 'vitest'
import { silentLog, type Log } from '../../src/base/log.ts'
import { statusFault } from '../../src/simulator/faults.ts'
import type { SeriesStrategy } from '../../src/sync/cloud.ts'
import { dayMs, idOf, Rig, series, type RigOptions } from './rig.ts'

let rig: Rig | undefined

async function start(options: RigOptions = {}): Promise<Rig> {
  rig = await Rig.start(options)
  return rig
}

afterEach(async () => {
  await rig?.stop()
  rig = undefined
})

const weekly = { type: 'weekly', interval: 1, daysOfWeek: ['monday', 'wednesday'], firstDayOfWeek: 'monday' }
const at = (date: string, time: string, timeZone = 'W. Europe Standard Time') => ({
  dateTime: `${date}T${time}`,
  timeZone,
})

/** All kinds of series with changed and cancelled dates, near midnight in zones on both sides of UTC too. */
function fill({ tenant }: Rig): void {
  const { control } = tenant
  const standup = control.createEvent({}, series('Standup', '2026-01-05T09:30:00', weekly)).id
  control.updateInstance(standup, '2026-03-09', {
    subject: 'Moved',
    start: at('2026-03-10', '14:00:00'),
    end: at('2026-03-10', '15:00:00'),
  })
  for (const date of ['2026-03-11', '2026-04-06', '2026-08-03']) control.cancelInstance(standup, date)
  control.updateInstance(standup, '2026-04-08', { subject: 'Renamed only' })
  const late = control.createEvent(
    {},
    series('Late', '2026-02-02T22:30:00', { type: 'daily', interval: 1 }, undefined, 'Eastern Standard Time'),
  ).id
  for (const date of ['2026-03-05', '2026-03-06', '2026-03-20']) control.cancelInstance(late, date)
  control.updateInstance(late, '2026-03-10', { subject: 'Late, changed' })
  const early = control.createEvent(
    {},
    series(
      'Early',
      '2026-02-02T05:00:00',
      { type: 'daily', interval: 1 },
      { type: 'endDate', endDate: '2026-06-30' },
      'Tokyo Standard Time',
    ),
  ).id
  control.cancelInstance(early, '2026-03-05')
  const monthly = control.createEvent(
    {},
    series('Rent', '2026-01-31T08:00:00', { type: 'absoluteMonthly', interval: 1, dayOfMonth: 31 }),
  ).id
  control.cancelInstance(monthly, '2026-03-31')
  const holiday = {
    ...series('Day off', '2026-01-02T00:00:00', {
      type: 'weekly',
      interval: 2,
      daysOfWeek: ['friday'],
      firstDayOfWeek: 'monday',
    }),
    isAllDay: true,
    end: at('2026-01-03', '00:00:00'),
  }
  const allDay = control.createEvent({}, holiday).id
  control.cancelInstance(allDay, '2026-03-13')
  control.createEvent(
    {},
    series('Plain', '2026-03-03T12:00:00', {
      type: 'relativeMonthly',
      interval: 1,
      daysOfWeek: ['tuesday'],
      index: 'first',
    }),
  )
}

async function mirrored(own: Rig): Promise<readonly unknown[]> {
  const all = await Promise.all([...own.mirror.keys().keys()].sort().map((key) => own.mirror.series(key)))
  return all
}

describe('the same tenant', () => {
  it('is the same series by series, read in each of the three ways', async () => {
    const own = await start()
    fill(own)
    const results: Record<string, readonly unknown[]> = {}
    for (const strategy of ['direct', 'blob', 'instances'] as const) {
      own.clouds.of(own.client.host).strategy = strategy
      // A new chain tries the others again.
      if (strategy === 'instances') own.tenant.faults.add({ path: '0x8216', count: 0, effect: statusFault(400) })
      await own.round({ full: true })
      expect(own.clouds.of(own.client.host).strategy).toBe(strategy)
      expect(await own.shown()).toEqual(own.expected())
      results[strategy] = await mirrored(own)
    }
    expect(results['blob']).toEqual(results['direct'])
    expect(results['instances']).toEqual(results['direct'])
  })

  it.each(['local', 'utc'] as const)('is right whether cancelled dates are %s dates', async (oidDate) => {
    const own = await start({ simulator: { switches: { oidDate } } })
    fill(own)
    await own.round()
    expect(await own.shown()).toEqual(own.expected())
  })

  it.each(['local', 'utc'] as const)(
    'is right without the recurrence property too, cancelled dates %s',
    async (oidDate) => {
      const own = await start({ simulator: { switches: { oidDate } } })
      fill(own)
      // A server that does not give the property away.
      const withoutBlob = own.client.get.bind(own.client)
      own.client.get = (path, options) => {
        const { $expand, ...query } = options.query ?? {}
        const expand = typeof $expand === 'string' ? $expand.replace(/ or id eq 'Binary [^']*'/, '') : $expand
        return withoutBlob(path, { ...options, query: expand === undefined ? query : { ...query, $expand: expand } })
      }
      await own.round()
      expect(await own.shown()).toEqual(own.expected())
      expect(own.clouds.of(own.client.host).cancelledDates).toBe(oidDate)
      // Found out once: the next change costs no look at the instances.
      own.tenant.control.cancelInstance(idOf(own, 'Late'), '2026-03-25')
      expect(await own.counted()).toEqual(['delta', 'series'])
      expect(await own.shown()).toEqual(own.expected())
    },
  )

  it.each(['direct', 'blob', 'instances'] as const)(
    'is right when its first date lies in the hour that a spring night leaves out, read by way of %s',
    async (strategy) => {
      const own = await start({ simulator: { switches: { cloud: strategy === 'direct' ? 'global' : 'national' } } })
      if (strategy === 'instances') own.tenant.faults.add({ path: '0x8216', count: 0, effect: statusFault(400) })
      own.tenant.control.createEvent({}, series('Gap', '2026-03-29T02:00:00', { type: 'daily', interval: 1 }))
      const night = { type: 'absoluteMonthly', interval: 1, dayOfMonth: 8 }
      own.tenant.control.createEvent(
        {},
        {
          ...series('Shift', '2026-03-08T02:00:00', night, undefined, 'Eastern Standard Time'),
          end: at('2026-03-08', '05:00:00', 'Eastern Standard Time'),
        },
      )
      await own.round()
      expect(own.clouds.of(own.client.host).strategy).toBe(strategy)
      expect(await own.shown()).toEqual(own.expected())
    },
  )

  it.each([
    { expandedExceptionsLink: true },
    { expandedExceptionsLink: false },
    { expandedExceptionsLink: true, exceptionOccurrencesPath: false },
  ])('is right when more than three changed dates are cut off, with %j', async (switches) => {
    const own = await start({ simulator: { switches: { expandedExceptions: 3, ...switches } } })
    const { id } = own.tenant.control.createEvent({}, series('Standup', '2026-01-05T09:30:00', weekly))
    for (let week = 0; week < 8; week += 1) {
      const date = new Date(Date.UTC(2026, 2, 2) + week * 7 * dayMs).toISOString().slice(0, 10)
      own.tenant.control.updateInstance(id, date, { subject: `Changed ${week}` })
    }
    await own.round()
    expect(await own.shown()).toEqual(own.expected())
  })
})

describe('the way that a cloud needs', () => {
  it('is found out once, said once, and costs nothing more then', async () => {
    const said: string[] = []
    const log: Log = { ...silentLog, info: (message) => said.push(message) }
    const own = await start({ log, simulator: { switches: { cloud: 'national' } } })
    fill(own)
    await own.round()
    expect(said.filter((message) => message.startsWith('found out how'))).toHaveLength(1)
    expect(own.clouds.of(own.client.host).strategy).toBe('blob')
    expect(await own.shown()).toEqual(own.expected())
    own.tenant.control.createEvent({}, series('New', '2026-03-02T10:00:00', weekly))
    expect(await own.counted()).toEqual(['delta', 'series'])
  })

  it('is the instances where nothing else is told', async () => {
    const own = await start({ simulator: { switches: { cloud: 'national' } } })
    fill(own)
    own.tenant.faults.add({ path: '0x8216', count: 0, effect: statusFault(400) })
    await own.round()
    expect(own.clouds.of(own.client.host).strategy).toBe('instances')
    expect(await own.shown()).toEqual(own.expected())
  })

  it('and of a date outside the window nothing is kept that a new rule does not have', async () => {
    const window = { kind: 'rolling', pastMs: 30 * dayMs, futureMs: 200 * dayMs } as const
    const own = await start({ window, simulator: { switches: { cloud: 'national' } } })
    own.tenant.faults.add({ path: '0x8216', count: 0, effect: statusFault(400) })
    const { id, immutableId } = own.tenant.control.createEvent({}, series('Standup', '2026-02-23T09:30:00', weekly))
    own.tenant.control.updateInstance(id, '2026-03-09', { subject: 'Changed' })
    await own.round()
    own.clock.advance(120 * dayMs)
    await own.round()
    expect((await own.mirror.series(immutableId))?.exceptions).toHaveLength(1)
    const { recurrence, start: begin, end } = series('Standup', '2026-06-15T10:00:00', weekly)
    own.tenant.control.updateEvent(id, { recurrence, start: begin, end })
    await own.round()
    expect((await own.mirror.series(immutableId))?.exceptions).toEqual([])
    expect(await own.shown()).toEqual(own.expected())
  })

  it('stays when one series alone can be read by its instances only', async () => {
    const own = await start()
    fill(own)
    const { id, immutableId } = own.tenant.control.createEvent({}, series('Odd', '2026-03-02T10:00:00', weekly))
    await own.round()
    own.tenant.faults.add({ path: `/events/${immutableId}\\?.*0x8216`, count: 0, effect: statusFault(400) })
    own.tenant.control.cancelInstance(id, '2026-03-09')
    await own.round()
    expect(own.clouds.of(own.client.host).strategy).toBe('direct')
    expect(await own.shown()).toEqual(own.expected())
  })

  it('is looked for again with a new chain, when it was the instances only because others were refused for a while', async () => {
    const own = await start()
    fill(own)
    own.tenant.faults.add({ path: '0x8216', count: 0, effect: statusFault(400) })
    await own.round()
    expect(own.clouds.of(own.client.host).strategy).toBe('instances')
    own.tenant.faults.clear()
    own.clock.advance(400 * dayMs)
    await own.round()
    expect(own.clouds.of(own.client.host).strategy).toBe('direct')
    expect(await own.shown()).toEqual(own.expected())
  })

  it('and of a whole calendar what comes near in time is looked at in time', async () => {
    const window = { kind: 'rolling', pastMs: 30 * dayMs, futureMs: 100 * dayMs } as const
    const own = await start({ track: 'all', window, simulator: { switches: { cloud: 'national' } } })
    own.tenant.faults.add({ path: '0x8216', count: 0, effect: statusFault(400) })
    const { id } = own.tenant.control.createEvent({}, series('Standup', '2026-02-23T09:30:00', weekly))
    for (const date of ['2026-06-01', '2026-07-29', '2026-08-12', '2026-09-30', '2026-11-04'])
      own.tenant.control.cancelInstance(id, date)
    await own.round()
    for (let month = 0; month < 9; month += 1) {
      own.clock.advance(25 * dayMs)
      await own.round()
      expect(await own.shown()).toEqual(own.expected())
    }
  })

  it.each<[SeriesStrategy, SeriesStrategy]>([
    ['direct', 'blob'],
    ['blob', 'direct'],
  ])('is found out again when %s stops working', async (before, after) => {
    const own = await start({ simulator: { switches: { cloud: before === 'direct' ? 'global' : 'national' } } })
    fill(own)
    await own.round()
    expect(own.clouds.of(own.client.host).strategy).toBe(before)
    if (before === 'direct') own.tenant.setSwitches({ cloud: 'national' })
    else {
      own.tenant.setSwitches({ cloud: 'global' })
      own.tenant.faults.add({
        path: 'events/[^?]*\\?(?!.*cancelledOccurrences).*0x8216',
        count: 0,
        effect: statusFault(400),
      })
    }
    own.tenant.control.cancelInstance(idOf(own, 'Standup'), '2026-03-16')
    await own.round()
    expect(own.clouds.of(own.client.host).strategy).toBe(after)
    expect(await own.shown()).toEqual(own.expected())
  })
})

describe('with the instances alone', () => {
  it('what is known of dates outside the window stays', async () => {
    const own = await start()
    const { id } = own.tenant.control.createEvent({}, series('Standup', '2025-01-06T09:30:00', weekly))
    own.tenant.control.cancelInstance(id, '2025-02-03')
    own.tenant.control.updateInstance(id, '2025-02-10', { subject: 'Long ago' })
    await own.round()
    const [key] = own.mirror.keys().keys()
    const before = await own.mirror.series(key ?? '')
    own.clouds.of(own.client.host).strategy = 'instances'
    own.tenant.control.cancelInstance(id, '2026-03-16')
    await own.round()
    const after = await own.mirror.series(key ?? '')
    expect(after?.cancelled).toEqual([...(before?.cancelled ?? []), '2026-03-16'])
    expect(after?.exceptions.map(({ subject }) => subject)).toEqual(['Long ago'])
  })
})
