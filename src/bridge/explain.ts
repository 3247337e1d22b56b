// `graphdav explain`: one event on its way, from Graph through the mirror to the collection and each feed, with the rule
// that hid or changed it. It only looks; nothing is changed.
import { sentenceOf } from '../base/errors.ts'
import type { FeedConfiguration } from '../config/configuration.ts'
import { hidingRule, shownDetail } from '../feed/detail.ts'
import { resolveCalendar, type ResolvedCalendar } from '../graph/calendars.ts'
import { getEvent } from '../graph/events.ts'
import type { GraphEvent, GraphSeries } from '../graph/types.ts'
import type { Component } from '../ical/object.ts'
import { parseObject } from '../ical/parse.ts'
import { valueOf } from '../ical/text.ts'
import type { Mirror } from '../mirror/mirror.ts'
import type { ComposedCalendar } from './calendars.ts'

/** What Graph or the mirror says about the event, or the series' first one. */
export interface ToldEvent {
  readonly id: string
  readonly title: string | null
  readonly start: string
  readonly end: string
  readonly changed: string
}

/** What is shown of one event of a resource: the master (slot null) or the instance of a slot. */
export interface ShownEvent {
  readonly slot: string | null
  readonly shown: 'full' | 'titles' | 'busy' | 'hidden'
  readonly because: string
}

export interface ExplainedFeed {
  readonly name: string
  readonly events: readonly ShownEvent[]
}

export interface ExplainedEvent {
  readonly uid: string
  readonly graph: readonly (
    | (ToldEvent & { readonly kind: 'event'; readonly isAsMirrored: boolean })
    | { readonly kind: 'gone' | 'unusable' | 'unreachable'; readonly id: string; readonly because: string }
  )[]
  readonly mirror: readonly (ToldEvent & { readonly exceptions: number; readonly cancelledDates: readonly string[] })[]
  readonly collection:
    | { readonly shown: true; readonly name: string; readonly etag: string }
    | { readonly shown: false; readonly because: string }
  /** Why the text is older than the event; null: it is not. */
  readonly failure: string | null
  readonly feeds: readonly ExplainedFeed[]
}

/** What `explain --json` prints. */
export interface Explanation {
  readonly calendar: string
  readonly asked: string
  readonly found: readonly ExplainedEvent[]
  /** Further events of which the words are true. */
  readonly more: number
  /** The span that the mirror holds, RFC 3339; null before the first round. */
  readonly window: { readonly start: string; readonly end: string } | null
}

export interface ExplainParts {
  readonly calendars: ReadonlyMap<string, ComposedCalendar>
  readonly feeds: readonly FeedConfiguration[]
  readonly now: number
}

const maxFound = 10
const graphPatienceMs = 8_000

/** Explains the events with this UID or Graph id, or with all these words in their titles. The calendar is a known one. */
export async function explain(
  parts: ExplainParts,
  { slug, text }: { readonly slug: string; readonly text: string },
  signal: AbortSignal,
): Promise<Explanation> {
  const calendar = parts.calendars.get(slug)
  if (calendar === undefined) throw new TypeError(`no calendar ${slug}`)
  const { mirror } = calendar
  const groups = await matching(mirror, text)
  const uids = [...groups].slice(0, maxFound)
  const look =
    uids.length === 0 ? undefined : graphLook(calendar, AbortSignal.any([signal, AbortSignal.timeout(graphPatienceMs)]))
  const found: ExplainedEvent[] = []
  for (const [uid, series] of uids) found.push(await explainOne({ parts, slug, mirror, look }, uid, series))
  return {
    calendar: slug,
    asked: text,
    found,
    more: groups.size - uids.length,
    window: mirror.state().window,
  }
}

/** The series by UID of which the text is the UID or the id, or has only words that a title has. */
async function matching(mirror: Mirror, text: string): Promise<ReadonlyMap<string, readonly GraphSeries[]>> {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const groups = new Map<string, GraphSeries[]>()
  for (const [key, { uid }] of mirror.keys()) {
    const series = await mirror.series(key)
    if (series === undefined) continue
    const titles = [series.main, ...series.exceptions].map(({ subject }) => (subject ?? '').toLowerCase())
    const isMeant = uid === text || key === text || titles.some((title) => words.every((word) => title.includes(word)))
    if (isMeant) groups.set(uid, [...(groups.get(uid) ?? []), series])
  }
  return groups
}

type GraphLook = (series: GraphSeries) => Promise<ExplainedEvent['graph'][number]>

/** Asks Graph for events by their ids; the calendar is looked for once. */
function graphLook({ polled: { client, mailbox, source } }: ComposedCalendar, signal: AbortSignal): GraphLook {
  let calendar: Promise<ResolvedCalendar> | undefined
  return async ({ key, main }) => {
    try {
      calendar ??= resolveCalendar({ client, signal }, mailbox, source)
      const answer = await getEvent({ client, calendar: await calendar, signal }, key)
      if (answer.kind === 'event') {
        return { kind: 'event', ...told(answer.event), isAsMirrored: answer.event.changeKey === main.changeKey }
      }
      const because = answer.kind === 'gone' ? 'it is not there any more' : answer.reason
      return { kind: answer.kind, id: key, because }
    } catch (error) {
      return { kind: 'unreachable', id: key, because: sentenceOf(error) }
    }
  }
}

interface Context {
  readonly parts: ExplainParts
  readonly slug: string
  readonly mirror: Mirror
  readonly look: GraphLook | undefined
}

async function explainOne(
  { parts, slug, mirror, look }: Context,
  uid: string,
  series: readonly GraphSeries[],
): Promise<ExplainedEvent> {
  const info = mirror.list().find((one) => one.uid === uid)
  const [resource] = info === undefined ? [] : await mirror.read([info.name])
  const failure = mirror.failureOf(uid)
  const graph = look === undefined ? [] : await Promise.all(series.map(look))
  return {
    uid,
    graph,
    mirror: series.map(({ main, exceptions, cancelled }) => ({
      ...told(main),
      exceptions: exceptions.length,
      cancelledDates: cancelled,
    })),
    collection: resource
      ? { shown: true, name: resource.name, etag: resource.etag }
      : { shown: false, because: failure ?? 'it has no text yet' },
    failure,
    feeds: resource ? feedsOf(parts, { slug, uid, text: resource.text }) : [],
  }
}

function told({ id, subject, start, end, lastModifiedDateTime }: GraphEvent): ToldEvent {
  const printed = ({ dateTime, timeZone }: GraphEvent['start']): string =>
    `${dateTime.replace(/\.0+$/, '')} ${timeZone}`
  return { id, title: subject, start: printed(start), end: printed(end), changed: lastModifiedDateTime }
}

function feedsOf(
  { feeds, calendars, now }: ExplainParts,
  { slug, uid, text }: { readonly slug: string; readonly uid: string; readonly text: string },
): readonly ExplainedFeed[] {
  const { master, overrides } = parseObject(text)
  const events = [...(master === undefined ? [] : [master]), ...overrides]
  const owner = calendars.get(slug)?.mirror.state().binding?.owner
  const owners = owner?.includes('@') === true ? [owner] : []
  return feeds
    .filter((feed) => feed.calendars.includes(slug))
    .map((feed) => {
      const before = feed.calendars.slice(0, feed.calendars.indexOf(slug))
      const winner = before.find((other) =>
        calendars
          .get(other)
          ?.mirror.list()
          .some((one) => one.uid === uid),
      )
      const whole = reasonForAll(feed, winner, now)
      return { name: feed.name, events: events.map((event) => shownAs(event, feed, owners, whole)) }
    })
}

function reasonForAll({ expires }: FeedConfiguration, winner: string | undefined, now: number): string | undefined {
  if (expires !== undefined && now >= expires) return 'the feed has expired'
  return winner === undefined ? undefined : `${winner}, which is listed first, has an event with this UID`
}

function shownAs(
  event: Component,
  rules: FeedConfiguration,
  owners: readonly string[],
  whole: string | undefined,
): ShownEvent {
  const slot = valueOf(event, 'RECURRENCE-ID') ?? null
  const hidden = whole ?? hidingRule(event, rules, owners)
  if (hidden !== undefined) return { slot, shown: 'hidden', because: hidden }
  const { detail, because } = shownDetail(event, rules)
  return { slot, shown: detail, because }
}
