// location, locations and coordinates ⇄ LOCATION and GEO (RFC 5545 §3.8.1.7, §3.8.1.6; Graph page "location").
import type { GraphEvent, GraphEventInput, GraphLocation } from '../graph/types.ts'
import type { Component, Property } from '../ical/object.ts'
import { firstProperty, property, textOf, textProperty, valueOf } from '../ical/text.ts'
import type { GraphContext } from './graph-context.ts'

/** LOCATION: Graph's summary, else the names joined as Graph joins them. GEO: the first place that has coordinates. */
export function placesToIcal(event: GraphEvent): readonly Property[] {
  const { name, coordinates } = placeOf(event)
  return [
    ...(name === '' ? [] : [textProperty('LOCATION', name)]),
    ...(coordinates === undefined ? [] : [property('GEO', coordinates)]),
  ]
}

/**
 * location of LOCATION and GEO (or of Apple's structured location). Writing it replaces all places of the event. A new
 * name beside the coordinates that were served is a new place whose coordinates nobody knows.
 */
export function placesToGraph(event: Component, { current }: GraphContext): GraphEventInput {
  const now = current && placeOf(current)
  const displayName = textOf(event, 'LOCATION')?.trim() ?? ''
  const given = coordinatesIn(valueOf(event, 'GEO')) ?? coordinatesIn(appleCoordinates(event))
  const isRenamed = now !== undefined && now.name !== displayName
  const isStale = isRenamed && given !== undefined && printCoordinates(given) === now.coordinates
  const kept = now === undefined || isRenamed ? undefined : coordinatesIn(now.coordinates)
  const coordinates = isStale ? undefined : (given ?? kept)
  return { location: { displayName, ...(coordinates && { coordinates }) } }
}

interface Coordinates {
  readonly latitude: number
  readonly longitude: number
}

/** `X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE=…:geo:47.61,-122.32`; an altitude after them (RFC 5870 §3.4.2) is left out. */
function appleCoordinates(event: Component): string | undefined {
  return /^geo:([^;,]+,[^;,]+)/i.exec(firstProperty(event, 'X-APPLE-STRUCTURED-LOCATION')?.value.trim() ?? '')?.[1]
}

// RFC 5545 §3.8.1.6; some programs separate by a comma or escape the semicolon.
function coordinatesIn(text: string | undefined): Coordinates | undefined {
  const [, one, other] = /^([-+]?[\d.]+)[;,]([-+]?[\d.]+)$/.exec(text?.replaceAll(/[\\\s]/g, '') ?? '') ?? []
  const [latitude, longitude] = [Number(one ?? NaN), Number(other ?? NaN)]
  return isOnEarth(latitude, longitude) ? { latitude, longitude } : undefined
}

interface Place {
  readonly name: string
  /** The value of GEO. */
  readonly coordinates: string | undefined
}

function placeOf({ location, locations }: GraphEvent): Place {
  const names = locations.map(({ displayName }) => displayName.trim()).filter((name) => name !== '')
  const places = location === null ? locations : [...locations, location]
  return {
    name: location?.displayName.trim() || names.join('; '),
    coordinates: places.map(coordinatesOf).find((found) => found !== undefined),
  }
}

function coordinatesOf({ latitude, longitude }: GraphLocation): string | undefined {
  if (latitude === null || longitude === null || !isOnEarth(latitude, longitude)) return undefined
  return printCoordinates({ latitude, longitude })
}

function isOnEarth(latitude: number, longitude: number): boolean {
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180
}

// `latitude;longitude`, six decimals (a tenth of a metre), trailing zeros cut.
function printCoordinates({ latitude, longitude }: Coordinates): string {
  return [latitude, longitude].map((degrees) => String(Number(degrees.toFixed(6)) + 0)).join(';')
}
