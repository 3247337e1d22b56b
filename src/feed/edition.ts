// What one feed shows now. Work is in proportion to what changed: a fragment is made again only when
// its resource's ETag moved, nothing is looked at while the calendars stand still, and the ETag is known without the body.
import { createHash } from 'node:crypto'
import { httpDate } from '../base/http-date.ts'
import type { Clock } from '../base/clock.ts'
import { codeOf, GraphdavError, NotFoundError, UnavailableError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { CalendarBackend } from '../calendar/backend.ts'
import type { Collection } from '../calendar/collection.ts'
import type { Resource } from '../calendar/resource.ts'
import { timezoneComponent } from '../ical/timezone.ts'
import { compress, type Budget, type Encoding, type Held } from './bodies.ts'
import { emptyFragment, makeFragment, type Fragment } from './fragment.ts'
import { printAround } from './frame.ts'
import { listResources, readResources, type Place } from './listing.ts'
import type { FeedProfile } from './profile.ts'
import { FragmentTexts } from './texts.ts'

/** A feed at one moment, without its body. */
export interface FeedState {
  /** Strong, unquoted, of the text before any content coding. */
  readonly etag: string
  /** When the feed last changed, whole seconds in milliseconds; grows with each change. */
  readonly lastModified: number
  /** The same as HTTP writes it, made once. */
  readonly lastModifiedHeader: string
  /** Seconds since the oldest of its calendars was in step with Graph. */
  readonly dataAgeSeconds: number
}

/** What the ETag stands for. */
interface Snapshot extends Pick<FeedState, 'etag' | 'lastModified' | 'lastModifiedHeader'> {
  readonly collections: readonly Collection[]
  /** By UID, in the order of the feed. */
  readonly fragments: ReadonlyMap<string, Fragment>
}

interface Parts {
  readonly backend: CalendarBackend
  readonly profile: FeedProfile
  readonly budget: Budget
  readonly clock: Clock
  readonly log: Log
}

const firstRoundRetrySeconds = 60
const attempts = 3

/** One feed, and what is remembered of it. */
export class Edition {
  readonly #parts: Parts
  /** What the calendars were like at the last look; undefined: look again. */
  #seen: readonly Collection[] | undefined
  #snapshot: Snapshot = { etag: '', lastModified: 0, lastModifiedHeader: '', collections: [], fragments: new Map() }
  /** Texts of fragments by their hash, as far as they are in memory. */
  #texts = new FragmentTexts()
  /** Compressed bodies of the snapshot. */
  readonly #compressed = new Map<Encoding, Promise<Buffer | undefined>>()
  /** Octets of those that are made. */
  readonly #sizes = new Map<Encoding, number>()
  // The texts and each body go by themselves: a body answers without the texts, which are needed after a change only.
  readonly #heldTexts: Held = { size: () => this.#texts.size, release: () => void (this.#texts = new FragmentTexts()) }
  readonly #heldBodies: Readonly<Record<Encoding, Held>> = {
    br: this.#heldBody('br'),
    gzip: this.#heldBody('gzip'),
    identity: this.#heldBody('identity'),
  }
  #looking: Promise<void> | undefined
  /** TZIDs that are known to be zones. */
  readonly #zones = new Set<string>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The feed's name: last segment of its URL without `.ics`. */
  get name(): string {
    return this.#parts.profile.name
  }

  /** What it is now. Throws `UnavailableError` while one of its calendars is read for the first time. */
  async state(): Promise<FeedState> {
    const { backend, profile, clock } = this.#parts
    const all = await Promise.all(profile.calendars.map((slug) => backend.collection(slug)))
    const collections = all.filter((collection) => collection !== undefined)
    if (collections.length === 0) throw new NotFoundError('there is nothing here')
    if (collections.some(({ state }) => state === 'first-round')) {
      throw new UnavailableError('a calendar is being read for the first time', firstRoundRetrySeconds)
    }
    await this.#look(collections)
    const { etag, lastModified, lastModifiedHeader } = this.#snapshot
    const inStep = Math.min(...collections.map(({ lastInStep }) => lastInStep ?? clock.now()))
    return {
      etag,
      lastModified,
      lastModifiedHeader,
      dataAgeSeconds: Math.max(0, Math.floor((clock.now() - inStep) / 1000)),
    }
  }

  /** What it is now, with its body. */
  async content(encoding: Encoding): Promise<FeedState & { readonly body: Buffer }> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const state = await this.state()
      const snapshot = this.#snapshot
      const body = await this.#bodyOf(snapshot, encoding)
      if (body) return { dataAgeSeconds: state.dataAgeSeconds, ...snapshot, body }
      // A text that was let go has changed since: look again.
      this.#seen = undefined
    }
    throw new UnavailableError('the calendar is changing right now', 5)
  }

  #heldBody(encoding: Encoding): Held {
    return {
      size: () => this.#sizes.get(encoding) ?? 0,
      release: () => {
        this.#compressed.delete(encoding)
        this.#sizes.delete(encoding)
      },
    }
  }

  async #look(collections: readonly Collection[]): Promise<void> {
    if (this.#looking) await this.#looking
    if (this.#seen && areUnchanged(this.#seen, collections)) return
    this.#looking ??= this.#rebuild(collections).finally(() => (this.#looking = undefined))
    await this.#looking
  }

  async #rebuild(collections: readonly Collection[]): Promise<void> {
    const { budget } = this.#parts
    const before = this.#snapshot
    const fragments = await this.#fragmentsOf(collections, before)
    const etag = this.#etagOf(collections, fragments)
    if (etag !== before.etag) this.#forgetCompressed()
    const { lastModified, lastModifiedHeader } = this.#changedAt(etag, before)
    this.#snapshot = { etag, lastModified, lastModifiedHeader, collections, fragments }
    this.#texts.keepOnly(new Set([...fragments.values()].map(({ hash }) => hash)))
    this.#seen = collections
    budget.touch(this.#heldTexts)
  }

  // Two changes within a second still differ.
  #changedAt(etag: string, before: Snapshot): Pick<Snapshot, 'lastModified' | 'lastModifiedHeader'> {
    if (etag === before.etag) return before
    const now = Math.floor(this.#parts.clock.now() / 1000) * 1000
    const lastModified = Math.max(now, before.lastModified + 1000)
    return { lastModified, lastModifiedHeader: httpDate(lastModified) }
  }

  async #fragmentsOf(collections: readonly Collection[], before: Snapshot): Promise<ReadonlyMap<string, Fragment>> {
    const { backend } = this.#parts
    // The owner's addresses decide what counts as declined.
    const isSameOwner = ownersOf(collections) === ownersOf(before.collections)
    const fragments = new Map<string, Fragment>()
    const stale: Place[] = []
    for (const { info, slug } of await listResources(backend, collections)) {
      const known = isSameOwner ? before.fragments.get(info.uid) : undefined
      const isFresh = known?.etag === info.etag && known.slug === slug
      // An empty one holds the place in the order until the text is read.
      fragments.set(info.uid, isFresh ? known : emptyFragment(info, slug))
      if (!isFresh) stale.push({ slug, name: info.name })
    }
    for await (const { resource, slug } of readResources(backend, stale)) {
      if (fragments.has(resource.uid)) fragments.set(resource.uid, this.#make(resource, slug, collections))
    }
    return fragments
  }

  /** A text that cannot be read costs its own place, not the feed. */
  #make(resource: Resource, slug: string, collections: readonly Collection[]): Fragment {
    const { profile, log } = this.#parts
    try {
      const owners = collections.find((collection) => collection.slug === slug)?.ownerAddresses ?? []
      const { fragment, text } = makeFragment(resource, slug, profile, owners)
      for (const tzid of fragment.tzids) this.#requireZone(tzid)
      if (text !== '') this.#texts.add(fragment.hash, Buffer.from(text))
      return fragment
    } catch (error) {
      if (!(error instanceof GraphdavError)) throw error
      const facts = { feed: profile.name, calendar: slug, name: resource.name, code: codeOf(error) }
      log.warn('event left out of a feed', facts)
      return emptyFragment(resource, slug)
    }
  }

  /** A zone that nobody defines would cost the whole feed: throws `IcalError` here instead. */
  #requireZone(tzid: string): void {
    if (this.#zones.has(tzid)) return
    timezoneComponent(tzid, 0, null)
    this.#zones.add(tzid)
  }

  #etagOf(collections: readonly Collection[], fragments: ReadonlyMap<string, Fragment>): string {
    const { before, after } = printAround(this.name, collections, fragments.values())
    const hash = createHash('sha256').update(before + after)
    for (const fragment of fragments.values()) hash.update(fragment.hash)
    return hash.digest('hex').slice(0, 32)
  }

  /** Undefined when a fragment's text is gone for good. Whoever asks meanwhile waits for the same. */
  async #bodyOf(snapshot: Snapshot, encoding: Encoding): Promise<Buffer | undefined> {
    if (snapshot !== this.#snapshot) return this.#pack(snapshot, encoding)
    const kept = this.#compressed.get(encoding)
    if (kept) return kept
    const made = this.#pack(snapshot, encoding)
    this.#compressed.set(encoding, made)
    const body = await made.catch((error: unknown) => {
      this.#forget(encoding, made)
      throw error
    })
    if (body === undefined) this.#forget(encoding, made)
    else if (this.#compressed.get(encoding) === made) {
      this.#sizes.set(encoding, body.length)
      this.#parts.budget.touch(this.#heldBodies[encoding])
    }
    return body
  }

  #forget(encoding: Encoding, made: Promise<unknown>): void {
    if (this.#compressed.get(encoding) === made) this.#compressed.delete(encoding)
  }

  async #pack(snapshot: Snapshot, encoding: Encoding): Promise<Buffer | undefined> {
    const text = await this.#assemble(snapshot)
    return text && (await compress(text, encoding))
  }

  async #assemble({ collections, fragments }: Snapshot): Promise<Buffer | undefined> {
    const shown = [...fragments.values()].filter(({ hash }) => hash !== '')
    const missing = shown.filter(({ hash }) => !this.#texts.has(hash))
    for await (const { resource, slug } of readResources(this.#parts.backend, missing)) {
      this.#make(resource, slug, collections)
    }
    const texts = await this.#texts.read(shown.map(({ hash }) => hash))
    if (!texts) return undefined
    this.#parts.budget.touch(this.#heldTexts)
    const { before, after } = printAround(this.name, collections, fragments.values())
    return Buffer.concat([Buffer.from(before), ...texts, Buffer.from(after)])
  }

  #forgetCompressed(): void {
    this.#compressed.clear()
    this.#sizes.clear()
  }
}

/** Whether everything that a feed shows of its calendars is as it was; events are told by the sync tokens. */
function areUnchanged(before: readonly Collection[], now: readonly Collection[]): boolean {
  if (before.length !== now.length) return false
  return now.every((one, index) => {
    const other = before[index]
    return (
      other !== undefined &&
      one.syncToken === other.syncToken &&
      one.slug === other.slug &&
      one.displayName === other.displayName &&
      one.color === other.color &&
      one.timeZone === other.timeZone &&
      one.ownerAddresses.join() === other.ownerAddresses.join()
    )
  })
}

function ownersOf(collections: readonly Collection[]): string {
  return JSON.stringify(collections.map(({ slug, ownerAddresses }) => [slug, ownerAddresses]))
}
