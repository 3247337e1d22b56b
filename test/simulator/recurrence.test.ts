// Expansion against cases worked out by hand from a calendar, and against rrule-temporal for random patterns.
import { RRuleTemporal } from 'rrule-temporal'
import { describe, expect, it } from 'vitest'
import type { GraphPattern, GraphRange, GraphWeekday } from '../../src/graph/types.ts'
import { dayOf, parseDay, printDay } from '../../src/simulator/days.ts'
import { seededRandom } from '../../src/simulator/random.ts'
import { firstSlotDay, type MonthEnd, neighbouringSlots, slotDays, weekdays } from '../../src/simulator/recurrence.ts'

const pattern = (changes: Partial<GraphPattern> & Pick<GraphPattern, 'type'>): GraphPattern => ({
  interval: 1,
  month: 0,
  dayOfMonth: 0,
  daysOfWeek: [],
  firstDayOfWeek: 'sunday',
  index: 'first',
  ...changes,
})
const noEnd = (startDate: string): GraphRange => ({
  type: 'noEnd',
  startDate,
  endDate: '0001-01-01',
  recurrenceTimeZone: 'UTC',
  numberOfOccurrences: 0,
})
const until = (startDate: string, endDate: string): GraphRange => ({ ...noEnd(startDate), type: 'endDate', endDate })
const times = (startDate: string, numberOfOccurrences: number): GraphRange => ({
  ...noEnd(startDate),
  type: 'numbered',
  numberOfOccurrences,
})

function expand(
  one: GraphPattern,
  range: GraphRange,
  from: string,
  to: string,
  monthEnd: MonthEnd = 'clamped',
): readonly string[] {
  return slotDays({ pattern: one, range }, parseDay(from) ?? 0, parseDay(to) ?? 0, monthEnd).map(printDay)
}

describe('the slots of a pattern', () => {
  it('daily, every third day, the end inclusive', () => {
    expect(
      expand(pattern({ type: 'daily', interval: 3 }), until('2026-02-26', '2026-03-07'), '2026-01-01', '2026-12-31'),
    ).toEqual(['2026-02-26', '2026-03-01', '2026-03-04', '2026-03-07'])
  })

  it('every second week on Sunday and Monday: the first day of the week decides what belongs together', () => {
    const days = { daysOfWeek: ['sunday', 'monday'], interval: 2 } as const
    // 2026-03-02 is a Monday. With weeks from Monday the Sunday of its week is 03-08, with weeks from Sunday it was 03-01.
    const fromMonday = pattern({ type: 'weekly', ...days, firstDayOfWeek: 'monday' })
    const fromSunday = pattern({ type: 'weekly', ...days, firstDayOfWeek: 'sunday' })
    expect(expand(fromMonday, noEnd('2026-03-02'), '2026-03-01', '2026-03-31')).toEqual([
      '2026-03-02',
      '2026-03-08',
      '2026-03-16',
      '2026-03-22',
      '2026-03-30',
    ])
    expect(expand(fromSunday, noEnd('2026-03-02'), '2026-03-01', '2026-03-31')).toEqual([
      '2026-03-02',
      '2026-03-15',
      '2026-03-16',
      '2026-03-29',
      '2026-03-30',
    ])
  })

  it('day 31 is the last day of shorter months, or skips them', () => {
    const monthly = pattern({ type: 'absoluteMonthly', dayOfMonth: 31 })
    expect(expand(monthly, noEnd('2026-01-31'), '2026-01-01', '2026-06-30')).toEqual([
      '2026-01-31',
      '2026-02-28',
      '2026-03-31',
      '2026-04-30',
      '2026-05-31',
      '2026-06-30',
    ])
    expect(expand(monthly, noEnd('2026-01-31'), '2026-01-01', '2026-06-30', 'skipped')).toEqual([
      '2026-01-31',
      '2026-03-31',
      '2026-05-31',
    ])
  })

  it('the 29th of February every year', () => {
    const yearly = pattern({ type: 'absoluteYearly', month: 2, dayOfMonth: 29 })
    expect(expand(yearly, times('2024-02-29', 4), '2020-01-01', '2040-01-01')).toEqual([
      '2024-02-29',
      '2025-02-28',
      '2026-02-28',
      '2027-02-28',
    ])
    expect(expand(yearly, times('2024-02-29', 2), '2020-01-01', '2040-01-01', 'skipped')).toEqual([
      '2024-02-29',
      '2028-02-29',
    ])
  })

  it('several days of the week in a relative pattern are one slot', () => {
    const workdays: readonly GraphWeekday[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday']
    const last = pattern({ type: 'relativeMonthly', daysOfWeek: workdays, index: 'last' })
    expect(expand(last, noEnd('2026-01-01'), '2026-01-01', '2026-05-31')).toEqual([
      '2026-01-30',
      '2026-02-27',
      '2026-03-31',
      '2026-04-30',
      '2026-05-29',
    ])
    const first = pattern({ type: 'relativeMonthly', daysOfWeek: ['monday', 'tuesday'], index: 'first' })
    expect(expand(first, noEnd('2026-01-01'), '2026-01-01', '2026-04-30')).toEqual([
      '2026-01-05',
      '2026-02-02',
      '2026-03-02',
      '2026-04-06',
    ])
  })

  it('the fourth Thursday of November', () => {
    const yearly = pattern({ type: 'relativeYearly', month: 11, daysOfWeek: ['thursday'], index: 'fourth' })
    expect(expand(yearly, noEnd('2024-01-01'), '2024-01-01', '2027-12-31')).toEqual([
      '2024-11-28',
      '2025-11-27',
      '2026-11-26',
      '2027-11-25',
    ])
  })

  it('a yearly pattern whose month lies before the start begins in the next year', () => {
    const yearly = pattern({ type: 'absoluteYearly', month: 3, dayOfMonth: 10, interval: 2 })
    expect(expand(yearly, noEnd('2025-06-01'), '2025-01-01', '2031-12-31')).toEqual([
      '2027-03-10',
      '2029-03-10',
      '2031-03-10',
    ])
  })

  it('a number counts slots from the beginning, wherever the asked range lies', () => {
    const daily = pattern({ type: 'daily' })
    expect(expand(daily, times('2026-03-01', 5), '2026-03-04', '2026-12-31')).toEqual(['2026-03-04', '2026-03-05'])
  })

  it('a range that lies before the start or behind the end has none', () => {
    const daily = pattern({ type: 'daily' })
    expect(expand(daily, noEnd('2026-03-01'), '2025-01-01', '2026-02-28')).toEqual([])
    expect(expand(daily, until('2026-03-01', '2026-03-05'), '2026-03-06', '2027-01-01')).toEqual([])
  })

  it('a pattern that never fits ends', () => {
    const never = pattern({ type: 'absoluteYearly', month: 2, dayOfMonth: 31 })
    expect(firstSlotDay(never, '2026-01-01', 'skipped')).toBeUndefined()
  })

  it('finds the neighbours of a slot', () => {
    const rule = {
      pattern: pattern({ type: 'relativeMonthly', daysOfWeek: ['friday'], index: 'last' }),
      range: noEnd('2026-01-30'),
    }
    const { previous, next } = neighbouringSlots(rule, dayOf(2026, 3, 27), 'clamped')
    expect([previous, next].map((day) => printDay(day ?? 0))).toEqual(['2026-02-27', '2026-04-24'])
    expect(neighbouringSlots(rule, dayOf(2026, 1, 30), 'clamped').previous).toBeUndefined()
  })
})

describe('random patterns', () => {
  const seed = process.env['SEED'] ?? 'expansion-1'
  const random = seededRandom(seed)

  it(`have the slots that rrule-temporal finds (seed ${seed})`, () => {
    const wrong: string[] = []
    for (let round = 0; round < 250; round += 1) {
      const start = printDay(dayOf(2020, 1, 1) + random.between(0, 2500))
      const monthEnd = random.pick<MonthEnd>(['clamped', 'skipped'])
      const one = drawPattern()
      const range = random.pick([
        noEnd(start),
        until(start, printDay((parseDay(start) ?? 0) + random.between(0, 900))),
        times(start, random.between(1, 30)),
      ])
      const from = printDay((parseDay(start) ?? 0) + random.between(-100, 500))
      const to = printDay((parseDay(from) ?? 0) + random.between(0, 1500))
      const found = expand(one, range, from, to, monthEnd)
      const expected = oracle(one, range, from, to, monthEnd)
      if (JSON.stringify(found) !== JSON.stringify(expected))
        wrong.push(JSON.stringify({ one, range, from, to, monthEnd }))
    }
    expect(wrong).toEqual([])
  })

  function drawPattern(): GraphPattern {
    const type = random.pick([
      'daily',
      'weekly',
      'absoluteMonthly',
      'relativeMonthly',
      'absoluteYearly',
      'relativeYearly',
    ] as const)
    const month = random.between(1, 12)
    return pattern({
      type,
      interval: random.between(1, 3),
      month: type.endsWith('Yearly') ? month : 0,
      dayOfMonth: type.startsWith('absolute') ? random.pick([1, 15, 28, 29, 30, 31]) : 0,
      daysOfWeek: random.shuffled(weekdays).slice(0, random.between(1, 7)),
      firstDayOfWeek: random.pick(weekdays),
      index: random.pick(['first', 'second', 'third', 'fourth', 'last']),
    })
  }
})

/** The same days by another program: an RRULE in UTC at midnight. */
function oracle(one: GraphPattern, range: GraphRange, from: string, to: string, monthEnd: MonthEnd): readonly string[] {
  const compact = (date: string): string => date.replaceAll('-', '')
  const end = range.type === 'endDate' ? `;UNTIL=${compact(range.endDate)}T000000Z` : ''
  // DTSTART is always an instance for RFC 5545, never for Graph: begin at the first slot.
  const first = firstSlotDay(one, range.startDate, monthEnd)
  if (first === undefined || (range.type === 'endDate' && printDay(first) > range.endDate)) return []
  const count = range.type === 'numbered' ? `;COUNT=${range.numberOfOccurrences}` : ''
  const rule = new RRuleTemporal({
    rruleString: `DTSTART;TZID=UTC:${compact(printDay(first))}T000000\nRRULE:${ruleText(one, monthEnd)}${end}${count}`,
  })
  return rule
    .between(new Date(`${from}T00:00:00Z`), new Date(`${to}T00:00:00Z`), true)
    .map((slot) => slot.toString().slice(0, 10))
}

function ruleText(one: GraphPattern, monthEnd: MonthEnd): string {
  const codes = one.daysOfWeek.map((day) => day.slice(0, 2).toUpperCase()).join(',')
  const place = { first: 1, second: 2, third: 3, fourth: 4, last: -1 }[one.index]
  const days = Array.from({ length: 4 }, (_, offset) => one.dayOfMonth - 3 + offset).filter((day) => day >= 28)
  const dayPart =
    monthEnd === 'clamped' && one.dayOfMonth > 28
      ? `BYMONTHDAY=${days.join(',')};BYSETPOS=-1`
      : `BYMONTHDAY=${one.dayOfMonth}`
  const weekPart = `BYDAY=${codes};BYSETPOS=${place}`
  const monthPart = `BYMONTH=${one.month}`
  switch (one.type) {
    case 'daily':
      return `FREQ=DAILY;INTERVAL=${one.interval}`
    case 'weekly':
      return `FREQ=WEEKLY;INTERVAL=${one.interval};BYDAY=${codes};WKST=${one.firstDayOfWeek.slice(0, 2).toUpperCase()}`
    case 'absoluteMonthly':
      return `FREQ=MONTHLY;INTERVAL=${one.interval};${dayPart}`
    case 'relativeMonthly':
      return `FREQ=MONTHLY;INTERVAL=${one.interval};${weekPart}`
    case 'absoluteYearly':
      return `FREQ=YEARLY;INTERVAL=${one.interval};${monthPart};${dayPart}`
    case 'relativeYearly':
      return `FREQ=YEARLY;INTERVAL=${one.interval};${monthPart};${weekPart}`
  }
}
