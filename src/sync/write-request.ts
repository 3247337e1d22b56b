// What a client asks for; types only.
import type { WriteConditions } from '../calendar/backend.ts'
import type { CalendarObject } from '../ical/object.ts'

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
}
