// Series: occurrences, exceptions, cancelled dates, and the ways to learn of them (graph contract 2, 8).
import { describe, expect, it } from 'vitest'
import type { Simulator } from '../../src/simulator/simulator.ts'
import { ask, askAll, meeting, type Reply, rowsOf, standUp, start, summaries, text, yearView } from './harness.ts'

/** The stand-up with 03-09 moved to the next afternoon and 03-11 cancelled. */
function changedStandUp(simulator: Simulator): string {
  const { id } = simulator.control.createEvent({}, standUp)
  simulator.control.updateInstance(id, '2026-03-09', meeting('Moved', '2026-03-10T14:00:00', '2026-03-10T14:15:00'))
  simulator.control.cancelInstance(id, '2026-03-11')
  return id
}

const selecting = (id: string, names: string, expand = 'exceptionOccurrences'): string =>
  `/v1.0/me/events/${id}?$select=${names}&$expand=${expand}`

describe('calendarView', () => {
  it('shows occurrences at the wall time of the zone, exceptions where they went, no cancelled slot, no master', async () => {
    const simulator = await start()
    changedStandUp(simulator)
    const rows = rowsOf(await ask(simulator, `${yearView}&$top=50`))
    expect(summaries(rows)).toEqual([
      'occurrence Stand-up 2026-03-02T08:30',
      'occurrence Stand-up 2026-03-04T08:30',
      'exception Moved 2026-03-10T13:00',
      'occurrence Stand-up 2026-03-16T08:30',
      'occurrence Stand-up 2026-03-18T08:30',
      'occurrence Stand-up 2026-03-23T08:30',
      'occurrence Stand-up 2026-03-25T08:30',
      'occurrence Stand-up 2026-03-30T07:30',
      'occurrence Stand-up 2026-04-01T07:30',
      'occurrence Stand-up 2026-04-06T07:30',
      'occurrence Stand-up 2026-04-08T07:30',
      'occurrence Stand-up 2026-04-13T07:30',
      'occurrence Stand-up 2026-04-15T07:30',
    ])
    expect(rows[0]).not.toHaveProperty('originalStart')
  })

  it('gives originalStart only when it is selected', async () => {
    const simulator = await start()
    changedStandUp(simulator)
    for (const select of ['id,originalStart', '*']) {
      const rows = rowsOf(await ask(simulator, `${yearView}&$select=${select}&$top=3`))
      expect(rows.map((row) => text(row, 'originalStart'))).toEqual([
        '2026-03-02T08:30:00Z',
        '2026-03-04T08:30:00Z',
        '2026-03-09T08:30:00Z',
      ])
    }
  })

  it('a start in the spring gap comes after it, one in the doubled hour is the first', async () => {
    const simulator = await start({ now: Date.UTC(2026, 2, 1) })
    const daily = (count: number, date: string) => ({
      recurrence: {
        pattern: { type: 'daily', interval: 1 },
        range: { type: 'numbered', numberOfOccurrences: count, startDate: date },
      },
    })
    simulator.control.createEvent(
      {},
      meeting('Spring', '2026-03-28T02:30:00', '2026-03-28T04:30:00', daily(3, '2026-03-28')),
    )
    simulator.control.createEvent(
      {},
      meeting('Autumn', '2026-10-24T02:30:00', '2026-10-24T03:30:00', daily(3, '2026-10-24')),
    )
    const rows = rowsOf(await ask(simulator, yearView))
    expect(
      rows.map((row) => `${text(row['start'], 'dateTime').slice(5, 16)} ${text(row['end'], 'dateTime').slice(5, 16)}`),
    ).toEqual([
      '03-28T01:30 03-28T03:30',
      '03-29T01:30 03-29T02:30',
      '03-30T00:30 03-30T02:30',
      '10-24T00:30 10-24T01:30',
      '10-25T00:30 10-25T02:30',
      '10-26T01:30 10-26T02:30',
    ])
  })

  it('instanceEnd: exact keeps the length instead of the local end time', async () => {
    const simulator = await start({ switches: { instanceEnd: 'exact' } })
    const range = { type: 'numbered', numberOfOccurrences: 2, startDate: '2026-03-27' }
    const recurrence = { pattern: { type: 'daily', interval: 1 }, range }
    simulator.control.createEvent({}, meeting('Night', '2026-03-27T22:00:00', '2026-03-28T06:00:00', { recurrence }))
    const rows = rowsOf(await ask(simulator, yearView))
    expect(rows.map((row) => text(row['end'], 'dateTime').slice(5, 16))).toEqual(['03-28T05:00', '03-29T05:00'])
    simulator.setSwitches({ instanceEnd: 'wall' })
    expect(text(rowsOf(await ask(simulator, yearView))[1]?.['end'], 'dateTime').slice(5, 16)).toBe('03-29T04:00')
  })

  it('an all-day series keeps its dates', async () => {
    const simulator = await start()
    simulator.control.createEvent(
      {},
      {
        ...meeting('Rent', '2026-01-31T00:00:00', '2026-02-01T00:00:00', {}, 'New Zealand Standard Time'),
        isAllDay: true,
        recurrence: {
          pattern: { type: 'absoluteMonthly', interval: 1, dayOfMonth: 31 },
          range: { type: 'numbered', numberOfOccurrences: 3, startDate: '2026-01-31' },
        },
      },
    )
    const rows = rowsOf(await ask(simulator, `${yearView}&$select=start,end,originalStart`))
    expect(rows.map((row) => text(row['start'], 'dateTime'))).toEqual([
      '2026-01-31T00:00:00.0000000',
      '2026-02-28T00:00:00.0000000',
      '2026-03-31T00:00:00.0000000',
    ])
    expect(text(rows[1], 'originalStart')).toBe('2026-02-28T00:00:00Z')
  })
})

describe('the master by id', () => {
  it('tells cancelled dates only when selected, and exceptions only when selected and expanded', async () => {
    const simulator = await start()
    const id = changedStandUp(simulator)
    const both = await ask(simulator, selecting(id, 'subject,originalStart,cancelledOccurrences,exceptionOccurrences'))
    expect(both.json['cancelledOccurrences']).toEqual([`OID.${id}.2026-03-11`])
    expect(both.json['exceptionOccurrences']).toMatchObject([
      { subject: 'Moved', originalStart: '2026-03-09T08:30:00Z' },
    ])
    expect(both.json['exceptionOccurrences']?.['0']).not.toHaveProperty('body')
    const members = async (path: string): Promise<readonly string[]> => {
      const { json } = await ask(simulator, path)
      return ['cancelledOccurrences', 'exceptionOccurrences'].filter((name) => name in json)
    }
    expect(await members(`/v1.0/me/events/${id}`)).toEqual([])
    expect(await members(`/v1.0/me/events/${id}?$select=*`)).toEqual(['cancelledOccurrences'])
    expect(await members(`/v1.0/me/events/${id}?$expand=exceptionOccurrences`)).toEqual(['exceptionOccurrences'])
    expect(await members(selecting(id, 'subject,cancelledOccurrences'))).toEqual(['cancelledOccurrences'])
    expect(await members(`/v1.0/me/events/${id}?$select=cancelledOccurrences,exceptionOccurrences`)).toEqual([
      'cancelledOccurrences',
    ])
  })

  it('lists do not tell them, whatever is selected', async () => {
    const simulator = await start()
    changedStandUp(simulator)
    const [row] = rowsOf(
      await ask(
        simulator,
        '/v1.0/me/events?$select=subject,cancelledOccurrences,exceptionOccurrences&$expand=exceptionOccurrences',
      ),
    )
    expect(Object.keys(row ?? {}).filter((name) => name.endsWith('Occurrences'))).toEqual([])
  })

  it('oidDate: utc writes the UTC date of a slot whose local date is another', async () => {
    const simulator = await start()
    const range = { type: 'noEnd', startDate: '2026-03-02' }
    const recurrence = { pattern: { type: 'daily', interval: 1 }, range }
    const late = meeting('Late', '2026-03-02T22:00:00', '2026-03-02T22:30:00', { recurrence }, 'Eastern Standard Time')
    const { id } = simulator.control.createEvent({}, late)
    simulator.control.cancelInstance(id, '2026-03-05')
    const cancelled = async (): Promise<unknown> =>
      (await ask(simulator, `/v1.0/me/events/${id}?$select=cancelledOccurrences`)).json['cancelledOccurrences']
    expect(await cancelled()).toEqual([`OID.${id}.2026-03-05`])
    simulator.setSwitches({ oidDate: 'utc' })
    expect(await cancelled()).toEqual([`OID.${id}.2026-03-06`])
  })

  it('a national cloud refuses both properties and still has the recurrence blob', async () => {
    const simulator = await start({ switches: { cloud: 'national' } })
    const id = changedStandUp(simulator)
    for (const path of [
      selecting(id, 'subject', 'exceptionOccurrences'),
      `/v1.0/me/events/${id}?$select=cancelledOccurrences`,
    ]) {
      const reply = await ask(simulator, path)
      expect(reply.status).toBe(400)
      expect(text(reply.json['error'], 'message')).toMatch(
        /Could not find a property named '(exception|cancelled)Occurrences'/,
      )
    }
    expect((await ask(simulator, `/v1.0/me/events/${id}?$select=*`)).json).not.toHaveProperty('cancelledOccurrences')
    expect((await askBlob(simulator, id)).json['singleValueExtendedProperties']).toHaveLength(1)
  })

  it('expandedExceptions cuts the expanded list, with or without a link to the rest', async () => {
    const simulator = await start({ switches: { expandedExceptions: 1 } })
    const id = changedStandUp(simulator)
    simulator.control.updateInstance(id, '2026-03-16', { subject: 'Other' })
    const read = (): Promise<Reply> => ask(simulator, `/v1.0/me/events/${id}?$expand=exceptionOccurrences`)
    const cut = await read()
    expect(cut.json['exceptionOccurrences']).toHaveLength(1)
    const rest = await ask(simulator, text(cut.json, 'exceptionOccurrences@odata.nextLink'))
    expect(rowsOf(rest).map((row) => text(row, 'subject'))).toEqual(['Other'])
    simulator.setSwitches({ expandedExceptionsLink: false })
    expect(Object.keys((await read()).json)).not.toContain('exceptionOccurrences@odata.nextLink')
  })

  it('an edit of the master reaches plain occurrences and what exceptions did not change themselves', async () => {
    const simulator = await start()
    const id = changedStandUp(simulator)
    simulator.control.updateEvent(id, { subject: 'Daily', location: { displayName: 'Quay 3' } })
    const rows = rowsOf(await ask(simulator, `${yearView}&$top=3`))
    expect(rows.map((row) => `${text(row, 'subject')} ${text(row['location'], 'displayName')}`)).toEqual([
      'Daily Quay 3',
      'Daily Quay 3',
      'Moved Quay 3',
    ])
  })
})

const blobId = 'Binary {00062002-0000-0000-C000-000000000046} Id 0x8216'

function askBlob(simulator: Simulator, id: string): Promise<Reply> {
  return ask(simulator, `/v1.0/me/events/${id}?$expand=singleValueExtendedProperties($filter=id eq '${blobId}')`)
}

describe('the recurrence blob', () => {
  const day1601 = (date: string): number => (Date.parse(date) - Date.UTC(1601, 0, 1)) / 60_000

  it('holds the pattern, the deleted and the modified dates as MS-OXOCAL lays them out', async () => {
    const simulator = await start()
    const id = changedStandUp(simulator)
    const property = (await askBlob(simulator, id)).json['singleValueExtendedProperties']?.['0']
    expect(text(property, 'id')).toBe('Binary {00062002-0000-0000-c000-000000000046} Id 0x8216')
    const bytes = Buffer.from(text(property, 'value'), 'base64')
    const numbers = (offset: number, count: number): readonly number[] =>
      Array.from({ length: count }, (_, place) => bytes.readUInt32LE(offset + 4 * place))
    expect([0, 2, 4, 6, 8].map((offset) => bytes.readUInt16LE(offset))).toEqual([0x3004, 0x3004, 0x200b, 1, 0])
    // period 1 week, no sliding, Monday and Wednesday; ends by date, 14 slots, weeks from Monday
    expect(numbers(14, 3)).toEqual([1, 0, 0b1010])
    expect(numbers(26, 3)).toEqual([0x2021, 14, 1])
    expect(numbers(38, 5)).toEqual([2, day1601('2026-03-09'), day1601('2026-03-11'), 1, day1601('2026-03-10')])
    expect(numbers(58, 6)).toEqual([day1601('2026-03-02'), day1601('2026-04-15'), 0x3006, 0x3009, 570, 585])
    expect(bytes.readUInt16LE(82)).toBe(1)
    expect(numbers(84, 3)).toEqual([
      day1601('2026-03-10T14:00:00Z'),
      day1601('2026-03-10T14:15:00Z'),
      day1601('2026-03-09T09:30:00Z'),
    ])
  })

  it('comes on lists too, and single events have none', async () => {
    const simulator = await start()
    changedStandUp(simulator)
    simulator.control.createEvent({}, meeting('Single', '2026-03-02T09:30:00', '2026-03-02T09:45:00'))
    const rows = await askAll(
      simulator,
      `/v1.0/me/events?$expand=singleValueExtendedProperties($filter=id eq '${blobId}')`,
    )
    expect(rows.map((row) => 'singleValueExtendedProperties' in row)).toEqual([true, false])
  })
})

describe('instances', () => {
  it('lists occurrences and exceptions of a master in a range, in pages of ten', async () => {
    const simulator = await start()
    const id = changedStandUp(simulator)
    const path = `/v1.0/me/events/${id}/instances?startDateTime=2026-03-01T00:00:00Z&endDateTime=2026-05-01T00:00:00Z`
    const first = await ask(simulator, path)
    expect(rowsOf(first)).toHaveLength(10)
    expect(text(first.json, '@odata.nextLink')).toContain(simulator.url)
    expect(await askAll(simulator, `${path}&$top=500&$select=id,type,originalStart,start,end`)).toHaveLength(13)
  })

  it('needs a range, and a master', async () => {
    const simulator = await start()
    const id = changedStandUp(simulator)
    expect((await ask(simulator, `/v1.0/me/events/${id}/instances`)).status).toBe(400)
    const [row] = rowsOf(await ask(simulator, yearView))
    const range = 'startDateTime=2026-03-01T00:00:00Z&endDateTime=2026-05-01T00:00:00Z'
    expect((await ask(simulator, `/v1.0/me/events/${text(row, 'id')}/instances?${range}`)).status).toBe(400)
    simulator.control.deleteEvent(id)
    expect((await ask(simulator, `/v1.0/me/events/${id}/instances?${range}`)).status).toBe(404)
  })

  it('an occurrence keeps its id when it becomes an exception; a cancelled one is 404', async () => {
    const simulator = await start()
    const { id } = simulator.control.createEvent({}, standUp)
    const [occurrence] = rowsOf(await ask(simulator, yearView))
    const changed = simulator.control.updateInstance(id, '2026-03-02', { subject: 'Today' })
    expect(changed.id).toBe(text(occurrence, 'id'))
    expect(changed.id).toMatch(/FRAAg.*EA==$/)
    expect((await ask(simulator, `/v1.0/me/events/${changed.id}`)).json).toMatchObject({
      type: 'exception',
      seriesMasterId: id,
      recurrence: null,
    })
    simulator.control.cancelInstance(id, '2026-03-02')
    expect((await ask(simulator, `/v1.0/me/events/${changed.id}`)).status).toBe(404)
  })

  it('a number of occurrences counts the cancelled ones', async () => {
    const simulator = await start()
    const range = { type: 'numbered', numberOfOccurrences: 3, startDate: '2026-03-02' }
    const { id } = simulator.control.createEvent(
      {},
      { ...standUp, recurrence: { ...Object(standUp['recurrence']), range } },
    )
    simulator.control.cancelInstance(id, '2026-03-04')
    expect(summaries(rowsOf(await ask(simulator, yearView)))).toEqual([
      'occurrence Stand-up 2026-03-02T08:30',
      'occurrence Stand-up 2026-03-09T08:30',
    ])
  })

  it('a finite series goes with its last occurrence, or stays empty', async () => {
    const simulator = await start()
    const range = { type: 'numbered', numberOfOccurrences: 1, startDate: '2026-03-02' }
    const once = { ...standUp, recurrence: { ...Object(standUp['recurrence']), range } }
    const gone = simulator.control.createEvent({}, once)
    simulator.control.cancelInstance(gone.id, '2026-03-02')
    expect((await ask(simulator, `/v1.0/me/events/${gone.id}`)).status).toBe(404)
    simulator.setSwitches({ emptySeries: 'kept' })
    const kept = simulator.control.createEvent({}, once)
    simulator.control.cancelInstance(kept.id, '2026-03-02')
    expect((await ask(simulator, `/v1.0/me/events/${kept.id}`)).status).toBe(200)
  })
})
