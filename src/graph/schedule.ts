// Other people's free and busy time. Graph page "calendar: getSchedule": at most 20 addresses a request, one answer or error
// for each; it needs no more than the right to read calendars.
import { DateTime } from 'luxon'
import '../base/zones.ts'
import { mailboxPath } from './calendar-list.ts'
import type { GraphClient } from './client.ts'
import { objectOf, objectsOf, oneOf, textOf, wordOf, type JsonObject } from './json.ts'
import { parseObject } from './parse.ts'
import { parseDateTime } from './parse-event.ts'
import type { Patience } from './retry.ts'

/** More addresses are refused by Graph. */
export const mostSchedules = 20

export type ScheduleStatus = 'free' | 'tentative' | 'busy' | 'oof' | 'workingElsewhere' | 'unknown'

/** A span [start, end) in UTC milliseconds. */
export interface ScheduleItem {
  readonly start: number
  readonly end: number
  readonly status: ScheduleStatus
}

/** What Graph says about one address. */
export type Schedule =
  | { readonly kind: 'known'; readonly address: string; readonly items: readonly ScheduleItem[] }
  /** `code` is Exchange's, e.g. `ErrorMailRecipientNotFound`; empty when Graph said nothing of the address. */
  | { readonly kind: 'failed'; readonly address: string; readonly code: string }

export interface ScheduleQuestion {
  /** At most `mostSchedules`. */
  readonly addresses: readonly string[]
  /** UTC milliseconds, at most 62 days apart. */
  readonly start: number
  readonly end: number
}

/** Asks about several people; one answer per address, in the order asked. Throws `GraphError` when nothing was answered. */
export async function getSchedule(
  {
    client,
    mailbox,
    lane,
    patience,
  }: {
    readonly client: GraphClient
    /** `me`, or a user principal name or id. */
    readonly mailbox: string
    /** Address of the mailbox's owner where it is known: its requests wait in one queue. */
    readonly lane: string | undefined
    readonly patience: Patience
  },
  { addresses, start, end }: ScheduleQuestion,
): Promise<readonly Schedule[]> {
  const path = mailboxPath(mailbox)
  const json = {
    schedules: addresses,
    startTime: utcTime(start),
    endTime: utcTime(end),
    availabilityViewInterval: viewMinutes,
  }
  const options = { purpose: 'schedule', mailbox: lane ?? path, patience, isRepeatable: true } as const
  const { body, requestId } = await client.send(`${path}/calendar/getSchedule`, { ...options, method: 'POST', json })
  const rows = objectsOf(parseObject(body, requestId)['value'])
  return addresses.map((address) => {
    const row = rows.find((one) => textOf(one['scheduleId'])?.toLowerCase() === address.toLowerCase())
    return row ? parseSchedule(row, address, start) : { kind: 'failed', address, code: '' }
  })
}

const viewMinutes = 30

/** One row of the answer. A row with an item that cannot be read is failed: the gap would look like free time. */
export function parseSchedule(row: JsonObject, address: string, start: number): Schedule {
  const error = objectOf(row['error'])
  const code = wordOf(error['responseCode'])
  if (code !== null || wordOf(error['message']) !== null) return { kind: 'failed', address, code: code ?? '' }
  const parsed = objectsOf(row['scheduleItems']).map(parseItem)
  const items = parsed.filter((item) => item !== undefined)
  if (items.length < parsed.length) return { kind: 'failed', address, code: '' }
  return {
    kind: 'known',
    address,
    items: items.length > 0 ? items : itemsOfView(textOf(row['availabilityView']), start),
  }
}

function parseItem(item: JsonObject): ScheduleItem | undefined {
  const [start, end] = [instantOf(item['start']), instantOf(item['end'])]
  if (start === undefined || end === undefined) return undefined
  return { start, end, status: oneOf(item['status'], statuses, 'unknown') }
}

/** Undefined for another zone than UTC, which every request asks for. */
function instantOf(value: unknown): number | undefined {
  const time = parseDateTime(value)
  return time?.timeZone === 'UTC' ? Date.parse(`${time.dateTime.slice(0, 19)}Z`) : undefined
}

const statuses = ['free', 'tentative', 'busy', 'oof', 'workingElsewhere', 'unknown'] as const

/** Where only the digits may be seen: one for each interval. */
function itemsOfView(view: string | null, start: number): readonly ScheduleItem[] {
  const step = viewMinutes * 60_000
  return (view ?? '').split('').flatMap((digit, index): readonly ScheduleItem[] => {
    const status = statuses[Number(digit)] ?? 'unknown'
    const at = start + index * step
    return status === 'free' ? [] : [{ start: at, end: at + step, status }]
  })
}

function utcTime(ms: number): { readonly dateTime: string; readonly timeZone: 'UTC' } {
  const dateTime = DateTime.fromMillis(ms, { zone: 'utc' }).toISO({ includeOffset: false, suppressMilliseconds: true })
  return { dateTime, timeZone: 'UTC' }
}
