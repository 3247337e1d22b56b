// start and end of one event ⇄ DTSTART and DTEND (RFC 5545 §3.8.2.4, §3.8.2.2; Graph page "event resource type").
import type { GraphEvent } from '../graph/types.ts'
import { dayMs, type IcalTime } from '../ical/value.ts'
import type { OnLoss } from './schedule.ts'
import { dayOfGraph, icalDateOf, icalTimeOf, instantOfGraph } from './time.ts'
import { zoneOf } from './zones.ts'

export interface EventTimes {
  readonly start: IcalTime
  /** Exclusive; undefined for an event of no length. */
  readonly end: IcalTime | undefined
}

/**
 * The times of a single event, each in the zone of its own label. A label that names no zone costs the zone only: the
 * instants are Graph's, written in UTC.
 * @throws UnsupportedError when a time is none
 */
export function timesOfSingle(event: GraphEvent, onLoss: OnLoss): EventTimes {
  const zone = zoneOf([event.originalStartTimeZone], 'UTC')
  if (!zone.isKnown && event.originalStartTimeZone.trim() !== '' && !event.isAllDay) {
    onLoss('its time zone is not known, so its times are written in UTC')
  }
  return timesIn(zone.tzid, event, onLoss)
}

/**
 * The times of an event that starts in this zone (IANA) and ends there too unless its label says otherwise; dates alone
 * when it is all-day, at least one of them.
 * @throws UnsupportedError when a time is none
 */
export function timesIn(tzid: string, event: GraphEvent, onLoss: OnLoss): EventTimes {
  if (event.isAllDay) {
    const day = dayOfGraph(event.start, event.originalStartTimeZone)
    const end = dayOfGraph(event.end, event.originalEndTimeZone)
    return { start: icalDateOf(day), end: icalDateOf(Math.max(end, day + dayMs)) }
  }
  const [start, end] = [instantOfGraph(event.start), instantOfGraph(event.end)]
  if (end < start) onLoss('it ends before it starts, so it is shown without a length')
  const isOneZone = event.originalEndTimeZone === event.originalStartTimeZone
  const endZone = isOneZone ? tzid : zoneOf([event.originalEndTimeZone], tzid).tzid
  return { start: icalTimeOf(start, tzid), end: end <= start ? undefined : icalTimeOf(end, endZone) }
}
