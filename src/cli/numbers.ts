// Numbers as options: whole, in a range.
import type { Invocation } from './command.ts'
import { usageError } from './parse.ts'

/** The value of `--NAME` as a whole number; `fallback` when it was not written. Throws a usage error. */
export function numberOption<Fallback>(
  { options }: Invocation,
  name: string,
  { min, max, fallback }: { readonly min: number; readonly max: number; readonly fallback: Fallback },
): number | Fallback {
  const text = options[name]
  if (text === undefined) return fallback
  const value = typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : NaN
  if (value >= min && value <= max) return value
  throw usageError(`--${name} needs a whole number from ${min} to ${max}`)
}
