import { describe, expect, it } from 'vitest'
import { parseRecurrenceBlob } from '../../src/graph/recurrence-blob.ts'

// Made by hand from [MS-OXOCAL] §2.2.1.44: weekly, one deleted date, one changed one with its own subject and location.
const minutesOf = (date: string): number => (Date.parse(`${date}Z`) - Date.UTC(1601, 0, 1)) / 60_000
const u16 = (value: number): readonly number[] => [value & 255, value >> 8]
const u32 = (value: number): readonly number[] => [...u16(value & 65_535), ...u16(value >>> 16)]
const text = (value: string): readonly number[] => [
  ...u16(value.length + 1),
  ...u16(value.length),
  ...Buffer.from(value),
]

function blob(
  changes: { readonly reader?: number; readonly deletedCount?: number; readonly flags?: number } = {},
): string {
  const { reader = 0x3004, deletedCount = 2, flags = 0x0001 | 0x0004 | 0x0010 | 0x0020 } = changes
  const bytes = [
    ...[reader, 0x3004, 0x200b, 0x0001, 0x0000].flatMap(u16),
    ...[0, 1, 0].flatMap(u32),
    ...u32(0b10),
    ...[0x2023, 10, 1].flatMap(u32),
    ...u32(deletedCount),
    ...['2026-03-09T00:00', '2026-03-16T00:00'].flatMap((date) => u32(minutesOf(date))),
    ...u32(1),
    ...u32(minutesOf('2026-03-17T00:00')),
    ...['2026-03-02T00:00', '4500-12-31T23:59'].flatMap((date) => u32(minutesOf(date))),
    ...[0x3006, 0x3009, 570, 600].flatMap(u32),
    ...u16(1),
    ...['2026-03-17T14:00', '2026-03-17T15:00', '2026-03-16T09:30'].flatMap((date) => u32(minutesOf(date))),
    ...u16(flags),
    ...text('Moved'),
    ...u32(30),
    ...text('Room 4'),
    ...u32(2),
  ]
  return Buffer.from(bytes).toString('base64')
}

describe("Exchange's recurrence property", () => {
  it('tells cancelled dates, where changed ones are, and the times of all slots', () => {
    expect(parseRecurrenceBlob(blob())).toEqual({
      cancelled: ['2026-03-09'],
      exceptions: [{ slotDate: '2026-03-16', date: '2026-03-17' }],
      times: { start: 570, end: 600 },
    })
  })

  it('that is cut anywhere within what is read is none', () => {
    const bytes = Buffer.from(blob(), 'base64')
    for (let length = 0; length < bytes.length; length += 1) {
      expect(parseRecurrenceBlob(bytes.subarray(0, length).toString('base64'))).toBeUndefined()
    }
  })

  it.each([
    ['another version', blob({ reader: 0x3005 })],
    ['a count beyond reason', blob({ deletedCount: 0xffff_ffff })],
    ['no base64', '!!!'],
    ['nothing', ''],
  ])('with %s is none', (_, value) => {
    expect(parseRecurrenceBlob(value)).toBeUndefined()
  })

  it('of random bytes never throws', () => {
    let state = 1
    const next = (): number => (state = Math.imul(state, 48_271) & 0x7fff_ffff)
    for (let count = 0; count < 500; count += 1) {
      const bytes = Buffer.from(blob(), 'base64')
      for (let change = 0; change < 4; change += 1) bytes[next() % bytes.length] = next() & 255
      expect(() => parseRecurrenceBlob(bytes.toString('base64'))).not.toThrow()
    }
  })
})
