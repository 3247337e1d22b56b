// The documented rounds, served word for word.
import { expect, it } from 'vitest'
import { deltaExample, exampleEvents } from './delta-example.ts'
import { ask, round, start, summaries, text } from './harness.ts'

const path = '/v1.0/me/calendarView/delta?startdatetime=2016-12-01T00:00:00Z&enddatetime=2016-12-30T00:00:00Z'
const neverListed = 'AAMkADk0MGFkODE3LWE4MmYtNDRhOS04OGQLkRkXbBznTvAADb6ytyAAA='

it('three pages by the documented links, then a removal of an unknown id and one new event, then quiet', async () => {
  const simulator = await start({ scripts: deltaExample() })
  const links: string[] = []
  let reply = await ask(simulator, path, { prefer: 'odata.maxpagesize=2' })
  for (const name of [
    '@odata.nextLink',
    '@odata.nextLink',
    '@odata.deltaLink',
    '@odata.deltaLink',
    '@odata.deltaLink',
  ]) {
    const link = text(reply.json, name)
    links.push(link.replace(simulator.url, ''))
    reply = await ask(simulator, link, { prefer: 'odata.maxpagesize=2' })
  }
  expect(links).toEqual([
    '/v1.0/me/calendarView/delta?$skiptoken=R0usmcCM996atia_s',
    '/v1.0/me/calendarView/delta?$skiptoken=R0usmci39OQxqJrxK4',
    '/v1.0/me/calendarView/delta?$deltatoken=R0usmcMDNGg0J1E',
    '/v1.0/me/calendarView/delta?$deltatoken=R0usmcFuQtZdtpk4',
    '/v1.0/me/calendarView/delta?$deltatoken=R0usmcFuQtZdtpk4',
  ])
})

it('the rows are the documented ones', async () => {
  const simulator = await start({ scripts: deltaExample() })
  const first = await round(simulator, path)
  expect(first.pages.map((page) => summaries(page))).toEqual([
    ['singleInstance Plan shopping list 2016-12-09T20:30', 'singleInstance Pick up car 2016-12-10T01:00'],
    ['singleInstance Get food 2016-12-10T19:30', 'singleInstance Prepare food 2016-12-10T22:00'],
    ['singleInstance Rest! 2016-12-12T02:00'],
  ])
  const second = await round(simulator, first.deltaLink)
  expect(summaries(second.rows)).toEqual([`removed ${neverListed}`, 'singleInstance Attend service 2016-12-25T06:00'])
  expect((await round(simulator, second.deltaLink)).rows).toEqual([])
})

it('an event is there by id from the round on that tells it', async () => {
  const simulator = await start({ scripts: deltaExample() })
  const id = text(exampleEvents.at(-1) as never, 'id')
  const { deltaLink } = await round(simulator, path)
  expect((await ask(simulator, `/v1.0/me/events/${id}`)).status).toBe(404)
  await round(simulator, deltaLink)
  expect((await ask(simulator, `/v1.0/me/events/${id}`)).status).toBe(200)
})

it.each([1, 50])('pages of %i', async (pageSize) => {
  const simulator = await start({ scripts: deltaExample({ pageSize }) })
  const { rows, pages } = await round(simulator, path)
  expect([rows.length, pages.length]).toEqual([5, pageSize === 1 ? 5 : 1])
})

it('the removed one is known, the window has another offset, the path is another', async () => {
  const window = { start: '2016-12-01T00:00:00+01:00', end: '2016-12-30T00:00:00+01:00' }
  const base = '/users/mara@fabrikam.example'
  const simulator = await start({ scripts: deltaExample({ removed: 'Get food', window, base }) })
  const asked = `/v1.0${base}/calendarView/delta?startDateTime=2016-12-01T00:00:00%2B01:00&endDateTime=2016-12-30T00:00:00%2B01:00`
  const first = await round(simulator, asked)
  expect(first.deltaLink).toBe(`${simulator.url}/v1.0${base}/calendarView/delta?$deltatoken=R0usmcMDNGg0J1E`)
  const second = await round(simulator, first.deltaLink)
  expect(summaries(second.rows)[0]).toBe('removed AAMkADVxTAAA=')
  expect((await ask(simulator, '/v1.0/me/events/AAMkADVxTAAA=')).status).toBe(404)
})
