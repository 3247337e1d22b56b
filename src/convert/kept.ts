// What Graph cannot hold and clients get back: pieces of VEVENTs, durable ones as versioned JSON in an
// extended property of the event, volatile ones in the local store in the same form. Nothing here reads or writes either.
import { GraphdavError } from '../base/errors.ts'
import type { Component, Property } from '../ical/object.ts'
import { parseContentLine } from '../ical/content-line.ts'
import { contentLine } from '../ical/lines.ts'
import { component } from '../ical/text.ts'

/**
 * The served property on which a kept value depends, with its value (normal form; null: absent) when the value was kept.
 * When it reads otherwise, somebody changed it in Graph since, and the kept value is dropped.
 */
export interface Tie {
  readonly to: string
  readonly was: string | null
}

/** One kept value. Those without a tie stay until a client takes them away. */
export type Piece = { readonly tie?: Tie | undefined } & (
  | { readonly kind: 'property'; readonly line: Property }
  /** All alarms as the client has them, without what happened to them. */
  | { readonly kind: 'alarms'; readonly alarms: readonly Component[] }
  /** An ATTENDEE with the address of one that is served and the parameters to add to it. */
  | { readonly kind: 'person'; readonly line: Property }
  /** The client's name for a zone that is served under another one with the same rules (both IANA). */
  | { readonly kind: 'zone'; readonly served: string; readonly own: string }
  /** An ATTENDEE that is not in Graph: the client mails this person itself. */
  | { readonly kind: 'attendee'; readonly line: Property }
  /** What a client noted on an alarm (`alarmKey`) that was seen. */
  | { readonly kind: 'seen'; readonly alarm: string; readonly lines: readonly Property[] }
  /** An alarm that repeats another one later. */
  | { readonly kind: 'snooze'; readonly alarm: Component }
)

/** The kept values of one calendar object. */
export interface Kept {
  /** Of a single event and of a master. */
  readonly main: readonly Piece[]
  /** Of instances, by the day of their slot (`yyyy-MM-dd` in the series' zone); an empty list is said on purpose. */
  readonly slots: ReadonlyMap<string, readonly Piece[]>
}

export const nothingKept: Kept = { main: [], slots: new Map() }

/** True when there is nothing to store. */
export function isNothing({ main, slots }: Kept): boolean {
  return main.length === 0 && slots.size === 0
}

/** The version of the format below; another one is left alone. */
const version = 1

/** JSON of kept values: content lines as text, ties as pairs. Equal values give equal texts. */
export function printKept({ main, slots }: Kept): string {
  const days = [...slots].sort(([one], [other]) => (one < other ? -1 : 1))
  return JSON.stringify({
    v: version,
    ...(main.length === 0 ? {} : { main: main.map(pieceToJson) }),
    ...(days.length === 0
      ? {}
      : { slots: Object.fromEntries(days.map(([day, list]) => [day, list.map(pieceToJson)])) }),
  })
}

/** Kept values as they were found, or why they cannot be used (a sentence). */
export interface ParsedKept {
  readonly kept: Kept
  readonly loss?: string
}

/** Much more than we ever write: a text that is longer is not ours. */
const longest = 1_000_000

/** Parses what `printKept` wrote; anybody may have changed it since, so whatever is strange in it is left out. */
export function parseKept(text: string | null): ParsedKept {
  if (text === null || text === '') return { kept: nothingKept }
  const data = text.length > longest ? undefined : parseJson(text)
  if (!isRecord(data)) return { kept: nothingKept, loss: 'what was kept with it cannot be read and is not shown' }
  if (data.v !== version) {
    return { kept: nothingKept, loss: 'what was kept with it is of another version of this program and is not shown' }
  }
  const slots = isRecord(data.slots) ? Object.entries(data.slots) : []
  return {
    kept: {
      main: piecesFromJson(data.main),
      slots: new Map(slots.filter(([day]) => isDay(day)).map(([day, list]) => [day, piecesFromJson(list)])),
    },
  }
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text)
}

function pieceToJson(piece: Piece): Readonly<Record<string, unknown>> {
  const tie = piece.tie === undefined ? {} : { tie: [piece.tie.to, piece.tie.was] }
  switch (piece.kind) {
    case 'property':
      return { line: contentLine(piece.line), ...tie }
    case 'alarms':
      return { alarms: piece.alarms.map(alarmToLines), ...tie }
    case 'person':
      return { person: contentLine(piece.line), ...tie }
    case 'zone':
      return { zone: [piece.served, piece.own], ...tie }
    case 'attendee':
      return { attendee: contentLine(piece.line), ...tie }
    case 'seen':
      return { seen: piece.alarm, lines: piece.lines.map(contentLine), ...tie }
    case 'snooze':
      return { snooze: alarmToLines(piece.alarm), ...tie }
  }
}

function piecesFromJson(list: unknown): readonly Piece[] {
  return Array.isArray(list) ? list.flatMap((value: unknown) => pieceFromJson(value) ?? []) : []
}

function pieceFromJson(value: unknown): Piece | undefined {
  if (!isRecord(value)) return undefined
  const [to, was] = Array.isArray(value.tie) ? (value.tie as readonly unknown[]) : []
  const tie = typeof to === 'string' && (typeof was === 'string' || was === null) ? { tie: { to, was } } : {}
  const { line, alarms, person, zone, attendee, seen, lines, snooze } = value
  const one = (text: unknown): Property | undefined => linesFrom([text])?.[0]
  const [property, somebody, guest] = [one(line), one(person), one(attendee)]
  if (property) return { kind: 'property', line: property, ...tie }
  if (somebody) return { kind: 'person', line: somebody, ...tie }
  if (guest) return { kind: 'attendee', line: guest, ...tie }
  if (Array.isArray(alarms))
    return { kind: 'alarms', alarms: alarms.flatMap((alarm) => alarmFrom(alarm) ?? []), ...tie }
  if (Array.isArray(zone) && typeof zone[0] === 'string' && typeof zone[1] === 'string') {
    return { kind: 'zone', served: zone[0], own: zone[1], ...tie }
  }
  const noted = linesFrom(lines)
  if (typeof seen === 'string' && noted) return { kind: 'seen', alarm: seen, lines: noted, ...tie }
  const later = alarmFrom(snooze)
  return later && { kind: 'snooze', alarm: later, ...tie }
}

function alarmToLines({ properties }: Component): readonly string[] {
  return properties.map(contentLine)
}

function alarmFrom(lines: unknown): Component | undefined {
  const properties = linesFrom(lines)
  return properties && component('VALARM', properties)
}

function linesFrom(lines: unknown): readonly Property[] | undefined {
  if (!Array.isArray(lines) || !lines.every((line) => typeof line === 'string')) return undefined
  try {
    return lines.map((line) => parseContentLine(line, 0))
  } catch (error) {
    if (error instanceof GraphdavError) return undefined
    throw error
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
