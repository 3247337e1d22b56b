// Ends the process, or the power, within and after the file operations of a history, and opens the folder
// again: it shows the old state or the new one, completely, and the history can go on from there.
import { beforeAll, describe, expect, it } from 'vitest'
import { FileStore } from '../../src/store/file.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { Crash, CrashFiles, type CrashPoint, type Random } from './crash-files.ts'
import { collect, commit, contentOf, epochs, recordOf, StandingClock, tombstoneOf } from './records.ts'
import type { Store } from '../../src/store/store.ts'

// Every STRIDEth operation is tried, from one that the seed chooses; 1 in the long run (test/long/store.long.ts).
const seed = Number(process.env['SEED'] ?? 1)
const stride = Number(process.env['STRIDE'] ?? 4)
const rounds = Number(process.env['ROUNDS'] ?? 15)

const clock = new StandingClock()
const folder = '/data'

type Step = (store: Store, fence: number) => Promise<unknown>

const uids = Array.from({ length: 60 }, (_, number) => `uid ${number}`)
const wave = (revision: number, from: number, to: number) => uids.slice(from, to).map((uid) => recordOf(uid, revision))

/** A calendar's life in short, with every kind of write. */
const steps: readonly Step[] = [
  (store, fence) =>
    store.begin('work', { fence, replaces: null, epoch: epochs[0] ?? '', renderer: 1, binding: { id: 'x' } }),
  (store) => store.stage('work', { page: 1 }),
  (store) => store.stage('work', { page: 2 }),
  (store, fence) =>
    commit(store, fence, { upserts: wave(1, 0, 40), revision: 1, progress: { cursor: 'one', lastInStep: 1 } }),
  (store) => store.dropStaged('work'),
  (store, fence) => commit(store, fence, { progress: { cursor: 'two', lastInStep: 2 } }),
  (store, fence) =>
    commit(store, fence, {
      upserts: [recordOf('uid 3', 2)],
      removals: ['uid 5'],
      tombstones: [tombstoneOf('uid 5', 2, clock.time)],
      revision: 2,
      progress: { cursor: 'three', lastInStep: 3 },
    }),
  (store, fence) => commit(store, fence, { upserts: wave(3, 35, 60), revision: 3, notes: { held: ['x'] } }),
  (store, fence) => commit(store, fence, { progress: { cursor: 'four', lastInStep: 4 } }),
  (store) => store.writeDocument('users', 'alice', 0, { color: 'red' }),
  (store) => store.writeDocument('users', 'alice', 1, { color: 'blue' }),
  (store) => store.removeDocument('users', 'alice', 2),
  (store, fence) =>
    store.begin('work', {
      fence,
      replaces: epochs[0] ?? '',
      epoch: epochs[1] ?? '',
      renderer: 1,
      binding: { id: 'y' },
    }),
  (store, fence) => commit(store, fence, { upserts: wave(1, 0, 10), revision: 1 }),
]

/** All that can be seen of a store. */
async function seen(store: Store): Promise<unknown> {
  return {
    calendar: await contentOf(store),
    staged: await collect(store.staged('work')),
    alice: await store.readDocument('users', 'alice'),
  }
}

/** What there is to be seen before the first step and after each: as the memory store has it. */
async function statesOf(): Promise<readonly unknown[]> {
  const model = MemoryStore.create(clock)
  const fence = (await model.lease('work', 1000)) ?? 0
  const states = [await seen(model)]
  for (const step of steps) {
    await step(model, fence)
    states.push(await seen(model))
  }
  return states
}

async function open(files: CrashFiles): Promise<{ readonly store: FileStore; readonly fence: number }> {
  const store = await FileStore.open({ folder, clock, files })
  return { store, fence: (await store.lease('work', 1000)) ?? 0 }
}

/** Runs the steps from `first` on; the number of those that have resolved when the process ended, or all. */
async function run(files: CrashFiles, first: number): Promise<number> {
  let done = first
  try {
    const { store, fence } = await open(files)
    for (const step of steps.slice(first)) {
      await step(store, fence)
      done += 1
    }
  } catch (error) {
    if (!(error instanceof Crash)) throw error
  }
  return done
}

async function runWithCrash(point: CrashPoint, afterwards: (files: CrashFiles) => void): Promise<void> {
  const files = new CrashFiles()
  files.crashAt(point)
  const done = await run(files, 0)
  afterwards(files)
  const state = await seen((await open(files)).store)
  const at = indexOf(state, done)
  expect({ point, done, found: at }).toMatchObject({ found: expect.toSatisfy((n) => n === done || n === done + 1) })
  expect(await run(files, at)).toBe(steps.length)
  expect(await seen((await open(files)).store)).toEqual(states.at(-1))
  expect(unneeded(files)).toEqual([])
}

/** The number of the state, looking at the two that are allowed first. */
function indexOf(state: unknown, done: number): number {
  const text = JSON.stringify(state)
  return [done, done + 1].find((index) => stateTexts[index] === text) ?? stateTexts.indexOf(text)
}

/** Files that nobody needs at the end: of older generations, older epochs, half-written ones. */
function unneeded(files: CrashFiles): readonly string[] {
  const isNeeded = /^\/data\/(?:mirror\/work\/(?:head|cursor)\.json|mirror\/work\/(?:a{24}|b{24})\/.*|users\/.*)$/
  return files.paths().filter((path) => !isNeeded.test(path) || path.endsWith('.new'))
}

function randomFrom(seed: number): Random {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

let states: readonly unknown[] = []
let stateTexts: readonly string[] = []
let operations = 0

beforeAll(async () => {
  states = await statesOf()
  stateTexts = states.map((state) => JSON.stringify(state))
  const files = new CrashFiles()
  await run(files, 0)
  operations = files.operations
})

describe('a process that ends', () => {
  // Before an operation is after the one before it.
  it.each(['within', 'after'] as const)(
    `%s any operation leaves the old state or the new one (SEED=${seed})`,
    async (when) => {
      expect(operations).toBeGreaterThan(80)
      for (let operation = 1 + (seed % stride); operation <= operations; operation += stride) {
        await runWithCrash({ operation, when }, (files) => files.restart())
      }
    },
  )
})

describe('power that fails', () => {
  it(`leaves what was acknowledged, whatever was not flushed (SEED=${seed})`, async () => {
    expect(operations).toBeGreaterThan(80)
    for (let operation = 1 + (seed % stride); operation <= operations; operation += stride) {
      const random = randomFrom(seed + operation)
      const when = random() < 0.5 ? 'within' : 'after'
      await runWithCrash({ operation, when }, (files) => files.losePower(random))
    }
  })

  it(`after a process ended and another began to go on, too (SEED=${seed})`, async () => {
    const random = randomFrom(seed)
    for (let round = 0; round < rounds; round += 1) {
      const files = new CrashFiles()
      let acknowledged = 0
      for (let crashes = 0; crashes < 6; crashes += 1) {
        files.crashAt({
          operation: files.operations + 1 + Math.floor(random() * 40),
          when: random() < 0.5 ? 'after' : 'within',
        })
        const done = await run(files, acknowledged)
        if (random() < 0.5) files.losePower(random)
        else files.restart()
        const at = indexOf(await seen((await open(files)).store), done)
        expect({ round, crashes, done, at }).toMatchObject({
          at: expect.toSatisfy((n) => n === done || n === done + 1),
        })
        acknowledged = at
      }
    }
  })
})
