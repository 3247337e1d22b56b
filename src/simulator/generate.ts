import type { Place } from './place.ts'
import { createPeople } from './people.ts'

export function generateTenant(place: Place, _events: number): void {
  createPeople(place)
}
