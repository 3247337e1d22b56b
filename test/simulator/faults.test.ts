// Failures on order, the meter of requests in flight, the log (graph contract 10, 11).
import { request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { statusFault } from '../../src/simulator/faults.ts'
import type { Simulator } from '../../src/simulator/simulator.ts'
import { ask, meeting, round, rowsOf, start, text, yearDelta } from './harness.ts'

const timed = meeting('Review', '2026-03-03T10:00:00', '2026-03-03T11:00:00')

describe('a fault', () => {
  it('hits the requests that it names, as often as it says, after those that may pass', async () => {
    const simulator = await start()
    simulator.faults.add({ path: 'calendars', skip: 1, count: 2, effect: statusFault(503) })
    const statuses: number[] = []
    for (let turn = 0; turn < 5; turn += 1) statuses.push((await ask(simulator, '/v1.0/me/calendars')).status)
    expect(statuses).toEqual([200, 503, 503, 200, 200])
    expect((await ask(simulator, '/v1.0/me')).status).toBe(200)
    expect(simulator.faults.list()).toMatchObject([{ hits: 2, left: 0 }])
  })

  it('with a count of 0 hits all until it is taken away', async () => {
    const simulator = await start()
    simulator.faults.add({ method: 'GET', count: 0, effect: statusFault(500) })
    for (let turn = 0; turn < 3; turn += 1) expect((await ask(simulator, '/v1.0/me')).status).toBe(500)
    expect((await ask(simulator, '/v1.0/me/events', { method: 'POST', body: timed })).status).toBe(201)
    simulator.faults.clear()
    expect((await ask(simulator, '/v1.0/me')).status).toBe(200)
  })

  it('finds pages in the middle of a round by their token', async () => {
    const simulator = await start()
    for (let made = 0; made < 3; made += 1) simulator.control.createEvent({}, timed)
    simulator.faults.add({ path: 'calendarView/delta\\?\\$skiptoken', effect: { kind: 'gone' } })
    const first = await ask(simulator, yearDelta, { prefer: 'odata.maxpagesize=1' })
    const link = text(first.json, '@odata.nextLink')
    const gone = await ask(simulator, link)
    expect([gone.status, text(gone.json['error'], 'code')]).toEqual([410, 'SyncStateNotFound'])
    expect(gone.headers.get('location')).toContain('/calendarView/delta')
    expect((await ask(simulator, link)).status).toBe(200)
  })

  it.each([
    ['7', '7'],
    ['2.128', '2.128'],
    ['date+5', 'Sun, 01 Mar 2026 08:00:05 GMT'],
    [undefined, null],
  ])('Retry-After %s', async (retryAfter, expected) => {
    const simulator = await start()
    simulator.faults.add({ effect: statusFault(429, retryAfter === undefined ? {} : { retryAfter }) })
    const reply = await ask(simulator, '/v1.0/me')
    expect([reply.status, text(reply.json['error'], 'code'), reply.headers.get('retry-after')]).toEqual([
      429,
      'ApplicationThrottled',
      expected,
    ])
  })

  it('504 has an unknown error without a message; other bodies are HTML or nothing', async () => {
    const simulator = await start()
    simulator.faults.add({ effect: statusFault(504) })
    expect((await ask(simulator, '/v1.0/me')).json['error']).toMatchObject({ code: 'UnknownError', message: '' })
    simulator.faults.add({ effect: statusFault(502, { body: 'html' }) })
    const html = await ask(simulator, '/v1.0/me')
    expect([html.headers.get('content-type'), html.text]).toEqual(['text/html', expect.stringMatching(/^<html>/)])
    simulator.faults.add({ effect: statusFault(401, { body: 'empty' }) })
    const empty = await ask(simulator, '/v1.0/me')
    expect([empty.status, empty.text]).toEqual([401, ''])
  })

  it('cuts the connection before or in the middle of the answer, or halves the JSON', async () => {
    const simulator = await start()
    simulator.faults.add({ effect: { kind: 'drop' } })
    await expect(ask(simulator, '/v1.0/me')).rejects.toThrow('fetch failed')
    simulator.faults.add({ effect: { kind: 'cut' } })
    await expect(ask(simulator, '/v1.0/me')).rejects.toThrow('terminated')
    simulator.faults.add({ effect: { kind: 'truncated' } })
    const half = await ask(simulator, '/v1.0/me')
    expect(half.status).toBe(200)
    expect(() => JSON.parse(half.text) as unknown).toThrow(SyntaxError)
  })

  it('before a write nothing is done, after it everything is', async () => {
    const simulator = await start()
    const post = (): Promise<unknown> => ask(simulator, '/v1.0/me/events', { method: 'POST', body: timed })
    const count = (): number => simulator.control.truth({}).events.length
    simulator.faults.add({ method: 'POST', effect: statusFault(503) })
    await post()
    expect(count()).toBe(0)
    simulator.faults.add({ method: 'POST', when: 'after', effect: statusFault(504) })
    expect((await ask(simulator, '/v1.0/me/events', { method: 'POST', body: timed })).status).toBe(504)
    expect(count()).toBe(1)
    simulator.faults.add({ method: 'POST', when: 'after', effect: { kind: 'drop' } })
    await expect(post()).rejects.toThrow('fetch failed')
    expect(count()).toBe(2)
  })

  it('hangs until the client gives up, and the simulator stops all the same', async () => {
    const simulator = await start()
    simulator.faults.add({ count: 2, effect: { kind: 'hang' } })
    const abort = new AbortController()
    const asked = fetch(`${simulator.url}/v1.0/me`, {
      headers: { authorization: `Bearer ${simulator.token}` },
      signal: abort.signal,
    })
    await untilLogged(simulator, 1)
    abort.abort()
    await expect(asked).rejects.toThrow('aborted')
    const other = ask(simulator, '/v1.0/me')
    await untilLogged(simulator, 2)
    await Promise.all([expect(other).rejects.toThrow('fetch failed'), simulator.stop()])
  })

  it('slow waits on the clock that was handed in', async () => {
    const waited: number[] = []
    const clock = {
      now: () => 0,
      sleep: (ms: number) => {
        waited.push(ms)
        return Promise.resolve()
      },
    }
    const simulator = await start({ clock })
    simulator.faults.add({ effect: { kind: 'slow', ms: 60_000 } })
    expect((await ask(simulator, '/v1.0/me')).status).toBe(200)
    expect(waited).toEqual([60_000])
  })
})

async function untilLogged(simulator: Simulator, count: number): Promise<void> {
  while (simulator.log.list().length < count) await new Promise((resolve) => setImmediate(resolve))
}

describe('the meter', () => {
  it('refuses the fifth request in flight to one mailbox, not to another', async () => {
    const simulator = await start()
    simulator.faults.add({ path: '/me/', count: 4, effect: { kind: 'hang' } })
    const hanging = [1, 2, 3, 4].map(() =>
      request(`${simulator.url}/v1.0/me/calendars`, { headers: { authorization: `Bearer ${simulator.token}` } }),
    )
    for (const one of hanging) one.on('error', () => undefined).end()
    await untilLogged(simulator, 4)
    const fifth = await ask(simulator, '/v1.0/me/calendars')
    expect([fifth.status, text(fifth.json['error'], 'message'), fifth.headers.get('retry-after')]).toEqual([
      429,
      'Application is over its MailboxConcurrency limit.',
      '1',
    ])
    expect((await ask(simulator, '/v1.0/users/noor@fabrikam.example/calendars')).status).toBe(200)
    expect(simulator.meter.most(simulator.tenant.me.id)).toBe(5)
    // A calendar that another mailbox shares loads its owner's mailbox.
    const shared = simulator.control.calendars().find(({ name }) => name === 'Noor Haddad')
    expect((await ask(simulator, `/v1.0/me/calendars/${shared?.id}/events`)).status).toBe(200)
    for (const one of hanging) one.destroy()
    while ((await ask(simulator, '/v1.0/me/calendars')).status === 429)
      await new Promise((resolve) => setImmediate(resolve))
  })

  it('throttleRetryAfter: a fraction, or no header', async () => {
    const simulator = await start({ switches: { concurrency: 0, throttleRetryAfter: '' } })
    expect((await ask(simulator, '/v1.0/me')).headers.get('retry-after')).toBeNull()
    simulator.setSwitches({ throttleRetryAfter: '0.2' })
    expect((await ask(simulator, '/v1.0/me')).headers.get('retry-after')).toBe('0.2')
    simulator.setSwitches({ concurrency: 4 })
  })
})

describe('the log', () => {
  it('has method, path, status, mailbox, preferences and the body of writes', async () => {
    const simulator = await start()
    await ask(simulator, '/v1.0/me/events', { method: 'POST', body: timed })
    await round(simulator, yearDelta, { prefer: 'odata.maxpagesize=5' })
    await ask(simulator, '/v1.0/nothing')
    const [write, page, wrong] = simulator.log.list()
    expect(write).toMatchObject({
      method: 'POST',
      status: 201,
      mailbox: simulator.tenant.me.id,
      body: JSON.stringify(timed),
    })
    expect(page).toMatchObject({ path: yearDelta, status: 200, prefer: 'odata.maxpagesize=5', body: '' })
    expect(wrong).toMatchObject({ status: 400, mailbox: '' })
    simulator.log.reset()
    expect(simulator.log.list()).toEqual([])
    expect(rowsOf(await ask(simulator, '/v1.0/me/events'))).toHaveLength(1)
  })
})
