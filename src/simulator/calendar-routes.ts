// Calendars, calendar groups, profiles and mailbox settings. Graph pages "calendar", "List calendars", "List
// calendarGroups", "user", "mailboxSettings".
import { type Answer, type GraphRequest, queryOf } from './answer.ts'
import {
  checkGroupName,
  createCalendar,
  createCalendarGroup,
  deleteCalendar,
  deleteCalendarGroup,
  renameCalendarGroup,
  updateCalendar,
} from './calendars.ts'
import type { Place } from './place.ts'
import { changeKeyOf } from './ids.ts'
import { propertiesAt } from './event-input.ts'
import { booleanAt, type JsonObject, parseBody, stringAt, wordAt } from './json.ts'
import { appliedHeaders, listAnswer } from './listing.ts'
import { changedProperties } from './properties.ts'
import { badRequest } from './refusal.ts'
import type { Calendar, CalendarGroup, Mailbox } from './tenant.ts'

const colors = [
  'auto',
  'lightBlue',
  'lightGreen',
  'lightOrange',
  'lightGray',
  'lightYellow',
  'lightTeal',
  'lightPink',
  'lightBrown',
  'lightRed',
  'maxColor',
] as const

export interface MailboxRequest {
  readonly place: Place
  readonly request: GraphRequest
  readonly mailbox: Mailbox
}

export function listCalendars(asked: MailboxRequest, group?: CalendarGroup): Answer {
  const { place, mailbox } = asked
  const calendars = place.tenant.calendarsOf(mailbox).filter((one) => !group || one.group === group.key)
  return listAnswer<Calendar>(asked.request, {
    context: `users('${mailbox.id}')/calendars`,
    entries: calendars,
    comparable: (calendar) => calendarMembers(asked, calendar),
    properties: ({ properties }) => properties,
    show: (calendar) => listedJson(asked, calendar),
    pageSize: place.switches.pageSize,
  })
}

export function getCalendar(asked: MailboxRequest, calendar: Calendar): Answer {
  return entity(asked, 'calendars', calendarMembers(asked, calendar), expandedProperties(asked, calendar))
}

export function postCalendar(asked: MailboxRequest, group?: CalendarGroup): Answer {
  const { place, request, mailbox } = asked
  const body = parseBody(request.body)
  const made = createCalendar(place, mailbox, {
    name: stringAt(body, 'name') ?? '',
    color: wordAt(body, 'color', colors) ?? 'auto',
    group: group?.key,
    properties: changedProperties(place, new Map(), propertiesAt(body)),
  })
  return { status: 201, headers: appliedHeaders(request), json: calendarJson(asked, made) }
}

export function patchCalendar(asked: MailboxRequest, calendar: Calendar): Answer {
  const { place, request } = asked
  const body = parseBody(request.body)
  const changed = updateCalendar(place, calendar, {
    name: stringAt(body, 'name') ?? calendar.name,
    color: wordAt(body, 'color', colors) ?? calendar.color,
    isDefault: booleanAt(body, 'isDefaultCalendar') ?? calendar.isDefault,
    properties: changedProperties(place, calendar.properties, propertiesAt(body)),
  })
  return { status: 200, headers: appliedHeaders(request), json: calendarJson(asked, changed) }
}

export function removeCalendar(asked: MailboxRequest, calendar: Calendar): Answer {
  deleteCalendar(asked.place, calendar)
  return { status: 204 }
}

export function listCalendarGroups(asked: MailboxRequest): Answer {
  const { place, mailbox } = asked
  const groups = [...place.tenant.groups.values()].filter((group) => group.mailbox === mailbox.id)
  return listAnswer<CalendarGroup>(asked.request, {
    context: `users('${mailbox.id}')/calendarGroups`,
    entries: groups,
    comparable: (group) => groupJson(asked, group),
    properties: () => new Map(),
    show: (group) => groupJson(asked, group),
    pageSize: place.switches.pageSize,
  })
}

export function getCalendarGroup(asked: MailboxRequest, group: CalendarGroup): Answer {
  return entity(asked, 'calendarGroups', groupJson(asked, group))
}

export function postCalendarGroup(asked: MailboxRequest): Answer {
  const { place, request, mailbox } = asked
  const name = stringAt(parseBody(request.body), 'name') ?? ''
  checkGroupName(place.tenant, mailbox.id, name)
  const made = createCalendarGroup(place.tenant, mailbox, name)
  return { status: 201, headers: appliedHeaders(request), json: groupJson(asked, made) }
}

export function patchCalendarGroup(asked: MailboxRequest, group: CalendarGroup): Answer {
  const { place, request } = asked
  const name = stringAt(parseBody(request.body), 'name') ?? group.name
  const changed = name === group.name ? group : renameCalendarGroup(place, group, name)
  return { status: 200, headers: appliedHeaders(request), json: groupJson(asked, changed) }
}

export function removeCalendarGroup({ place }: MailboxRequest, group: CalendarGroup): Answer {
  deleteCalendarGroup(place, group)
  return { status: 204 }
}

/** Graph page "Get a user" (ordinary members), "Get group" for a group. */
export function getProfile(asked: MailboxRequest): Answer {
  const { mailbox } = asked
  const shared = { id: mailbox.id, displayName: mailbox.displayName, mail: mailbox.address }
  const json =
    mailbox.kind === 'group'
      ? { ...shared, groupTypes: ['Unified'], mailEnabled: true, securityEnabled: false, visibility: 'Private' }
      : {
          businessPhones: [],
          ...shared,
          givenName: mailbox.displayName.split(' ')[0] ?? '',
          jobTitle: null,
          mobilePhone: null,
          officeLocation: null,
          preferredLanguage: null,
          surname: mailbox.displayName.split(' ').at(-1) ?? '',
          userPrincipalName: mailbox.address,
        }
  return entity(asked, mailbox.kind === 'group' ? 'groups' : 'users', json)
}

export function getMailboxSettings(asked: MailboxRequest): Answer {
  const { mailbox } = asked
  return entity(asked, 'mailboxSettings', {
    archiveFolder: '',
    timeZone: mailbox.timeZone,
    delegateMeetingMessageDeliveryOptions: 'sendToDelegateOnly',
    dateFormat: 'yyyy-MM-dd',
    timeFormat: 'HH:mm',
    userPurpose: mailbox.kind === 'shared' ? 'shared' : 'user',
    automaticRepliesSetting: { status: 'disabled', externalAudience: 'all' },
    language: { locale: 'en-US', displayName: 'English (United States)' },
    workingHours: {
      daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
      startTime: '08:00:00.0000000',
      endTime: '17:00:00.0000000',
      timeZone: { name: mailbox.timeZone },
    },
  })
}

function entity(asked: MailboxRequest, kind: string, json: JsonObject, expanded: JsonObject = {}): Answer {
  const { request, mailbox } = asked
  const context = `${request.base}/${request.version}/$metadata#users('${mailbox.id}')/${kind}/$entity`
  return {
    status: 200,
    headers: appliedHeaders(request),
    json: { '@odata.context': context, ...selected(request, json), ...expanded },
  }
}

/** `$select` on what is no event: the named members. */
function selected(request: GraphRequest, json: JsonObject): JsonObject {
  const names = request.parameters
    .get('$select')
    ?.split(',')
    .map((name) => name.trim().toLowerCase())
  if (!names || names.includes('*')) return json
  return Object.fromEntries(
    Object.entries(json).filter(([name]) => name === 'id' || names.includes(name.toLowerCase())),
  )
}

/** A calendar as the query asks for it. */
function calendarJson(asked: MailboxRequest, calendar: Calendar): JsonObject {
  return { ...selected(asked.request, calendarMembers(asked, calendar)), ...expandedProperties(asked, calendar) }
}

/** The same in a list. */
function listedJson(asked: MailboxRequest, calendar: Calendar): JsonObject {
  const { singleValueExtendedProperties, ...members } = calendarJson(asked, calendar)
  const isShown = asked.place.switches.calendarListProperties && singleValueExtendedProperties !== undefined
  return isShown ? { ...members, singleValueExtendedProperties } : members
}

function expandedProperties({ request }: MailboxRequest, { properties }: Calendar): JsonObject {
  const { expand } = queryOf(request)
  const wrong = expand.find(({ name }) => name !== 'singleValueExtendedProperties')
  if (wrong) throw badRequest(`The property '${wrong.name}' cannot be used in the $expand query option.`)
  const asked = expand.flatMap(({ propertyIds }) => propertyIds)
  const found = asked.filter((id) => properties.has(id)).map((id) => ({ id, value: properties.get(id) }))
  return found.length > 0 ? { singleValueExtendedProperties: found } : {}
}

function calendarMembers({ place, request, mailbox }: MailboxRequest, calendar: Calendar): JsonObject {
  const { tenant, switches } = place
  const family = switches.immutableCalendarIds ? request.preferences.family : 'default'
  const isOwn = calendar.source === undefined
  return {
    id: tenant.calendarId(calendar, family),
    name: calendar.name,
    color: calendar.color,
    hexColor: calendar.hexColor,
    isDefaultCalendar: calendar.isDefault,
    changeKey: changeKeyOf(tenant.keysOf(mailbox), calendar.version),
    canShare: isOwn,
    canViewPrivateItems: isOwn || calendar.canEdit,
    canEdit: calendar.canEdit,
    allowedOnlineMeetingProviders: ['teamsForBusiness'],
    defaultOnlineMeetingProvider: 'teamsForBusiness',
    isTallyingResponses: calendar.isDefault,
    isRemovable: !calendar.isDefault,
    owner: calendar.owner,
  }
}

function groupJson({ place, request, mailbox }: MailboxRequest, group: CalendarGroup): JsonObject {
  const { tenant, switches } = place
  const family = switches.immutableCalendarIds ? request.preferences.family : 'default'
  return {
    id: tenant.groupId(group, family),
    name: group.name,
    classId: '0006f0b7-0000-0000-c000-000000000046',
    changeKey: changeKeyOf(tenant.keysOf(mailbox), group.version),
  }
}
