// What is kept of a whole calendar object after a PUT: of the master and of each instance, what goes with the event into
// Graph and what stays in the local store.
import type { CalendarObject } from '../ical/object.ts'
import { slotOfOverride } from './compare-slots.ts'
import { rebased } from './kept-rebase.ts'
import { durablePieces, volatilePieces, type CollectedEvent } from './kept-collect.ts'
import { fitKept, joinKept } from './kept-size.ts'
import { printKept, type Kept, type Piece } from './kept.ts'
import { eventAt, slotted } from './slotted.ts'

/** A PUT, what Graph alone will show after it, what was served before it, and what was kept before it. */
export interface KeptSource {
  readonly put: CalendarObject
  readonly expected: CalendarObject
  /** Undefined for a new object. */
  readonly served: CalendarObject | undefined
  /** What clients would get now; undefined for a new object. */
  readonly shown: CalendarObject | undefined
  readonly durable: Kept
  readonly local: Kept
  /** IANA zone of floating times. */
  readonly floatingZone: string
}

export interface CollectedKept {
  readonly durable: Kept
  readonly local: Kept
  /** How many values were too large for Graph and stay in the local store. */
  readonly moved: number
}

/** What is kept after a PUT. */
export function collectKept(source: KeptSource): CollectedKept {
  const { durable: durableBefore, local: localBefore, floatingZone } = source
  const [put, expected] = [slotted(source.put, floatingZone), slotted(source.expected, floatingZone)]
  const served = source.served && slotted(source.served, floatingZone)
  const shown = source.shown && slotted(source.shown, floatingZone)
  const before = (day: string): readonly Piece[] => [
    ...(durableBefore.slots.get(day) ?? durableBefore.main),
    ...(localBefore.slots.get(day) ?? []),
  ]
  const main = put.object.master && {
    put: rebased(put.object.master, served?.object.master, shown?.object.master),
    expected: expected.object.master ?? put.object.master,
    served: served?.object.master,
    before: [...durableBefore.main, ...localBefore.main],
  }
  const instances = put.object.overrides.flatMap((override) => {
    const slot = slotOfOverride(override, expected.extent ?? put.extent, put.zones)
    if (slot === undefined) return []
    const had = served && eventAt(served, slot)
    const event = {
      put: rebased(override, had, shown && eventAt(shown, slot)),
      expected: eventAt(expected, slot) ?? override,
      served: had,
      before: before(slot.day),
    }
    return [{ day: slot.day, event }]
  })
  const fitted = fitKept(durableOf(main, instances))
  const volatile = {
    main: main ? volatilePieces(main) : [],
    slots: new Map(
      instances.map(({ day, event }) => [day, volatilePieces(event)] as const).filter(([, list]) => list.length > 0),
    ),
  }
  return { durable: fitted.durable, local: joinKept(volatile, fitted.local), moved: fitted.moved }
}

interface Instance {
  readonly day: string
  readonly event: CollectedEvent
}

// An instance that keeps what its series keeps has no entry of its own.
function durableOf(main: CollectedEvent | undefined, instances: readonly Instance[]): Kept {
  const common = main ? durablePieces(main) : []
  const text = printPieces(common)
  const slots = instances
    .map(({ day, event }) => [day, durablePieces(event).filter(({ kind }) => kind !== 'zone')] as const)
    .filter(([, pieces]) => printPieces(pieces) !== text)
  return { main: common, slots: new Map(slots) }
}

// Zones are those of the whole object.
function printPieces(pieces: readonly Piece[]): string {
  return printKept({ main: pieces.filter(({ kind }) => kind !== 'zone'), slots: new Map() })
}
