// Calendars that were made here: told from all others by a mark, an extended property that holds whose they are. Graph pages
// "Create calendar", "Update calendar", "Delete calendar", "Get singleValueLegacyExtendedProperty".
import { getCalendar, isNotFound, listAll, mailboxPath, parseCalendar } from './calendar-list.ts'
import type { GraphCalendar, Where } from './calendar-list.ts'
import { segment, type SendOptions } from './client.ts'
import { calendarMarkId, carriesAnyOf, expandProperties } from './extended-properties.ts'
import type { JsonObject } from './json.ts'
import { oddAnswer, parseObject, propertyOf } from './parse.ts'

/** A calendar that carries a mark. */
export interface MarkedCalendar extends GraphCalendar {
  readonly mark: string
}

const $expand = expandProperties([calendarMarkId])

/** All calendars of a mailbox that carry a mark. Throws `GraphError`. */
export async function listMarked(where: Where, mailbox: string): Promise<readonly MarkedCalendar[]> {
  const path = `${mailboxPath(mailbox)}/calendars`
  const rows = await listAll(where, path, parseRow, { $filter: carriesAnyOf([calendarMarkId]), $expand })
  const found: MarkedCalendar[] = []
  for (const { calendar, mark } of rows) {
    // A list that was filtered by a property need not show it.
    const own = mark ?? (await markOf(where, mailbox, calendar.id))
    if (own !== undefined && own !== null) found.push({ ...calendar, mark: own })
  }
  return found
}

/** The mark of a calendar: null when it carries none, undefined when the calendar is not there. Throws `GraphError`. */
export async function markOf(where: Where, mailbox: string, id: string): Promise<string | null | undefined> {
  const { client, signal, patience } = where
  const path = mailboxPath(mailbox)
  try {
    const options = { purpose: 'calendars', mailbox: path, query: { $expand }, signal, patience } as const
    const { body, requestId } = await client.get(`${path}/calendars/${segment(id)}`, options)
    return propertyOf(parseObject(body, requestId), calendarMarkId)
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/** The calendar with this id; where it is not there (any more), the one with this mark; undefined: neither. Throws `GraphError`. */
export async function findMarked(
  where: Where,
  mailbox: string,
  { mark, id }: { readonly mark: string; readonly id: string | undefined },
): Promise<GraphCalendar | undefined> {
  if (id !== undefined) {
    const path = mailboxPath(mailbox)
    try {
      return await getCalendar(where, path, `${path}/calendars/${segment(id)}`)
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
  return firstOf(await listMarked(where, mailbox), mark)
}

/** Of several calendars with one mark always the same one. */
export function firstOf(marked: readonly MarkedCalendar[], mark: string): MarkedCalendar | undefined {
  return marked.filter((one) => one.mark === mark).sort((one, other) => (one.id < other.id ? -1 : 1))[0]
}

/** Makes a calendar that carries a mark. A lost answer is an error: the calendar may be there all the same. Throws `GraphError`. */
export async function createMarked(
  where: Where,
  mailbox: string,
  { name, mark }: { readonly name: string; readonly mark: string },
): Promise<string> {
  const path = mailboxPath(mailbox)
  const json = { name, singleValueExtendedProperties: [{ id: calendarMarkId, value: mark }] }
  const options: SendOptions = { ...writing(where, path), method: 'POST', json, isRepeatable: false }
  const { body, requestId } = await where.client.send(`${path}/calendars`, options)
  const calendar = parseCalendar(parseObject(body, requestId))
  if (calendar === undefined) throw oddAnswer('a new calendar without an id', requestId)
  return calendar.id
}

/** Removes a calendar with all that is in it; one that is gone already is nothing. Throws `GraphError`. */
export async function removeCalendar(where: Where, mailbox: string, id: string): Promise<void> {
  const path = mailboxPath(mailbox)
  try {
    const options: SendOptions = { ...writing(where, path), method: 'DELETE', isRepeatable: true }
    await where.client.send(`${path}/calendars/${segment(id)}`, options)
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

/** Gives a calendar, known by the path of its mailbox and its id, another name. Throws `GraphError`. */
export async function renameCalendar(
  where: Where,
  { mailboxPath: mailbox, id }: { readonly mailboxPath: string; readonly id: string },
  name: string,
): Promise<void> {
  const path = `${mailbox}/calendars/${segment(id)}`
  const options: SendOptions = { ...writing(where, mailbox), method: 'PATCH', json: { name }, isRepeatable: true }
  await where.client.send(path, options)
}

function writing(
  { signal, patience }: Where,
  mailbox: string,
): Pick<SendOptions, 'purpose' | 'mailbox' | 'signal' | 'patience'> {
  return { purpose: 'write', mailbox, signal, patience }
}

function parseRow(row: JsonObject): { readonly calendar: GraphCalendar; readonly mark: string | null } | undefined {
  const calendar = parseCalendar(row)
  return calendar && { calendar, mark: propertyOf(row, calendarMarkId) }
}
