// From a series as it was read to what the index keeps of it, and back from the stored JSON.
import { sha256Hex } from '../base/hash.ts'
import { GraphdavError } from '../base/errors.ts'
import { createPauses } from '../base/pauses.ts'
import { claimsOf, keptNameOf } from './identity.ts'
import type { GraphSeries } from '../graph/types.ts'
import type { StoredSeries } from '../store/store.ts'

/** What the index keeps of a series. The hash covers all of it: equal hash, equal series. */
export function factsOf(series: GraphSeries): StoredSeries {
  return {
    key: series.key,
    changeKey: series.main.changeKey,
    exceptionIds: series.exceptions.map(({ id }) => id),
    hash: sha256Hex(JSON.stringify(series)).slice(0, 32),
    created: series.main.createdDateTime,
    ...claimsOf(series),
    keptName: keptNameOf(series),
  }
}

/** The same of many. */
export async function factsOfAll(all: Iterable<GraphSeries>): Promise<readonly StoredSeries[]> {
  const pause = createPauses()
  const facts: StoredSeries[] = []
  for (const series of all) {
    facts.push(factsOf(series))
    await pause()
  }
  return facts
}

/** A series from a store, which gives back what it was given. */
export function storedSeries(value: unknown): GraphSeries {
  if (!isSeries(value)) throw new GraphdavError('internal', 'a stored series has not the form of one')
  return value
}

function isSeries(value: unknown): value is GraphSeries {
  return typeof value === 'object' && value !== null && 'key' in value && 'main' in value && 'exceptions' in value
}
