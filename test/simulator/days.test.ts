import { describe, expect, it } from 'vitest'
import { datePartsOf, dayOf, daysInMonth, parseDay, printDay, weekdayOf } from '../../src/simulator/days.ts'

describe('calendar arithmetic', () => {
  it('agrees with the proleptic Gregorian calendar on every day from 1583 to 2500', () => {
    const wrong: string[] = []
    for (let day = dayOf(1583, 1, 1); day < dayOf(2500, 1, 1); day += 1) {
      const date = new Date(day * 86_400_000)
      const isSame = printDay(day) === date.toISOString().slice(0, 10) && weekdayOf(day) === date.getUTCDay()
      const { year, month, day: dayOfMonth } = datePartsOf(day)
      if (!isSame || dayOf(year, month, dayOfMonth) !== day) wrong.push(date.toISOString())
    }
    expect(wrong).toEqual([])
  })

  it('knows leap years', () => {
    expect([1900, 2000, 2024, 2026].map((year) => daysInMonth(year, 2))).toEqual([28, 29, 29, 28])
    expect(daysInMonth(2026, 12)).toBe(31)
  })

  it('prints and parses dates, and refuses those that do not exist', () => {
    expect(printDay(dayOf(1, 1, 1))).toBe('0001-01-01')
    expect(printDay(parseDay('2026-02-28T09:00:00') ?? 0)).toBe('2026-02-28')
    expect(['2026-02-29', '2026-13-01', '2026-00-10', 'x'].map(parseDay)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })
})
