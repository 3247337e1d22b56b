// Somebody else's meeting in a text for an event of one's own: an imported invitation, or one that a client copied. Its people
// must never become guests of ours, or Exchange would mail them all (RFC 6638 §3.2.4.1 wants the organizer to be the owner).
import type { CalendarObject, Component } from '../ical/object.ts'
import { eventsOf, firstProperty, withoutProperties } from '../ical/text.ts'
import { organizerOf } from './compare-people.ts'
import { isSameAddress } from './people.ts'
import type { OnLoss } from './schedule.ts'

/** The object, its people left out when its organizer is none of these addresses. */
export function withoutForeignPeople(
  wanted: CalendarObject,
  ownAddresses: readonly string[],
  onLoss: OnLoss,
): CalendarObject {
  const isForeign = (event: Component): boolean => {
    const organizer = organizerOf(event)
    return organizer !== undefined && !ownAddresses.some((own) => isSameAddress(own, organizer))
  }
  const events = eventsOf(wanted)
  if (!events.some(isForeign)) return wanted
  if (events.some((event) => firstProperty(event, 'ATTENDEE'))) {
    onLoss('it is somebody else’s meeting, which only an invitation can bring; its people are left out')
  }
  const alone = (event: Component): Component => withoutProperties(event, ['ORGANIZER', 'ATTENDEE'])
  return { ...wanted, master: wanted.master && alone(wanted.master), overrides: wanted.overrides.map(alone) }
}
