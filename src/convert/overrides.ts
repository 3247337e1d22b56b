// Changed occurrences → overrides (RFC 5545 §3.8.4.4 RECURRENCE-ID). Graph names the slot that an exception replaces in
// `originalStart`; where that is missing, the id shared by all copies of a meeting carries the date (MS-OXOCAL 2.2.1.27).
import { UnsupportedError } from '../base/errors.ts'
import { wallTimeOf } from '../base/zones.ts'
import type { GraphEvent } from '../graph/types.ts'
import type { Component } from '../ical/object.ts'
import { withoutProperties } from '../ical/text.ts'
import { dayMs, printTime, wallMs, type IcalTime } from '../ical/value.ts'
import { eventToIcal, lastModifiedOf, type EventFacts } from './event.ts'
import { endOfSlot, icalSlot, instantOfSlot, type OnLoss, type Schedule } from './schedule.ts'
import { dayOfGraphDate, dayOfWall, icalDateOf, icalTimeOf, instantOfStamp, dayOfSlot, onDay } from './time.ts'
import type { SlotDays } from './slots.ts'
import { timesIn, timesOfSingle, type EventTimes } from './times.ts'
import { zoneOf } from './zones.ts'

/** A VEVENT and the slot that it replaces. */
export interface Override {
  readonly slot: IcalTime
  readonly event: GraphEvent
  readonly component: Component
  /** True when a client would show the same without it. */
  readonly isPlain: boolean
}

/** What the overrides of a series have in common. */
export interface OverrideContext {
  readonly main: GraphEvent
  readonly schedule: Schedule
  readonly slots: SlotDays
  readonly facts: Omit<EventFacts, 'start' | 'end'>
  readonly onLoss: OnLoss
}

/** The override of an exception; undefined when nothing tells which date it replaces. */
export function overrideToIcal(event: GraphEvent, context: OverrideContext): Override | undefined {
  const { main, schedule, onLoss } = context
  const day = slotDayOf(event, context)
  const slot = day === undefined ? offPatternSlot(event, schedule) : icalSlot(schedule, day)
  if (slot === undefined) {
    onLoss('one of its changed dates does not say which date it replaces and is left out')
    return undefined
  }
  if (day === undefined) onLoss('one of its changed dates replaces a date that is not in its pattern')
  const slotTimes = { start: slot, end: day === undefined ? undefined : endOfSlot(schedule, day) }
  const facts = { ...context.facts, recurrenceId: slot, ...overrideTimes(event, context, slotTimes) }
  const component = eventToIcal(event, facts)
  const isInPlace =
    day !== undefined && isSameTime(facts.start, slotTimes.start) && isSameTime(facts.end, slotTimes.end)
  return { slot, event, component, isPlain: isInPlace && isSameToReaders(component, eventToIcal(main, facts)) }
}

/** Events of somebody's series to which the mailbox owner was invited one by one: overrides without a master. */
export function orphanToIcal(event: GraphEvent, facts: Omit<EventFacts, 'start' | 'end'>, onLoss: OnLoss): Override {
  const times = timesOfSingle(event, onLoss)
  const slot = orphanSlot(event, times)
  return { slot, event, component: eventToIcal(event, { ...facts, recurrenceId: slot, ...times }), isPlain: false }
}

/** One override per slot, the one that was changed last, in the order of the slots. */
export function sortOverrides(overrides: readonly Override[]): readonly Override[] {
  const bySlot = new Map<string, Override>()
  for (const override of overrides) {
    const key = printTime(override.slot)
    const rival = bySlot.get(key)
    if (rival === undefined || lastModifiedOf([override.event]) > lastModifiedOf([rival.event]))
      bySlot.set(key, override)
  }
  return [...bySlot.values()].sort((one, other) => wallMs(one.slot.wall) - wallMs(other.slot.wall))
}

// The day of the slot: the date that the event says or, since a zone or a clock change may move that, the day of the
// slot nearest to its original start, less than half a day away.
function slotDayOf(event: GraphEvent, { schedule, slots }: OverrideContext): number | undefined {
  const instant = instantOfStamp(event.originalStart)
  const said = instant === undefined ? instanceDayOf(event.iCalUId) : dayOfSlot(instant, event.originalStartTimeZone)
  if (instant === undefined || schedule.isAllDay) return said !== undefined && slots.has(said) ? said : undefined
  const near = dayOfWall(wallTimeOf(instant, schedule.tzid))
  const distance = (day: number): number => Math.abs(instantOfSlot(schedule, day) - instant)
  const [best] = [near, near - dayMs, near + dayMs]
    .filter((day) => slots.has(day) && distance(day) < dayMs / 2)
    .sort((one, other) => distance(one) - distance(other))
  return best
}

function offPatternSlot(event: GraphEvent, schedule: Schedule): IcalTime | undefined {
  const instant = instantOfStamp(event.originalStart)
  if (instant !== undefined) {
    return schedule.isAllDay
      ? icalDateOf(dayOfSlot(instant, event.originalStartTimeZone))
      : icalTimeOf(instant, schedule.tzid)
  }
  const day = instanceDayOf(event.iCalUId)
  return day === undefined ? undefined : icalSlot(schedule, day)
}

function orphanSlot(event: GraphEvent, { start }: EventTimes): IcalTime {
  const instant = instantOfStamp(event.originalStart)
  if (instant !== undefined) {
    if (start.kind === 'date') return icalDateOf(dayOfSlot(instant, event.originalStartTimeZone))
    return icalTimeOf(instant, start.kind === 'zoned' ? start.tzid : 'UTC')
  }
  const day = instanceDayOf(event.iCalUId)
  return day === undefined ? start : { ...start, wall: onDay(day, start.wall) }
}

// Without a time of its own the date stays where the pattern has it.
function overrideTimes(event: GraphEvent, { main, schedule, onLoss }: OverrideContext, slot: EventTimes): EventTimes {
  const isLikeMaster = !schedule.isAllDay && event.originalStartTimeZone === main.originalStartTimeZone
  const label = isLikeMaster ? schedule.tzid : event.originalStartTimeZone
  try {
    return timesIn(zoneOf([label], schedule.tzid).tzid, event, onLoss)
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error
    onLoss('one of its changed dates has no time that a calendar can show, so it stays in its place')
    return slot
  }
}

/** The date in the id of an instance: 16 bytes that are always the same, then year, month, day; zeros in a master's. */
function instanceDayOf(iCalUId: string | null): number | undefined {
  const [, year = '', month = '', day = ''] = instanceId.exec(iCalUId ?? '') ?? []
  const [y, m, d] = [year, month, day].map((hex) => String(Number.parseInt(hex, 16)))
  return dayOfGraphDate(`${y?.padStart(4, '0')}-${m?.padStart(2, '0')}-${d?.padStart(2, '0')}`)
}

const instanceId = /^040000008200E00074C5B7101A82E008([\dA-F]{4})([\dA-F]{2})([\dA-F]{2})/i

function isSameTime(one: IcalTime | undefined, other: IcalTime | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

// Every exception has its own link and its own times of change; they alone make no difference to a reader.
function isSameToReaders(one: Component, other: Component): boolean {
  const told = (event: Component): string => JSON.stringify(withoutProperties(event, untold))
  return told(one) === told(other)
}

const untold = ['DTSTAMP', 'CREATED', 'LAST-MODIFIED', 'SEQUENCE', 'URL']
