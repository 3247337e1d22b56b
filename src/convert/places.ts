// location, locations and coordinates ⇄ LOCATION and GEO (RFC 5545 §3.8.1.7, §3.8.1.6; Graph page "location").
import type { GraphEvent, GraphLocation } from '../graph/types.ts'
import type { Property } from '../ical/object.ts'
import { property, textProperty } from '../ical/text.ts'

/** LOCATION: Graph's summary, else the names joined as Graph joins them. GEO: the first place that has coordinates. */
export function placesToIcal({ location, locations }: GraphEvent): readonly Property[] {
  const names = locations.map(({ displayName }) => displayName.trim()).filter((name) => name !== '')
  const text = location?.displayName.trim() || names.join('; ')
  const places = location === null ? locations : [...locations, location]
  const coordinates = places.map(coordinatesOf).find((found) => found !== undefined)
  return [
    ...(text === '' ? [] : [textProperty('LOCATION', text)]),
    ...(coordinates === undefined ? [] : [property('GEO', coordinates)]),
  ]
}

// `latitude;longitude`, six decimals (a tenth of a metre), trailing zeros cut.
function coordinatesOf({ latitude, longitude }: GraphLocation): string | undefined {
  if (latitude === null || longitude === null) return undefined
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return undefined
  return `${decimal(latitude)};${decimal(longitude)}`
}

function decimal(degrees: number): string {
  return String(Number(degrees.toFixed(6)) + 0)
}
