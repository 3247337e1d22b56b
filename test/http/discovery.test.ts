import { describe, expect, it } from 'vitest'
import { caldav, dav, keyOf } from '../../src/caldav/names.ts'
import { body, hrefsIn, preconditionsIn, propertyText, responseOf, responsesOf } from './dav-xml.ts'
import { parseXml } from '../../src/caldav/xml.ts'
import { basic, startBridge } from './harness.ts'
import { hourOn } from '../caldav/texts.ts'

const bridge = startBridge()
bridge.backend.store('work', 'one.ics', hourOn('one', '20260302'))

const principalBody = body('D:propfind', '<D:prop><D:current-user-principal/><D:resourcetype/></D:prop>')

describe('discovery', () => {
  it.each(['GET', 'PROPFIND', 'OPTIONS', 'REPORT', 'PUT'])(
    'well-known redirects %s before signing in',
    async (method) => {
      const answer = await bridge.ask('/.well-known/caldav', { method, authorization: null })
      expect(answer.status).toBe(301)
      expect(answer.headers.location).toBe(`${bridge.url()}/dav/`)
    },
  )

  it.each([
    '/',
    '/dav/',
    '/dav',
    '/dav/principals/alice/',
    '/dav/calendars/alice/',
    '/dav/calendars/alice/work/',
    '/dav/calendars/alice/work/one.ics',
  ])('the principal is found at %s', async (path) => {
    const answer = await bridge.xml(path, { method: 'PROPFIND', headers: { Depth: '0' }, body: principalBody })
    const [response] = responsesOf(answer)
    expect(response && hrefsIn(response, dav('current-user-principal'))).toEqual(['/dav/principals/alice/'])
  })

  it('the principal leads to the home, the addresses and the scheduling places', async () => {
    const asked = body(
      'D:propfind',
      '<D:prop><C:calendar-home-set/><C:calendar-user-address-set/><C:schedule-inbox-URL/><C:schedule-outbox-URL/></D:prop>',
    )
    const answer = await bridge.xml('/dav/principals/alice/', {
      method: 'PROPFIND',
      headers: { Depth: '0' },
      body: asked,
    })
    const response = responseOf(answer, '/dav/principals/alice/')
    expect(hrefsIn(response, caldav('calendar-home-set'))).toEqual(['/dav/calendars/alice/'])
    expect(hrefsIn(response, caldav('calendar-user-address-set'))[0]).toBe('mailto:alice@example.com')
    expect(hrefsIn(response, caldav('schedule-inbox-URL'))).toEqual(['/dav/calendars/alice/inbox/'])
    expect(hrefsIn(response, caldav('schedule-outbox-URL'))).toEqual(['/dav/calendars/alice/outbox/'])
  })

  it('the home lists every calendar of the user, the inbox and the outbox', async () => {
    const asked = body('D:propfind', '<D:prop><D:resourcetype/><D:displayname/></D:prop>')
    const answer = await bridge.xml('/dav/calendars/alice/', {
      method: 'PROPFIND',
      headers: { Depth: '1' },
      body: asked,
    })
    expect(responsesOf(answer).map(({ href }) => href)).toEqual([
      '/dav/calendars/alice/',
      '/dav/calendars/alice/work/',
      '/dav/calendars/alice/home/',
      '/dav/calendars/alice/inbox/',
      '/dav/calendars/alice/outbox/',
    ])
    expect(propertyText(responseOf(answer, '/dav/calendars/alice/work/'), dav('displayname'))).toBe('Calendar work')
  })

  it.each([
    '/',
    '/dav/',
    '/dav/principals/alice/',
    '/dav/calendars/alice/',
    '/dav/calendars/alice/work/',
    '/dav/calendars/alice/work/one.ics',
  ])('OPTIONS of %s says the same classes', async (path) => {
    const answer = await bridge.ask(path, { method: 'OPTIONS' })
    expect(answer.status).toBe(200)
    expect(answer.headers['dav']).toBe('1, 3, access-control, extended-mkcol, calendar-access, calendar-auto-schedule')
    expect(answer.headers.allow).toContain('PROPFIND')
    expect(answer.headers.allow).not.toMatch(/PUT|DELETE|POST/)
  })
})

describe('what is not there', () => {
  it.each([
    '/dav/principals/bob/',
    '/dav/calendars/bob/',
    '/dav/calendars/bob/bobs/',
    '/dav/calendars/alice/bobs/',
    '/dav/calendars/alice/work/none.ics',
    '/dav/calendars/alice/work/one.ics/',
    '/dav/calendars/alice/work/../work/one.ics',
    '/dav/calendars/alice/%2e%2e/work/',
    '/dav/nothing/',
    '/dav//calendars/alice/',
    '/nothing',
  ])('%s is 404', async (path) => {
    const answer = await bridge.ask(path, { method: 'PROPFIND', headers: { Depth: '0' }, body: principalBody })
    expect(answer.status).toBe(404)
  })

  it('an encoded slash is never a level: 403', async () => {
    const answer = await bridge.ask('/dav/calendars/alice/work%2Fone.ics', {
      method: 'PROPFIND',
      headers: { Depth: '0' },
    })
    expect(answer.status).toBe(403)
  })

  it.each(['/dav/calendars/alice/%zz/', '/dav/calendars/alice/work/%00.ics', '/dav/calendars/alice/%ff/'])(
    'broken encoding is 400: %s',
    async (path) => {
      expect((await bridge.ask(path, { method: 'PROPFIND' })).status).toBe(400)
    },
  )
})

describe('signing in', () => {
  it.each(['/dav/', '/dav/calendars/alice/work/', '/dav/calendars/bob/', '/dav/nothing', '/dav'])(
    '%s wants it before anything else',
    async (path) => {
      const answer = await bridge.ask(path, { method: 'PROPFIND', authorization: null, body: 'not XML at all' })
      expect(answer.status).toBe(401)
      expect(answer.headers['www-authenticate']).toMatch(/^Basic realm="graphdav"/)
    },
  )

  it('a wrong password is 401', async () => {
    expect((await bridge.ask('/dav/', { method: 'PROPFIND', authorization: basic('alice', 'no') })).status).toBe(401)
  })

  it("bob sees his own calendar and not alice's", async () => {
    const authorization = basic('bob', 'b')
    const ask = { method: 'PROPFIND', headers: { Depth: '0' }, authorization }
    expect((await bridge.ask('/dav/calendars/bob/bobs/', ask)).status).toBe(207)
    expect((await bridge.ask('/dav/calendars/alice/work/', ask)).status).toBe(404)
  })
})

describe('writing', () => {
  it.each([
    ['PUT', '/dav/calendars/alice/work/new.ics', 'write-content'],
    ['DELETE', '/dav/calendars/alice/work/one.ics', 'unbind'],
    ['MKCALENDAR', '/dav/calendars/alice/new/', 'bind'],
    ['MKCOL', '/dav/calendars/alice/new/', 'bind'],
    ['MOVE', '/dav/calendars/alice/work/one.ics', 'unbind'],
    ['COPY', '/dav/calendars/alice/work/one.ics', 'bind'],
    ['POST', '/dav/calendars/alice/work/', 'bind'],
  ])('%s says which privilege is missing', async (method, path, privilege) => {
    const body = method.startsWith('MK') ? {} : { body: 'x', headers: { 'Content-Type': 'text/calendar' } }
    const answer = await bridge.ask(path, { method, ...body })
    expect(answer.status).toBe(403)
    expect(preconditionsIn(parseXml(answer.text))[0]).toBe(keyOf(dav('need-privileges')))
    expect(answer.text).toContain(`<D:privilege><D:${privilege}/></D:privilege>`)
  })

  it("a calendar that is not the user's stays unknown", async () => {
    for (const slug of ['bobs', 'nobodys']) {
      expect((await bridge.ask(`/dav/calendars/alice/${slug}/x.ics`, { method: 'PUT', body: 'x' })).status).toBe(409)
    }
    expect((await bridge.ask('/dav/calendars/bob/bobs/x.ics', { method: 'PUT', body: 'x' })).status).toBe(404)
  })

  it('LOCK is 405 with the methods there are', async () => {
    const answer = await bridge.ask('/dav/calendars/alice/work/', { method: 'LOCK' })
    expect(answer.status).toBe(405)
    expect(answer.headers.allow).toContain('REPORT')
  })
})
