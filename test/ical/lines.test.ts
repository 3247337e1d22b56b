import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contentLine, fold, printLines } from '../../src/ical/lines.ts'
import { property } from '../../src/ical/text.ts'

const unfold = (text: string): string => text.replaceAll('\r\n ', '')
const octets = (line: string): number => Buffer.byteLength(line, 'utf8')

describe('folding', () => {
  it.each([
    ['a line of 75 octets', 'a'.repeat(75), 1],
    ['a line of 76 octets', 'a'.repeat(76), 2],
    ['two-octet characters at the border', `${'a'.repeat(74)}${'ü'.repeat(40)}`, 3],
    ['four-octet characters', '😀'.repeat(50), 3],
    ['three-octet characters', '漢'.repeat(100), 5],
    ['a flag of two characters', '🇪🇺'.repeat(30), 4],
  ])('%s', (_, line, parts) => {
    const folded = fold(line).split('\r\n')
    expect(folded).toHaveLength(parts)
    expect(Math.max(...folded.map(octets))).toBeLessThanOrEqual(75)
    expect(folded.every((part) => !part.includes('\ufffd'))).toBe(true)
    expect(unfold(fold(line))).toBe(line)
  })

  it('any text comes back, no line is longer than 75 octets, none begins inside a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
        const line = text.replace(/[\r\n]/g, '')
        const parts = fold(line).split('\r\n')
        expect(parts.slice(1).every((part) => part.startsWith(' '))).toBe(true)
        expect(Math.max(...parts.map(octets))).toBeLessThanOrEqual(75)
        expect(unfold(fold(line))).toBe(line)
      }),
      { numRuns: 500 },
    )
  })

  it('each line ends with CRLF', () => {
    expect(printLines(['A:1', 'B:2'])).toBe('A:1\r\nB:2\r\n')
  })
})

describe('content lines', () => {
  it.each([
    [property('SUMMARY', 'a\\, b'), 'SUMMARY:a\\, b'],
    [property('DTSTART', '20260301', { VALUE: 'DATE' }), 'DTSTART;VALUE=DATE:20260301'],
    [property('ORGANIZER', 'mailto:a@b', { CN: 'Doe, Jane' }), 'ORGANIZER;CN="Doe, Jane":mailto:a@b'],
    [property('ORGANIZER', 'mailto:a@b', { CN: 'The "B" ^ C' }), "ORGANIZER;CN=The ^'B^' ^^ C:mailto:a@b"],
    [property('X', 'v', { A: 'two\nlines; here' }), 'X;A="two^nlines; here":v'],
    [
      property('ATTENDEE', 'mailto:a@b', { MEMBER: ['mailto:x@y', 'mailto:z@y'] }),
      'ATTENDEE;MEMBER="mailto:x@y","mailto:z@y":mailto:a@b',
    ],
    [property('X', 'v', { A: '' }), 'X;A=:v'],
  ])('%j', (made, line) => {
    expect(contentLine(made)).toBe(line)
  })

  it('nothing in a name, a parameter or a value begins another line', () => {
    const evil = 'x\r\nBEGIN:VALARM\nY:1\u0000'
    const made = { name: evil, parameters: [{ name: evil, values: [evil, evil] }], value: evil }
    expect(contentLine(made)).not.toMatch(/[\r\n\u0000]/)
  })
})
