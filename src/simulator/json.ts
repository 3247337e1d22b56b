// Reading JSON that came from outside: each reader gives the typed value, undefined when the key is absent, and refuses
// another type in Graph's words.
import { badProperty, Refusal } from './refusal.ts'

export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The body of a request; refuses what is no JSON object. */
export function parseBody(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return value
  } catch {
    // Not JSON at all: the same answer as for JSON of another type.
  }
  throw new Refusal(400, 'RequestBodyRead', 'The request body is not a JSON object.')
}

export function stringAt(object: JsonObject, key: string): string | undefined {
  return typed(object, key, (value) => typeof value === 'string')
}

export function booleanAt(object: JsonObject, key: string): boolean | undefined {
  return typed(object, key, (value) => typeof value === 'boolean')
}

export function integerAt(object: JsonObject, key: string): number | undefined {
  return typed(object, key, (value): value is number => Number.isInteger(value))
}

export function objectAt(object: JsonObject, key: string): JsonObject | undefined {
  return typed(object, key, isObject)
}

export function listAt(object: JsonObject, key: string): readonly unknown[] | undefined {
  return typed(object, key, (value): value is readonly unknown[] => Array.isArray(value))
}

/** A list whose entries are objects. */
export function objectsAt(object: JsonObject, key: string): readonly JsonObject[] | undefined {
  const list = listAt(object, key)
  if (list && !list.every(isObject)) throw badProperty(`An entry of '${key}' is not an object.`)
  return list?.filter(isObject)
}

/** One of a set of words, in any case, given back as written in the set (Graph checks even values that it ignores). */
export function wordAt<Word extends string>(object: JsonObject, key: string, words: readonly Word[]): Word | undefined {
  const text = stringAt(object, key)
  if (text === undefined) return undefined
  const found = words.find((word) => word.toLowerCase() === text.toLowerCase())
  if (found === undefined) throw badProperty(`Requested value '${text}' was not found.`)
  return found
}

/** Null counts as absent. */
function typed<Value>(object: JsonObject, key: string, is: (value: unknown) => value is Value): Value | undefined {
  const value = object[key]
  if (value === undefined || value === null) return undefined
  if (is(value)) return value
  throw badProperty(`The value of '${key}' has the wrong type.`)
}

type Defined<T> = { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>
}

/** The object without its undefined members: a key is there with a value, or not there. */
export function defined<T extends object>(object: T): Defined<T> {
  // The filter removes exactly what the type removes.
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>
}
