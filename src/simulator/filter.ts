// `$filter` as clients of calendars use it: comparisons joined by and, or, not; contains and startswith; and the lambda over
// single-value extended properties. OData 4.01 URL conventions §5.1.1; Graph page "singleValueLegacyExtendedProperty: get".
import { normalPropertyId } from './event-input.ts'
import { badRequest } from './refusal.ts'

/** What a filter looks at: the event as Graph shows it, and its extended properties by normal id. */
export interface Candidate {
  readonly json: () => Readonly<Record<string, unknown>>
  readonly properties: ReadonlyMap<string, string>
}

export type Filter = (candidate: Candidate) => boolean

/** Reads the text of `$filter`; throws a Refusal for what it does not understand. */
export function parseFilter(text: string): Filter {
  const tokens = tokensOf(text)
  const filter = either(tokens)
  if (tokens.peek() !== undefined) throw syntaxError(text)
  return filter
}

/** The ids that `$expand=singleValueExtendedProperties($filter=id eq '…' or id eq '…')` asks for, in normal spelling. */
export function expandedPropertyIds(text: string): readonly string[] {
  const parts = text
    .split(/\s+or\s+(?=id\s)/i)
    .map((part) => /^\s*\(*\s*id\s+eq\s+'((?:[^']|'')*)'\s*\)*\s*$/i.exec(part))
  return parts.map((found) => {
    if (!found) throw syntaxError(text)
    return normalPropertyId((found[1] ?? '').replaceAll("''", "'"))
  })
}

interface Tokens {
  peek(): string | undefined
  next(): string
  /** Takes the next token if it is this word, in any case. */
  accept(word: string): boolean
  expect(word: string): void
}

const tokenForm = /\s*('(?:[^']|'')*'|[(),:]|[^\s(),:']+(?::[^\s(),:']+)*)\s*/y

function tokensOf(text: string): Tokens {
  // `Any(ep:ep/id` without a space would read as one name.
  const spaced = text.replace(/^((?:[^']|'[^']*')*?any\(\s*\w+)\s*:/i, '$1 : ')
  const list: string[] = []
  tokenForm.lastIndex = 0
  while (tokenForm.lastIndex < spaced.length) {
    const found = tokenForm.exec(spaced)
    if (!found) throw syntaxError(text)
    list.push(found[1] ?? '')
  }
  let place = 0
  const peek = (): string | undefined => list[place]
  const next = (): string => {
    const token = list[place]
    if (token === undefined) throw syntaxError(text)
    place += 1
    return token
  }
  const accept = (word: string): boolean => {
    if (peek()?.toLowerCase() !== word) return false
    place += 1
    return true
  }
  return {
    peek,
    next,
    accept,
    expect: (word) => {
      if (!accept(word)) throw syntaxError(text)
    },
  }
}

function either(tokens: Tokens): Filter {
  const parts = [both(tokens)]
  while (tokens.accept('or')) parts.push(both(tokens))
  return (candidate) => parts.some((part) => part(candidate))
}

function both(tokens: Tokens): Filter {
  const parts = [unary(tokens)]
  while (tokens.accept('and')) parts.push(unary(tokens))
  return (candidate) => parts.every((part) => part(candidate))
}

function unary(tokens: Tokens): Filter {
  if (tokens.accept('not')) {
    const inner = unary(tokens)
    return (candidate) => !inner(candidate)
  }
  if (tokens.accept('(')) {
    const inner = either(tokens)
    tokens.expect(')')
    return inner
  }
  const name = tokens.next()
  if (/^singleValueExtendedProperties\/any$/i.test(name)) return lambda(tokens)
  if (/^(contains|startswith)$/i.test(name)) return textTest(name.toLowerCase(), tokens)
  return comparison(name, tokens)
}

function textTest(name: string, tokens: Tokens): Filter {
  tokens.expect('(')
  const path = tokens.next()
  tokens.expect(',')
  const wanted = textLiteral(tokens.next()).toLowerCase()
  tokens.expect(')')
  return ({ json }) => {
    const text = String(comparable(valueAt(json(), path)) ?? '').toLowerCase()
    return name === 'contains' ? text.includes(wanted) : text.startsWith(wanted)
  }
}

function comparison(path: string, tokens: Tokens): Filter {
  const compare = operatorOf(tokens.next())
  const literal = literalOf(tokens.next())
  return ({ json }) => compare(comparable(valueAt(json(), path)), literal)
}

type Comparable = string | number | boolean | null

function operatorOf(name: string): (one: Comparable, other: Comparable) => boolean {
  const both = (one: Comparable, other: Comparable): boolean => one !== null && other !== null
  switch (name.toLowerCase()) {
    case 'eq':
      return (one, other) => one === other
    case 'ne':
      return (one, other) => one !== other
    case 'gt':
      return (one, other) => both(one, other) && String(one) > String(other)
    case 'ge':
      return (one, other) => both(one, other) && String(one) >= String(other)
    case 'lt':
      return (one, other) => both(one, other) && String(one) < String(other)
    case 'le':
      return (one, other) => both(one, other) && String(one) <= String(other)
    default:
      throw syntaxError(name)
  }
}

/** Date-times compare as texts once their fractions have one length. */
function comparable(value: unknown): Comparable {
  if (typeof value === 'string') return evenDateTime(value)
  return typeof value === 'number' || typeof value === 'boolean' ? value : null
}

function literalOf(token: string): Comparable {
  if (token.startsWith("'")) return evenDateTime(textLiteral(token))
  if (/^(true|false)$/i.test(token)) return token.toLowerCase() === 'true'
  if (/^null$/i.test(token)) return null
  return /^-?\d+$/.test(token) ? Number(token) : evenDateTime(token)
}

function textLiteral(token: string): string {
  return token.replace(/^'|'$/g, '').replaceAll("''", "'")
}

function evenDateTime(text: string): string {
  const found = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,7}))?Z?$/i.exec(text)
  return found ? `${found[1]}.${(found[2] ?? '').padEnd(7, '0')}` : text
}

/** The value at a path like `start/dateTime`; names in any case, as Graph takes them. */
function valueAt(json: Readonly<Record<string, unknown>>, path: string): unknown {
  let value: unknown = json
  for (const name of path.split('/')) {
    if (typeof value !== 'object' || value === null) return undefined
    const entry = Object.entries(value).find(([key]) => key.toLowerCase() === name.toLowerCase())
    if (!entry && value === json) {
      throw badRequest(`Could not find a property named '${name}' on type 'Microsoft.OutlookServices.Event'.`)
    }
    value = entry?.[1]
  }
  return value
}

/** `Any(ep: ep/id eq '…' and ep/value eq '…')` */
function lambda(tokens: Tokens): Filter {
  tokens.expect('(')
  const name = tokens.next().replace(/:$/, '')
  tokens.accept(':')
  const tests: ((id: string, value: string) => boolean)[] = []
  do tests.push(propertyTest(name, tokens))
  while (tokens.accept('and'))
  tokens.expect(')')
  return ({ properties }) => [...properties].some(([id, value]) => tests.every((test) => test(id, value)))
}

function propertyTest(name: string, tokens: Tokens): (id: string, value: string) => boolean {
  const path = tokens.next()
  if (/^(contains|startswith)$/i.test(path)) {
    tokens.expect('(')
    tokens.expect(`${name.toLowerCase()}/value`)
    tokens.expect(',')
    const wanted = textLiteral(tokens.next())
    tokens.expect(')')
    return (_, value) => (/^contains$/i.test(path) ? value.includes(wanted) : value.startsWith(wanted))
  }
  const compare = operatorOf(tokens.next())
  const token = tokens.next()
  if (path.toLowerCase() === `${name.toLowerCase()}/id`) {
    const wanted = normalPropertyId(textLiteral(token))
    return (id) => compare(id, wanted)
  }
  const wanted = /^null$/i.test(token) ? null : textLiteral(token)
  return (_, value) => compare(value, wanted)
}

function syntaxError(text: string): Error {
  return badRequest(`Invalid filter clause: '${text}'.`)
}
