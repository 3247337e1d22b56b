// The state of the simulated tenant: mailboxes, calendars, events, and per calendar the journal of changes that delta
// rounds read. Only changes.ts and calendars.ts alter it, through `commit` and the setters here.
import type { TenantClock } from './tenant-clock.ts'
import type { StoredEvent } from './event.ts'
import { eventIdParts, folderId, type IdFamily, type IdParts, type MailboxKeys, mailboxKeysOf } from './ids.ts'
import type { GraphEmailAddress } from '../graph/types.ts'

export interface Mailbox {
  /** A GUID. */
  readonly id: string
  readonly kind: 'user' | 'shared' | 'group'
  readonly displayName: string
  /** User principal name and mail address in one. */
  readonly address: string
  /** Zone label of the mailbox settings. */
  readonly timeZone: string
  /** False: every request to it is 403 ErrorAccessDenied. */
  readonly isReachable: boolean
}

export interface Calendar {
  readonly key: number
  readonly mailbox: string
  /** Key of the calendar group; undefined for mailboxes without groups. */
  readonly group: number | undefined
  readonly name: string
  readonly color: string
  /** Empty when never set. */
  readonly hexColor: string
  readonly isDefault: boolean
  readonly canEdit: boolean
  readonly owner: GraphEmailAddress
  /** A calendar shared by another mailbox: the key of the owner's calendar, whose events it shows under ids of its own. */
  readonly source: number | undefined
  /** Single-value extended properties: normalised id → value. */
  readonly properties: ReadonlyMap<string, string>
  /** Counts how often the id was replaced. */
  readonly idGeneration: number
  readonly version: number
}

export interface CalendarGroup {
  readonly key: number
  readonly mailbox: string
  readonly name: string
  readonly version: number
}

/** One change of one event; both undefined never happens. */
export interface JournalEntry {
  readonly sequence: number
  readonly serial: number
  readonly before: StoredEvent | undefined
  readonly after: StoredEvent | undefined
  /** The change did nothing but delete an occurrence. */
  readonly isOccurrenceDeletion: boolean
}

export interface Mail {
  readonly kind: 'invitation' | 'update' | 'cancellation' | 'accepted' | 'tentativelyAccepted' | 'declined' | 'forward'
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string | null
  readonly at: number
  /** Date of the instance's slot, when the mail is about one only. */
  readonly instance?: string
  readonly comment?: string
}

export class Tenant {
  readonly seed: string
  readonly clock: TenantClock
  readonly mailboxes = new Map<string, Mailbox>()
  readonly calendars = new Map<number, Calendar>()
  readonly groups = new Map<number, CalendarGroup>()
  readonly outbox: Mail[] = []
  #events = new Map<number, StoredEvent>()
  #byCalendar = new Map<number, Map<number, StoredEvent>>()
  #serialOfPart = new Map<string, number>()
  #journal = new Map<number, JournalEntry[]>()
  readonly #keys = new Map<string, MailboxKeys>()
  #sequence = 0
  #lastSerial = 0
  #lastVersion = 0
  #lastKey = 0
  #lastModified = 0

  constructor(seed: string, clock: TenantClock) {
    this.seed = seed
    this.clock = clock
  }

  /** The mailbox that `/me` means: the first one made. */
  get me(): Mailbox {
    const [first] = this.mailboxes.values()
    if (!first) throw new Error('the tenant has no mailbox')
    return first
  }

  /** Number of the newest change. */
  get sequence(): number {
    return this.#sequence
  }

  nextKey(): number {
    this.#lastKey += 1
    return this.#lastKey
  }

  /** The next event's number and the parts of its ids. */
  nextEvent(): { readonly serial: number; readonly ids: IdParts } {
    this.#lastSerial += 1
    return { serial: this.#lastSerial, ids: eventIdParts(this.seed, this.#lastSerial, 0) }
  }

  /** A new version and its time; times never go back, and never repeat within one tenant. */
  nextVersion(): { readonly version: number; readonly modified: number } {
    this.#lastVersion += 1
    this.#lastModified = Math.max(this.clock.now(), this.#lastModified + 1)
    return { version: this.#lastVersion, modified: this.#lastModified }
  }

  /** What the mailbox puts into ids and change keys. */
  keysOf(mailbox: Mailbox): MailboxKeys {
    const keys = this.#keys.get(mailbox.id) ?? mailboxKeysOf(this.seed, mailbox.id)
    this.#keys.set(mailbox.id, keys)
    return keys
  }

  mailboxOf(calendar: Calendar): Mailbox {
    const found = this.mailboxes.get(calendar.mailbox)
    if (!found) throw new Error(`calendar ${calendar.key} has no mailbox`)
    return found
  }

  /** By id or address, in any case. */
  findMailbox(name: string): Mailbox | undefined {
    const wanted = name.toLowerCase()
    return [...this.mailboxes.values()].find((one) => one.id === wanted || one.address.toLowerCase() === wanted)
  }

  calendarsOf(mailbox: Mailbox): readonly Calendar[] {
    return [...this.calendars.values()].filter((calendar) => calendar.mailbox === mailbox.id)
  }

  defaultCalendar(mailbox: Mailbox): Calendar {
    const found = this.calendarsOf(mailbox).find((calendar) => calendar.isDefault)
    if (!found) throw new Error(`mailbox ${mailbox.id} has no default calendar`)
    return found
  }

  calendarId(calendar: Calendar, family: IdFamily): string {
    return folderId(this.seed, `calendar/${calendar.key}/${calendar.idGeneration}`, family)
  }

  groupId(group: CalendarGroup, family: IdFamily): string {
    return folderId(this.seed, `group/${group.key}`, family)
  }

  /** The events of a calendar, oldest first; of a shared one, those of its owner. */
  eventsOf(calendar: Calendar): readonly StoredEvent[] {
    return [...(this.#byCalendar.get(calendar.source ?? calendar.key)?.values() ?? [])]
  }

  event(serial: number): StoredEvent | undefined {
    return this.#events.get(serial)
  }

  /** The event whose ids hold this part. */
  eventWithPart(part: string): StoredEvent | undefined {
    const serial = this.#serialOfPart.get(part)
    const event = serial === undefined ? undefined : this.#events.get(serial)
    return event && (event.ids.default === part || event.ids.immutable === part) ? event : undefined
  }

  /** Stores one change: a new event, a changed one, one that is gone, or one that changed its calendar. */
  commit(before: StoredEvent | undefined, after: StoredEvent | undefined, isOccurrenceDeletion = false): void {
    if (before && before.calendar !== after?.calendar) this.#byCalendar.get(before.calendar)?.delete(before.serial)
    if (before && !after) this.#events.delete(before.serial)
    if (after) this.#put(after)
    const calendars = new Set([before?.calendar, after?.calendar])
    for (const calendar of calendars) {
      if (calendar === undefined) continue
      this.#record(calendar, {
        sequence: this.#sequence + 1,
        serial: (after ?? before)?.serial ?? 0,
        before: before?.calendar === calendar ? before : undefined,
        after: after?.calendar === calendar ? after : undefined,
        isOccurrenceDeletion,
      })
    }
    this.#sequence += 1
  }

  /** The changes of a calendar with `after < sequence <= upTo`, oldest first. */
  changesOf(calendar: Calendar, after: number, upTo: number): readonly JournalEntry[] {
    const entries = this.#journal.get(calendar.source ?? calendar.key) ?? []
    return entries.filter(({ sequence }) => sequence > after && sequence <= upTo)
  }

  #put(event: StoredEvent): void {
    this.#events.set(event.serial, event)
    this.#serialOfPart.set(event.ids.default, event.serial)
    this.#serialOfPart.set(event.ids.immutable, event.serial)
    const list = this.#byCalendar.get(event.calendar) ?? new Map<number, StoredEvent>()
    list.set(event.serial, event)
    this.#byCalendar.set(event.calendar, list)
  }

  #record(calendar: number, entry: JournalEntry): void {
    const entries = this.#journal.get(calendar) ?? []
    entries.push(entry)
    this.#journal.set(calendar, entries)
  }
}
