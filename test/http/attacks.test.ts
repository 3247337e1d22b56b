// What strangers may try over HTTP, part two: guessing behind a proxy, what they write into the log, hosts that are none, and
// answers that break. Part one is security.test.ts; slow clients are in server/listen.test.ts, guessing in server/guard.test.ts.
import { connect } from 'node:net'
import { Writable } from 'node:stream'
import { beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '../../src/base/log.ts'
import { parseXml } from '../../src/caldav/xml.ts'
import { hourOn } from '../caldav/texts.ts'
import { alicesPassword, basic, startBridge, type Bridge } from './harness.ts'

let logged = ''
const destination = new Writable({
  write: (chunk, _, done) => {
    logged += String(chunk)
    done()
  },
})
beforeEach(() => {
  logged = ''
})

const pretty = startBridge({ log: createLog({ level: 'debug', format: 'pretty', destination }) })
const behind = startBridge({ trustProxy: ['127.0.0.0/8'] })
const named = startBridge({ users: new Map([['<b>&"\'ü', { passwordHash: 'x' }]]) })

/** Octets as they are on the wire, which no HTTP library would send. */
async function raw(bridge: Bridge, text: string): Promise<string> {
  const socket = connect(Number(new URL(bridge.url()).port), '127.0.0.1')
  socket.end(Buffer.from(text, 'latin1'))
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  return answer
}

const signedIn = `Authorization: ${basic('alice', alicesPassword)}`

describe('guessing', () => {
  const guess = (bridge: Bridge, from: (count: number) => string, times = 12): Promise<readonly number[]> =>
    Array.from({ length: times }, (_, count) => count).reduce<Promise<readonly number[]>>(async (before, count) => {
      const statuses = await before
      const headers = { 'X-Forwarded-For': from(count), 'X-Real-IP': from(count), Forwarded: `for=${from(count)}` }
      const { status } = await bridge.ask('/dav/', { headers, authorization: basic('alice', `guess ${count}`) })
      return [...statuses, status]
    }, Promise.resolve([]))

  it('gets no new address by a header that nobody trusts', async () => {
    const statuses = await guess(pretty, (count) => `192.0.2.${count}`)
    expect([statuses[0], statuses.at(-1)]).toEqual([401, 429])
    expect((await pretty.ask('/dav/', { method: 'OPTIONS' })).status).toBe(200)
  })

  it('gets no new address by what a client writes before a trusted proxy adds its own', async () => {
    const statuses = await guess(behind, (count) => `198.51.100.${count}, 203.0.113.9`)
    expect(statuses.at(-1)).toBe(429)
    expect((await guess(behind, () => '203.0.113.10', 1))[0]).toBe(401)
  })
})

describe('the log', () => {
  // Erase the line, colour, C1 codes, a window's title, a line of its own, writing from right to left.
  const evil = ['\u001b[2K', '\u009b31m', '\u0007', '\r\nlevel=error forged', '\u0085', '\u202e'].join('x')

  it.each([
    ['a path', `GET /dav/${encodeURIComponent(evil)}/ HTTP/1.1\r\nHost: a\r\n${signedIn}`],
    ['a path as it is', 'GET /dav/\u009b31m/ HTTP/1.1\r\nHost: a'],
    ['a user agent', `GET /dav/ HTTP/1.1\r\nHost: a\r\nUser-Agent: \u009b31m\u0085x`],
    ['a user name', `GET /dav/ HTTP/1.1\r\nHost: a\r\nAuthorization: ${basic(evil, 'x')}`],
    ['a method', 'X\u001b[31m / HTTP/1.1\r\nHost: a'],
    ['a forwarded address', 'GET /dav/ HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: \u009b31m, 192.0.2.1'],
  ])('%s steers no terminal and forges no line', async (_, head) => {
    expect(await raw(pretty, `${head}\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect(logged).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/)
    expect(logged).not.toContain('forged')
  })

  it('shows facts without what steers, whoever wrote them', () => {
    for (const format of ['pretty', 'json'] as const) {
      logged = ''
      createLog({ level: 'info', format, destination }).info('event written', { uid: `a${evil}b`, at: ['x'] })
      expect(logged.trimEnd().split('\n')).toHaveLength(1)
      expect(logged).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]|\\u00(?:1b|9b)/)
    }
  })
})

describe('lines that somebody slips in', () => {
  it.each([
    ['PUT', '/dav/calendars/alice/work/a%0d%0aX-Evil:1.ics', ''],
    ['MKCALENDAR', '/dav/calendars/alice/a%0d%0aX-Evil:1/', ''],
    ['MOVE', '/dav/calendars/alice/work/one.ics', 'Destination: /dav/calendars/alice/home/a%0d%0aX-Evil:1.ics\r\n'],
    ['GET', '/.well-known/caldav', 'X-Forwarded-Host: a%0d%0aX-Evil: 1\r\n'],
  ])('%s %s make no header', async (method, path, more) => {
    pretty.backend.addCalendar('work', { access: 'read-write' }).store('work', 'one.ics', hourOn('one', '20260302'))
    const head = `${method} ${path} HTTP/1.1\r\nHost: a\r\n${more}${signedIn}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`
    expect(await raw(pretty, head)).not.toMatch(/^x-evil/im)
  })

  it.each(['a:99999', '[::::]', 'a:80:80', '[::1', '..:0x1', 'a@b', 'a/b', 'a?b', '\u00e4'])(
    'the host %s is refused, and is no failure of ours',
    async (host) => {
      for (const path of ['/.well-known/caldav', '/dav/']) {
        const answer = await raw(
          pretty,
          `OPTIONS ${path} HTTP/1.1\r\nHost: ${host}\r\n${signedIn}\r\nConnection: close\r\n\r\n`,
        )
        expect(answer).toMatch(/^HTTP\/1\.1 400 /)
      }
      expect(logged).not.toContain('request failed')
    },
  )

  it('a head of more than 16 KB is 431', async () => {
    const head = `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(17_000)}\r\n\r\n`
    expect(await raw(pretty, head)).toMatch(/^HTTP\/1\.1 431 /)
  })

  it.each([
    'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
    'GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n',
    'GET / HTTP/1.1\nHost: a\n\n',
  ])('a request that two programs may read differently is 400: %j', async (request) => {
    expect(await raw(pretty, request)).toMatch(/^HTTP\/1\.1 400 /)
  })
})

describe('what every answer says to a browser', () => {
  it.each([
    ['GET', '/dav/', 405],
    ['GET', '/dav/calendars/alice/', 405],
    ['GET', '/dav/none/', 404],
    ['PROPFIND', '/dav/', 207],
    ['GET', '/mobileconfig', 200],
    ['GET', '/healthz', 200],
    ['GET', '/readyz', 200],
    ['GET', '/robots.txt', 200],
    ['GET', '/.well-known/caldav', 301],
    ['GET', '/none', 404],
    ['POST', '/healthz', 405],
  ])('%s %s (%i) is no page, is not guessed at, and loads and frames nothing', async (method, path, status) => {
    const { status: found, headers } = await pretty.ask(path, { method })
    expect(found).toBe(status)
    expect(headers['content-type'] ?? '').not.toMatch(/html|svg/)
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
    expect(headers['cache-control'] ?? 'private').not.toContain('public')
    expect(headers['access-control-allow-origin']).toBeUndefined()
  })

  it('a redirect is kept by nobody but the client', async () => {
    const { headers } = await pretty.ask('/.well-known/caldav', { headers: { Host: 'elsewhere.example' } })
    expect(headers['cache-control']).toMatch(/^private/)
  })

  it('a configuration profile is well-formed whatever the user is called', async () => {
    const { text } = await named.ask('/mobileconfig', { authorization: basic('<b>&"\'ü', 'x') })
    expect(text).not.toContain('<b>')
    expect(parseXml(text.replace(/<!DOCTYPE[^>]*>/, '')).name.local).toBe('plist')
  })
})

it('an answer that breaks half-way ends the connection, and the log says where', async () => {
  const { backend } = pretty
  for (let count = 0; count < 150; count += 1) {
    backend.store('work', `${count}.ics`, hourOn(String(count), '20260302', `DESCRIPTION:${'x'.repeat(2000)}`))
  }
  const read = backend.read.bind(backend)
  backend.read = (slug, names) =>
    names.includes('120.ics') ? Promise.reject(new TypeError('secret words')) : read(slug, names)
  const hrefs = Array.from({ length: 150 }, (_, count) => `<D:href>/dav/calendars/alice/work/${count}.ics</D:href>`)
  const body = `<C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><C:calendar-data/></D:prop>${hrefs.join('')}</C:calendar-multiget>`
  await expect(pretty.ask('/dav/calendars/alice/work/', { method: 'REPORT', body })).rejects.toThrow(/aborted|hang up/)
  backend.read = read
  expect(logged).toMatch(/ERROR.*answer broke off/)
  expect(logged).not.toContain('secret words')
})
