// What strangers may try over HTTP: paths out of the folder, lines in headers and logs, markup in every field, answers for
// somebody else from a cache.
import { connect } from 'node:net'
import { Writable } from 'node:stream'
import { beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '../../src/base/log.ts'
import { event, object } from '../caldav/texts.ts'
import { basic, startBridge } from './harness.ts'

let logged = ''
const destination = new Writable({
  write: (chunk, _, done) => {
    logged += String(chunk)
    done()
  },
})
const token = 'T'.repeat(24)
const bridge = startBridge({
  log: createLog({ level: 'debug', format: 'json', destination }),
  feeds: [
    {
      name: 'work',
      token,
      calendars: ['work'],
      detail: 'full',
      private: 'show',
      reminders: true,
      attendees: true,
      hide: { declined: false, free: false, categories: [], title: null },
      expires: undefined,
    },
  ],
})
const markup = '<script>alert(1)</script>"]]>&lt;'
const nasty = object(
  ...event(
    'nasty',
    'DTSTART:20260302T090000Z',
    'DTEND:20260302T100000Z',
    ...['SUMMARY', 'LOCATION', 'DESCRIPTION', 'CATEGORIES', 'COMMENT', 'X-NASTY'].map((name) => `${name}:${markup}`),
    'URL:javascript:alert(1)',
    'ORGANIZER;CN=<img src=x onerror=alert(1)>:mailto:a@example.com',
    'ATTENDEE;CN=<svg onload=alert(1)>:mailto:b@example.com',
  ),
)
const name = '<script>alert(1)<script>.ics'
const path = `/dav/calendars/alice/work/${encodeURIComponent(name)}`

beforeEach(() => {
  logged = ''
  bridge.backend.store('work', name, nasty)
  bridge.backend.change('work', { displayName: markup })
})

/** Bytes as they are on the wire, which no HTTP library would send. */
async function raw(text: string): Promise<string> {
  const socket = connect(Number(new URL(bridge.url()).port), '127.0.0.1')
  socket.end(text)
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  return answer
}

describe('markup in event fields, names of files and of calendars', () => {
  it('is text in every multistatus, which stays well-formed', async () => {
    const body =
      '<D:propfind xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:allprop/><D:include><C:calendar-data/></D:include></D:propfind>'
    const found = await bridge.ask('/dav/calendars/alice/work/', { method: 'PROPFIND', headers: { Depth: '1' }, body })
    expect(found.text).not.toMatch(/<script|<img|<svg/i)
    await bridge.xml('/dav/calendars/alice/work/', { method: 'PROPFIND', headers: { Depth: '1' }, body })
    const report =
      '<C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/><C:calendar-data/></D:prop>' +
      `<D:href>${path}</D:href><D:href>/dav/calendars/alice/work/%3Cimg%20src%3Dx%3E.ics</D:href></C:calendar-multiget>`
    const answer = await bridge.ask('/dav/calendars/alice/work/', {
      method: 'REPORT',
      headers: { Depth: '1' },
      body: report,
    })
    expect(answer.status).toBe(207)
    expect(answer.text).toContain('&lt;script')
    expect(answer.text).not.toMatch(/<script|<img|<svg/i)
  })

  it.each([path, `/feeds/${token}/work.ics`])('%s is never a page for a browser', async (url) => {
    const { status, headers } = await bridge.ask(url)
    expect(status).toBe(200)
    expect(headers['content-type']).toMatch(/^text\/calendar/)
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['content-security-policy']).toContain("default-src 'none'")
  })

  it.each([
    '/dav/%3Cscript%3E',
    '/%3Cscript%3Ealert(1)%3C/script%3E',
    '/feeds/%3Cscript%3E/x.ics',
    '/mobileconfig/%3Cscript%3E',
  ])('the path %s comes back in no page', async (url) => {
    const { status, headers, text } = await bridge.ask(url)
    expect(status).toBe(404)
    expect(text).not.toContain('<script')
    expect(headers['content-type'] ?? '').not.toContain('html')
  })
})

describe('paths', () => {
  it.each([
    '/dav/calendars/alice/work/..%2f..%2f..%2fetc%2fpasswd',
    '/dav/calendars/alice/../bob/bobs/',
    '/dav/calendars/alice/%2e%2e/bob/bobs/',
    '/dav/calendars/alice/..%2fbob%2fbobs/',
    '/dav/calendars/bob/bobs/',
    '/dav/principals/..%2f..%2f',
    '/feeds/..%2f..%2fconfig/graphdav.yaml',
    '/dav/calendars/alice/work/%00.ics',
    '/dav/calendars/alice/work/a%0d%0aSet-Cookie:x.ics',
    '//dav//calendars//bob//bobs//',
  ])('%s leads nowhere', async (url) => {
    const answer = await raw(
      `GET ${url} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: ${basic('alice', 'correct horse')}\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 40[034] /)
    expect(answer).not.toMatch(/root:|bobs|set-cookie/i)
  })

  it.each(['http://[::1', 'http://a:99999/', 'http://%zz/', 'nonsense'])(
    'the target %s is the client’s mistake, not ours',
    async (target) => {
      logged = ''
      expect(await raw(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /)
      expect(logged).not.toContain('"level":50')
    },
  )

  it.each(['*', '//[', '/%5B::1', '/#[', '/\xa0//[', '/dav/#//[::1', 'http:///', 'a:b'])(
    'the target %s is no failure',
    async (target) => {
      expect(await raw(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)).toMatch(
        /^HTTP\/1\.1 40[014] /,
      )
    },
  )
})

describe('lines that somebody slips in', () => {
  it('make no header', async () => {
    for (const host of ['a%0d%0aX-Evil: 1', 'evil.example/x', 'a b', '<script>']) {
      const answer = await raw(`GET /.well-known/caldav HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
      expect(answer).toMatch(/^HTTP\/1\.1 400 /)
      expect(answer).not.toMatch(/location:/i)
    }
    const { headers } = await bridge.ask('/dav%0d%0aX-Evil:%201/')
    expect(headers['x-evil']).toBeUndefined()
  })

  it('make no line in the log, and no token or password is in it', async () => {
    await bridge.ask(`/feeds/${token}/work.ics`, { headers: { 'User-Agent': 'x\\n{"level":"error"}' } })
    await bridge.ask('/dav/%0a{"level":"error","msg":"forged"}/')
    await bridge.ask('/dav/', { authorization: basic('alice\n{"msg":"forged"}', 'hunter2-secret') })
    expect(logged).not.toBe('')
    for (const line of logged.trimEnd().split('\n')) expect(JSON.parse(line)).not.toHaveProperty('msg', 'forged')
    for (const secret of [token, 'hunter2-secret', 'correct horse']) expect(logged).not.toContain(secret)
  })
})

describe('answers', () => {
  it('for one user are none for another, whatever is in between', async () => {
    const mine = await bridge.ask(path)
    expect(mine.headers['cache-control']).toMatch(/private|no-store/)
    const etag = String(mine.headers['etag'])
    for (const authorization of [basic('bob', 'b'), null]) {
      const other = await bridge.ask(path, { authorization, headers: { 'If-None-Match': etag } })
      expect([401, 404]).toContain(other.status)
      expect(other.text).not.toContain('nasty')
    }
    const feed = await bridge.ask(`/feeds/${token}/work.ics`, { authorization: null })
    expect(feed.headers['cache-control']).toMatch(/^private/)
    expect(feed.headers['set-cookie']).toBeUndefined()
    expect(feed.headers['access-control-allow-origin']).toBeUndefined()
  })

  it('to a wrong token tell nothing about the right one', async () => {
    const wrong = [`${token.slice(0, -1)}X`, `${token}T`, token.toLowerCase(), 'x'.repeat(24)]
    const answers = await Promise.all(wrong.map((one) => bridge.ask(`/feeds/${one}/work.ics`, { authorization: null })))
    const other = await bridge.ask(`/feeds/${token}/other.ics`, { authorization: null })
    for (const { status, text } of answers) expect([status, text]).toEqual([other.status, other.text])
    expect(other.status).toBe(404)
  })
})
