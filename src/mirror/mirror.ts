// The mirror of one calendar: Graph's series as last read, the resources made from them, and the change log.
// One writer (the lease's holder), whose writes wait for each other; readers wait for nobody.
import { codeOf, UnavailableError } from '../base/errors.ts'
import { workOut, type Outcome } from './apply.ts'
import { isSameCalendar, type Binding } from './binding.ts'
import { Catalogue, type Member } from './catalogue.ts'
import { begin, commitOf, stateOf } from './state.ts'
import { readingOrder, readTexts, recentTexts } from './read-texts.ts'
import { stagingOf, type Staging } from './staging.ts'
import { busy, Turns } from './turns.ts'
import { factsOf, factsOfAll, storedSeries } from './series-facts.ts'
import { parseSyncToken, printSyncToken } from './sync-token.ts'
import type { Application, Applied, MirrorOptions, MirrorState } from './application.ts'
import type { Changes } from '../calendar/backend.ts'
import type { Resource, ResourceInfo } from '../calendar/resource.ts'
import type { GraphSeries } from '../graph/types.ts'
import type { TimeRange } from '../ical/object.ts'
import type { Commit, Head, StoredRecord } from '../store/store.ts'
import type { SeriesChange } from './grouping.ts'

export type { Application, Applied, Cursor, MirrorOptions, MirrorState } from './application.ts'
export type { Staging } from './staging.ts'
export type { RenderedResource, Render, SeriesGroup, Skipped } from './apply.ts'

/** One calendar's mirror. What is asked is answered from memory, except texts and Graph's JSON, which come from the store. */
export class Mirror {
  readonly staging: Staging
  readonly #options: MirrorOptions
  #head: Head
  #catalogue: Catalogue
  readonly #turns: Turns
  readonly #texts = recentTexts()

  private constructor(options: MirrorOptions, turns: Turns, head: Head, catalogue: Catalogue) {
    this.#options = options
    this.#turns = turns
    this.#head = head
    this.#catalogue = catalogue
    this.staging = stagingOf(options.store, options.slug)
  }

  /**
   * The mirror of a slug, begun when there is none. Throws `UnavailableError` when another process may write, and with the
   * codes `store-broken` and `store-format` when what is there cannot be used (`Store.setAside` is the cure of the first).
   */
  static async open(options: MirrorOptions): Promise<Mirror> {
    const { store, slug } = options
    const turns = new Turns(store, slug)
    const snapshot = await store.snapshot(slug)
    if (snapshot) return new Mirror(options, turns, snapshot.head, new Catalogue(snapshot))
    const head = await turns.take((fence) => begin(options, { fence, replaces: null, binding: null }))
    return new Mirror(options, turns, head, new Catalogue())
  }

  state(): MirrorState {
    return stateOf(this.#head)
  }

  /** How many series and resources there are, and how many series wait for a renderer that can render them. */
  counts(): { readonly events: number; readonly resources: number; readonly failures: number } {
    const failures = [...this.#catalogue.entries.values()].filter(({ failure }) => failure !== null).length
    return { events: this.#catalogue.members.size, resources: this.#catalogue.resourceCount, failures }
  }

  /** Why the text of a UID is older than its event; null: it is not. */
  failureOf(uid: string): string | null {
    return this.#catalogue.entries.get(uid)?.failure ?? null
  }

  /** The series that a main event or an exception belongs to, by Graph's id. */
  keyOf(graphId: string): string | undefined {
    return this.#catalogue.keyOf(graphId)
  }

  /** All series by key. A live view: it changes with the next `apply`. */
  keys(): ReadonlyMap<string, Member> {
    return this.#catalogue.members
  }

  /** The bounds of the resource that a series is published in, milliseconds; undefined when there is none. */
  spanOf(key: string): { readonly first: number; readonly last: number | null } | undefined {
    const resource = this.#catalogue.entries.get(this.#catalogue.members.get(key)?.uid ?? '')?.resource
    return resource ? { first: resource.first, last: resource.last } : undefined
  }

  /** The series that share a UID, and the name of their resource (undefined: nothing is shown of them); undefined when none has it. */
  groupOf(uid: string): { readonly name: string | undefined; readonly keys: readonly string[] } | undefined {
    const entry = this.#catalogue.entries.get(uid)
    return entry && { name: entry.resource?.name, keys: entry.series.map(({ key }) => key) }
  }

  #revisionOf(key: string): number | undefined {
    return this.#catalogue.entries.get(this.#catalogue.members.get(key)?.uid ?? '')?.resource?.revision
  }

  /** A series as it was last applied. */
  async series(key: string): Promise<GraphSeries | undefined> {
    const uid = this.#catalogue.members.get(key)?.uid
    if (uid === undefined) return undefined
    const record = (await this.#records([uid])).get(uid)
    const index = record?.entry.series.findIndex((one) => one.key === key) ?? -1
    return index < 0 ? undefined : storedSeries(record?.series[index])
  }

  /** Says which of Graph's calendars this is. Another one than before: an empty mirror with a new epoch, the old store kept aside. */
  async bind(binding: Binding): Promise<void> {
    await this.#write(async (fence) => {
      const bound = this.state().binding
      if (bound === null || isSameCalendar(bound, binding)) return await this.#change({ fence, binding })
      const head = await begin(this.#options, { fence, replaces: this.#head.epoch, binding })
      if (head === undefined) return undefined
      this.#start(head)
      this.#options.log.warn('calendar bound to another one', { calendar: this.#options.slug, epoch: head.epoch })
      return head
    })
  }

  /** Puts into the mirror what was found out: one atomic commit. The same again changes nothing. */
  async apply(application: Application): Promise<Applied> {
    const upserts = new Map((application.upserts ?? []).map((series) => [series.key, series]))
    const removals = new Set((application.removals ?? []).filter((key) => !upserts.has(key)))
    return await this.#write(async (fence) => {
      const known = this.#catalogue.members
      const facts = await factsOfAll(upserts.values())
      const again = new Set(application.renderAgain ?? [])
      const fresh = facts.filter(({ key, hash }) => again.has(key) || known.get(key)?.series.hash !== hash)
      const change = {
        upserts: new Map(fresh.map((one) => [one.key, one])),
        removals: new Set([...removals].filter((key) => known.has(key))),
      }
      const before = this.#head.revision
      const outcome = await this.#commit(fence, change, upserts, application)
      if (outcome === undefined) return undefined
      const { changed, removed, skipped, revision } = outcome
      const isUnchanged = (key: string): boolean => revision === before || this.#revisionOf(key) !== revision
      return { changed, removed, unchanged: [...upserts.keys()].filter(isUnchanged).length, skipped, revision }
    })
  }

  /** Renders everything again when the texts were made by another version of the renderer. */
  async rerender(signal?: AbortSignal): Promise<void> {
    const version = this.#options.rendererVersion
    if (this.#head.renderer === version) return
    await this.renderAll(signal)
    await this.#write((fence) => this.#change({ fence, renderer: version }))
  }

  /**
   * Renders everything again, a batch at a time, when what all texts depend on is another than before; only texts that
   * really differ move. Applications may come in between.
   */
  async renderAll(signal?: AbortSignal): Promise<void> {
    const uids = [...this.#catalogue.entries.keys()]
    for (let from = 0; from < uids.length; from += rerenderTogether) {
      signal?.throwIfAborted()
      await this.#rerender(uids.slice(from, from + rerenderTogether))
    }
  }

  /** All resources at one revision, sorted by UID. */
  list(): readonly ResourceInfo[] {
    return this.#catalogue.list()
  }

  /** Resources that may have an instance in the range: never too few. */
  touching(range: TimeRange): readonly ResourceInfo[] {
    return this.#catalogue.touching(range)
  }

  /** The named resources with their texts, in the order asked; names that are not there are left out. */
  async read(names: readonly string[]): Promise<readonly Resource[]> {
    const memory = { catalogue: this.#catalogue, texts: this.#texts }
    return await readTexts(names, memory, (uids) => this.#records(uids))
  }

  /** The names that are there, those whose texts lie together in the store as neighbours. */
  readingOrder(names: readonly string[]): readonly string[] {
    return readingOrder(names, this.#catalogue)
  }

  /** What changed since a token; an empty token: everything. */
  changesSince(syncToken: string): Changes {
    const { epoch, revision, floor } = this.#head
    const now = printSyncToken(epoch, revision)
    if (syncToken === '') return { kind: 'changes', syncToken: now, changed: this.list(), removed: [] }
    const token = parseSyncToken(syncToken)
    const isKnown = token?.epoch === epoch && token.revision <= revision && token.revision >= floor
    if (!isKnown) return { kind: 'invalid-token' }
    return { kind: 'changes', syncToken: now, ...this.#catalogue.since(token.revision) }
  }

  /** Runs `work` between two commits: its files do not change meanwhile. Readers do not wait, writers do. */
  async still<T>(work: () => Promise<T>): Promise<T> {
    return (await this.#write(async () => ({ result: await work() }))).result
  }

  /** Gives the right to write back; a later write takes it again. */
  close(): Promise<void> {
    return this.#turns.giveBack()
  }

  #start(head: Head): void {
    this.#head = head
    this.#catalogue = new Catalogue()
  }

  /** Commits what concerns no series. */
  async #change(commit: Pick<Commit, 'fence' | 'binding' | 'renderer'>): Promise<Head | undefined> {
    const { store, slug } = this.#options
    const result = await store.commit(slug, { ...commit, expectedGeneration: this.#head.generation })
    if (result.kind === 'stale') return undefined
    this.#head = result.head
    return result.head
  }

  async #rerender(uids: readonly string[]): Promise<void> {
    const { store, slug } = this.#options
    await this.#write(async (fence) => {
      const records = await store.read(slug, uids)
      const series = [...records.values()].flatMap((record) => record.series.map(storedSeries))
      const contents = new Map(series.map((one) => [one.key, one]))
      const change = { upserts: new Map(series.map((one) => [one.key, factsOf(one)])), removals: new Set<string>() }
      return await this.#commit(fence, change, contents, {})
    })
  }

  /** Works a change out and commits it; undefined when somebody else was first. */
  async #commit(
    fence: number,
    change: SeriesChange,
    contents: ReadonlyMap<string, GraphSeries>,
    application: Application,
  ): Promise<Outcome | undefined> {
    const { store, slug, render, clock, log } = this.#options
    const { revision } = this.#head
    const read = (uids: readonly string[]) => store.read(slug, uids)
    const context = { catalogue: this.#catalogue, revision, now: clock.now(), render, read, contents }
    const outcome = await workOut(change, context)
    const result = await store.commit(slug, commitOf({ outcome, application, head: this.#head, fence }))
    if (result.kind === 'stale') return undefined
    this.#head = result.head
    this.#catalogue.change({ ...outcome, upserts: outcome.upserts.map(({ entry }) => entry) })
    for (const { uid, key, reason } of outcome.skipped) log.warn('event skipped', { calendar: slug, uid, key, reason })
    return outcome
  }

  #records(uids: readonly string[]): Promise<ReadonlyMap<string, StoredRecord>> {
    return this.#healing(() => this.#options.store.read(this.#options.slug, uids))
  }

  /** One write after the other, on the newest state; when `work` says undefined (somebody else was first), once more. */
  #write<T>(work: (fence: number) => Promise<T | undefined>): Promise<T> {
    return this.#healing(() =>
      this.#turns.take(async (fence, isSettled) => {
        if (!isSettled) await this.#reload()
        return await work(fence)
      }),
    )
  }

  /**
   * When stored files turn out to be damaged: puts all of them aside and begins anew with a new epoch, empty and not ready,
   * as at first. The next round reads everything from Graph; until then readers are told to wait.
   */
  async #healing<T>(work: () => Promise<T>): Promise<T> {
    const { epoch } = this.#head
    try {
      return await work()
    } catch (error) {
      if (codeOf(error) !== 'store-broken') throw error
      await this.#turns.take((fence) => this.#rebuild(fence, epoch))
      const sentence = `calendar ${this.#options.slug} was damaged on disk and is read again from Graph`
      throw new UnavailableError(sentence, 60, { cause: error })
    }
  }

  async #rebuild(fence: number, damagedEpoch: string): Promise<Head | undefined> {
    const { store, slug, log } = this.#options
    if (this.#head.epoch !== damagedEpoch) return this.#head
    const { binding } = this.state()
    await store.setAside(slug)
    const head = await begin(this.#options, { fence, replaces: null, binding })
    if (head === undefined) return undefined
    this.#start(head)
    log.error('damaged mirror put aside; the calendar is read again', { calendar: slug, epoch: head.epoch })
    return head
  }

  /** After another writer, or a commit of which it is not known whether it is there. */
  async #reload(): Promise<void> {
    const { store, slug } = this.#options
    const snapshot = await store.snapshot(slug)
    if (snapshot === undefined) throw busy(slug)
    this.#head = snapshot.head
    this.#catalogue = new Catalogue(snapshot)
  }
}

const rerenderTogether = 256
