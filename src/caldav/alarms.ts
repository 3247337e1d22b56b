// When the alarms of an event go off (RFC 5545 §3.8.6, RFC 4791 §9.9 fourth table). Pure.
import { instantOfTime, zonesOf } from '../ical/instant.ts'
import type { CalendarObject, Component, TimeRange } from '../ical/object.ts'
import { firstProperty, parameterOf, valueOf } from '../ical/text.ts'
import { dayMs, parseDuration, timeOf } from '../ical/value.ts'
import { someInstanceOf } from './instances.ts'

/** One VALARM and the event it is in: the master, for all instances that follow it, or one override. */
export interface AlarmOfEvent {
  readonly object: CalendarObject
  readonly floatingZone: string
  readonly event: Component
  readonly alarm: Component
}

/** A repeated alarm goes off no more often than this. */
const maxRepeats = 100

/** True when the alarm goes off, or goes off again, within the range. Throws `IcalError` for values that cannot be read. */
export function alarmTouches({ object, floatingZone, event, alarm }: AlarmOfEvent, range: TimeRange): boolean {
  const trigger = firstProperty(alarm, 'TRIGGER')
  if (!trigger) return false
  const isWithin = (at: number): boolean => at >= (range.start ?? -Infinity) && at < (range.end ?? Infinity)
  const repeats = repeatsOf(alarm)
  if (/^\d/.test(trigger.value)) {
    const at = instantOfTime(timeOf(trigger), zonesOf(object.zones, floatingZone))
    return repeats.some((later) => isWithin(at + later))
  }
  const offset = millisecondsOf(trigger.value, 'TRIGGER')
  const isFromEnd = parameterOf(trigger, 'RELATED') === 'END'
  return repeats.some((later) => {
    const shift = offset + later
    // A day more on both sides: the event's end is looked for, or its length is none.
    const around = {
      start: range.start === null ? null : range.start - shift - dayMs,
      end: range.end === null ? null : range.end - shift + dayMs,
    }
    return someInstanceOf({ object, event }, around, floatingZone, ({ start, end }) =>
      isWithin((isFromEnd ? end : start) + shift),
    )
  })
}

// The times after the first at which it goes off, the first included.
function repeatsOf(alarm: Component): readonly number[] {
  const count = Math.min(Number(valueOf(alarm, 'REPEAT') ?? 0) || 0, maxRepeats)
  const duration = valueOf(alarm, 'DURATION')
  const between = duration === undefined ? 0 : millisecondsOf(duration, 'DURATION')
  return Array.from({ length: count + 1 }, (_, index) => index * between)
}

function millisecondsOf(text: string, name: string): number {
  const { days, seconds } = parseDuration(text, name)
  return days * dayMs + seconds * 1000
}
