// The CalendarBackend over the mirrors: what CalDAV and the feeds read, and write through. Knows which user sees which calendar; asks the poller
// for news and nobody else.
import { NotFoundError, UnavailableError } from '../base/errors.ts'
import type { CalendarBackend, NewCollection } from '../calendar/backend.ts'
import type { Access, Collection } from '../calendar/collection.ts'
import type { Mirror } from '../mirror/mirror.ts'
import type { Writer } from './writer.ts'

/** One configured calendar, with what is shown of it beside its events. */
export interface ServedCalendar {
  readonly slug: string
  readonly access: Access
  readonly mirror: Mirror
  /** As configured, else as Graph has it, else the slug. */
  displayName(): string
  color(): string | undefined
  /** IANA zone for floating times. */
  timeZone(): string
  /** True for a calendar of somebody else than the account's mailbox. */
  isShared(): boolean
}

/** A user with the calendars of theirs, in the order of the configuration. */
export interface ServedUser {
  readonly calendars: readonly { readonly slug: string; readonly access: Access }[]
}

/** Calendars that users make and remove (made-calendars.ts). */
export interface Making {
  mayCreate(user: string): boolean
  isRemovable(user: string, slug: string): boolean
  create(wanted: NewCollection): Promise<void>
  remove(user: string, slug: string): Promise<void>
}

export interface BackendOptions {
  readonly calendars: Pick<ReadonlyMap<string, ServedCalendar>, 'get'>
  readonly users: Pick<ReadonlyMap<string, ServedUser>, 'get'>
  readonly writer: Writer
  readonly made: Making
  /** Gives a calendar another name in Outlook; false when it does not take it. */
  rename(slug: string, displayName: string): Promise<boolean>
  /** Starts a round when the last one is too old, and waits briefly. Never throws. */
  freshen(slug: string): Promise<void>
}

/** Until the first round of a calendar is complete. */
const retryAfterSeconds = 15

export function createBackend(options: BackendOptions): CalendarBackend {
  const { calendars, users, made } = options
  const served = (slug: string): ServedCalendar => {
    const calendar = calendars.get(slug)
    if (calendar === undefined) throw new NotFoundError('there is no calendar of this name')
    return calendar
  }
  const complete = (slug: string): Mirror => {
    const { mirror } = served(slug)
    if (mirror.state().isReady) return mirror
    throw new UnavailableError(
      'this calendar is being read for the first time; ask again in a moment',
      retryAfterSeconds,
    )
  }
  return {
    principal: async (user) => {
      const known = users.get(user)
      if (known === undefined) return undefined
      const addresses = new Set(known.calendars.flatMap(({ slug }) => ownerAddresses(served(slug))))
      return { user, addresses: [...addresses], mayCreateCalendars: made.mayCreate(user) }
    },
    collections: async (user) =>
      (users.get(user)?.calendars ?? []).map(({ slug, access }) =>
        collectionOf(served(slug), access, made.isRemovable(user, slug)),
      ),
    collection: async (slug) => {
      const calendar = calendars.get(slug)
      return calendar && collectionOf(calendar, calendar.access, false)
    },
    list: async (slug) => complete(slug).list(),
    touching: async (slug, range) => complete(slug).touching(range),
    read: async (slug, names) => complete(slug).read(names),
    readingOrder: async (slug, names) => complete(slug).readingOrder(names),
    changesSince: async (slug, syncToken) => complete(slug).changesSince(syncToken),
    freshen: (slug) => options.freshen(slug),
    put: (put) => options.writer.put(put),
    remove: (removal) => options.writer.remove(removal),
    move: (move) => options.writer.move(move),
    createCollection: (wanted) => made.create(wanted),
    removeCollection: (user, slug) => made.remove(user, slug),
    renameCollection: async (user, slug, displayName) => {
      const access = users.get(user)?.calendars.find((calendar) => calendar.slug === slug)?.access
      return access === 'read-write' && (await options.rename(slug, displayName))
    },
  }
}

function collectionOf(calendar: ServedCalendar, access: Access, isRemovable: boolean): Collection {
  const { syncToken, isReady, lastInStep } = calendar.mirror.state()
  return {
    slug: calendar.slug,
    displayName: calendar.displayName(),
    color: calendar.color(),
    access,
    isRemovable,
    state: isReady ? 'ready' : 'first-round',
    syncToken,
    timeZone: calendar.timeZone(),
    ownerAddresses: ownerAddresses(calendar),
    isShared: calendar.isShared(),
    lastInStep,
  }
}

function ownerAddresses({ mirror }: ServedCalendar): readonly string[] {
  const owner = mirror.state().binding?.owner ?? ''
  return owner.includes('@') ? [owner] : []
}
