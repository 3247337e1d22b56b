// A CalendarBackend that holds texts in memory: what a test puts in is what clients read. Counts what it is asked.
import { sha256Hex } from '../../src/base/hash.ts'
import {
  ConflictError,
  GraphdavError,
  NotFoundError,
  UidConflictError,
  UnavailableError,
} from '../../src/base/errors.ts'
import type {
  CalendarBackend,
  Changes,
  Move,
  NewCollection,
  Put,
  Removal,
  WriteConditions,
  Written,
} from '../../src/calendar/backend.ts'
import type { Collection, Principal } from '../../src/calendar/collection.ts'
import type { Resource, ResourceInfo } from '../../src/calendar/resource.ts'
import { parseObject } from '../../src/ical/parse.ts'

interface Entry {
  readonly resource: Resource
  /** Undefined: it may touch any range. */
  readonly span: { readonly first: number; readonly last: number | null } | undefined
}

interface Calendar {
  collection: Omit<Collection, 'syncToken'>
  readonly entries: Map<string, Entry>
  /** Name → revision of its last change. */
  readonly changes: Map<string, number>
  revision: number
}

/** The backend, and the handles a test changes it with. */
export class FakeBackend implements CalendarBackend {
  readonly calls: string[] = []
  readonly #calendars = new Map<string, Calendar>()
  readonly #users = new Map<string, { readonly principal: Principal; readonly slugs: readonly string[] }>()

  addUser(user: string, slugs: readonly string[], more: Partial<Principal> = {}): this {
    const principal = { user, addresses: [`${user}@example.com`], mayCreateCalendars: false, ...more }
    this.#users.set(user, { principal, slugs })
    return this
  }

  addCalendar(slug: string, more: Partial<Collection> = {}): this {
    const collection = {
      slug,
      displayName: `Calendar ${slug}`,
      color: '#3366cc',
      access: 'read-only',
      isRemovable: false,
      state: 'ready',
      timeZone: 'Europe/Berlin',
      ownerAddresses: ['alice@example.com'],
      isShared: false,
      lastInStep: 1_770_000_000_000,
      ...more,
    } as const
    this.#calendars.set(slug, { collection, entries: new Map(), changes: new Map(), revision: 1 })
    return this
  }

  change(slug: string, more: Partial<Collection>): void {
    const calendar = this.#calendar(slug)
    calendar.collection = { ...calendar.collection, ...more }
  }

  /** Stores a text, whose lines may end in LF. */
  store(slug: string, name: string, text: string, span?: Entry['span']): this {
    const calendar = this.#calendar(slug)
    const crlf = text.replace(/\r?\n/g, '\r\n')
    const resource = {
      name,
      uid: /^UID:(.*)$/m.exec(text)?.[1]?.trim() ?? name,
      etag: sha256Hex(crlf).slice(0, 16),
      size: Buffer.byteLength(crlf),
      lastModified: 1_767_225_600_000 + calendar.revision * 1000,
      text: crlf,
    }
    calendar.revision += 1
    calendar.entries.set(name, { resource, span })
    calendar.changes.set(name, calendar.revision)
    return this
  }

  forget(slug: string, name: string): void {
    const calendar = this.#calendar(slug)
    calendar.revision += 1
    calendar.entries.delete(name)
    calendar.changes.set(name, calendar.revision)
  }

  principal(user: string): Promise<Principal | undefined> {
    return Promise.resolve(this.#users.get(user)?.principal)
  }

  collections(user: string): Promise<readonly Collection[]> {
    const slugs = this.#users.get(user)?.slugs ?? []
    return Promise.resolve(slugs.map((slug) => collectionOf(this.#calendar(slug))))
  }

  collection(slug: string): Promise<Collection | undefined> {
    const calendar = this.#calendars.get(slug)
    return Promise.resolve(calendar && collectionOf(calendar))
  }

  list(slug: string): Promise<readonly ResourceInfo[]> {
    this.calls.push(`list ${slug}`)
    return this.#reading(slug, (calendar) =>
      [...calendar.entries.values()].map(({ resource }) => infoOf(resource)).sort((a, b) => (a.uid < b.uid ? -1 : 1)),
    )
  }

  touching(
    slug: string,
    { start, end }: { readonly start: number | null; readonly end: number | null },
  ): Promise<readonly ResourceInfo[]> {
    this.calls.push(`touching ${slug}`)
    return this.#reading(slug, (calendar) =>
      [...calendar.entries.values()]
        .filter(
          ({ span }) =>
            span === undefined || (span.first < (end ?? Infinity) && (span.last ?? Infinity) >= (start ?? -Infinity)),
        )
        .map(({ resource }) => infoOf(resource))
        .sort((a, b) => (a.uid < b.uid ? -1 : 1)),
    )
  }

  readingOrder(_: string, names: readonly string[]): Promise<readonly string[]> {
    return Promise.resolve(names.toReversed())
  }

  read(slug: string, names: readonly string[]): Promise<readonly Resource[]> {
    this.calls.push(`read ${slug} ${names.length}`)
    return this.#reading(slug, (calendar) => names.flatMap((name) => calendar.entries.get(name)?.resource ?? []))
  }

  changesSince(slug: string, syncToken: string): Promise<Changes> {
    return this.#reading(slug, (calendar): Changes => {
      const now = tokenOf(calendar)
      const prefix = `urn:graphdav:sync:${slug}:`
      const since = syncToken === '' ? 0 : Number(syncToken.startsWith(prefix) ? syncToken.slice(prefix.length) : 'NaN')
      if (!Number.isInteger(since) || since > calendar.revision) return { kind: 'invalid-token' }
      const names = [...calendar.changes].filter(([, revision]) => revision > since).map(([name]) => name)
      const changed = names.flatMap((name) => calendar.entries.get(name)?.resource ?? []).map(infoOf)
      const removed = syncToken === '' ? [] : names.filter((name) => !calendar.entries.has(name))
      return { kind: 'changes', syncToken: now, changed, removed }
    })
  }

  freshen(slug: string): Promise<void> {
    this.calls.push(`freshen ${slug}`)
    return Promise.resolve()
  }

  /** What the backend was last asked to write. */
  lastPut: Put | undefined
  lastRemoval: Removal | undefined

  async put(put: Put): Promise<Written> {
    const calendar = this.#writable(put.slug)
    this.lastPut = put
    const before = calendar.entries.get(put.name)?.resource
    check(put.conditions, before)
    const { uid } = parseObject(put.text)
    const holder = [...calendar.entries.values()].find(({ resource }) => resource.uid === uid)?.resource
    if (holder && holder.name !== put.name) throw new UidConflictError(holder.name)
    if (before && before.uid !== uid) throw new UidConflictError(put.name)
    this.store(put.slug, put.name, put.text)
    const after = calendar.entries.get(put.name)?.resource
    if (!after) throw new Error('nothing was stored')
    const kind = before ? 'updated' : 'created'
    return { kind, name: put.name, etag: after.etag, isVerbatim: after.text === put.text && this.keepsTexts }
  }

  /** False: as if Graph had changed something. */
  keepsTexts = true

  async remove(removal: Removal): Promise<void> {
    const calendar = this.#writable(removal.slug)
    this.lastRemoval = removal
    const before = calendar.entries.get(removal.name)?.resource
    if (!before) throw new NotFoundError('there is no such event')
    check(removal.conditions, before)
    this.forget(removal.slug, removal.name)
  }

  async move({ to, mayReplace, ...removal }: Move): Promise<'created' | 'updated'> {
    const text = this.#writable(removal.slug).entries.get(removal.name)?.resource.text
    if (text === undefined) throw new NotFoundError('there is no such event')
    const conditions = { ifMatch: undefined, ifNoneMatch: mayReplace ? undefined : ('*' as const) }
    const { kind } = await this.put({ ...removal, ...to, conditions, text })
    await this.remove(removal)
    return kind
  }

  async createCollection({ user, slug, displayName }: NewCollection): Promise<void> {
    const known = this.#users.get(user)
    if (!known?.principal.mayCreateCalendars) throw new GraphdavError('forbidden', 'this user may not make calendars')
    this.addCalendar(slug, { displayName: displayName ?? slug, access: 'read-write', isRemovable: true })
    this.#users.set(user, { ...known, slugs: [...known.slugs, slug] })
  }

  async removeCollection(user: string, slug: string): Promise<void> {
    const known = this.#users.get(user)
    if (known) this.#users.set(user, { ...known, slugs: known.slugs.filter((one) => one !== slug) })
    this.#calendars.delete(slug)
  }

  async renameCollection(_: string, slug: string, displayName: string): Promise<boolean> {
    if (!this.#calendar(slug).collection.isRemovable) return false
    this.change(slug, { displayName })
    return true
  }

  #writable(slug: string): Calendar {
    const calendar = this.#calendar(slug)
    if (this.isDown) throw new UnavailableError('Outlook does not answer', 42)
    if (calendar.collection.access !== 'read-write') throw new GraphdavError('forbidden', 'this calendar is read-only')
    return calendar
  }

  /** True: no write reaches Graph. */
  isDown = false

  #calendar(slug: string): Calendar {
    const calendar = this.#calendars.get(slug)
    if (!calendar) throw new Error(`the test has no calendar ${slug}`)
    return calendar
  }

  #reading<T>(slug: string, read: (calendar: Calendar) => T): Promise<T> {
    const calendar = this.#calendar(slug)
    if (calendar.collection.state === 'first-round') {
      return Promise.reject(new UnavailableError('the first round is not complete', 17))
    }
    return Promise.resolve(read(calendar))
  }
}

function collectionOf(calendar: Calendar): Collection {
  return { ...calendar.collection, syncToken: tokenOf(calendar) }
}

function tokenOf(calendar: Calendar): string {
  return `urn:graphdav:sync:${calendar.collection.slug}:${calendar.revision}`
}

function infoOf({ name, uid, etag, size, lastModified }: Resource): ResourceInfo {
  return { name, uid, etag, size, lastModified }
}

function check({ ifMatch, ifNoneMatch }: WriteConditions, now: Resource | undefined): void {
  const names = (tags: readonly string[] | '*'): boolean =>
    now !== undefined && (tags === '*' || tags.includes(now.etag))
  if (ifMatch !== undefined && !names(ifMatch)) throw new ConflictError('the event is another version')
  if (ifNoneMatch !== undefined && names(ifNoneMatch)) throw new ConflictError('there is an event of this name')
}
