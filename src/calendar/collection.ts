// Calendar collections as everyone above the mirror sees them (RFC 4791 §4.2). Types only.

/** May clients change what is in it. */
export type Access = 'read-only' | 'read-write'

/** One calendar collection of a user's home set. */
export interface Collection {
  /** Names it in URLs: `[a-z0-9][a-z0-9-]{0,62}`. */
  readonly slug: string
  readonly displayName: string
  /** `#rrggbb`, or undefined when nobody chose one. */
  readonly color: string | undefined
  readonly access: Access
  /** True for a calendar that a client made: only such a one may be removed. */
  readonly isRemovable: boolean
  /** `first-round` until the mirror is complete for the first time: its content answers 503 then. */
  readonly state: 'ready' | 'first-round'
  /** `urn:graphdav:sync:<epoch>:<revision>`; the ctag is the same (RFC 6578 §3.2). */
  readonly syncToken: string
  /** IANA zone for floating times, e.g. `Europe/Berlin`. */
  readonly timeZone: string
  /** E-mail addresses of the mailbox that the calendar is in, in any case; whose ATTENDEE line is the owner's own. Empty until known. */
  readonly ownerAddresses: readonly string[]
  /** True where that mailbox is another person's or a group's: what is in it does not keep the user busy. */
  readonly isShared: boolean
  /** When the mirror was last in step with Graph, milliseconds; undefined before the first round is complete. */
  readonly lastInStep: number | undefined
}

/** A user as a DAV resource (RFC 3744 §4). */
export interface Principal {
  readonly user: string
  /** E-mail addresses of the mailboxes behind the user's calendars, primary first; empty until they are known. */
  readonly addresses: readonly string[]
  /** True when MKCALENDAR may make calendars for this user. */
  readonly mayCreateCalendars: boolean
}
