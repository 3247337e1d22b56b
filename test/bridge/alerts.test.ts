// Alerts over real HTTP to a receiver of our own, under a clock that is set.
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { silentLog } from '../../src/base/log.ts'
import { startAlerts, type Alerts } from '../../src/bridge/alerts.ts'
import type { CalendarFacts } from '../../src/bridge/status.ts'
import { ManualClock } from '../sync/manual-clock.ts'

interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

const minute = 60_000
let clock: ManualClock
let received: Received[]
let status: number
let facts: Record<string, Partial<CalendarFacts['status']>>
let alerts: Alerts
const server = createServer((request, response) => {
  let text = ''
  request.on('data', (piece) => (text += String(piece)))
  request.on('end', () => {
    received.push({ path: request.url ?? '', headers: request.headers, text })
    response.writeHead(status, { location: '/elsewhere' }).end('thanks')
  })
})

beforeEach(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ;[clock, received, status, facts] = [new ManualClock(), [], 200, { work: {}, home: {} }]
  start('/topic')
})
afterEach(async () => {
  await alerts.stop()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

function start(path: string): void {
  const { port } = server.address() as AddressInfo // it listens on a port
  alerts = startAlerts({
    url: `http://127.0.0.1:${port}${path}`,
    facts: () => Object.entries(facts).map(([slug, more]) => ({ slug, account: 'tenant', status: statusOf(more) })),
    staleMs: 30 * minute,
    clock,
    log: silentLog,
  })
}

function statusOf(more: Partial<CalendarFacts['status']>): CalendarFacts['status'] {
  const well = { state: 'ok', lastInStep: clock.now(), lastRoundAt: clock.now(), events: 1, resources: 1 } as const
  return { ...well, heldRemovals: 0, drift: 0, lastError: null, ...more }
}

/** Lets a minute pass and every answer that is on its way arrive. */
async function pass(minutes = 1): Promise<void> {
  for (let passed = 0; passed < minutes; passed += 1) {
    const before = received.length
    await clock.advance(minute / 2)
    await settled(before)
    await clock.advance(minute / 2)
    await settled(received.length)
  }
}

// Whatever was sent is answered when the loop sleeps again.
async function settled(before: number): Promise<void> {
  for (let turn = 0; turn < 2000 && clock.sleeping === 0; turn += 1)
    await new Promise((resolve) => setImmediate(resolve))
  expect(received.length).toBeGreaterThanOrEqual(before)
}

const texts = () => received.map(({ text }) => text)

it('says once that removals wait, that a sign-in is needed, that data are stale, and when all is well again', async () => {
  await pass(3)
  expect(received).toEqual([])
  facts = { work: { state: 'held', heldRemovals: 40 }, home: { state: 'sign-in' } }
  await pass(5)
  expect(texts()).toEqual([
    expect.stringMatching(/calendar work holds back many removals.*\n.*calendar home needs a new sign-in/),
  ])
  facts = { work: {}, home: { state: 'error', lastInStep: clock.now() } }
  await pass(2)
  expect(texts()[1]).toBe('graphdav: calendar work is well again.\ngraphdav: calendar home is well again.')
  facts = { work: {}, home: { state: 'error', lastInStep: clock.now() - 31 * minute } }
  await pass(2)
  expect(texts().slice(2)).toEqual([expect.stringMatching(/^graphdav: calendar home is stale/)])
  expect(received[0]).toMatchObject({ path: '/topic', headers: { 'content-type': 'text/plain; charset=utf-8' } })
})

it('a first round that never ends becomes stale', async () => {
  facts = { work: { state: 'error', lastInStep: undefined } }
  await pass(29)
  expect(received).toEqual([])
  await pass(2)
  expect(texts()).toEqual([expect.stringMatching(/work is stale/)])
})

it('is sent again while nobody takes it, and given up after six times', async () => {
  status = 500
  facts = { work: { state: 'sign-in' } }
  await pass(60)
  expect(received).toHaveLength(6)
  status = 200
  facts = { work: {} }
  await pass(2)
  expect(texts().at(-1)).toBe('graphdav: calendar work is well again.')
})

it('follows no redirect', async () => {
  status = 307
  facts = { work: { state: 'sign-in' } }
  await pass(2)
  expect(new Set(received.map(({ path }) => path))).toEqual(new Set(['/topic']))
})

it('speaks JSON where Gotify listens', async () => {
  await alerts.stop()
  start('/message?token=abc')
  facts = { work: { state: 'sign-in' } }
  await pass(1)
  expect(JSON.parse(texts()[0] ?? '')).toEqual({
    title: 'graphdav',
    message: 'graphdav: calendar work needs a new sign-in.',
  })
})
