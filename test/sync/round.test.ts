// One round over HTTP against the simulated tenant: what it asks, and that the mirror shows what Graph shows.
import { afterEach, describe, expect, it } from 'vitest'
import { Rig, series, single, type RigOptions } from './rig.ts'

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

describe('a first round', () => {
  it('publishes singles, series with changed and cancelled dates, and all-day events', async () => {
    const own = await start()
    const { tenant } = own
    tenant.control.createEvent({}, single('Dentist', '2026-03-05T09:00:00'))
    const { id } = tenant.control.createEvent({}, series('Standup', '2026-01-05T09:30:00', weekly))
    tenant.control.updateInstance(id, '2026-03-09', {
      subject: 'Standup (moved)',
      start: { dateTime: '2026-03-10T14:00:00', timeZone: 'W. Europe Standard Time' },
      end: { dateTime: '2026-03-10T14:30:00', timeZone: 'W. Europe Standard Time' },
    })
    tenant.control.cancelInstance(id, '2026-03-11')
    const result = await own.round()
    expect(result).toMatchObject({ kind: 'full', changed: 2, removed: 0, skipped: 0 })
    expect(await own.shown()).toEqual(own.expected())
    expect(own.expected().length).toBeGreaterThan(200)
  })
})

describe('requests per round', () => {
  it('a quiet round is one request and changes nothing', async () => {
    const own = await start()
    own.tenant.control.createEvent({}, single('Dentist', '2026-03-05T09:00:00'))
    await own.round()
    const before = own.mirror.state()
    expect(await own.counted()).toEqual(['delta'])
    expect(own.mirror.state().revision).toBe(before.revision)
    expect(own.mirror.state().syncToken).toBe(before.syncToken)
  })

  it('an edited known single is one request', async () => {
    const own = await start()
    const { id } = own.tenant.control.createEvent({}, single('Dentist', '2026-03-05T09:00:00'))
    await own.round()
    own.tenant.control.updateEvent(id, { subject: 'Dentist again' })
    expect(await own.counted()).toEqual(['delta'])
    expect(await own.titles()).toEqual(['Dentist again'])
  })

  it('a new single is two requests', async () => {
    const own = await start()
    await own.round()
    own.tenant.control.createEvent({}, single('Dentist', '2026-03-05T09:00:00'))
    expect(await own.counted()).toEqual(['delta', 'event'])
    expect(await own.shown()).toEqual(own.expected())
  })

  it.each(['always', 'never'] as const)(
    'an edited series is two requests, master rows %s there',
    async (deltaMasters) => {
      const own = await start({ simulator: { switches: { deltaMasters } } })
      const { id } = own.tenant.control.createEvent({}, series('Standup', '2026-01-05T09:30:00', weekly))
      await own.round()
      own.tenant.control.updateEvent(id, { subject: 'Daily' })
      own.tenant.control.cancelInstance(id, '2026-03-11')
      expect(await own.counted()).toEqual(['delta', 'series'])
      expect(await own.shown()).toEqual(own.expected())
    },
  )

  it('a deleted single is two requests: it is looked for before it is removed', async () => {
    const own = await start()
    const { id } = own.tenant.control.createEvent({}, single('Dentist', '2026-03-05T09:00:00'))
    await own.round()
    own.tenant.control.deleteEvent(id)
    expect(await own.counted()).toEqual(['delta', 'event'])
    expect(await own.titles()).toEqual([])
  })
})
