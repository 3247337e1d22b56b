// Which report runs where: what supported-report-set says and what REPORT lets pass (RFC 3253 §3.1.5).
import { caldav, dav, isSameName, type Name } from './names.ts'
import type { SubjectKind } from './subject.ts'

/** The reports, each with the kinds of resources that it runs on. */
const supported: readonly { readonly report: Name; readonly on: readonly SubjectKind[] }[] = [
  // RFC 4791 §7.8-7.10. In the inbox they find nothing.
  { report: caldav('calendar-query'), on: ['collection', 'inbox'] },
  { report: caldav('calendar-multiget'), on: ['collection', 'inbox'] },
  { report: caldav('free-busy-query'), on: ['collection'] },
  // RFC 6578 §3
  { report: dav('sync-collection'), on: ['collection'] },
  // RFC 3253 §3.8
  {
    report: dav('expand-property'),
    on: ['site', 'root', 'principals', 'principal', 'homes', 'home', 'collection', 'resource', 'inbox', 'outbox'],
  },
  // RFC 3744 §9.3-9.5
  { report: dav('principal-match'), on: ['root', 'principals', 'principal', 'homes', 'home'] },
  { report: dav('principal-property-search'), on: ['root', 'principals', 'principal', 'homes', 'home'] },
  { report: dav('principal-search-property-set'), on: ['site', 'root', 'principals', 'principal', 'homes', 'home'] },
]

/** The reports that run on a kind of resource. */
export function reportsOn(kind: SubjectKind): readonly Name[] {
  return supported.filter(({ on }) => on.includes(kind)).map(({ report }) => report)
}

/** True when a report runs on a kind of resource. */
export function isReportOn(report: Name, kind: SubjectKind): boolean {
  return reportsOn(kind).some((name) => isSameName(name, report))
}
