// The example of the Graph page "Get incremental changes to events in a calendar view" through the whole program: links
// followed verbatim over HTTP, and the right events in the feed after each round.
import { afterEach, describe, expect, it } from 'vitest'
import { expandIcs } from '../oracle/expand.ts'
import { deltaExample, type ExampleOptions } from '../simulator/delta-example.ts'
import { feed, look, startWorld, type World } from './program.ts'

let world: World | undefined
afterEach(() => world?.stop())

interface Variant extends ExampleOptions {
  readonly calendar?: string
}

async function start({ calendar = 'source: default', ...example }: Variant): Promise<World> {
  const { start: from, end: to } = example.window ?? { start: '2016-12-01T00:00:00Z', end: '2016-12-30T00:00:00Z' }
  world = await startWorld({ events: 0, scripts: deltaExample(example) }, (text) =>
    text
      .replace('source: default', `${calendar}\n    window: { from: '${from}', to: '${to}' }`)
      .replace(/^ {2}personal:.*\n/m, '')
      .replace('sync: {', `sync: { pageSize: ${example.pageSize ?? 2},`),
  )
  return world
}

const shown = async (url: string): Promise<readonly string[]> =>
  expandIcs((await feed(url)).text, Date.UTC(2016, 10, 1), Date.UTC(2017, 1, 1)).map(
    ({ start, end, summary }) =>
      `${new Date(start).toISOString().slice(0, 16)} ${new Date(end).toISOString().slice(0, 16)} ${summary}`,
  )

const five = [
  '2016-12-09T20:30 2016-12-09T22:00 Plan shopping list',
  '2016-12-10T01:00 2016-12-10T02:00 Pick up car',
  '2016-12-10T19:30 2016-12-10T21:30 Get food',
  '2016-12-10T22:00 2016-12-11T00:00 Prepare food',
  '2016-12-12T02:00 2016-12-12T07:30 Rest!',
]
const sixth = '2016-12-25T06:00 2016-12-25T07:30 Attend service'

describe('the documented delta rounds', () => {
  it('show five events, then six; a removed id that was never listed changes nothing', async () => {
    const { open, simulator } = await start({})
    const { bridge, url } = await open()
    await bridge.sync('work', {})
    expect(await shown(url)).toEqual(five)
    expect((await feed(url)).text).toContain('LOCATION:Home')
    const before = await look(url, 'work')

    await bridge.sync('work', {})
    expect(await shown(url)).toEqual([...five, sixth])
    const after = await look(url, 'work')
    expect(after.etags).toMatchObject(before.etags)
    expect(Object.keys(after.etags)).toHaveLength(6)

    await bridge.sync('work', {})
    expect(await look(url, 'work')).toEqual(after)
    const rounds = simulator.log.list().filter(({ path }) => path.includes('calendarView/delta'))
    expect(
      rounds.map(({ path }) =>
        decodeURIComponent(/\$(skip|delta)token=[^&]*/i.exec(decodeURIComponent(path))?.[0] ?? 'initial'),
      ),
    ).toEqual([
      'initial',
      '$skiptoken=R0usmcCM996atia_s',
      '$skiptoken=R0usmci39OQxqJrxK4',
      '$deltatoken=R0usmcMDNGg0J1E',
      '$deltatoken=R0usmcFuQtZdtpk4',
    ])
  })

  it('remove one of the five when the removed id is one of them', async () => {
    const { open } = await start({ removed: 'Get food' })
    const { bridge, url } = await open()
    await bridge.sync('work', {})
    await bridge.sync('work', {})
    expect(await shown(url)).toEqual([...five.filter((line) => !line.endsWith('Get food')), sixth])
  })

  it.each<[string, Variant]>([
    ['pages of one', { pageSize: 1 }],
    ['one page of fifty', { pageSize: 50 }],
    [
      'a window west of Greenwich',
      { window: { start: '2016-12-01T00:00:00-08:00', end: '2016-12-30T00:00:00-08:00' } },
    ],
    ['a window east of it', { window: { start: '2016-12-01T00:00:00+01:00', end: '2016-12-30T00:00:00+01:00' } }],
  ])('are the same in %s', async (_, variant) => {
    const { open } = await start(variant)
    const { bridge, url } = await open()
    await bridge.sync('work', {})
    expect(await shown(url)).toEqual(five)
    await bridge.sync('work', {})
    expect(await shown(url)).toEqual([...five, sixth])
  })
})
