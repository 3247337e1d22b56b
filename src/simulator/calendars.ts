// Changes of mailboxes, calendars and calendar groups. Graph pages "Create calendar", "Update calendar", "Delete calendar".
import type { GraphEmailAddress } from '../graph/types.ts'
import { deleteEvent } from './changes.ts'
import type { Place } from './place.ts'
import { guidOf } from './ids.ts'
import { badProperty, Refusal } from './refusal.ts'
import type { Calendar, CalendarGroup, Mailbox, Tenant } from './tenant.ts'

export interface NewMailbox {
  readonly kind: Mailbox['kind']
  readonly displayName: string
  readonly address: string
  readonly timeZone: string
}

/** A mailbox with its default calendar, and for people the group "My Calendars". */
export function createMailbox(tenant: Tenant, made: NewMailbox): Mailbox {
  const mailbox: Mailbox = { id: guidOf(`${tenant.seed}/${made.address}`), isReachable: true, ...made }
  tenant.mailboxes.set(mailbox.id, mailbox)
  const group = made.kind === 'group' ? undefined : createCalendarGroup(tenant, mailbox, 'My Calendars').key
  addCalendar(tenant, mailbox, { name: 'Calendar', color: 'auto', group, isDefault: true })
  return mailbox
}

export function createCalendarGroup(tenant: Tenant, mailbox: Mailbox, name: string): CalendarGroup {
  const group = { key: tenant.nextKey(), mailbox: mailbox.id, name, version: tenant.nextVersion().version }
  tenant.groups.set(group.key, group)
  return group
}

/** Throws a Refusal for a name that the mailbox has already. */
export function renameCalendarGroup({ tenant }: Place, group: CalendarGroup, name: string): CalendarGroup {
  checkGroupName(tenant, group.mailbox, name)
  const renamed = { ...group, name, version: tenant.nextVersion().version }
  tenant.groups.set(group.key, renamed)
  return renamed
}

/** The first group of a mailbox stays. Calendars of a deleted one come into it. */
export function deleteCalendarGroup({ tenant }: Place, group: CalendarGroup): void {
  const [first] = [...tenant.groups.values()].filter(({ mailbox }) => mailbox === group.mailbox)
  if (first === undefined || first.key === group.key) throw distinguishedFolder()
  for (const calendar of tenant.calendars.values()) {
    if (calendar.group === group.key) tenant.calendars.set(calendar.key, { ...calendar, group: first.key })
  }
  tenant.groups.delete(group.key)
}

export function checkGroupName(tenant: Tenant, mailbox: string, name: string): void {
  if (name === '') throw badProperty('A calendar group needs a name.')
  const names = [...tenant.groups.values()].filter((group) => group.mailbox === mailbox).map((group) => group.name)
  if (names.includes(name)) throw nameTaken()
}

export interface NewCalendar {
  readonly name: string
  readonly color: string
  /** Undefined: the mailbox's first group. */
  readonly group: number | undefined
  readonly hexColor?: string
  readonly canEdit?: boolean
  readonly isDefault?: boolean
  readonly properties?: ReadonlyMap<string, string>
}

/** Throws a Refusal for a name that the mailbox has already. */
export function createCalendar(place: Place, mailbox: Mailbox, made: NewCalendar): Calendar {
  const { tenant } = place
  if (made.name === '') throw badProperty('A calendar needs a name.')
  checkName(tenant, mailbox, made.name)
  return addCalendar(tenant, mailbox, made)
}

function addCalendar(tenant: Tenant, mailbox: Mailbox, made: NewCalendar): Calendar {
  const firstGroup = [...tenant.groups.values()].find((group) => group.mailbox === mailbox.id)
  const calendar: Calendar = {
    key: tenant.nextKey(),
    mailbox: mailbox.id,
    group: made.group ?? firstGroup?.key,
    name: made.name,
    color: made.color,
    hexColor: made.hexColor ?? '',
    isDefault: made.isDefault ?? false,
    canEdit: made.canEdit ?? true,
    owner: ownerOf(mailbox),
    source: undefined,
    properties: made.properties ?? new Map<string, string>(),
    idGeneration: 0,
    version: tenant.nextVersion().version,
  }
  tenant.calendars.set(calendar.key, calendar)
  return calendar
}

function ownerOf(mailbox: Mailbox): GraphEmailAddress {
  return { name: mailbox.displayName, address: mailbox.address }
}

/** Shows another mailbox's calendar among this one's, under ids of its own. */
export function shareCalendar(tenant: Tenant, source: Calendar, into: Mailbox, canEdit: boolean): Calendar {
  const shared: Calendar = {
    ...addCalendar(tenant, into, { name: source.owner.name, color: source.color, group: undefined, canEdit }),
    owner: source.owner,
    source: source.key,
  }
  tenant.calendars.set(shared.key, shared)
  return shared
}

export function updateCalendar(
  place: Place,
  calendar: Calendar,
  changes: Partial<
    Pick<Calendar, 'name' | 'color' | 'hexColor' | 'isDefault' | 'canEdit' | 'idGeneration' | 'properties'>
  >,
): Calendar {
  const { tenant } = place
  const mailbox = tenant.mailboxOf(calendar)
  if (changes.name === '') throw badProperty('A calendar needs a name.')
  if (changes.name !== undefined && changes.name !== calendar.name) checkName(tenant, mailbox, changes.name)
  if (changes.isDefault === true && !calendar.isDefault) {
    for (const other of tenant.calendarsOf(mailbox)) tenant.calendars.set(other.key, { ...other, isDefault: false })
  }
  const changed: Calendar = { ...calendar, ...changes, version: tenant.nextVersion().version }
  tenant.calendars.set(changed.key, changed)
  return changed
}

/** Deletes a calendar and its events; the default one stays. */
export function deleteCalendar(place: Place, calendar: Calendar): void {
  const { tenant } = place
  if (calendar.isDefault) throw distinguishedFolder()
  if (calendar.source === undefined) for (const event of tenant.eventsOf(calendar)) deleteEvent(place, event)
  tenant.calendars.delete(calendar.key)
}

function checkName(tenant: Tenant, mailbox: Mailbox, name: string): void {
  if (tenant.calendarsOf(mailbox).some((calendar) => calendar.name === name)) throw nameTaken()
}

function nameTaken(): Refusal {
  return new Refusal(409, 'ErrorFolderExists', 'A folder with the specified name already exists.')
}

function distinguishedFolder(): Refusal {
  return new Refusal(400, 'ErrorDeleteDistinguishedFolder', 'Distinguished folders cannot be deleted.')
}
