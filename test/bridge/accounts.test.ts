// Several accounts in one program: each with its own tenant, token and mailboxes; one that fails does not hold up the others.
import { afterEach, describe, expect, it } from 'vitest'
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts'
import { startWorld, type World } from '../http/program.ts'
import { single } from '../sync/rig.ts'

let world: World | undefined
let other: Simulator | undefined
afterEach(async () => {
  await world?.stop()
  await other?.stop()
  world = other = undefined
})

const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)

describe('two accounts', () => {
  it('keep their calendars apart, and one that cannot sign in leaves the other in step', async () => {
    const second = (other = await startSimulator({ events: 0, seed: 2 }))
    const { simulator, open } = (world = await startWorld({ events: 0 }, (text) =>
      text
        .replace(
          'calendars:',
          `  second: { graphUrl: '${second.url}', auth: { kind: access-token, token: '${second.token}' } }\ncalendars:`,
        )
        .replace('  personal: {', '  theirs: { account: second, source: default }\n  personal: {'),
    ))
    simulator.control.createEvent({}, single('Ours', `${tomorrow}T09:00:00`))
    second.control.createEvent({}, single('Theirs', `${tomorrow}T09:00:00`))
    const { bridge } = await open()
    await Promise.all(bridge.slugs.map((slug) => bridge.sync(slug, {})))
    const titles = async (slug: string): Promise<readonly string[]> => {
      const names = (await bridge.backend.list(slug)).map(({ name }) => name)
      const texts = await bridge.backend.read(slug, names)
      return texts.map(({ text }) => /^SUMMARY:(.*)$/m.exec(text)?.[1] ?? '')
    }
    expect([await titles('work'), await titles('theirs')]).toEqual([['Ours'], ['Theirs']])

    second.faults.add({
      count: 0,
      effect: { kind: 'status', status: 401, code: 'InvalidAuthenticationToken', message: '', body: 'json' },
    })
    simulator.control.createEvent({}, single('Ours too', `${tomorrow}T10:00:00`))
    const rounds = await Promise.allSettled(['work', 'theirs'].map((slug) => bridge.sync(slug, {})))
    expect(rounds.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect([[...(await titles('work'))].sort(), await titles('theirs')]).toEqual([['Ours', 'Ours too'], ['Theirs']])
    const { accounts, calendars } = bridge.report()
    expect([accounts['tenant']?.state, accounts['second']?.state]).toEqual(['ok', 'sign-in'])
    expect([calendars['work']?.state, calendars['theirs']?.state]).toEqual(['ok', 'sign-in'])
  })
})
