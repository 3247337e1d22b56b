import { afterEach, describe, expect, it } from 'vitest'
import type { TokenSource } from '../../src/graph/auth.ts'
import type { Log } from '../../src/base/log.ts'
import { statusFault } from '../../src/simulator/faults.ts'
import { mirrorOf, startPoller, until, type PollerRig, type PollerRigOptions } from './poller-rig.ts'
import { single } from './rig.ts'

let rig: PollerRig | undefined

async function start(options: PollerRigOptions = {}): Promise<PollerRig> {
  rig = await startPoller(options)
  return rig
}

afterEach(async () => {
  await rig?.stop()
  rig = undefined
})

const isDone = (own: PollerRig, slug = 'work'): boolean => {
  const { isRunning, lastRoundAt, lastError } = own.poller.status(slug)
  return !isRunning && (lastRoundAt !== undefined || lastError !== null)
}

async function started(options: PollerRigOptions = {}): Promise<PollerRig> {
  const own = await start(options)
  own.poller.start()
  await own.clock.advance(1_000)
  const slugs = Object.keys(options.calendars ?? { work: 'default' })
  await until('the first rounds', () => slugs.every((slug) => isDone(own, slug)))
  return own
}

const hang = { path: 'delta', count: 0, effect: { kind: 'hang' } } as const

describe('polling', () => {
  it('runs a round in every interval', async () => {
    const own = await started()
    const before = own.deltas()
    for (let turn = 1; turn <= 3; turn += 1) {
      await own.clock.advance(60_000)
      await until(`round ${turn}`, () => own.deltas() >= before + turn && isDone(own))
      expect(own.deltas()).toBe(before + turn)
    }
  })

  it('spreads its calendars over the interval', async () => {
    const own = await started({
      calendars: { work: 'default', home: { name: 'Personal' }, harbour: { name: 'Harbour' } },
    })
    const before = own.deltas()
    const counts: number[] = []
    // The first turn is due within the next interval; after it each calendar has its own third.
    for (let step = 0; step < 6; step += 1) {
      await own.clock.advance(20_000)
      await until('rounds to end', () => ['work', 'home', 'harbour'].every((slug) => isDone(own, slug)))
      counts.push(own.deltas() - before)
    }
    const perThird = counts.map((count, index) => count - (counts[index - 1] ?? 0))
    expect(perThird.slice(3)).toEqual([1, 1, 1])
  })

  it('publishes what a colleague changes', async () => {
    const own = await started()
    own.tenant.control.createEvent({}, single('Lunch', '2026-03-05T12:00:00'))
    await own.clock.advance(60_000)
    await until('the event', () => mirrorOf(own.mirrors, 'work').list().length > 0)
    expect(mirrorOf(own.mirrors, 'work').list()).toHaveLength(1)
  })
})

describe('a clock that is set back', () => {
  it('does not stop the rounds until it has caught up', async () => {
    const own = await started()
    own.clock.set(own.clock.now() - 30 * 86_400_000)
    const before = own.deltas()
    await own.poller.freshen('work')
    expect(own.deltas()).toBeGreaterThan(before)
    await own.clock.advance(120_000)
    await until('the next round', () => own.deltas() > before + 1)
    expect(own.poller.status('work').lastError).toBeNull()
  })
})

describe('a calendar that fails', () => {
  it('is tried again later and later, while the others go on', async () => {
    const own = await started({ calendars: { work: 'default', home: { name: 'Personal' } } })
    own.tenant.faults.add({
      path: '/me/calendarView/delta',
      count: 0,
      effect: { kind: 'status', status: 400, code: 'ErrorX', message: '', body: 'json' },
    })
    own.tenant.control.expireTokens()
    for (let minute = 0; minute < 4; minute += 1) {
      await own.clock.advance(60_000)
      await until('rounds to end', () => isDone(own) && isDone(own, 'home'))
    }
    expect(own.poller.status('work')).toMatchObject({ state: 'error', lastError: { code: 'graph' } })
    expect(own.poller.status('home')).toMatchObject({ state: 'ok', lastError: null })
    const failing = own.tenant.log.list().filter(({ path }) => path.includes('/me/calendarView/delta?start'))
    const gaps = failing.slice(2).map(({ at }, index) => at - (failing[index + 1]?.at ?? 0))
    expect(failing.length).toBeLessThan(6)
    expect(gaps).toEqual([...gaps].sort((one, other) => one - other))
    own.tenant.faults.clear()
    await own.clock.advance(600_000)
    await until('it to be well again', () => own.poller.status('work').state === 'ok')
  })

  it('deep in its changes, again and again, is read anew with a smaller window', async () => {
    const own = await started()
    own.tenant.control.createEvent({}, single('Lunch', '2026-03-05T12:00:00'))
    own.tenant.faults.add({
      path: 'deltatoken',
      count: 0,
      effect: { kind: 'status', status: 504, code: 'UnknownError', message: '', body: 'json' },
    })
    const windows = (): number => own.tenant.log.list().filter(({ path }) => path.includes('startDateTime')).length
    for (let turns = 0; windows() < 2 && turns < 300; turns += 1) await own.clock.advance(30_000)
    expect(windows()).toBe(2)
    await until('the new chain', () => own.poller.status('work').lastError === null)
    const { window } = mirrorOf(own.mirrors, 'work').state()
    expect(Date.parse(window?.end ?? '') - own.clock.now()).toBeLessThan(400 * 86_400_000)
    expect(mirrorOf(own.mirrors, 'work').list()).toHaveLength(1)
  })

  it('also with the smaller window is read with ever smaller ones', async () => {
    const own = await started()
    own.tenant.faults.add({ path: 'calendarView/delta', count: 0, effect: statusFault(504) })
    const ends = (): readonly string[] =>
      own.tenant.log.list().flatMap(({ path }) => /endDateTime=(\d+-\d+)/.exec(path)?.[1] ?? [])
    for (let turns = 0; turns < 300 && new Set(ends()).size < 4; turns += 1) await own.clock.advance(60_000)
    expect([...new Set(ends())]).toHaveLength(4)
  })

  it('with everything else that Graph is asked is not read anew: the window is not to blame', async () => {
    const own = await started()
    const begun = (): number => own.tenant.log.list().filter(({ path }) => path.includes('startDateTime')).length
    const before = begun()
    own.tenant.control.createEvent({}, single('Lunch', '2026-03-05T12:00:00'))
    own.tenant.faults.add({ path: '.', count: 0, effect: statusFault(504) })
    await own.clock.advance(3 * 3_600_000)
    expect(own.poller.status('work').state).not.toBe('ok')
    own.tenant.faults.clear()
    await own.clock.advance(900_000)
    await until('it to be well again', () => own.poller.status('work').state === 'ok')
    expect(begun()).toBe(before)
    expect(mirrorOf(own.mirrors, 'work').list()).toHaveLength(1)
  })

  it('because of its sign-in says so, and goes on by itself with a new token', async () => {
    let token = 'wrong'
    const tokens: TokenSource = { token: () => Promise.resolve(token), refresh: () => Promise.resolve(token) }
    const own = await started({ tokens: () => tokens })
    expect(own.poller.status('work')).toMatchObject({ state: 'sign-in', lastError: { code: 'sign-in' } })
    token = own.tenant.token
    await own.clock.advance(120_000)
    await until('it to be well again', () => own.poller.status('work').state === 'ok')
  })

  it('because there is none of its name tells which there are in its status, and not in the log', async () => {
    const said: unknown[] = []
    const say = (...line: readonly unknown[]): void => void said.push(line)
    const log: Log = { error: say, warn: say, info: say, debug: say, child: () => log }
    const own = await start({ calendars: { work: { name: 'Nope' } }, log })
    await expect(own.poller.syncNow('work')).rejects.toThrow(/there are: .*"Personal"/)
    expect(own.poller.status('work').lastError?.message).toContain('"Personal"')
    expect(JSON.stringify(said)).toContain('there is no calendar of the configured name')
    expect(JSON.stringify(said)).not.toContain('Personal')
  })

  it('because its id has changed is found again by owner and name, with the same epoch and events', async () => {
    const own = await start({ calendars: { work: { name: 'Personal' } } })
    own.tenant.control.createEvent({ calendar: 'Personal' }, single('Lunch', '2026-03-05T12:00:00'))
    await own.poller.syncNow('work')
    const before = mirrorOf(own.mirrors, 'work').state()
    own.tenant.control.replaceCalendarId({ calendar: 'Personal' })
    await expect(own.poller.syncNow('work')).rejects.toMatchObject({ kind: 'notFound' })
    expect(await own.poller.syncNow('work')).toMatchObject({ kind: 'full', removed: 0, changed: 0 })
    const after = mirrorOf(own.mirrors, 'work').state()
    expect([after.epoch, after.revision]).toEqual([before.epoch, before.revision])
    expect(after.binding?.calendarId).not.toBe(before.binding?.calendarId)
  })
})

describe('a slug that is pointed at another calendar', () => {
  it('begins a new epoch, and the brake has no say', async () => {
    const own = await start({ calendars: { work: 'default' }, settings: { brake: { removals: 0, share: 0 } } })
    own.tenant.control.createEvent({}, single('Here', '2026-03-05T12:00:00'))
    own.tenant.control.createEvent({ calendar: 'Personal' }, single('There', '2026-03-05T12:00:00'))
    await own.poller.syncNow('work')
    const { epoch } = mirrorOf(own.mirrors, 'work').state()
    await mirrorOf(own.mirrors, 'work').close()
    const { tenant, clock, store } = own
    const settings = { brake: { removals: 0, share: 0 } }
    const again = await startPoller({ tenant, clock, store, calendars: { work: { name: 'Personal' } }, settings })
    await again.poller.syncNow('work')
    const mirror = mirrorOf(again.mirrors, 'work')
    expect(mirror.state().epoch).not.toBe(epoch)
    expect(mirror.list()).toHaveLength(1)
    expect(again.poller.status('work')).toMatchObject({ state: 'ok', heldRemovals: 0 })
  })
})

describe('freshen', () => {
  it('starts a round only when the last one is older than maxStaleness, failed ones included', async () => {
    const own = await started()
    const before = own.deltas()
    await own.poller.freshen('work')
    expect(own.deltas()).toBe(before)
    await own.clock.advance(28_000)
    await own.poller.freshen('work')
    expect(own.deltas()).toBe(before)
    await own.clock.advance(2_000)
    await own.poller.freshen('work')
    expect(own.deltas()).toBe(before + 1)
    await own.poller.freshen('work')
    expect(own.deltas()).toBe(before + 1)
  })

  it('shows what has changed since', async () => {
    const own = await started()
    own.tenant.control.createEvent({}, single('Lunch', '2026-03-05T12:00:00'))
    await own.clock.advance(31_000)
    await own.poller.freshen('work')
    expect(mirrorOf(own.mirrors, 'work').list()).toHaveLength(1)
  })

  it('waits two seconds at most, and for a round that runs already too', async () => {
    const own = await started()
    own.tenant.faults.add(hang)
    await own.clock.advance(31_000)
    for (let reader = 0; reader < 2; reader += 1) {
      let isBack = false
      const waiting = own.poller.freshen('work').then(() => (isBack = true))
      await until('the request', () => own.poller.status('work').isRunning)
      await own.clock.advance(1_900)
      expect(isBack).toBe(false)
      await own.clock.advance(200)
      await waiting
    }
  })

  it('never throws, not for a failure, not for an unknown calendar, not after the end', async () => {
    const own = await started()
    own.tenant.faults.add({
      count: 0,
      effect: { kind: 'status', status: 400, code: 'ErrorX', message: '', body: 'json' },
    })
    await own.clock.advance(31_000)
    await own.poller.freshen('work')
    await own.poller.freshen('nowhere')
    await own.poller.stop()
    await own.poller.freshen('work')
    expect(own.poller.status('work').lastError).not.toBeNull()
  })
})

describe('syncNow', () => {
  it('tells how far it has come, and what it did', async () => {
    const own = await start()
    for (let count = 0; count < 7; count += 1)
      own.tenant.control.createEvent({}, single(`Event ${count}`, `2026-03-0${count + 1}T12:00:00`))
    const told: number[] = []
    const result = await own.poller.syncNow('work', { onProgress: ({ events }) => told.push(events) })
    expect(result).toMatchObject({ kind: 'full', changed: 7, pages: 1 })
    expect(told.at(-1)).toBe(7)
  })

  it('waits for the round that runs, then runs its own', async () => {
    const own = await start()
    const [first, second] = await Promise.all([own.poller.syncNow('work'), own.poller.syncNow('work')])
    expect([first.kind, second.kind]).toEqual(['full', 'incremental'])
  })

  it('rejects with what made it fail', async () => {
    const own = await start()
    own.tenant.faults.add({
      count: 0,
      effect: { kind: 'status', status: 403, code: 'ErrorAccessDenied', message: '', body: 'json' },
    })
    await expect(own.poller.syncNow('work')).rejects.toMatchObject({ kind: 'forbidden' })
    expect(() => own.poller.status('nowhere')).toThrow(/no calendar nowhere/)
  })

  it('ends when its caller gives up, which is no failure of the calendar', async () => {
    const own = await start()
    own.tenant.faults.add(hang)
    const stop = new AbortController()
    const round = own.poller.syncNow('work', { signal: stop.signal })
    await until('the request', () => own.tenant.log.list().some(({ path }) => path.includes('delta')))
    stop.abort(new Error('enough'))
    await expect(round).rejects.toThrow('enough')
    expect(own.poller.status('work').lastError).toBeNull()
  })
})

describe('status', () => {
  it('goes from first-round to ok, stale and back', async () => {
    const own = await start({ settings: { staleMs: 100_000 } })
    expect(own.poller.status('work')).toMatchObject({ state: 'first-round', events: 0, lastInStep: undefined })
    own.tenant.control.createEvent({}, single('Lunch', '2026-03-05T12:00:00'))
    await own.poller.syncNow('work')
    expect(own.poller.status('work')).toMatchObject({
      state: 'ok',
      events: 1,
      resources: 1,
      heldRemovals: 0,
      drift: 0,
      lastError: null,
    })
    await own.clock.advance(100_000)
    expect(own.poller.status('work').state).toBe('stale')
    await own.poller.syncNow('work')
    expect(own.poller.status('work').state).toBe('ok')
  })

  it('is error until the first round succeeds', async () => {
    const own = await start()
    own.tenant.faults.add({
      path: 'delta',
      effect: { kind: 'status', status: 400, code: 'ErrorX', message: '', body: 'json' },
    })
    await expect(own.poller.syncNow('work')).rejects.toThrow('refuses')
    expect(own.poller.status('work').state).toBe('error')
  })
})

describe('stopping', () => {
  it('ends a round that hangs, at once', async () => {
    const own = await start()
    own.tenant.faults.add(hang)
    own.poller.start()
    await own.clock.advance(1_000)
    await until('the request', () => own.tenant.log.list().some(({ path }) => path.includes('delta')))
    const before = Date.now()
    await own.poller.stop()
    expect(Date.now() - before).toBeLessThan(1_000)
    expect(own.clock.sleeping).toBe(0)
  })
})

describe('a clock that is set', () => {
  it.each([
    ['a day back', -86_400_000],
    ['a day ahead', 86_400_000],
  ])('%s stops no round, and what is fresh is not called stale for long', async (_, shiftMs) => {
    const own = await started()
    const before = own.deltas()
    own.clock.set(own.clock.now() + shiftMs)
    await own.clock.advance(61_000)
    await until('a round at the new time', () => own.deltas() > before && own.poller.status('work').state === 'ok')
    const again = own.deltas()
    await own.clock.advance(61_000)
    await until('the next one', () => own.deltas() > again)
    await own.poller.freshen('work')
    expect(own.poller.status('work').lastError).toBeNull()
  })
})

describe('stopping when the next round is overdue already', () => {
  it('begins none, and ends', async () => {
    const own = await start()
    own.tenant.faults.add(hang)
    own.poller.start()
    await own.clock.advance(1_000)
    await until('the request', () => own.tenant.log.list().some(({ path }) => path.includes('delta')))
    await own.clock.advance(150_000)
    await own.poller.stop()
    expect(own.clock.sleeping).toBe(0)
  })
})

describe('the watchdog', () => {
  it('gives a round up in which nothing moves, and the next one goes on', async () => {
    const own = await start({ settings: { watchdogMs: 300_000 } })
    own.tenant.faults.add({ ...hang, count: 1 })
    own.poller.start()
    await own.clock.advance(1_000)
    await until('the request', () => own.tenant.log.list().some(({ path }) => path.includes('delta')))
    await own.clock.advance(301_000)
    await until('the round to be given up', () => own.poller.status('work').lastError?.code === 'unavailable')
    await own.clock.advance(60_000)
    await until('it to be well again', () => own.poller.status('work').state === 'ok')
    expect(own.poller.status('work').lastError).toBeNull()
  })
})
