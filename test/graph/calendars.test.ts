import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reasonOf, sentenceOf } from '../../src/base/errors.ts'
import { silentLog } from '../../src/base/log.ts'
import { accessTokenSource } from '../../src/graph/auth.ts'
import { listCalendars, resolveCalendar, type CalendarSource } from '../../src/graph/calendars.ts'
import { GraphClient } from '../../src/graph/client.ts'
import { MailboxLanes } from '../../src/graph/lanes.ts'
import { mailboxZone, whoAmI } from '../../src/graph/mailbox.ts'
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts'
import { JumpingClock } from '../sync/rig.ts'

let tenant: Simulator
let client: GraphClient

beforeAll(async () => {
  tenant = await startSimulator({ events: 0 })
  const clock = new JumpingClock()
  client = new GraphClient({
    graphUrl: `${tenant.url}/v1.0`,
    tokens: accessTokenSource({ token: tenant.token }),
    lanes: new MailboxLanes({ clock }),
    clock,
    log: silentLog,
  })
})

afterAll(async () => {
  await tenant.stop()
})

const resolve = (mailbox: string, source: CalendarSource) => resolveCalendar({ client }, mailbox, source)

describe('a source', () => {
  it('default is the default calendar, below the mailbox itself', async () => {
    expect(await resolve('me', 'default')).toMatchObject({
      isDefault: true,
      owner: { address: 'mara@fabrikam.example' },
      mailboxPath: '/me',
      basePath: '/me',
      eventsPath: '/me/calendar/events',
      mailbox: 'mara@fabrikam.example',
      canEdit: true,
    })
  })

  it('by name and by id is the same calendar, with its colour', async () => {
    const byName = await resolve('me', { name: 'Personal' })
    expect(byName).toMatchObject({ name: 'Personal', color: '#3cb371', isDefault: false })
    expect(byName.basePath).toBe(`/me/calendars/${encodeURIComponent(byName.id)}`)
    expect(await resolve('me', { id: byName.id })).toEqual(byName)
    expect((await resolve('me', { name: 'personal' })).id).toBe(byName.id)
  })

  it('in a calendar group is found by the names of both', async () => {
    const found = await resolve('me', { calendarGroup: 'Projects', name: 'Harbour' })
    expect(found).toMatchObject({ name: 'Harbour', color: '#a6d1f5' })
    expect(found.basePath).toMatch(/^\/me\/calendars\//)
  })

  it("of another user's mailbox goes by that mailbox", async () => {
    const shared = 'frontdesk@fabrikam.example'
    expect((await resolve('me', { user: shared })).basePath).toBe(`/users/${shared}`)
    const byMailbox = await resolve(shared, 'default')
    expect(byMailbox).toMatchObject({ basePath: `/users/${shared}`, mailbox: shared })
    const byName = await resolve('me', { user: shared, name: byMailbox.name })
    expect(byName.basePath).toMatch(/^\/users\/frontdesk@fabrikam\.example\/calendars\//)
  })

  it("of a group is the group's calendar", async () => {
    const group = [...tenant.tenant.mailboxes.values()].find(({ kind }) => kind === 'group')
    const found = await resolve('me', { group: group?.id ?? '' })
    expect(found.basePath).toBe(`/groups/${group?.id}`)
  })

  it.each<[string, CalendarSource, RegExp]>([
    ['an unknown name', { name: 'Nope' }, /no calendar named "Nope"; there are: .*"Personal" \(id /],
    ['an unknown id', { id: 'AAMkNope=' }, /no calendar with the configured id; there are: .*"Personal"/],
    [
      'an unknown calendar group',
      { calendarGroup: 'Nope', name: 'x' },
      /no calendar group named "Nope"; there are: .*"Projects"/,
    ],
    [
      'an unknown calendar in a group',
      { calendarGroup: 'Projects', name: 'x' },
      /in the group "Projects" named "x"; there are: "Harbour"/,
    ],
    ['an unknown group', { group: '00000000-0000-4000-8000-000000000000' }, /no Microsoft 365 group/],
  ])('with %s says what there is, and to logs only that it is not there', async (_, source, message) => {
    const error: unknown = await resolve('me', source).catch((reason: unknown) => reason)
    expect(sentenceOf(error)).toMatch(message)
    expect(reasonOf(error)).toMatch(/^there is no /)
    expect(reasonOf(error)).not.toMatch(/Personal|Projects"?;|Harbour|AAMk/)
  })

  it('with a name that two calendars have asks for an id', async () => {
    tenant.control.createCalendar('me', { name: 'twice' })
    tenant.control.createCalendar('me', { name: 'TWICE' })
    expect((await resolve('me', { name: 'TWICE' })).name).toBe('TWICE')
    await expect(resolve('me', { name: 'Twice' })).rejects.toThrow(
      /there are 2 of calendar named "Twice"; name one by its id/,
    )
  })
})

describe('a name that has meant a calendar so far', () => {
  const known = (id: string) => ({ id, ownerAddress: '', name: '', isDefault: false })

  it('still means it when nothing has the name any more, or several have', async () => {
    tenant.control.createCalendar('me', { name: 'Was called so' })
    const { id } = await resolve('me', { name: 'Was called so' })
    const found = await resolveCalendar({ client }, 'me', { name: 'Never' }, known(id))
    expect(found).toMatchObject({ id, name: 'Was called so' })
    tenant.control.createCalendar('me', { name: 'WAS CALLED SO' })
    expect(await resolveCalendar({ client }, 'me', { name: 'was called so' }, known(id))).toMatchObject({ id })
  })

  it('means another one that has it now', async () => {
    const { id } = await resolve('me', { name: 'Birthdays' })
    const found = await resolveCalendar({ client }, 'me', { name: 'Personal' }, known(id))
    expect(found.name).toBe('Personal')
  })
})

describe('a calendar whose id has changed', () => {
  it('is found again by owner and name', async () => {
    const before = await resolve('me', { name: 'Birthdays' })
    tenant.control.replaceCalendarId({ calendar: 'Birthdays' })
    const known = { id: undefined, ownerAddress: before.owner.address, name: before.name, isDefault: false }
    const after = await resolveCalendar({ client }, 'me', { id: before.id }, known)
    expect(after.name).toBe('Birthdays')
    expect(after.id).not.toBe(before.id)
    await expect(resolve('me', { id: before.id })).rejects.toThrow(/no calendar with the configured id/)
  })
})

describe('the mailbox', () => {
  it('lists all its calendars, over several pages if need be', async () => {
    for (let count = 0; count < 12; count += 1) tenant.control.createCalendar('me', { name: `More ${count}` })
    const names = (await listCalendars({ client }, 'me')).map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['Personal', 'Harbour', 'More 0', 'More 11']))
    expect(new Set(names).size).toBe(names.length)
  })

  it('says whose it is and in which zone', async () => {
    expect(await whoAmI({ client }, 'me')).toEqual({ name: 'Mara Lindqvist', address: 'mara@fabrikam.example' })
    expect(await mailboxZone({ client }, 'me')).toBe('W. Europe Standard Time')
  })

  it.each([403, 404])('that answers %i says neither, which is no error', async (status) => {
    tenant.faults.add({
      count: 2,
      effect: { kind: 'status', status, code: 'ErrorAccessDenied', message: '', body: 'json' },
    })
    expect(await whoAmI({ client }, 'me')).toBeUndefined()
    expect(await mailboxZone({ client }, 'me')).toBeUndefined()
  })
})
