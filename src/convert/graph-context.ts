// What the way from iCalendar to Graph needs beside the VEVENT. Types only.
import type { GraphEvent } from '../graph/types.ts'
import type { Zones } from '../ical/instant.ts'
import type { OnLoss } from './schedule.ts'

export interface GraphContext {
  /** The zones of the text that the event comes from; its floating zone is the mailbox's. */
  readonly zones: Zones
  /** The event as Graph has it now, for what several Graph values share one iCalendar value; undefined for a new event. */
  readonly current: GraphEvent | undefined
  /** Hears, in a sentence without titles or addresses, what Graph cannot take and what is therefore left out. */
  readonly onLoss: OnLoss
}
