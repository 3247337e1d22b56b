// Which calendars were made here, by whom and where: one document beside the users' own data. Each of these calendars carries a mark
// in Outlook that says the same, so a lost document comes back.
import { GraphdavError, UnavailableError } from '../base/errors.ts'
import { reservedSlugs } from '../caldav/slug.ts'
import type { Store } from '../store/store.ts'

/** A calendar that a user of ours made, or is making. */
export interface MadeRecord {
  readonly slug: string
  readonly user: string
  readonly account: string
  /** Graph's id; null until it is known. */
  readonly id: string | null
  /** `making`: asked for, and the client was not told yet that it is there. */
  readonly state: 'making' | 'made'
  /** When it was asked for, milliseconds. */
  readonly at: number
}

/** No user's name has a slash. */
const key = 'calendars/made'

/** What a calendar in Outlook carries when it was made for this user under this slug; neither of them has a slash. */
export function markOf({ user, slug }: Pick<MadeRecord, 'user' | 'slug'>): string {
  return `${user}/${slug}`
}

/** Whose calendar a mark tells of; undefined for what is no mark of ours. */
export function parseMark(mark: string): Pick<MadeRecord, 'user' | 'slug'> | undefined {
  const [, user, slug] = /^([^/]+)\/([a-z0-9][a-z0-9-]{0,62})$/.exec(mark) ?? []
  if (user === undefined || slug === undefined || reservedSlugs.has(slug)) return undefined
  return { user, slug }
}

/** The records, read once and then known; what is changed is on disk when the promise resolves. */
export class MadeRecords {
  readonly #store: Store
  #version: number
  #bySlug: ReadonlyMap<string, MadeRecord>

  private constructor(store: Store, version: number, records: readonly MadeRecord[]) {
    this.#store = store
    this.#version = version
    this.#bySlug = new Map(records.map((record) => [record.slug, record]))
  }

  static async open(store: Store): Promise<MadeRecords> {
    const document = await store.readDocument('users', key).catch((error: unknown) => {
      if (!(error instanceof GraphdavError) || error.code !== 'store-broken') throw error
      const cure = 'this one may be moved away: what was made is found again in Outlook'
      throw new GraphdavError('store-broken', `${error.message}; ${cure}`, { cause: error })
    })
    if (document === undefined) return new MadeRecords(store, 0, [])
    const { calendars } = document.value as { readonly calendars: readonly MadeRecord[] } // what `#write` has given to the store
    return new MadeRecords(store, document.version, calendars)
  }

  /** True when nothing was ever written: a first start, or a data folder that was lost. */
  get isNew(): boolean {
    return this.#version === 0
  }

  all(): readonly MadeRecord[] {
    return [...this.#bySlug.values()]
  }

  get(slug: string): MadeRecord | undefined {
    return this.#bySlug.get(slug)
  }

  async put(record: MadeRecord): Promise<MadeRecord> {
    await this.#write(new Map([...this.#bySlug, [record.slug, record]]))
    return record
  }

  async remove(slug: string): Promise<void> {
    await this.#write(new Map([...this.#bySlug].filter(([other]) => other !== slug)))
  }

  /** From now on it is known what was made: `isNew` no more. */
  async settle(): Promise<void> {
    if (this.isNew) await this.#write(this.#bySlug)
  }

  async #write(bySlug: ReadonlyMap<string, MadeRecord>): Promise<void> {
    const value = { calendars: [...bySlug.values()] }
    let version = await this.#store.writeDocument('users', key, this.#version, value)
    if (version === 'stale') {
      // A write that failed may be there all the same; what it said is found again by its mark.
      this.#version = (await this.#store.readDocument('users', key))?.version ?? 0
      version = await this.#store.writeDocument('users', key, this.#version, value)
    }
    if (version === 'stale') throw new UnavailableError('another process writes which calendars were made', 30)
    this.#version = version
    this.#bySlug = bySlug
  }
}
