// The configuration as the program uses it: checked, with defaults, durations in milliseconds, paths absolute. Types only.
import type { ConfigurationProblem } from '../base/errors.ts'
import type { ListenAddress } from './address.ts'

export interface Configuration {
  /** The file it was read from, absolute. */
  readonly file: string
  readonly server: ServerConfiguration
  /** The data folder, absolute. */
  readonly store: { readonly kind: 'file'; readonly path: string }
  readonly accounts: ReadonlyMap<string, AccountConfiguration>
  /** By slug, in the order of the file. */
  readonly calendars: ReadonlyMap<string, CalendarConfiguration>
  /** All feeds, those of one calendar under its slug first; each token once. */
  readonly feeds: readonly FeedConfiguration[]
  readonly users: ReadonlyMap<string, UserConfiguration>
  readonly sync: SyncConfiguration
  /** Where alerts are sent; undefined: nowhere. */
  readonly alerts: { readonly url: string } | undefined
  /** `format` is undefined when the file does not say: pretty on a terminal, else json. */
  readonly log: {
    readonly level: 'error' | 'warn' | 'info' | 'debug'
    readonly format: 'pretty' | 'json' | undefined
  }
  /** `GRAPHDAV_SECRET` of the environment: encrypts the sign-ins that are kept; undefined: they are kept in the clear. */
  readonly secret: string | undefined
  /** What works, and still deserves a sentence. */
  readonly warnings: readonly ConfigurationProblem[]
}

export interface ServerConfiguration {
  readonly listen: ListenAddress
  /** Without a slash at the end; undefined: the request's own origin. */
  readonly publicUrl: string | undefined
  readonly trustProxy: boolean | readonly string[]
  /** Absolute paths of PEM files. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined
}

export interface AccountConfiguration {
  readonly name: string
  /** Graph's root without version and without a slash at the end. */
  readonly graphUrl: string
  /** `me`, or a user principal name or id. */
  readonly mailbox: string
  /** IANA zone for floating times; undefined: the mailbox's own, else UTC. */
  readonly timeZone: string | undefined
  /** The access token, or the absolute path of the file it is read from whenever it changes. */
  readonly auth: { readonly token: string } | { readonly tokenFile: string } | ApplicationAuth | DelegatedAuth
}

/** A person signs in once, with a code on another device or in the browser. */
export interface DelegatedAuth {
  readonly flow: 'device-code' | 'auth-code'
  /** The sign-in service with the tenant, without a slash at the end. */
  readonly authority: string
  readonly clientId: string
  /** Of an application that Entra knows as a web server; undefined: it keeps no secret. */
  readonly clientSecret: string | undefined
  /** First instant at which it is worth nothing, milliseconds; undefined: nobody said. */
  readonly secretEnds: number | undefined
  /** `https://<graph of the cloud>`, whose rights are asked for. */
  readonly resource: string
  /** Absolute path; undefined: the machine's own certificate authorities. */
  readonly caFile: string | undefined
}

/** An application that signs in by itself, with a secret or a certificate. */
export interface ApplicationAuth {
  /** The sign-in service with the tenant, without a slash at the end. */
  readonly authority: string
  readonly clientId: string
  /** `https://<graph of the cloud>/.default`. */
  readonly scope: string
  /** Certificate and key: PEM, or the absolute path of a PEM file. */
  readonly credential: { readonly clientSecret: string } | { readonly certificate: string; readonly privateKey: string }
  /** First instant at which the secret is worth nothing, milliseconds; undefined: nobody said, or it is a certificate. */
  readonly secretEnds: number | undefined
  /** Absolute path; undefined: the machine's own certificate authorities. */
  readonly caFile: string | undefined
}

/** Which Graph calendar, in the account's mailbox unless it says otherwise. */
export type CalendarSource =
  | 'default'
  | { readonly id: string }
  | { readonly name: string }
  | { readonly group: string }
  | { readonly user: string; readonly id: string }
  | { readonly user: string; readonly name: string }
  | { readonly calendarGroup: string; readonly name: string }

/** The span a calendar tracks: rolling, in milliseconds around now; or fixed, RFC 3339 texts as written. */
export type CalendarWindow =
  | { readonly kind: 'rolling'; readonly pastMs: number; readonly futureMs: number }
  | { readonly kind: 'fixed'; readonly from: string; readonly to: string }

export interface CalendarConfiguration {
  readonly slug: string
  readonly account: string
  readonly source: CalendarSource
  /** Undefined: Graph's name. */
  readonly name: string | undefined
  /** `#rrggbb`; undefined: Graph's colour. */
  readonly color: string | undefined
  readonly access: 'read-only' | 'read-write'
  /** Which writes may make Exchange mail other people. */
  readonly invitations: 'send' | 'respond-only' | 'never'
  /** `all`: every event, where Graph tells the changes of whole calendars; else it falls back to the window. */
  readonly track: 'window' | 'all'
  readonly window: CalendarWindow
}

export interface FeedConfiguration {
  readonly name: string
  readonly token: string
  readonly calendars: readonly string[]
  readonly detail: 'full' | 'titles' | 'busy'
  readonly private: 'busy' | 'hide' | 'show'
  readonly reminders: boolean
  readonly attendees: boolean
  readonly hide: {
    readonly declined: boolean
    readonly free: boolean
    readonly categories: readonly string[]
    readonly title: RegExp | null
  }
  /** First instant at which the link is dead, milliseconds. */
  readonly expires: number | undefined
}

export interface UserConfiguration {
  readonly name: string
  /** `scrypt$…` or a plain password. */
  readonly password: string
  /** In the order of `calendars` in the file. */
  readonly calendars: readonly { readonly slug: string; readonly access: 'read-only' | 'read-write' }[]
  /** The account that this user may make calendars in; undefined: none. */
  readonly create: string | undefined
}

export interface SyncConfiguration {
  readonly intervalMs: number
  readonly maxStalenessMs: number
  readonly staleMs: number
  readonly pageSize: number
  readonly brake: { readonly removals: number; readonly share: number }
}
