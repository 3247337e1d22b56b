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
  const last = lastDate(main, context)
  return last !== undefined && [last, ...exceptions].every((event) => hasEnded(event, context))
}

// No date is later; a single event has only itself. Undefined when there is no end.
function lastDate(main: GraphEvent, { mailboxZone }: Now): GraphEvent | undefined {
  const { recurrence } = main
  if (recurrence === null) return main
  const { range } = recurrence
  if (range.type === 'noEnd') return undefined
  const days = (): Iterable<number> => slotDays(recurrence, dayOfWall(scheduleOf(main, mailboxZone).start))
  const day = range.type === 'endDate' ? range.endDate : graphDateOf([...days()].at(-1) ?? 0)
  return predictInstance(main, day, mailboxZone)
}
