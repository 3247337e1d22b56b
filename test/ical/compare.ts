// The two random checks that the quick tests run in small and the long ones in large.
import { GraphdavError } from '../../src/base/errors.ts'
import { expand } from '../../src/ical/expand.ts'
import { parseCalendar, parseObject } from '../../src/ical/parse.ts'
import { printObject } from '../../src/ical/print.ts'
import { spanOf } from '../../src/ical/span.ts'
import { eventsOf } from '../../src/ical/text.ts'
import { expandIcs } from '../oracle/expand.ts'
import { cpuMs } from './cpu.ts'
import { damaged, randomFrom, randomObject } from './random.ts'

/** What went wrong with one seed. */
export interface Failure {
  readonly seed: number
  readonly reason: string
  readonly text: string
}

/** Prints a random object, and compares what we and the oracle expand from the text. */
export function compareExpansion(seed: number): Failure | undefined {
  const random = randomFrom(seed)
  const text = printObject(randomObject(random))
  const object = parseObject(text)
  if (printObject(object) !== text) return { seed, reason: 'print is not the inverse of parse', text }
  const from = Date.UTC(2003 + random.below(32), random.below(12), 1 + random.below(28))
  const to = from + 86_400_000 * (1 + random.below(random.once(3) ? 1500 : 60))
  const ours = expand(object, { start: from, end: to }, { floatingZone: 'UTC' })
  const theirs = expandIcs(text, from, to)
  const shown = (
    found: readonly { readonly start: number; readonly end: number; readonly recurrenceId?: number | undefined }[],
  ): string =>
    found
      .map(
        ({ start, end, recurrenceId }) =>
          `${day(start)} to ${day(end)} of ${recurrenceId === undefined ? '-' : day(recurrenceId)}`,
      )
      .sort()
      .join('\n')
  if (shown(ours) !== shown(theirs)) {
    return { seed, reason: `${day(from)} to ${day(to)}\nours:\n${shown(ours)}\ntheirs:\n${shown(theirs)}`, text }
  }
  const { first, last } = spanOf(object)
  const isOutside = ours.some(({ start, end }) => start < first || (last !== null && end > last))
  return isOutside ? { seed, reason: 'an instance lies outside the span', text } : undefined
}

function day(instant: number): string {
  return new Date(instant).toISOString().slice(0, 16)
}

/** Most processor time that one damaged text may take, milliseconds. */
const longest = 2_000

/** Damages a text and reads it in every way: only our errors may come out, in time, and what is read goes back. */
export function readDamaged(seed: number, texts: readonly [string, ...string[]]): Failure | undefined {
  const text = damaged(randomFrom(seed), texts)
  const begun = cpuMs()
  try {
    readAll(text)
  } catch (error) {
    if (!(error instanceof GraphdavError))
      return { seed, reason: error instanceof Error ? (error.stack ?? '') : 'thrown', text }
  }
  const took = cpuMs() - begun
  return took > longest ? { seed, reason: `took ${took} ms`, text } : undefined
}

function readAll(text: string): void {
  parseCalendar(text)
  const object = parseObject(text)
  const printed = printObject(object)
  const again = parseObject(printed)
  if (printObject(again) !== printed || eventsOf(again).length !== eventsOf(object).length) {
    throw new TypeError('what was printed is read as something else')
  }
  spanOf(object)
  expand(object, { start: Date.UTC(2026, 0, 1), end: Date.UTC(2026, 6, 1) }, { floatingZone: 'Europe/Berlin' })
}
