// events/delta: documented for beta, four members per row, no window (graph contract 7).
import { expect, it } from 'vitest'
import { ask, meeting, round, standUp, start, summaries, text } from './harness.ts'

const path = '/beta/me/events/delta'

it('rows are masters and singles with id, type, start and end', async () => {
  const simulator = await start()
  simulator.control.createEvent({}, meeting('Review', '2019-03-03T10:00:00', '2019-03-03T11:00:00'))
  const { id } = simulator.control.createEvent({}, standUp)
  simulator.control.updateInstance(id, '2026-03-04', { subject: 'Other' })
  const { rows } = await round(simulator, path)
  expect(rows.map((row) => Object.keys(row).filter((name) => !name.startsWith('@')))).toEqual([
    ['id', 'type', 'start', 'end'],
    ['id', 'type', 'start', 'end'],
  ])
  expect(rows.map((row) => text(row, 'type'))).toEqual(['singleInstance', 'seriesMaster'])
  simulator.setSwitches({ eventsDeltaExceptions: true, eventsDeltaCapitals: true })
  const more = await round(simulator, path)
  expect(more.rows.map((row) => text(row, 'type'))).toEqual(['singleInstance', 'seriesMaster', 'exception'])
  expect(text(more.rows[0]?.['start'], 'DateTime')).toBe('2019-03-03T09:00:00.0000000')
})

it('later rounds tell changes and removals, a deleted occurrence as its master', async () => {
  const simulator = await start()
  const single = simulator.control.createEvent({}, meeting('Review', '2019-03-03T10:00:00', '2019-03-03T11:00:00')).id
  const series = simulator.control.createEvent({}, standUp).id
  const first = await round(simulator, path)
  simulator.control.cancelInstance(series, '2026-03-04')
  simulator.control.deleteEvent(single)
  const second = await round(simulator, first.deltaLink)
  expect(summaries(second.rows)).toEqual(['seriesMaster  2026-03-02T08:30', `removed ${single}`])
})

it('startDateTime leaves out what starts before', async () => {
  const simulator = await start()
  simulator.control.createEvent({}, meeting('Old', '2019-03-03T10:00:00', '2019-03-03T11:00:00'))
  simulator.control.createEvent({}, meeting('New', '2026-03-03T10:00:00', '2026-03-03T11:00:00'))
  expect((await round(simulator, `${path}?startDateTime=2026-01-01T00:00:00Z`)).rows).toHaveLength(1)
})

it('is refused on v1.0 and for groups, with the status that the switch says', async () => {
  const simulator = await start()
  expect((await ask(simulator, '/v1.0/me/events/delta')).status).toBe(400)
  simulator.setSwitches({ eventsDeltaRefusal: '501' })
  expect((await ask(simulator, '/v1.0/me/events/delta')).status).toBe(501)
  expect((await ask(simulator, '/beta/groups/harbour@fabrikam.example/calendar/events/delta')).status).toBe(501)
  simulator.setSwitches({ eventsDelta: 'both' })
  expect((await ask(simulator, '/v1.0/me/events/delta?$select=id')).status).toBe(200)
  simulator.setSwitches({ eventsDelta: 'none', eventsDeltaRefusal: '404' })
  expect((await ask(simulator, path)).status).toBe(404)
})

it('its tokens are not those of calendarView/delta', async () => {
  const simulator = await start()
  const { deltaLink } = await round(simulator, path)
  const reply = await ask(simulator, deltaLink.replace('/me/events/delta', '/me/calendarView/delta'))
  expect(reply.status).toBe(400)
})
