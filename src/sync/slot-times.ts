// When the slots of a series begin and end on the clock, from its instances: the master's own start does not tell it when the
// first slot lies in the hour that a spring night leaves out. Pure.
import { wallTimeOf } from '../base/zones.ts'
import { scheduleOf } from '../convert/schedule.ts'
import { instantOfGraph } from '../convert/time.ts'
import type { InstanceRow } from '../graph/event-lists.ts'
import type { GraphSlotTimes } from '../graph/types.ts'
import type { SlotSource } from './slots.ts'

const minuteMs = 60_000

/**
 * The times of the first plain occurrence that begins at another time of day than the master; undefined when all are alike.
 * @throws UnsupportedError when the master's start or end is no time
 */
export function slotTimesOf(
  { main, mailboxZone }: SlotSource,
  rows: readonly InstanceRow[],
): GraphSlotTimes | undefined {
  const { tzid, start } = scheduleOf(main, mailboxZone)
  for (const row of rows) {
    if (row.type !== 'occurrence' || row.end === undefined) continue
    const [begin, finish] = [instantOfGraph(row.start), instantOfGraph(row.end)]
    const { hour, minute } = wallTimeOf(begin, tzid)
    if (hour === start.hour && minute === start.minute) continue
    const from = hour * 60 + minute
    return { start: from, end: from + Math.round((finish - begin) / minuteMs) }
  }
  return undefined
}
