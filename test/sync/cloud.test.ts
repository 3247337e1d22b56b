// What is found out about a Graph host: once, kept in the store, found out again when it fails.
import { afterEach, describe, expect, it } from 'vitest'
import { forgetCloud, keptCloud, recallCloud, type Cloud } from '../../src/sync/cloud.ts'
import { mirrorOf, startPoller, type PollerRig } from './poller-rig.ts'
import { series } from './rig.ts'

let rig: PollerRig | undefined

afterEach(async () => {
  await rig?.stop()
  rig = undefined
})

const unknown: Cloud = { strategy: undefined, cancelledDates: undefined, shortMonths: undefined }
const daily = { type: 'daily', interval: 1 }

describe('what is known of a host', () => {
  it('is kept and recalled for that host only', () => {
    const cloud: Cloud = { strategy: 'blob', cancelledDates: 'utc', shortMonths: undefined }
    const kept: unknown = JSON.parse(JSON.stringify(keptCloud(cloud, 'graph.example')))
    const [same, other] = [{ ...unknown }, { ...unknown }]
    recallCloud(same, kept, 'graph.example')
    recallCloud(other, kept, 'graph.elsewhere')
    expect([same, other]).toEqual([cloud, unknown])
    forgetCloud(same)
    expect(keptCloud(same, 'graph.example')).toBeUndefined()
  })

  it('does not take the place of what has been found out since, and what is strange says nothing', () => {
    const cloud: Cloud = { ...unknown, strategy: 'direct' }
    recallCloud(cloud, { host: 'h', strategy: 'blob', cancelledDates: 'moon', shortMonths: 'skipped' }, 'h')
    expect(cloud).toEqual({ strategy: 'direct', cancelledDates: undefined, shortMonths: 'skipped' })
    for (const strange of [undefined, null, 7, 'text', []]) recallCloud(cloud, strange, 'h')
    expect(cloud.strategy).toBe('direct')
  })
})

describe('a process that starts again', () => {
  /** A national cloud: the direct way is refused there. */
  async function national(): Promise<PollerRig> {
    const own = (rig = await startPoller())
    own.tenant.setSwitches({ cloud: 'national' })
    own.tenant.control.createEvent({}, series('Course', '2026-03-02T12:00:00', daily))
    await own.poller.syncNow('work')
    return own
  }

  const refused = (own: PollerRig): number => own.tenant.log.list().filter(({ status }) => status === 400).length

  async function again(own: PollerRig, store = own.store): Promise<PollerRig> {
    await mirrorOf(own.mirrors, 'work').close()
    own.tenant.control.createEvent({}, series('Course 2', '2026-03-03T12:00:00', daily))
    const next = await startPoller({ tenant: own.tenant, clock: own.clock, store })
    await next.poller.syncNow('work')
    return next
  }

  it('knows the way of reading that works, and writes nothing for it in a quiet round', async () => {
    const own = await national()
    expect(refused(own)).toBe(1)
    const before = await own.store.head('work')
    expect(before?.notes).toMatchObject({ cloud: { strategy: 'blob' } })
    await own.poller.syncNow('work')
    expect((await own.store.head('work'))?.generation).toBe(before?.generation)
    const next = await again(own)
    expect(refused(next)).toBe(1)
    expect(mirrorOf(next.mirrors, 'work').list()).toHaveLength(2)
  })

  it('finds it out again when the known way fails', async () => {
    const own = await national()
    own.tenant.setSwitches({ cloud: 'global' })
    own.tenant.faults.add({
      path: 'Binary',
      count: 0,
      effect: { kind: 'status', status: 400, code: 'ErrorInvalidProperty', message: '', body: 'json' },
    })
    const next = await again(own)
    expect((await next.store.head('work'))?.notes).not.toMatchObject({ cloud: { strategy: 'blob' } })
    expect(mirrorOf(next.mirrors, 'work').list()).toHaveLength(2)
  })

  it('finds it out again when its store is gone, or a person wants everything read again', async () => {
    const own = await national()
    await own.poller.syncNow('work', { full: true })
    expect(refused(own)).toBe(2)
    const fresh = await startPoller({ tenant: own.tenant, clock: own.clock })
    await fresh.poller.syncNow('work')
    expect(refused(own)).toBe(3)
  })
})

describe('a series on the last days of months', () => {
  it('decides nothing for its host when its instances cannot be seen: the answer was too short', async () => {
    const own = (rig = await startPoller())
    const lastDay = { type: 'absoluteMonthly', interval: 1, dayOfMonth: 31 }
    own.tenant.control.createEvent({}, series('Rent', '2026-03-31T12:00:00', lastDay))
    own.tenant.scripts.set([{ path: '/v1.0/me/events/*/instances', body: { value: [] } }])
    await own.poller.syncNow('work')
    expect((await own.store.head('work'))?.notes).not.toMatchObject({ cloud: { shortMonths: 'skipped' } })
    own.tenant.scripts.set([])
    own.tenant.control.createEvent({}, series('Wages', '2026-03-31T14:00:00', lastDay))
    await own.poller.syncNow('work')
    expect((await own.store.head('work'))?.notes).toMatchObject({ cloud: { shortMonths: 'clamped' } })
  })
})
