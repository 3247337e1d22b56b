// From a PUT to what is kept of it: the properties, parameters and alarms that Graph has no place for (RFC 5545 §3.8.8).
// `expected` is what Graph alone would show after the write; whatever the text says beyond that is kept.
import type { Component, Property } from '../ical/object.ts'
import { firstProperty, parameterOf, property, propertiesOf, withoutProperties } from '../ical/text.ts'
import { ianaOfTzid } from '../ical/zone.ts'
import { acknowledgements, alarmKey, settledAlarms, snoozes } from './compare-alarms.ts'
import { isChanged, normalLine, readField } from './compare-fields.ts'
import { absenceInPut, durableLines, isDurableName, volatileLines } from './compare-lines.ts'
import { addressOf, detailsOf, scheduledPeople, unscheduledLines } from './compare-people.ts'
import type { Piece } from './kept.ts'
import { isWebLink } from './links.ts'
import { tieOfLine, tieTo } from './kept-ties.ts'

/** One VEVENT of a PUT and what belongs to it. */
export interface CollectedEvent {
  readonly put: Component
  /** What Graph alone would show of it after the write. */
  readonly expected: Component
  /** What was served of it; undefined when it is new. */
  readonly served: Component | undefined
  /** What was kept of it. */
  readonly before: readonly Piece[]
}

/** The values to keep with the event in Graph. */
export function durablePieces(event: CollectedEvent): readonly Piece[] {
  return [
    ...propertyPieces(event),
    ...exactPieces(event),
    ...alarmPieces(event),
    ...personPieces(event),
    ...zonePieces(event),
  ]
}

/** The values to keep in the local store. */
export function volatilePieces({ put, expected }: CollectedEvent): readonly Piece[] {
  const tie = tieTo('DTSTART', expected)
  const invited = scheduledPeople(expected).map(({ address }) => address)
  const guests = unscheduledLines(put).filter((line) => !invited.includes(addressOf(line)))
  const organizer =
    guests.length > 0 && !firstProperty(expected, 'ORGANIZER') ? firstProperty(put, 'ORGANIZER') : undefined
  const seen = settledAlarms(put).filter((alarm) => acknowledgements(alarm).length > 0)
  return [
    ...volatileLines(put).map((line): Piece => ({ kind: 'property', line, tie })),
    ...seen.map((alarm): Piece => ({ kind: 'seen', alarm: alarmKey(alarm), lines: acknowledgements(alarm) })),
    ...snoozes(put).map((alarm): Piece => ({ kind: 'snooze', alarm, tie })),
    ...(organizer ? [{ kind: 'property', line: organizer } as const] : []),
    ...guests.map((line): Piece => ({ kind: 'attendee', line })),
  ]
}

// Lines that Graph shows by itself are not kept, nor what it showed before and comes back (a link to an instance); lines that
// the client does not know stay as they were.
function propertyPieces({ put, expected, served, before }: CollectedEvent): readonly Piece[] {
  const lines = durableLines(put)
  const present = new Set(lines.map(({ name }) => name))
  const own = [...present].filter((name) => normalLines(lines, name) !== normalLines(durableLines(expected), name))
  const kept = new Set(before.flatMap((piece) => (piece.kind === 'property' ? [piece.line.name] : [])))
  const isOfGraph = (name: string): boolean =>
    (served !== undefined && !kept.has(name) && normalLines(lines, name) === normalLines(durableLines(served), name)) ||
    lines.every((line) => line.name !== name || isLinkOfOutlook(line))
  const wanted = own.filter((name) => !isOfGraph(name) && !isStale(name, { put, served }))
  return [
    ...before.filter(
      (piece) => piece.kind === 'property' && !present.has(piece.line.name) && stays(piece.line.name, put),
    ),
    ...lines
      .filter(({ name }) => wanted.includes(name))
      .map((line): Piece => ({ kind: 'property', line, ...tieOfLine(line.name, expected) })),
  ]
}

// What a client makes of another event ("this and future", paste) comes with that one's link, also when it is sent once more,
// and an instance that Graph drops and that is made again with the link it had: its own is shown instead.
function isLinkOfOutlook({ name, value }: Property): boolean {
  return name === 'URL' && isWebLink(value)
}

function stays(name: string, put: Component): boolean {
  return isDurableName(name) && absenceInPut(name, put) === 'stays'
}

// The client changed what the property belongs to and gave the property back as it was, without knowing it.
function isStale(name: string, { put, served }: Pick<CollectedEvent, 'put' | 'served'>): boolean {
  const partner = tieOfLine(name, put).tie?.to
  if (served === undefined || partner === undefined || partner === name) return false
  const isSame = normalLines(durableLines(served), name) === normalLines(durableLines(put), name)
  return isSame && tieTo(partner, served).was !== tieTo(partner, put).was
}

// Graph has fewer values than these properties: the exact one is kept as long as Graph's stays the same.
function exactPieces({ put, expected, before }: CollectedEvent): readonly Piece[] {
  return (['PRIORITY', 'CLASS', 'STATUS'] as const).flatMap((name): readonly Piece[] => {
    const line = firstProperty(put, name)
    if (!line) return before.filter((piece) => piece.kind === 'property' && piece.line.name === name)
    const wanted = readField(put, name)
    const isExact = !isChanged(
      { field: name, before: readField(expected, name), after: wanted },
      'stays',
      defaults[name],
    )
    const isKept =
      name === 'PRIORITY' || (name === 'STATUS' ? wanted === 'CANCELLED' : !knownClasses.includes(wanted ?? ''))
    return isExact || !isKept ? [] : [{ kind: 'property', line, tie: tieTo(name, expected) }]
  })
}

const defaults = { PRIORITY: '0', CLASS: 'PUBLIC', STATUS: 'CONFIRMED' } as const
const knownClasses = ['PUBLIC', 'PRIVATE', 'CONFIDENTIAL']

// All or none: a client recognizes its alarms by their UIDs.
function alarmPieces({ put, expected }: CollectedEvent): readonly Piece[] {
  const alarms = settledAlarms(put)
  const keys = (list: readonly Component[]): string => list.map(alarmKey).sort().join('\n')
  if (keys(alarms) === keys(settledAlarms(expected))) return []
  const unseen = alarms.map((alarm) => withoutProperties(alarm, ['ACKNOWLEDGED', 'X-MOZ-LASTACK']))
  return [{ kind: 'alarms', alarms: unseen, tie: tieTo('VALARM', expected) }]
}

function personPieces({ put, expected, before }: CollectedEvent): readonly Piece[] {
  const invited = scheduledPeople(expected)
  return invited.flatMap(({ address }): readonly Piece[] => {
    const line = propertiesOf(put, 'ATTENDEE').find((attendee) => addressOf(attendee) === address)
    const details = line ? detailsOf(line) : []
    if (details.length === 0) {
      return before.filter((piece) => piece.kind === 'person' && addressOf(piece.line) === address)
    }
    return [{ kind: 'person', line: { ...property('ATTENDEE', `mailto:${address}`), parameters: details } }]
  })
}

// Many IANA zones share one Windows id, which Graph keeps: the client's own name comes back.
function zonePieces({ put, expected }: CollectedEvent): readonly Piece[] {
  const pairs = ['DTSTART', 'DTEND'].flatMap((name): readonly Piece[] => {
    const [own, served] = [put, expected].map((event) => ianaOf(firstProperty(event, name)))
    return own === undefined || served === undefined || own === served ? [] : [{ kind: 'zone', served, own }]
  })
  const texts = pairs.map((piece) => JSON.stringify(piece))
  return pairs.filter((_, index) => texts.indexOf(texts[index] ?? '') === index)
}

function ianaOf(line: Property | undefined): string | undefined {
  const tzid = line && parameterOf(line, 'TZID')
  return tzid === undefined ? undefined : ianaOfTzid(tzid)
}

function normalLines(lines: readonly Property[], name: string): string {
  const own = lines.filter((line) => line.name === name)
  return own.map(normalLine).sort().join('\n')
}
