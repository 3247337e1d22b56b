// The example of the Graph page "Get incremental changes to events in a calendar view", over HTTP through client, mirror and
// renderer: five events on three pages, then a removed id that was never there and a sixth event. And its variants.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { CalendarSource } from '../../src/graph/calendars.ts'
import type { Script } from '../../src/simulator/scripts.ts'
import type { Simulator } from '../../src/simulator/simulator.ts'
import { Rig } from './rig.ts'

type Row = Readonly<Record<string, unknown>>

const folder = join(import.meta.dirname, '../../fixtures/graph/delta-example')
const rowsOf = (name: string): readonly Row[] => {
  const { value } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { readonly value: readonly Row[] }
  return value
}
const [firstRows, secondRows] = [rowsOf('first-round.json'), rowsOf('second-round.json')]
const five = ['Get food', 'Pick up car', 'Plan shopping list', 'Prepare food', 'Rest!']

let rig: Rig | undefined

afterEach(async () => {
  await rig?.stop()
})

interface Variant {
  readonly mailbox?: string
  readonly source?: CalendarSource | ((tenant: Simulator) => CalendarSource)
  readonly from?: string
  readonly to?: string
  readonly pageSize?: number
  readonly second?: readonly Row[]
}

async function start(variant: Variant = {}): Promise<Rig> {
  const { from = '2016-12-01T00:00:00Z', to = '2016-12-30T00:00:00Z', pageSize = 2, mailbox = 'me' } = variant
  const base = { window: { kind: 'fixed', from, to }, pageSize, mailbox } as const
  const probe = await Rig.start(base)
  const source = typeof variant.source === 'function' ? variant.source(probe.tenant) : (variant.source ?? 'default')
  await probe.stop()
  rig = await Rig.start({ ...base, source })
  const { basePath } = await rig.calendar()
  rig.tenant.scripts.set(
    scriptsOf(decodeURIComponent(basePath), { from, to, pageSize, second: variant.second ?? secondRows }),
  )
  return rig
}

// The documented tokens where the pages are the documented ones.
const skipTokens = ['R0usmcCM996atia_s', 'R0usmci39OQxqJrxK4', 'p4', 'p5', 'p6']

function scriptsOf(
  basePath: string,
  {
    from,
    to,
    pageSize,
    second,
  }: { readonly from: string; readonly to: string; readonly pageSize: number; readonly second: readonly Row[] },
): readonly Script[] {
  const path = `/v1.0${basePath}/calendarView/delta`
  const link = (query: string): string => `{{base}}${path.split('/').map(encodeURIComponent).join('/')}?${query}`
  const pages = Array.from({ length: Math.ceil(firstRows.length / pageSize) }, (_, index) =>
    firstRows.slice(index * pageSize, (index + 1) * pageSize),
  )
  const paged = pages.map((value, index): Script => {
    const isLast = index === pages.length - 1
    const next = isLast
      ? { '@odata.deltaLink': link('$deltatoken=R0usmcMDNGg0J1E') }
      : { '@odata.nextLink': link(`$skiptoken=${skipTokens[index]}`) }
    const query: Record<string, string> =
      index === 0 ? { startDateTime: from, endDateTime: to } : { $skiptoken: skipTokens[index - 1] ?? '' }
    return { path, query, body: { value, ...next } }
  })
  const deltaLink = link('$deltatoken=R0usmcFuQtZdtpk4')
  const byId = [...firstRows, ...second.filter((row) => row['@removed'] === undefined)]
    .filter(({ id }) => !second.some((row) => row['@removed'] !== undefined && row['id'] === id))
    .map((row): Script => ({ path: `/v1.0${basePath}/events/${String(row['id'])}`, body: row }))
  return [
    ...paged,
    { path, query: { $deltatoken: 'R0usmcMDNGg0J1E' }, body: { value: second, '@odata.deltaLink': deltaLink } },
    { path, query: { $deltatoken: 'R0usmcFuQtZdtpk4' }, body: { value: [], '@odata.deltaLink': deltaLink } },
    ...byId,
    {
      path: `/v1.0${basePath}/events/AAMk*`,
      status: 404,
      body: { error: { code: 'ErrorItemNotFound', message: 'not there' } },
    },
  ]
}

describe('the documented example', () => {
  it('shows five events after the first round and six after the second', async () => {
    const own = await start()
    await own.round()
    expect(await own.titles()).toEqual(five)
    // The new event, and the removed one that nobody knows.
    expect(await own.counted()).toEqual(['delta', 'event', 'event'])
    expect(await own.titles()).toEqual(['Attend service', ...five])
    expect(await own.counted()).toEqual(['delta'])
  })

  it('follows its links as they are, with the same preferences on every request', async () => {
    const own = await start()
    await own.round()
    await own.round()
    const asked = own.tenant.log.list().filter(({ path }) => path.includes('/delta'))
    expect(asked.map(({ path }) => path)).toEqual([
      '/v1.0/me/calendarView/delta?startDateTime=2016-12-01T00:00:00Z&endDateTime=2016-12-30T00:00:00Z',
      '/v1.0/me/calendarView/delta?$skiptoken=R0usmcCM996atia_s',
      '/v1.0/me/calendarView/delta?$skiptoken=R0usmci39OQxqJrxK4',
      '/v1.0/me/calendarView/delta?$deltatoken=R0usmcMDNGg0J1E',
    ])
    for (const { prefer } of asked) {
      expect(prefer).toContain('odata.maxpagesize=2')
      expect(prefer).toContain('IdType="ImmutableId"')
    }
  })

  it('keeps times and places', async () => {
    const own = await start()
    await own.round()
    await own.round()
    const texts = [...(await own.texts()).values()].join('')
    expect(texts).toContain('DTSTART:20161209T203000Z')
    expect(texts).toContain('LOCATION:Home')
    expect(texts).toContain('LOCATION:Chapel of Saint Ignatius')
    expect(texts).toContain('GEO:47.6105;-122.321')
  })

  it('removes the event when the removed id is one of the five', async () => {
    const [, ...rest] = secondRows
    const own = await start({ second: [{ id: 'AAMkADVxTAAA=', '@removed': { reason: 'deleted' } }, ...rest] })
    await own.round()
    await own.round()
    expect(await own.titles()).toEqual(['Attend service', 'Pick up car', 'Plan shopping list', 'Prepare food', 'Rest!'])
  })

  it.each([
    ['2016-12-01T00:00:00-08:00', '2016-12-30T00:00:00-08:00'],
    ['2016-12-01T00:00:00+01:00', '2016-12-30T00:00:00+01:00'],
  ])('is the same with a window from %s to %s', async (from, to) => {
    const own = await start({ from, to })
    await own.round()
    await own.round()
    expect((await own.titles()).length).toBe(6)
  })

  it.each([1, 50])('is the same with pages of %i', async (pageSize) => {
    const own = await start({ pageSize })
    await own.round()
    expect(await own.titles()).toEqual(five)
    await own.round()
    expect((await own.titles()).length).toBe(6)
    expect(own.tenant.log.list().some(({ prefer }) => prefer.includes(`odata.maxpagesize=${pageSize}`))).toBe(true)
  })

  it.each<[string, Variant]>([
    ['/me/calendars/{id}', { source: { name: 'Personal' } }],
    ['/users/{upn}', { mailbox: 'frontdesk@fabrikam.example' }],
    ['/users/{upn}/calendars/{id}', { source: { user: 'frontdesk@fabrikam.example', name: 'Calendar' } }],
    [
      '/groups/{id}',
      {
        source: ({ tenant }) => ({
          group: [...tenant.mailboxes.values()].find(({ kind }) => kind === 'group')?.id ?? '',
        }),
      },
    ],
  ])('is the same by %s', async (form, variant) => {
    const own = await start(variant)
    expect((await own.calendar()).basePath.split('/').length).toBe(form.split('/').length)
    await own.round()
    expect(await own.titles()).toEqual(five)
    await own.round()
    expect((await own.titles()).length).toBe(6)
  })
})
