// When a series happens: the zone in which it repeats, its DTSTART and its length. Graph gives the first start in UTC and
// up to three labels for the zone; the pattern's days are days of that zone (Graph pages "event", "recurrenceRange").
import { ianaNameOf, instantOf, wallTimeOf, type WallTime } from '../base/zones.ts'
import type { GraphEvent, GraphSlotTimes } from '../graph/types.ts'
import { dayMs, wallFromMs, wallMs, type IcalTime } from '../ical/value.ts'
import { firstSlotDay } from './slots.ts'
import { dayOfGraph, dayOfGraphDate, dayOfWall, icalDateOf, icalWallTime, instantOfGraph, onDay } from './time.ts'
import { zoneOf, ianaOfLabel } from './zones.ts'

/** What the slots of a series have in common. */
export interface Schedule {
  readonly isAllDay: boolean
  /** IANA zone of the wall times; `UTC` also for all-day series, whose days have no zone. */
  readonly tzid: string
  /** The first slot: DTSTART. Midnight of its day when all-day. */
  readonly start: WallTime
  /** From start to end on the clock of the zone, milliseconds; whole days when all-day. */
  readonly lengthMs: number
}

/** Told in a sentence what is shown otherwise than Graph has it. */
export type OnLoss = (sentence: string) => void

/**
 * The schedule of a series master.
 * @throws UnsupportedError when its start or end is no time
 */
export function scheduleOf(main: GraphEvent, mailboxZone: string, onLoss: OnLoss = () => undefined): Schedule {
  const zone = main.isAllDay ? { tzid: 'UTC', isKnown: true } : seriesZone(main, mailboxZone)
  if (!zone.isKnown)
    onLoss(`its time zone is not known, so it repeats in ${zone.tzid}: dates after a clock change may be off`)
  const { isAllDay, start, end, originalStartTimeZone, originalEndTimeZone } = main
  const begin = isAllDay ? dayOfGraph(start, originalStartTimeZone) : instantOfGraph(start)
  const finish = isAllDay ? dayOfGraph(end, originalEndTimeZone) : instantOfGraph(end)
  const wall = wallTimeOf(begin, zone.tzid)
  const day = main.recurrence === null ? dayOfWall(wall) : firstSlotDay(main.recurrence.pattern, dayOfWall(wall))
  if (day !== dayOfWall(wall)) onLoss('its start does not fit its recurrence, so it begins at the first date that does')
  else if (instantOf(wall, zone.tzid) !== begin) {
    onLoss('it begins in the second of two equal hours, which a series cannot say: its first date shows an hour early')
  }
  const told = timesInGap(main, wall, zone.tzid)
  if (told !== undefined) return { isAllDay, tzid: zone.tzid, start: onDay(day, told.start), lengthMs: told.lengthMs }
  const lengthMs = Math.max(wallMs(wallTimeOf(finish, zone.tzid)) - wallMs(wall), isAllDay ? dayMs : 0)
  return { isAllDay, tzid: zone.tzid, start: onDay(day, wall), lengthMs }
}

/**
 * A master whose slots are known to have these times: marked when its `start` does not tell them, because the first slot lies
 * in the hour that a spring night leaves out. Undefined times change nothing.
 * @throws UnsupportedError as `scheduleOf`
 */
export function withSlotTimes(main: GraphEvent, times: GraphSlotTimes | undefined, mailboxZone: string): GraphEvent {
  if (times === undefined || main.recurrence === null || main.isAllDay) return main
  const marked = { ...main, recurrence: { ...main.recurrence, slotTimes: times } }
  const [shown, told] = [main, marked].map((event) => wallMs(scheduleOf(event, mailboxZone).start))
  return shown === told ? main : marked
}

// Only where clocks really skip from the told time to the shown one; anything else is older than the start.
function timesInGap(
  { recurrence, isAllDay }: GraphEvent,
  shown: WallTime,
  tzid: string,
): { readonly start: WallTime; readonly lengthMs: number } | undefined {
  const times = recurrence?.slotTimes
  if (times === undefined || isAllDay || times.end < times.start) return undefined
  const start = wallFromMs(dayOfWall(shown) + times.start * minuteMs)
  const isShown = wallMs(start) === wallMs(shown) || instantOf(start, tzid) !== instantOf(shown, tzid)
  return isShown ? undefined : { start, lengthMs: (times.end - times.start) * minuteMs }
}

const minuteMs = 60_000

/** The instant at which the slot of a day begins; midnight UTC when all-day. */
export function instantOfSlot({ isAllDay, tzid, start }: Schedule, day: number): number {
  return isAllDay ? day : instantOf(onDay(day, start), tzid)
}

/** The slot of a day as RECURRENCE-ID, EXDATE and DTSTART name it: of the type and zone of DTSTART. */
export function icalSlot({ isAllDay, tzid, start }: Schedule, day: number): IcalTime {
  return isAllDay ? icalDateOf(day) : icalWallTime(onDay(day, start), tzid)
}

/**
 * The end of the slot of a day, in the zone of its start; undefined for slots of no length. It keeps its distance on the
 * clock, as Outlook stores it and clients show it: a night shift ends at six also when clocks change.
 */
export function endOfSlot({ isAllDay, tzid, start, lengthMs }: Schedule, day: number): IcalTime | undefined {
  if (lengthMs === 0) return undefined
  const end = wallMs(onDay(day, start)) + lengthMs
  return isAllDay ? icalDateOf(end) : icalWallTime(wallFromMs(end), tzid)
}

interface SeriesZone {
  readonly tzid: string
  readonly isKnown: boolean
}

// The labels in Graph's order of precedence. `range.startDate` is the local day of the start, so a zone in which the
// start falls on that day goes before one in which it does not.
function seriesZone(main: GraphEvent, mailboxZone: string): SeriesZone {
  const labels = [main.recurrence?.range.recurrenceTimeZone ?? '', main.originalStartTimeZone, main.originalEndTimeZone]
  const named = labels.map(ianaOfLabel).filter((tzid) => tzid !== undefined)
  const wantedDay = dayOfGraphDate(main.recurrence?.range.startDate ?? '')
  const begin = instantOfGraph(main.start)
  const fits = (tzid: string): boolean => wantedDay === undefined || dayOfWall(wallTimeOf(begin, tzid)) === wantedDay
  const known = named.find(fits) ?? named[0]
  if (known !== undefined) return { tzid: known, isKnown: true }
  const mailbox = zoneOf([], mailboxZone).tzid
  const guess = [mailbox, 'UTC'].find(fits) ?? fixedZoneFor(begin, wantedDay ?? begin)
  return { tzid: guess ?? mailbox, isKnown: false }
}

// No zone at hand puts the start on the right day: the fixed offset that does, nearest to UTC; undefined when none does
// (Graph moved the start and left the day of the recurrence).
function fixedZoneFor(begin: number, wantedDay: number): string | undefined {
  const hours =
    begin < wantedDay
      ? Math.ceil((wantedDay - begin) / 3_600_000)
      : -(Math.floor((begin - wantedDay - dayMs) / 3_600_000) + 1)
  const sign = hours > 0 ? '-' : '+'
  return ianaNameOf(`Etc/GMT${sign}${Math.abs(hours)}`)
}
