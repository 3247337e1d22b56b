// One unfolded content line → property (RFC 5545 §3.1, §3.2; RFC 6868). Tolerates what programs really write: quotes inside
// an unquoted value, text behind a closing quote, a parameter without a value. What follows the colon is kept as it is.
import { IcalError } from '../base/errors.ts'
import type { Parameter, Property } from './object.ts'
import { cleanText, cleanValue } from './text.ts'

/**
 * Parses one line; `number` is its place, for the error. Throws `IcalError` without a name or a colon; the error does not
 * hold the first word, which may be anybody's text.
 */
export function parseContentLine(line: string, number: number): Property {
  const name = nameAt(line, 0)
  if (name === '') throw new IcalError('a line does not begin with a property name', { line: number })
  const parameters: Parameter[] = []
  let at = name.length
  while (line[at] === ';') {
    const parameter = parameterAt(line, at + 1)
    if (!parameter) throw new IcalError('a parameter has no name', { line: number })
    parameters.push(parameter.parameter)
    if (parameters.length > mostParameters) throw new IcalError('a line has too many parameters', { line: number })
    at = parameter.end
  }
  if (line[at] !== ':') throw new IcalError('a line has no colon', { line: number })
  return { name: name.toUpperCase(), parameters, value: cleanValue(line.slice(at + 1)) }
}

const mostParameters = 100

const nameForm = /[\w-]*/y

function nameAt(line: string, at: number): string {
  nameForm.lastIndex = at
  return nameForm.exec(line)?.[0] ?? ''
}

interface Parsed {
  readonly parameter: Parameter
  /** Where the delimiter after it stands. */
  readonly end: number
}

function parameterAt(line: string, at: number): Parsed | undefined {
  const name = nameAt(line, at)
  if (name === '') return undefined
  const values: string[] = []
  let end = at + name.length
  if (line[end] !== '=') return { parameter: { name: name.toUpperCase(), values: [''] }, end }
  do {
    const from = end + 1
    end = valueEnd(line, from)
    values.push(decode(line.slice(from, end)))
  } while (line[end] === ',')
  return { parameter: { name: name.toUpperCase(), values }, end }
}

// The delimiters are not such between quotes; a quote that is never closed is an ordinary character.
function valueEnd(line: string, from: number): number {
  let at = from
  if (line[at] === '"') {
    const closing = line.indexOf('"', at + 1)
    if (closing !== -1) at = closing + 1
  }
  while (at < line.length && line[at] !== ';' && line[at] !== ':' && line[at] !== ',') at += 1
  return at
}

function decode(text: string): string {
  const inner = text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text
  if (/^[\x20-\x5d\x5f-\x7e]*$/.test(inner)) return inner
  return cleanText(inner.replace(/\^[n'^]/g, (escape) => escapes[escape] ?? escape))
}

const escapes: Readonly<Record<string, string>> = { '^n': '\n', "^'": '"', '^^': '^' }
