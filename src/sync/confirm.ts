// Before anything is removed: is it really gone? A removed row may mean "moved out of the window"; a missing one may mean that
// Graph's answer was short; an id may still answer although its event lies in another folder. Promise 1: never lose.
import { GraphError } from '../base/errors.ts'
import { hasInstances } from '../graph/event-lists.ts'
import type { GraphSeries } from '../graph/types.ts'
import { isAboutOneEvent, readWanted, refuseIfWidespread } from './reading.ts'
import { hasPlainDate } from './slots.ts'
import { spanOfSingle } from './spans.ts'
import type { TruthContext } from './truth.ts'
import { placeIn, type Window } from './window.ts'

/** Why an id is in doubt. */
export type Doubt =
  /** Graph reported it removed. */
  | 'reported'
  /** A full chain, or a list, did not show it. */
  | 'missing'

export interface ConfirmOptions {
  readonly context: TruthContext
  /** What the calendar is to hold; undefined: everything, whenever it is. */
  readonly keep: Window | undefined
  /** True for a series that stays although it lies outside of it. */
  readonly staysOutside: (series: GraphSeries) => boolean
  /** The ids of the calendar's full list, fetched when first needed; undefined when it cannot be had. */
  readonly listing: () => Promise<ReadonlySet<string> | undefined>
  /** Ids that earlier rounds could not find out about either. */
  readonly owed: ReadonlySet<string>
  /** Whether the list may decide alone; not when the doubt comes from it. */
  readonly mayUseListAlone: boolean
}

export interface Confirmed {
  /** Still there, as they are now. */
  readonly present: readonly GraphSeries[]
  /** Not there any more. */
  readonly gone: readonly string[]
  /** There, but not in the window (or as a part of another series): leaves without a word. */
  readonly outside: readonly string[]
  /** Could not be found out this time: nothing is done, and a later round asks again. */
  readonly undecided: readonly string[]
}

/** More than these are looked up in the list, which costs a request per thousand events. */
const maxSingleLooks = 20

/** Finds out what became of ids in doubt. */
export async function confirm(doubts: ReadonlyMap<string, Doubt>, options: ConfirmOptions): Promise<Confirmed> {
  const all = [...doubts.keys()]
  const listed = all.length > maxSingleLooks && options.mayUseListAlone ? await options.listing() : undefined
  const ids = listed === undefined ? all : all.filter((id) => listed.has(id))
  const reported = new Set(ids.filter((id) => doubts.get(id) === 'reported'))
  const { context, owed } = options
  const { truths, failed } = await readWanted({ series: [], events: ids }, { context, reported, owed })
  const silent = new Map(failed)
  const present: GraphSeries[] = []
  const gone = all.filter((id) => listed?.has(id) === false)
  const outside: string[] = []
  const undecided: string[] = []
  for (const [id, truth] of truths) {
    if (truth.kind === 'gone') gone.push(id)
    if (truth.kind !== 'series') continue
    const place = doubts.has(id) ? await placeOf(truth.series, options) : 'here'
    if (place === 'here') present.push(truth.series)
    else if (place === 'outside') outside.push(id)
    else if (place === 'gone') gone.push(id)
    else if (place === 'undecided') undecided.push(id)
    else refuseIfWidespread(silent.set(id, place), truths.size + failed.size, owed)
  }
  // What became a part of a series is published with it from now on.
  outside.push(...ids.filter((id) => !truths.has(id) && !failed.has(id)))
  return { present, gone: gone.filter((id) => doubts.has(id)), outside, undecided: [...silent.keys(), ...undecided] }
}

async function placeOf(
  series: GraphSeries,
  options: ConfirmOptions,
): Promise<'here' | 'outside' | 'gone' | 'undecided' | GraphError> {
  const { keep, context } = options
  if (keep !== undefined && !options.staysOutside(series)) {
    const isIn = await touches(series, keep, context)
    if (isIn instanceof GraphError) return isIn
    if (isIn === 'refused') return 'undecided'
    if (isIn !== true) return isIn === 'gone' ? 'gone' : 'outside'
  }
  // Its id still answers: it may have been moved to another calendar, or into the deleted items. Only the list can tell.
  const listed = await options.listing()
  if (listed === undefined) return 'undecided'
  return listed.has(series.key) ? 'here' : 'gone'
}

// A list without instances of a series that must have some is too short an answer.
async function touches(
  series: GraphSeries,
  keep: Window,
  { source, mailboxZone }: TruthContext,
): Promise<boolean | 'gone' | 'refused' | GraphError> {
  const { key, main } = series
  if (main.recurrence !== null) {
    const isIn = await hasInstances(source, key, keep).catch(asValue)
    return isIn === false && hasPlainDate(series, mailboxZone, keep) ? 'refused' : isIn
  }
  const span = spanOfSingle(main)
  return span === undefined || placeIn(keep, span) === 'inside'
}

/** A failure that is about one event becomes a value; others are thrown on. */
export function asValue(error: unknown): GraphError {
  if (error instanceof GraphError && isAboutOneEvent(error)) return error
  throw error
}
