// What the server takes at most: said to clients as properties (RFC 4791 §5.2.5-5.2.9), and kept to.

/** Octets of the largest calendar object that is taken. */
export const maxResourceSize = 4 * 1024 * 1024

/** Earliest and latest date-time of an event, as iCalendar writes them. */
export const minDateTime = '19000101T000000Z'
export const maxDateTime = '20991231T235959Z'

/** Most instances of an event that ends: one a day between the two. An endless one is shown as far as somebody looks. */
export const maxInstances = 73_049

/** Lines of one event, its alarms included, and dates that a series leaves out: each is compared with what there is. */
export const maxLinesOfEvent = 2000
export const maxDatesLeftOut = 10_000

/** Exchange takes no more people in one meeting. */
export const maxAttendeesPerInstance = 500

/** What one request may ask: properties of a resource, parts of a filter, resources that an expand-property leads to. */
export const maxPropertiesAsked = 250
export const maxFilterParts = 250
export const maxExpandedResources = 1000

/** What a user may set on one resource: characters of a property, as XML, and properties. */
export const maxPropertyLength = 64 * 1024
export const maxPropertiesOfOne = 100

/** What a user may set in all, characters: it is read with each request. */
export const maxPropertiesOfUser = 2 * 1024 * 1024
