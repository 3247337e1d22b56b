// Kept times as a request would have said them: what a change that names only one end starts from.
import type { StoredEvent } from './event.ts'
import type { InputTime } from './event-input.ts'
import { localTimeOf, zoneOfLabel } from './zone-time.ts'

/** Start and end as they were posted: of a series on the clock of its zone, where a start in the spring gap has its place. */
export function keptTimes(event: StoredEvent): { readonly start: InputTime; readonly end: InputTime } {
  const { recurrence, when, startZone, endZone } = event
  if (!recurrence || when.isAllDay || zoneOfLabel(startZone) !== recurrence.zone) {
    return { start: shownTime(event, when.start, startZone), end: shownTime(event, when.end, endZone) }
  }
  const { startSecond, wallSeconds } = recurrence
  const { day } = localTimeOf(when.start, recurrence.zone)
  const end = startSecond + wallSeconds
  return {
    start: { local: { day, second: startSecond }, label: startZone },
    end: { local: { day: day + Math.floor(end / 86_400), second: end % 86_400 }, label: startZone },
  }
}

/** A kept time as a request would have said it: in the zone of its label, or in UTC when that means none. */
export function shownTime(event: StoredEvent, time: number, label: string): InputTime {
  if (event.when.isAllDay) return { local: { day: time, second: 0 }, label: zoneOfLabel(label) ? label : 'UTC' }
  const zone = zoneOfLabel(label)
  return { local: localTimeOf(time, zone ?? 'UTC'), label: zone ? label : 'UTC' }
}
