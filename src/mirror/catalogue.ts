// The index of one calendar in memory: entries by UID, name and id, resources in order, by span and by their last change,
// tombstones.
import { ChangeOrder } from './change-order.ts'
import { Multimap } from './multimap.ts'
import { Ordered } from './ordered.ts'
import { Spans } from './spans.ts'
import { ownUid } from './identity.ts'
import type { ResourceInfo } from '../calendar/resource.ts'
import type { TimeRange } from '../ical/object.ts'
import type { Entry, Snapshot, StoredResource, StoredSeries, Tombstone } from '../store/store.ts'

/** Where a series is, and what Graph called its state. */
export interface Member {
  readonly uid: string
  readonly changeKey: string
  readonly series: StoredSeries
}

/** What a commit changes. */
export interface Difference {
  readonly upserts: readonly Entry[]
  /** UIDs. */
  readonly removals: readonly string[]
  readonly tombstones: readonly Tombstone[]
}

/** A resource as it lies in the lists. */
interface Listed {
  readonly id: string
  readonly first: number
  readonly last: number | null
  readonly revision: number
  readonly info: ResourceInfo
}

/** A tombstone; its name is its id. */
interface Deletion {
  readonly id: string
  readonly revision: number
}

/** Everything the mirror knows without reading contents. Changes as a whole, with one commit. */
export class Catalogue {
  readonly #entries = new Map<string, Entry>()
  readonly #members = new Map<string, Member>()
  readonly #exceptions = new Map<string, string>()
  readonly #names = new Map<string, string>()
  readonly #listed = new Map<string, Listed>()
  readonly #tombstones = new Map<string, Deletion>()
  readonly #byUid = new Ordered<Listed>((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)))
  readonly #spans = new Spans<Listed>()
  readonly #changes = new ChangeOrder<Listed>()
  readonly #deletions = new ChangeOrder<Deletion>()
  /** Claim → keys of the series that ask for it. */
  readonly #claims = new Multimap()
  /** Kept name → UIDs of the entries with a series that asks for it. */
  readonly #keptNames = new Multimap()
  #list: readonly ResourceInfo[] | undefined

  constructor(snapshot?: Snapshot) {
    if (snapshot) this.change({ upserts: snapshot.entries, removals: [], tombstones: snapshot.tombstones })
  }

  /** Entries by UID, in an order that keeps neighbours of the store together. Live. */
  get entries(): ReadonlyMap<string, Entry> {
    return this.#entries
  }

  /** Series by key. Live. */
  get members(): ReadonlyMap<string, Member> {
    return this.#members
  }

  get resourceCount(): number {
    return this.#listed.size
  }

  /** The key of the series that a main event or an exception belongs to. */
  keyOf(graphId: string): string | undefined {
    return this.#members.has(graphId) ? graphId : this.#exceptions.get(graphId)
  }

  /** The UID of the resource with this name. */
  uidOfName(name: string): string | undefined {
    return this.#names.get(name)
  }

  /** Keys of the series that ask for this UID, or have it of their own. */
  askersOf(uid: string): readonly string[] {
    const own = this.#entries.get(uid)?.series.find(({ key }) => ownUid(key) === uid)?.key
    return [...this.#claims.get(uid), ...(own === undefined ? [] : [own])]
  }

  /** UIDs of the entries that ask for this name, or have it. */
  askersOfName(name: string): readonly string[] {
    const holder = this.#names.get(name)
    return [...this.#keptNames.get(name), ...(holder === undefined ? [] : [holder])]
  }

  /** All resources, sorted by UID. */
  list(): readonly ResourceInfo[] {
    return (this.#list ??= this.#byUid.items.map(({ info }) => info))
  }

  touching(range: TimeRange): readonly ResourceInfo[] {
    return this.#spans.touching(range).map(({ info }) => info)
  }

  /** Resources and names that changed after a revision; a name that is back is no removal. */
  since(revision: number): { readonly changed: readonly ResourceInfo[]; readonly removed: readonly string[] } {
    const removed = this.#deletions.after(revision).map(({ id }) => id)
    return {
      changed: this.#changes.after(revision).map(({ info }) => info),
      removed: removed.filter((name) => !this.#names.has(name)),
    }
  }

  change({ upserts, removals, tombstones }: Difference): void {
    const before = [...removals, ...upserts.map(({ uid }) => uid)].flatMap((uid) => this.#entries.get(uid) ?? [])
    const gone = before.flatMap(({ uid }) => this.#listed.get(uid) ?? [])
    for (const entry of before) this.#forget(entry)
    const added = upserts.flatMap((entry) => this.#remember(entry) ?? [])
    this.#byUid.change(gone, added)
    this.#spans.change(gone, added)
    this.#changes.change(gone, added)
    this.#bury(tombstones)
    this.#list = undefined
  }

  #forget(entry: Entry): void {
    this.#entries.delete(entry.uid)
    this.#listed.delete(entry.uid)
    if (entry.resource) this.#names.delete(entry.resource.name)
    for (const series of entry.series) {
      this.#members.delete(series.key)
      for (const id of series.exceptionIds) if (this.#exceptions.get(id) === series.key) this.#exceptions.delete(id)
      for (const claim of series.claims) this.#claims.remove(claim, series.key)
      if (series.keptName !== null) this.#keptNames.remove(series.keptName, entry.uid)
    }
  }

  #remember(entry: Entry): Listed | undefined {
    const { uid, resource } = entry
    this.#entries.set(uid, entry)
    for (const series of entry.series) {
      this.#members.set(series.key, { uid, changeKey: series.changeKey, series })
      for (const id of series.exceptionIds) this.#exceptions.set(id, series.key)
      for (const claim of series.claims) this.#claims.add(claim, series.key)
      if (series.keptName !== null) this.#keptNames.add(series.keptName, uid)
    }
    if (resource === null) return undefined
    const listed = listedOf(uid, resource)
    this.#names.set(resource.name, uid)
    this.#listed.set(uid, listed)
    return listed
  }

  // Of several tombstones of one name the newest counts.
  #bury(tombstones: readonly Tombstone[]): void {
    const before = new Set<Deletion>()
    const added = new Map<string, Deletion>()
    for (const { name, revision } of tombstones) {
      const [known, newest] = [this.#tombstones.get(name), added.get(name)]
      if (revision <= Math.max(known?.revision ?? -1, newest?.revision ?? -1)) continue
      if (known !== undefined) before.add(known)
      added.set(name, { id: name, revision })
    }
    for (const deletion of added.values()) this.#tombstones.set(deletion.id, deletion)
    this.#deletions.change([...before], [...added.values()])
  }
}

function listedOf(uid: string, resource: StoredResource): Listed {
  const { name, etag, size, lastModified, first, last, revision } = resource
  return { id: uid, first, last, revision, info: { name, uid, etag, size, lastModified } }
}
