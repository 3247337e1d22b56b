// The fixtures of fixtures/ical: a text (.ics) beside its parsed form or the error expected (.json). In the JSON a property
// is [name, value] or [name, value, {parameter: values}].
import { readdirSync, readFileSync } from 'node:fs'
import type { CalendarObject, Component, Property } from '../../src/ical/object.ts'

const folder = new URL('../../fixtures/ical/', import.meta.url)

export type WrittenProperty =
  | readonly [name: string, value: string]
  | readonly [name: string, value: string, parameters: Readonly<Record<string, readonly string[]>>]

export interface WrittenComponent {
  readonly name: string
  readonly properties: readonly WrittenProperty[]
  readonly components?: readonly WrittenComponent[]
}

export interface WrittenObject {
  readonly uid: string
  readonly master: WrittenComponent | null
  readonly overrides: readonly WrittenComponent[]
  readonly zones: readonly WrittenComponent[]
}

/** The names of the cases in a folder of fixtures/ical, sorted. */
export function casesOf(kind: string): readonly string[] {
  return readdirSync(new URL(`${kind}/`, folder))
    .filter((name) => name.endsWith('.ics'))
    .map((name) => name.slice(0, -'.ics'.length))
    .sort()
}

export function textOfCase(kind: string, name: string): string {
  return readFileSync(new URL(`${kind}/${name}.ics`, folder), 'utf8')
}

export function jsonOfCase(kind: string, name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${kind}/${name}.json`, folder), 'utf8'))
}

export function objectOfCase(kind: string, name: string): CalendarObject {
  return readObject(jsonOfCase(kind, name) as WrittenObject)
}

export function written(object: CalendarObject): WrittenObject {
  return {
    uid: object.uid,
    master: object.master === undefined ? null : writtenComponent(object.master),
    overrides: object.overrides.map(writtenComponent),
    zones: object.zones.map(writtenComponent),
  }
}

function writtenComponent({ name, properties, components }: Component): WrittenComponent {
  return {
    name,
    properties: properties.map(writtenProperty),
    ...(components.length === 0 ? {} : { components: components.map(writtenComponent) }),
  }
}

function writtenProperty({ name, parameters, value }: Property): WrittenProperty {
  if (parameters.length === 0) return [name, value]
  return [name, value, Object.fromEntries(parameters.map(({ name, values }) => [name, values]))]
}

function readObject(object: WrittenObject): CalendarObject {
  return {
    uid: object.uid,
    master: object.master === null ? undefined : readComponent(object.master),
    overrides: object.overrides.map(readComponent),
    zones: object.zones.map(readComponent),
  }
}

function readComponent({ name, properties, components = [] }: WrittenComponent): Component {
  return {
    name,
    properties: properties.map(([name, value, parameters = {}]) => ({
      name,
      parameters: Object.entries(parameters).map(([name, values]) => ({ name, values })),
      value,
    })),
    components: components.map(readComponent),
  }
}
