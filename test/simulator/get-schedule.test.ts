// getSchedule (graph contract; Graph page "calendar: getSchedule").
import { describe, expect, it } from 'vitest'
import type { Simulator } from '../../src/simulator/simulator.ts'
import { ask, meeting, type Reply, rowsOf, start, text } from './harness.ts'

const noor = 'noor@fabrikam.example'
const utc = (dateTime: string): object => ({ dateTime, timeZone: 'UTC' })
const day = { StartTime: utc('2026-03-03T08:00:00'), EndTime: utc('2026-03-03T12:00:00') }
const askSchedule = (simulator: Simulator, body: object): Promise<Reply> =>
  ask(simulator, '/v1.0/me/calendar/getSchedule', { method: 'POST', body })
const codeOf = (reply: Reply): string => `${reply.status} ${text(reply.json['error'], 'code')}`

function fill(simulator: Simulator, mailbox: string): void {
  const create = (event: object): unknown => simulator.control.createEvent({ mailbox }, { ...event })
  const at = (from: string, to: string, more: object): object =>
    meeting('Secret', `2026-03-03T${from}:00`, `2026-03-03T${to}:00`, more)
  create(at('09:30', '10:00', { showAs: 'tentative' }))
  create(at('10:00', '11:00', { showAs: 'busy' }))
  create(at('11:00', '11:30', { showAs: 'free' }))
  create(at('11:30', '12:00', { showAs: 'oof' }))
  create(at('12:30', '13:00', { showAs: 'workingElsewhere' }))
}

describe('getSchedule', () => {
  it('gives items and digits of others without their subjects, and one error for each address that fails', async () => {
    const simulator = await start()
    fill(simulator, noor)
    simulator.control.setReachable('frontdesk@fabrikam.example', false)
    const Schedules = [noor, 'nobody@fabrikam.example', 'frontdesk@fabrikam.example']
    const [known, unknown, denied] = rowsOf(await askSchedule(simulator, { Schedules, ...day }))
    expect(known).toMatchObject({ scheduleId: noor, availabilityView: '01220304' })
    expect(known?.['error']).toBeUndefined()
    expect(known?.['scheduleItems']).toMatchObject([
      { status: 'tentative', start: { dateTime: '2026-03-03T08:30:00.0000000', timeZone: 'UTC' } },
      { status: 'busy' },
      { status: 'free' },
      { status: 'oof' },
      { status: 'workingElsewhere' },
    ])
    expect(JSON.stringify(known)).not.toContain('Secret')
    expect(unknown).toMatchObject({ scheduleItems: [], error: { responseCode: 'ErrorMailRecipientNotFound' } })
    expect(denied).toMatchObject({ scheduleItems: [], error: { responseCode: 'ErrorNoFreeBusyAccess' } })
  })

  it('whole days lie where the mailbox has its midnights', async () => {
    const simulator = await start()
    const holiday = meeting('Off', '2026-03-03T00:00:00', '2026-03-04T00:00:00', { isAllDay: true, showAs: 'oof' })
    simulator.control.createEvent({ mailbox: noor }, holiday)
    const times = { startTime: utc('2026-03-02T00:00:00'), endTime: utc('2026-03-05T00:00:00') }
    const [row] = rowsOf(await askSchedule(simulator, { schedules: [noor], ...times, availabilityViewInterval: 1440 }))
    expect(row).toMatchObject({
      availabilityView: '330',
      scheduleItems: [
        { start: { dateTime: '2026-03-02T23:00:00.0000000' }, end: { dateTime: '2026-03-03T23:00:00.0000000' } },
      ],
    })
  })

  it('is refused with no or too many addresses, a wrong range or interval, and for groups', async () => {
    const simulator = await start()
    const many = Array.from({ length: 21 }, (_, index) => `p${index}@fabrikam.example`)
    expect(codeOf(await askSchedule(simulator, { schedules: many, ...day }))).toBe('400 ErrorInvalidParameter')
    expect(codeOf(await askSchedule(simulator, { schedules: [], ...day }))).toBe('400 ErrorInvalidParameter')
    const wrong = { schedules: [noor], ...day, AvailabilityViewInterval: 4 }
    expect(codeOf(await askSchedule(simulator, wrong))).toBe('400 ErrorInvalidParameter')
    const empty = { schedules: [noor], StartTime: day.StartTime, EndTime: day.StartTime }
    expect(codeOf(await askSchedule(simulator, empty))).toBe('400 ErrorInvalidParameter')
    const long = { schedules: [noor], StartTime: day.StartTime, EndTime: utc('2026-06-03T12:00:00') }
    expect(codeOf(await askSchedule(simulator, long))).toBe('400 ErrorTimeIntervalTooBig')
    const body = { schedules: [noor], ...day }
    const group = '/v1.0/groups/harbour@fabrikam.example/calendar/getSchedule'
    expect((await ask(simulator, group, { method: 'POST', body })).status).toBe(400)
  })
})
