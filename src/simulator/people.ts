// The people of every tenant: fictional names, example domains. The first mailbox is the one that signs in.
import { createCalendar, createCalendarGroup, createMailbox, shareCalendar } from './calendars.ts'
import type { Place } from './place.ts'
import type { Calendar, Mailbox } from './tenant.ts'

export interface People {
  readonly me: Mailbox
  readonly colleague: Mailbox
  /** A shared mailbox that the first person may edit. */
  readonly shared: Mailbox
  /** A Microsoft 365 group. */
  readonly team: Mailbox
  readonly work: Calendar
  readonly personal: Calendar
  /** In a calendar group of its own. */
  readonly projects: Calendar
  /** Cannot be edited. */
  readonly birthdays: Calendar
  /** The colleague's calendar, as it is shown among the first person's. */
  readonly colleagueShared: Calendar
}

/** Mailboxes and calendars without any event. */
export function createPeople(place: Place): People {
  const { tenant } = place
  const zone = 'W. Europe Standard Time'
  const person = (displayName: string, address: string): Mailbox =>
    createMailbox(tenant, { kind: 'user', displayName, address, timeZone: zone })
  const me = person('Mara Lindqvist', 'mara@fabrikam.example')
  const colleague = person('Noor Haddad', 'noor@fabrikam.example')
  const shared = createMailbox(tenant, {
    kind: 'shared',
    displayName: 'Front Desk',
    address: 'frontdesk@fabrikam.example',
    timeZone: zone,
  })
  const team = createMailbox(tenant, {
    kind: 'group',
    displayName: 'Harbour Project',
    address: 'harbour@fabrikam.example',
    timeZone: zone,
  })
  const group = createCalendarGroup(tenant, me, 'Projects')
  return {
    me,
    colleague,
    shared,
    team,
    work: tenant.defaultCalendar(me),
    personal: createCalendar(place, me, {
      name: 'Personal',
      color: 'lightGreen',
      hexColor: '#3cb371',
      group: undefined,
    }),
    projects: createCalendar(place, me, { name: 'Harbour', color: 'lightBlue', group: group.key }),
    birthdays: createCalendar(place, me, { name: 'Birthdays', color: 'lightPink', group: undefined, canEdit: false }),
    colleagueShared: shareCalendar(tenant, tenant.defaultCalendar(colleague), me, false),
  }
}
