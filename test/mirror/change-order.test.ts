// What changed after a revision, found without looking at the rest.
import { expect, it } from 'vitest'
import { Catalogue } from '../../src/mirror/catalogue.ts'
import { ChangeOrder, type Numbered } from '../../src/mirror/change-order.ts'
import type { Entry } from '../../src/store/store.ts'

it('gives what changed after a revision, the oldest change first', () => {
  const order = new ChangeOrder<Numbered>()
  const [a, b, c] = [
    { id: 'a', revision: 2 },
    { id: 'b', revision: 1 },
    { id: 'c', revision: 2 },
  ]
  order.change([], [a, b, c])
  expect(order.after(0)).toEqual([b, a, c])
  expect(order.after(1)).toEqual([a, c])
  expect(order.after(2)).toEqual([])
  order.change([a], [{ id: 'a', revision: 3 }])
  expect(order.after(1).map(({ id }) => id)).toEqual(['c', 'a'])
  order.change([c, b], [])
  expect(order.after(0).map(({ id }) => id)).toEqual(['a'])
})

it('costs the same at 1,000 and at 50,000 events', () => {
  const [few, many] = [catalogueOf(1_000), catalogueOf(50_000)]
  const nanoseconds = (catalogue: Catalogue): number => {
    const begun = process.hrtime.bigint()
    for (let ask = 0; ask < 2_000; ask += 1) expectOne(catalogue.since(1))
    return Number(process.hrtime.bigint() - begun) / 2_000
  }
  nanoseconds(few) // warm
  const [fast, slow] = [nanoseconds(few), nanoseconds(many)]
  // A scan would cost fifty times as much.
  expect(slow).toBeLessThan(fast * 10 + 20_000)
})

function expectOne({ changed, removed }: ReturnType<Catalogue['since']>): void {
  if (changed.length !== 1 || removed.length !== 1) throw new Error('one change and one deletion were made')
}

/** So many events of revision 1, one changed and one deleted in revision 2. */
function catalogueOf(count: number): Catalogue {
  const catalogue = new Catalogue()
  const entries = Array.from({ length: count }, (_, index) => entryOf(`uid ${index}`, 1))
  const old = Array.from({ length: count }, (_, index) => ({ ...buriedAt(1), name: `old ${index}.ics` }))
  catalogue.change({ upserts: entries, removals: [], tombstones: old })
  catalogue.change({ upserts: [entryOf('uid 7', 2)], removals: ['uid 8'], tombstones: [buriedAt(2)] })
  return catalogue
}

function buriedAt(revision: number) {
  return { uid: 'uid 8', name: 'uid 8.ics', revision, at: 0 }
}

function entryOf(uid: string, revision: number): Entry {
  const resource = { name: `${uid}.ics`, etag: '', size: 0, lastModified: 0, first: 0, last: 0, revision }
  return { uid, series: [], resource, failure: null }
}
