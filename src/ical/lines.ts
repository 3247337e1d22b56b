// Content lines as octets (RFC 5545 §3.1, §3.2; RFC 6868): a property as one line, and the folding of lines. Whatever a
// value holds, it cannot begin another line.
import type { Parameter, Property } from './object.ts'
import { cleanText, cleanValue } from './text.ts'

/** The unfolded content line of a property, without its line end. The value is taken as it is, but for control characters. */
export function contentLine(property: Property): string {
  return `${safeName(property.name)}${property.parameters.map(printParameter).join('')}:${cleanValue(property.value)}`
}

/** A name that cannot break a line, whoever made it: letters, digits, `-` and `_`. */
export function safeName(name: string): string {
  return name.replace(/[^\w-]/g, '').toUpperCase()
}

function printParameter({ name, values }: Parameter): string {
  return `;${safeName(name)}=${values.map(printParameterValue).join(',')}`
}

// RFC 6868 §3: a caret begins an escape; quotes and line breaks have one. RFC 5545 §3.2: quoted where a delimiter is inside.
function printParameterValue(value: string): string {
  const encoded = cleanText(value).replaceAll('^', '^^').replaceAll('\n', '^n').replaceAll('"', "^'")
  return /[:;,]/.test(encoded) ? `"${encoded}"` : encoded
}

const longest = 75

/** The line, its parts joined by CRLF and a space so that none is longer than 75 octets of UTF-8; no character is cut. */
export function fold(line: string): string {
  if (line.length * 3 <= longest) return line
  const octets = Buffer.from(line, 'utf8')
  if (octets.length <= longest) return line
  const parts: string[] = []
  let from = 0
  while (from < octets.length) {
    let to = Math.min(from + (from === 0 ? longest : longest - 1), octets.length)
    while (to < octets.length && isInsideCharacter(octets[to] ?? 0)) to -= 1
    parts.push(octets.toString('utf8', from, to))
    from = to
  }
  return parts.join('\r\n ')
}

function isInsideCharacter(octet: number): boolean {
  return (octet & 0xc0) === 0x80
}

/** Lines as text: each folded and ended by CRLF. */
export function printLines(lines: readonly string[]): string {
  return lines.map((line) => `${fold(line)}\r\n`).join('')
}
