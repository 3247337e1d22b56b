// The real app on a free port of loopback, and requests to it over real HTTP.
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { afterAll, beforeAll } from 'vitest'
import { silentLog } from '../../src/base/log.ts'
import { createApp, type AppOptions } from '../../src/server/app.ts'
import { listen, type RunningServer } from '../../src/server/listen.ts'
import { parseXml, type XmlElement } from '../../src/caldav/xml.ts'
import { FakeBackend } from '../caldav/fake-backend.ts'
import { testClock, type TestClock } from './test-clock.ts'

/** One answer, its body read. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly text: string
}

/** A request; the user is alice with the right password unless `authorization` says otherwise (null: none). */
export interface Ask {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  readonly authorization?: string | null
}

/** A running server with one backend. */
export interface Bridge {
  readonly backend: FakeBackend
  readonly clock: TestClock
  url(): string
  ask(path: string, ask?: Ask): Promise<Answer>
  /** The answer's root element; fails when the status is not the one expected. */
  xml(path: string, ask: Ask, status?: number): Promise<XmlElement>
}

export const alicesPassword = 'correct horse'

/** `Authorization` of a user. */
export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

/** Starts the server before the tests of a file and stops it after them. Alice has `work` and `home`, Bob has `bobs`. */
export function startBridge(more: Partial<AppOptions> = {}): Bridge {
  const backend = new FakeBackend()
  const clock = testClock()
  for (const slug of ['work', 'home', 'bobs']) backend.addCalendar(slug)
  backend.addUser('alice', ['work', 'home']).addUser('bob', ['bobs'])
  let server: RunningServer | undefined
  const running = (): RunningServer => {
    if (!server) throw new Error('the server is not running')
    return server
  }
  beforeAll(async () => {
    const app = createApp({
      backend,
      users: new Map([
        ['alice', { passwordHash: alicesPassword }],
        ['bob', { passwordHash: 'b' }],
      ]),
      feeds: [],
      trustProxy: false,
      health: { ready: () => Promise.resolve({ isReady: true, reasons: {} }) },
      log: silentLog,
      clock,
      version: '0.0.0',
      ...more,
    })
    server = await listen(app, { host: '127.0.0.1', port: 0 })
  })
  afterAll(() => server?.close(0))
  const ask = (path: string, options: Ask = {}): Promise<Answer> => send(running().port, path, options)
  return {
    backend,
    clock,
    url: () => running().url,
    ask,
    xml: async (path, options, status = 207) => {
      const answer = await ask(path, options)
      if (answer.status !== status) throw new Error(`${answer.status} in place of ${status}: ${answer.text}`)
      return parseXml(answer.text)
    },
  }
}

function send(port: number, path: string, ask: Ask): Promise<Answer> {
  const authorization = ask.authorization === undefined ? basic('alice', alicesPassword) : ask.authorization
  const headers = {
    ...(authorization === null ? {} : { Authorization: authorization }),
    ...(ask.body === undefined
      ? {}
      : { 'Content-Type': 'application/xml; charset=utf-8', 'Content-Length': String(Buffer.byteLength(ask.body)) }),
    ...ask.headers,
  }
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method: ask.method ?? 'GET', headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const body = Buffer.concat(chunks)
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body, text: body.toString('utf8') })
      })
    })
    request.on('error', reject)
    request.end(ask.body)
  })
}
