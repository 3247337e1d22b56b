// Other people's busy time through a simulated tenant: batches, ranges, reasons for each person, throttling.
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { createFreeBusy, type Asker } from '../../src/bridge/free-busy.ts'
import type { Availability, FreeBusySource } from '../../src/caldav/free-busy-source.ts'
import { accessTokenSource } from '../../src/graph/auth.ts'
import { GraphClient } from '../../src/graph/client.ts'
import { MailboxLanes } from '../../src/graph/lanes.ts'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'

const noor = 'noor@fabrikam.example'
const desk = 'frontdesk@fabrikam.example'
const hour = 3_600_000
const monday = Date.UTC(2026, 2, 2)
const log = silentLog
const refused = { kind: 'status', code: 'ErrorAccessDenied', message: '', body: 'json' } as const

const running: Simulator[] = []
afterEach(async () => {
  for (const simulator of running.splice(0)) await simulator.stop()
})

async function start(): Promise<Simulator> {
  const simulator = await startSimulator({ events: 0, now: monday })
  running.push(simulator)
  return simulator
}

function asker(simulator: Simulator, mailbox = 'me', tokens = accessTokenSource({ token: simulator.token })): Asker {
  const lanes = new MailboxLanes({ clock: systemClock })
  const client = new GraphClient({ graphUrl: `${simulator.url}/v1.0`, tokens, lanes, clock: systemClock, log })
  return { client, mailbox, owner: () => undefined }
}

function busy(simulator: Simulator, mailbox: string, start: number, showAs: string): void {
  const time = (ms: number): object => ({ dateTime: new Date(ms).toISOString().slice(0, 19), timeZone: 'UTC' })
  simulator.control.createEvent({ mailbox }, { subject: 's', start: time(start), end: time(start + hour), showAs })
}

function look(source: FreeBusySource, addresses: readonly string[], days = 1): Promise<readonly Availability[]> {
  return source.availability({ user: 'anna', addresses, start: monday, end: monday + days * 24 * hour })
}

describe('free/busy time of other people', () => {
  it('comes from their calendars, with one reason for each that cannot be seen', async () => {
    const simulator = await start()
    for (const [at, showAs] of [
      [9, 'busy'],
      [11, 'tentative'],
      [13, 'oof'],
      [15, 'free'],
      [17, 'workingElsewhere'],
    ] as const) {
      busy(simulator, noor, monday + at * hour, showAs)
    }
    simulator.control.setReachable(desk, false)
    const source = createFreeBusy(() => [asker(simulator)], log)
    expect(await look(source, [desk, noor, 'nobody@fabrikam.example'])).toEqual([
      { kind: 'denied', address: desk },
      {
        kind: 'known',
        address: noor,
        busy: [
          { start: monday + 9 * hour, end: monday + 10 * hour, kind: 'busy' },
          { start: monday + 11 * hour, end: monday + 12 * hour, kind: 'tentative' },
          { start: monday + 13 * hour, end: monday + 14 * hour, kind: 'unavailable' },
          { start: monday + 17 * hour, end: monday + 18 * hour, kind: 'busy' },
        ],
      },
      { kind: 'unknown', address: 'nobody@fabrikam.example' },
    ])
  })

  it('twenty people are asked at once, and 42 days', async () => {
    const simulator = await start()
    busy(simulator, noor, monday + 70 * 24 * hour, 'busy')
    const strangers = Array.from({ length: 20 }, (_, index) => `p${index}@adatum.example`)
    const source = createFreeBusy(() => [asker(simulator)], log)
    const answers = await look(source, [...strangers, noor], 80)
    expect(answers.map(({ kind }) => kind)).toEqual([...strangers.map(() => 'unknown'), 'known'])
    expect(answers.at(-1)).toMatchObject({ busy: [{ start: monday + 70 * 24 * hour }] })
    expect(simulator.log.list().map(({ status }) => status)).toEqual([200, 200, 200, 200])
  })

  it('throttled, without permission or signed out: every person has that reason, nothing is thrown', async () => {
    const simulator = await start()
    const source = createFreeBusy(() => [asker(simulator)], log)
    simulator.faults.add({ path: 'getSchedule', effect: { ...refused, status: 429, retryAfter: '60' } })
    expect(await look(source, [noor])).toEqual([{ kind: 'unavailable', address: noor }])
    simulator.faults.clear()
    const other = createFreeBusy(() => [asker(simulator)], log)
    simulator.faults.add({ path: 'getSchedule', effect: { ...refused, status: 403 } })
    expect(await look(other, [noor])).toEqual([{ kind: 'denied', address: noor }])
    const signedOut = asker(simulator, 'me', accessTokenSource({ file: '/nowhere/token' }))
    expect(
      await look(
        createFreeBusy(() => [signedOut], log),
        [noor],
      ),
    ).toEqual([{ kind: 'unavailable', address: noor }])
  })

  it('Outlook not to be had is found out once, not for each twenty people', async () => {
    const simulator = await start()
    simulator.faults.add({ path: 'getSchedule', count: 0, effect: { ...refused, status: 503 } })
    const strangers = Array.from({ length: 60 }, (_, index) => `p${index}@adatum.example`)
    const source = createFreeBusy(() => [asker(simulator)], log)
    expect(new Set((await look(source, strangers)).map(({ kind }) => kind))).toEqual(new Set(['unavailable']))
    expect(simulator.log.count).toBeLessThanOrEqual(2)
  })

  it('who one account does not know, the next one is asked about', async () => {
    const [first, second] = [await start(), await start()]
    first.control.setReachable(noor, false)
    busy(second, noor, monday + 9 * hour, 'busy')
    const source = createFreeBusy(() => [asker(first), asker(second)], log)
    expect(await look(source, [noor, 'x@adatum.example'])).toMatchObject([{ kind: 'known' }, { kind: 'unknown' }])
    expect(
      await look(
        createFreeBusy(() => [], log),
        [noor],
      ),
    ).toEqual([{ kind: 'unknown', address: noor }])
  })
})
