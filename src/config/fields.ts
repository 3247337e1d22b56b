// The kinds of fields a configuration has, as zod schemas: each says what is allowed when a value is missing, empty or
// wrong. No message quotes the value: it may be a secret. With `schema.ts` the home of zod.
import { z } from 'zod'
import { durationForm, durationPattern, parseDuration } from './duration.ts'
import { parseInstant } from './instant.ts'
import { nearest } from './nearest.ts'

interface FieldIssue {
  readonly code?: string
  readonly input?: unknown
  readonly keys?: readonly string[]
}

/** The sentence for a value that is absent, empty or of the wrong kind; `allowed` says what may stand there. */
export function expects(allowed: string): (issue: FieldIssue) => string {
  return ({ input }) => {
    if (input === undefined) return `is missing; allowed: ${allowed}`
    if (input === null || input === '') return `has no value; allowed: ${allowed}`
    return `not a valid value; allowed: ${allowed}`
  }
}

/** A block with exactly these keys. Its message for unknown keys has one line per key, in the issue's order. */
export function block<const Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const words = Object.keys(shape)
  return z.strictObject(shape, {
    error: (issue: FieldIssue) =>
      issue.code === 'unrecognized_keys'
        ? (issue.keys ?? []).map((key) => sentenceOfUnknownKey(key, words)).join('\n')
        : expects(`a block with the keys ${words.join(', ')}`)(issue),
  })
}

function sentenceOfUnknownKey(key: string, words: readonly string[]): string {
  const near = nearest(key, words)
  const question = near === undefined ? '' : `; did you mean ${near}?`
  return `unknown key${question}${question === '' ? '; allowed' : ' Allowed'} here: ${words.join(', ')}`
}

/** A block whose keys are names a person chose; the names themselves are checked in `cross-checks.ts`. */
export function named<Value extends z.ZodType>(value: Value, allowed: string, names: RegExp) {
  return z.record(z.string(), value, { error: expects(allowed) }).meta({ propertyNames: { pattern: names.source } })
}

/** A text of one line. */
export function text(allowed: string, maxLength = 2000) {
  return z
    .string({
      error: (issue: FieldIssue) =>
        typeof issue.input === 'number' || typeof issue.input === 'boolean'
          ? `has to be text: put the value in quotes; allowed: ${allowed}`
          : expects(allowed)(issue),
    })
    .min(1, { error: `has no value; allowed: ${allowed}` })
    .max(maxLength, { error: `longer than ${maxLength} characters; allowed: ${allowed}` })
    .refine((value) => !/[\u0000-\u001f\u007f]/.test(value), {
      error: `holds a line break or another control character; allowed: ${allowed}`,
    })
}

/** A text that a pattern describes completely; `forNumber` is what a bare number lacks. */
export function matching(pattern: RegExp, allowed: string, forNumber = 'has to be text: put the value in quotes') {
  return z
    .string({
      error: (issue: FieldIssue) =>
        typeof issue.input === 'number' ? `${forNumber}; allowed: ${allowed}` : expects(allowed)(issue),
    })
    .regex(pattern, { error: expects(allowed) })
}

/** A text that a function checks. */
export function checked(allowed: string, isRight: (value: string) => boolean) {
  return text(allowed).refine((value) => isRight(value), { error: expects(allowed) })
}

/** One of a few words. */
export function choice<const Words extends readonly [string, ...string[]]>(...words: Words) {
  return z.enum(words, { error: (issue: FieldIssue) => expectsWord(issue.input, words) })
}

function expectsWord(input: unknown, words: readonly string[]): string {
  const near = typeof input === 'string' ? nearest(input, words) : undefined
  return `${expects(words.join(', '))({ input })}${near === undefined ? '' : `; did you mean ${near}?`}`
}

/** One of several blocks, told apart by their `kind`. */
export function kinds<const Blocks extends Parameters<typeof z.discriminatedUnion>[1]>(
  blocks: Blocks,
  words: readonly string[],
) {
  return z.discriminatedUnion('kind', blocks, {
    // A wrong `kind` is reported at `kind`, with the whole block as input; anything that is no block, at the block.
    error: ({ code, input }: FieldIssue) =>
      code === 'invalid_union' && typeof input === 'object' && input !== null
        ? expectsWord(Reflect.get(input, 'kind'), words)
        : expects(`a block with a kind: ${words.join(', ')}`)({ input }),
  })
}

export function flag() {
  return z.boolean({ error: expects('true or false') })
}

export function numberBetween(min: number, max: number, kind: 'whole' | 'any' = 'whole') {
  const error = expects(`a ${kind === 'whole' ? 'whole ' : ''}number from ${min} to ${max}`)
  const number = z.number({ error }).min(min, { error }).max(max, { error })
  return kind === 'whole' ? number.int({ error }) : number
}

/** A duration of at least `least`; milliseconds. */
export function duration(least: string) {
  const allowed = least === '0s' ? durationForm : `${durationForm}; at least ${least}`
  return matching(durationPattern, allowed, 'needs a unit').transform((value, context) => {
    const milliseconds = parseDuration(value) ?? 0
    if (milliseconds >= (parseDuration(least) ?? 0)) return milliseconds
    context.addIssue({ code: 'custom', message: `too short; allowed: ${allowed}` })
    return z.NEVER
  })
}

/** A date and time with offset; kept as written, and in milliseconds. */
export function instant() {
  return matching(
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,7})?(Z|[+-]\d{2}:\d{2})$/,
    'a date and time with its offset, such as 2016-12-01T00:00:00-08:00 or 2016-12-30T00:00:00Z',
  ).transform((value, context) => {
    const milliseconds = parseInstant(value)
    if (milliseconds !== undefined) return { text: value, milliseconds }
    context.addIssue({ code: 'custom', message: 'there is no such date or time' })
    return z.NEVER
  })
}

/** A day that is the last one; its end in UTC, milliseconds. */
export function lastDay() {
  return matching(/^\d{4}-\d{2}-\d{2}$/, 'the last day as a date, such as 2027-06-30').transform((value, context) => {
    const start = parseInstant(value)
    if (start !== undefined) return start + 86_400_000
    context.addIssue({ code: 'custom', message: 'there is no such date' })
    return z.NEVER
  })
}

/** A list of values. */
export function list<Value extends z.ZodType>(value: Value, allowed: string) {
  return z.array(value, { error: expects(allowed) })
}

/** One of several shapes; `allowed` names them all. */
export function oneOf<const Options extends readonly [z.ZodType, ...z.ZodType[]]>(options: Options, allowed: string) {
  return z.union(options, { error: expects(allowed) })
}
