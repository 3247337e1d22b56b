// free-busy-query (RFC 4791 §7.10): one VFREEBUSY for the calendar, without saying what keeps the person busy.
import { sha256Hex } from '../../base/hash.ts'
import { freeBusyComponent } from '../busy-time.ts'
import { calendarBusyTime } from '../calendar-busy-time.ts'
import { printCalendar } from '../calendar-text.ts'
import { caldav } from '../names.ts'
import { DavError } from '../preconditions.ts'
import { parseBoundedRange } from '../time-range.ts'
import { floatingZone } from '../time-zone.ts'
import { childNamed } from '../xml.ts'
import type { Report } from './report.ts'

/** Runs the report. */
export const freeBusyQuery: Report = async (exchange) => {
  const { body, subject, clock } = exchange
  const timeRange = childNamed(body, caldav('time-range'))
  if (!timeRange) throw new DavError('bad-request', 'a free-busy-query needs a time-range')
  if (subject.kind !== 'collection') throw new DavError('supported-report', 'this report runs on calendars')
  const { collection } = subject
  const range = parseBoundedRange(timeRange, 'bad-request')
  const spans = await calendarBusyTime(exchange, collection.slug, range, floatingZone(exchange, collection))
  const uid = `${sha256Hex(`${collection.slug} ${range.start} ${range.end}`).slice(0, 32)}@graphdav`
  const freeBusy = freeBusyComponent(spans, range, clock.now(), [{ name: 'UID', parameters: [], value: uid }])
  return {
    status: 200,
    headers: { 'Content-Type': 'text/calendar; charset=utf-8; component=VFREEBUSY' },
    body: printCalendar([freeBusy]),
  }
}
