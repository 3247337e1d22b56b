// The promises of `Store`, one suite for every store, with two handles on one content.
import { describe, expect, it } from 'vitest'
import { tombstoneRetentionMs, type Store } from '../../src/store/store.ts'
import { begun, collect, commit, contentOf, entryOf, epochs, recordOf, tombstoneOf } from './records.ts'
import type { StandingClock } from './records.ts'

/** A fresh store; `other` is a second handle on the same content. */
export interface Opened {
  readonly store: Store
  readonly other: Store
  readonly clock: StandingClock
}

export function storeContract(name: string, open: () => Promise<Opened>): void {
  describe(`${name}: beginning`, () => {
    it('a calendar that was not begun has nothing to say', async () => {
      const { store } = await open()
      expect(await store.head('work')).toBeUndefined()
      expect(await store.snapshot('work')).toBeUndefined()
      expect(await store.changesSince('work', 0)).toBeUndefined()
      expect(await store.read('work', ['a'])).toEqual(new Map())
      expect(await collect(store.staged('work'))).toEqual([])
    })

    it('starts empty, at generation and revision 0, with what it was given', async () => {
      const { store, other } = await open()
      const fence = await store.lease('work', 1000)
      const beginning = { fence: fence ?? 0, replaces: null, epoch: epochs[0] ?? '', renderer: 7, binding: { id: 'x' } }
      const result = await store.begin('work', beginning)
      const head = {
        epoch: epochs[0],
        generation: 0,
        revision: 0,
        floor: 0,
        renderer: 7,
        binding: { id: 'x' },
        notes: null,
        progress: { cursor: null, lastInStep: null },
      }
      expect(result).toEqual({ kind: 'committed', head })
      expect(await other.head('work')).toEqual(head)
      expect(await other.snapshot('work')).toEqual({ head, entries: [], tombstones: [] })
    })

    it('refuses to begin over a store that the caller does not know', async () => {
      const { store } = await open()
      const fence = await begun(store)
      await commit(store, fence, { upserts: [recordOf('a', 1)], revision: 1 })
      const again = { fence, replaces: null, epoch: epochs[1] ?? '', renderer: 1, binding: null }
      expect((await store.begin('work', again)).kind).toBe('stale')
      expect((await store.begin('work', { ...again, replaces: epochs[2] ?? '' })).kind).toBe('stale')
      expect((await store.snapshot('work'))?.entries).toHaveLength(1)
    })

    it('a new epoch starts empty, for every handle, and without staged records', async () => {
      const { store, other, clock } = await open()
      const fence = await begun(store)
      await commit(store, fence, {
        upserts: [recordOf('a', 1)],
        tombstones: [tombstoneOf('b', 1, clock.time)],
        revision: 1,
        notes: { n: 1 },
        progress: { cursor: { link: 'x' }, lastInStep: 5 },
      })
      await store.stage('work', { page: 1 })
      await other.snapshot('work')
      const next = { fence, replaces: epochs[0] ?? '', epoch: epochs[1] ?? '', renderer: 2, binding: { id: 'y' } }
      expect((await store.begin('work', next)).kind).toBe('committed')
      expect(await other.snapshot('work')).toMatchObject({
        head: {
          epoch: epochs[1],
          generation: 0,
          revision: 0,
          notes: null,
          progress: { cursor: null, lastInStep: null },
        },
        entries: [],
        tombstones: [],
      })
      expect(await other.read('work', ['a'])).toEqual(new Map())
      expect(await collect(other.staged('work'))).toEqual([])
    })

    it('what was put away is gone, and a new beginning is possible', async () => {
      const { store, other } = await open()
      const fence = await begun(store)
      await commit(store, fence, { upserts: [recordOf('a', 1)], revision: 1 })
      await store.setAside('work')
      expect(await other.head('work')).toBeUndefined()
      expect(await other.read('work', ['a'])).toEqual(new Map())
      await store.setAside('work')
      const next = { fence, replaces: null, epoch: epochs[1] ?? '', renderer: 1, binding: null }
      expect((await store.begin('work', next)).kind).toBe('committed')
      expect((await other.snapshot('work'))?.entries).toEqual([])
    })
  })

  describe(`${name}: commits`, () => {
    it('writes records, and the other handle sees all of them at one generation', async () => {
      const { store, other } = await open()
      const fence = await begun(store)
      const records = Array.from({ length: 300 }, (_, number) => recordOf(`uid-${number}`, 1))
      expect(await commit(store, fence, { upserts: records, revision: 1 })).toBe('committed')
      const snapshot = await other.snapshot('work')
      expect(snapshot?.head).toMatchObject({ generation: 1, revision: 1 })
      expect(snapshot?.entries.toSorted((a, b) => (a.uid < b.uid ? -1 : 1))).toEqual(
        records.map(({ entry }) => entry).sort((a, b) => (a.uid < b.uid ? -1 : 1)),
      )
      const read = await other.read('work', ['uid-7', 'nobody', 'uid-299'])
      expect(read).toEqual(
        new Map([
          ['uid-7', records[7]],
          ['uid-299', records[299]],
        ]),
      )
    })

    it('replaces, removes and leaves the rest', async () => {
      const { store, other, clock } = await open()
      const fence = await begun(store)
      await commit(store, fence, { upserts: ['a', 'b', 'c'].map((uid) => recordOf(uid, 1)), revision: 1 })
      await other.read('work', ['a', 'b', 'c'])
      await commit(store, fence, {
        upserts: [recordOf('a', 2)],
        removals: ['b', 'nobody'],
        tombstones: [tombstoneOf('b', 2, clock.time)],
        revision: 2,
      })
      const read = await other.read('work', ['a', 'b', 'c'])
      expect(read.get('a')).toEqual(recordOf('a', 2))
      expect(read.has('b')).toBe(false)
      expect(read.get('c')).toEqual(recordOf('c', 1))
      expect((await other.snapshot('work'))?.tombstones).toEqual([tombstoneOf('b', 2, clock.time)])
    })

    it('a record without a text is kept as it is', async () => {
      const { store, other } = await open()
      const fence = await begun(store)
      const record = {
        entry: { ...entryOf('a', 1), resource: null, failure: 'no way' },
        text: null,
        series: [{ x: null }],
      }
      await commit(store, fence, { upserts: [record] })
      expect((await other.read('work', ['a'])).get('a')).toEqual(record)
      expect((await other.head('work'))?.revision).toBe(0)
    })

    it('what the caller changes afterwards changes nothing in the store', async () => {
      const { store } = await open()
      const fence = await begun(store)
      const json = { id: 'x', list: [1] }
      await commit(store, fence, { upserts: [{ ...recordOf('a', 1), series: [json] }], notes: json, revision: 1 })
      json.list.push(2)
      expect((await store.read('work', ['a'])).get('a')?.series).toEqual([{ id: 'x', list: [1] }])
      expect((await store.head('work'))?.notes).toEqual({ id: 'x', list: [1] })
    })

    it('what a commit leaves out stays: binding, notes, renderer, progress, revision', async () => {
      const { store, other } = await open()
      const fence = await begun(store)
      const progress = { cursor: { link: 'l' }, lastInStep: 9 }
      await commit(store, fence, { binding: { id: 'x' }, notes: { held: [] }, renderer: 3, progress, revision: 4 })
      await commit(store, fence, { upserts: [recordOf('a', 4)] })
      expect(await other.head('work')).toMatchObject({
        binding: { id: 'x' },
        notes: { held: [] },
        renderer: 3,
        progress,
        revision: 4,
        generation: 2,
      })
      await commit(store, fence, { notes: null, binding: null })
      expect(await other.head('work')).toMatchObject({ binding: null, notes: null, renderer: 3 })
    })

    it('the revision never goes back', async () => {
      const { store } = await open()
      const fence = await begun(store)
      await commit(store, fence, { upserts: [recordOf('a', 5)], revision: 5 })
      await commit(store, fence, { upserts: [recordOf('b', 3)], revision: 3 })
      expect((await store.head('work'))?.revision).toBe(5)
    })

    it('calendars know nothing of each other', async () => {
      const { store } = await open()
      const fence = await begun(store, 'work')
      await begun(store, 'home')
      await commit(store, fence, { upserts: [recordOf('a', 1)], revision: 1 }, 'work')
      expect((await store.snapshot('home'))?.entries).toEqual([])
      expect(await store.read('home', ['a'])).toEqual(new Map())
    })

    it('grows from nothing to 1,000 records by hundreds and shrinks again, and loses none', async () => {
      const { store, other } = await open()
      const fence = await begun(store)
      const uids = Array.from({ length: 1000 }, (_, number) => `uid ${number}`)
      for (let from = 0; from < uids.length; from += 250) {
        await commit(store, fence, {
          upserts: uids.slice(from, from + 250).map((uid) => recordOf(uid, 1)),
          revision: 1,
        })
      }
      expect((await other.snapshot('work'))?.entries).toHaveLength(1000)
      expect((await other.read('work', uids)).size).toBe(1000)
      await commit(store, fence, { removals: uids.slice(10), revision: 2 })
      expect((await other.read('work', uids)).size).toBe(10)
    })
  })

  describe(`${name}: progress`, () => {
    it('alone moves no generation, and every handle sees it', async () => {
      const { store, other } = await open()
      const fence = await begun(store)
      await commit(store, fence, { upserts: [recordOf('a', 1)], revision: 1 })
      const progress = { cursor: { link: 'next', more: [1, { a: null }] }, lastInStep: 77 }
      expect(await commit(store, fence, { progress })).toBe('committed')
      expect(await other.head('work')).toMatchObject({ generation: 1, revision: 1, progress })
      expect(await other.snapshot('work')).toMatchObject({ head: { progress } })
    })

    it('survives later commits that do not name it, and is replaced by those that do', async () => {
      const { store, other } = await open()
      const fence = await begun(store)
      await commit(store, fence, { progress: { cursor: 'one', lastInStep: 1 } })
      await commit(store, fence, { upserts: [recordOf('a', 1)], revision: 1 })
      expect((await other.head('work'))?.progress).toEqual({ cursor: 'one', lastInStep: 1 })
      await commit(store, fence, {
        upserts: [recordOf('b', 2)],
        revision: 2,
        progress: { cursor: 'two', lastInStep: 2 },
      })
      expect((await other.head('work'))?.progress).toEqual({ cursor: 'two', lastInStep: 2 })
      await commit(store, fence, { progress: { cursor: null, lastInStep: 2 } })
      expect((await other.head('work'))?.progress).toEqual({ cursor: null, lastInStep: 2 })
    })

    it('a commit that says what is there already leaves the generation', async () => {
      const { store } = await open()
      const fence = await begun(store)
      await commit(store, fence, { binding: { a: 1 }, notes: { b: 2 }, renderer: 2 })
      const before = await store.head('work')
      const same = { binding: { a: 1 }, notes: { b: 2 }, renderer: 2, upserts: [], removals: [], tombstones: [] }
      await commit(store, fence, { ...same, revision: before?.revision ?? 0 })
      expect(await store.head('work')).toEqual(before)
    })
  })

  describe(`${name}: compare and set`, () => {
    it('the second of two commits worked out on one generation is stale and writes nothing', async () => {
      const { store, other } = await open()
      const fence = await begun(store)
      const first = { expectedGeneration: 0, fence, upserts: [recordOf('a', 1)], revision: 1 }
      const second = { expectedGeneration: 0, fence, upserts: [recordOf('b', 1)], revision: 1 }
      const results = await Promise.all([store.commit('work', first), other.commit('work', second)])
      expect(results.map(({ kind }) => kind).sort()).toEqual(['committed', 'stale'])
      expect((await store.snapshot('work'))?.entries).toHaveLength(1)
      expect((await store.snapshot('work'))?.head.generation).toBe(1)
    })

    it('progress worked out on an older generation is stale too', async () => {
      const { store } = await open()
      const fence = await begun(store)
      await commit(store, fence, { upserts: [recordOf('a', 1)], revision: 1 })
      const late = { expectedGeneration: 0, fence, progress: { cursor: 'late', lastInStep: 1 } }
      expect((await store.commit('work', late)).kind).toBe('stale')
      expect((await store.head('work'))?.progress.cursor).toBeNull()
    })

    it('many writers on two handles lose no update', async () => {
      const { store, other } = await open()
      const fence = await begun(store)
      const add = async (handle: Store, uid: string): Promise<void> => {
        while ((await commit(handle, fence, { upserts: [recordOf(uid, 1)], revision: 1 })) === 'stale');
      }
      const uids = Array.from({ length: 10 }, (_, number) => `uid ${number}`)
      await Promise.all(uids.map((uid, index) => add(index % 2 ? store : other, uid)))
      expect((await store.snapshot('work'))?.entries).toHaveLength(10)
      expect((await other.head('work'))?.generation).toBe(10)
    })

    it('readers see whole commits while others are written', async () => {
      const { store, other } = await open()
      const fence = await begun(store)
      const uids = Array.from({ length: 100 }, (_, number) => `uid ${number}`)
      const write = async (): Promise<void> => {
        for (let revision = 1; revision <= 5; revision += 1) {
          await commit(store, fence, { upserts: uids.map((uid) => recordOf(uid, revision)), revision })
        }
      }
      const writing = write()
      const seen: number[] = []
      while (seen.at(-1) !== 5) {
        const snapshot = await other.snapshot('work')
        const revisions = new Set(snapshot?.entries.map(({ resource }) => resource?.revision))
        expect([...revisions]).toEqual(snapshot?.head.revision === 0 ? [] : [snapshot?.head.revision])
        const texts = new Set([...(await other.read('work', uids)).values()].map(({ text }) => text?.split(':')[0]))
        expect(texts.size).toBeLessThanOrEqual(1)
        seen.push(snapshot?.head.revision ?? 0)
      }
      await writing
      expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    })
  })

  describe(`${name}: leases`, () => {
    it('one holder at a time, whatever the handle; the numbers grow', async () => {
      const { store, other, clock } = await open()
      const first = await store.lease('work', 1000)
      expect(await other.lease('work', 1000)).toBeUndefined()
      expect(await other.lease('home', 1000)).toBeDefined()
      clock.time += 1000
      const second = await other.lease('work', 1000)
      expect(second).toBeGreaterThan(first ?? Infinity)
      expect(await store.renew('work', first ?? 0, 1000)).toBe(false)
      expect(await other.renew('work', second ?? 0, 5000)).toBe(true)
      clock.time += 4000
      expect(await store.lease('work', 1000)).toBeUndefined()
    })

    it('a lease that was given back may be taken at once', async () => {
      const { store, other } = await open()
      const first = await store.lease('work', 1000)
      await other.release('work', (first ?? 0) + 5)
      expect(await other.lease('work', 1000)).toBeUndefined()
      await store.release('work', first ?? 0)
      const second = await other.lease('work', 1000)
      expect(second).toBeGreaterThan(first ?? Infinity)
      await store.release('work', first ?? 0)
      expect(await store.lease('work', 1000)).toBeUndefined()
    })

    it('whoever lost the lease cannot write any more', async () => {
      const { store, other, clock } = await open()
      const old = await begun(store, 'work', 1000)
      await commit(store, old, { upserts: [recordOf('a', 1)], revision: 1 })
      clock.time += 1001
      expect(await commit(store, old, { upserts: [recordOf('b', 2)], revision: 2 })).toBe('committed')
      const fence = (await other.lease('work', 1000)) ?? 0
      expect(await commit(store, old, { upserts: [recordOf('c', 3)], revision: 3 })).toBe('stale')
      expect(await commit(store, old, { progress: { cursor: 'mine', lastInStep: 1 } })).toBe('stale')
      const beginning = { replaces: epochs[0] ?? '', epoch: epochs[1] ?? '', renderer: 1, binding: null }
      expect((await store.begin('work', { ...beginning, fence: old })).kind).toBe('stale')
      expect(await commit(other, fence, { upserts: [recordOf('c', 3)], revision: 3 })).toBe('committed')
      expect((await store.snapshot('work'))?.entries).toHaveLength(3)
    })
  })

  describe(`${name}: changes and tombstones`, () => {
    it('tells what has a later revision, and what is gone since', async () => {
      const { store, other, clock } = await open()
      const fence = await begun(store)
      await commit(store, fence, { upserts: [recordOf('a', 1), recordOf('b', 1)], revision: 1 })
      await commit(store, fence, { upserts: [recordOf('c', 2)], revision: 2 })
      const tombstones = [tombstoneOf('a', 3, clock.time)]
      await commit(store, fence, { removals: ['a'], tombstones, revision: 3 })
      const changes = await other.changesSince('work', 1)
      expect(changes).toMatchObject({ kind: 'changes', head: { revision: 3 }, tombstones })
      expect(changes?.kind === 'changes' && changes.entries.map(({ uid }) => uid)).toEqual(['c'])
      expect(await other.changesSince('work', 3)).toMatchObject({ kind: 'changes', entries: [], tombstones: [] })
      expect(await other.changesSince('work', 4)).toEqual({ kind: 'unknown-revision' })
    })

    it('a deletion is remembered for 400 days, and longer tokens are refused rather than answered wrongly', async () => {
      const { store, clock } = await open()
      const fence = await begun(store)
      const at = clock.time
      await commit(store, fence, { upserts: ['a', 'b'].map((uid) => recordOf(uid, 1)), revision: 1 })
      await commit(store, fence, { removals: ['a'], tombstones: [tombstoneOf('a', 2, at)], revision: 2 })
      clock.time = at + tombstoneRetentionMs
      await commit(store, fence, { upserts: [recordOf('a', 3)], revision: 3 })
      expect((await store.snapshot('work'))?.tombstones).toHaveLength(1)
      expect((await store.changesSince('work', 1))?.kind).toBe('changes')
      clock.time += 1
      await commit(store, fence, { upserts: [recordOf('a', 4)], revision: 4 })
      expect((await store.snapshot('work'))?.tombstones).toEqual([])
      expect((await store.head('work'))?.floor).toBe(2)
      expect((await store.changesSince('work', 1))?.kind).toBe('unknown-revision')
      expect((await store.changesSince('work', 2))?.kind).toBe('changes')
    })

    it('of several tombstones with one name the newest counts', async () => {
      const { store, clock } = await open()
      const fence = await begun(store)
      await commit(store, fence, { tombstones: [tombstoneOf('a', 1, clock.time)], revision: 1 })
      await commit(store, fence, { tombstones: [tombstoneOf('a', 3, clock.time)], revision: 3 })
      expect((await store.snapshot('work'))?.tombstones).toEqual([tombstoneOf('a', 3, clock.time)])
    })
  })

  describe(`${name}: staging`, () => {
    it('keeps records in their order, beside the live content, until they are dropped', async () => {
      const { store, other } = await open()
      await begun(store)
      const before = await contentOf(store)
      const records = [{ page: 1, text: 'line\nbreak \u2028 ü' }, ['two'], { page: 3 }, null, 'five']
      for (const record of records) await store.stage('work', record)
      expect(await collect(other.staged('work'))).toEqual(records)
      expect(await contentOf(store)).toEqual(before)
      await store.dropStaged('work')
      expect(await collect(other.staged('work'))).toEqual([])
      await store.stage('work', 'again')
      expect(await collect(other.staged('work'))).toEqual(['again'])
    })

    it('nothing can be staged for a calendar that was not begun', async () => {
      const { store } = await open()
      await expect(store.stage('work', 1)).rejects.toMatchObject({ code: 'internal' })
      await store.dropStaged('work')
    })
  })

  describe(`${name}: documents`, () => {
    it('are written, read, replaced and removed by version', async () => {
      const { store, other } = await open()
      expect(await store.readDocument('users', 'alice')).toBeUndefined()
      expect(await store.writeDocument('users', 'alice', 1, { a: 1 })).toBe('stale')
      expect(await store.writeDocument('users', 'alice', 0, { a: 1 })).toBe(1)
      expect(await other.writeDocument('users', 'alice', 0, { a: 2 })).toBe('stale')
      expect(await other.writeDocument('users', 'alice', 1, { a: 2 })).toBe(2)
      expect(await store.readDocument('users', 'alice')).toEqual({ version: 2, value: { a: 2 } })
      expect(await store.removeDocument('users', 'alice', 1)).toBe(false)
      expect(await store.removeDocument('users', 'alice', 2)).toBe(true)
      expect(await other.readDocument('users', 'alice')).toBeUndefined()
      expect(await store.removeDocument('users', 'alice', 2)).toBe(false)
    })

    it('any text is a key, and keys that differ by case or by a slash are different', async () => {
      const { store, other } = await open()
      const keys = ['alice', 'Alice', 'a/b', 'a%2fb', '../up', '.', 'x'.repeat(300), 'ü@example.org', '~tilde', 'con']
      for (const key of keys) expect(await store.writeDocument('users', key, 0, { key })).toBe(1)
      for (const key of keys) expect((await other.readDocument('users', key))?.value).toEqual({ key })
      expect(await other.documentKeys('users')).toEqual(keys.toSorted())
      expect(await other.documentKeys('journal')).toEqual([])
    })

    it('one of many writers of a version wins', async () => {
      const { store, other } = await open()
      const results = await Promise.all(
        Array.from({ length: 10 }, (_, number) =>
          (number % 2 ? store : other).writeDocument('journal', 'plan', 0, number),
        ),
      )
      expect(results.filter((result) => result !== 'stale')).toEqual([1])
      expect((await store.readDocument('journal', 'plan'))?.value).toBe(results.indexOf(1))
    })
  })
}
