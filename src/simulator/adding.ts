// Adding events to a calendar from pieces of Graph JSON, as drafts.ts makes them.
import { createEvent } from './changes.ts'
import type { StoredEvent } from './event.ts'
import { parseEventInput } from './event-input.ts'
import type { JsonObject } from './json.ts'
import type { Place } from './place.ts'
import type { Calendar } from './tenant.ts'
import { parseTrusted } from './trusted.ts'

/** Adds an event; later pieces win over earlier ones. */
export type Adding = (...pieces: readonly JsonObject[]) => StoredEvent

export function adding(place: Place, calendar: Calendar): Adding {
  return (...pieces) => {
    const json: JsonObject = Object.assign({}, ...pieces)
    return createEvent(place, calendar, parseEventInput(json), parseTrusted(json))
  }
}
