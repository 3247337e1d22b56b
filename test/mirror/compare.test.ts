// Which differences of two texts count.
import { describe, expect, it } from 'vitest'
import { saysTheSame } from '../../src/mirror/compare.ts'

const text = (lines: readonly string[]): string => [...lines, ''].join('\r\n')
const event = ['BEGIN:VEVENT', 'UID:a', 'DTSTAMP:20260101T000000Z', 'SUMMARY:Lunch', 'SEQUENCE:1', 'END:VEVENT']
const replaced = (from: string, to: string): string => text(event.map((line) => (line === from ? to : line)))

describe('saysTheSame', () => {
  it.each([
    ['DTSTAMP:20260101T000000Z', 'DTSTAMP:20270101T000000Z'],
    ['SEQUENCE:1', 'SEQUENCE:99'],
    ['SEQUENCE:1', 'LAST-MODIFIED:20260101T000000Z'],
    ['SEQUENCE:1', 'CREATED;X-A=1:20260101T000000Z'],
    ['SUMMARY:Lunch', 'SUMM\r\n ARY:Lu\r\n\tnch'],
  ])('%s and %s make no difference', (from, to) => {
    expect(saysTheSame(text(event), replaced(from, to))).toBe(true)
  })

  it.each([
    ['SUMMARY:Lunch', 'SUMMARY:Dinner'],
    ['SUMMARY:Lunch', 'SUMMARY:Lun ch'],
    ['SUMMARY:Lunch', 'SUMMARY:Lunch\r\nX-A:1'],
    ['SUMMARY:Lunch', 'SUMMARY:lunch'],
    ['SUMMARY:Lunch', 'SEQUENCES:Lunch'],
  ])('%s and %s do', (from, to) => {
    expect(saysTheSame(text(event), replaced(from, to))).toBe(false)
  })

  it('a stamp’s name within a text is text', () => {
    const folded = 'DESCRIPTION:to be continued\r\n DTSTAMP:1'
    expect(saysTheSame(replaced('SUMMARY:Lunch', folded), replaced('SUMMARY:Lunch', folded.replace(':1', ':2')))).toBe(
      false,
    )
  })
})
