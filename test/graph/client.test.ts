import { afterEach, describe, expect, it } from 'vitest'
import { GraphError, UnavailableError } from '../../src/base/errors.ts'
import type { Log } from '../../src/base/log.ts'
import { silentLog } from '../../src/base/log.ts'
import type { TokenSource } from '../../src/graph/auth.ts'
import { GraphClient, segment, type ClientOptions, type Observation } from '../../src/graph/client.ts'
import { MailboxLanes } from '../../src/graph/lanes.ts'
import { JumpingClock } from '../sync/rig.ts'
import { json, startServer, text, type Answer, type SmallServer } from './small-server.ts'

const servers: SmallServer[] = []

async function serve(...answers: readonly Answer[]): Promise<SmallServer> {
  const server = await startServer(...answers)
  servers.push(server)
  return server
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

interface Rig {
  readonly client: GraphClient
  readonly clock: JumpingClock
  readonly observed: Observation[]
}

function clientOf(server: SmallServer, changes: Partial<ClientOptions> = {}): Rig {
  const clock = new JumpingClock()
  const observed: Observation[] = []
  const client = new GraphClient({
    graphUrl: `${server.url}/v1.0`,
    tokens: fixed('secret-token'),
    lanes: new MailboxLanes({ clock }),
    clock,
    log: silentLog,
    random: () => 0,
    timeoutMs: 2_000,
    observe: (observation) => observed.push(observation),
    ...changes,
  })
  return { client, clock, observed }
}

function fixed(token: string): TokenSource {
  return { token: () => Promise.resolve(token), refresh: () => Promise.resolve(token) }
}

const options = { purpose: 'delta', mailbox: '/me' } as const

async function failure(promise: Promise<unknown>): Promise<GraphError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof GraphError)) throw new Error(`not a GraphError: ${String(error)}`)
  return error
}

describe('a request', () => {
  it('carries the token and all preferences in one header', async () => {
    const server = await serve(json(200, { value: [] }))
    await clientOf(server).client.get('/me/events', {
      ...options,
      pageSize: 2,
      query: { $top: 3, startDateTime: '2016-12-01T00:00:00+01:00' },
    })
    const [request] = server.received
    expect(request?.url).toBe('/v1.0/me/events?$top=3&startDateTime=2016-12-01T00%3A00%3A00%2B01%3A00')
    expect(request?.headers.authorization).toBe('Bearer secret-token')
    expect(request?.headers['prefer']).toBe(
      'IdType="ImmutableId", outlook.timezone="UTC", outlook.body-content-type="html", odata.maxpagesize=2',
    )
  })

  it('goes below /beta where that is asked for', async () => {
    const server = await serve(json(200, {}))
    await clientOf(server).client.getBeta('/me/events/delta', options)
    expect(server.received[0]?.url).toBe('/beta/me/events/delta')
  })

  it('encodes path segments and leaves the @ of an address readable', () => {
    expect(segment('mara@fabrikam.example')).toBe('mara@fabrikam.example')
    expect(segment('a/b?c#d e=')).toBe('a%2Fb%3Fc%23d%20e%3D')
  })
})

describe('a link', () => {
  it('is followed exactly as Graph gave it', async () => {
    const server = await serve(json(200, { value: [] }))
    const link = `${server.url}/v1.0/me/calendarView/delta?$skiptoken=R0us%2Bab_-~c&x=(1,2)`
    await clientOf(server).client.follow(link, options)
    expect(`${server.url}${server.received[0]?.url}`).toBe(link)
  })

  it.each([
    ['another host', 'http://evil.example/v1.0/me?$deltatoken=x'],
    ['another port', 'http://127.0.0.1:1/v1.0/me'],
    ['another scheme', 'https://127.0.0.1/v1.0/me'],
    ['no link', 'not a link'],
  ])('to %s is refused and never gets the token', async (_, link) => {
    const server = await serve(json(200, {}))
    await expect(clientOf(server).client.follow(link, options)).rejects.toThrow(/does not lead to/)
    expect(server.received).toEqual([])
  })

  it('with the host as user name of another host is refused', async () => {
    const server = await serve(json(200, {}))
    const link = server.url.replace('http://', 'http://graph@')
    await expect(clientOf(server).client.follow(link, options)).rejects.toThrow(/does not lead to/)
    expect(server.received).toEqual([])
  })

  it('a redirect is not followed', async () => {
    const other = await serve(json(200, {}))
    const server = await serve(text(302, '', { location: `${other.url}/v1.0/me` }))
    expect((await failure(clientOf(server).client.get('/me', options))).status).toBe(302)
    expect(other.received).toEqual([])
  })
})

describe('an answer that fails', () => {
  it.each(['2', '0.2', 'Mon, 02 Mar 2026 12:00:02 GMT'])(
    'with Retry-After %s is asked again when the time has come',
    async (value) => {
      const server = await serve(
        json(429, { error: { code: 'TooManyRequests' } }, { 'retry-after': value }),
        json(200, { ok: true }),
      )
      const { client, clock, observed } = clientOf(server)
      const before = clock.now()
      expect((await client.get('/me', options)).body).toEqual({ ok: true })
      expect(clock.now() - before).toBeGreaterThanOrEqual(value === '0.2' ? 200 : 2_000)
      expect(observed.map(({ status }) => status)).toEqual([429, 200])
    },
  )

  it.each([
    ['503 without Retry-After', json(503, { error: { code: 'ErrorServerBusy' } })],
    ['504 with an empty message', json(504, { error: { code: 'UnknownError', message: '' } })],
    ['502 with a page of a proxy', text(502, '<html>bad gateway</html>')],
    ['a cut connection', ((_, response) => response.destroy()) satisfies Answer],
    [
      'a cut body',
      ((_, response) => {
        response.writeHead(200, { 'content-length': 1000 })
        response.write('{"value":[')
        setImmediate(() => response.destroy())
      }) satisfies Answer,
    ],
    ['half of its JSON', text(200, '{"value":[{"id":"x"')],
    ['a page where JSON should be', text(200, '<html>sign in to the hotel network</html>')],
  ])('%s is asked again', async (_, answer) => {
    const server = await serve(answer, answer, json(200, { ok: true }))
    expect((await clientOf(server).client.get('/me', options)).body).toEqual({ ok: true })
    expect(server.received).toHaveLength(3)
  })

  it('is given up after the allowed attempts, with what Graph said last', async () => {
    const server = await serve(json(503, { error: { code: 'ErrorServerBusy' } }, { 'request-id': 'r-9' }))
    const error = await failure(clientOf(server).client.get('/me', options))
    expect(error).toMatchObject({ kind: 'unavailable', status: 503, graphCode: 'ErrorServerBusy', requestId: 'r-9' })
    expect(server.received).toHaveLength(5)
  })

  it('is given up at once when the wait would be longer than the patience', async () => {
    const server = await serve(json(429, {}, { 'retry-after': '600' }))
    const { client } = clientOf(server)
    expect(await failure(client.get('/me', options))).toMatchObject({ kind: 'throttled', retryAfterMs: 600_000 })
    expect(server.received).toHaveLength(1)
    // The mailbox is paused for everybody: nothing more is sent until then.
    const hasty = { ...options, patience: { attempts: 3, maxWaitMs: 1_000 } }
    expect(await failure(client.get('/me', hasty))).toMatchObject({ kind: 'throttled' })
    expect(server.received).toHaveLength(1)
  })

  it('400 is not asked again', async () => {
    const server = await serve(json(400, { error: { code: 'ErrorInvalidRequest' } }))
    expect((await failure(clientOf(server).client.get('/me', options))).kind).toBe('invalid')
    expect(server.received).toHaveLength(1)
  })
})

describe('401', () => {
  it('gets another token once, then goes on', async () => {
    const server = await serve(json(401, { error: { code: 'InvalidAuthenticationToken' } }), json(200, { ok: true }))
    let token = 'old'
    const refused: string[] = []
    const tokens: TokenSource = {
      token: () => Promise.resolve(token),
      refresh: (one) => {
        refused.push(one)
        return Promise.resolve((token = 'new'))
      },
    }
    await clientOf(server, { tokens }).client.get('/me', options)
    expect(refused).toEqual(['old'])
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new'])
  })

  it('is not asked for when there is no token now: the round or the client comes again', async () => {
    const server = await serve(json(200, {}))
    const unavailable = new UnavailableError('the sign-in service does not answer', 60)
    const tokens: TokenSource = { token: () => Promise.reject(unavailable), refresh: () => Promise.reject(unavailable) }
    await expect(clientOf(server, { tokens }).client.get('/me', options)).rejects.toBe(unavailable)
    expect(server.received).toEqual([])
  })

  it('a second time needs a person', async () => {
    const server = await serve(json(401, {}))
    const error = await failure(clientOf(server).client.get('/me', options))
    expect([error.kind, error.code]).toEqual(['auth', 'sign-in'])
    expect(server.received).toHaveLength(2)
  })
})

describe('limits', () => {
  it('a silent server is given up after the timeout, each attempt by itself', async () => {
    const server = await serve(() => undefined)
    const error = await failure(clientOf(server, { timeoutMs: 50 }).client.get('/me', options))
    expect([error.kind, error.status]).toEqual(['unavailable', 0])
    expect(server.received).toHaveLength(5)
  })

  it('a body that never ends is given up too', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200)
      response.write('{')
    })
    const error = await failure(
      clientOf(server, { timeoutMs: 50 }).client.get('/me', { ...options, patience: { attempts: 1, maxWaitMs: 0 } }),
    )
    expect([error.kind, error.status]).toEqual(['unavailable', 0])
  })

  it('an answer beyond the size limit is refused', async () => {
    const server = await serve(json(200, { value: 'x'.repeat(5_000) }))
    const { client } = clientOf(server, { maxAnswerBytes: 1_000 })
    await expect(client.get('/me', { ...options, patience: { attempts: 1, maxWaitMs: 0 } })).rejects.toThrow(
      /larger than 1000 bytes/,
    )
  })

  it('never more than three requests of one mailbox are under way, other mailboxes go on', async () => {
    let [now, most] = [0, 0]
    const server = await serve((request, response) => {
      if (request.url.includes('/me')) {
        now += 1
        most = Math.max(most, now)
      }
      setTimeout(() => {
        if (request.url.includes('/me')) now -= 1
        json(200, {})(request, response)
      }, 10)
    })
    const { client } = clientOf(server)
    await Promise.all([
      ...Array.from({ length: 12 }, () => client.get('/me/events', options)),
      client.get('/users/x/events', { ...options, mailbox: '/users/x' }),
    ])
    expect(most).toBe(3)
  })

  it('an aborted request ends at once with the reason, waiting or under way', async () => {
    const server = await serve(() => undefined)
    const { client } = clientOf(server, { timeoutMs: 60_000 })
    const stop = new AbortController()
    const requests = Array.from({ length: 5 }, () => client.get('/me', { ...options, signal: stop.signal }))
    const results = Promise.allSettled(requests)
    setTimeout(() => stop.abort(new Error('enough')), 20)
    expect((await results).map((result) => (result.status === 'rejected' ? String(result.reason) : ''))).toEqual(
      Array.from({ length: 5 }, () => 'Error: enough'),
    )
  })
})

describe('what is said', () => {
  it('holds no token and no link, in the log and in errors', async () => {
    const said: string[] = []
    const note = (message: string, facts: unknown = {}): void => {
      said.push(`${message} ${JSON.stringify(facts)}`)
    }
    const log: Log = { error: note, warn: note, info: note, debug: note, child: () => log }
    const server = await serve(json(503, { error: { code: 'Busy', message: 'mara@fabrikam.example' } }))
    const { client } = clientOf(server, { log })
    const error = await failure(client.follow(`${server.url}/v1.0/me/x?$deltatoken=very-secret`, options))
    const everything = [...said, error.message, String(error.stack)].join('\n')
    expect(said.length).toBeGreaterThan(4)
    for (const secret of ['secret-token', 'very-secret', 'mara@', server.url]) expect(everything).not.toContain(secret)
  })
})
