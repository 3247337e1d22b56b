import { afterEach, describe, expect, it } from 'vitest'
import { GraphError } from '../../src/base/errors.ts'
import { silentLog } from '../../src/base/log.ts'
import { accessTokenSource } from '../../src/graph/auth.ts'
import type { ResolvedCalendar } from '../../src/graph/calendars.ts'
import { GraphClient } from '../../src/graph/client.ts'
import { readChain, type ChainOptions, type ChainStart, type ChainStep } from '../../src/graph/delta.ts'
import { MailboxLanes } from '../../src/graph/lanes.ts'
import { JumpingClock } from '../sync/rig.ts'
import { json, startServer, type Answer, type SmallServer } from './small-server.ts'

let server: SmallServer | undefined

afterEach(async () => {
  await server?.stop()
})

const calendar: ResolvedCalendar = {
  id: 'C=',
  name: 'Calendar',
  owner: { name: '', address: '' },
  color: undefined,
  canEdit: true,
  isDefault: true,
  mailboxPath: '/me',
  basePath: '/me',
  eventsPath: '/me/calendar/events',
  mailbox: '/me',
}
const window: ChainStart = { kind: 'window', start: '2016-12-01T00:00:00-08:00', end: '2016-12-30T00:00:00+01:00' }

async function steps(
  answers: readonly Answer[],
  start: ChainStart = window,
  changes: Partial<ChainOptions> = {},
): Promise<readonly ChainStep[]> {
  server = await startServer(...answers)
  const clock = new JumpingClock()
  const client = new GraphClient({
    graphUrl: `${server.url}/v1.0`,
    tokens: accessTokenSource({ token: 'x' }),
    lanes: new MailboxLanes({ clock }),
    clock,
    log: silentLog,
  })
  const found: ChainStep[] = []
  for await (const step of readChain(start, { client, calendar, pageSize: 50, ...changes })) found.push(step)
  return found
}

// Links on the server's own host, which is known only while it answers.
function page(rows: readonly unknown[], links: { readonly next?: string; readonly delta?: string }): Answer {
  return (request, response) => {
    const base = `http://${request.headers.host}/v1.0/me/calendarView/delta?`
    const body = {
      value: rows,
      ...(links.next === undefined ? {} : { '@odata.nextLink': base + links.next }),
      ...(links.delta === undefined ? {} : { '@odata.deltaLink': base + links.delta }),
    }
    json(200, body)(request, response)
  }
}

const removed = (id: string): unknown => ({ id, '@removed': { reason: 'deleted' } })

describe('a chain', () => {
  it('goes from its window over the nextLinks to the deltaLink, empty pages included', async () => {
    const found = await steps([
      page([], { next: '$skiptoken=1' }),
      page([removed('A=')], { next: '$skiptoken=2' }),
      page([], { delta: '$deltatoken=3' }),
    ])
    expect(found.map((step) => step.kind === 'page' && [step.rows.length, step.next.kind])).toEqual([
      [0, 'next'],
      [1, 'next'],
      [0, 'delta'],
    ])
    expect(server?.received.map(({ url }) => url)).toEqual([
      '/v1.0/me/calendarView/delta?startDateTime=2016-12-01T00%3A00%3A00-08%3A00&endDateTime=2016-12-30T00%3A00%3A00%2B01%3A00',
      '/v1.0/me/calendarView/delta?$skiptoken=1',
      '/v1.0/me/calendarView/delta?$skiptoken=2',
    ])
    expect(new Set(server?.received.map(({ headers }) => headers['prefer'])).size).toBe(1)
  })

  it('of all events is asked of beta', async () => {
    await steps([page([], { delta: '$deltatoken=3' })], { kind: 'all' })
    expect(server?.received[0]?.url).toBe('/beta/me/calendar/events/delta')
  })

  it.each([
    ['410', json(410, { error: { code: 'SyncStateNotFound' } }), 'expired'],
    ['410 without a body', json(410, undefined), 'expired'],
    ['resyncRequired', json(410, { error: { code: 'resyncRequired' } }), 'expired'],
    [
      'a badly formed token',
      json(400, { error: { code: 'ErrorInvalidParameter', message: 'Badly formed token.' } }),
      'expired',
    ],
    [
      'a window that is too long',
      json(400, { error: { code: 'ErrorX', message: 'Maximum number of days: 1825' } }),
      'windowTooLong',
    ],
  ])('ends with a value on %s', async (_, answer, kind) => {
    expect(await steps([page([removed('A=')], { next: '$skiptoken=1' }), answer])).toMatchObject([
      { kind: 'page' },
      { kind },
    ])
  })

  it.each([400, 404, 501])('of all events that is answered %i is not offered here', async (status) => {
    expect(await steps([json(status, { error: { code: 'BadRequest' } })], { kind: 'all' })).toEqual([
      { kind: 'unsupported' },
    ])
  })

  it('whose window is refused with another 400 is an error', async () => {
    await expect(steps([json(400, { error: { code: 'ErrorInvalidParameter' } })])).rejects.toBeInstanceOf(GraphError)
  })

  it('that leads nowhere is an error, never the end', async () => {
    await expect(steps([page([removed('A=')], {})])).rejects.toThrow(/leads nowhere/)
  })

  it('whose pages come again and again is endless', async () => {
    const found = await steps([
      page([removed('A=')], { next: '$skiptoken=x' }),
      page([removed('B=')], { next: '$skiptoken=y' }),
    ])
    expect(found.at(-1)).toEqual({ kind: 'endless' })
    expect(found.length).toBeLessThan(10)
  })

  it('of empty pages without an end is endless too, long before the page cap', async () => {
    const found = await steps([page([], { next: '$skiptoken=x' })])
    expect(found.at(-1)).toEqual({ kind: 'endless' })
    expect(found.length).toBeLessThan(110)
  })

  it('beyond the page cap is endless, whatever it holds', async () => {
    const found = await steps([page([], { next: '$skiptoken=x' })], window, { maxPages: 20 })
    expect([found.length, found.at(-1)]).toEqual([21, { kind: 'endless' }])
  })

  it('may hold the same page twice', async () => {
    const found = await steps([
      page([removed('A=')], { next: '$skiptoken=1' }),
      page([removed('A=')], { next: '$skiptoken=2' }),
      page([removed('A=')], { delta: '$deltatoken=3' }),
    ])
    expect(found.map(({ kind }) => kind)).toEqual(['page', 'page', 'page'])
  })
})
