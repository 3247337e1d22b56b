// calendarView/delta and events/delta: one page of a round. Graph pages "event: delta" (v1.0 and beta), "Use delta query".
// Links are absolute, opaque, and carry the window; what stands beside a token in the query is ignored.
import { type Answer, type GraphRequest, printParameter, urlOf } from './answer.ts'
import type { Place } from './place.ts'
import { changesRound, fullRound } from './delta-rows.ts'
import type { Chain, DeltaRow, DeltaTokens, Round, Token } from './delta-tokens.ts'
import { type EventJson, eventJson, itemId, timesOf, typeOf, type View } from './event-json.ts'
import { changeKeyOf, eventId, eventIdParts } from './ids.ts'
import type { Item } from './instances.ts'
import { ordinary } from './projection.ts'
import { parameterOf } from './query.ts'
import { badRequest, Refusal } from './refusal.ts'
import type { CalendarScope } from './target.ts'
import { msPerDay, parseInstant, printInstant } from './zone-time.ts'

export interface DeltaRequest {
  readonly place: Place
  readonly tokens: DeltaTokens
  readonly request: GraphRequest
  readonly scope: CalendarScope
  readonly view: View
  readonly kind: Chain['kind']
}

/** Answers one page; throws a Refusal for options, windows and tokens that Graph refuses. */
export function deltaPage(delta: DeltaRequest): Answer {
  const { request, place, scope } = delta
  checkOptions(delta)
  const skip = parameterOf(request.parameters, '$skiptoken')
  const last = parameterOf(request.parameters, '$deltatoken')
  if (skip !== undefined) return pageAnswer(delta, tokenOf(delta, skip, 'skip'))
  if (last !== undefined) {
    const { round } = tokenOf(delta, last, 'delta')
    return firstPage(delta, changesRound(place, scope.calendar, round))
  }
  return firstPage(delta, fullRound(place, scope.calendar, chainOf(delta)))
}

function checkOptions({ request, kind }: DeltaRequest): void {
  const refused = ['$select', '$filter', '$expand', '$orderby', '$search'].filter(
    (name) => !(kind === 'events' && name === '$select') && parameterOf(request.parameters, name) !== undefined,
  )
  if (refused.length === 0) return
  throw new Refusal(
    400,
    'ErrorInvalidUrlQuery',
    "The following parameters are not supported with change tracking over the 'CalendarView' resource: " +
      "'$orderby, $filter, $select, $expand, $search'.",
  )
}

function chainOf(delta: DeltaRequest): Chain {
  const { request, scope, kind, place } = delta
  const identity = { kind, mailbox: scope.mailbox.id, calendar: scope.calendar.key }
  const [start, end] = ['startDateTime', 'endDateTime'].map((name) => timeAt(request, name))
  if (kind === 'events') return { ...identity, window: { start: start ?? -Infinity, end: Infinity } }
  return { ...identity, window: checkedWindow(start, end, place, place.switches.windowCapOnDelta) }
}

function timeAt(request: GraphRequest, name: string): number | undefined {
  const text = parameterOf(request.parameters, name)
  if (text === undefined) return undefined
  const instant = parseInstant(text)
  if (instant === undefined)
    throw new Refusal(400, 'ErrorInvalidParameter', `The value '${text}' of ${name} is invalid.`)
  return instant
}

/** Both ends are needed, and no more than the longest span. */
export function checkedWindow(
  start: number | undefined,
  end: number | undefined,
  place: Place,
  isCapped: boolean,
): { readonly start: number; readonly end: number } {
  if (start === undefined || end === undefined) {
    throw new Refusal(
      400,
      'ErrorInvalidParameter',
      'This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.',
    )
  }
  if (end < start) throw new Refusal(400, 'ErrorInvalidParameter', 'EndDateTime is before StartDateTime.')
  const days = place.switches.maxWindowDays
  if (isCapped && end - start > days * msPerDay) {
    throw new Refusal(
      400,
      'ErrorInvalidRequest',
      `The range between the start and end dates is greater than the allowed range. Maximum number of days: ${days}`,
    )
  }
  return { start, end }
}

function tokenOf<Kind extends 'skip' | 'delta'>(
  delta: DeltaRequest,
  text: string,
  kind: Kind,
): Extract<Token, { kind: Kind }> {
  const token = delta.tokens.find(text)
  const { scope, place, request } = delta
  if (token?.kind === 'expired') throw expired(place, freshUrl(request, token.chain))
  const isOfKind = (one: Token): one is Extract<Token, { kind: Kind }> => one.kind === kind
  const chain = token?.round.chain
  const isOurs =
    chain?.calendar === scope.calendar.key && chain.mailbox === scope.mailbox.id && chain.kind === delta.kind
  if (!token || !isOurs || !isOfKind(token)) throw badRequest('Badly formed token.')
  return token
}

/** The answer to a token that Graph no longer knows, as the switches want it; `freshUrl` is where a new chain begins. */
export function expired({ switches }: Place, freshUrl: string): Refusal {
  const { expiredToken, expiredTokenLocation } = switches
  if (expiredToken === 'badlyFormed') return badRequest('Badly formed token.')
  const code = expiredToken === 'syncStateNotFound' ? 'SyncStateNotFound' : expiredToken
  const message = 'The sync state generation is not found; generation=149;[highest=157][157][155][156].'
  return new Refusal(410, code, message, expiredTokenLocation ? { Location: freshUrl } : {})
}

function freshUrl(request: GraphRequest, { kind, window }: Chain): string {
  if (kind === 'events') return urlOf(request)
  const [start, end] = [window.start, window.end].map(printInstant)
  return `${urlOf(request)}?startDateTime=${start}&endDateTime=${end}`
}

function firstPage(delta: DeltaRequest, round: Round): Answer {
  const isEmptyFirst = delta.place.switches.emptyPages !== 'none'
  return pageAnswer(delta, { kind: 'skip', round, offset: 0, isEmptyFirst })
}

function pageAnswer(delta: DeltaRequest, token: Extract<Token, { kind: 'skip' }>): Answer {
  const { round, offset } = token
  const { switches } = delta.place
  if (token.isEmptyFirst) return answer(delta, [], { kind: 'skip', round, offset, isEmptyFirst: false })
  const size = delta.request.preferences.pageSize ?? switches.pageSize
  const rows: DeltaRow[] = []
  let next = offset
  // A group (one series) is never split, so a page can be longer than asked.
  for (; next < round.groups.length && rows.length < size; next += 1) rows.push(...(round.groups[next] ?? []))
  const [first] = rows
  if (switches.duplicateRows && first) rows.push(first)
  const isDone = next >= round.groups.length
  if (isDone && !switches.endless) return answer(delta, rows, { kind: 'delta', round })
  const isEmptyFirst = switches.emptyPages === 'all'
  return answer(delta, rows, { kind: 'skip', round, offset: isDone ? 0 : next, isEmptyFirst })
}

function answer(delta: DeltaRequest, rows: readonly DeltaRow[], next: Token): Answer {
  const { request, view } = delta
  const parameter = printParameter([next.kind === 'skip' ? '$skiptoken' : '$deltatoken', delta.tokens.issue(next)])
  return {
    status: 200,
    headers: { 'Preference-Applied': ['odata.track-changes', ...request.preferences.applied].join(', ') },
    json: {
      '@odata.context': `${request.base}/${view.version}/$metadata#Collection(event)`,
      [next.kind === 'skip' ? '@odata.nextLink' : '@odata.deltaLink']: `${urlOf(request)}?${parameter}`,
      value: rows.map((row) => rowJson(delta, row)),
    },
  }
}

function rowJson(delta: DeltaRequest, row: DeltaRow): EventJson {
  const { place, view } = delta
  if (row.kind !== 'item') {
    const id =
      row.kind === 'removed'
        ? itemId(place, row, view)
        : eventId(place.tenant.keysOf(view.mailbox), eventIdParts(place.tenant.seed, 0, 0), view.family)
    return { '@odata.type': '#microsoft.graph.event', id, '@removed': { reason: 'deleted' } }
  }
  const { item } = row
  if (delta.kind === 'events') return fourMembers(delta, eventJson(place, item, view))
  if (typeOf(item) === 'occurrence') return stubJson(delta, item)
  return shaped({ '@odata.type': '#microsoft.graph.event', ...ordinary(eventJson(place, item, view)) }, place)
}

/** A plain occurrence: seven members. */
function stubJson({ place, view }: DeltaRequest, item: Item): EventJson {
  const keys = place.tenant.keysOf(view.mailbox)
  const key = place.switches.stubEtag === 'constant' ? keys.stub : changeKeyOf(keys, item.event.version)
  return {
    '@odata.type': '#microsoft.graph.event',
    '@odata.etag': `W/"${key}"`,
    seriesMasterId: itemId(place, { event: item.event, slot: undefined }, view),
    type: 'occurrence',
    id: itemId(place, item, view),
    ...timesOf(place, item, view),
  }
}

/** Graph page "event: delta" (beta): rows of events/delta have nothing but id, type, start and end. */
function fourMembers({ place }: DeltaRequest, json: EventJson): EventJson {
  const { id, type, start, end } = json
  const times = place.switches.eventsDeltaCapitals ? { start: capitals(start), end: capitals(end) } : { start, end }
  return { '@odata.type': '#microsoft.graph.event', '@odata.etag': json['@odata.etag'], id, type, ...times }
}

function capitals(time: unknown): unknown {
  if (typeof time !== 'object' || time === null) return time
  return Object.fromEntries(
    Object.entries(time).map(([name, value]) => [name.replace(/^./, (first) => first.toUpperCase()), value]),
  )
}

function shaped(json: EventJson, place: Place): EventJson {
  switch (place.switches.rowShape) {
    case 'full':
      return json
    case 'extra':
      return { ...json, futureProperty: { kind: 'unknown', values: [1, null, 'two'] }, futureFlag: true }
    case 'sparse':
      return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null))
  }
}
