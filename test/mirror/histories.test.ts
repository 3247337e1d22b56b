// Random histories: whatever the order in which series came, changed and went, the mirror publishes what a mirror made of the
// last state at once would, and every client that follows the change log has the same.
import { describe, expect, it } from 'vitest'
import { FileStore } from '../../src/store/file.ts'
import { Crash, CrashFiles } from '../store/crash-files.ts'
import { StandingClock } from '../store/records.ts'
import { Client, etagsOf, meaningOf, numbersFrom, RandomTenant } from './histories.ts'
import { openMirror, render } from './series.ts'
import type { Mirror, Render } from '../../src/mirror/mirror.ts'

const seed = Number(process.env['SEED'] ?? 1)
const histories = Number(process.env['HISTORIES'] ?? 20)

/** Renders bad series too, for histories that compare with a mirror that never knew their good days. */
const patient: Render = (group) =>
  render({
    ...group,
    series: group.series.map((one) => ({
      ...one,
      main: { ...one.main, subject: one.main.subject?.replace('BAD', 'bad') ?? '' },
    })),
  })

describe('random histories', () => {
  it(`end as a mirror that is rebuilt from the last state (SEED=${seed})`, async () => {
    for (let history = 0; history < histories; history += 1) {
      const tenant = new RandomTenant(numbersFrom(seed * 1000 + history))
      const mirror = await openMirror({ render: patient })
      for (let step = 0; step < 25; step += 1) {
        const application = tenant.step()
        await mirror.apply(application)
        const { revision } = mirror.state()
        expect(await mirror.apply(application)).toMatchObject({ changed: 0, removed: 0, revision })
      }
      const rebuilt = await openMirror({ render: patient })
      await rebuilt.apply({ upserts: [...tenant.series.values()] })
      expect({ history, meaning: await meaningOf(mirror) }).toEqual({ history, meaning: await meaningOf(rebuilt) })
      expect([...mirror.keys().keys()].sort()).toEqual([...tenant.series.keys()].sort())
      for (const [key, series] of tenant.series) {
        expect(await mirror.series(key)).toEqual(series)
        for (const { id } of series.exceptions) expect(mirror.keyOf(id)).toBe(key)
      }
    }
  })

  it(`clients that ask now and then have what is there, and are told nothing twice (SEED=${seed})`, async () => {
    for (let history = 0; history < histories; history += 1) {
      const below = numbersFrom(seed * 2000 + history)
      const tenant = new RandomTenant(below)
      const mirror = await openMirror()
      const clients = Array.from({ length: 5 }, () => new Client())
      for (let step = 0; step < 25; step += 1) {
        await mirror.apply(tenant.step())
        const names = mirror.list().map(({ name }) => name)
        const uids = mirror.list().map(({ uid }) => uid)
        expect(new Set(names).size).toBe(names.length)
        expect(new Set(uids).size).toBe(uids.length)
        const client = clients[below(clients.length)] ?? new Client()
        client.sync(mirror)
        expect(client.etags).toEqual(etagsOf(mirror))
        expect(client.sync(mirror)).toBe(0)
      }
      for (const client of clients) {
        client.sync(mirror)
        expect({ history, etags: client.etags }).toEqual({ history, etags: etagsOf(mirror) })
      }
    }
  })
})

describe('random histories with a process that ends anywhere', () => {
  it(`lose nothing that was applied, and no token goes back (SEED=${seed})`, async () => {
    for (let history = 0; history < Math.ceil(histories / 4); history += 1) {
      const below = numbersFrom(seed * 3000 + history)
      const files = new CrashFiles()
      const clock = new StandingClock()
      const reopen = async (): Promise<Mirror> => {
        const store = await FileStore.open({ folder: '/data', clock, files })
        return await openMirror({ store, clock, render: patient })
      }
      const tenant = new RandomTenant(below)
      const client = new Client()
      let mirror = await reopen()
      for (let step = 0; step < 12; step += 1) {
        const application = tenant.step()
        files.crashAt({ operation: files.operations + 1 + below(14), when: below(2) === 0 ? 'within' : 'after' })
        try {
          await mirror.apply({ ...application, inStepAt: step })
          client.sync(mirror)
        } catch (error) {
          if (!(error instanceof Crash)) throw error
          if (below(2) === 0) files.losePower(() => below(1000) / 1000)
          else files.restart()
          mirror = await reopen()
        }
        files.crashAt(undefined)
        expect(mirror.changesSince(client.token).kind).toBe('changes')
        await mirror.apply({ ...application, inStepAt: step })
        client.sync(mirror)
        expect(client.etags).toEqual(etagsOf(mirror))
      }
      const rebuilt = await openMirror({ render: patient })
      await rebuilt.apply({ upserts: [...tenant.series.values()] })
      expect({ history, meaning: await meaningOf(await reopen()) }).toEqual({
        history,
        meaning: await meaningOf(rebuilt),
      })
    }
  })
})
