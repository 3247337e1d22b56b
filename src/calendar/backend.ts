// What CalDAV, the feeds and the web page need from below: one interface, owned by its readers. The protocol code knows
// nothing of Graph, mirror or store. Types only.
import type { Collection, Principal } from './collection.ts'
import type { Resource, ResourceInfo } from './resource.ts'
import type { TimeRange } from '../ical/object.ts'

/** The difference between a sync token and now (RFC 6578 §3.5): each name once, in no order. */
export type Changes =
  | {
      readonly kind: 'changes'
      /** The token that the next request brings. */
      readonly syncToken: string
      readonly changed: readonly ResourceInfo[]
      /** Names that are gone. */
      readonly removed: readonly string[]
    }
  /** The token is of another epoch, above the head, or older than what is remembered. */
  | { readonly kind: 'invalid-token' }

/** What the writing side answers; a refusal is thrown as one of the errors of `base/errors.ts`. */
export interface Written {
  readonly kind: 'created' | 'updated'
  readonly name: string
  readonly etag: string
}

/**
 * The calendars, read and written. Slugs given are those of `collections(user)`: the caller checks that a calendar is the
 * user's. Methods that read a collection in state `first-round` throw `UnavailableError`. Nothing here waits for Graph
 * except `freshen`, `put` and `remove`. ETags are never quoted here.
 */
export interface CalendarBackend {
  /** The user as a principal; undefined for an unknown user. */
  principal(user: string): Promise<Principal | undefined>
  /** The user's collections, in the order of the configuration, those in `first-round` included; empty for an unknown user. */
  collections(user: string): Promise<readonly Collection[]>
  /** A collection by slug for a reader without a user (a feed); undefined when not configured. */
  collection(slug: string): Promise<Collection | undefined>
  /** All resources of a collection at one revision, sorted by UID. */
  list(slug: string): Promise<readonly ResourceInfo[]>
  /** Those whose instances may touch the range: never too few, sometimes too many. */
  touching(slug: string, range: TimeRange): Promise<readonly ResourceInfo[]>
  /** The named resources with their texts, in the order asked; names that are not there are left out. */
  read(slug: string, names: readonly string[]): Promise<readonly Resource[]>
  /** What changed since a token that a client kept; an empty token means since nothing: everything. */
  changesSince(slug: string, syncToken: string): Promise<Changes>
  /**
   * Called before a request that asks for news (ctag, sync-token, sync-collection, calendar-query): starts a round when
   * the last one is older than `maxStaleness`, and waits for it at most two seconds. Never throws, whatever Graph does.
   */
  freshen(slug: string): Promise<void>
  /** Stores a calendar object; not possible yet: throws `GraphdavError` with code `forbidden`. */
  put(slug: string, name: string, text: string): Promise<Written>
  /** Removes a resource; not possible yet: throws `GraphdavError` with code `forbidden`. */
  remove(slug: string, name: string): Promise<void>
}
