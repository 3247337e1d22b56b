// Day 29 to 31 of a month that is shorter: Outlook takes the month's last day, a server might leave the month out. Seen once
// per host, by asking for the instance of such a month (Graph page "recurrencePattern": dayOfMonth; not said there).
import { listInstances } from '../graph/event-lists.ts'
import type { EventSource } from '../graph/event-source.ts'
import type { GraphEvent } from '../graph/types.ts'
import type { Cloud } from './cloud.ts'
import { slotInstant, slotsIn, withoutInstance, type SlotSource } from './slots.ts'
import { printInstant } from './window.ts'

const dayMs = 86_400_000

interface ShortMonthContext {
  readonly source: EventSource
  readonly cloud: Cloud
  readonly mailboxZone: string
}

interface Settled {
  readonly main: GraphEvent
  readonly cancelled: readonly string[]
}

/** The same series, its pattern marked when this Graph leaves short months out. */
export async function withShortMonths(settled: Settled, context: ShortMonthContext): Promise<Settled> {
  const { main, cancelled } = settled
  const { cloud } = context
  if (!canFallShort(main)) return settled
  cloud.shortMonths ??= await findOut({ main, mailboxZone: context.mailboxZone }, new Set(cancelled), context)
  return cloud.shortMonths === 'skipped' ? { main: marked(main), cancelled } : settled
}

function canFallShort({ recurrence }: GraphEvent): boolean {
  const pattern = recurrence?.pattern
  return (pattern?.type === 'absoluteMonthly' || pattern?.type === 'absoluteYearly') && pattern.dayOfMonth > 28
}

function marked(main: GraphEvent): GraphEvent {
  if (main.recurrence === null) return main
  return {
    ...main,
    recurrence: { ...main.recurrence, pattern: { ...main.recurrence.pattern, skipsShortMonths: true } },
  }
}

// Looks at the first date of the series that a shorter month has moved; its instance cannot have been moved further than to
// the neighbouring dates. Undefined when there is none, or when the answer does not tell.
async function findOut(
  source: SlotSource,
  cancelled: ReadonlySet<string>,
  context: ShortMonthContext,
): Promise<Cloud['shortMonths']> {
  const { pattern } = source.main.recurrence ?? {}
  if (pattern === undefined) return undefined
  const first = Date.parse(`${source.main.start.dateTime.slice(0, 10)}T00:00:00Z`)
  const dates = slotsIn(source, first - 2 * dayMs, first + 1500 * dayMs)
  const date = dates.find((one) => Number(one.slice(8)) !== pattern.dayOfMonth && !cancelled.has(one))
  if (date === undefined) return undefined
  const reachMs = Math.min(pattern.interval * (pattern.type === 'absoluteMonthly' ? 32 : 367), 800) * dayMs
  const instant = slotInstant(source, date)
  const range = { start: printInstant(instant - reachMs), end: printInstant(instant + reachMs) }
  const rows = await listInstances(context.source, source.main.id, range)
  // Without its neighbours the answer is too short to say anything.
  if (rows === 'gone' || rows.length === 0) return undefined
  const originals = rows.map(({ originalStart }) => Date.parse(originalStart))
  return withoutInstance(source, [date], originals).length === 0 ? 'clamped' : 'skipped'
}
