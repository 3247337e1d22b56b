// What the tests of the stores put into them, and a clock that they set.
import type { Clock } from '../../src/base/clock.ts'
import type { Commit, Entry, Store, StoredRecord, Tombstone } from '../../src/store/store.ts'

export const epochs = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(24))

/** A clock that stands until it is set. */
export class StandingClock implements Clock {
  time = Date.UTC(2026, 0, 1)

  now(): number {
    return this.time
  }

  sleep(): Promise<void> {
    throw new Error('nobody sleeps here')
  }
}

export function entryOf(uid: string, revision: number): Entry {
  const series = {
    key: `key of ${uid}`,
    changeKey: `change ${revision}`,
    exceptionIds: [],
    hash: 'hash',
    created: '2026-01-01T00:00:00Z',
    claims: [uid],
    keptName: null,
    sharedUid: null,
  }
  const resource = {
    name: `${uid}.ics`,
    etag: `etag ${revision}`,
    size: 9,
    lastModified: 1,
    first: 2,
    last: 3,
    revision,
  }
  return { uid, series: [series], resource, failure: null }
}

/** A record whose text and JSON tell the revision they were written at. */
export function recordOf(uid: string, revision: number, text = `text ${revision}: ü \u2028 ${uid}`): StoredRecord {
  return { entry: entryOf(uid, revision), text, series: [{ id: `key of ${uid}`, revision }] }
}

export function tombstoneOf(uid: string, revision: number, at: number): Tombstone {
  return { uid, name: `${uid}.ics`, revision, at }
}

/** Takes the lease and begins a store. */
export async function begun(store: Store, calendar = 'work', ttlMs = 60_000): Promise<number> {
  const fence = await store.lease(calendar, ttlMs)
  if (fence === undefined) throw new Error('the lease is taken')
  const [epoch = ''] = epochs
  await store.begin(calendar, { fence, replaces: null, epoch, renderer: 1, binding: null })
  return fence
}

/** Commits on the newest head; what it came to. */
export async function commit(
  store: Store,
  fence: number,
  change: Omit<Commit, 'expectedGeneration' | 'fence'>,
  calendar = 'work',
): Promise<'committed' | 'stale'> {
  const head = await store.head(calendar)
  return (await store.commit(calendar, { expectedGeneration: head?.generation ?? -1, fence, ...change })).kind
}

/** Everything a calendar's store says, in one order: what two readers, or one before and after, can be compared by. */
export async function contentOf(store: Store, calendar = 'work'): Promise<unknown> {
  const snapshot = await store.snapshot(calendar)
  if (snapshot === undefined) return undefined
  const entries = snapshot.entries.toSorted((a, b) => (a.uid < b.uid ? -1 : 1))
  const records = await store.read(
    calendar,
    entries.map(({ uid }) => uid),
  )
  return {
    head: snapshot.head,
    entries,
    tombstones: snapshot.tombstones.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    records: [...records].sort(([a], [b]) => (a < b ? -1 : 1)),
  }
}

export async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
