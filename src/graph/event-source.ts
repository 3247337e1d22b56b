// Reading a calendar of Graph's: where, with which properties, and lists page by page. Graph pages "Paging Microsoft Graph data",
// "event resource type".
import { GraphError } from '../base/errors.ts'
import type { ResolvedCalendar } from './calendars.ts'
import type { GraphAnswer, GraphClient, Purpose, RequestOptions } from './client.ts'
import { keptPropertyIds } from './extended-properties.ts'
import { objectOf, type JsonObject } from './json.ts'
import { parsePage } from './parse.ts'
import type { Patience } from './retry.ts'

/** Where to read: every path is the calendar's own, so that shared mailboxes and groups work alike. */
export interface EventSource {
  readonly client: GraphClient
  readonly calendar: ResolvedCalendar
  readonly signal?: AbortSignal | undefined
  /** How long one request may wait; undefined: as long as a round's. */
  readonly patience?: Patience | undefined
}

/** Everything a `GraphEvent` is made of; named because `cancelledOccurrences` and `originalStart` come only when selected. */
export const eventProperties =
  'id,changeKey,type,iCalUId,seriesMasterId,originalStart,subject,body,start,end,isAllDay,isCancelled,isOrganizer,' +
  'responseRequested,allowNewTimeProposals,responseStatus,showAs,sensitivity,importance,categories,isReminderOn,' +
  'reminderMinutesBeforeStart,hasAttachments,originalStartTimeZone,originalEndTimeZone,recurrence,location,locations,' +
  'attendees,organizer,webLink,onlineMeeting,onlineMeetingUrl,createdDateTime,lastModifiedDateTime'

/** The ids of all properties of ours. */
export const ours: readonly string[] = Object.values(keptPropertyIds)

/** A list that is longer than any calendar: Graph runs in circles. */
const maxListPages = 10_000

/** The pages of a list, from its first answer on. Throws `GraphError`. */
export async function* pagesFrom(
  source: EventSource,
  purpose: Purpose,
  first: Promise<GraphAnswer>,
): AsyncGenerator<readonly JsonObject[], void, undefined> {
  let answer = await first
  for (let pages = 1; pages <= maxListPages; pages += 1) {
    const page = parsePage(answer.body, answer.requestId)
    yield page.rows.map(objectOf)
    if (page.nextLink === null) return
    answer = await source.client.follow(page.nextLink, optionsOf(source, purpose))
  }
  throw new GraphError({
    kind: 'unavailable',
    status: 200,
    graphCode: '',
    requestId: answer.requestId,
    message: `Microsoft Graph's list does not end after ${maxListPages} pages.`,
  })
}

export function optionsOf({ calendar, signal, patience }: EventSource, purpose: Purpose): RequestOptions {
  return { purpose, mailbox: calendar.mailbox, signal, patience }
}
