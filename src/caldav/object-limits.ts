// The limits that a calendar states about the objects in it (RFC 4791 §5.2.6-5.2.9, §5.3.2.1). How large a text may be is seen
// while it is read.
import { GraphdavError } from '../base/errors.ts'
import type { CalendarObject, Component } from '../ical/object.ts'
import { parseObject } from '../ical/parse.ts'
import { parseRule } from '../ical/rule-text.ts'
import { eventsOf, propertiesOf } from '../ical/text.ts'
import { parseTime, timesOf, timesOrPeriodsOf, wallMs } from '../ical/value.ts'
import {
  maxAttendeesPerInstance,
  maxDatesLeftOut,
  maxDateTime,
  maxInstances,
  maxLinesOfEvent,
  minDateTime,
} from './limits.ts'

/** A limit that an object passes; its kind is that of the refusal. */
export interface PassedLimit {
  readonly kind:
    | 'min-date-time'
    | 'max-date-time'
    | 'max-instances'
    | 'max-attendees-per-instance'
    | 'valid-calendar-object-resource'
  readonly sentence: string
}

/** The first limit that the object of a text passes. Text that cannot be read passes none: others say what is wrong with it. */
export function passedLimit(text: string): PassedLimit | undefined {
  try {
    const object = parseObject(text)
    return passedTime(object) ?? passedCount(object)
  } catch (error) {
    if (error instanceof GraphdavError) return undefined
    throw error
  }
}

const earliest = instantOf(minDateTime)
const latest = instantOf(maxDateTime)

function instantOf(text: string): number {
  return wallMs(parseTime(text, undefined, '').wall)
}

// Of the instances that are named. A rule goes on beyond the last date as it likes: nobody is shown what it makes there. The
// clock is read as it is written, so the edges are those of every zone.
function passedTime(object: CalendarObject): PassedLimit | undefined {
  const times = eventsOf(object).flatMap(namedTimes)
  if (times.some((at) => at < earliest)) {
    return { kind: 'min-date-time', sentence: `no date of an event is before ${minDateTime}` }
  }
  if (times.some((at) => at > latest)) {
    return { kind: 'max-date-time', sentence: `no date of an event is after ${maxDateTime}` }
  }
  return undefined
}

function namedTimes(event: Component): readonly number[] {
  const single = ['DTSTART', 'DTEND', 'RECURRENCE-ID'].flatMap((name) => propertiesOf(event, name)).flatMap(timesOf)
  const added = propertiesOf(event, 'RDATE').flatMap(timesOrPeriodsOf)
  return [...single, ...added.map((date) => ('start' in date ? date.start : date))].map(({ wall }) => wallMs(wall))
}

function passedCount(object: CalendarObject): PassedLimit | undefined {
  const { master } = object
  const counted = master ? propertiesOf(master, 'RRULE').map(({ value }) => parseRule(value).count ?? 0) : []
  const added = master ? propertiesOf(master, 'RDATE').flatMap(timesOrPeriodsOf).length : 0
  if (counted.reduce((sum, count) => sum + count, added) > maxInstances) {
    return { kind: 'max-instances', sentence: `an event that ends has ${maxInstances} instances at most` }
  }
  if (master && propertiesOf(master, 'EXDATE').flatMap(timesOf).length > maxDatesLeftOut) {
    return { kind: 'max-instances', sentence: `a series leaves out ${maxDatesLeftOut} dates at most` }
  }
  if (eventsOf(object).some((event) => propertiesOf(event, 'ATTENDEE').length > maxAttendeesPerInstance)) {
    return { kind: 'max-attendees-per-instance', sentence: `a meeting has ${maxAttendeesPerInstance} people at most` }
  }
  if (eventsOf(object).some((event) => linesOf(event) > maxLinesOfEvent)) {
    return { kind: 'valid-calendar-object-resource', sentence: `an event has ${maxLinesOfEvent} lines at most` }
  }
  return undefined
}

function linesOf({ properties, components }: Component): number {
  return components.reduce((sum, component) => sum + 2 + linesOf(component), properties.length)
}
