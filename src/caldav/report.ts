// REPORT (RFC 3253 §3.6): which report a body asks for, and whether it runs here.
import { openSession, slugsAt, type Exchange, type Method } from './method.ts'
import type { DavAnswer } from './exchange.ts'
import { caldav, dav, isSameName, keyOf } from './names.ts'
import { DavError } from './preconditions.ts'
import { expandProperty } from './reports/expand-property.ts'
import { freeBusyQuery } from './reports/free-busy-query.ts'
import { principalMatch } from './reports/principal-match.ts'
import { principalPropertySearch } from './reports/principal-property-search.ts'
import { principalSearchPropertySet } from './reports/principal-search-property-set.ts'
import { calendarMultiget } from './reports/calendar-multiget.ts'
import { calendarQuery } from './reports/calendar-query.ts'
import type { Report } from './reports/report.ts'
import { syncCollection } from './reports/sync-collection.ts'
import { readXml } from './request-xml.ts'
import { findSubject, requireReady } from './subject.ts'
import { isReportOn } from './supported-reports.ts'
import type { XmlElement } from './xml.ts'

const reports: ReadonlyMap<string, Report> = new Map([
  [keyOf(caldav('calendar-query')), calendarQuery],
  [keyOf(caldav('calendar-multiget')), calendarMultiget],
  [keyOf(caldav('free-busy-query')), freeBusyQuery],
  [keyOf(dav('sync-collection')), syncCollection],
  [keyOf(dav('expand-property')), expandProperty],
  [keyOf(dav('principal-match')), principalMatch],
  [keyOf(dav('principal-property-search')), principalPropertySearch],
  [keyOf(dav('principal-search-property-set')), principalSearchPropertySet],
])

/** Answers REPORT. */
export const report: Method = async (exchange): Promise<DavAnswer> => {
  const body = await readXml(exchange.request)
  if (!body) throw new DavError('bad-request', 'a report needs a body')
  const session = await openSession(exchange, await newsFor(body, exchange))
  const subject = await findSubject(exchange.location, session, exchange.backend)
  const run = reports.get(keyOf(body.name))
  if (!run || !isReportOn(body.name, subject.kind)) {
    throw new DavError('supported-report', 'this report is not supported here')
  }
  requireReady(subject)
  return run({ ...exchange, body, session, subject })
}

// These two ask for what is new.
async function newsFor(body: XmlElement, exchange: Exchange): Promise<readonly string[]> {
  const asks = isSameName(body.name, dav('sync-collection')) || isSameName(body.name, caldav('calendar-query'))
  return asks ? slugsAt(exchange, 0) : []
}
