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

/** What a client demands of a resource before it is changed (RFC 9110 §13.1.1, §13.1.2). ETags are not quoted. */
export interface WriteConditions {
  /** It is one of these; `*`: it is there. Undefined: no such demand. */
  readonly ifMatch: readonly string[] | '*' | undefined
  /** It is none of these; `*`: it is not there. Undefined: no such demand. */
  readonly ifNoneMatch: readonly string[] | '*' | undefined
}

/** Whose resource is to be changed, and on which conditions. */
interface Change {
  readonly user: string
  readonly slug: string
  readonly name: string
  readonly conditions: WriteConditions
  /** False when the client asked for no reply to the organizer (`Schedule-Reply: F`, RFC 6638 §8.1). */
  readonly mayReply: boolean
}

/** A calendar object to be stored (RFC 4791 §5.3.2). */
export interface Put extends Change {
  /** As the client sent it, decoded from UTF-8; not yet parsed. */
  readonly text: string
}

/** A resource to be removed. */
export type Removal = Change

/** A resource to be taken to another calendar of the same user (RFC 4918 §9.9). */
export interface Move extends Change {
  readonly to: { readonly slug: string; readonly name: string }
  /** True when what is there already may be replaced. */
  readonly mayReplace: boolean
}

/** What was stored. */
export interface Written {
  readonly kind: 'created' | 'updated'
  readonly name: string
  readonly etag: string
  /** True when the resource's text now is the text that was sent, byte for byte: only then the client may keep its own (RFC 4791 §5.3.4). */
  readonly isVerbatim: boolean
}

/** A calendar to be made (RFC 4791 §5.3.1, RFC 5689). */
export interface NewCollection {
  readonly user: string
  readonly slug: string
  /** Undefined: the slug is its name. */
  readonly displayName: string | undefined
}

/**
 * The calendars, read and written. Slugs given are those of `collections(user)`: the caller checks that a calendar is the
 * user's. Methods that read a collection in state `first-round` throw `UnavailableError`. Nothing here waits for Graph
 * except `freshen`, `put`, `remove`, `move` and what is done with whole collections. ETags are never quoted here.
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
  /** The same names in the order in which reading them in batches costs least: for whoever reads a whole calendar. */
  readingOrder(slug: string, names: readonly string[]): Promise<readonly string[]>
  /** What changed since a token that a client kept; an empty token means since nothing: everything. */
  changesSince(slug: string, syncToken: string): Promise<Changes>
  /**
   * Called before a request that asks for news (ctag, sync-token, sync-collection, calendar-query): starts a round when
   * the last one is older than `maxStaleness`, and waits for it at most two seconds. Never throws, whatever Graph does.
   */
  freshen(slug: string): Promise<void>
  /**
   * Stores a calendar object in Graph; resolves when Graph has it and the mirror shows it. Throws `IcalError` (text that cannot
   * be read, or is no calendar object), `UnsupportedError` (Graph cannot hold it), `ConflictError` (a condition does not
   * hold, or Graph is newer), `UidConflictError`, `UnavailableError`, and `GraphdavError` with `forbidden` (read-only, or mail
   * that may not be sent) or `too-large`.
   */
  put(put: Put): Promise<Written>
  /** Removes a resource from Graph; throws as `put` does, and `NotFoundError`. */
  remove(removal: Removal): Promise<void>
  /** Takes a resource to another calendar; throws as `put` does, and `NotFoundError`. */
  move(move: Move): Promise<'created' | 'updated'>
  /**
   * Makes a calendar in the account that the user may make calendars in, `forbidden` when there is none; it is ready when this resolves,
   * or says that its first round failed. Throws `ConflictError` when its slug is another calendar's, and `UnavailableError`: then the same
   * again finishes it.
   */
  createCollection(collection: NewCollection): Promise<void>
  /** Removes a calendar that `createCollection` made, with all its events; `forbidden` for any other. */
  removeCollection(user: string, slug: string): Promise<void>
  /**
   * Gives a calendar another name in Graph. False when its name is the configuration's or the user may not write: then the
   * name is the user's own matter.
   */
  renameCollection(user: string, slug: string, displayName: string): Promise<boolean>
}
