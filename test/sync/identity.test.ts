// UIDs and names of clients: read from the events that carry them, kept through edits, moves and new chains.
import { afterEach, describe, expect, it } from 'vitest'
import { keptPropertyIds } from '../../src/graph/extended-properties.ts'
import { statusFault } from '../../src/simulator/faults.ts'
import { Rig, series, single, type RigOptions } from './rig.ts'

let rig: Rig | undefined
let other: Rig | undefined

async function start(options: RigOptions = {}): Promise<Rig> {
  rig = await Rig.start(options)
  return rig
}

afterEach(async () => {
  await rig?.stop()
  await other?.stop()
  ;[rig, other] = [undefined, undefined]
})

const weekly = { type: 'weekly', interval: 1, daysOfWeek: ['monday'], firstDayOfWeek: 'monday' }

function carrying(uid: string, event: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return {
    ...event,
    singleValueExtendedProperties: [
      { id: keptPropertyIds.uid, value: uid },
      { id: keptPropertyIds.name, value: `${uid}.ics` },
    ],
  }
}

function names(own: Rig): readonly string[] {
  return own.mirror.list().map(({ uid, name }) => `${uid} ${name}`)
}

describe("a client's UID and name", () => {
  it('are those of the mirror after a first round, for singles and series', async () => {
    const own = await start()
    own.tenant.control.createEvent({}, carrying('a', single('Lunch', '2026-03-05T12:00:00')))
    own.tenant.control.createEvent({}, carrying('b', series('Course', '2026-03-02T12:00:00', weekly)))
    own.tenant.control.createEvent({}, single('Other', '2026-03-06T12:00:00'))
    await own.round()
    expect(names(own)).toEqual(expect.arrayContaining(['a a.ics', 'b b.ics']))
    expect(own.mirror.list()).toHaveLength(3)
  })

  it('are read with an event that comes later', async () => {
    const own = await start()
    await own.round()
    own.tenant.control.createEvent({}, carrying('a', single('Lunch', '2026-03-05T12:00:00')))
    own.tenant.control.createEvent({}, carrying('b', series('Course', '2026-03-02T12:00:00', weekly)))
    await own.round()
    expect(names(own)).toEqual(['a a.ics', 'b b.ics'])
  })

  it('stay when the event is edited, and when everything is read again', async () => {
    const own = await start()
    const { id } = own.tenant.control.createEvent({}, carrying('a', single('Lunch', '2026-03-05T12:00:00')))
    await own.round()
    own.tenant.control.updateEvent(id, { subject: 'Late lunch' })
    expect(await own.counted()).toEqual(['delta'])
    expect(names(own)).toEqual(['a a.ics'])
    await own.round({ full: true })
    expect(names(own)).toEqual(['a a.ics'])
    expect(await own.titles()).toEqual(['Late lunch'])
  })

  it('are found where the mailbox server cannot search for them', async () => {
    const own = await start()
    own.tenant.control.createEvent({}, carrying('a', single('Lunch', '2026-03-05T12:00:00')))
    own.tenant.faults.add({ path: 'Any\\(', count: 0, effect: statusFault(400) })
    await own.round()
    expect(names(own)).toEqual(['a a.ics'])
  })

  it('that appear while a first round runs are seen by it', async () => {
    const own = await start({ pageSize: 1 })
    own.tenant.control.createEvent({}, single('First', '2026-03-05T12:00:00'))
    own.tenant.control.createEvent({}, single('Second', '2026-03-06T12:00:00'))
    await own.round({
      onProgress: ({ pages }) => {
        if (pages === 1 && own.tenant.control.truth({}).events.length === 2) {
          own.tenant.control.createEvent({}, carrying('a', single('Third', '2026-03-07T12:00:00')))
        }
      },
    })
    await own.round()
    expect(names(own)).toContain('a a.ics')
    expect(await own.shown()).toEqual(own.expected())
  })
})

describe('an event that is moved to another calendar', () => {
  it('keeps its UID there', async () => {
    const own = await start()
    const { id } = own.tenant.control.createEvent({}, single('Lunch', '2026-03-05T12:00:00'))
    await own.round()
    const before = own.mirror.list().map(({ uid }) => uid)
    own.tenant.control.moveEvent(id, { calendar: 'Personal' })
    await own.round()
    expect(own.mirror.list()).toEqual([])
    const tenant = own.tenant
    other = await Rig.on(tenant, { source: { name: 'Personal' }, clock: own.clock })
    await other.round()
    expect(other.mirror.list().map(({ uid }) => uid)).toEqual(before)
  })
})

describe('ids', () => {
  it('are immutable ones on every request', async () => {
    const own = await start({ pageSize: 1 })
    own.tenant.control.createEvent({}, single('Lunch', '2026-03-05T12:00:00'))
    const { immutableId } = own.tenant.control.createEvent({}, series('Course', '2026-03-02T12:00:00', weekly))
    await own.round()
    await own.round()
    expect([...own.mirror.keys().keys()]).toContain(immutableId)
    const requests = own.tenant.log.list().filter(({ path }) => path.startsWith('/v1.0'))
    expect(requests.length).toBeGreaterThan(4)
    expect(requests.filter(({ prefer }) => !prefer.includes('IdType="ImmutableId"'))).toEqual([])
  })
})
