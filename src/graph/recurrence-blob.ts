// The recurrence of a series as Exchange keeps it: AppointmentRecurrencePattern, [MS-OXOCAL] §2.2.1.44. Read only for what
// Graph does not say in every cloud: the slots that were deleted, where the moved ones are, and the times on the clock.
// Little-endian throughout.
import { wallTimeOf } from '../base/zones.ts'
import type { GraphSlotTimes } from './types.ts'

/** What the blob says about the slots of a series; all in the series' own local time. */
export interface RecurrenceSlots {
  /** Local dates (yyyy-MM-dd) of deleted slots, sorted; the slots of exceptions are not among them. */
  readonly cancelled: readonly string[]
  readonly exceptions: readonly SlotException[]
  readonly times: GraphSlotTimes
}

export interface SlotException {
  /** Local date of the slot it stands for. */
  readonly slotDate: string
  /** Local date of its start. */
  readonly date: string
}

/** More than any series has; a count beyond it is a sign of another layout. */
const maxCount = 100_000

/** Reads the base64 text; undefined when it is cut, of another layout, or no base64. */
export function parseRecurrenceBlob(base64: string): RecurrenceSlots | undefined {
  const bytes = Buffer.from(base64, 'base64')
  try {
    return readPattern(new Reader(bytes))
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

// Any read beyond the end throws RangeError, which is Buffer's own behaviour.
class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  u16(): number {
    const value = this.#bytes.readUInt16LE(this.#at)
    this.#at += 2
    return value
  }

  u32(): number {
    const value = this.#bytes.readUInt32LE(this.#at)
    this.#at += 4
    return value
  }

  skip(count: number): void {
    if (this.#at + count > this.#bytes.length) throw new RangeError('cut')
    this.#at += count
  }

  /** A count followed by that many items. */
  list<T>(count: number, read: () => T): readonly T[] {
    if (count > maxCount) throw new RangeError('too many')
    return Array.from({ length: count }, read)
  }
}

function readPattern(reader: Reader): RecurrenceSlots {
  if (reader.u16() !== 0x3004) throw new RangeError('another layout')
  reader.skip(2 + 2)
  const patternType = reader.u16()
  reader.skip(2 + 4 + 4 + 4 + specificBytes(patternType) + 4 + 4 + 4)
  const deleted = reader.list(reader.u32(), () => dateOf(reader.u32()))
  reader.list(reader.u32(), () => reader.u32())
  reader.skip(4 + 4 + 4 + 4)
  const times = { start: reader.u32(), end: reader.u32() }
  const exceptions = reader.list(reader.u16(), () => readException(reader))
  const modified = new Set(exceptions.map(({ slotDate }) => slotDate))
  return { cancelled: deleted.filter((date) => !modified.has(date)).sort(), exceptions, times }
}

/** Bytes that describe the pattern itself, by its type: day none, month-nth two numbers, the others one. */
function specificBytes(patternType: number): number {
  if (patternType === 0x0000) return 0
  if (patternType === 0x0003 || patternType === 0x000b) return 8
  if ([0x0001, 0x0002, 0x0004, 0x000a, 0x000c].includes(patternType)) return 4
  throw new RangeError('another layout')
}

function readException(reader: Reader): SlotException {
  const date = dateOf(reader.u32())
  reader.skip(4)
  const slotDate = dateOf(reader.u32())
  const flags = reader.u16()
  for (const [flag, skip] of overrides) if ((flags & flag) !== 0) skip(reader)
  return { slotDate, date }
}

const skipNumber = (reader: Reader): void => {
  reader.skip(4)
}

// Length including the terminator, length without it, then the characters.
const skipText = (reader: Reader): void => {
  reader.skip(2)
  reader.skip(reader.u16())
}

/** What follows an exception, in this order, for each flag that is set (§2.2.1.44.2). */
const overrides: readonly (readonly [number, (reader: Reader) => void])[] = [
  [0x0001, skipText], // subject
  [0x0002, skipNumber], // meeting type
  [0x0004, skipNumber], // reminder delta
  [0x0008, skipNumber], // reminder set
  [0x0010, skipText], // location
  [0x0020, skipNumber], // busy status
  [0x0040, skipNumber], // attachment
  [0x0080, skipNumber], // sub-type
  [0x0100, skipNumber], // colour
]

/** Local date of a count of minutes since 1601-01-01. */
function dateOf(minutes: number): string {
  const { year, month, day } = wallTimeOf(Date.UTC(1601, 0, 1) + minutes * 60_000, 'UTC')
  return [String(year).padStart(4, '0'), String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-')
}
