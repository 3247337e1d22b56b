// The regular comparison with the calendar's own list: what rounds have missed is repaired, counted and shown.
import { afterEach, describe, expect, it } from 'vitest'
import { statusFault } from '../../src/simulator/faults.ts'
import { differencesOf, isDrift, type AuditFacts } from '../../src/sync/audit.ts'
import { seriesOfSingle, noKept } from '../../src/sync/truth.ts'
import { parseEvent } from '../../src/graph/parse-event.ts'
import { dayMs, idOf, noon, Rig, series, single, type RigOptions } from './rig.ts'

let rig: Rig | undefined

async function start(options: RigOptions = {}): Promise<Rig> {
  rig = await Rig.start(options)
  return rig
}

afterEach(async () => {
  await rig?.stop()
  rig = undefined
})

const daily = { type: 'daily', interval: 1 }
const silent = { simulator: { switches: { deletedOccurrence: 'silent' } } } as const

describe('an audit', () => {
  it('is due a week after the last one, and finds nothing as a rule', async () => {
    const own = await start()
    own.tenant.control.createEvent({}, single('Lunch', '2026-03-05T12:00:00'))
    own.tenant.control.createEvent({}, series('Course', '2026-03-02T12:00:00', daily))
    expect(await own.counted()).toContain('ids')
    own.clock.advance(6 * dayMs)
    expect(await own.counted()).toEqual(['delta'])
    own.clock.advance(dayMs)
    expect(await own.counted()).toEqual(['ids', 'delta'])
    expect(own.mirror.state().notes).toMatchObject({ drift: 0, lastAudit: own.clock.now() })
    expect(await own.counted()).toEqual(['delta'])
  })

  it('finds a deleted date that no page has told', async () => {
    const own = await start(silent)
    own.tenant.control.createEvent({}, series('Course', '2026-03-02T12:00:00', daily))
    await own.round()
    own.tenant.control.cancelInstance(idOf(own, 'Course'), '2026-03-05')
    await own.round()
    expect(await own.shown()).not.toEqual(own.expected())
    expect(await own.round({ auditEveryMs: 0 })).toMatchObject({ drift: 1, changed: 1 })
    expect(await own.shown()).toEqual(own.expected())
    expect(own.mirror.state().notes.drift).toBe(1)
  })

  it('finds events that no page has told, and events that are gone without a word', async () => {
    const own = await start()
    own.tenant.control.createEvent({}, single('Stays', '2026-03-05T12:00:00'))
    own.tenant.control.createEvent({}, single('Goes', '2026-03-06T12:00:00'))
    await own.round()
    const quiet = own.mirror.state().cursor?.link ?? ''
    own.tenant.control.createEvent({}, single('Comes', '2026-03-07T12:00:00'))
    own.tenant.control.createEvent({}, series('Comes daily', '2026-03-07T12:00:00', daily))
    own.tenant.control.createEvent(
      {},
      series('Over long ago', '2020-03-07T12:00:00', daily, { type: 'numbered', numberOfOccurrences: 5 }),
    )
    own.tenant.control.updateEvent(idOf(own, 'Stays'), { subject: 'Stays, changed' })
    own.tenant.control.deleteEvent(idOf(own, 'Goes'))
    // A delta that has forgotten all this.
    const deltaLink = quiet.replace(own.tenant.url, '{{base}}')
    own.tenant.scripts.set([
      { path: '/v1.0/me/calendarView/delta', body: { value: [], '@odata.deltaLink': deltaLink } },
    ])
    expect(await own.round()).toMatchObject({ changed: 0, removed: 0 })
    expect(await own.round({ auditEveryMs: 0 })).toMatchObject({ changed: 3, removed: 1, drift: 4 })
    expect(await own.shown()).toEqual(own.expected())
    expect(await own.titles()).not.toContain('Over long ago')
    expect(await own.round({ auditEveryMs: 0 })).toMatchObject({ drift: 0 })
  })

  it('goes on when what it listed as a series was made a single event since', async () => {
    const own = await start({ pageSize: 1 })
    own.tenant.control.createEvent({}, single('Stays', '2026-03-05T12:00:00'))
    const { id } = own.tenant.control.createEvent({}, series('Once weekly', '2026-03-06T12:00:00', daily))
    const stop = new AbortController()
    await expect(own.round({ signal: stop.signal, onProgress: () => stop.abort(new Error('killed')) })).rejects.toThrow(
      'killed',
    )
    own.tenant.control.updateEvent(id, { recurrence: null, ...single('Far away', '2036-03-06T12:00:00') })
    await own.reopen()
    await own.round()
    expect(await own.titles()).toEqual(['Stays'])
    expect(await own.shown()).toEqual(own.expected())
  })

  it('does not bring back what has gone to another calendar since its list was read', async () => {
    const own = await start({ pageSize: 1 })
    own.tenant.control.createEvent({}, single('Stays', '2026-03-05T12:00:00'))
    own.tenant.control.createEvent({}, single('Moves', '2026-03-06T12:00:00'))
    own.tenant.control.createEvent({}, series('Moves daily', '2026-03-06T12:00:00', daily))
    const move = (): void => {
      for (const title of ['Moves', 'Moves daily'])
        own.tenant.control.moveEvent(idOf(own, title), { calendar: 'Personal' })
    }
    // The list has come, the first page has not: the round is killed, and goes on when the two are somewhere else.
    const stop = new AbortController()
    await expect(own.round({ signal: stop.signal, onProgress: () => stop.abort(new Error('killed')) })).rejects.toThrow(
      'killed',
    )
    move()
    await own.reopen()
    expect(await own.round()).toMatchObject({ changed: 1, drift: 0 })
    expect(await own.titles()).toEqual(['Stays'])
  })

  it('that is told an empty list removes nothing that still answers', async () => {
    const own = await start()
    for (let day = 1; day < 9; day += 1)
      own.tenant.control.createEvent({}, single(`Event ${day}`, `2026-03-0${day}T12:00:00`))
    await own.round()
    own.tenant.scripts.set([{ path: '/v1.0/me/calendar/events', body: { value: [] } }])
    // The ids answer one by one, but the list says that they are not in this calendar any more: the brake decides.
    await own.round({ auditEveryMs: 0, brake: { removals: 0, share: 0 } })
    expect(own.mirror.list()).toHaveLength(8)
  })

  it('that cannot have its list does not disturb the round, and is tried again', async () => {
    const own = await start()
    await own.round()
    own.clock.advance(8 * dayMs)
    own.tenant.control.createEvent({}, single('Lunch', '2026-03-15T12:00:00'))
    own.tenant.faults.add({ path: 'calendar/events', count: 0, effect: statusFault(400) })
    expect(await own.round()).toMatchObject({ changed: 1, drift: 0 })
    own.tenant.faults.clear()
    expect(await own.counted()).toEqual(['ids', 'delta'])
  })

  it('does not take what a colleague has just changed for drift', async () => {
    const own = await start()
    own.tenant.control.createEvent({}, single('Changes', '2026-03-05T12:00:00'))
    own.tenant.control.createEvent({}, single('Goes', '2026-03-06T12:00:00'))
    await own.round()
    own.tenant.control.updateEvent(idOf(own, 'Changes'), { subject: 'Changed' })
    own.tenant.control.deleteEvent(idOf(own, 'Goes'))
    own.tenant.control.createEvent({}, single('Comes', '2026-03-07T12:00:00'))
    expect(await own.round({ auditEveryMs: 0 })).toMatchObject({ drift: 0, changed: 2, removed: 1 })
  })
})

describe('the comparison', () => {
  const window = { start: '2026-01-01T00:00:00Z', end: '2026-12-31T00:00:00Z' }
  const time = (dateTime: string) => ({ dateTime: `${dateTime}.0000000`, timeZone: 'UTC' })
  const listed = (id: string, start: string, changeKey = 'k') => ({
    id,
    changeKey,
    type: 'singleInstance' as const,
    seriesMasterId: null,
    start: time(start),
    end: time(start),
    lastModifiedDateTime: '',
    recurrence: null,
  })
  const facts = (changes: Partial<AuditFacts>): AuditFacts => ({
    listed: [],
    keys: new Map(),
    spanOf: () => ({ first: noon, last: noon }),
    touched: new Set(),
    keep: window,
    ...changes,
  })

  it('leaves out what lies outside the window or on its edge', () => {
    const events = [
      listed('in', '2026-06-01T12:00:00'),
      listed('edge', '2026-01-01T12:00:00'),
      listed('out', '2025-06-01T12:00:00'),
    ]
    expect(differencesOf(facts({ listed: events })).missingEvents).toEqual(['in'])
    expect(differencesOf(facts({ listed: events, keep: undefined })).missingEvents).toEqual(['in', 'edge', 'out'])
  })

  it('leaves out what the pages have named anyway, and exceptions that a list shows', () => {
    const events = [
      listed('a', '2026-06-01T12:00:00'),
      { ...listed('b', '2026-06-01T12:00:00'), type: 'exception' as const, seriesMasterId: 'm' },
    ]
    expect(differencesOf(facts({ listed: events, touched: new Set(['a']) }))).toEqual({
      missingEvents: [],
      missingSeries: [],
      changed: [],
      extra: [],
    })
  })

  it('takes an empty change key for no answer', () => {
    const keys = new Map([
      ['a', { changeKey: 'k' }],
      ['b', { changeKey: 'k' }],
      ['c', { changeKey: 'k' }],
    ])
    const events = [
      listed('a', '2026-06-01T12:00:00', ''),
      listed('b', '2026-06-01T12:00:00', 'other'),
      listed('c', '2026-06-01T12:00:00'),
    ]
    expect(differencesOf(facts({ listed: events, keys })).changed).toEqual(['b'])
  })

  it('calls only that drift which a person would see', () => {
    const row = { id: 'a', start: time('2026-06-01T12:00:00'), end: time('2026-06-01T12:00:00'), subject: 'x' }
    const parsed = (changes: object) => {
      const found = parseEvent({ ...row, ...changes })
      if (found.kind !== 'event') throw new Error(found.reason)
      return seriesOfSingle(found.event, noKept)
    }
    expect(isDrift(undefined, parsed({}))).toBe(true)
    expect(
      isDrift(parsed({ changeKey: '1' }), parsed({ changeKey: '2', lastModifiedDateTime: '2026-06-01T12:00:00Z' })),
    ).toBe(false)
    expect(isDrift(parsed({}), parsed({ subject: 'y' }))).toBe(true)
  })
})
