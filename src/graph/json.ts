// Reading fields of Graph's JSON: nothing is believed, what is absent or of another type becomes the neutral value.

/** A JSON object, its members unchecked. */
export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object, or an empty one. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}

/** The objects of an array; anything else in it is left out; empty when it is no array. */
export function objectsOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** The string; null when it is none. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

/** The string; null when it is none or empty. */
export function wordOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

export function booleanOf(value: unknown, otherwise: boolean): boolean {
  return typeof value === 'boolean' ? value : otherwise
}

export function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise
}

/** A whole number within the bounds; else the neutral value. */
export function integerOf(value: unknown, least: number, most: number, otherwise: number): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value : otherwise
}

/** The member of the list that equals the value, without case; else the neutral value. */
export function oneOf<T extends string, O>(value: unknown, list: readonly T[], otherwise: O): T | O {
  if (typeof value !== 'string') return otherwise
  return (
    list.find((word) => word === value) ?? list.find((word) => word.toLowerCase() === value.toLowerCase()) ?? otherwise
  )
}
