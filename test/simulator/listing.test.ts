// Lists: pages, $filter, $select, $expand, $orderby, $count on events; calendars, groups, profiles (graph contract 8, 9).
import { describe, expect, it } from 'vitest'
import type { Simulator } from '../../src/simulator/simulator.ts'
import { ask, askAll, meeting, rowsOf, standUp, start, summaries, text, yearView } from './harness.ts'

const property = 'String {2f6b1c9e-0000-4000-8000-00000000cafe} Name graphdav-uid'

function fill(simulator: Simulator, count: number): void {
  for (let made = 0; made < count; made += 1) {
    const hour = String(8 + (made % 10)).padStart(2, '0')
    const event = meeting(
      `Event ${made}`,
      `2026-05-0${1 + (made % 9)}T${hour}:00:00`,
      `2026-05-0${1 + (made % 9)}T${hour}:30:00`,
    )
    simulator.control.createEvent({}, event)
  }
}

describe('pages', () => {
  it('have ten rows unless asked otherwise, and absolute links with $skip', async () => {
    const simulator = await start()
    fill(simulator, 23)
    const first = await ask(simulator, '/v1.0/me/events?$select=subject')
    expect(rowsOf(first)).toHaveLength(10)
    expect(text(first.json, '@odata.nextLink')).toBe(`${simulator.url}/v1.0/me/events?$select=subject&$skip=10`)
    expect((await askAll(simulator, '/v1.0/me/events?$select=subject')).map((row) => text(row, 'subject'))).toEqual(
      Array.from({ length: 23 }, (_, place) => `Event ${place}`),
    )
    expect(rowsOf(await ask(simulator, '/v1.0/me/events?$top=20'))).toHaveLength(20)
    expect(rowsOf(await ask(simulator, '/v1.0/me/events', { prefer: 'odata.maxpagesize=7' }))).toHaveLength(7)
    expect(rowsOf(await ask(simulator, '/v1.0/me/events?$top=5&$skip=20'))).toHaveLength(3)
  })

  it('$count tells all, $top has its limits', async () => {
    const simulator = await start()
    fill(simulator, 12)
    expect((await ask(simulator, '/v1.0/me/events?$count=true&$top=1')).json['@odata.count']).toBe(12)
    for (const top of ['0', '1001', 'x']) expect((await ask(simulator, `/v1.0/me/events?$top=${top}`)).status).toBe(400)
  })

  it('$orderby sorts, calendarView comes by start', async () => {
    const simulator = await start()
    fill(simulator, 5)
    const rows = await askAll(simulator, '/v1.0/me/events?$orderby=start/dateTime desc&$select=subject')
    expect(rows.map((row) => text(row, 'subject'))).toEqual(['Event 4', 'Event 3', 'Event 2', 'Event 1', 'Event 0'])
    simulator.control.createEvent({}, meeting('First', '2026-01-05T08:00:00', '2026-01-05T09:00:00'))
    expect(text(rowsOf(await ask(simulator, yearView))[0], 'subject')).toBe('First')
  })
})

describe('$filter', () => {
  const found = async (simulator: Simulator, filter: string): Promise<readonly string[]> => {
    const reply = await ask(simulator, `/v1.0/me/events?$filter=${encodeURIComponent(filter)}`)
    return reply.status === 200 ? rowsOf(reply).map((row) => text(row, 'subject')) : [String(reply.status)]
  }

  it('finds by UID in any case of the name, by time of change, by start, by words', async () => {
    const simulator = await start()
    simulator.control.createEvent(
      {},
      { ...meeting("It's on", '2026-05-01T08:00:00', '2026-05-01T09:00:00'), iCalUId: 'one@x' },
    )
    simulator.clock.advance(60_000)
    simulator.control.createEvent(
      {},
      { ...meeting('Two', '2026-06-01T08:00:00', '2026-06-01T09:00:00'), showAs: 'free' },
    )
    expect(await found(simulator, "iCalUid eq 'one@x'")).toEqual(["It's on"])
    expect(await found(simulator, 'lastModifiedDateTime gt 2026-03-01T08:00:30Z')).toEqual(['Two'])
    expect(await found(simulator, 'lastModifiedDateTime ge 2026-03-01T08:01:00.0000000Z')).toEqual(['Two'])
    expect(await found(simulator, "start/dateTime ge '2026-05-15T00:00:00' and end/dateTime lt '2027-01-01'")).toEqual([
      'Two',
    ])
    expect(await found(simulator, "contains(subject,'IT''S') or startswith(subject,'tw')")).toEqual(["It's on", 'Two'])
    expect(await found(simulator, "not (showAs eq 'free')")).toEqual(["It's on"])
    expect(await found(simulator, 'isAllDay eq false and seriesMasterId eq null')).toEqual(["It's on", 'Two'])
  })

  it('finds by extended property, with and without a space behind the variable', async () => {
    const simulator = await start()
    const event = meeting('Ours', '2026-05-01T08:00:00', '2026-05-01T09:00:00')
    simulator.control.createEvent({}, { ...event, singleValueExtendedProperties: [{ id: property, value: 'a@b' }] })
    simulator.control.createEvent({}, meeting('Other', '2026-05-01T08:00:00', '2026-05-01T09:00:00'))
    const upper = property.replace('cafe', 'CAFE')
    expect(
      await found(simulator, `singleValueExtendedProperties/Any(ep: ep/id eq '${upper}' and ep/value eq 'a@b')`),
    ).toEqual(['Ours'])
    expect(
      await found(simulator, `singleValueExtendedProperties/any(x:x/id eq '${property}' and x/value ne null)`),
    ).toEqual(['Ours'])
    expect(
      await found(simulator, `singleValueExtendedProperties/Any(ep: ep/id eq '${property}' and ep/value eq 'c')`),
    ).toEqual([])
  })

  it('refuses what it does not understand', async () => {
    const simulator = await start()
    fill(simulator, 1)
    for (const wrong of [
      'subject',
      "subject is 'x'",
      "(subject eq 'x'",
      "nothing eq 'x'",
      "subject eq 'x' subject",
      '#',
    ]) {
      expect([wrong, await found(simulator, wrong)]).toEqual([wrong, ['400']])
    }
  })
})

describe('$select and $expand', () => {
  it('give the named members, the id and the etag', async () => {
    const simulator = await start()
    fill(simulator, 1)
    const [row] = rowsOf(await ask(simulator, '/v1.0/me/events?$select=Subject,changeKey'))
    expect(Object.keys(row ?? {})).toEqual(['@odata.etag', 'id', 'changeKey', 'subject'])
  })

  it('refuse names that events do not have', async () => {
    const simulator = await start()
    fill(simulator, 1)
    for (const wrong of ['$select=subjekt', '$expand=nothing', '$expand=instances', '$expand=body', '$expand=((']) {
      expect([wrong, (await ask(simulator, `/v1.0/me/events?${wrong}`)).status]).toEqual([wrong, 400])
    }
  })

  it('extended properties come on lists and single events, only those asked for', async () => {
    const simulator = await start()
    const other = property.replace('graphdav-uid', 'other')
    const values = [property, other].map((id) => ({ id, value: `value of ${id}` }))
    const event = {
      ...meeting('Ours', '2026-05-01T08:00:00', '2026-05-01T09:00:00'),
      singleValueExtendedProperties: values,
    }
    const { id } = simulator.control.createEvent({}, event)
    const expand = `$expand=singleValueExtendedProperties($filter=id eq '${property}')`
    const expected = [{ id: property, value: `value of ${property}` }]
    expect(rowsOf(await ask(simulator, `/v1.0/me/events?${expand}`))[0]?.['singleValueExtendedProperties']).toEqual(
      expected,
    )
    const single = await ask(simulator, `/v1.0/me/events/${id}?$select=subject&${expand}`)
    expect(single.json['singleValueExtendedProperties']).toEqual(expected)
    const both = `$expand=singleValueExtendedProperties($filter=id eq '${property}' or id eq '${other}')`
    expect((await ask(simulator, `/v1.0/me/events/${id}?${both}`)).json['singleValueExtendedProperties']).toHaveLength(
      2,
    )
    expect((await ask(simulator, `/v1.0/me/events/${id}`)).json).not.toHaveProperty('singleValueExtendedProperties')
    expect((await ask(simulator, `/v1.0/me/events/${id}?$expand=singleValueExtendedProperties`)).status).toBe(400)
  })

  it('inner options of exceptionOccurrences count', async () => {
    const simulator = await start()
    const { id } = simulator.control.createEvent({}, standUp)
    const own = [{ id: property, value: 'of the exception' }]
    simulator.control.updateInstance(id, '2026-03-04', { subject: 'Other', singleValueExtendedProperties: own })
    const inner = `$select=subject;$expand=singleValueExtendedProperties($filter=id eq '${property}')`
    const { json } = await ask(simulator, `/v1.0/me/events/${id}?$expand=exceptionOccurrences(${inner})`)
    expect(json['exceptionOccurrences']?.['0']).toMatchObject({ subject: 'Other', singleValueExtendedProperties: own })
    expect(json['exceptionOccurrences']?.['0']).not.toHaveProperty('body')
  })
})

describe('the window of calendarView', () => {
  it('is overlapped by what it shows; the edge that Graph is not sure of is a switch', async () => {
    const simulator = await start()
    const at = (subject: string, from: string, to: string): void => {
      simulator.control.createEvent({}, meeting(subject, `2026-05-${from}:00`, `2026-05-${to}:00`, {}, 'UTC'))
    }
    at('ends at its start', '01T08:00', '01T09:00')
    at('reaches in', '01T08:00', '01T09:01')
    at('no length at its start', '01T09:00', '01T09:00')
    at('spans it', '01T00:00', '03T00:00')
    at('starts at its end', '01T17:00', '01T18:00')
    const view = '/v1.0/me/calendarView?startDateTime=2026-05-01T09:00:00Z&endDateTime=2026-05-01T17:00:00Z'
    const subjects = async (): Promise<readonly string[]> =>
      rowsOf(await ask(simulator, view)).map((row) => text(row, 'subject'))
    expect(await subjects()).toEqual(['spans it', 'reaches in', 'no length at its start'])
    simulator.setSwitches({ windowEdge: 'included' })
    expect(await subjects()).toContain('ends at its start')
  })

  it('is needed and has the same cap as delta', async () => {
    const simulator = await start()
    expect((await ask(simulator, '/v1.0/me/calendarView')).status).toBe(400)
    const long = yearView.replace('2027', '2035')
    const reply = await ask(simulator, long)
    expect([reply.status, text(reply.json['error'], 'message')]).toEqual([400, expect.stringContaining('1825')])
  })
})

describe('plain /events', () => {
  it('has masters and singles, exceptions only by switch', async () => {
    const simulator = await start()
    fill(simulator, 1)
    const { id } = simulator.control.createEvent({}, standUp)
    simulator.control.updateInstance(id, '2026-03-04', { subject: 'Other' })
    const kinds = async (): Promise<readonly string[]> =>
      rowsOf(await ask(simulator, '/v1.0/me/calendar/events')).map((row) => text(row, 'type'))
    expect(await kinds()).toEqual(['singleInstance', 'seriesMaster'])
    simulator.setSwitches({ exceptionsInEvents: true })
    expect(await kinds()).toEqual(['singleInstance', 'seriesMaster', 'exception'])
  })
})

describe('mailboxes and calendars', () => {
  it('profiles, settings and the default calendar', async () => {
    const simulator = await start()
    expect((await ask(simulator, '/v1.0/me')).json).toMatchObject({ userPrincipalName: 'mara@fabrikam.example' })
    expect((await ask(simulator, '/v1.0/me?$select=id,mail')).json).not.toHaveProperty('displayName')
    expect((await ask(simulator, '/v1.0/me/mailboxSettings')).json).toMatchObject({
      timeZone: 'W. Europe Standard Time',
    })
    expect((await ask(simulator, '/v1.0/me/calendar')).json).toMatchObject({
      name: 'Calendar',
      isDefaultCalendar: true,
      canEdit: true,
      hexColor: '',
      owner: { address: 'mara@fabrikam.example' },
    })
  })

  it('the list is paged, shows shared calendars with their owner, and both id families', async () => {
    const simulator = await start()
    for (let made = 0; made < 8; made += 1) simulator.control.createCalendar('me', { name: `More ${made}` })
    expect(rowsOf(await ask(simulator, '/v1.0/me/calendars'))).toHaveLength(10)
    const calendars = await askAll(simulator, '/v1.0/me/calendars')
    expect(calendars).toHaveLength(13)
    const shared = calendars.find((calendar) => text(calendar, 'name') === 'Noor Haddad')
    expect(shared).toMatchObject({ canEdit: false, canShare: false, owner: { address: 'noor@fabrikam.example' } })
    const immutable = await askAll(simulator, '/v1.0/me/calendars', { prefer: 'IdType="ImmutableId"' })
    expect(text(immutable[0], 'id')).toMatch(/^AAkALg/)
    for (const list of [calendars, immutable]) {
      expect((await ask(simulator, `/v1.0/me/calendars/${text(list[0], 'id')}`)).status).toBe(200)
    }
    simulator.setSwitches({ immutableCalendarIds: false })
    const plain = await askAll(simulator, '/v1.0/me/calendars', { prefer: 'IdType="ImmutableId"' })
    expect(plain[0]).toMatchObject({ id: text(calendars[0], 'id') })
  })

  it('calendar groups hold their calendars only', async () => {
    const simulator = await start()
    const groups = rowsOf(await ask(simulator, '/v1.0/me/calendarGroups'))
    expect(groups.map((group) => text(group, 'name'))).toEqual(['My Calendars', 'Projects'])
    const path = `/v1.0/me/calendarGroups/${text(groups[1], 'id')}`
    expect((await ask(simulator, path)).json).toMatchObject({ name: 'Projects' })
    const calendars = rowsOf(await ask(simulator, `${path}/calendars`))
    expect(calendars.map((calendar) => text(calendar, 'name'))).toEqual(['Harbour'])
    const work = simulator.control.calendars()[0]
    expect((await ask(simulator, `${path}/calendars/${work?.id}/events`)).status).toBe(404)
  })

  it('a replaced calendar id is 404, owner and name are the same', async () => {
    const simulator = await start()
    const before = simulator.control.calendars()[0]
    const id = simulator.control.replaceCalendarId({})
    expect((await ask(simulator, `/v1.0/me/calendars/${before?.id}`)).status).toBe(404)
    expect((await ask(simulator, `/v1.0/me/calendars/${id}`)).json).toMatchObject({ name: 'Calendar' })
  })

  it('the long path of an event is the calendar’s, the short one the mailbox’s', async () => {
    const simulator = await start()
    const { id } = simulator.control.createEvent(
      { calendar: 'Personal' },
      meeting('x', '2026-05-01T08:00:00', '2026-05-01T09:00:00'),
    )
    const personal = simulator.control.calendars().find(({ name }) => name === 'Personal')
    expect((await ask(simulator, `/v1.0/me/events/${id}`)).status).toBe(200)
    expect((await ask(simulator, `/v1.0/me/calendars/${personal?.id}/events/${id}`)).status).toBe(200)
    expect((await ask(simulator, `/v1.0/me/calendar/events/${id}`)).status).toBe(404)
    expect(summaries(await askAll(simulator, '/v1.0/me/events'))).toEqual([])
  })
})
