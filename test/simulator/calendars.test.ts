// Calendars and calendar groups over HTTP: extended properties, names, groups (graph contract 2; Graph pages "Create
// calendar", "Create singleValueLegacyExtendedProperty", "Create CalendarGroup").
import { describe, expect, it } from 'vitest'
import { ask, meeting, type Reply, rowsOf, start, text } from './harness.ts'

const id = 'String {2f6b1c9e-0000-4000-8000-00000000cafe} Name made-by'
const expand = `$expand=singleValueExtendedProperties($filter=id eq '${id}')`
const marked = { singleValueExtendedProperties: [{ id, value: 'us' }] }
const codeOf = (reply: Reply): string => `${reply.status} ${text(reply.json['error'], 'code')}`

describe('extended properties of a calendar', () => {
  it('are written with it, shown when expanded, and found by $filter', async () => {
    const simulator = await start()
    const made = await ask(simulator, '/v1.0/me/calendars', { method: 'POST', body: { name: 'Garden', ...marked } })
    const path = `/v1.0/me/calendars/${text(made.json, 'id')}`
    expect((await ask(simulator, path)).json).not.toHaveProperty('singleValueExtendedProperties')
    expect((await ask(simulator, `${path}?$select=name&${expand}`)).json).toMatchObject({ name: 'Garden', ...marked })
    const changed = { singleValueExtendedProperties: [{ id, value: 'others' }] }
    await ask(simulator, path, { method: 'PATCH', body: changed })
    expect((await ask(simulator, `${path}?${expand}`)).json).toMatchObject({ name: 'Garden', ...changed })
    const filter = `$filter=singleValueExtendedProperties/Any(ep: ep/id eq '${id}' and ep/value eq 'others')`
    const found = rowsOf(await ask(simulator, `/v1.0/me/calendars?${filter}&${expand}`))
    expect(found).toMatchObject([{ name: 'Garden', ...changed }])
    expect(codeOf(await ask(simulator, `${path}?$expand=owner`))).toBe('400 BadRequest')
  })
})

describe('names and colours', () => {
  it('a name is there once; a colour is one of the presets', async () => {
    const simulator = await start()
    const post = (body: object): Promise<Reply> => ask(simulator, '/v1.0/me/calendars', { method: 'POST', body })
    const made = await post({ name: 'Garden' })
    expect(codeOf(await post({ name: 'Garden' }))).toBe('409 ErrorFolderExists')
    expect(codeOf(await post({ name: 'Pond', color: 'mauve' }))).toBe('400 ErrorPropertyValidationFailure')
    expect(codeOf(await post({}))).toBe('400 ErrorPropertyValidationFailure')
    const path = `/v1.0/me/calendars/${text(made.json, 'id')}`
    expect((await ask(simulator, path, { method: 'PATCH', body: { name: 'Garden', color: 'lightPink' } })).status).toBe(
      200,
    )
    expect(codeOf(await ask(simulator, path, { method: 'PATCH', body: { name: 'Personal' } }))).toBe(
      '409 ErrorFolderExists',
    )
  })
})

describe('calendar groups', () => {
  it('are made, renamed and deleted; the first one stays, and calendars of a deleted one come into it', async () => {
    const simulator = await start()
    const groups = '/v1.0/me/calendarGroups'
    const made = await ask(simulator, groups, { method: 'POST', body: { name: 'Clubs' } })
    expect([made.status, text(made.json, 'name')]).toEqual([201, 'Clubs'])
    expect(codeOf(await ask(simulator, groups, { method: 'POST', body: { name: 'Clubs' } }))).toBe(
      '409 ErrorFolderExists',
    )
    const path = `${groups}/${text(made.json, 'id')}`
    expect((await ask(simulator, path, { method: 'PATCH', body: { name: 'Choirs' } })).json).toMatchObject({
      name: 'Choirs',
    })
    const inside = await ask(simulator, `${path}/calendars`, { method: 'POST', body: { name: 'Altos' } })
    expect(rowsOf(await ask(simulator, `${path}/calendars`)).map((row) => text(row, 'name'))).toEqual(['Altos'])
    const event = meeting('Rehearsal', '2026-03-03T10:00:00', '2026-03-03T11:00:00')
    const events = `/v1.0/me/calendars/${text(inside.json, 'id')}/events`
    await ask(simulator, events, { method: 'POST', body: event })
    expect((await ask(simulator, path, { method: 'DELETE' })).status).toBe(204)
    expect((await ask(simulator, path)).status).toBe(404)
    expect(rowsOf(await ask(simulator, events))).toHaveLength(1)
    const first = rowsOf(await ask(simulator, groups))[0]
    expect(codeOf(await ask(simulator, `${groups}/${text(first, 'id')}`, { method: 'DELETE' }))).toBe(
      '400 ErrorDeleteDistinguishedFolder',
    )
  })
})
