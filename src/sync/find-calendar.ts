// Which of Graph's calendars a slug shows, and what it is called there: found at the start and when it is lost,
// looked at again now and then, because people rename and recolour calendars.
import { ianaOfLabel } from '../convert/zones.ts'
import { GraphError, sentenceOf } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import {
  lookAtCalendar,
  resolveCalendar,
  type CalendarSource,
  type KnownCalendar,
  type ResolvedCalendar,
} from '../graph/calendars.ts'
import type { GraphClient } from '../graph/client.ts'
import { mailboxZone } from '../graph/mailbox.ts'
import { isSameCalendar, type Binding } from '../mirror/binding.ts'
import type { Mirror } from '../mirror/mirror.ts'

export interface FoundCalendar {
  readonly calendar: ResolvedCalendar
  /** IANA name. */
  readonly timeZone: string
}

/** What is looked for, and who wants to know. */
export interface Sought {
  readonly client: GraphClient
  /** `me`, or a user principal name or id. */
  readonly mailbox: string
  readonly source: CalendarSource
  readonly mirror: Mirror
  /** IANA zone for floating times; undefined: the mailbox's own where it may be read, else as last known, else UTC. */
  readonly timeZone: string | undefined
  /** Called when the calendar was found, before its first round and whenever it was found or looked at again. */
  readonly onResolved?: (found: FoundCalendar) => void | Promise<void>
}

interface Attention {
  readonly signal: AbortSignal | undefined
  readonly log: Log
}

/**
 * Finds the calendar and binds the mirror to it. One that the configuration knows by a name that it had stays found after it
 * was renamed. Throws `NotFoundError` or `GraphError`.
 */
export async function findCalendar(sought: Sought, { signal, log }: Attention): Promise<FoundCalendar> {
  const { client, mailbox, source, mirror } = sought
  const name = soughtName(source)
  const calendar = await resolveCalendar({ client, signal }, mailbox, source, knownOf(mirror.state().binding, name))
  if (name !== undefined && name.toLowerCase() !== calendar.name.toLowerCase())
    log.warn('calendar has another name in Outlook now; write it into the configuration', { name: calendar.name })
  return bind(calendar, sought, signal)
}

function soughtName(source: CalendarSource): string | undefined {
  return source !== 'default' && 'name' in source ? source.name : undefined
}

// Only a calendar that was found by this name has been meant by it; older bindings have noted no more than the calendar's own.
function knownOf(binding: Binding | null, name: string | undefined): KnownCalendar | undefined {
  if (binding === null) return undefined
  const isMeant = name !== undefined && (binding.soughtName ?? binding.name) === name
  const { calendarId, owner } = binding
  return { id: isMeant ? calendarId : undefined, ownerAddress: owner, name: binding.name, isDefault: false }
}

/**
 * The found calendar as it is now, one request, and one more for the mailbox's zone when none is configured. What cannot be
 * seen this time stays as it was.
 */
export async function lookAgain(
  found: FoundCalendar,
  sought: Sought,
  { signal, log }: Attention,
): Promise<FoundCalendar> {
  try {
    const calendar = await lookAtCalendar({ client: sought.client, signal }, found.calendar)
    if (calendar.id !== found.calendar.id) return await findCalendar(sought, { signal, log })
    return await bind(calendar, sought, signal)
  } catch (error) {
    if (!(error instanceof GraphError)) throw error
    log.debug('the calendar’s name and colour cannot be seen now', { reason: sentenceOf(error) })
    return found
  }
}

// The binding says what the texts were made for: it is written after they were made again for another zone or owner, so that
// a process that dies in between does it once more.
async function bind(
  calendar: ResolvedCalendar,
  sought: Sought,
  signal: AbortSignal | undefined,
): Promise<FoundCalendar> {
  const { mirror, onResolved } = sought
  const { binding } = mirror.state()
  const identity = {
    mailbox: calendar.mailboxPath,
    calendarId: calendar.id,
    owner: calendar.owner.address,
    name: calendar.name,
  }
  const before = binding !== null && isSameCalendar(binding, identity) ? binding : undefined
  const timeZone = sought.timeZone ?? (await zoneOfMailbox(sought, signal)) ?? before?.timeZone ?? 'UTC'
  const name = soughtName(sought.source)
  const now: Binding = { ...identity, timeZone, color: calendar.color ?? null, ...(name && { soughtName: name }) }
  await onResolved?.({ calendar, timeZone })
  if (before !== undefined && (before.timeZone !== timeZone || before.owner !== now.owner))
    await mirror.renderAll(signal)
  if (JSON.stringify(binding) !== JSON.stringify(now)) await mirror.bind(now)
  return { calendar, timeZone }
}

// Nothing but floating times hangs on it: a calendar is not lost because its mailbox does not tell its zone.
async function zoneOfMailbox(
  { client, mailbox }: Sought,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const label = await mailboxZone({ client, signal }, mailbox).catch((error: unknown) => {
    if (error instanceof GraphError && (error.kind === 'unavailable' || error.kind === 'invalid')) return undefined
    throw error
  })
  return label === undefined ? undefined : ianaOfLabel(label)
}
