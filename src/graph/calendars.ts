// Which calendar of Graph's a configured source means, and the paths below which it is read. Graph pages "List calendars",
// "calendar resource type", "List calendarGroups", "Get group calendar".
import { NotFoundError } from '../base/errors.ts'
import { getCalendar, isNotFound, listAll, mailboxPath, parseCalendar } from './calendar-list.ts'
import type { GraphCalendar, Where } from './calendar-list.ts'
import { segment } from './client.ts'
import { textOf, wordOf, type JsonObject } from './json.ts'
import { findMarked } from './marked-calendars.ts'

/** The `source` of a calendar, as in the configuration. */
export type CalendarSource =
  | 'default'
  | { readonly id: string }
  | { readonly name: string }
  /** Id of a Microsoft 365 group: its one calendar. */
  | { readonly group: string }
  /** A calendar in somebody else's mailbox; the default one when neither id nor name is given. */
  | { readonly user: string; readonly id?: string | undefined; readonly name?: string | undefined }
  | { readonly calendarGroup: string; readonly name: string }
  /** One that carries our mark; the id, where it is known, is tried first. */
  | { readonly mark: string; readonly id: string | undefined }

/** A calendar that can be read. Paths are below the version, encoded, without a slash at the end. */
export interface ResolvedCalendar extends GraphCalendar {
  /** `/me`, `/users/{…}` or `/groups/{…}`. */
  readonly mailboxPath: string
  /** `{basePath}/calendarView/delta`, `{basePath}/events/{id}`. */
  readonly basePath: string
  /** The list of its events. */
  readonly eventsPath: string
  /** The lane of its requests: what Graph limits is the owner's mailbox. */
  readonly mailbox: string
}

/** What is known of a calendar from before: finds it again when its id has stopped working. */
export interface KnownCalendar {
  /** Of the calendar that the configured name has meant so far; undefined: it has meant none. */
  readonly id: string | undefined
  readonly ownerAddress: string
  readonly name: string
  readonly isDefault: boolean
}

/** All calendars of a mailbox. */
export async function listCalendars(where: Where, mailbox: string): Promise<readonly GraphCalendar[]> {
  return listAll(where, `${mailboxPath(mailbox)}/calendars`, parseCalendar)
}

/**
 * Finds the calendar that a source means. Throws `NotFoundError` with what there is instead, or `GraphError`. `known`
 * helps when a configured id is not there any more: a calendar of the same owner and name is the same one; and when a
 * configured name is not, or is that of several: the calendar that it has meant so far was renamed.
 */
export async function resolveCalendar(
  where: Where,
  mailbox: string,
  source: CalendarSource,
  known?: KnownCalendar,
): Promise<ResolvedCalendar> {
  const own = mailboxPath(mailbox)
  if (source === 'default') return resolveDefault(where, own)
  if ('group' in source) return resolveGroup(where, source.group)
  if ('calendarGroup' in source) return resolveInGroup(where, own, source, known)
  if ('mark' in source) return resolveMarked(where, own, mailbox, source)
  const path = 'user' in source ? mailboxPath(source.user) : own
  if ('id' in source && source.id !== undefined) return resolveById(where, path, source.id, known)
  if ('name' in source && source.name !== undefined) return resolveByName(where, path, source.name, known)
  return resolveDefault(where, path)
}

/** A found calendar as it is now: its name, colour and owner may have changed. One request. Throws `GraphError`. */
export async function lookAtCalendar(where: Where, calendar: ResolvedCalendar): Promise<ResolvedCalendar> {
  const { mailboxPath: mailbox, basePath } = calendar
  const path = basePath === mailbox ? `${mailbox}/calendar` : basePath
  return { ...calendar, ...(await getCalendar(where, mailbox, path)) }
}

async function resolveDefault(where: Where, path: string): Promise<ResolvedCalendar> {
  const calendar = await getCalendar(where, path, `${path}/calendar`)
  return at(calendar, path, path, `${path}/calendar/events`)
}

async function resolveGroup(where: Where, group: string): Promise<ResolvedCalendar> {
  const path = `/groups/${segment(group)}`
  const calendar = await getCalendar(where, path, `${path}/calendar`).catch((error: unknown) => {
    if (!isNotFound(error)) throw error
    throw new NotFoundError(`there is no Microsoft 365 group ${group} that this account can read`, { cause: error })
  })
  return at(calendar, path, path, `${path}/events`)
}

async function resolveById(
  where: Where,
  path: string,
  id: string,
  known: KnownCalendar | undefined,
): Promise<ResolvedCalendar> {
  const calendar = await getCalendar(where, path, `${path}/calendars/${segment(id)}`).catch(async (error: unknown) => {
    if (!isNotFound(error)) throw error
    const all = await listAll(where, `${path}/calendars`, parseCalendar)
    const again = known && all.filter((candidate) => isSame(candidate, known))
    if (again?.length === 1 && again[0] !== undefined) return again[0]
    throw new NotFoundError(`there is no calendar with the configured id; there are: ${describe(all)}`, {
      cause: error,
      discreet: `there is no calendar with the configured id; ${askCheck}`,
    })
  })
  return below(calendar, path)
}

async function resolveMarked(
  where: Where,
  path: string,
  mailbox: string,
  { mark, id }: { readonly mark: string; readonly id: string | undefined },
): Promise<ResolvedCalendar> {
  const calendar = await findMarked(where, mailbox, { mark, id })
  if (calendar === undefined) throw new NotFoundError('this calendar was made here, and is not in Outlook any more')
  return below(calendar, path)
}

async function resolveByName(
  where: Where,
  path: string,
  name: string,
  known: KnownCalendar | undefined,
): Promise<ResolvedCalendar> {
  const all = await listAll(where, `${path}/calendars`, parseCalendar)
  return below(pick(all, { name, what: 'calendar', knownId: known?.id }), path)
}

async function resolveInGroup(
  where: Where,
  path: string,
  { calendarGroup, name }: { readonly calendarGroup: string; readonly name: string },
  known: KnownCalendar | undefined,
): Promise<ResolvedCalendar> {
  const groups = await listAll(where, `${path}/calendarGroups`, parseGroup)
  const byId = groups.find(({ id }) => id === calendarGroup)
  const { id } = byId ?? pick(groups, { name: calendarGroup, what: 'calendar group', knownId: undefined })
  const inside = await listAll(where, `${path}/calendarGroups/${segment(id)}/calendars`, parseCalendar)
  const what = `calendar in the group ${quoted(calendarGroup)}`
  return below(pick(inside, { name, what, knownId: known?.id }), path)
}

interface Wanted {
  readonly name: string
  readonly what: string
  /** What the name has meant so far. */
  readonly knownId: string | undefined
}

/**
 * Exact name first, then without case; where that does not tell, what the name has meant so far. Several of one name are an
 * error otherwise, because guessing would publish a stranger's calendar.
 */
function pick<T extends { readonly id: string; readonly name: string }>(
  all: readonly T[],
  { name, what, knownId }: Wanted,
): T {
  const exact = all.filter((candidate) => candidate.name === name)
  const found =
    exact.length > 0 ? exact : all.filter((candidate) => candidate.name.toLowerCase() === name.toLowerCase())
  const [first] = found
  const known = (first === undefined ? all : found).find(({ id }) => id === knownId)
  if (found.length !== 1 && known !== undefined) return known
  if (first === undefined) {
    throw new NotFoundError(`there is no ${what} named ${quoted(name)}; there are: ${describe(all)}`, {
      discreet: `there is no ${what} of the configured name; ${askCheck}`,
    })
  }
  if (found.length > 1) {
    throw new NotFoundError(
      `there are ${found.length} of ${what} named ${quoted(name)}; name one by its id: ${describe(found)}`,
      { discreet: `there are ${found.length} of ${what} of the configured name; name one by its id; ${askCheck}` },
    )
  }
  return first
}

const askCheck = '`graphdav check` says which there are'

function describe(all: readonly { readonly id: string; readonly name: string }[]): string {
  return all.length === 0 ? 'none' : all.map(({ id, name }) => `${quoted(name)} (id ${id})`).join(', ')
}

function quoted(text: string): string {
  return JSON.stringify(text)
}

function isSame(calendar: GraphCalendar, known: KnownCalendar): boolean {
  const isSameOwner = calendar.owner.address.toLowerCase() === known.ownerAddress.toLowerCase()
  return isSameOwner && (calendar.name === known.name || (calendar.isDefault && known.isDefault))
}

function below(calendar: GraphCalendar, path: string): ResolvedCalendar {
  const base = `${path}/calendars/${segment(calendar.id)}`
  return at(calendar, path, base, `${base}/events`)
}

function at(calendar: GraphCalendar, path: string, basePath: string, eventsPath: string): ResolvedCalendar {
  const mailbox = calendar.owner.address === '' ? path : calendar.owner.address.toLowerCase()
  return { ...calendar, mailboxPath: path, basePath, eventsPath, mailbox }
}

function parseGroup(row: JsonObject): { readonly id: string; readonly name: string } | undefined {
  const id = wordOf(row['id'])
  return id === null ? undefined : { id, name: textOf(row['name']) ?? '' }
}
