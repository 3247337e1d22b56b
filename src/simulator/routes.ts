// Method and target → the handler. Everything that Graph would answer comes from here.
import type { Answer, GraphRequest } from './answer.ts'
import {
  getCalendar,
  getCalendarGroup,
  getMailboxSettings,
  getProfile,
  listCalendarGroups,
  listCalendars,
  patchCalendar,
  patchCalendarGroup,
  postCalendar,
  postCalendarGroup,
  removeCalendar,
  removeCalendarGroup,
} from './calendar-routes.ts'
import type { Place } from './place.ts'
import { deltaPage } from './delta.ts'
import type { DeltaTokens } from './delta-tokens.ts'
import {
  getEvent,
  listCalendarView,
  listEvents,
  listExceptions,
  listInstances,
  patchEvent,
  postEvent,
  removeEvent,
  viewOf,
} from './event-routes.ts'
import { postGetSchedule } from './get-schedule.ts'
import { postAnswer, postCancellation } from './meeting-routes.ts'
import { accessDenied, Refusal } from './refusal.ts'
import { type CalendarScope, mailboxOfPath, type Target, targetOf } from './target.ts'
import type { ViewCache } from './view-cache.ts'

export interface Service {
  readonly place: Place
  readonly tokens: DeltaTokens
  readonly views: ViewCache
}

/** Answers a request that has passed authentication, faults and throttling; throws a Refusal for an error answer. */
export function route(service: Service, request: GraphRequest): Answer {
  const { tenant } = service.place
  const { mailbox, rest } = mailboxOfPath(tenant, request.segments, request.isApplication)
  if (!mailbox.isReachable || (mailbox.kind === 'group' && request.isApplication)) {
    throw accessDenied()
  }
  const target = targetOf(tenant, mailbox, rest)
  return 'scope' in target ? calendarAnswer(service, request, target) : mailboxAnswer(service, request, target)
}

type ScopeTarget = Extract<Target, { readonly scope: CalendarScope }>
type MailboxTarget = Exclude<Target, ScopeTarget>

function mailboxAnswer({ place }: Service, request: GraphRequest, target: MailboxTarget): Answer {
  const asked = { place, request, mailbox: target.mailbox }
  switch (`${request.method} ${target.kind}`) {
    case 'GET profile':
      return getProfile(asked)
    case 'GET mailboxSettings':
      return getMailboxSettings(asked)
    case 'GET calendars':
      return listCalendars(asked)
    case 'POST calendars':
      return postCalendar(asked)
    case 'GET calendarGroups':
      return listCalendarGroups(asked)
    case 'POST calendarGroups':
      return postCalendarGroup(asked)
    default:
      return 'group' in target ? groupAnswer(asked, target) : notAllowed(request)
  }
}

type GroupTarget = Extract<Target, { readonly kind: 'groupCalendars' | 'calendarGroup' }>

function groupAnswer(asked: Parameters<typeof listCalendars>[0], target: GroupTarget): Answer {
  switch (`${asked.request.method} ${target.kind}`) {
    case 'GET groupCalendars':
      return listCalendars(asked, target.group)
    case 'POST groupCalendars':
      return postCalendar(asked, target.group)
    case 'GET calendarGroup':
      return getCalendarGroup(asked, target.group)
    case 'PATCH calendarGroup':
      return patchCalendarGroup(asked, target.group)
    case 'DELETE calendarGroup':
      return removeCalendarGroup(asked, target.group)
    default:
      return notAllowed(asked.request)
  }
}

function calendarAnswer(service: Service, request: GraphRequest, target: ScopeTarget): Answer {
  const { place, tokens, views } = service
  const { scope } = target
  const view = viewOf(request, scope)
  const asked = { place, request, scope, view, views }
  const owner = { place, request, mailbox: scope.mailbox }
  if ('id' in target) return oneEventAnswer(asked, target)
  switch (`${request.method} ${target.kind}`) {
    case 'GET calendar':
      return getCalendar(owner, scope.calendar)
    case 'PATCH calendar':
      return patchCalendar(owner, scope.calendar)
    case 'DELETE calendar':
      return removeCalendar(owner, scope.calendar)
    case 'GET events':
      return listEvents(asked)
    case 'POST events':
      return postEvent(asked)
    case 'POST getSchedule':
      return postGetSchedule(asked)
    case 'GET calendarView':
      return listCalendarView(asked)
    case 'GET viewDelta':
      return deltaPage({ ...asked, tokens, kind: 'view' })
    case 'GET eventsDelta':
      checkEventsDelta(place, request, scope)
      return deltaPage({ ...asked, tokens, kind: 'events' })
    default:
      return notAllowed(request)
  }
}

type EventTarget = Extract<Target, { readonly id: string }>

function oneEventAnswer(asked: Parameters<typeof getEvent>[0], target: EventTarget): Answer {
  switch (`${asked.request.method} ${target.kind}`) {
    case 'GET event':
      return getEvent(asked, target.id)
    case 'PATCH event':
      return patchEvent(asked, target.id)
    case 'DELETE event':
      return removeEvent(asked, target.id)
    case 'GET instances':
      return listInstances(asked, target.id)
    case 'GET exceptionOccurrences':
      return listExceptions(asked, target.id)
    default:
      return meetingAnswer(asked, target)
  }
}

function meetingAnswer(asked: Parameters<typeof getEvent>[0], { kind, id }: EventTarget): Answer {
  if (asked.request.method === 'POST') {
    if (kind === 'cancel') return postCancellation(asked, id)
    if (kind === 'accept' || kind === 'tentativelyAccept' || kind === 'decline') return postAnswer(asked, id, kind)
  }
  return notAllowed(asked.request)
}

/** Documented for beta only, and not for group calendars. */
function checkEventsDelta(place: Place, request: GraphRequest, scope: CalendarScope): void {
  const { eventsDelta, eventsDeltaRefusal } = place.switches
  const isThere = eventsDelta === 'both' || (eventsDelta === 'beta' && request.version === 'beta')
  if (isThere && scope.mailbox.kind !== 'group') return
  const status = Number(eventsDeltaRefusal)
  const code = { 400: 'BadRequest', 404: 'ResourceNotFound', 501: 'NotImplemented' }[status] ?? 'BadRequest'
  throw new Refusal(status, code, "Resource not found for the segment 'delta'.")
}

function notAllowed(request: GraphRequest): never {
  throw new Refusal(
    405,
    'BadRequest',
    `Specified HTTP method is not allowed for the request target: ${request.method}.`,
  )
}
