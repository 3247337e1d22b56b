// Where a calendar's mirror, the users' own data and the plan journal are kept. The interface and the promises that every
// store keeps (memory, files, later PostgreSQL); test/store/contract.ts holds each of them to its word. Types only.

/** What is known of a resource without its text. Times are milliseconds. */
export interface StoredResource {
  /** Last path segment, ending `.ics`; unique among the resources of a calendar. */
  readonly name: string
  /** Strong entity tag without quotes: a hash of the text. */
  readonly etag: string
  /** Octets of the text in UTF-8. */
  readonly size: number
  readonly lastModified: number
  /** No instance starts before. */
  readonly first: number
  /** No instance ends after; null: endless. */
  readonly last: number | null
  /** The number in the change log of the last change of this text; never above the head's. */
  readonly revision: number
}

/** What is known of one of Graph's series without its JSON. */
export interface StoredSeries {
  /** Id of the single event or of the master. */
  readonly key: string
  readonly changeKey: string
  /** Ids of its exceptions. */
  readonly exceptionIds: readonly string[]
  /** Hash of its JSON: input that was seen before is recognised without reading it. */
  readonly hash: string
  /** RFC 3339: who came first when two claim one UID. */
  readonly created: string
  /** UIDs that it asks for, the dearest first; beyond them it has one of its own, made of its key. */
  readonly claims: readonly string[]
  /** The client's file name, or null. */
  readonly keptName: string | null
  /** That claim which it shares with others: it is one occurrence of a series whose other occurrences are events of their own. */
  readonly sharedUid: string | null
}

/** The index entry of one UID. */
export interface Entry {
  readonly uid: string
  readonly series: readonly StoredSeries[]
  /** Null: these series could not be rendered yet, so there is nothing to show. */
  readonly resource: StoredResource | null
  /** Why the series as they are now could not be rendered (the text is then the last good one); null when they could. */
  readonly failure: string | null
}

/** All that is kept of one UID. */
export interface StoredRecord {
  readonly entry: Entry
  /** The resource's text; null exactly when `entry.resource` is. */
  readonly text: string | null
  /** Graph's JSON, in the order of `entry.series`; opaque here. */
  readonly series: readonly unknown[]
}

/** A remembered deletion: this name was a resource until `revision`. */
export interface Tombstone {
  readonly uid: string
  readonly name: string
  readonly revision: number
  /** When it was removed, milliseconds. */
  readonly at: number
}

/** Where the chain of rounds stands. It may move alone, without a new generation. */
export interface Progress {
  /** JSON of the caller; null: a new chain has to begin. */
  readonly cursor: unknown
  /** When the calendar was last in step with Graph, milliseconds; null: never, its content is not complete. */
  readonly lastInStep: number | null
}

/** A calendar's store as of one commit. */
export interface Head {
  /** 96 random bits in hex; another one means other content, and no sync token of the old one holds. */
  readonly epoch: string
  /** Counts the commits that changed more than the progress: what a commit is compared with. */
  readonly generation: number
  /** Head of the change log: moves only when a resource's text, or what is there, did. */
  readonly revision: number
  /** Below this revision deletions may be forgotten: no difference can be told from there. */
  readonly floor: number
  /** Version of the renderer that made the texts. */
  readonly renderer: number
  /** JSON of the caller: which of Graph's calendars this is; null until it is known. */
  readonly binding: unknown
  /** JSON of the caller: what the rounds want to remember; null until there is something. */
  readonly notes: unknown
  readonly progress: Progress
}

/** A calendar at one generation, in no order. A tombstone's name may be live again: then it says nothing. */
export interface Snapshot {
  readonly head: Head
  readonly entries: readonly Entry[]
  readonly tombstones: readonly Tombstone[]
}

/** What a reader that stands at an older revision has missed. Texts only: records without a new text are not in it. */
export type StoredChanges =
  | ({ readonly kind: 'changes' } & Snapshot)
  /** The revision is above the head or below the floor. */
  | { readonly kind: 'unknown-revision' }

/** One atomic change. What is left out stays as it is. */
export interface Commit {
  /** The generation that this change was worked out on. */
  readonly expectedGeneration: number
  /** From `lease`. */
  readonly fence: number
  /** Written in place of what the UID had. */
  readonly upserts?: readonly StoredRecord[]
  /** UIDs whose record goes. One that is not there is nothing. */
  readonly removals?: readonly string[]
  readonly tombstones?: readonly Tombstone[]
  /** The change log's new head, never lower than the old one. */
  readonly revision?: number
  readonly renderer?: number
  readonly binding?: unknown
  readonly notes?: unknown
  readonly progress?: Progress
}

/** `stale`: somebody else committed first, or holds the lease now; nothing was written. */
export type CommitResult = { readonly kind: 'committed'; readonly head: Head } | { readonly kind: 'stale' }

/** The start of a calendar's store. */
export interface Beginning {
  readonly fence: number
  /** Epoch of the store that this one replaces (it is kept aside); null: there must be none. */
  readonly replaces: string | null
  readonly epoch: string
  readonly renderer: number
  readonly binding: unknown
}

/** Kinds of documents: `users` per-user data, `journal` plans of writes, `kept` what only this server keeps of events. */
export type DocumentKind = 'users' | 'journal' | 'kept'

/** A keyed JSON value. Versions count from 1. */
export interface StoredDocument {
  readonly version: number
  readonly value: unknown
}

/** Deletions are remembered this long at least. */
export const tombstoneRetentionMs = 400 * 24 * 60 * 60 * 1000

/**
 * Promises. A commit is there completely or not at all, whatever happens in between; after it has returned it is there for
 * ever and every handle sees it. A reader sees one generation, never a mixture, and never waits for a commit. Nothing that
 * cannot be read becomes an empty answer: the methods throw `GraphdavError` with code `store-broken` (damaged; the message
 * says how to rebuild), `store-format` (written by a newer program), `store-io` (disk full, no permission …; nothing or
 * everything of a commit happened, so read the head again). Calendars are slugs. What is returned is not to be changed.
 */
export interface Store {
  /** The newest head, or undefined when nothing was begun. Cheap. */
  head(calendar: string): Promise<Head | undefined>
  /** Everything but contents, at one generation; undefined when nothing was begun. */
  snapshot(calendar: string): Promise<Snapshot | undefined>
  /** Entries and tombstones of later revisions, with the newest head; undefined when nothing was begun. */
  changesSince(calendar: string, revision: number): Promise<StoredChanges | undefined>
  /** Records by UID, newest state; UIDs that are not there are left out. */
  read(calendar: string, uids: readonly string[]): Promise<ReadonlyMap<string, StoredRecord>>
  /** An empty store with a new epoch; the one it replaces is kept aside (only the last one is). */
  begin(calendar: string, beginning: Beginning): Promise<CommitResult>
  /**
   * Compare and set. Costs in proportion to what it changes, not to what is there. Progress alone is written alone and
   * leaves the generation; equal progress is not written at all. Tombstones older than the retention may go, and the
   * floor rises with them.
   */
  commit(calendar: string, commit: Commit): Promise<CommitResult>
  /** Puts away whatever is stored for a calendar, unread (the cure for `store-broken`); then `begin` works again. */
  setAside(calendar: string): Promise<void>

  /** The right to write, for `ttlMs`: a fencing number greater than all before; undefined while another holds it. */
  lease(calendar: string, ttlMs: number): Promise<number | undefined>
  /** Prolongs a lease; false when another one has been given out since. */
  renew(calendar: string, fence: number, ttlMs: number): Promise<boolean>
  /** Gives a lease back; one that was superseded or given back is nothing. */
  release(calendar: string, fence: number): Promise<void>

  /** Adds a record to what a new chain has collected; it is kept when this resolves, and dropped whole when it does not. */
  stage(calendar: string, record: unknown): Promise<void>
  /** The records in the order of their adding; nothing when there are none. Gone with the epoch. */
  staged(calendar: string): AsyncIterable<unknown>
  /** Forgets all staged records; at once or not at all. */
  dropStaged(calendar: string): Promise<void>

  readDocument(kind: DocumentKind, key: string): Promise<StoredDocument | undefined>
  /** Writes when the stored version is the expected one (0: not there); the new version, or `stale`. */
  writeDocument(kind: DocumentKind, key: string, expectedVersion: number, value: unknown): Promise<number | 'stale'>
  /** Removes when the stored version is the expected one; whether it did. */
  removeDocument(kind: DocumentKind, key: string, expectedVersion: number): Promise<boolean>
  /** The keys of a kind, sorted. */
  documentKeys(kind: DocumentKind): Promise<readonly string[]>
}
