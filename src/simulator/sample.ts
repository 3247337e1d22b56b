import type { Place } from './changes.ts'
import { createPeople } from './people.ts'

export function fillSampleTenant(place: Place): void {
  createPeople(place)
}
