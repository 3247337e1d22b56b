// Qualified names of WebDAV and CalDAV, grouped by the document that defines them.

/** A qualified XML name. */
export interface Name {
  readonly namespace: string
  readonly local: string
}

const davNames = [
  // RFC 4918
  'allprop',
  'collection',
  'depth',
  'displayname',
  'error',
  'getcontentlength',
  'getcontenttype',
  'getetag',
  'getlastmodified',
  'href',
  'include',
  'multistatus',
  'prop',
  'propertyupdate',
  'propfind',
  'propname',
  'propstat',
  'remove',
  'resourcetype',
  'response',
  'responsedescription',
  'set',
  'status',
  'cannot-modify-protected-property',
  'propfind-finite-depth',
  // RFC 3253
  'expand-property',
  'property',
  'report',
  'supported-report',
  'supported-report-set',
  // RFC 3744
  'abstract',
  'all',
  'bind',
  'current-user-privilege-set',
  'description',
  'match',
  'need-privileges',
  'number-of-matches-within-limits',
  'owner',
  'principal',
  'principal-URL',
  'principal-collection-set',
  'principal-match',
  'principal-property',
  'principal-property-search',
  'principal-search-property',
  'principal-search-property-set',
  'privilege',
  'property-search',
  'read',
  'read-acl',
  'read-current-user-privilege-set',
  'resource',
  'self',
  'supported-privilege',
  'supported-privilege-set',
  'unbind',
  'write',
  'write-content',
  'write-properties',
  // RFC 5689
  'mkcol',
  'mkcol-response',
  'valid-resourcetype',
  // RFC 5397
  'current-user-principal',
  // RFC 6578
  'limit',
  'nresults',
  'sync-collection',
  'sync-level',
  'sync-token',
  'sync-traversal-supported',
  'valid-sync-token',
] as const

const caldavNames = [
  // RFC 4791
  'allcomp',
  'allprop',
  'calendar',
  'calendar-data',
  'calendar-description',
  'calendar-home-set',
  'calendar-multiget',
  'calendar-query',
  'calendar-timezone',
  'comp',
  'comp-filter',
  'expand',
  'filter',
  'free-busy-query',
  'is-not-defined',
  'limit-freebusy-set',
  'limit-recurrence-set',
  'max-attendees-per-instance',
  'mkcalendar',
  'mkcalendar-response',
  'no-uid-conflict',
  'max-date-time',
  'max-instances',
  'max-resource-size',
  'min-date-time',
  'param-filter',
  'prop',
  'prop-filter',
  'read-free-busy',
  'supported-calendar-component-set',
  'supported-calendar-component-sets',
  'supported-calendar-data',
  'supported-collation',
  'supported-collation-set',
  'text-match',
  'time-range',
  'timezone',
  'calendar-collection-location-ok',
  'supported-calendar-component',
  'supported-filter',
  'valid-calendar-data',
  'valid-calendar-object-resource',
  'valid-filter',
  // RFC 6638
  'calendar-free-busy-set',
  'calendar-user-address-set',
  'calendar-user-type',
  'default-alarm-vevent-date',
  'default-alarm-vevent-datetime',
  'opaque',
  'recipient',
  'request-status',
  'response',
  'schedule-calendar-transp',
  'schedule-default-calendar-URL',
  'schedule-inbox',
  'schedule-inbox-URL',
  'schedule-outbox',
  'schedule-outbox-URL',
  'schedule-response',
  'schedule-send',
  'schedule-send-freebusy',
  'transparent',
  'unique-scheduling-object-resource',
  'valid-scheduling-message',
  'valid-timezone',
  // RFC 7809
  'calendar-timezone-id',
  'timezone-id',
] as const

const calendarserverNames = ['email-address-set', 'email-address', 'getctag'] as const

const appleNames = ['calendar-color', 'calendar-order'] as const

/** A name of the `DAV:` namespace. */
export function dav(local: (typeof davNames)[number]): Name {
  return { namespace: 'DAV:', local }
}

/** A name of CalDAV's namespace. */
export function caldav(local: (typeof caldavNames)[number]): Name {
  return { namespace: 'urn:ietf:params:xml:ns:caldav', local }
}

/** A name of Apple's calendar server extensions. */
export function calendarserver(local: (typeof calendarserverNames)[number]): Name {
  return { namespace: 'http://calendarserver.org/ns/', local }
}

/** A name of Apple's iCal extensions. */
export function apple(local: (typeof appleNames)[number]): Name {
  return { namespace: 'http://apple.com/ns/ical/', local }
}

/** The prefixes that our answers use, by namespace. */
export const prefixes: ReadonlyMap<string, string> = new Map([
  ['DAV:', 'D'],
  ['urn:ietf:params:xml:ns:caldav', 'C'],
  ['http://calendarserver.org/ns/', 'CS'],
  ['http://apple.com/ns/ical/', 'A'],
])

/** The name as one string, for maps (Clark's notation). */
export function keyOf(name: Name): string {
  return `{${name.namespace}}${name.local}`
}

/** True when both are the same name. */
export function isSameName(one: Name, other: Name): boolean {
  return one.local === other.local && one.namespace === other.namespace
}
