// What a client asks for; types only.
import type { WriteConditions } from '../calendar/backend.ts'
import type { CalendarObject } from '../ical/object.ts'
import type { MoveOrigin } from './journal.ts'

/** Which resource is to be changed, by whom, on which conditions. */
export interface WriteRequest {
  readonly user: string
  readonly name: string
  readonly conditions: WriteConditions
  readonly mayReply: boolean
}

export interface PutRequest extends WriteRequest {
  readonly text: string
  /** The text, parsed by the caller before it waited for the calendar. */
  readonly wanted: CalendarObject
  /** Where a MOVE takes it from; null for a PUT of a client's own. */
  readonly origin: MoveOrigin | null
}
