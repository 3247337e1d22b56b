// Rows of Graph's lists of calendars: what is read of them, and how a list is read to its end. Graph pages "List calendars",
// "calendar resource type".
import { GraphError } from '../base/errors.ts'
import { segment, type GraphClient, type RequestOptions } from './client.ts'
import { booleanOf, objectOf, textOf, wordOf, type JsonObject } from './json.ts'
import { oddAnswer, parseObject, parsePage } from './parse.ts'
import type { Patience } from './retry.ts'
import type { GraphEmailAddress } from './types.ts'

/** One calendar as the account sees it. */
export interface GraphCalendar {
  readonly id: string
  readonly name: string
  /** Whose calendar it is; both fields empty when Graph does not say. */
  readonly owner: GraphEmailAddress
  /** `#rrggbb`; undefined when nobody chose a colour. */
  readonly color: string | undefined
  readonly canEdit: boolean
  readonly isDefault: boolean
}

/** Through whom Graph is asked about calendars. */
export interface Where {
  readonly client: GraphClient
  readonly signal?: AbortSignal | undefined
  readonly patience?: Patience | undefined
}

/** `/me`, or `/users/{mailbox}` for another mailbox than the signed-in one. */
export function mailboxPath(mailbox: string): string {
  return mailbox === 'me' ? '/me' : `/users/${segment(mailbox)}`
}

/** One calendar by its path; `mailbox` is the lane of the request. Throws `GraphError`. */
export async function getCalendar(
  { client, signal, patience }: Where,
  mailbox: string,
  path: string,
): Promise<GraphCalendar> {
  const { body, requestId } = await client.get(path, { purpose: 'calendars', mailbox, signal, patience })
  const calendar = parseCalendar(parseObject(body, requestId))
  if (calendar === undefined) throw oddAnswer('a calendar without an id', requestId)
  return calendar
}

/** All rows of a list, page by page; what `parse` says undefined of is left out. Throws `GraphError`. */
export async function listAll<T>(
  { client, signal, patience }: Where,
  path: string,
  parse: (row: JsonObject) => T | undefined,
  query: RequestOptions['query'] = {},
): Promise<readonly T[]> {
  const mailbox = path.split('/').slice(0, 3).join('/')
  const options: RequestOptions = { purpose: 'calendars', mailbox, signal, patience }
  const found: T[] = []
  let answer = await client.get(path, { ...options, query: { $top: 100, ...query } })
  for (let pages = 1; ; pages += 1) {
    const page = parsePage(answer.body, answer.requestId)
    found.push(...page.rows.map((row) => parse(objectOf(row))).filter((item) => item !== undefined))
    if (page.nextLink === null || pages === 100) return found
    answer = await client.follow(page.nextLink, options)
  }
}

/** A row; undefined for one without an id. */
export function parseCalendar(row: JsonObject): GraphCalendar | undefined {
  const id = wordOf(row['id'])
  if (id === null) return undefined
  const owner = objectOf(row['owner'])
  return {
    id,
    name: textOf(row['name']) ?? '',
    owner: { name: textOf(owner['name']) ?? '', address: textOf(owner['address']) ?? '' },
    color: colorOf(row),
    canEdit: booleanOf(row['canEdit'], false),
    isDefault: booleanOf(row['isDefaultCalendar'], false),
  }
}

/** True when Graph does not find what was asked for. */
export function isNotFound(error: unknown): error is GraphError {
  return error instanceof GraphError && error.kind === 'notFound'
}

/** Outlook's colour presets; `auto` and `maxColor` are no choice of anybody. */
const presets: Readonly<Record<string, string>> = {
  lightBlue: '#a6d1f5',
  lightGreen: '#87d28e',
  lightOrange: '#fcab73',
  lightGray: '#c0c0c0',
  lightYellow: '#f5f276',
  lightTeal: '#4adacc',
  lightPink: '#f08cc0',
  lightBrown: '#cba287',
  lightRed: '#f88c9b',
}

function colorOf(row: JsonObject): string | undefined {
  const hex = textOf(row['hexColor']) ?? ''
  return /^#[0-9a-f]{6}$/i.test(hex) ? hex.toLowerCase() : presets[textOf(row['color']) ?? '']
}
