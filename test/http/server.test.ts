import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { GraphdavError } from '../../src/base/errors.ts'
import { silentLog } from '../../src/base/log.ts'
import { hashPassword } from '../../src/server/password.ts'
import { hrefsIn, body, responsesOf } from './dav-xml.ts'
import { dav } from '../../src/caldav/names.ts'
import { alicesPassword, basic, startBridge } from './harness.ts'

const plain = startBridge()
const proxied = startBridge({ publicUrl: 'https://cal.example.org/cal', trustProxy: false })
const trusting = startBridge({ trustProxy: ['127.0.0.0/8', '::1'] })
const unready = startBridge({
  health: { ready: () => Promise.resolve({ isReady: false, reasons: { work: 'older than 30 minutes' } }) },
})
const hashed = startBridge({
  users: new Map([
    ['alice', { passwordHash: await hashPassword(alicesPassword) }],
    ['ü@x.org', { passwordHash: 'pä:ss' }],
  ]),
})

const principal = {
  method: 'PROPFIND',
  headers: { Depth: '0' },
  body: body('D:propfind', '<D:prop><D:current-user-principal/></D:prop>'),
}

const logged: unknown[] = []
const full = startBridge({
  health: {
    ready: () => Promise.reject(new GraphdavError('store-io', 'cannot use /srv/data/users: the disk is full')),
  },
  log: { ...silentLog, error: (message, facts) => void logged.push([message, facts]) },
})

describe('a data folder that cannot be used', () => {
  it('is 503 and no fault of the client; the log says why, the answer names no path', async () => {
    const answer = await full.ask('/readyz', { authorization: null })
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '60'])
    expect(answer.text).toBe('nothing can be stored here just now; the log says why\n')
    expect(logged).toEqual([
      ['the data folder cannot be used', { reason: 'cannot use /srv/data/users: the disk is full' }],
    ])
  })
})

describe('health', () => {
  it('healthz is 200 without signing in', async () => {
    expect((await plain.ask('/healthz', { authorization: null })).status).toBe(200)
  })

  it('readyz is 200, or 503 with the reason of each calendar', async () => {
    expect((await plain.ask('/readyz', { authorization: null })).status).toBe(200)
    const answer = await unready.ask('/readyz', { authorization: null })
    expect(answer.status).toBe(503)
    expect(JSON.parse(answer.text)).toEqual({ ready: false, calendars: { work: 'older than 30 minutes' } })
  })

  it('they are only read', async () => {
    const answer = await plain.ask('/healthz', { method: 'POST' })
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD'])
  })
})

describe('the public address', () => {
  it('is that of the request when nothing is configured', async () => {
    const answer = await plain.ask('/.well-known/caldav', { headers: { Host: 'calendar.lan:8800' } })
    expect(answer.headers.location).toBe('http://calendar.lan:8800/dav/')
  })

  it('does not believe forwarded headers of strangers', async () => {
    const answer = await plain.ask('/.well-known/caldav', {
      headers: { Host: 'a.lan', 'X-Forwarded-Host': 'b.org', 'X-Forwarded-Proto': 'https' },
    })
    expect(answer.headers.location).toBe('http://a.lan/dav/')
  })

  it('believes those of a trusted proxy', async () => {
    const answer = await trusting.ask('/.well-known/caldav', {
      headers: { Host: 'a.lan', 'X-Forwarded-Host': 'b.org', 'X-Forwarded-Proto': 'https' },
    })
    expect(answer.headers.location).toBe('https://b.org/dav/')
  })

  it.each(['a b', 'x/../y', 'user@host', '<script>'])('a host that is none is 400: %s', async (host) => {
    expect((await plain.ask('/.well-known/caldav', { headers: { Host: host } })).status).toBe(400)
  })

  it.each(['/dav/', '/cal/dav/', '/cal/dav'])('with a path, %s is answered and hrefs carry it', async (path) => {
    const [response] = responsesOf(await proxied.xml(path, principal))
    expect(response?.href).toBe('/cal/dav/')
    expect(response && hrefsIn(response, dav('current-user-principal'))).toEqual(['/cal/dav/principals/alice/'])
  })

  it.each(['/.well-known/caldav', '/cal/.well-known/caldav'])('%s leads to the configured address', async (path) => {
    expect((await proxied.ask(path, { headers: { Host: 'evil.example' } })).headers.location).toBe(
      'https://cal.example.org/cal/dav/',
    )
  })

  it.each(['/cal', '/cal/'])('%s is the site', async (path) => {
    expect((await proxied.ask(path, principal)).status).toBe(207)
  })

  it.each(['/calendar/dav/', '/cal/cal/dav/'])('%s is 404', async (path) => {
    expect((await proxied.ask(path, principal)).status).toBe(404)
  })
})

describe('passwords', () => {
  it('a hashed one is checked, and the check remembered', async () => {
    const began = performance.now()
    expect((await hashed.ask('/dav/', principal)).status).toBe(207)
    const first = performance.now() - began
    for (let count = 0; count < 20; count += 1) expect((await hashed.ask('/dav/', principal)).status).toBe(207)
    // Twenty checks of scrypt would take twenty times as long as the first, however busy the machine is.
    expect(performance.now() - began - first).toBeLessThan(10 * first)
    const wrong = basic('alice', `${alicesPassword} `)
    expect((await hashed.ask('/dav/', { ...principal, authorization: wrong })).status).toBe(401)
  })

  it('may hold colons and letters of any language', async () => {
    // This user is nobody's principal here, so 404 tells that the password was right.
    expect((await hashed.ask('/dav/', { ...principal, authorization: basic('ü@x.org', 'pä:ss') })).status).toBe(404)
    expect((await hashed.ask('/dav/', { ...principal, authorization: basic('ü@x.org', 'pä') })).status).toBe(401)
  })

  it.each(['', 'Basic', 'Basic !!!', 'Bearer x', `Basic ${Buffer.from('nocolon').toString('base64')}`])(
    '%j is 401',
    async (authorization) => {
      expect((await plain.ask('/dav/', { ...principal, authorization })).status).toBe(401)
    },
  )
})

describe('what goes out', () => {
  it('has the headers that browsers heed, and none that tell what runs here', async () => {
    const { headers } = await plain.ask('/dav/', principal)
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers['x-powered-by']).toBeUndefined()
    expect(headers['strict-transport-security']).toBeUndefined()
    expect((await proxied.ask('/dav/', principal)).headers['strict-transport-security']).toContain('max-age')
  })

  it('closes the connection on a large body that nobody reads', async () => {
    const socket = connect(Number(new URL(plain.url()).port), '127.0.0.1')
    socket.write('PUT /dav/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\nabc')
    const chunks: string[] = []
    for await (const chunk of socket) chunks.push(String(chunk))
    expect(chunks.join('')).toMatch(/^HTTP\/1\.1 401 [^]*Connection: close/)
  })

  it('invites a body that a client holds back (Expect: 100-continue)', async () => {
    const socket = connect(Number(new URL(plain.url()).port), '127.0.0.1')
    const head = [
      'PROPFIND /dav/ HTTP/1.1',
      'Host: a',
      'Expect: 100-continue',
      'Content-Length: 5',
      'Connection: close',
    ]
    socket.write([...head, '', ''].join('\r\n'))
    let answer = ''
    for await (const chunk of socket) {
      answer += String(chunk)
      if (answer === 'HTTP/1.1 100 Continue\r\n\r\n') socket.write('<a/>\n')
    }
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 401 /)
  })

  it.each(['/dav/calendars/alice/work/%', '/%', '/feeds/%/x.ics'])(
    'broken encoding in %s is answered, not a failure',
    async (path) => {
      expect((await plain.ask(path)).status).toBeLessThan(500)
    },
  )

  it('a very long name is 404', async () => {
    expect((await plain.ask(`/dav/calendars/alice/work/${'x'.repeat(8000)}.ics`)).status).toBe(404)
  })
})
