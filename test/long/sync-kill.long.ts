// SIGKILL at random moments: of a first sync (FULL=1: 50 times, of 5,000 events), then of rounds in which things change. No file
// is broken, no progress beyond a page is lost, no sync token goes back, and an old token still gives a correct difference.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import type { Mirror } from '../../src/mirror/mirror.ts'
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts'
import { FileStore } from '../../src/store/file.ts'
import { Chance, Editor } from '../sync/editor.ts'
import { openRigMirror } from '../sync/rig.ts'

const isFull = process.env['FULL'] === '1'
const seed = Number(process.env['SEED'] ?? 1)
const [events, kills] = isFull ? [5_000, 50] : [400, 8]

let tenant: Simulator
let folder = ''
const chance = new Chance(seed)

beforeAll(async () => {
  tenant = await startSimulator({ seed, events })
  folder = await mkdtemp(join(tmpdir(), 'graphdav-kill-'))
})

afterAll(async () => {
  await tenant.stop()
  await rm(folder, { recursive: true })
})

interface Running {
  /** Resolves when the lines said so far are as wanted, or the process has ended. */
  until(test: (lines: readonly string[]) => boolean): Promise<void>
  kill(): Promise<void>
}

function run(): Running {
  const script = join(import.meta.dirname, 'sync-child.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', script, folder, tenant.url, tenant.token], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  let wake = (): void => undefined
  const state = { hasEnded: false }
  child.stdout?.on('data', (data: Buffer) => {
    lines.push(
      ...data
        .toString()
        .split('\n')
        .filter((line) => line !== ''),
    )
    wake()
  })
  const ended = new Promise<void>((resolve) => {
    child.on('exit', () => {
      state.hasEnded = true
      wake()
      resolve()
    })
  })
  return {
    until: async (test) => {
      while (!state.hasEnded && !test(lines)) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    kill: () => {
      child.kill('SIGKILL')
      return ended
    },
  }
}

async function looking<T>(look: (mirror: Mirror) => Promise<T>): Promise<T> {
  const store = await FileStore.open({ folder, clock: systemClock })
  const mirror = await openRigMirror(store, systemClock, silentLog)
  try {
    return await look(mirror)
  } finally {
    await mirror.close()
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

describe('a process that is killed', () => {
  it(`${kills} times during a first sync of ${events} events goes on where it was`, async () => {
    let staged = 0
    let count = 0
    for (; count < kills; count += 1) {
      const running = run()
      const steps = chance.between(0, isFull ? 40 : 12)
      await running.until((lines) => lines.length > steps || lines.some((line) => line.startsWith('round')))
      await pause(chance.between(0, 30))
      await running.kill()
      const [isReady, records] = await looking(
        async (mirror) => [mirror.state().isReady, (await mirror.staging.read()).length] as const,
      )
      if (isReady) break
      expect(records).toBeGreaterThanOrEqual(staged)
      staged = records
    }
    const running = run()
    await running.until((lines) => lines.some((line) => line.startsWith('round')))
    await running.kill()
    console.log(
      `${count} kills before the first sync of ${events} events was complete; ${staged} records were kept by then`,
    )
    const { events: found } = await looking(async (mirror) => mirror.counts())
    expect(found).toBeGreaterThan(events / 3)
  })

  it('during rounds in which things change never tells clients anything wrong', async () => {
    const editor = new Editor(tenant, chance)
    let client = new Map<string, string>()
    let token = ''
    let revision = 0
    for (let count = 0; count < kills / 2; count += 1) {
      const running = run()
      await running.until((lines) => lines.length > 0)
      for (let edits = 0; edits < 5; edits += 1) {
        editor.edit()
        await pause(chance.between(0, 60))
      }
      await running.kill()
      await looking(async (mirror) => {
        const changes = mirror.changesSince(token)
        if (changes.kind !== 'changes') throw new Error('a token that a client keeps is not known any more')
        expect(mirror.state().revision).toBeGreaterThanOrEqual(revision)
        revision = mirror.state().revision
        client = new Map([...client, ...changes.changed.map(({ name, etag }) => [name, etag] as const)])
        for (const name of changes.removed) client.delete(name)
        token = changes.syncToken
        expect(client).toEqual(new Map(mirror.list().map(({ name, etag }) => [name, etag])))
        return Promise.resolve()
      })
    }
    expect(client.size).toBeGreaterThan(0)
    expect(revision).toBeGreaterThan(0)
  })
})
