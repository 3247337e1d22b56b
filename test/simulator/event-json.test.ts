// The event as it is shown: times, zones, bodies, ids, by Prefer header (graph contract 2-4).
import { expect, it } from 'vitest'
import { ask, askAll, meeting, rowsOf, standUp, start, text, yearView } from './harness.ts'

it('times come in UTC with seven digits, the posted zone only in originalStartTimeZone', async () => {
  const simulator = await start()
  const body = meeting('Review', '2026-07-01T09:00:00', '2026-07-01T10:00:00')
  const made = await ask(simulator, '/v1.0/me/events', { method: 'POST', body })
  expect(made.status).toBe(201)
  const read = await ask(simulator, `/v1.0/me/events/${text(made.json, 'id')}`)
  for (const { json } of [made, read]) {
    expect(json).toMatchObject({
      start: { dateTime: '2026-07-01T07:00:00.0000000', timeZone: 'UTC' },
      end: { dateTime: '2026-07-01T08:00:00.0000000', timeZone: 'UTC' },
      originalStartTimeZone: 'W. Europe Standard Time',
      originalEndTimeZone: 'W. Europe Standard Time',
      type: 'singleInstance',
      seriesMasterId: null,
      recurrence: null,
    })
  }
})

it('Prefer outlook.timezone converts and is confirmed; an unknown zone is refused', async () => {
  const simulator = await start()
  const { id } = simulator.control.createEvent({}, meeting('Review', '2026-07-01T09:00:00', '2026-07-01T10:00:00'))
  const reply = await ask(simulator, `/v1.0/me/events/${id}`, { prefer: 'outlook.timezone="Pacific Standard Time"' })
  expect(reply.json['start']).toEqual({ dateTime: '2026-07-01T00:00:00.0000000', timeZone: 'Pacific Standard Time' })
  expect(reply.headers.get('preference-applied')).toBe('outlook.timezone="Pacific Standard Time"')
  const refused = await ask(simulator, `/v1.0/me/events/${id}`, { prefer: 'outlook.timezone="Mars/Base"' })
  expect([refused.status, text(refused.json['error'], 'code')]).toEqual([400, 'TimeZoneNotSupportedException'])
})

it('several preferences in one header all count', async () => {
  const simulator = await start()
  const { id, immutableId } = simulator.control.createEvent(
    {},
    {
      ...meeting('Review', '2026-07-01T09:00:00', '2026-07-01T10:00:00'),
      body: { contentType: 'text', content: 'one < two\nthree' },
    },
  )
  const prefer = 'outlook.timezone="Tokyo Standard Time", outlook.body-content-type="text", IdType="ImmutableId"'
  const reply = await ask(simulator, `/v1.0/me/events/${id}`, { prefer })
  expect(reply.json).toMatchObject({
    id: immutableId,
    start: { dateTime: '2026-07-01T16:00:00.0000000', timeZone: 'Tokyo Standard Time' },
    body: { contentType: 'text', content: 'one < two\r\n\r\nthree' },
  })
  expect(reply.headers.get('preference-applied')?.split(', ')).toHaveLength(3)
})

it('a text body is stored as HTML with boilerplate, scripts are stripped', async () => {
  const simulator = await start()
  const post = async (contentType: string, content: string): Promise<string> => {
    const body = { ...meeting('x', '2026-07-01T09:00:00', '2026-07-01T10:00:00'), body: { contentType, content } }
    const reply = await ask(simulator, '/v1.0/me/events', { method: 'POST', body })
    return text(reply.json['body'], 'content')
  }
  expect(await post('text', 'a & b')).toMatch(
    /Generator[^]*<body><div class="PlainText">a &amp; b<\/div><\/body><\/html>$/,
  )
  expect(await post('html', '<p onclick="x()">a</p><script>b</script>')).toMatch(/<body><p>a<\/p><\/body><\/html>$/)
  expect(await post('text', '')).toBe('')
})

it('an all-day event keeps its dates in every zone', async () => {
  const simulator = await start()
  const { id } = simulator.control.createEvent(
    {},
    {
      ...meeting('Offsite', '2026-03-09T00:00:00', '2026-03-11T00:00:00'),
      isAllDay: true,
    },
  )
  for (const [zone, prefer] of [
    ['UTC', ''],
    ['Pacific Standard Time', 'outlook.timezone="Pacific Standard Time"'],
  ]) {
    const reply = await ask(simulator, `/v1.0/me/events/${id}`, { prefer: prefer ?? '' })
    expect(reply.json).toMatchObject({
      isAllDay: true,
      start: { dateTime: '2026-03-09T00:00:00.0000000', timeZone: zone },
      end: { dateTime: '2026-03-11T00:00:00.0000000', timeZone: zone },
    })
  }
})

it('allDayTimes: shifted shows the midnights of the creation zone in the asked zone', async () => {
  const simulator = await start({ switches: { allDayTimes: 'shifted' } })
  const { id } = simulator.control.createEvent(
    {},
    {
      ...meeting('Offsite', '2026-03-09T00:00:00', '2026-03-11T00:00:00'),
      isAllDay: true,
    },
  )
  const reply = await ask(simulator, `/v1.0/me/events/${id}`)
  expect(text(reply.json['start'], 'dateTime')).toBe('2026-03-08T23:00:00.0000000')
})

it('both id families find the event, ids are case-sensitive and belong to one mailbox', async () => {
  const simulator = await start()
  const first = simulator.control.createEvent({}, meeting('One', '2026-07-01T09:00:00', '2026-07-01T10:00:00'))
  const more = [1, 2, 3].map(() =>
    simulator.control.createEvent({}, meeting('More', '2026-07-01T09:00:00', '2026-07-01T10:00:00')),
  )
  expect(first.id).toMatch(/^AAMk.{144}AAA=$/)
  expect(first.immutableId).toMatch(/^AAkALg.{62}$/)
  for (const id of [first.id, first.immutableId]) {
    expect(text((await ask(simulator, `/v1.0/me/events/${id}`)).json, 'subject')).toBe('One')
  }
  const ids = [first, ...more].flatMap(({ id, immutableId }) => [id, immutableId])
  expect(new Set(ids.map((id) => id.toLowerCase())).size).toBeLessThan(new Set(ids).size)
  const elsewhere = await ask(simulator, `/v1.0/users/noor@fabrikam.example/events/${first.id}`)
  expect([elsewhere.status, text(elsewhere.json['error'], 'code')]).toEqual([404, 'ErrorItemNotFound'])
  const malformed = await ask(simulator, '/v1.0/me/events/nonsense')
  expect([malformed.status, text(malformed.json['error'], 'code')]).toEqual([400, 'ErrorInvalidIdMalformed'])
})

it('a move to another calendar changes the default id and keeps the immutable one', async () => {
  const simulator = await start()
  const before = simulator.control.createEvent({}, meeting('One', '2026-07-01T09:00:00', '2026-07-01T10:00:00'))
  const after = simulator.control.moveEvent(before.id, { calendar: 'Personal' })
  expect(after.id).not.toBe(before.id)
  expect(after.immutableId).toBe(before.immutableId)
  expect((await ask(simulator, `/v1.0/me/events/${before.id}`)).status).toBe(404)
  expect((await ask(simulator, `/v1.0/me/events/${after.id}`)).status).toBe(200)
  expect((await ask(simulator, `/v1.0/me/calendar/events/${after.id}`)).status).toBe(404)
})

it('the change key and the etag change with every write, the master’s with its instances', async () => {
  const simulator = await start()
  const { id } = simulator.control.createEvent({}, standUp)
  const keys = new Set<string>()
  const note = async (): Promise<void> => {
    const { json } = await ask(simulator, `/v1.0/me/events/${id}`)
    expect(text(json, '@odata.etag')).toBe(`W/"${text(json, 'changeKey')}"`)
    keys.add(text(json, 'changeKey'))
  }
  await note()
  simulator.control.updateEvent(id, { subject: 'Daily' })
  await note()
  simulator.control.updateInstance(id, '2026-03-04', { subject: 'Today' })
  await note()
  simulator.control.cancelInstance(id, '2026-03-09')
  await note()
  expect(keys.size).toBe(4)
})

it('beta calls the UID uid, and occurrences have an occurrenceId', async () => {
  const simulator = await start()
  simulator.control.createEvent({}, { ...standUp, iCalUId: 'kept@client.example' })
  const [row] = rowsOf(await ask(simulator, yearView.replace('v1.0', 'beta')))
  expect(row).toMatchObject({ uid: 'kept@client.example' })
  expect(row).not.toHaveProperty('iCalUId')
  expect(text(row, 'occurrenceId')).toMatch(/^OID\..*\.2026-03-02$/)
})

it('the iCalUId of an occurrence holds its date, or is the master’s', async () => {
  const simulator = await start()
  const { id } = simulator.control.createEvent({}, standUp)
  const uid = text((await ask(simulator, `/v1.0/me/events/${id}`)).json, 'iCalUId')
  const of = async (): Promise<string> => text(rowsOf(await ask(simulator, yearView))[1], 'iCalUId')
  expect(await of()).toBe(`${uid.slice(0, 32)}07EA0304${uid.slice(40)}`)
  simulator.setSwitches({ occurrenceUid: 'same' })
  expect(await of()).toBe(uid)
})

it('shows what only the server sets, and rows that are odd, as a test orders them', async () => {
  const simulator = await start()
  const { id } = simulator.control.createEvent(
    {},
    {
      ...meeting('Canceled: Vendor call', '2026-03-05T16:00:00', '2026-03-05T16:30:00'),
      isCancelled: true,
      isOrganizer: false,
      organizer: { emailAddress: { name: 'Oda Berg', address: 'oda@adatum.example' } },
      responseStatus: { response: 'notResponded', time: '0001-01-01T00:00:00Z' },
      iCalUId: null,
      originalStartTimeZone: 'tzone://Microsoft/Custom',
      createdDateTime: '2020-01-02T03:04:05Z',
      overlay: {
        subject: null,
        start: { dateTime: '0001-01-01T00:00:00.0000000Z', timeZone: 'tzone://Microsoft/Utc' },
      },
    },
  )
  expect((await ask(simulator, `/v1.0/me/events/${id}`)).json).toMatchObject({
    isCancelled: true,
    isOrganizer: false,
    organizer: { emailAddress: { address: 'oda@adatum.example' } },
    responseStatus: { response: 'notResponded', time: '0001-01-01T00:00:00Z' },
    iCalUId: null,
    originalStartTimeZone: 'tzone://Microsoft/Custom',
    createdDateTime: '2020-01-02T03:04:05Z',
    subject: null,
    start: { dateTime: '0001-01-01T00:00:00.0000000Z', timeZone: 'tzone://Microsoft/Utc' },
  })
})

it('private entries of a calendar shared for reading lose their details', async () => {
  const simulator = await start()
  const event = { ...meeting('Doctor', '2026-03-05T16:00:00', '2026-03-05T16:30:00'), sensitivity: 'private' }
  const { id } = simulator.control.createEvent({ mailbox: 'noor@fabrikam.example' }, event)
  const shared = simulator.control.calendars().find(({ name }) => name === 'Noor Haddad')
  const [row] = await askAll(simulator, `/v1.0/me/calendars/${shared?.id}/events`)
  expect(row).toMatchObject({ subject: 'Private Appointment', sensitivity: 'private' })
  expect(text(row, 'id')).not.toBe(id)
  const [own] = await askAll(simulator, '/v1.0/users/noor@fabrikam.example/events')
  expect(text(own, 'subject')).toBe('Doctor')
})
