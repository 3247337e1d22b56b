// What is asked, as calendar programs ask it.
import { prepare, type Answer, type Prepared, type Request } from './client.ts'

export const feedToken = 'a-feed-token-of-the-benchmark'
export const password = 'a password of the benchmark'
export const calendar = '/dav/calendars/alice/work/'
export const feed = `/feeds/${feedToken}/work.ics`

const headers = {
  Authorization: `Basic ${Buffer.from(`alice:${password}`).toString('base64')}`,
  'Content-Type': 'application/xml; charset=utf-8',
}

const namespaces = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/"'

function dav(method: string, depth: string, root: string, content: string): Prepared {
  const body = `<?xml version="1.0" encoding="utf-8"?><${root} ${namespaces}>${content}</${root}>`
  return prepare({ method, path: calendar, headers: { ...headers, Depth: depth }, body })
}

export const ready: Request = { method: 'GET', path: '/readyz' }

export const ctag = dav('PROPFIND', '0', 'propfind', '<prop><S:getctag/><sync-token/></prop>')

export const etags = dav('PROPFIND', '1', 'propfind', '<prop><getetag/></prop>')

/** `token` '' for everything. */
export function syncCollection(token: string): Prepared {
  const content = `<sync-token>${token}</sync-token><sync-level>1</sync-level><prop><getetag/></prop>`
  return dav('REPORT', '1', 'sync-collection', content)
}

export function multiget(hrefs: readonly string[]): Prepared {
  const asked = hrefs.map((href) => `<href>${href}</href>`).join('')
  return dav('REPORT', '1', 'C:calendar-multiget', `<prop><getetag/><C:calendar-data/></prop>${asked}`)
}

/** The events of 30 days from `start` (milliseconds), with their texts. */
export function month(start: number): Prepared {
  const [from, to] = [start, start + 30 * 86_400_000].map((ms) =>
    new Date(ms).toISOString().replaceAll(/[-:]|\.\d+/g, ''),
  )
  const range = `<C:time-range start="${from}" end="${to}"/>`
  const filter = `<C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">${range}</C:comp-filter></C:comp-filter>`
  return dav(
    'REPORT',
    '1',
    'C:calendar-query',
    `<prop><getetag/><C:calendar-data/></prop><C:filter>${filter}</C:filter>`,
  )
}

/** The feed; `etag` as it was answered before, '' for the first time. */
export function getFeed(encoding: 'gzip' | 'identity', etag = ''): Prepared {
  const conditions: Readonly<Record<string, string>> = etag === '' ? {} : { 'If-None-Match': etag }
  return prepare({ method: 'GET', path: feed, headers: { 'Accept-Encoding': encoding, ...conditions } })
}

/** The sync token that a report ended with. */
export function tokenOf({ body }: Answer): string {
  const token = /<D:sync-token>([^<]+)<\/D:sync-token>/.exec(body.toString())?.[1]
  if (token === undefined) throw new Error(`no sync-token in ${body.toString().slice(0, 500)}`)
  return token
}

/** The hrefs of events in an answer. */
export function hrefsOf({ body }: Answer): readonly string[] {
  return [...body.toString().matchAll(/<D:href>([^<]+\.ics)<\/D:href>/g)].map(([, href = '']) => href)
}
