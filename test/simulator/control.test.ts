// The control API over HTTP: everything that a test in another process needs.
import { describe, expect, it } from 'vitest'
import type { Simulator } from '../../src/simulator/simulator.ts'
import { ask, type Json, meeting, round, standUp, start, summaries, text, yearDelta } from './harness.ts'

interface Controlled {
  readonly status: number
  readonly json: Json
  readonly list: readonly Json[]
}

async function control(simulator: Simulator, method: string, path: string, body?: unknown): Promise<Controlled> {
  const response = await fetch(`${simulator.url}/control${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const value: unknown = response.status === 204 ? {} : await response.json()
  return { status: response.status, json: value as Json, list: Array.isArray(value) ? (value as Json[]) : [] }
}

const timed = meeting('Review', '2026-03-03T10:00:00', '2026-03-03T11:00:00')

it('lists what it can do, and refuses the rest', async () => {
  const simulator = await start()
  const { list } = await control(simulator, 'GET', '')
  expect(list.length).toBeGreaterThan(25)
  expect((await control(simulator, 'GET', '/nothing')).status).toBe(404)
  expect((await control(simulator, 'POST', '/events', { event: { subject: 'no times' } })).status).toBe(400)
})

describe('events', () => {
  it('are made, changed, moved, copied and deleted', async () => {
    const simulator = await start()
    const made = await control(simulator, 'POST', '/events', { calendar: 'Personal', event: timed })
    const path = `/events/${text(made.json, 'id')}`
    expect(made.json).toEqual({ id: expect.stringMatching(/^AAMk/), immutableId: expect.stringMatching(/^AAkA/) })
    await control(simulator, 'PATCH', path, { subject: 'Other' })
    const moved = await control(simulator, 'POST', `${path}/move`, { calendar: 'default' })
    const copy = await control(simulator, 'POST', `/events/${text(moved.json, 'id')}/copy`, {})
    expect((await ask(simulator, `/v1.0/me/events/${text(copy.json, 'id')}`)).json).toMatchObject({ subject: 'Other' })
    expect((await control(simulator, 'DELETE', `/events/${text(copy.json, 'immutableId')}`)).status).toBe(204)
    expect((await control(simulator, 'DELETE', `/events/${text(copy.json, 'id')}`)).status).toBe(404)
  })

  it('their instances are changed and cancelled by slot, and the truth shows it', async () => {
    const simulator = await start()
    const { json } = await control(simulator, 'POST', '/events', { event: standUp })
    const path = `/events/${text(json, 'id')}/instances`
    await control(simulator, 'PATCH', `${path}/2026-03-04`, { subject: 'Other' })
    await control(simulator, 'DELETE', `${path}/2026-03-09`)
    expect((await control(simulator, 'DELETE', `${path}/2026-03-10`)).status).toBe(404)
    const range = 'from=2026-03-01T00:00:00Z&to=2026-03-12T00:00:00Z'
    const truth = await control(simulator, 'GET', `/truth?mailbox=me&calendar=default&${range}`)
    expect(truth.json['events']?.['0']).toMatchObject({
      cancelledDates: ['2026-03-09'],
      exceptionDates: ['2026-03-04'],
    })
    expect(truth.json['instances']).toMatchObject([
      { slotDate: '2026-03-02', type: 'occurrence' },
      { slotDate: '2026-03-04', type: 'exception', subject: 'Other', originalStart: '2026-03-04T08:30:00Z' },
      { slotDate: '2026-03-11', type: 'occurrence' },
    ])
  })
})

describe('calendars', () => {
  it('are listed, made, changed, deleted, and get other ids', async () => {
    const simulator = await start()
    const made = await control(simulator, 'POST', '/calendars', { name: 'Garden', canEdit: false, hexColor: '#00ff00' })
    await control(simulator, 'PATCH', '/calendars', { calendar: 'Garden', name: 'Allotment' })
    const read = await ask(simulator, `/v1.0/me/calendars/${text(made.json, 'id')}`)
    expect(read.json).toMatchObject({ name: 'Allotment', canEdit: false, hexColor: '#00ff00' })
    const other = await control(simulator, 'POST', '/calendars/new-id', { calendar: 'Allotment' })
    expect(text(other.json, 'id')).not.toBe(text(made.json, 'id'))
    await control(simulator, 'DELETE', '/calendars?calendar=Allotment')
    expect((await control(simulator, 'GET', '/calendars')).list.map((one) => text(one, 'name'))).not.toContain(
      'Allotment',
    )
  })
})

describe('switches', () => {
  it('are listed with their values and meanings, set by name, and wrong ones are said', async () => {
    const simulator = await start()
    expect((await control(simulator, 'PATCH', '/switches', { deltaMasters: 'never', pageSize: 3 })).status).toBe(204)
    const { json } = await control(simulator, 'GET', '/switches')
    expect(json['deltaMasters']).toMatchObject({
      value: 'never',
      allowed: ['always', 'firstRound', 'begunInWindow', 'never'],
      kind: 'observed',
    })
    expect(simulator.switches().pageSize).toBe(3)
    const wrong = await control(simulator, 'PATCH', '/switches', { deltaMasters: 'sometimes', nothing: 1 })
    expect(wrong.status).toBe(400)
    expect(text(wrong.json, 'error')).toBe(
      'deltaMasters takes always, firstRound, begunInWindow, never; there is no switch nothing',
    )
  })
})

describe('faults, clock, requests, tokens', () => {
  it('faults are ordered and cleared', async () => {
    const simulator = await start()
    const order = { path: 'me$', effect: { kind: 'status', status: 503, retryAfter: 2, body: 'html' } }
    expect((await control(simulator, 'POST', '/faults', order)).json).toEqual({ id: 1 })
    const reply = await ask(simulator, '/v1.0/me')
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '2'])
    expect((await control(simulator, 'GET', '/faults')).list).toMatchObject([{ hits: 1 }])
    await control(simulator, 'DELETE', '/faults')
    expect((await control(simulator, 'GET', '/faults')).list).toEqual([])
    for (const wrong of [
      {},
      { effect: { kind: 'nothing' } },
      { effect: { kind: 'status', status: 99 } },
      { path: '(', effect: { kind: 'drop' } },
    ]) {
      expect((await control(simulator, 'POST', '/faults', wrong)).status).toBe(400)
    }
  })

  it('the clock is set and moved', async () => {
    const simulator = await start()
    expect((await control(simulator, 'POST', '/clock', { now: '2027-01-01T00:00:00Z' })).json).toEqual({
      now: '2027-01-01T00:00:00Z',
    })
    await control(simulator, 'POST', '/clock', { advanceMs: 1500 })
    expect((await control(simulator, 'GET', '/clock')).json).toEqual({ now: '2027-01-01T00:00:01.5Z' })
    const { id } = simulator.control.createEvent({}, timed)
    expect((await ask(simulator, `/v1.0/me/events/${id}`)).json).toMatchObject({
      createdDateTime: '2027-01-01T00:00:01.5Z',
    })
    expect((await control(simulator, 'POST', '/clock', { now: 'soon' })).status).toBe(400)
  })

  it('requests are read and forgotten; control requests are not among them', async () => {
    const simulator = await start()
    await ask(simulator, '/v1.0/me')
    const { json } = await control(simulator, 'GET', '/requests')
    expect(json['requests']).toMatchObject([{ method: 'GET', path: '/v1.0/me', status: 200 }])
    expect(json['mostInFlight']).toEqual({ [simulator.tenant.me.id]: 1 })
    await control(simulator, 'DELETE', '/requests')
    expect((await control(simulator, 'GET', '/requests')).json).toEqual({ requests: [], mostInFlight: {} })
  })

  it('delta tokens expire, access tokens are renewed, mailboxes close', async () => {
    const simulator = await start()
    const { deltaLink } = await round(simulator, yearDelta)
    await control(simulator, 'POST', '/tokens/expire', {})
    expect((await ask(simulator, deltaLink)).status).toBe(410)
    const renewed = await control(simulator, 'POST', '/bearer/renew')
    expect(text(renewed.json, 'token')).toBe(simulator.token)
    await control(simulator, 'PATCH', '/mailboxes/frontdesk@fabrikam.example', { isReachable: false })
    expect((await ask(simulator, '/v1.0/users/frontdesk@fabrikam.example/events')).status).toBe(403)
  })
})

describe('scripts', () => {
  it('answer word for word before the tenant, with the simulator’s own address', async () => {
    const simulator = await start()
    const script = {
      path: '/v1.0/*/calendarView/delta',
      query: { startdatetime: '2026-01-01T00:00:00Z' },
      times: 1,
      headers: { 'x-from': '{{base}}' },
      body: { value: [], '@odata.deltaLink': '{{base}}/v1.0/me/calendarView/delta?$deltatoken=one' },
    }
    expect((await control(simulator, 'PUT', '/scripts', { scripts: [script] })).status).toBe(204)
    const first = await ask(simulator, yearDelta)
    expect(text(first.json, '@odata.deltaLink')).toBe(`${simulator.url}/v1.0/me/calendarView/delta?$deltatoken=one`)
    expect(first.headers.get('x-from')).toBe(simulator.url)
    expect(text((await ask(simulator, yearDelta)).json, '@odata.deltaLink')).toContain('R0usmc')
    expect((await control(simulator, 'PUT', '/scripts', { scripts: [{}] })).status).toBe(400)
    await control(simulator, 'DELETE', '/scripts')
    expect((await control(simulator, 'GET', '/scripts')).list).toEqual([])
  })
})

it('outbox and violations are there', async () => {
  const simulator = await start()
  await ask(simulator, '/v1.0/me/events', {
    method: 'POST',
    body: { ...timed, attendees: [{ emailAddress: { address: 'a@b.example' } }] },
  })
  expect((await control(simulator, 'GET', '/outbox')).list).toMatchObject([{ kind: 'invitation', to: ['a@b.example'] }])
  await control(simulator, 'DELETE', '/outbox')
  expect((await control(simulator, 'GET', '/outbox')).list).toEqual([])
  expect((await control(simulator, 'GET', '/violations')).list).toEqual([])
  expect(summaries([])).toEqual([])
})
