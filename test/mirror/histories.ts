// Random histories of a mirror, and clients that follow its change log.
import { published, seriesOf, type Wish } from './series.ts'
import type { GraphSeries } from '../../src/graph/types.ts'
import type { Application, Mirror } from '../../src/mirror/mirror.ts'

export type Below = (limit: number) => number

/** Whole numbers from 0 to below the limit, the same for the same seed. */
export function numbersFrom(seed: number): Below {
  let state = (seed * 2_654_435_761) % 2_147_483_648
  return (limit) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * limit)
  }
}

const constant = '040000008200E00074C5B7101A82E008'

/** A random state of a series: few UIDs, names and ages, so that they meet often. */
export function randomSeries(key: string, below: Below): GraphSeries {
  const pick = <T>(...items: readonly T[]): T => items[below(items.length)] ?? (items[0] as T) // the list is not empty
  const wish: Wish = {
    iCalUId: pick(
      `U${below(4)}`,
      `${constant}07EA03${below(9)}0${below(3)}AB`,
      `${constant}00000000${below(3)}AB`,
      null,
      `own-${key}`,
    ),
    subject: pick('one', 'two', 'three', 'BAD'),
    created: `2026-01-0${1 + below(3)}T00:00:00Z`,
    modified: `2026-02-0${1 + below(9)}T00:00:00Z`,
    changeKey: `change ${below(1000)}`,
    exceptions: Array.from({ length: below(3) }, (_, number) => `exception ${number} of ${key}`),
    kept: { uid: pick(null, null, `U${below(4)}`), name: pick(null, `name-${below(3)}.ics`) },
  }
  return seriesOf(key, wish)
}

/** What a tenant has, and the next thing that happens to it. */
export class RandomTenant {
  readonly series = new Map<string, GraphSeries>()
  readonly #below: Below

  constructor(below: Below) {
    this.#below = below
  }

  /** Changes some series; what the mirror is told of it. */
  step(): Application {
    const below = this.#below
    const keys = [...new Set(Array.from({ length: 1 + below(4) }, () => `key ${below(14)}`))]
    const removals = keys.filter((key) => this.series.has(key) && below(3) === 0)
    const upserts = keys.filter((key) => !removals.includes(key)).map((key) => randomSeries(key, below))
    for (const key of removals) this.series.delete(key)
    for (const one of upserts) this.series.set(one.key, one)
    return { upserts, removals }
  }
}

/** A client that keeps a copy by sync tokens (RFC 6578 §3). */
export class Client {
  readonly etags = new Map<string, string>()
  #token = ''

  get token(): string {
    return this.#token
  }

  /** Asks what changed; how many names it was told. A refused token means starting again. */
  sync(mirror: Mirror): number {
    const changes = mirror.changesSince(this.#token)
    if (changes.kind === 'invalid-token') {
      this.etags.clear()
      this.#token = ''
      return this.sync(mirror)
    }
    for (const { name, etag } of changes.changed) this.etags.set(name, etag)
    for (const name of changes.removed) this.etags.delete(name)
    this.#token = changes.syncToken
    return changes.changed.length + changes.removed.length
  }
}

/** Name and etag of each resource. */
export function etagsOf(mirror: Mirror): ReadonlyMap<string, string> {
  return new Map(mirror.list().map(({ name, etag }) => [name, etag]))
}

/** What is published, without stamps; a rebuilt mirror must say the same. */
export async function meaningOf(mirror: Mirror): Promise<readonly unknown[]> {
  const resources = await published(mirror)
  return resources.map(([uid, name, text]) => [uid, name, text.replaceAll(/(?:DTSTAMP|LAST-MODIFIED):.*\r\n/g, '')])
}
