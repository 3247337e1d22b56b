// Graph error responses: what every answer carries, and who may ask (graph contract 1).
import { expect, it } from 'vitest'
import { ask, start, text } from './harness.ts'

it('a request without or with a wrong token is 401 with a Graph error body', async () => {
  const simulator = await start()
  for (const token of ['', 'wrong']) {
    const reply = await ask(simulator, '/v1.0/me', { token, headers: { 'client-request-id': 'mine' } })
    expect(reply.status).toBe(401)
    expect(reply.json['error']).toMatchObject({
      code: 'InvalidAuthenticationToken',
      innerError: { date: '2026-03-01T08:00:00', 'client-request-id': 'mine' },
    })
    expect(reply.headers.get('www-authenticate')).toContain('Bearer')
  }
})

it('every answer carries the request ids, the clock’s date and the diagnostics', async () => {
  const simulator = await start()
  const reply = await ask(simulator, '/v1.0/me', { headers: { 'client-request-id': 'mine' } })
  expect(reply.headers.get('client-request-id')).toBe('mine')
  expect(reply.headers.get('request-id')).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/)
  expect(reply.headers.get('x-ms-ags-diagnostic')).toContain('ServerInfo')
  expect(reply.headers.get('date')).toBe('Sun, 01 Mar 2026 08:00:00 GMT')
  expect(reply.headers.get('cache-control')).toBe('private')
})

it('an application has no me but reaches people and shared mailboxes, and no group calendar', async () => {
  const simulator = await start()
  const token = simulator.applicationToken
  expect((await ask(simulator, '/v1.0/me', { token })).status).toBe(400)
  expect((await ask(simulator, '/v1.0/users/mara@fabrikam.example/calendar', { token })).status).toBe(200)
  expect((await ask(simulator, '/v1.0/groups/harbour@fabrikam.example/calendar', { token })).status).toBe(403)
})

it('a renewed token replaces the old one', async () => {
  const simulator = await start()
  const old = simulator.token
  await fetch(`${simulator.url}/control/bearer/renew`, { method: 'POST' })
  expect((await ask(simulator, '/v1.0/me', { token: old })).status).toBe(401)
  expect((await ask(simulator, '/v1.0/me')).status).toBe(200)
})

it('a mailbox that cannot be reached is 403, an unknown one 404', async () => {
  const simulator = await start()
  simulator.control.setReachable('frontdesk@fabrikam.example', false)
  const refused = await ask(simulator, '/v1.0/users/frontdesk@fabrikam.example/calendar')
  expect([refused.status, text(refused.json['error'], 'code')]).toEqual([403, 'ErrorAccessDenied'])
  const unknown = await ask(simulator, '/v1.0/users/nobody@fabrikam.example/calendar')
  expect([unknown.status, text(unknown.json['error'], 'code')]).toEqual([404, 'ErrorInvalidUser'])
})

it('paths that do not exist and methods that are not there are refused', async () => {
  const simulator = await start()
  expect((await ask(simulator, '/v2.0/me')).status).toBe(400)
  expect((await ask(simulator, '/v1.0/me/nothing')).status).toBe(400)
  // A calendar's delta without calendarView is a common mistake.
  const [calendar] = simulator.control.calendars()
  expect((await ask(simulator, `/v1.0/me/calendars/${calendar?.id}/delta`)).status).toBe(400)
  expect((await ask(simulator, '/v1.0/me/calendarView', { method: 'DELETE' })).status).toBe(405)
})

it('an answer names nobody’s token', async () => {
  const simulator = await start()
  const reply = await ask(simulator, '/v1.0/me', { token: 'a-secret-token' })
  expect(reply.text).not.toContain('a-secret-token')
})
