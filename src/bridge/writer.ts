// Writes for the CalendarBackend: who may, in which turn, and how long a client waits. What a write does
// is sync/write.ts.
import type { Clock } from '../base/clock.ts'
import { GraphdavError, MeetingElsewhereError, NotFoundError, reasonOf, UnavailableError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Move, Put, Removal, Written } from '../calendar/backend.ts'
import type { Access } from '../calendar/collection.ts'
import type { CalendarConfiguration } from '../config/configuration.ts'
import type { CalendarObject } from '../ical/object.ts'
import { parseObject } from '../ical/parse.ts'
import { eventsOf, propertiesOf } from '../ical/text.ts'
import type { Mirror } from '../mirror/mirror.ts'
import type { Journal, MoveOrigin } from '../sync/journal.ts'
import type { LocalKept, WriteContext, WriteGround } from '../sync/write-context.ts'
import { writeDelete, writePut, type WriteRequest } from '../sync/write.ts'
import { clientLimitMs, inTime } from './in-time.ts'
import { moveBetween, type MoveParts } from './move.ts'

/** A calendar, as far as writing goes. */
export interface WritableCalendar {
  readonly mirror: Mirror
  readonly kept: LocalKept
  readonly invitations: CalendarConfiguration['invitations']
}

/** What a user may do with which calendars. */
export interface WritingUser {
  readonly calendars: readonly { readonly slug: string; readonly access: Access }[]
}

export interface WriterOptions {
  readonly calendars: Pick<ReadonlyMap<string, WritableCalendar>, 'get'>
  readonly users: Pick<ReadonlyMap<string, WritingUser>, 'get'>
  readonly journal: Journal
  /** Runs work while nobody else changes the calendar. */
  readonly inTurn: <T>(slug: string, work: (ground: WriteGround) => Promise<T>) => Promise<T>
  readonly clock: Clock
  readonly log: Log
  /** A client waits so long; the work runs on, and the client's repeat finds it. */
  readonly limitMs?: number
}

export interface Writer {
  put(put: Put): Promise<Written>
  remove(removal: Removal): Promise<void>
  move(move: Move): Promise<'created' | 'updated'>
}

export function createWriter(options: WriterOptions): Writer {
  const { log } = options
  const put = async (change: Put, origin: MoveOrigin | null = null): Promise<Written> => {
    checkAccess(change.user, change.slug, options)
    const wanted = parseObject(change.text)
    checkElsewhere(change, wanted, options)
    const request = { ...requestOf(change), text: change.text, wanted, origin }
    const written = await withinLimit(options, change, (context) => writePut(request, context))
    log.info('event written', { user: change.user, calendar: change.slug, uid: wanted.uid, kind: written.kind })
    return written
  }
  const remove = async (removal: Removal): Promise<void> => {
    checkAccess(removal.user, removal.slug, options)
    await withinLimit(options, removal, (context) => writeDelete(requestOf(removal), context))
    log.info('event removed', { user: removal.user, calendar: removal.slug })
  }
  const move = async (asked: Move): Promise<'created' | 'updated'> => {
    for (const slug of [asked.slug, asked.to.slug]) checkAccess(asked.user, slug, options)
    const mirror = (slug: string): Mirror | undefined => options.calendars.get(slug)?.mirror
    const within: MoveParts['within'] = (slug, work) => withinLimit(options, { user: asked.user, slug }, work)
    return moveBetween(asked, { journal: options.journal, mirror, put, remove, within })
  }
  return { put: (change) => put(change), remove, move }
}

function requestOf({ user, name, conditions, mayReply }: Removal): WriteRequest {
  return { user, name, conditions, mayReply }
}

function checkAccess(user: string, slug: string, { users, calendars }: WriterOptions): void {
  const access = users.get(user)?.calendars.find((calendar) => calendar.slug === slug)?.access
  if (access !== 'read-write') throw new GraphdavError('forbidden', 'this calendar is read-only')
  if (calendars.get(slug)?.mirror.state().isReady !== true) {
    throw new UnavailableError('this calendar is being read for the first time; ask again in a moment', 15)
  }
}

// A client that moves a meeting by making it again would have all its guests invited once more (RFC 6638 §3.2.4.1).
function checkElsewhere({ user, slug }: Put, wanted: CalendarObject, { users, calendars }: WriterOptions): void {
  const isMeeting = eventsOf(wanted).some((event) => propertiesOf(event, 'ATTENDEE').length > 0)
  if (!isMeeting || calendars.get(slug)?.mirror.groupOf(wanted.uid) !== undefined) return
  const holders = (users.get(user)?.calendars ?? []).flatMap((calendar) => {
    const name = calendars.get(calendar.slug)?.mirror.groupOf(wanted.uid)?.name
    return name === undefined ? [] : [{ slug: calendar.slug, name }]
  })
  if (holders[0] !== undefined) throw new MeetingElsewhereError(holders[0])
}

// Work that has not begun when the time is over does not begin any more. What comes too late is in the journal.
function withinLimit<T>(
  options: WriterOptions,
  { user, slug }: Pick<Removal, 'user' | 'slug'>,
  work: (context: WriteContext) => Promise<T>,
): Promise<T> {
  const { calendars, journal, inTurn, clock, log, limitMs = clientLimitMs } = options
  const calendar = calendars.get(slug)
  if (calendar === undefined) throw new NotFoundError('there is no calendar of this name')
  const onLateFailure = (error: unknown): void =>
    log.warn('late write failed', { calendar: slug, reason: reasonOf(error) })
  return inTime({ limitMs, onLateFailure }, (late) =>
    inTurn(slug, async (ground) => {
      late.throwIfAborted()
      const { invitations, kept } = calendar
      const userAddresses = addressesOf(user, options)
      const settings = { slug, invitations, userAddresses, kept, journal, clock, log: log.child({ calendar: slug }) }
      return work({ ...ground, ...settings })
    }),
  )
}

// As the principal's calendar-user-address-set has them.
function addressesOf(user: string, { users, calendars }: WriterOptions): readonly string[] {
  const slugs = users.get(user)?.calendars.map(({ slug }) => slug) ?? []
  const owners = slugs.map((slug) => calendars.get(slug)?.mirror.state().binding?.owner ?? '')
  return [...new Set(owners)].filter((owner) => owner !== '')
}
