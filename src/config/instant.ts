// Dates and times in the configuration.
import { DateTime } from 'luxon'
import '../base/zones.ts'

/** Milliseconds of an RFC 3339 date and time with offset, or of midnight UTC of a date; undefined when there is no such day or time. */
export function parseInstant(text: string): number | undefined {
  try {
    return DateTime.fromISO(text, { zone: 'utc' }).toMillis()
  } catch {
    return undefined
  }
}
