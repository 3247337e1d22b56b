// Every list: `$filter`, `$orderby`, `$count`, pages of `$top` rows with an absolute `$skip` link. Graph page "Paging
// Microsoft Graph data in your app": ten rows unless the request says otherwise.
import { type Answer, type GraphRequest, linkTo, queryOf } from './answer.ts'
import type { JsonObject } from './json.ts'
import type { Query } from './query.ts'

/** What is listed, and how one entry is compared and shown. */
export interface Listing<Entry> {
  /** Of `@odata.context`, behind `$metadata#`. */
  readonly context: string
  readonly entries: readonly Entry[]
  /** All members, in UTC and with default ids, for `$filter` and `$orderby`. */
  readonly comparable: (entry: Entry) => JsonObject
  readonly properties: (entry: Entry) => ReadonlyMap<string, string>
  readonly show: (entry: Entry) => JsonObject
  /** Rows of a page when the request does not say. */
  readonly pageSize: number
}

export function listAnswer<Entry>(request: GraphRequest, listing: Listing<Entry>): Answer {
  const query = queryOf(request)
  const { filter } = query
  const { entries, comparable, properties } = listing
  const fitting = filter
    ? entries.filter((entry) => filter({ json: () => comparable(entry), properties: properties(entry) }))
    : entries
  const ordered = ordering(fitting, comparable, query.orderBy)
  const size = query.top ?? request.preferences.pageSize ?? listing.pageSize
  const end = query.skip + size
  return {
    status: 200,
    headers: appliedHeaders(request),
    json: {
      '@odata.context': `${request.base}/${request.version}/$metadata#${listing.context}`,
      ...(query.wantsCount ? { '@odata.count': ordered.length } : {}),
      ...(end < ordered.length ? { '@odata.nextLink': linkTo(request, { $skip: String(end) }) } : {}),
      value: ordered.slice(query.skip, end).map(listing.show),
    },
  }
}

/** `Preference-Applied`, where a preference was. */
export function appliedHeaders(request: GraphRequest): Readonly<Record<string, string>> {
  const { applied } = request.preferences
  return applied.length > 0 ? { 'Preference-Applied': applied.join(', ') } : {}
}

function ordering<Entry>(
  entries: readonly Entry[],
  comparable: (entry: Entry) => JsonObject,
  orderBy: Query['orderBy'],
): readonly Entry[] {
  if (orderBy.length === 0) return entries
  const keyed = entries.map((entry) => ({ entry, json: comparable(entry) }))
  keyed.sort((one, other) => {
    for (const { path, isDescending } of orderBy) {
      const order = compareTexts(textAt(one.json, path), textAt(other.json, path))
      if (order !== 0) return isDescending ? -order : order
    }
    return 0
  })
  return keyed.map(({ entry }) => entry)
}

function compareTexts(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}

function textAt(json: JsonObject, path: string): string {
  let value: unknown = json
  for (const name of path.split('/')) {
    value = typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined
  }
  return typeof value === 'string' ? value : JSON.stringify(value ?? '')
}
