// The file store: the promises of every store on the machine's own files, and what is special to files: how little is
// written, who may read it, and that damage is noticed.
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../src/base/log.ts'
import { FileStore } from '../../src/store/file.ts'
import { systemFiles, type FileSystem } from '../../src/store/file-system.ts'
import { storeContract } from './contract.ts'
import { CrashFiles } from './crash-files.ts'
import { begun, collect, commit, contentOf, epochs, recordOf, StandingClock } from './records.ts'

const folders: string[] = []

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'graphdav-store-'))
  folders.push(folder)
  return folder
}

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

storeContract('file', async () => {
  const clock = new StandingClock()
  const store = await FileStore.open({ folder: await freshFolder(), clock })
  return { store, other: store.handle(), clock }
})

describe('on the machine’s own files', () => {
  it('what was written is there for the next process, files 0600 and folders 0700', async () => {
    const folder = await freshFolder()
    const store = await FileStore.open({ folder })
    const fence = await begun(store)
    await commit(store, fence, { upserts: [recordOf('a', 1)], revision: 1 })
    await commit(store, fence, { progress: { cursor: 'x', lastInStep: 1 } })
    await store.stage('work', { page: 1 })
    await store.writeDocument('users', 'alice', 0, { a: 1 })
    const next = await FileStore.open({ folder })
    expect(await contentOf(next)).toEqual(await contentOf(store))
    expect(await collect(next.staged('work'))).toEqual([{ page: 1 }])
    expect((await next.readDocument('users', 'alice'))?.value).toEqual({ a: 1 })
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    expect(entries.length).toBeGreaterThan(8)
    for (const entry of entries) {
      const { mode } = await stat(join(entry.parentPath, entry.name))
      expect([entry.name, (mode & 0o777).toString(8)]).toEqual([entry.name, entry.isDirectory() ? '700' : '600'])
    }
  })

  it('what a user has set is read from the disk once, and again after each change of it', async () => {
    const read: string[] = []
    const files: FileSystem = {
      ...systemFiles,
      read: (path) => {
        read.push(path)
        return systemFiles.read(path)
      },
    }
    const folder = await freshFolder()
    const store = await FileStore.open({ folder, files })
    await store.writeDocument('users', 'alice', 0, { a: 1 })
    for (let time = 0; time < 3; time += 1) {
      expect(await store.handle().readDocument('users', 'alice')).toEqual({ version: 1, value: { a: 1 } })
      expect(await store.readDocument('users', 'bob')).toBeUndefined()
    }
    const once = read.length
    await store.handle().writeDocument('users', 'alice', 1, { a: 2 })
    expect((await store.readDocument('users', 'alice'))?.value).toEqual({ a: 2 })
    expect(await store.removeDocument('users', 'alice', 2)).toBe(true)
    expect(await store.readDocument('users', 'alice')).toBeUndefined()
    // Alice before there is anything of her, with it, after the change, after the removal; bob.
    expect([once, read.length]).toEqual([3, 5])
  })

  it('a staged record of a million characters is read back', async () => {
    const store = await FileStore.open({ folder: await freshFolder() })
    await begun(store)
    const record = { text: 'ü\u2028'.repeat(1_500_000) }
    await store.stage('work', record)
    await store.stage('work', 'next')
    expect(await collect(store.staged('work'))).toEqual([record, 'next'])
  })
})

describe('how much is written', () => {
  const clock = new StandingClock()
  let files: CrashFiles
  let store: FileStore
  let fence: number

  beforeEach(async () => {
    files = new CrashFiles()
    store = await FileStore.open({ folder: '/data', clock, files })
    fence = await begun(store)
    const upserts = Array.from({ length: 500 }, (_, number) => recordOf(`uid ${number}`, 1))
    await commit(store, fence, { upserts, revision: 1 })
  })

  /** Names of the files that `work` wrote, without their numbers. */
  async function written(work: () => Promise<unknown>): Promise<readonly string[]> {
    const before = files.writes.length
    await work()
    return files.writes.slice(before).map((path) => path.slice(path.lastIndexOf('/') + 1).replace(/^\d+-\d+/, 'shard'))
  }

  it('one changed record: its shard and the head', async () => {
    const change = { upserts: [recordOf('uid 7', 2)], revision: 2, progress: { cursor: 'x', lastInStep: 2 } }
    const names = await written(() => commit(store, fence, change))
    expect(names).toEqual(['shard.content.json', 'shard.index.json', 'head.json.new'])
  })

  it('one new record: never more than its shard, one that is split in two, and the head', async () => {
    for (let number = 500; number < 600; number += 1) {
      const names = await written(() => commit(store, fence, { upserts: [recordOf(`uid ${number}`, 2)], revision: 2 }))
      expect(names.length).toBeLessThanOrEqual(7)
    }
    expect((await store.snapshot('work'))?.entries).toHaveLength(600)
  })

  it('a quiet round: the cursor file, or nothing', async () => {
    const progress = { cursor: { link: 'x' }, lastInStep: 2 }
    expect(await written(() => commit(store, fence, { progress }))).toEqual(['cursor.json.new'])
    expect(await written(() => commit(store, fence, { progress }))).toEqual([])
    expect(await written(() => commit(store, fence, {}))).toEqual([])
  })

  it('older generations go, and shards hold about 64 entries', async () => {
    const before = files.paths().length
    for (let revision = 2; revision < 6; revision += 1) {
      await commit(store, fence, { upserts: [recordOf('uid 7', revision)], revision })
    }
    expect(files.paths()).toHaveLength(before)
    const indexes = files.paths().filter((path) => path.endsWith('.index.json'))
    expect(indexes.length).toBe(Math.ceil(500 / 44))
    const sizes = await Promise.all(indexes.map(async (path) => (await files.read(path))?.split('"uid":').length ?? 0))
    expect(Math.max(...sizes)).toBeLessThan(100)
  })

  it('of the stores that were replaced only the last is kept aside', async () => {
    for (let number = 1; number < 4; number += 1) {
      const beginning = { replaces: epochs[number - 1] ?? '', epoch: epochs[number] ?? '', renderer: 1, binding: null }
      await store.begin('work', { ...beginning, fence })
      await commit(store, fence, { upserts: [recordOf('a', 1)], revision: 1 })
    }
    const kept = new Set(files.paths().flatMap((path) => /work\/([a-d])\1{23}\//.exec(path)?.[1] ?? []))
    expect([...kept].sort()).toEqual(['c', 'd'])
    expect(files.paths().some((path) => path.endsWith(`${epochs[2]}/head.json`))).toBe(true)
  })

  it('what a process that died has left behind goes at the next start, and nothing else', async () => {
    const strangers = ['/data/mirror/work/notes.txt', `/data/mirror/work/${epochs[0]}/README`, '/data/mirror/other.txt']
    for (const path of strangers) await files.write(path, 'mine')
    const folder = `/data/mirror/work/${epochs[0]}`
    for (const name of ['0-77.index.json', '0-77.content.json']) await files.write(`${folder}/${name}`, 'torn')
    await files.write('/data/mirror/work/head.json.new', 'torn')
    const before = await contentOf(store)
    const next = await FileStore.open({ folder: '/data', clock, files })
    expect(await contentOf(next)).toEqual(before)
    expect(files.paths().filter((path) => path.includes('77') || path.endsWith('.new'))).toEqual([])
    for (const path of strangers) expect(files.paths()).toContain(path)
  })
})

describe('a full disk', () => {
  it.each([/content/, /index/, /head/, /cursor/])(
    'at %s: the commit fails, says so, changes nothing, and works later',
    async (full) => {
      const files = new CrashFiles()
      const store = await FileStore.open({ folder: '/data', clock: new StandingClock(), files })
      const fence = await begun(store)
      await commit(store, fence, { upserts: [recordOf('a', 1)], revision: 1, progress: { cursor: 1, lastInStep: 1 } })
      const before = await contentOf(store)
      const change = String(full).includes('cursor')
        ? { progress: { cursor: 2, lastInStep: 2 } }
        : { upserts: [recordOf('a', 2), recordOf('b', 2)], revision: 2 }
      files.full = full
      await expect(commit(store, fence, change)).rejects.toMatchObject({
        code: 'store-io',
        message: expect.stringMatching(/\/data\/mirror\/work.*the disk is full/),
      })
      expect(await contentOf(store)).toEqual(before)
      files.full = undefined
      expect(await commit(store, fence, change)).toBe('committed')
      expect(await contentOf(await FileStore.open({ folder: '/data', files }))).toEqual(await contentOf(store))
    },
  )

  it('while staging: what was staged stays, and staging goes on', async () => {
    const files = new CrashFiles()
    const store = await FileStore.open({ folder: '/data', clock: new StandingClock(), files })
    await begun(store)
    await store.stage('work', 1)
    files.full = /staging/
    await expect(store.stage('work', 2)).rejects.toMatchObject({ code: 'store-io' })
    files.full = undefined
    await store.stage('work', 3)
    expect(await collect(store.staged('work'))).toEqual([1, 3])
  })
})

describe('damage', () => {
  const clock = new StandingClock()

  async function filled(): Promise<CrashFiles> {
    const files = new CrashFiles()
    const store = await FileStore.open({ folder: '/data', clock, files })
    const fence = await begun(store)
    const upserts = Array.from({ length: 100 }, (_, number) => recordOf(`uid ${number}`, 1))
    await commit(store, fence, { upserts, revision: 1 })
    await commit(store, fence, { progress: { cursor: 'x', lastInStep: 1 } })
    await store.writeDocument('users', 'alice', 0, { a: 1 })
    return files
  }

  async function readAll(files: CrashFiles): Promise<unknown> {
    const store = await FileStore.open({ folder: '/data', clock, files })
    return [await contentOf(store), await store.readDocument('users', 'alice'), await store.documentKeys('users')]
  }

  const damages: Readonly<Record<string, (content: Buffer) => Buffer>> = {
    'is empty': () => Buffer.alloc(0),
    'is cut': (content) => content.subarray(0, content.length / 2),
    'lost its last byte': (content) => content.subarray(0, -1),
    'has one letter changed': (content) =>
      Buffer.from(content.toString('latin1').replace(/"uid|"epoch|"a"/, '"xyz'), 'latin1'),
    'is another JSON': () => Buffer.from('{"entries":[]}'),
    'is zeros, as after a power failure': (content) => Buffer.alloc(content.length),
  }

  it.each(Object.keys(damages))('a file that %s is named, and never an empty calendar', async (kind) => {
    const paths = (await filled()).paths().filter((path) => !path.endsWith('cursor.json'))
    expect(paths.length).toBeGreaterThan(7)
    for (const path of paths) {
      const files = await filled()
      files.damage(path, damages[kind] ?? ((content) => content))
      await expect(readAll(files)).rejects.toMatchObject({
        code: 'store-broken',
        message: expect.stringContaining(path.replace(/\.(?:index|content)\.json/, '')),
      })
    }
  })

  it.each(Object.keys(damages))('a cursor that %s is told, and the older progress counts', async (kind) => {
    const files = await filled()
    files.damage('/data/mirror/work/cursor.json', damages[kind] ?? ((content) => content))
    const warnings: unknown[] = []
    const log = { ...silentLog, warn: (...line: unknown[]) => void warnings.push(line) }
    const store = await FileStore.open({ folder: '/data', clock, files, log })
    expect(await store.snapshot('work')).toMatchObject({ head: { revision: 1, progress: { cursor: null } } })
    expect(warnings.length).toBeGreaterThan(0)
    const fence = (await store.lease('work', 1000)) ?? 0
    await commit(store, fence, { progress: { cursor: 'new', lastInStep: 5 } })
    expect((await store.head('work'))?.progress.cursor).toBe('new')
  })

  it('a shard file that is missing is named', async () => {
    for (const path of (await filled()).paths().filter((name) => /index|content/.test(name))) {
      const files = await filled()
      await files.remove(path)
      await expect(readAll(files)).rejects.toMatchObject({ code: 'store-broken' })
    }
  })

  it('a file of a newer format is refused as such, and stays as it is', async () => {
    for (const path of (await filled()).paths()) {
      const files = await filled()
      files.damage(path, (content) => Buffer.from(content.toString().replace('"format":1', '"format":2')))
      const before = files.paths()
      await expect(readAll(files)).rejects.toMatchObject({ code: 'store-format' })
      expect(files.paths()).toEqual(before)
    }
  })

  it('a calendar that is put away can be begun again, and the damaged one is still there to look at', async () => {
    const files = await filled()
    files.damage('/data/mirror/work/head.json', (content) => content.subarray(0, 9))
    const store = await FileStore.open({ folder: '/data', clock, files })
    await expect(store.snapshot('work')).rejects.toMatchObject({ code: 'store-broken' })
    await store.setAside('work')
    expect(await store.snapshot('work')).toBeUndefined()
    const fence = await begun(store)
    await commit(store, fence, { upserts: [recordOf('new', 1)], revision: 1 })
    expect((await (await FileStore.open({ folder: '/data', clock, files })).snapshot('work'))?.entries).toHaveLength(1)
    expect(files.paths().filter((path) => path.startsWith('/data/mirror/.work.aside/')).length).toBeGreaterThan(5)
  })

  it('of damaged staging the part before the damage is kept', async () => {
    const files = await filled()
    const store = await FileStore.open({ folder: '/data', clock, files })
    for (const record of ['one', 'two', 'three']) await store.stage('work', record)
    const path = `/data/mirror/work/${epochs[0]}/staging.ndjson`
    files.damage(path, (content) => Buffer.from(content.toString().replace('two', 'TWO')))
    const next = await FileStore.open({ folder: '/data', clock, files })
    expect(await collect(next.staged('work'))).toEqual(['one'])
    await next.stage('work', 'four')
    expect(await collect(next.staged('work'))).toEqual(['one', 'four'])
  })

  it('a calendar is called by its slug, never by a path', async () => {
    const store = await FileStore.open({ folder: '/data', clock, files: await filled() })
    for (const name of ['../users', 'a/b', '', '.work.aside', 'A']) {
      expect(() => store.head(name)).toThrow('slug')
    }
  })
})
