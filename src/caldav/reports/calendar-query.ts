// calendar-query (RFC 4791 §7.8).
import { DavError } from '../preconditions.ts'
import type { Report } from './report.ts'

/** Runs the report. */
export const calendarQuery: Report = async () => {
  throw new DavError('supported-report', 'this report is not supported here')
}
