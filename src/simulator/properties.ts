// Single-value extended properties of an event, an instance or a calendar. Graph page "singleValueLegacyExtendedProperty".
import type { Place } from './place.ts'

/** What a request sets; null where it says null. */
export type PropertyChanges = ReadonlyMap<string, string | null>

/** The properties after a request; what null does is one of the assumptions. */
export function changedProperties(
  { switches }: Pick<Place, 'switches'>,
  kept: ReadonlyMap<string, string>,
  changes: PropertyChanges,
): ReadonlyMap<string, string> {
  const changed = new Map(kept)
  for (const [id, value] of changes) {
    if (value === null && switches.nullProperty === 'removes') changed.delete(id)
    else changed.set(id, value ?? '')
  }
  return changed
}
