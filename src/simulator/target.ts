// What a path means: mailbox, calendar, event, and what is wanted of it. Graph pages "calendar", "calendarGroup", "event";
// the path is read once, here, and nothing below looks at it again.
import type { Calendar, CalendarGroup, Mailbox, Tenant } from './tenant.ts'
import { itemNotFound, Refusal } from './refusal.ts'

/** Where events are looked for. */
export interface CalendarScope {
  readonly mailbox: Mailbox
  readonly calendar: Calendar
  /** `/me/events/{id}` finds events of all calendars of the mailbox; a path with a calendar only those in it. */
  readonly isWholeMailbox: boolean
}

/** What can be done to a meeting by POST. */
export type MeetingAction = 'accept' | 'tentativelyAccept' | 'decline' | 'cancel'

export type Target =
  | { readonly kind: 'profile' | 'mailboxSettings' | 'calendars' | 'calendarGroups'; readonly mailbox: Mailbox }
  | { readonly kind: 'groupCalendars' | 'calendarGroup'; readonly mailbox: Mailbox; readonly group: CalendarGroup }
  | {
      readonly kind: 'calendar' | 'events' | 'calendarView' | 'viewDelta' | 'eventsDelta' | 'getSchedule'
      readonly scope: CalendarScope
    }
  | {
      readonly kind: 'event' | 'instances' | 'exceptionOccurrences' | MeetingAction
      readonly scope: CalendarScope
      readonly id: string
    }

/** The mailbox that the first segments name, and the rest; throws a Refusal for one that does not exist. */
export function mailboxOfPath(
  tenant: Tenant,
  segments: readonly string[],
  isApplication: boolean,
): { readonly mailbox: Mailbox; readonly rest: readonly string[] } {
  const [kind = '', name = ''] = segments
  if (kind === 'me') {
    if (isApplication) {
      throw new Refusal(400, 'BadRequest', '/me request is only valid with delegated authentication flow.')
    }
    return { mailbox: tenant.me, rest: segments.slice(1) }
  }
  const mailbox = kind === 'users' || kind === 'groups' ? tenant.findMailbox(name) : undefined
  if (!mailbox || (mailbox.kind === 'group') !== (kind === 'groups')) throw noResource(kind, name)
  return { mailbox, rest: segments.slice(2) }
}

function noResource(kind: string, name: string): Refusal {
  if (kind !== 'users' && kind !== 'groups') return noSegment(kind)
  return kind === 'users'
    ? new Refusal(404, 'ErrorInvalidUser', `The requested user '${name}' is invalid.`)
    : new Refusal(404, 'Request_ResourceNotFound', `Resource '${name}' does not exist.`)
}

export function noSegment(segment: string): Refusal {
  return new Refusal(400, 'BadRequest', `Resource not found for the segment '${segment}'.`)
}

/** Reads the segments behind the mailbox. */
export function targetOf(tenant: Tenant, mailbox: Mailbox, rest: readonly string[]): Target {
  const [first, id, ...more] = rest
  const isGroup = mailbox.kind === 'group'
  if (first === undefined) return { kind: 'profile', mailbox }
  if (first === 'mailboxSettings' && !isGroup) return { kind: first, mailbox }
  if (first === 'calendar') {
    return inCalendar(scopeOf(tenant.defaultCalendar(mailbox), mailbox), rest.slice(1))
  }
  if (first === 'calendars' && !isGroup) {
    if (id === undefined) return { kind: 'calendars', mailbox }
    return inCalendar(scopeOf(calendarOf(tenant, mailbox, id), mailbox), more)
  }
  if (first === 'calendarGroups' && !isGroup) return inGroups(tenant, mailbox, rest.slice(1))
  const scope: CalendarScope = {
    mailbox,
    calendar: tenant.defaultCalendar(mailbox),
    isWholeMailbox: true,
  }
  return inCalendar(scope, rest)
}

function inGroups(tenant: Tenant, mailbox: Mailbox, rest: readonly string[]): Target {
  const [id, calendars, calendarId, ...more] = rest
  if (id === undefined) return { kind: 'calendarGroups', mailbox }
  const group = [...tenant.groups.values()].find(
    (one) => one.mailbox === mailbox.id && isOneOf(id, (family) => tenant.groupId(one, family)),
  )
  if (!group) throw itemNotFound()
  if (calendars === undefined) return { kind: 'calendarGroup', mailbox, group }
  if (calendars !== 'calendars') throw noSegment(calendars)
  if (calendarId === undefined) return { kind: 'groupCalendars', mailbox, group }
  const calendar = calendarOf(tenant, mailbox, calendarId)
  if (calendar.group !== group.key) throw itemNotFound()
  return inCalendar(scopeOf(calendar, mailbox), more)
}

function inCalendar(scope: CalendarScope, rest: readonly string[]): Target {
  const [first, id, third, ...more] = rest
  if (first === undefined) return { kind: 'calendar', scope }
  if (more.length > 0) throw noSegment(more[0] ?? '')
  if (first === 'calendarView') {
    if (id === undefined) return { kind: 'calendarView', scope }
    if (isDelta(id) && third === undefined) return { kind: 'viewDelta', scope }
    throw noSegment(id)
  }
  if (isGetSchedule(first) && id === undefined && scope.mailbox.kind !== 'group' && !scope.isWholeMailbox) {
    return { kind: 'getSchedule', scope }
  }
  if (first !== 'events') throw noSegment(first)
  if (id === undefined) return { kind: 'events', scope }
  if (isDelta(id) && third === undefined) return { kind: 'eventsDelta', scope }
  if (third === undefined) return { kind: 'event', scope, id }
  if (third === 'instances' || third === 'exceptionOccurrences') return { kind: third, scope, id }
  const action = actionOf(third)
  // Events of groups cannot be answered (Graph page "Known issues").
  if (action && scope.mailbox.kind !== 'group') return { kind: action, scope, id }
  throw noSegment(third)
}

function isGetSchedule(segment: string): boolean {
  return segment.replace(/^microsoft\.graph\./, '') === 'getSchedule'
}

function actionOf(segment: string): MeetingAction | undefined {
  const name = segment.replace(/^microsoft\.graph\./, '')
  return (['accept', 'tentativelyAccept', 'decline', 'cancel'] as const).find((action) => action === name)
}

/** `delta`, `delta()`, `microsoft.graph.delta` and `microsoft.graph.delta()` are one function. */
function isDelta(segment: string): boolean {
  return /^(?:microsoft\.graph\.)?delta(?:\(\))?$/.test(segment)
}

function scopeOf(calendar: Calendar, mailbox: Mailbox): CalendarScope {
  return { mailbox, calendar, isWholeMailbox: false }
}

function calendarOf(tenant: Tenant, mailbox: Mailbox, id: string): Calendar {
  const found = tenant.calendarsOf(mailbox).find((one) => isOneOf(id, (family) => tenant.calendarId(one, family)))
  if (!found) throw itemNotFound()
  return found
}

function isOneOf(id: string, idOf: (family: 'default' | 'immutable') => string): boolean {
  return id === idOf('default') || id === idOf('immutable')
}
