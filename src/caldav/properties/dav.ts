// Properties of the DAV: namespace but the sync token: RFC 4918 §15, RFC 3253 §3.1.5, RFC 3744 §4-5, RFC 5397 §3.
import { httpDate } from '../../base/http-date.ts'
import { caldav, dav, type Name } from '../names.ts'
import { allPrivileges, privilegesOn, type PrivilegeTree } from '../privileges.ts'
import { hrefOf, type Location } from '../routes.ts'
import type { Session, Subject } from '../subject.ts'
import { reportsOn } from '../supported-reports.ts'
import { element, type XmlElement } from '../xml.ts'
import { firstOf, on, row, type PropertyRow } from './row.ts'

function principalHref(_: Subject, session: Session): XmlElement {
  return href({ kind: 'principal', user: session.user }, session)
}

/** The rows, in the order allprop shows them. */
export const davProperties: readonly PropertyRow[] = [
  {
    ...row(dav('resourcetype'), 'RFC 4918 §15.9', (subject) => resourceType(subject).map((name) => element(name))),
    inAllprop: true,
  },
  {
    ...row(
      dav('displayname'),
      'RFC 4918 §15.2',
      firstOf(
        on(['principal', 'home'], (_, session) => session.user),
        on(['collection'], ({ collection }) => collection.displayName),
      ),
    ),
    set: 'per-user',
    inAllprop: true,
  },
  {
    ...row(
      dav('getcontentlength'),
      'RFC 4918 §15.4',
      on(['resource'], ({ resource }) => String(resource.size)),
    ),
    inAllprop: true,
  },
  {
    ...row(
      dav('getcontenttype'),
      'RFC 4918 §15.5',
      on(['resource'], () => calendarType),
    ),
    inAllprop: true,
  },
  {
    ...row(
      dav('getetag'),
      'RFC 4918 §15.6',
      on(['resource'], ({ resource }) => `"${resource.etag}"`),
    ),
    inAllprop: true,
  },
  {
    ...row(
      dav('getlastmodified'),
      'RFC 4918 §15.7',
      on(['resource'], ({ resource }) => httpDate(resource.lastModified)),
    ),
    inAllprop: true,
  },
  row(dav('supported-report-set'), 'RFC 3253 §3.1.5', ({ kind }) => reportsOn(kind).map(supportedReport)),
  row(dav('current-user-principal'), 'RFC 5397 §3', principalHref),
  row(dav('principal-URL'), 'RFC 3744 §4.2', on(['principal'], principalHref)),
  row(dav('principal-collection-set'), 'RFC 3744 §5.8', (_, session) => href({ kind: 'principals' }, session)),
  row(
    dav('owner'),
    'RFC 3744 §5.1',
    on(['principal', 'home', 'inbox', 'outbox', 'collection', 'resource'], principalHref),
  ),
  row(dav('current-user-privilege-set'), 'RFC 3744 §5.4', (subject, session) =>
    privilegesOn(subject, session).map((name) => element(dav('privilege'), element(name))),
  ),
  row(dav('supported-privilege-set'), 'RFC 3744 §5.3', () => supportedPrivilege(allPrivileges)),
]

/** The media type of calendar object resources (RFC 4791 §5.3.4). */
export const calendarType = 'text/calendar; charset=utf-8; component=VEVENT'

function resourceType({ kind }: Subject): readonly Name[] {
  switch (kind) {
    case 'resource':
      return []
    case 'principal':
      return [dav('collection'), dav('principal')]
    case 'collection':
      return [dav('collection'), caldav('calendar')]
    case 'inbox':
      return [dav('collection'), caldav('schedule-inbox')]
    case 'outbox':
      return [dav('collection'), caldav('schedule-outbox')]
    case 'site':
    case 'root':
    case 'principals':
    case 'homes':
    case 'home':
      return [dav('collection')]
  }
}

function href(location: Location, { prefix }: Session): XmlElement {
  return element(dav('href'), hrefOf(location, prefix))
}

function supportedReport(name: Name): XmlElement {
  return element(dav('supported-report'), element(dav('report'), element(name)))
}

function supportedPrivilege({ name, description, holds }: PrivilegeTree): XmlElement {
  return element(
    dav('supported-privilege'),
    element(dav('privilege'), element(name)),
    element(dav('description'), description),
    ...holds.map(supportedPrivilege),
  )
}
