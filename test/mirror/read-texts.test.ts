// Texts that were read lately come from memory, and never an old one.
import { expect, it } from 'vitest'
import { Catalogue } from '../../src/mirror/catalogue.ts'
import { readingOrder, readTexts, recentTexts } from '../../src/mirror/read-texts.ts'
import type { StoredRecord } from '../../src/store/store.ts'
import { recordOf } from '../store/records.ts'

/** With an ETag of its own text, as the mirror makes it. */
function made(uid: string, revision: number): StoredRecord {
  const record = recordOf(uid, revision)
  const { resource } = record.entry
  return { ...record, entry: { ...record.entry, resource: resource && { ...resource, etag: record.text ?? '' } } }
}

function nameOf({ entry }: StoredRecord): string {
  return entry.resource?.name ?? ''
}

it('a text is read once, in the order asked, and again when it has changed', async () => {
  const records = new Map(['a', 'b', 'c'].map((uid) => [uid, made(uid, 1)]))
  const catalogue = new Catalogue()
  const put = (record: StoredRecord): void => {
    records.set(record.entry.uid, record)
    catalogue.change({ upserts: [record.entry], removals: [], tombstones: [] })
  }
  for (const record of records.values()) put(record)
  const texts = recentTexts()
  const read: string[] = []
  const ask = async (...uids: readonly string[]): Promise<readonly (string | null)[]> => {
    const names = uids.map((uid) => nameOf(records.get(uid) ?? made(uid, 1)))
    const found = await readTexts(names, { catalogue, texts }, (wanted) => {
      read.push(...wanted)
      return Promise.resolve(new Map(wanted.flatMap((uid) => [[uid, records.get(uid)]] as const).filter(isFound)))
    })
    return found.map(({ text }) => text)
  }
  const textOf = (uid: string): string | null => records.get(uid)?.text ?? null
  expect(await ask('b', 'nobody', 'a')).toEqual([textOf('b'), textOf('a')])
  expect(await ask('a', 'c', 'b')).toEqual([textOf('a'), textOf('c'), textOf('b')])
  expect(read).toEqual(['b', 'a', 'c'])
  put(made('a', 2))
  expect(await ask('a', 'b')).toEqual([textOf('a'), textOf('b')])
  expect(read).toEqual(['b', 'a', 'c', 'a'])
  const order = readingOrder(['nobody', ...['a', 'b', 'c'].map((uid) => nameOf(made(uid, 1)))], catalogue)
  expect(order.toSorted()).toEqual(['a', 'b', 'c'].map((uid) => nameOf(made(uid, 1))).toSorted())
})

function isFound(pair: readonly [string, StoredRecord | undefined]): pair is readonly [string, StoredRecord] {
  return pair[1] !== undefined
}
