// Writing over HTTP: validation, If-Match, transactionId, instances, calendars, mails (graph contract 5, 12, 13).
import { describe, expect, it } from 'vitest'
import { ask, meeting, type Reply, rowsOf, standUp, start, summaries, text, yearView } from './harness.ts'
import type { Simulator } from '../../src/simulator/simulator.ts'

const post = (simulator: Simulator, body: unknown): Promise<Reply> =>
  ask(simulator, '/v1.0/me/events', { method: 'POST', body })
const patch = (simulator: Simulator, id: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> =>
  ask(simulator, `/v1.0/me/events/${id}`, { method: 'PATCH', body, headers })
const errorOf = (reply: Reply): readonly [number, string] => [reply.status, text(reply.json['error'], 'code')]
const timed = meeting('Review', '2026-03-03T10:00:00', '2026-03-03T11:00:00')

describe('create', () => {
  it('answers 201 with the defaults that Graph sets', async () => {
    const simulator = await start()
    const made = await post(simulator, timed)
    expect(made.status).toBe(201)
    expect(made.json).toMatchObject({
      showAs: 'busy',
      isReminderOn: true,
      reminderMinutesBeforeStart: 15,
      isOrganizer: true,
      organizer: { emailAddress: { address: 'mara@fabrikam.example' } },
      body: { contentType: 'html', content: '' },
      location: { displayName: '' },
      locations: [],
      transactionId: null,
    })
  })

  it('ignores what only the server sets', async () => {
    const simulator = await start()
    const made = await post(simulator, { ...timed, iCalUId: 'mine', isOrganizer: false, isCancelled: true })
    expect(made.json).toMatchObject({ isOrganizer: true, isCancelled: false })
    expect(text(made.json, 'iCalUId')).toMatch(/^040000008200E00074C5B7101A82E00800000000/)
  })

  it.each([
    ['no start', { subject: 'x' }, 'ErrorPropertyValidationFailure'],
    [
      'an all-day start that is no midnight',
      { ...meeting('x', '2026-03-03T01:00:00', '2026-03-04T00:00:00'), isAllDay: true },
      'ErrorInvalidRequest',
    ],
    [
      'an all-day event without length',
      { ...meeting('x', '2026-03-03T00:00:00', '2026-03-03T00:00:00'), isAllDay: true },
      'ErrorInvalidRequest',
    ],
    ['an end before the start', meeting('x', '2026-03-03T10:00:00', '2026-03-03T09:00:00'), 'ErrorInvalidRequest'],
    [
      'a zone that nobody knows',
      meeting('x', '2026-03-03T10:00:00', '2026-03-03T11:00:00', {}, 'Mars/Base'),
      'TimeZoneNotSupportedException',
    ],
    [
      'an offset beside another zone',
      meeting('x', '2026-03-03T10:00:00+01:00', '2026-03-03T11:00:00'),
      'ErrorInvalidRequest',
    ],
    ['a word outside of its set', { ...timed, showAs: 'nearby' }, 'ErrorPropertyValidationFailure'],
    ['a member of another type', { ...timed, isReminderOn: 'yes' }, 'ErrorPropertyValidationFailure'],
    [
      'too many attendees',
      { ...timed, attendees: Array.from({ length: 501 }, () => ({})) },
      'ErrorPropertyValidationFailure',
    ],
    [
      'a property id of another form',
      { ...timed, singleValueExtendedProperties: [{ id: 'x', value: '' }] },
      'ErrorInvalidRequest',
    ],
  ])('refuses %s', async (_, body, code) => {
    const simulator = await start()
    expect(errorOf(await post(simulator, body))).toEqual([400, code])
  })

  it('says which end of an all-day event is wrong', async () => {
    const simulator = await start()
    const body = { ...meeting('x', '2026-03-03T00:00:00', '2026-03-04T01:00:00'), isAllDay: true }
    expect(text((await post(simulator, body)).json['error'], 'message')).toBe(
      'The Event.End property for an all-day event needs to be set to midnight.',
    )
  })

  it('refuses a body that is no JSON object', async () => {
    const simulator = await start()
    expect(errorOf(await post(simulator, [1]))).toEqual([400, 'RequestBodyRead'])
  })

  it('a Z with zone UTC is taken, fewer digits too', async () => {
    const simulator = await start()
    const made = await post(simulator, meeting('x', '2026-03-03T10:00:00.000Z', '2026-03-03T10:30', {}, 'UTC'))
    expect(made.json['start']).toEqual({ dateTime: '2026-03-03T10:00:00.0000000', timeZone: 'UTC' })
  })
})

describe('a recurrence', () => {
  const range = (changes: object) => ({ type: 'noEnd', startDate: '2026-03-02', ...changes })
  const recurring = (pattern: object, rangeChanges: object = {}, more: object = {}) => ({
    ...standUp,
    ...more,
    recurrence: { pattern: { interval: 1, ...pattern }, range: range(rangeChanges) },
  })

  it.each([
    [
      'a startDate of another day',
      recurring({ type: 'daily' }, { startDate: '2026-03-01' }),
      'ErrorPropertyValidationFailure',
    ],
    ['no startDate', recurring({ type: 'daily' }, { startDate: undefined }), 'ErrorRecurrenceEndDateTooBig'],
    ['an interval of 0', recurring({ type: 'daily', interval: 0 }), 'ErrorPropertyValidationFailure'],
    ['a week without days', recurring({ type: 'weekly' }), 'ErrorPropertyValidationFailure'],
    ['a month without a day', recurring({ type: 'absoluteMonthly' }), 'ErrorPropertyValidationFailure'],
    ['a year without a month', recurring({ type: 'absoluteYearly', dayOfMonth: 2 }), 'ErrorPropertyValidationFailure'],
    [
      'a wrong value in a member that the pattern ignores',
      recurring({ type: 'daily', index: 'fifth' }),
      'ErrorPropertyValidationFailure',
    ],
    [
      'a number of 0',
      recurring({ type: 'daily' }, { type: 'numbered', numberOfOccurrences: 0 }),
      'ErrorPropertyValidationFailure',
    ],
    [
      'an end before its start',
      recurring({ type: 'daily' }, { type: 'endDate', endDate: '2026-03-01' }),
      'ErrorRecurrenceEndDateEarlierThanStartDate',
    ],
    [
      'an occurrence that reaches the next one',
      recurring({ type: 'daily' }, {}, meeting('x', '2026-03-02T09:00:00', '2026-03-03T10:00:00')),
      'ErrorOccurrenceTimeSpanTooBig',
    ],
  ])('refuses %s', async (_, body, code) => {
    const simulator = await start()
    expect(errorOf(await post(simulator, body))).toEqual([400, code])
  })

  it('comes back in full with neutral values, its start moved to the first day that fits', async () => {
    const simulator = await start()
    const pattern = { type: 'weekly', daysOfWeek: ['Wednesday'] }
    const made = await post(simulator, recurring(pattern, { type: 'numbered', numberOfOccurrences: 2 }))
    expect(made.json).toMatchObject({
      type: 'seriesMaster',
      start: { dateTime: '2026-03-04T08:30:00.0000000' },
      recurrence: {
        pattern: {
          type: 'weekly',
          interval: 1,
          month: 0,
          dayOfMonth: 0,
          daysOfWeek: ['wednesday'],
          firstDayOfWeek: 'sunday',
          index: 'first',
        },
        range: {
          type: 'numbered',
          startDate: '2026-03-04',
          endDate: '0001-01-01',
          recurrenceTimeZone: 'W. Europe Standard Time',
          numberOfOccurrences: 2,
        },
      },
    })
  })

  it('a PATCH of it drops exceptions and cancelled dates when it differs, or always, or never', async () => {
    for (const [recurrencePatch, unchanged, changed] of [
      ['dropsOnChange', 13, 14],
      ['drops', 14, 14],
      ['keeps', 13, 13],
    ] as const) {
      const simulator = await start({ switches: { recurrencePatch } })
      const { id } = simulator.control.createEvent({}, standUp)
      simulator.control.cancelInstance(id, '2026-03-04')
      const count = async (): Promise<number> => rowsOf(await ask(simulator, `${yearView}&$top=100`)).length
      await patch(simulator, id, { recurrence: standUp['recurrence'] })
      expect([recurrencePatch, await count()]).toEqual([recurrencePatch, unchanged])
      await patch(simulator, id, meeting('Later', '2026-03-02T10:30:00', '2026-03-02T10:45:00'))
      expect([recurrencePatch, await count()]).toEqual([recurrencePatch, changed])
    }
  })

  it('a PATCH with null makes a single event of it', async () => {
    const simulator = await start()
    const { id } = simulator.control.createEvent({}, standUp)
    const { json } = await patch(simulator, id, { recurrence: null })
    expect(json).toMatchObject({ type: 'singleInstance', recurrence: null })
  })
})

describe('update and delete', () => {
  it('an absent member stays, null and an empty list clear', async () => {
    const simulator = await start()
    const full = {
      ...timed,
      location: { displayName: 'Room 4' },
      categories: ['Blue'],
      attendees: [{ emailAddress: { address: 'a@b.example' } }],
    }
    const id = text((await post(simulator, full)).json, 'id')
    expect((await patch(simulator, id, { subject: 'Other' })).json).toMatchObject({
      subject: 'Other',
      categories: ['Blue'],
    })
    const cleared = await patch(simulator, id, { location: null, categories: [], attendees: [], subject: null })
    expect(cleared.json).toMatchObject({ locations: [], categories: [], attendees: [], subject: null })
  })

  it('several locations are summed up in one, and a PATCH of location replaces them', async () => {
    const simulator = await start()
    const made = await post(simulator, { ...timed, locations: [{ displayName: 'A' }, { displayName: 'B' }] })
    expect(made.json).toMatchObject({ location: { displayName: 'A; B', uniqueIdType: 'private' } })
    const changed = await patch(simulator, text(made.json, 'id'), { location: { displayName: 'C' } })
    expect(changed.json).toMatchObject({ locations: [{ displayName: 'C' }] })
  })

  it('an instance becomes an exception by PATCH, and a cancelled date by DELETE', async () => {
    const simulator = await start()
    const { id } = simulator.control.createEvent({}, standUp)
    const [first, second] = rowsOf(await ask(simulator, yearView)).map((row) => text(row, 'id'))
    const changed = await patch(simulator, first ?? '', { subject: 'Today' })
    expect(changed.json).toMatchObject({ type: 'exception', seriesMasterId: id, recurrence: null })
    const gone = await ask(simulator, `/v1.0/me/events/${second}`, { method: 'DELETE' })
    expect([gone.status, gone.text]).toEqual([204, ''])
    expect(summaries(rowsOf(await ask(simulator, `${yearView}&$top=2`)))).toEqual([
      'exception Today 2026-03-02T08:30',
      'occurrence Stand-up 2026-03-09T08:30',
    ])
  })

  it('an instance cannot cross the day of a neighbour, a deleted one included', async () => {
    const simulator = await start()
    const { id } = simulator.control.createEvent({}, standUp)
    simulator.control.cancelInstance(id, '2026-03-09')
    const [, second] = rowsOf(await ask(simulator, yearView)).map((row) => text(row, 'id'))
    const to = (day: string): Promise<Reply> =>
      patch(simulator, second ?? '', meeting('Moved', `2026-03-${day}T10:00:00`, `2026-03-${day}T10:15:00`))
    expect(errorOf(await to('09'))).toEqual([400, 'ErrorOccurrenceCrossingBoundary'])
    expect(errorOf(await to('02'))).toEqual([400, 'ErrorOccurrenceCrossingBoundary'])
    expect((await to('08')).status).toBe(200)
    expect((await to('03')).status).toBe(200)
  })

  it('a delete is final, the id 404', async () => {
    const simulator = await start()
    const id = text((await post(simulator, timed)).json, 'id')
    expect((await ask(simulator, `/v1.0/me/events/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect(errorOf(await ask(simulator, `/v1.0/me/events/${id}`, { method: 'DELETE' }))).toEqual([
      404,
      'ErrorItemNotFound',
    ])
  })

  it('a calendar that cannot be edited refuses every write', async () => {
    const simulator = await start()
    const birthdays = simulator.control.calendars().find(({ name }) => name === 'Birthdays')
    const path = `/v1.0/me/calendars/${birthdays?.id}/events`
    expect(errorOf(await ask(simulator, path, { method: 'POST', body: timed }))).toEqual([403, 'ErrorAccessDenied'])
  })

  it('return=minimal answers nothing, or is ignored', async () => {
    const simulator = await start()
    const id = text((await post(simulator, timed)).json, 'id')
    expect((await patch(simulator, id, { subject: 'x' }, { prefer: 'return=minimal' })).status).toBe(204)
    simulator.setSwitches({ returnMinimal: 'ignored' })
    expect((await patch(simulator, id, { subject: 'x' }, { prefer: 'return=minimal' })).status).toBe(200)
  })
})

describe('If-Match', () => {
  it('a stale one is refused as the switch says, a star and the right one pass', async () => {
    const simulator = await start()
    const made = await post(simulator, timed)
    const [id, etag] = [text(made.json, 'id'), text(made.json, '@odata.etag')]
    expect((await patch(simulator, id, { subject: 'A' }, { 'if-match': etag })).status).toBe(200)
    expect(errorOf(await patch(simulator, id, { subject: 'B' }, { 'if-match': etag }))).toEqual([
      412,
      'ErrorIrresolvableConflict',
    ])
    expect((await patch(simulator, id, { subject: 'B' }, { 'if-match': '*' })).status).toBe(200)
    simulator.setSwitches({ ifMatch: '409' })
    expect(errorOf(await patch(simulator, id, { subject: 'C' }, { 'if-match': etag }))).toEqual([
      409,
      'ErrorIrresolvableConflict',
    ])
    simulator.setSwitches({ ifMatch: 'ignored' })
    expect((await patch(simulator, id, { subject: 'C' }, { 'if-match': etag })).status).toBe(200)
  })
})

describe('transactionId', () => {
  it('makes one event of a repeated POST, answered as the switch says', async () => {
    const simulator = await start()
    const body = { ...timed, transactionId: 'once' }
    const first = await post(simulator, body)
    for (const status of ['201', '200'] as const) {
      simulator.setSwitches({ repeatedTransactionId: status })
      const again = await post(simulator, body)
      expect([again.status, text(again.json, 'id')]).toEqual([Number(status), text(first.json, 'id')])
    }
    simulator.setSwitches({ repeatedTransactionId: '409' })
    expect(errorOf(await post(simulator, body))).toEqual([409, 'ErrorDuplicateTransactionId'])
    expect(rowsOf(await ask(simulator, '/v1.0/me/events'))).toHaveLength(1)
  })
})

describe('mails', () => {
  const attendees = [
    { emailAddress: { name: 'Noor Haddad', address: 'noor@fabrikam.example' }, status: { response: 'accepted' } },
  ]

  it('the organizer’s writes mail the attendees, others mail nobody', async () => {
    const simulator = await start()
    const plain = text((await post(simulator, timed)).json, 'id')
    await patch(simulator, plain, { subject: 'Quiet' })
    expect(simulator.outbox).toEqual([])
    const made = await post(simulator, { ...timed, attendees })
    expect(made.json['attendees']).toMatchObject([{ status: { response: 'none' } }])
    await patch(simulator, text(made.json, 'id'), { subject: 'Loud' })
    await patch(simulator, text(made.json, 'id'), { attendees: [] })
    await ask(simulator, `/v1.0/me/events/${text(made.json, 'id')}`, { method: 'DELETE' })
    expect(simulator.outbox.map(({ kind, to, subject }) => [kind, to, subject])).toEqual([
      ['invitation', ['noor@fabrikam.example'], 'Review'],
      ['update', ['noor@fabrikam.example'], 'Loud'],
      ['cancellation', ['noor@fabrikam.example'], 'Loud'],
    ])
  })

  it('changes from outside of Graph mail nobody', async () => {
    const simulator = await start()
    const { id } = simulator.control.createEvent({}, { ...timed, attendees })
    simulator.control.deleteEvent(id)
    expect(simulator.outbox).toEqual([])
  })
})

describe('extended properties written as null', () => {
  it('are gone, or empty as the switch says', async () => {
    const simulator = await start()
    const id = 'String {2f6b1c9e-0000-4000-8000-00000000cafe} Name x'
    const made = simulator.control.createEvent(
      {},
      meeting('Review', '2026-03-03T10:00:00', '2026-03-03T11:00:00', {
        singleValueExtendedProperties: [{ id, value: 'v' }],
      }),
    )
    const path = `/v1.0/me/events/${made.id}`
    const read = async (): Promise<unknown> =>
      (await ask(simulator, `${path}?$expand=singleValueExtendedProperties($filter=id eq '${id}')`)).json[
        'singleValueExtendedProperties'
      ]
    const body = { singleValueExtendedProperties: [{ id, value: null }] }
    simulator.setSwitches({ nullProperty: 'empties' })
    await ask(simulator, path, { method: 'PATCH', body })
    expect(await read()).toMatchObject([{ value: '' }])
    simulator.setSwitches({ nullProperty: 'removes' })
    await ask(simulator, path, { method: 'PATCH', body })
    expect(await read()).toBeUndefined()
  })
})

describe('copies', () => {
  it('have ids of their own; properties and UID as the switches say', async () => {
    const simulator = await start()
    const id = 'String {2f6b1c9e-0000-4000-8000-00000000cafe} Name x'
    const original = simulator.control.createEvent(
      {},
      { ...timed, iCalUId: 'one', singleValueExtendedProperties: [{ id, value: 'v' }] },
    )
    const read = async (): Promise<readonly unknown[]> => {
      const copy = simulator.control.copyEvent(original.id, { calendar: 'Personal' })
      const path = `/v1.0/me/events/${copy.id}?$expand=singleValueExtendedProperties($filter=id eq '${id}')`
      const { json } = await ask(simulator, path)
      return [text(json, 'iCalUId') === 'one', 'singleValueExtendedProperties' in json]
    }
    expect(await read()).toEqual([false, true])
    simulator.setSwitches({ copyKeepsUid: true, copyKeepsProperties: false })
    expect(await read()).toEqual([true, false])
  })
})

describe('calendars', () => {
  it('are created, renamed and deleted; the default one stays', async () => {
    const simulator = await start()
    const made = await ask(simulator, '/v1.0/me/calendars', { method: 'POST', body: { name: 'Garden' } })
    expect([made.status, text(made.json, 'name')]).toEqual([201, 'Garden'])
    const path = `/v1.0/me/calendars/${text(made.json, 'id')}`
    expect(errorOf(await ask(simulator, '/v1.0/me/calendars', { method: 'POST', body: { name: 'Garden' } }))).toEqual([
      409,
      'ErrorFolderExists',
    ])
    const renamed = await ask(simulator, path, { method: 'PATCH', body: { name: 'Allotment', color: 'lightGreen' } })
    expect(renamed.json).toMatchObject({ name: 'Allotment', color: 'lightGreen' })
    await ask(simulator, `${path}/events`, { method: 'POST', body: timed })
    expect((await ask(simulator, path, { method: 'DELETE' })).status).toBe(204)
    expect((await ask(simulator, path)).status).toBe(404)
    const work = simulator.control.calendars()[0]
    expect(errorOf(await ask(simulator, `/v1.0/me/calendars/${work?.id}`, { method: 'DELETE' }))).toEqual([
      400,
      'ErrorDeleteDistinguishedFolder',
    ])
  })
})
