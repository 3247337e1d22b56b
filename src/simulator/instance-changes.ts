// Changes of one instance of a series. Graph pages "Update event" (occurrences), "Delete event".
import type { Trusted } from './trusted.ts'
import type { Day } from './days.ts'
import type { StoredEvent, StoredException, When } from './event.ts'
import type { EventInput } from './event-input.ts'
import { instanceAt, type Item, spanOf } from './instances.ts'
import { shownTime } from './kept-times.ts'
import type { Place } from './place.ts'
import { changedProperties } from './properties.ts'
import { neighbouringSlots, slotDays } from './recurrence.ts'
import { invalidRequest, itemNotFound, Refusal } from './refusal.ts'
import { whenOf } from './schedule.ts'
import type { Switches } from './switches.ts'
import { localTimeOf } from './zone-time.ts'

/** Changes one instance of a series: it becomes (or stays) an exception. The master gets a new version too. */
export function updateInstance(
  place: Place,
  event: StoredEvent,
  slot: Day,
  input: EventInput,
  trusted: Trusted = { content: {} },
): StoredEvent {
  const { tenant, switches } = place
  const item = instanceAt(event, slot, switches)
  if (!item) throw itemNotFound()
  if (input.recurrence) throw invalidRequest('The recurrence of an occurrence cannot be set.')
  const when =
    input.start || input.end || input.isAllDay !== undefined ? movedInstance(event, item, input) : item.exception?.when
  if (when) checkBoundaries(place, event, slot, when)
  const stamp = tenant.nextVersion()
  const exception: StoredException = {
    slot,
    overrides: { ...item.exception?.overrides, ...input.content, ...trusted.content },
    when,
    properties: changedProperties(place, item.exception?.properties ?? new Map(), input.properties),
    created: item.exception?.created ?? stamp.modified,
    ...stamp,
  }
  const { version, modified } = tenant.nextVersion()
  const changed = {
    ...event,
    exceptions: new Map([...event.exceptions, [slot, exception] as const]),
    version,
    modified,
  }
  tenant.commit(event, changed)
  return changed
}

function movedInstance(event: StoredEvent, item: Item, input: EventInput): When {
  const isAllDay = input.isAllDay ?? item.when.isAllDay
  const shown = { ...event, when: item.when }
  const start = input.start ?? shownTime(shown, item.when.start, event.startZone)
  const end = input.end ?? shownTime(shown, item.when.end, event.endZone)
  return whenOf(start, end, isAllDay)
}

/**
 * Graph page "Update event": an occurrence cannot move to or before the day of the previous one, nor to or after the day
 * of the next, deleted neighbours included.
 */
function checkBoundaries(place: Place, event: StoredEvent, slot: Day, when: When): void {
  const { recurrence } = event
  if (!recurrence) return
  const dayOf = (time: When): Day => (time.isAllDay ? time.start : localTimeOf(spanOf(time).start, recurrence.zone).day)
  const { previous, next } = neighbouringSlots(recurrence, slot, place.switches.monthEnd)
  const placeOf = (neighbour: Day | undefined): Day | undefined => {
    const moved = neighbour === undefined ? undefined : event.exceptions.get(neighbour)?.when
    return moved ? dayOf(moved) : neighbour
  }
  const [before, after, day] = [placeOf(previous), placeOf(next), dayOf(when)]
  if ((before !== undefined && day <= before) || (after !== undefined && day >= after)) {
    throw new Refusal(
      400,
      'ErrorOccurrenceCrossingBoundary',
      'Modified occurrence is crossing or overlapping adjacent occurrence.',
    )
  }
}

/** Deletes one instance. The series itself goes with its last one, where the range is finite. */
export function cancelInstance(place: Place, event: StoredEvent, slot: Day): StoredEvent | undefined {
  const { tenant, switches } = place
  if (!instanceAt(event, slot, switches)) throw itemNotFound()
  const cancelled = [...event.cancelled, slot].sort((one, other) => one - other)
  const exceptions = new Map([...event.exceptions].filter(([day]) => day !== slot))
  const changed = { ...event, cancelled, exceptions, ...tenant.nextVersion() }
  if (switches.emptySeries === 'deleted' && isEmpty(changed, switches)) {
    tenant.commit(event, undefined)
    return undefined
  }
  tenant.commit(event, changed, true)
  return changed
}

function isEmpty(event: StoredEvent, switches: Switches): boolean {
  if (!event.recurrence || event.recurrence.range.type === 'noEnd') return false
  const first = localDay(event)
  const slots = slotDays(event.recurrence, first, first + 366 * 1000, switches.monthEnd)
  return slots.length <= event.cancelled.length
}

function localDay(event: StoredEvent): Day {
  return event.when.isAllDay ? event.when.start : localTimeOf(event.when.start, event.recurrence?.zone ?? 'UTC').day
}
