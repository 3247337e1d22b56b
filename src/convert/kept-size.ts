// How much may be kept with an event in Graph (64 KB), and what becomes of the rest: it stays in the local store.
import { isNothing, printKept, type Kept, type Piece } from './kept.ts'

/** Bytes of UTF-8 that the extended property may have. */
export const mostKeptBytes = 65_536

/** Kept values for Graph, and those that are too many for it. */
export interface FittedKept {
  readonly durable: Kept
  readonly local: Kept
  /** Kept values that stay in the local store. */
  readonly moved: number
}

/** Takes out the longest values until the rest fits. */
export function fitKept(kept: Kept, most: number = mostKeptBytes): FittedKept {
  const byLength = [...placesOf(kept)].sort((one, other) => other.length - one.length)
  const moved = new Set<Piece>()
  let bytes = isNothing(kept) ? 0 : Buffer.byteLength(printKept(kept))
  for (const { piece, length } of byLength) {
    if (bytes <= most) break
    moved.add(piece)
    bytes -= length
  }
  return {
    durable: filterKept(kept, (piece) => !moved.has(piece)),
    local: dropEmptySlots(filterKept(kept, (piece) => moved.has(piece))),
    moved: moved.size,
  }
}

/** The values that pass; slots stay, also with an empty list. */
export function filterKept({ main, slots }: Kept, passes: (piece: Piece) => boolean): Kept {
  return { main: main.filter(passes), slots: new Map([...slots].map(([day, list]) => [day, list.filter(passes)])) }
}

/** All values of both. */
export function joinKept(one: Kept, other: Kept): Kept {
  const days = new Set([...one.slots.keys(), ...other.slots.keys()])
  const joined = [...days].map(
    (day) => [day, [...(one.slots.get(day) ?? []), ...(other.slots.get(day) ?? [])]] as const,
  )
  return { main: [...one.main, ...other.main], slots: new Map(joined) }
}

function dropEmptySlots({ main, slots }: Kept): Kept {
  return { main, slots: new Map([...slots].filter(([, list]) => list.length > 0)) }
}

function* placesOf({ main, slots }: Kept): Generator<{ readonly piece: Piece; readonly length: number }> {
  const lengthOf = (piece: Piece): number =>
    Buffer.byteLength(printKept({ main: [piece], slots: new Map() })) - emptyLength
  for (const piece of [...main, ...[...slots.values()].flat()]) yield { piece, length: lengthOf(piece) }
}

/** What the JSON has beside the piece; a comma goes with it. */
const emptyLength = Buffer.byteLength('{"v":1,"main":[]}') - 1
