// What a plan keeps: values that go into Graph with a real edit, and those of the local store.
import type { GraphSeries } from '../graph/types.ts'
import type { CalendarObject } from '../ical/object.ts'
import { isNothing, nothingKept, parseKept, printKept, type Kept } from './kept.ts'
import { collectKept } from './kept-object.ts'
import type { PlanContext } from './plan-context.ts'
import type { GraphRequest, KeptInput } from './plan-request.ts'
import type { OnLoss } from './schedule.ts'
import { seriesToIcal } from './series.ts'

export interface KeptWork {
  readonly put: CalendarObject
  readonly served: CalendarObject | undefined
  /** What clients would get now; undefined for a new object. */
  readonly shown: CalendarObject | undefined
  /** The series as Graph will show them after the plan; several only without a master. */
  readonly predicted: readonly GraphSeries[]
  readonly context: PlanContext
  readonly onLoss: OnLoss
}

/** What is kept after the plan: with the event, and in the local store. */
export function keptAfter({ put, served, shown, predicted, context, onLoss }: KeptWork): {
  readonly durable: Kept
  readonly local: Kept
} {
  const { mailboxZone, ownAddresses, local } = context
  const documents = predicted.map(({ kept }) => parseKept(kept.values).kept)
  const before = documents.reduce(
    (one, other): Kept => ({ main: [...one.main, ...other.main], slots: new Map([...one.slots, ...other.slots]) }),
    nothingKept,
  )
  const expected = seriesToIcal(predicted, { uid: put.uid, mailboxZone, addresses: ownAddresses })
  const collected = collectKept({ put, expected, served, shown, durable: before, local, floatingZone: mailboxZone })
  if (collected.moved > 0) onLoss('what Outlook has no place for is too long for it and is kept on this server only')
  return collected
}

/** The value of the property in Graph, if it is another one than now. */
export function keptChange(durable: Kept, stored: string | null): Pick<KeptInput, 'values'> | undefined {
  const values = isNothing(durable) ? null : printKept(durable)
  const { kept, loss } = parseKept(stored)
  const now = isNothing(kept) && loss === undefined ? null : printKept(kept)
  return values === now ? undefined : { values }
}

/** The requests with the kept values in the first PATCH of that event, or in one of their own before what cannot be taken back. */
export function withKeptValues(
  requests: readonly GraphRequest[],
  event: string,
  kept: KeptInput | undefined,
): readonly GraphRequest[] {
  if (kept === undefined) return requests
  const at = requests.findIndex(
    (request) => request.kind === 'patch' && request.target.event === event && request.target.slot === undefined,
  )
  if (at < 0) {
    const last = requests.findIndex(isFinal)
    const end = last < 0 ? requests.length : last
    const own: GraphRequest = { kind: 'patch', effect: 'silent', target: { event }, body: {}, kept }
    return [...requests.slice(0, end), own, ...requests.slice(end)]
  }
  return requests.map((request, index) => (index === at && request.kind === 'patch' ? { ...request, kept } : request))
}

function isFinal({ kind, effect }: GraphRequest): boolean {
  return effect !== 'silent' || ['remove', 'cancel', 'respond'].includes(kind)
}
