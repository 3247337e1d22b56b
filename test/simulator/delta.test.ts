// calendarView/delta: first rounds, later rounds, and every behaviour that a switch turns on (graph contract 6).
import { describe, expect, it } from 'vitest'
import type { Simulator } from '../../src/simulator/simulator.ts'
import type { Switches } from '../../src/simulator/switches.ts'
import { ask, meeting, round, rowsOf, standUp, start, summaries, text, yearDelta } from './harness.ts'

interface Ids {
  readonly single: string
  readonly series: string
}

/** One single event and the stand-up, read once: what follows is a later round from the link. */
async function afterFirstRound(
  switches: Partial<Switches> = {},
): Promise<Ids & { simulator: Simulator; link: string }> {
  const simulator = await start({ switches })
  const single = simulator.control.createEvent({}, meeting('Review', '2026-03-03T10:00:00', '2026-03-03T11:00:00')).id
  const series = simulator.control.createEvent({}, standUp).id
  const { deltaLink } = await round(simulator, yearDelta)
  return { simulator, single, series, link: deltaLink }
}

const later = (subject: string): Record<string, unknown> =>
  meeting(subject, '2028-01-01T10:00:00', '2028-01-01T11:00:00')

describe('the first round', () => {
  it('has full singles, exceptions and masters, and stubs of seven keys for occurrences', async () => {
    const simulator = await start()
    simulator.control.createEvent({}, meeting('Review', '2026-03-03T10:00:00', '2026-03-03T11:00:00'))
    const { id } = simulator.control.createEvent({}, standUp)
    simulator.control.updateInstance(id, '2026-03-04', { subject: 'Other' })
    const { rows } = await round(simulator, yearDelta)
    const [single, master, stub, exception] = rows
    expect([single, master, exception].map((row) => text(row, 'type'))).toEqual([
      'singleInstance',
      'seriesMaster',
      'exception',
    ])
    for (const row of [single, master, exception]) {
      expect(Object.keys(row ?? {})).toEqual(
        expect.arrayContaining(['body', 'changeKey', 'iCalUId', 'attendees', '@odata.type']),
      )
      expect(row).not.toHaveProperty('originalStart')
    }
    expect(Object.keys(stub ?? {})).toEqual([
      '@odata.type',
      '@odata.etag',
      'seriesMasterId',
      'type',
      'id',
      'start',
      'end',
    ])
    expect(text(stub, '@odata.etag')).toMatch(/^W\/"DwAAABYAAAC/)
    expect(text(stub, 'seriesMasterId')).toBe(id)
    expect(rows).toHaveLength(1 + 1 + 14)
  })

  it('links are absolute, opaque, and window parameters beside a token are ignored', async () => {
    const { simulator, link } = await afterFirstRound()
    expect(link).toMatch(new RegExp(`^${simulator.url}/v1.0/me/calendarView/delta\\?\\$deltatoken=R0usmc[\\w-]{300}$`))
    simulator.control.createEvent({}, later('Far'))
    const { rows } = await round(
      simulator,
      `${link}&startDateTime=2020-01-01T00:00:00Z&endDateTime=2024-01-01T00:00:00Z`,
    )
    expect(rows).toHaveLength(1)
  })

  it('confirms odata.track-changes with the other preferences', async () => {
    const simulator = await start()
    const reply = await ask(simulator, yearDelta, { prefer: 'outlook.body-content-type="text"' })
    expect(reply.headers.get('preference-applied')).toBe('odata.track-changes, outlook.body-content-type="text"')
  })

  it('a series that touches the window is there with its first start, however long ago', async () => {
    const simulator = await start()
    const range = { type: 'noEnd', startDate: '2019-06-03' }
    const recurrence = { pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday'] }, range }
    simulator.control.createEvent({}, meeting('Old', '2019-06-03T09:00:00', '2019-06-03T10:00:00', { recurrence }))
    const { rows } = await round(simulator, yearDelta)
    expect(summaries(rows)[0]).toBe('seriesMaster Old 2019-06-03T07:00')
    expect(rows).toHaveLength(1 + 52)
  })
})

describe('pages', () => {
  it('hold as many rows as asked, but a series is never split', async () => {
    const simulator = await start()
    for (const subject of ['A', 'B', 'C']) {
      simulator.control.createEvent({}, meeting(subject, '2026-03-03T10:00:00', '2026-03-03T11:00:00'))
    }
    simulator.control.createEvent({}, standUp)
    simulator.control.createEvent({}, meeting('D', '2026-03-03T10:00:00', '2026-03-03T11:00:00'))
    const { pages } = await round(simulator, yearDelta, { prefer: 'odata.maxpagesize=2' })
    expect(pages.map((page) => page.length)).toEqual([2, 16, 1])
  })

  it('can be asked for again by the same link', async () => {
    const simulator = await start()
    for (const subject of ['A', 'B', 'C']) {
      simulator.control.createEvent({}, meeting(subject, '2026-03-03T10:00:00', '2026-03-03T11:00:00'))
    }
    const first = await ask(simulator, yearDelta, { prefer: 'odata.maxpagesize=2' })
    const link = text(first.json, '@odata.nextLink')
    const [once, twice] = [await ask(simulator, link), await ask(simulator, link)]
    expect(rowsOf(once)).toEqual(rowsOf(twice))
  })

  it('show the state of the round’s beginning; what changes meanwhile comes in the next round', async () => {
    const simulator = await start()
    const ids = ['A', 'B', 'C'].map(
      (subject) => simulator.control.createEvent({}, meeting(subject, '2026-03-03T10:00:00', '2026-03-03T11:00:00')).id,
    )
    const first = await ask(simulator, yearDelta, { prefer: 'odata.maxpagesize=2' })
    simulator.control.updateEvent(ids[2] ?? '', { subject: 'C2' })
    const rest = await round(simulator, text(first.json, '@odata.nextLink'))
    expect(summaries(rest.rows)).toEqual(['singleInstance C 2026-03-03T09:00'])
    expect(summaries((await round(simulator, rest.deltaLink)).rows)).toEqual(['singleInstance C2 2026-03-03T09:00'])
  })

  it('mix the id families when the preference is missing on a later page', async () => {
    const simulator = await start()
    for (const subject of ['A', 'B', 'C']) {
      simulator.control.createEvent({}, meeting(subject, '2026-03-03T10:00:00', '2026-03-03T11:00:00'))
    }
    const first = await ask(simulator, yearDelta, { prefer: 'odata.maxpagesize=2, IdType="ImmutableId"' })
    const second = await ask(simulator, text(first.json, '@odata.nextLink'))
    expect(text(rowsOf(first)[0], 'id')).toMatch(/^AAkALg/)
    expect(text(rowsOf(second)[0], 'id')).toMatch(/^AAMkAD/)
  })

  it('come empty where the switch says so, without losing a row', async () => {
    for (const [emptyPages, sizes] of [
      ['first', [0, 2, 1]],
      ['all', [0, 2, 0, 1]],
    ] as const) {
      const simulator = await start({ switches: { emptyPages } })
      for (const subject of ['A', 'B', 'C']) {
        simulator.control.createEvent({}, meeting(subject, '2026-03-03T10:00:00', '2026-03-03T11:00:00'))
      }
      const { pages } = await round(simulator, yearDelta, { prefer: 'odata.maxpagesize=2' })
      expect(pages.map((page) => page.length)).toEqual(sizes)
    }
  })

  it('never end where the switch says so: same rows, rotating tokens', async () => {
    const { simulator } = await afterFirstRound({ endless: false })
    simulator.setSwitches({ endless: true })
    const { pages, deltaLink } = await round(simulator, yearDelta)
    expect(deltaLink).toBe('')
    expect(pages[3]).toEqual(pages[1])
    const links = new Set<string>()
    let reply = await ask(simulator, yearDelta)
    for (let page = 0; page < 5; page += 1) {
      links.add(text(reply.json, '@odata.nextLink'))
      reply = await ask(simulator, text(reply.json, '@odata.nextLink'))
    }
    expect(links.size).toBe(5)
  })

  it('repeat rows, have unknown keys, or lack null keys', async () => {
    const { simulator } = await afterFirstRound({ duplicateRows: true })
    const first = (await round(simulator, yearDelta, { prefer: 'odata.maxpagesize=50' })).rows
    expect(first.at(-1)).toEqual(first[0])
    simulator.setSwitches({ rowShape: 'extra' })
    expect((await round(simulator, yearDelta)).rows[0]).toHaveProperty('futureProperty')
    simulator.setSwitches({ rowShape: 'sparse' })
    expect((await round(simulator, yearDelta)).rows[0]).not.toHaveProperty('seriesMasterId')
  })

  it('come in another order', async () => {
    const { simulator } = await afterFirstRound({ rowOrder: 'reversed' })
    const { rows } = await round(simulator, yearDelta)
    expect(text(rows.at(-1), 'type')).toBe('singleInstance')
    expect(text(rows.at(-2), 'type')).toBe('seriesMaster')
    simulator.setSwitches({ rowOrder: 'mixed' })
    expect((await round(simulator, yearDelta)).rows).toHaveLength(rows.length)
  })
})

describe('a later round', () => {
  it('is one empty page when nothing changed', async () => {
    const { simulator, link } = await afterFirstRound()
    const { pages, deltaLink } = await round(simulator, link)
    expect(pages).toEqual([[]])
    expect(deltaLink).not.toBe(link)
  })

  it('has new and changed singles in full, and deleted ones as removed', async () => {
    const { simulator, single, link } = await afterFirstRound()
    simulator.control.createEvent({}, meeting('New', '2026-05-01T10:00:00', '2026-05-01T11:00:00'))
    simulator.control.updateEvent(single, { subject: 'Review 2' })
    const second = await round(simulator, link)
    expect(summaries(second.rows)).toEqual([
      'singleInstance New 2026-05-01T08:00',
      'singleInstance Review 2 2026-03-03T09:00',
    ])
    simulator.control.deleteEvent(single)
    const third = await round(simulator, second.deltaLink)
    expect(third.rows).toEqual([
      { '@odata.type': '#microsoft.graph.event', id: single, '@removed': { reason: 'deleted' } },
    ])
  })

  it('lists a changed series again, whatever changed in it', async () => {
    const { simulator, series, link } = await afterFirstRound()
    simulator.control.updateInstance(series, '2026-03-04', { subject: 'Other' })
    const second = await round(simulator, link)
    expect(second.rows).toHaveLength(15)
    simulator.control.updateEvent(series, { subject: 'Daily' })
    expect((await round(simulator, second.deltaLink)).rows).toHaveLength(15)
  })

  it('a deleted series is the removed master', async () => {
    const { simulator, series, link } = await afterFirstRound()
    simulator.control.deleteEvent(series)
    expect(summaries((await round(simulator, link)).rows)).toEqual([`removed ${series}`])
  })

  it('deletedOccurrence: the series again, the removed id too, or nothing', async () => {
    const { simulator, series, link } = await afterFirstRound()
    simulator.control.cancelInstance(series, '2026-03-04')
    expect((await round(simulator, link)).rows).toHaveLength(14)
    simulator.setSwitches({ deletedOccurrence: 'removed' })
    const removed = (await round(simulator, link)).rows.filter((row) => row['@removed'])
    expect(removed.map((row) => text(row, 'id'))).toEqual([expect.stringMatching(/FRAAg.*EA==$/)])
    simulator.setSwitches({ deletedOccurrence: 'silent' })
    expect((await round(simulator, link)).rows).toEqual([])
  })

  it('a silent deletion is still announced when something else changed in the series', async () => {
    const { simulator, series, link } = await afterFirstRound({ deletedOccurrence: 'silent' })
    simulator.control.cancelInstance(series, '2026-03-04')
    simulator.control.updateEvent(series, { subject: 'Daily' })
    expect((await round(simulator, link)).rows).toHaveLength(14)
  })

  it('what lies outside of the window arrives as removed, or not at all', async () => {
    const { simulator, link } = await afterFirstRound()
    const far = simulator.control.createEvent({}, later('Far')).id
    expect(summaries((await round(simulator, link)).rows)).toEqual([`removed ${far}`])
    simulator.setSwitches({ outOfWindowRemoved: false })
    expect((await round(simulator, link)).rows).toEqual([])
  })

  it('a known event that moves out of the window is removed, one that moves in is a row', async () => {
    const { simulator, single, link } = await afterFirstRound()
    simulator.control.updateEvent(single, later('Review'))
    const second = await round(simulator, link)
    expect(summaries(second.rows)).toEqual([`removed ${single}`])
    simulator.control.updateEvent(single, meeting('Review', '2026-03-03T10:00:00', '2026-03-03T11:00:00'))
    expect(summaries((await round(simulator, second.deltaLink)).rows)).toEqual([
      'singleInstance Review 2026-03-03T09:00',
    ])
  })

  it('a series without an instance left in the window is removed', async () => {
    const { simulator, link } = await afterFirstRound()
    const range = { type: 'numbered', numberOfOccurrences: 3, startDate: '2025-12-01' }
    const recurrence = { pattern: { type: 'absoluteMonthly', interval: 1, dayOfMonth: 1 }, range }
    const edge = meeting('Edge', '2025-12-01T10:00:00', '2025-12-01T11:00:00', { recurrence })
    const { id } = simulator.control.createEvent({}, edge)
    const second = await round(simulator, link)
    expect(second.rows).toHaveLength(3)
    simulator.control.cancelInstance(id, '2026-01-01')
    simulator.control.cancelInstance(id, '2026-02-01')
    expect(summaries((await round(simulator, second.deltaLink)).rows)).toEqual([`removed ${id}`])
  })

  it('an event that moves to another calendar is removed here and a row there', async () => {
    const { simulator, single, link } = await afterFirstRound()
    const personal = simulator.control.calendars().find(({ name }) => name === 'Personal')
    const there = await round(simulator, yearDelta.replace('/me/', `/me/calendars/${personal?.id}/`))
    const moved = simulator.control.moveEvent(single, { calendar: 'Personal' })
    expect(summaries((await round(simulator, link)).rows)).toEqual([`removed ${single}`])
    expect((await round(simulator, there.deltaLink)).rows.map((row) => text(row, 'id'))).toEqual([moved.id])
  })

  it('movedBack: an event that was away between two rounds is listed, or said to be removed', async () => {
    const { simulator, single, link } = await afterFirstRound()
    const away = simulator.control.moveEvent(single, { calendar: 'Personal' })
    const back = simulator.control.moveEvent(away.id, {})
    expect(back.immutableId).toBe(away.immutableId)
    expect((await round(simulator, link)).rows.map((row) => text(row, 'id'))).toEqual([back.id])
    simulator.setSwitches({ movedBack: 'removed' })
    const { rows } = await round(simulator, link, { prefer: 'IdType="ImmutableId"' })
    expect(summaries(rows)).toEqual([`removed ${back.immutableId}`])
  })

  it('what is created and deleted between two rounds is not said', async () => {
    const { simulator, link } = await afterFirstRound()
    const { id } = simulator.control.createEvent({}, meeting('Brief', '2026-05-01T10:00:00', '2026-05-01T11:00:00'))
    simulator.control.deleteEvent(id)
    expect((await round(simulator, link)).rows).toEqual([])
  })

  it('replay: the changes of the round before come again', async () => {
    const { simulator, single, link } = await afterFirstRound({ replay: true })
    simulator.control.updateEvent(single, { subject: 'Review 2' })
    const second = await round(simulator, link)
    expect(summaries(second.rows)).toContain('singleInstance Review 2 2026-03-03T09:00')
    const third = await round(simulator, second.deltaLink)
    expect(summaries(third.rows)).toContain('singleInstance Review 2 2026-03-03T09:00')
  })

  it('deltaMasters: where master rows are left out', async () => {
    const masters = async (switches: Partial<Switches>): Promise<readonly number[]> => {
      const simulator = await start({ switches })
      const { id } = simulator.control.createEvent({}, standUp)
      const first = await round(simulator, yearDelta)
      simulator.control.updateEvent(id, { subject: 'Daily' })
      const second = await round(simulator, first.deltaLink)
      const inMarch = yearDelta.replace('2026-01-01', '2026-03-20')
      const third = await round(simulator, inMarch)
      return [first, second, third].map(({ rows }) => rows.filter((row) => text(row, 'type') === 'seriesMaster').length)
    }
    expect(await masters({ deltaMasters: 'always' })).toEqual([1, 1, 1])
    expect(await masters({ deltaMasters: 'firstRound' })).toEqual([1, 0, 1])
    expect(await masters({ deltaMasters: 'begunInWindow' })).toEqual([1, 1, 0])
    expect(await masters({ deltaMasters: 'never' })).toEqual([0, 0, 0])
  })

  it('firstRoundRemoved: an unknown id is removed in the very first round', async () => {
    const simulator = await start({ switches: { firstRoundRemoved: true } })
    const { rows } = await round(simulator, yearDelta)
    expect(summaries(rows)).toEqual([expect.stringMatching(/^removed AAMk/)])
    expect((await ask(simulator, `/v1.0/me/events/${text(rows[0], 'id')}`)).status).toBe(404)
  })
})

describe('refusals', () => {
  it('query options are not supported', async () => {
    const simulator = await start()
    for (const option of [
      '$select=id',
      "$filter=subject eq 'x'",
      '$expand=extensions',
      '$orderby=subject',
      '$search=x',
    ]) {
      const reply = await ask(simulator, `${yearDelta}&${option}`)
      expect([reply.status, text(reply.json['error'], 'message')]).toEqual([
        400,
        expect.stringContaining('not supported with change tracking'),
      ])
    }
  })

  it('a window is needed, in order, and no longer than 1825 days', async () => {
    const simulator = await start()
    const base = '/v1.0/me/calendarView/delta'
    expect(text((await ask(simulator, base)).json['error'], 'message')).toContain('requires a time window')
    const long = `${base}?startDateTime=2026-01-01T00:00:00Z&endDateTime=2031-01-02T00:00:00Z`
    const reply = await ask(simulator, long)
    expect([reply.status, text(reply.json['error'], 'message')]).toEqual([
      400,
      expect.stringContaining('Maximum number of days: 1825'),
    ])
    simulator.setSwitches({ windowCapOnDelta: false })
    expect((await ask(simulator, long)).status).toBe(200)
    expect((await ask(simulator, `${base}?startDateTime=2026-01-02&endDateTime=2026-01-01`)).status).toBe(400)
  })

  it('the offset of the window counts, a plus that is not encoded is refused', async () => {
    const simulator = await start()
    simulator.control.createEvent({}, meeting('Early', '2016-12-01T05:00:00', '2016-12-01T06:00:00', {}, 'UTC'))
    const from = async (value: string): Promise<number> => {
      const path = `/v1.0/me/calendarView/delta?startdatetime=${value}&enddatetime=2016-12-30T00:00:00Z`
      const reply = await ask(simulator, path)
      return reply.status === 200 ? rowsOf(reply).length : reply.status
    }
    expect(await from('2016-12-01T00:00:00Z')).toBe(1)
    expect(await from('2016-12-01T00:00:00-08:00')).toBe(0)
    expect(await from('2016-12-01T00:00:00%2B01:00')).toBe(1)
    expect(await from('2016-12-01T00:00:00+01:00')).toBe(400)
  })

  it('a foreign or malformed token is 400 "Badly formed token."', async () => {
    const { simulator, link } = await afterFirstRound()
    const personal = simulator.control.calendars().find(({ name }) => name === 'Personal')
    for (const wrong of [
      `${yearDelta.split('?')[0]}?$deltatoken=nonsense`,
      link.replace('/me/', `/me/calendars/${personal?.id}/`),
      link.replace('/me/calendarView', '/users/noor@fabrikam.example/calendarView'),
      link.replace('$deltatoken', '$skiptoken'),
    ]) {
      const reply = await ask(simulator, wrong)
      expect([reply.status, text(reply.json['error'], 'message')]).toEqual([400, 'Badly formed token.'])
    }
  })

  it('an expired token is 410 with a Location, in the forms that were seen', async () => {
    const { simulator, link } = await afterFirstRound()
    simulator.control.expireTokens({})
    const reply = await ask(simulator, link)
    expect([reply.status, text(reply.json['error'], 'code')]).toEqual([410, 'SyncStateNotFound'])
    const location = reply.headers.get('location') ?? ''
    expect((await round(simulator, location)).rows).toHaveLength(16)
    simulator.setSwitches({ expiredToken: 'resyncRequired', expiredTokenLocation: false })
    const other = await ask(simulator, link)
    expect([other.status, text(other.json['error'], 'code'), other.headers.get('location')]).toEqual([
      410,
      'resyncRequired',
      null,
    ])
    simulator.setSwitches({ expiredToken: 'badlyFormed' })
    expect((await ask(simulator, link)).status).toBe(400)
  })

  it('the tokens of one calendar can expire alone, and in the middle of a round', async () => {
    const { simulator, link } = await afterFirstRound()
    const personal = simulator.control.calendars().find(({ name }) => name === 'Personal')
    const there = await round(simulator, yearDelta.replace('/me/', `/me/calendars/${personal?.id}/`))
    const middle = text((await ask(simulator, yearDelta, { prefer: 'odata.maxpagesize=1' })).json, '@odata.nextLink')
    simulator.control.expireTokens({ calendar: 'default' })
    expect((await ask(simulator, link)).status).toBe(410)
    expect((await ask(simulator, middle)).status).toBe(410)
    expect((await ask(simulator, there.deltaLink)).status).toBe(200)
  })
})

describe('every path form', () => {
  it('serves the same calendar to its own chains', async () => {
    const simulator = await start()
    simulator.control.createEvent({}, meeting('Review', '2026-03-03T10:00:00', '2026-03-03T11:00:00'))
    const [work] = simulator.control.calendars()
    const me = simulator.tenant.me.id
    for (const base of [
      '/me',
      '/me/calendar',
      `/me/calendars/${work?.id}`,
      `/users/${me}`,
      `/users/mara@fabrikam.example/calendars/${work?.immutableId}`,
    ]) {
      const first = await round(simulator, yearDelta.replace('/me', base))
      expect(first.rows).toHaveLength(1)
      expect((await round(simulator, first.deltaLink)).rows).toEqual([])
    }
  })

  it('groups, calendar groups and shared calendars have it too', async () => {
    const simulator = await start({ events: 0 })
    simulator.control.createEvent(
      { mailbox: 'harbour@fabrikam.example' },
      meeting('Team', '2026-03-03T10:00:00', '2026-03-03T11:00:00'),
    )
    simulator.control.createEvent(
      { calendar: 'Harbour' },
      meeting('Site', '2026-03-03T10:00:00', '2026-03-03T11:00:00'),
    )
    simulator.control.createEvent(
      { mailbox: 'noor@fabrikam.example' },
      meeting('Noor', '2026-03-03T10:00:00', '2026-03-03T11:00:00'),
    )
    const team = simulator.tenant.findMailbox('harbour@fabrikam.example')
    const groups = rowsOf(await ask(simulator, '/v1.0/me/calendarGroups'))
    const projects = groups.find((group) => text(group, 'name') === 'Projects')
    const inGroup = `/me/calendarGroups/${text(projects, 'id')}/calendars`
    const [harbour] = rowsOf(await ask(simulator, `/v1.0${inGroup}`))
    const shared = simulator.control.calendars().find(({ name }) => name === 'Noor Haddad')
    for (const [base, subject] of [
      [`/groups/${team?.id}`, 'Team'],
      [`${inGroup}/${text(harbour, 'id')}`, 'Site'],
      [`/me/calendars/${shared?.id}`, 'Noor'],
    ] as const) {
      expect(summaries((await round(simulator, yearDelta.replace('/me', base))).rows)).toEqual([
        `singleInstance ${subject} 2026-03-03T09:00`,
      ])
    }
  })
})
