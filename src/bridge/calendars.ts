// One configured calendar, put together: its mirror, how its events are rendered, what is shown of it, what the poller
// needs to know of it.
import type { Clock } from '../base/clock.ts'
import { codeOf } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { AccountConfiguration, CalendarConfiguration } from '../config/configuration.ts'
import { renderResource, rendererVersion } from '../convert/render.ts'
import type { CalendarSource } from '../graph/calendars.ts'
import type { GraphClient } from '../graph/client.ts'
import { Mirror, type Render } from '../mirror/mirror.ts'
import type { Store } from '../store/store.ts'
import type { Journal } from '../sync/journal.ts'
import type { PolledCalendar } from '../sync/calendar-sync.ts'
import type { LocalKept } from '../sync/write-context.ts'
import type { ServedCalendar } from './backend.ts'
import { sameCalendar } from './check.ts'
import { storedLocalKept } from './local-kept.ts'
import type { WritableCalendar } from './writer.ts'

/** Which slug has a Graph calendar, by its identity: one calendar has one slug. Those made here only look: the configuration's come first. */
export type Identities = Map<string, string>

/** A calendar as it is served: of the configuration, or made here. */
export interface CalendarSettings extends Omit<CalendarConfiguration, 'source'> {
  readonly source: CalendarSource
}

export interface CalendarParts {
  readonly calendar: CalendarSettings
  readonly account: AccountConfiguration
  readonly client: GraphClient
  readonly store: Store
  readonly journal: Journal
  readonly identities: Identities
  /** Whose mailbox the account reads, as far as it is known. */
  readonly mailboxAddress: () => string | undefined
  readonly clock: Clock
  readonly log: Log
}

/** A calendar for those who read it and for the one who keeps it in step. */
export interface ComposedCalendar {
  readonly settings: CalendarSettings
  readonly mirror: Mirror
  readonly served: ServedCalendar
  readonly polled: PolledCalendar
  readonly writable: WritableCalendar
}

/** True for a calendar that was made here, and is not the configuration's. */
export function isMade({ source }: CalendarSettings): boolean {
  return source !== 'default' && 'mark' in source
}

/**
 * True for a calendar that is another person's or a group's: by its owner where both are known, else by how it is named. The
 * default calendar is the mailbox's own.
 */
export function isShared(
  source: CalendarSource,
  owner: string | undefined,
  mailbox: () => string | undefined,
): boolean {
  if (source === 'default') return false
  if ('group' in source) return true
  const own = mailbox()
  if (owner?.includes('@') === true && own?.includes('@') === true) return owner.toLowerCase() !== own.toLowerCase()
  return 'user' in source
}

/** Opens the mirror of a calendar and puts the rest around it. */
export async function composeCalendar(parts: CalendarParts): Promise<ComposedCalendar> {
  const { calendar, account, client, store, journal, clock, log } = parts
  const { slug, source, track, window } = calendar
  const known: Known = { timeZone: account.timeZone, color: undefined, addresses: [] }
  const kept = await storedLocalKept(store, slug)
  const render = renderer(slug, known, kept, log)
  const mirror = await openMirror({ store, slug, render, rendererVersion, log, clock })
  const { binding } = mirror.state()
  known.timeZone ??= binding?.timeZone
  known.color = binding?.color ?? undefined
  known.addresses = addressesOf(binding?.owner)
  return {
    settings: calendar,
    mirror,
    writable: { mirror, kept, invitations: calendar.invitations },
    served: {
      slug,
      access: calendar.access,
      mirror,
      displayName: () => calendar.name ?? mirror.state().binding?.name ?? slug,
      color: () => calendar.color ?? known.color,
      timeZone: () => known.timeZone ?? 'UTC',
      isShared: () => isShared(source, mirror.state().binding?.owner, parts.mailboxAddress),
    },
    polled: {
      slug,
      client,
      mailbox: account.mailbox,
      source,
      track,
      window,
      mirror,
      timeZone: account.timeZone,
      withheld: (series) => journal.isOpen(slug, series),
      onRound: () => journal.giveUpOld(slug),
      onResolved: ({ calendar: found, timeZone }) => {
        claim(parts.identities, `${client.host} ${found.mailbox} ${found.id}`, calendar)
        known.timeZone = timeZone
        known.color = found.color
        known.addresses = addressesOf(found.owner.address)
      },
    },
  }
}

/** What Graph says about a calendar beside its events; from before the start until it was asked. */
interface Known {
  timeZone: string | undefined
  color: string | undefined
  addresses: readonly string[]
}

function addressesOf(owner: string | undefined): readonly string[] {
  return owner?.includes('@') === true ? [owner] : []
}

function renderer(slug: string, known: Known, kept: LocalKept, log: Log): Render {
  return (group) => {
    const localKept = kept.get(group.uid)
    const { losses, ...rendered } = renderResource(
      { ...group, localKept },
      {
        mailboxZone: known.timeZone ?? 'UTC',
        addresses: known.addresses,
      },
    )
    if (losses.length > 0)
      log.warn('event shown otherwise than Graph has it', { calendar: slug, uid: group.uid, losses })
    return rendered
  }
}

// A damaged mirror is no loss: it is put aside and read again from Graph.
async function openMirror(options: Parameters<typeof Mirror.open>[0]): Promise<Mirror> {
  try {
    return await Mirror.open(options)
  } catch (error) {
    if (codeOf(error) !== 'store-broken') throw error
    const reason = error instanceof Error ? error.message : ''
    options.log.warn('damaged mirror put aside; the calendar is read again', { calendar: options.slug, reason })
    await options.store.setAside(options.slug)
    return Mirror.open(options)
  }
}

function claim(identities: Identities, identity: string, settings: CalendarSettings): void {
  const { slug } = settings
  const other = identities.get(identity)
  if (other !== undefined && other !== slug) throw sameCalendar(other)
  if (isMade(settings)) return
  for (const [old, owner] of identities) if (owner === slug) identities.delete(old)
  identities.set(identity, slug)
}
