// The calendars that are served, by slug: those of the configuration, and those made here, which come and go while it runs.
import type { Log } from '../base/log.ts'
import { defaultWindow } from '../config/assemble.ts'
import type { AccountConfiguration, Configuration } from '../config/configuration.ts'
import type { GraphClient } from '../graph/client.ts'
import type { Poller } from '../sync/poller.ts'
import {
  composeCalendar,
  isMade,
  type CalendarParts,
  type CalendarSettings,
  type ComposedCalendar,
} from './calendars.ts'
import { markOf, type MadeRecord, type MadeRecords } from './made-records.ts'
import type { Serving } from './made-search.ts'
import { forgetProperties } from './user-properties.ts'

export interface RosterOptions {
  readonly shared: Omit<CalendarParts, 'calendar' | 'account' | 'client' | 'mailboxAddress'>
  readonly accounts: Pick<ReadonlyMap<string, AccountConfiguration>, 'get'>
  readonly clients: Pick<ReadonlyMap<string, GraphClient>, 'get'>
}

/** A calendar made here, where nobody says otherwise; docs/clients.md tells people of it. */
function settingsOf({ slug, account, user, id }: MadeRecord): CalendarSettings {
  return {
    slug,
    account,
    source: { mark: markOf({ user, slug }), id: id ?? undefined },
    name: undefined,
    color: undefined,
    access: 'read-write',
    invitations: 'send',
    track: 'window',
    window: defaultWindow,
  }
}

export class Roster {
  readonly #options: RosterOptions
  readonly #bySlug = new Map<string, ComposedCalendar>()

  constructor(options: RosterOptions) {
    this.#options = options
  }

  /** In the order of their coming. A live view. */
  get calendars(): ReadonlyMap<string, ComposedCalendar> {
    return this.#bySlug
  }

  /** Through whom Graph is asked about the calendars of an account; undefined when it is not configured (any more). */
  reach(name: string): { readonly client: GraphClient; readonly mailbox: string } | undefined {
    const { accounts, clients } = this.#options
    const [account, client] = [accounts.get(name), clients.get(name)]
    return account && client && { client, mailbox: account.mailbox }
  }

  /** Opens a calendar's mirror; nothing when its account is not configured (any more). */
  async add(settings: CalendarSettings): Promise<ComposedCalendar | undefined> {
    const { shared, accounts, clients } = this.#options
    const [account, client] = [accounts.get(settings.account), clients.get(settings.account)]
    if (account === undefined || client === undefined) return undefined
    const mailboxAddress = (): string | undefined => this.addressOf(settings.account)
    const composed = await composeCalendar({ ...shared, calendar: settings, account, client, mailboxAddress })
    this.#bySlug.set(settings.slug, composed)
    return composed
  }

  /** Opens a calendar that was made here. */
  addMade(record: MadeRecord): Promise<ComposedCalendar | undefined> {
    return this.add(settingsOf(record))
  }

  /** Whose mailbox an account reads, as far as its own calendars show it. */
  addressOf(account: string): string | undefined {
    const owners = [...this.#bySlug.values()].flatMap(({ settings, mirror }) => {
      const { account: name, source } = settings
      const isOwn = source === 'default' || !('user' in source || 'group' in source)
      const owner = mirror.state().binding?.owner ?? ''
      return name === account && isOwn && owner !== '' ? [{ isDefault: source === 'default', owner }] : []
    })
    // Among the others may be one that somebody shares.
    return (owners.find(({ isDefault }) => isDefault) ?? owners[0])?.owner
  }

  /** How calendars come and go while the poller runs. */
  serving(poller: Poller): Serving {
    return {
      has: (slug) => this.#made(slug) !== undefined,
      isConfigured: (id) => [...this.#bySlug.values()].some((one) => !isMade(one.settings) && isBoundTo(one, id)),
      open: async (record) => {
        const composed = await this.addMade(record)
        if (composed !== undefined) poller.add(composed.polled)
      },
      firstRound: (slug) =>
        poller.syncNow(slug).then(
          () => undefined,
          () => undefined,
        ),
      drop: (record) => this.#drop(record, poller),
      isLost: (slug) => {
        const error = this.#made(slug) && poller.status(slug).lastError
        return error?.code === 'not-found' || error?.code === 'configuration'
      },
    }
  }

  #made(slug: string): ComposedCalendar | undefined {
    const composed = this.#bySlug.get(slug)
    return composed && isMade(composed.settings) ? composed : undefined
  }

  async #drop({ slug, user }: MadeRecord, poller: Poller): Promise<void> {
    const { store, journal } = this.#options.shared
    const made = this.#made(slug)
    // The configuration's calendar of this name keeps what is kept under it.
    if (made === undefined && this.#bySlug.has(slug)) return
    if (made !== undefined) {
      await poller.remove(slug)
      this.#bySlug.delete(slug)
      await made.mirror.close()
    }
    await store.setAside(slug)
    await journal.forgetCalendar(slug)
    await forgetProperties(store, user, slug)
    const kept = await store.readDocument('kept', slug)
    if (kept !== undefined) await store.removeDocument('kept', slug, kept.version)
  }
}

function isBoundTo({ mirror }: ComposedCalendar, id: string): boolean {
  return mirror.state().binding?.calendarId === id
}

/** Opens all calendars there are. The configuration's come first: a name that it has taken since is its own. */
export async function openCalendars(
  { calendars, users }: Pick<Configuration, 'calendars' | 'users'>,
  { roster, records, log }: { readonly roster: Roster; readonly records: MadeRecords; readonly log: Log },
): Promise<void> {
  for (const calendar of calendars.values()) await roster.add(calendar)
  for (const record of records.all()) {
    const { slug, user, account, state } = record
    if (state !== 'made' || !users.has(user)) continue
    const isShown = !calendars.has(slug) && (await roster.addMade(record)) !== undefined
    const reason = calendars.has(slug) ? 'the configuration has this name' : 'its account is not configured'
    if (!isShown) log.warn('calendar that was made here is not shown', { calendar: slug, user, account, reason })
  }
}
