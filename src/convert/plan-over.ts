// Whether a meeting is over: who clears it away then says nothing to its organizer, as in Outlook.
import type { GraphEvent, GraphSeries } from '../graph/types.ts'
import type { PlanContext } from './plan-context.ts'
import { predictInstance } from './plan-predict.ts'
import { scheduleOf } from './schedule.ts'
import { slotDays } from './slots.ts'
import { dayOfWall, graphDateOf, instantOfGraph } from './time.ts'

type Now = Pick<PlanContext, 'now' | 'mailboxZone'>

/** True for an event, or one date of a series, that has ended. */
export function hasEnded({ end }: GraphEvent, { now }: Pick<Now, 'now'>): boolean {
  return instantOfGraph(end) <= now
}

/** True when all of it has ended. */
export function isOver({ main, exceptions }: GraphSeries, context: Now): boolean {
  const last = lastDayOf(main, context)
  if (last === undefined) return false
  const end = main.recurrence === null ? main : predictInstance(main, last, context.mailboxZone)
  return [end, ...exceptions].every((event) => hasEnded(event, context))
}

// No slot is later; undefined when there is no end.
function lastDayOf(main: GraphEvent, { mailboxZone }: Now): string | undefined {
  if (main.recurrence === null) return ''
  const { range } = main.recurrence
  if (range.type === 'noEnd') return undefined
  if (range.type === 'endDate') return range.endDate
  return graphDateOf([...slotDays(main.recurrence, dayOfWall(scheduleOf(main, mailboxZone).start))].at(-1) ?? 0)
}
