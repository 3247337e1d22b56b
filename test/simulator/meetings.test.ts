import { describe, expect, it } from 'vitest'
import type { Simulator } from '../../src/simulator/simulator.ts'
import { ask, type Json, type Reply, rowsOf, start, text } from './harness.ts'

const noor = 'noor@fabrikam.example'
const jun = 'jun@adatum.example'
const mara = { name: 'Mara Lindqvist', address: 'mara@fabrikam.example' }

const utc = (dateTime: string): object => ({ dateTime, timeZone: 'UTC' })
const times = { start: utc('2026-03-02T09:00:00'), end: utc('2026-03-02T10:00:00') }
const people = (...addresses: readonly string[]): object => ({
  attendees: addresses.map((address) => ({ emailAddress: { name: '', address }, type: 'required' })),
})
const daily = {
  recurrence: {
    pattern: { type: 'daily', interval: 1 },
    range: { type: 'numbered', startDate: '2026-03-02', numberOfOccurrences: 5 },
  },
}

describe('mails of the organizer', () => {
  it('nobody hears of what is the organizer’s own', async () => {
    const simulator = await start()
    const id = await made(simulator, people(noor))
    simulator.tenant.outbox.length = 0
    for (const body of [
      { categories: ['Red'] },
      { isReminderOn: false, reminderMinutesBeforeStart: 5 },
      { showAs: 'free' },
      {
        singleValueExtendedProperties: [{ id: 'String {2f6b1c9e-0000-4000-8000-00000000cafe} Name x', value: 'v' }],
      },
    ]) {
      await patch(simulator, id, body)
    }
    expect(mails(simulator)).toEqual([])
    simulator.setSwitches({ personalChange: 'mailed' })
    await patch(simulator, id, { categories: ['Blue'] })
    expect(mails(simulator)).toEqual(['update to noor'])
  })

  it('a change of the attendees goes to those that changed, another change to all', async () => {
    const simulator = await start()
    const id = await made(simulator, people(noor, mara.address))
    await patch(simulator, id, people(noor, jun))
    await patch(simulator, id, people(noor))
    await patch(simulator, id, { subject: 'Other', ...people(noor, jun) })
    simulator.setSwitches({ attendeesChange: 'all' })
    await patch(simulator, id, people(noor))
    expect(mails(simulator)).toEqual([
      'invitation to noor',
      'invitation to jun',
      'cancellation to jun',
      'invitation to jun',
      'update to noor',
      'update to noor',
      'cancellation to jun',
    ])
  })

  it('a series sends one mail, and one for each exception', async () => {
    const simulator = await start()
    const id = await made(simulator, { ...people(jun), ...daily })
    const instance = await instanceOf(simulator, id, 1)
    await patch(simulator, instance, { subject: 'Longer' })
    await patch(simulator, id, { location: { displayName: 'Room 4' } })
    expect(mails(simulator)).toEqual([
      'invitation to jun',
      'update to jun of 2026-03-03',
      'update to jun',
      'update to jun of 2026-03-03',
    ])
  })

  it('deleting and cancelling send cancellations, of a series or one instance', async () => {
    const simulator = await start()
    const id = await made(simulator, { ...people(jun), ...daily })
    simulator.tenant.outbox.length = 0
    const [second, third] = [await instanceOf(simulator, id, 1), await instanceOf(simulator, id, 2)]
    expect(await action(simulator, second, 'cancel', { Comment: 'Public holiday' })).toBe(202)
    expect((await ask(simulator, `/v1.0/me/events/${third}`, { method: 'DELETE' })).status).toBe(204)
    expect(await action(simulator, second, 'cancel')).toBe('404 ErrorItemNotFound')
    expect(await action(simulator, id, 'cancel', { comment: 'No more' })).toBe(202)
    expect(mails(simulator)).toEqual([
      'cancellation to jun of 2026-03-03: Public holiday',
      'cancellation to jun of 2026-03-04',
      'cancellation to jun: No more',
    ])
    expect((await ask(simulator, `/v1.0/me/events/${id}`)).status).toBe(404)
  })
})

describe('answers', () => {
  it('stay silent, or mail the organizer with the comment', async () => {
    const simulator = await start()
    const id = invited(simulator, {})
    expect(await action(simulator, id, 'accept', { sendResponse: false })).toBe(202)
    expect(mails(simulator)).toEqual([])
    expect(await answerOf(simulator, id)).toEqual(['accepted', 'busy'])
    expect(await action(simulator, id, 'tentativelyAccept', { Comment: 'Perhaps', SendResponse: true })).toBe(202)
    expect(await answerOf(simulator, id)).toEqual(['tentativelyAccepted', 'tentative'])
    expect(mails(simulator)).toEqual(['tentativelyAccepted to jun: Perhaps'])
  })

  it('a declined meeting leaves the calendar, or stays as the switch says', async () => {
    const simulator = await start()
    const gone = invited(simulator, {})
    expect(await action(simulator, gone, 'decline')).toBe(202)
    expect((await ask(simulator, `/v1.0/me/events/${gone}`)).status).toBe(404)
    expect(mails(simulator)).toEqual(['declined to jun'])
    simulator.setSwitches({ declined: 'kept' })
    const kept = invited(simulator, {})
    expect(await action(simulator, kept, 'microsoft.graph.decline', { sendResponse: false })).toBe(202)
    expect(await answerOf(simulator, kept)).toEqual(['declined', 'free'])
  })

  it('one instance is answered alone', async () => {
    const simulator = await start()
    const id = invited(simulator, daily)
    const [second, third] = [await instanceOf(simulator, id, 1), await instanceOf(simulator, id, 2)]
    expect(await action(simulator, second, 'accept')).toBe(202)
    expect(await action(simulator, third, 'decline')).toBe(202)
    expect(await answerOf(simulator, second)).toEqual(['accepted', 'busy'])
    expect((await answerOf(simulator, id))[0]).toBe('notResponded')
    expect((await ask(simulator, `/v1.0/me/events/${third}`)).status).toBe(404)
    expect(mails(simulator)).toEqual(['accepted to jun of 2026-03-03', 'declined to jun of 2026-03-04'])
  })

  it('refused: of the organizer, unasked, a new time that cannot be proposed, parameters that do not exist', async () => {
    const simulator = await start()
    const own = await made(simulator, people(noor))
    expect(await action(simulator, own, 'accept')).toBe('400 ErrorInvalidRequest')
    const id = invited(simulator, { responseRequested: false, allowNewTimeProposals: false })
    expect(await action(simulator, id, 'accept')).toBe('400 ErrorInvalidRequest')
    simulator.setSwitches({ unaskedAnswer: 'taken' })
    const proposedNewTime = times
    expect(await action(simulator, id, 'decline', { proposedNewTime })).toBe('400 ErrorInvalidRequest')
    expect(await action(simulator, id, 'accept', { proposedNewTime })).toBe('400 BadRequest')
    expect(await action(simulator, id, 'cancel')).toBe('400 ErrorInvalidRequest')
    const open = invited(simulator, {})
    expect(await action(simulator, open, 'tentativelyAccept', { proposedNewTime, sendResponse: false })).toBe(
      '400 ErrorInvalidRequest',
    )
    expect(await action(simulator, open, 'tentativelyAccept', { proposedNewTime: { start: times.start } })).toBe(
      '400 ErrorInvalidRequest',
    )
    expect(await action(simulator, open, 'tentativelyAccept', { proposedNewTime })).toBe(202)
    expect(await action(simulator, open, 'accept', { notify: true })).toBe('400 BadRequest')
    expect((await ask(simulator, `/v1.0/me/events/${open}/accept`)).status).toBe(405)
  })

  it('what is the organizer’s can be changed in the copy only, or not at all', async () => {
    const simulator = await start()
    const id = invited(simulator, {})
    expect((await patch(simulator, id, { subject: 'Mine' })).status).toBe(200)
    simulator.setSwitches({ foreignChange: 'refused' })
    expect((await patch(simulator, id, { subject: 'Mine again' })).status).toBe(403)
    expect((await patch(simulator, id, { categories: ['Red'], sensitivity: 'private' })).status).toBe(200)
    expect(mails(simulator)).toEqual([])
  })
})

describe('meetings inside the tenant', () => {
  it('arrive, follow changes, and the answer comes back', async () => {
    const simulator = await start()
    const id = await made(simulator, { subject: 'Plan', ...people(noor) })
    const copy = await onlyCopy(simulator)
    expect(copy).toMatchObject({
      subject: 'Plan',
      isOrganizer: false,
      showAs: 'tentative',
      responseStatus: { response: 'notResponded' },
      organizer: { emailAddress: mara },
    })
    expect(copy['iCalUId']).toEqual((await read(simulator, id))['iCalUId'])
    await act(simulator, copy, 'accept')
    expect((await read(simulator, id))['attendees']).toMatchObject([{ status: { response: 'accepted' } }])
    await patch(simulator, id, { subject: 'Plan B' })
    expect(await onlyCopy(simulator)).toMatchObject({ subject: 'Plan B', responseStatus: { response: 'accepted' } })
    await patch(simulator, id, { start: utc('2026-03-02T09:30:00') })
    expect(await onlyCopy(simulator)).toMatchObject({ responseStatus: { response: 'notResponded' } })
    await action(simulator, id, 'cancel')
    expect(await onlyCopy(simulator)).toMatchObject({ subject: 'Canceled: Plan B', isCancelled: true, showAs: 'free' })
  })

  it('instances too: moved, cancelled, answered', async () => {
    const simulator = await start()
    const id = await made(simulator, { subject: 'Daily', ...people(noor), ...daily })
    const [second, third] = [await instanceOf(simulator, id, 1), await instanceOf(simulator, id, 2)]
    await patch(simulator, second, { subject: 'Daily, long' })
    await action(simulator, third, 'cancel')
    const rows = simulator.control.truth({ mailbox: noor }, { from: '2026-03-01T00:00Z', to: '2026-04-01T00:00Z' })
    const shown = rows.instances.map(({ subject, isCancelled }) => [subject, isCancelled])
    expect(shown).toEqual([
      ['Daily', false],
      ['Daily, long', false],
      ['Canceled: Daily', true],
      ['Daily', false],
      ['Daily', false],
    ])
    await act(simulator, rows.instances[3], 'decline')
    const fourth = await read(simulator, await instanceOf(simulator, id, 2))
    expect(fourth['attendees']).toMatchObject([{ status: { response: 'declined' } }])
  })

  it('nothing arrives when the switch says so', async () => {
    const simulator = await start({ switches: { attendeeCopies: false } })
    await made(simulator, people(noor))
    expect(simulator.control.truth({ mailbox: noor }).events).toEqual([])
  })
})

async function made(simulator: Simulator, event: object): Promise<string> {
  const reply = await ask(simulator, '/v1.0/me/events', { method: 'POST', body: { ...times, ...event } })
  expect(reply.status).toBe(201)
  return text(reply.json, 'id')
}

/** A meeting of somebody outside of the tenant, in the first mailbox. */
function invited(simulator: Simulator, event: object): string {
  return simulator.control.createEvent(
    {},
    {
      ...times,
      ...people(mara.address),
      organizer: { emailAddress: { name: 'Jun Sato', address: jun } },
      isOrganizer: false,
      responseStatus: { response: 'notResponded', time: '0001-01-01T00:00:00Z' },
      ...event,
    },
  ).id
}

function patch(simulator: Simulator, id: string, body: object): Promise<Reply> {
  return ask(simulator, `/v1.0/me/events/${id}`, { method: 'PATCH', body })
}

/** The status, and the code of a refusal. */
async function action(
  simulator: Simulator,
  id: string,
  name: string,
  body: object = {},
  mailbox = 'me',
): Promise<number | string> {
  const reply = await ask(simulator, `/v1.0/${mailbox}/events/${id}/${name}`, { method: 'POST', body })
  return reply.status < 400 ? reply.status : `${reply.status} ${text(reply.json['error'], 'code')}`
}

/** An answer of the colleague. */
async function act(simulator: Simulator, copy: unknown, name: string): Promise<void> {
  expect(await action(simulator, text(copy as Json, 'id'), name, {}, `users/${noor}`)).toBe(202)
}

async function onlyCopy(simulator: Simulator): Promise<Json> {
  const rows = rowsOf(await ask(simulator, `/v1.0/users/${noor}/events`))
  expect(rows).toHaveLength(1)
  return rows[0] ?? {}
}

async function instanceOf(simulator: Simulator, id: string, place: number): Promise<string> {
  const window = 'startDateTime=2026-03-01T00:00:00Z&endDateTime=2026-04-01T00:00:00Z'
  const rows = rowsOf(await ask(simulator, `/v1.0/me/events/${id}/instances?${window}`))
  return text(rows[place], 'id')
}

async function read(simulator: Simulator, id: string): Promise<Json> {
  return (await ask(simulator, `/v1.0/me/events/${id}`)).json
}

async function answerOf(simulator: Simulator, id: string): Promise<readonly unknown[]> {
  const json = await read(simulator, id)
  return [text(json['responseStatus'], 'response'), text(json, 'showAs')]
}

function mails(simulator: Simulator): readonly string[] {
  return simulator.outbox.map(({ kind, to, instance, comment }) => {
    const names = to.map((address) => address.split('@')[0]).join(', ')
    return `${kind} to ${names}${instance ? ` of ${instance}` : ''}${comment ? `: ${comment}` : ''}`
  })
}
