// Query options: `$select`, `$expand`, `$filter`, `$orderby`, `$top`, `$skip`, `$count`, read once at the edge. Graph page
// "Use query parameters". Option names are taken in any case.
import { expandedPropertyIds, type Filter, parseFilter } from './filter.ts'
import { badRequest } from './refusal.ts'
import { parseInstant } from './zone-time.ts'

/** Undefined: the ordinary set; `*`: that and all that has to be selected; else lower-case name → name as asked. */
export type Select = '*' | ReadonlyMap<string, string> | undefined

export interface Query {
  readonly select: Select
  readonly expand: readonly Expansion[]
  readonly filter: Filter | undefined
  readonly orderBy: readonly { readonly path: string; readonly isDescending: boolean }[]
  readonly top: number | undefined
  readonly skip: number
  readonly wantsCount: boolean
  /** Milliseconds. */
  readonly startDateTime: number | undefined
  readonly endDateTime: number | undefined
}

export interface Expansion {
  readonly name: string
  readonly select: Select
  readonly expand: readonly Expansion[]
  /** Of singleValueExtendedProperties: the ids asked for, in normal spelling. */
  readonly propertyIds: readonly string[]
}

/** Reads the options; throws a Refusal for values that Graph would not take. */
export function parseQuery(parameters: URLSearchParams): Query {
  const text = (name: string): string | undefined => parameterOf(parameters, name)
  const filter = text('$filter')
  return {
    select: parseSelect(text('$select')),
    expand: parseExpand(text('$expand') ?? ''),
    filter: filter === undefined ? undefined : parseFilter(filter),
    orderBy: parseOrderBy(text('$orderby') ?? ''),
    top: parseCount('$top', text('$top'), 1, 1000),
    skip: parseCount('$skip', text('$skip'), 0, Number.MAX_SAFE_INTEGER) ?? 0,
    wantsCount: text('$count')?.toLowerCase() === 'true',
    startDateTime: parseTime('startDateTime', text('startDateTime')),
    endDateTime: parseTime('endDateTime', text('endDateTime')),
  }
}

/** A parameter by its name in any case. */
export function parameterOf(parameters: URLSearchParams, name: string): string | undefined {
  const found = [...parameters].find(([key]) => key.toLowerCase() === name.toLowerCase())
  return found?.[1]
}

function parseSelect(text: string | undefined): Select {
  if (text === undefined || text.trim() === '') return undefined
  const names = text.split(',').map((name) => name.trim())
  return names.includes('*') ? '*' : new Map(names.map((name) => [name.toLowerCase(), name] as const))
}

function parseExpand(text: string): readonly Expansion[] {
  return splitTop(text, ',').map((part) => {
    const found = /^\s*(\w+)\s*(?:\(([\s\S]*)\))?\s*$/.exec(part)
    if (!found) throw badRequest(`Invalid $expand clause: '${part}'.`)
    const [, name = '', inner = ''] = found
    const options = new Map(
      splitTop(inner, ';').map((option) => {
        const at = option.indexOf('=')
        return [option.slice(0, at).trim().toLowerCase(), option.slice(at + 1).trim()] as const
      }),
    )
    const filter = options.get('$filter')
    return {
      name,
      select: parseSelect(options.get('$select')),
      expand: parseExpand(options.get('$expand') ?? ''),
      propertyIds: name === 'singleValueExtendedProperties' ? expandedPropertyIds(filter ?? '') : [],
    }
  })
}

/** Splits at a sign outside of brackets and quotes; an empty text has no parts. */
function splitTop(text: string, sign: string): readonly string[] {
  const parts: string[] = []
  let [depth, isQuoted, part] = [0, false, '']
  for (const letter of text) {
    if (letter === "'") isQuoted = !isQuoted
    else if (!isQuoted && letter === '(') depth += 1
    else if (!isQuoted && letter === ')') depth -= 1
    if (letter === sign && depth === 0 && !isQuoted) {
      parts.push(part)
      part = ''
    } else part += letter
  }
  return [...parts, part].filter((one) => one.trim() !== '')
}

function parseOrderBy(text: string): Query['orderBy'] {
  return splitTop(text, ',').map((part) => {
    const [path = '', direction = 'asc'] = part.trim().split(/\s+/)
    return { path, isDescending: direction.toLowerCase() === 'desc' }
  })
}

function parseCount(name: string, text: string | undefined, low: number, high: number): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= low && value <= high) return value
  throw badRequest(
    `Invalid value '${text}' for ${name} query option found. The value must be between ${low} and ${high}.`,
  )
}

function parseTime(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const instant = parseInstant(text)
  if (instant === undefined) throw badRequest(`The value '${text}' of parameter '${name}' is invalid.`)
  return instant
}
