// Making and removing a calendar while the process dies between any two steps: after the restart and the client's repeat there is
// exactly one calendar in Outlook, or none.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codeOf } from '../../src/base/errors.ts'
import { silentLog } from '../../src/base/log.ts'
import { MadeCalendars } from '../../src/bridge/made-calendars.ts'
import { MadeRecords } from '../../src/bridge/made-records.ts'
import type { Serving } from '../../src/bridge/made-search.ts'
import { accessTokenSource } from '../../src/graph/auth.ts'
import { GraphClient, type ClientOptions, type SendOptions } from '../../src/graph/client.ts'
import { MailboxLanes } from '../../src/graph/lanes.ts'
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import type { Store } from '../../src/store/store.ts'
import { ManualClock } from '../sync/manual-clock.ts'

/** Counts what happens outside the process, and ends it after so many of these: before the next is the same. */
class Life {
  #steps = 0
  readonly #end: number
  constructor(end: number) {
    this.#end = end
  }

  /** True when the end came. */
  get isOver(): boolean {
    return this.#steps > this.#end
  }

  async step<T>(work: () => Promise<T>): Promise<T> {
    if (this.isOver) throw dead()
    const result = await work()
    this.#steps += 1
    if (this.isOver) throw dead()
    return result
  }
}

const dead = (): Error => new Error('the process is dead')

class MortalClient extends GraphClient {
  readonly #life: Life
  constructor(life: Life, options: ClientOptions) {
    super(options)
    this.#life = life
  }

  override send(path: string, options: SendOptions) {
    return this.#life.step(() => super.send(path, options))
  }
}

function mortalStore(store: Store, life: Life): Store {
  return new Proxy(store, {
    get: (target, name) => {
      if (name !== 'writeDocument') return Reflect.get(target, name).bind(target)
      const write: Store['writeDocument'] = (...change) => life.step(() => target.writeDocument(...change))
      return write
    },
  })
}

let simulator: Simulator
let store: Store
let clock: ManualClock
beforeEach(async () => {
  clock = new ManualClock()
  simulator = await startSimulator({ events: 0, now: clock.now() })
  store = MemoryStore.create(clock)
})
afterEach(() => simulator.stop())

/** The part of the process that makes calendars, with what it serves. */
async function born(life = new Life(Infinity), limitMs = 20_000) {
  const records = await MadeRecords.open(mortalStore(store, life))
  const served = new Set(records.all().flatMap(({ slug, state }) => (state === 'made' ? [slug] : [])))
  const serving: Serving = {
    has: (slug) => served.has(slug),
    isConfigured: () => false,
    open: ({ slug }) => life.step(() => Promise.resolve(void served.add(slug))),
    firstRound: () => Promise.resolve(),
    drop: ({ slug }) => life.step(() => Promise.resolve(void served.delete(slug))),
    isLost: () => false,
  }
  const client = new MortalClient(life, {
    graphUrl: `${simulator.url}/v1.0`,
    tokens: accessTokenSource({ token: simulator.token }),
    lanes: new MailboxLanes({ clock }),
    clock,
    log: silentLog,
  })
  const made = new MadeCalendars({
    users: new Map([['alice', { create: 'home' }]]),
    configured: new Set(['work']),
    reach: () => ({ client, mailbox: 'me' }),
    records,
    serving,
    clock,
    log: silentLog,
    limitMs,
  })
  return { made, records, served }
}

const inOutlook = (name: string): number =>
  simulator.control.calendars().filter((calendar) => calendar.name.startsWith(name)).length

const wanted = (slug: string) => ({ user: 'alice', slug, displayName: `Name of ${slug}.` })

describe('a process that dies at any step', () => {
  it('makes one calendar with the repeat, and removes it with the repeat', async () => {
    let deaths = 0
    for (let end = 0; ; end += 1) {
      const slug = `made-${end}`
      const first = new Life(end)
      await (await born(first)).made.create(wanted(slug)).catch(() => undefined)
      const second = await born()
      if (!second.made.isRemovable('alice', slug)) await second.made.create(wanted(slug))
      expect([slug, inOutlook(`Name of ${slug}.`)]).toEqual([slug, 1])
      expect(second.made.slugsOf('alice')).toEqual([slug])

      const third = new Life(end)
      await (await born(third)).made.remove('alice', slug).catch(() => undefined)
      const fourth = await born()
      if (fourth.made.isRemovable('alice', slug)) await fourth.made.remove('alice', slug)
      expect([slug, inOutlook(`Name of ${slug}.`), fourth.records.all()]).toEqual([slug, 0, []])
      if (!first.isOver && !third.isOver) break
      deaths += 1
    }
    expect(deaths).toBeGreaterThan(4)
  })

  it('is cleared up without a repeat: within an hour nothing shows, then what is in Outlook does', async () => {
    for (const end of [0, 1]) {
      const slug = `made-${end}`
      await (await born(new Life(end))).made.create(wanted(slug)).catch(() => undefined)
      const isThere = inOutlook(`Name of ${slug}.`) === 1
      expect(isThere).toBe(end === 1)
      const next = await born()
      expect(await next.made.look()).toBe(true)
      expect([next.made.slugsOf('alice'), next.records.get(slug)?.state]).toEqual([[], 'making'])
      await clock.advance(61 * 60_000)
      expect(await next.made.look()).toBe(true)
      expect(next.made.slugsOf('alice')).toEqual(isThere ? [slug] : [])
      expect(next.records.get(slug)?.state).toBe(isThere ? 'made' : undefined)
    }
  })
})

describe('a write of the records that fails and is there all the same', () => {
  it('does not keep later ones from being written', async () => {
    const { records, made } = await born()
    await made.create(wanted('club'))
    const document = await store.readDocument('users', 'calendars/made')
    await store.writeDocument('users', 'calendars/made', document?.version ?? 0, document?.value)
    await made.create(wanted('chess'))
    expect(records.all().map(({ slug, state }) => [slug, state])).toEqual([
      ['club', 'made'],
      ['chess', 'made'],
    ])
  })
})

describe('who may make what', () => {
  it('nobody takes a configured name, a name that is taken, or one with an account that is not theirs', async () => {
    const { made } = await born()
    const code = (making: Promise<void>) => making.then(() => undefined, codeOf)
    expect(await code(made.create(wanted('work')))).toBe('conflict')
    expect(await code(made.create({ ...wanted('club'), user: 'bob' }))).toBe('forbidden')
    expect(await code(made.create(wanted('club')))).toBe(undefined)
    expect(await code(made.create(wanted('club')))).toBe('conflict')
    expect(await code(made.remove('bob', 'club'))).toBe('forbidden')
    expect([inOutlook('Name of club'), made.slugsOf('bob'), made.slugsOf('alice')]).toEqual([1, [], ['club']])
  })

  it('a client that waits too long is told to come again, and its repeat finds the calendar made', async () => {
    const { made } = await born(undefined, 300)
    simulator.faults.add({ method: 'POST', path: 'calendars$', effect: { kind: 'slow', ms: 500 } })
    expect(await made.create(wanted('club')).catch(codeOf)).toBe('unavailable')
    expect(made.slugsOf('alice')).toEqual([])
    while ((await made.create(wanted('club')).catch(codeOf)) === 'unavailable');
    expect([inOutlook('Name of club'), made.slugsOf('alice')]).toEqual([1, ['club']])
  })
})
