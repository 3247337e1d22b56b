// Rules of other programs → Graph: each is converted exactly or refused by the name of the part that Outlook does not have.
// Exactly means: the days that Graph's pattern falls on are the days that the rule names.
import { describe, expect, it } from 'vitest'
import { UnsupportedError } from '../../src/base/errors.ts'
import { recurrenceToGraph } from '../../src/convert/recurrence-to-graph.ts'
import { slotDays } from '../../src/convert/slots.ts'
import { dayOfWall, graphDateOf } from '../../src/convert/time.ts'
import type { GraphRecurrence } from '../../src/graph/types.ts'
import { zonesOf } from '../../src/ical/instant.ts'
import type { Component } from '../../src/ical/object.ts'
import { slotStarts } from '../../src/ical/rule.ts'
import { component, property } from '../../src/ical/text.ts'
import { timeOf } from '../../src/ical/value.ts'
import { ianaZone } from '../../src/ical/zone.ts'

const newYork = 'America/New_York'

function eventOf(start: string, ...lines: readonly string[]): Component {
  const dtstart = start.includes('T')
    ? property('DTSTART', start, start.endsWith('Z') ? {} : { TZID: newYork })
    : property('DTSTART', start, { VALUE: 'DATE' })
  const others = lines.map((line) => {
    const [name = '', ...value] = line.split(':')
    return property(name, value.join(':'))
  })
  return component('VEVENT', [dtstart, ...others])
}

function convert(event: Component): GraphRecurrence | null {
  const context = { zones: zonesOf([], newYork), current: undefined, onLoss: () => undefined }
  return recurrenceToGraph(event, context).recurrence ?? null
}

/** `relativeMonthly 2 second tuesday · noEnd`, or `refused: PART`. */
function shortly(event: Component): string {
  try {
    const recurrence = convert(event)
    return recurrence === null ? 'no recurrence' : summaryOf(recurrence)
  } catch (error) {
    if (error instanceof UnsupportedError) return `refused: ${error.property}`
    throw error
  }
}

function summaryOf({ pattern, range }: GraphRecurrence): string {
  const { type, interval, month, dayOfMonth, daysOfWeek, firstDayOfWeek, index } = pattern
  const days = daysOfWeek.length === 7 ? 'day' : daysOfWeek.map((day) => day.slice(0, 2)).join(' ')
  const told = {
    daily: '',
    weekly: ` ${days} from ${firstDayOfWeek.slice(0, 2)}`,
    absoluteMonthly: ` ${dayOfMonth}`,
    relativeMonthly: ` ${index} ${days}`,
    absoluteYearly: ` ${dayOfMonth}/${month}`,
    relativeYearly: ` ${index} ${days}/${month}`,
  }[type]
  const end = { noEnd: '', endDate: ` until ${range.endDate}`, numbered: ` ×${range.numberOfOccurrences}` }[range.type]
  return `${type} ${interval}${told}${end}`
}

function expectExact(event: Component, start: string, rule: string): void {
  const recurrence = convert(event)
  const range = { start: Date.UTC(1990, 0, 1), end: Date.UTC(2012, 0, 1) }
  const { wall } = timeOf(event.properties[0] ?? property('DTSTART', start))
  const expected = slotStarts({ rule, start: wall, zone: ianaZone(newYork) }, range).map(dayOfWall)
  const found: number[] = []
  for (const day of recurrence ? slotDays(recurrence, dayOfWall(wall)) : []) {
    if (day >= range.end - 86_400_000) break
    found.push(day)
  }
  expect(found.map(graphDateOf)).toEqual(expected.filter((day) => day < range.end - 86_400_000).map(graphDateOf))
}

describe('the recurrence examples of RFC 5545 §3.8.5.3', () => {
  it.each([
    ['daily for 10 occurrences', '19970902T090000', 'FREQ=DAILY;COUNT=10', 'daily 1 ×10'],
    ['daily until 24 December', '19970902T090000', 'FREQ=DAILY;UNTIL=19971224T000000Z', 'daily 1 until 1997-12-23'],
    ['every other day', '19970902T090000', 'FREQ=DAILY;INTERVAL=2', 'daily 2'],
    ['every 10 days, 5 occurrences', '19970902T090000', 'FREQ=DAILY;INTERVAL=10;COUNT=5', 'daily 10 ×5'],
    [
      'every day in January, for 3 years',
      '19980101T090000',
      'FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA',
      'refused: BYDAY',
    ],
    ['the same, daily', '19980101T090000', 'FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1', 'refused: BYMONTH'],
    ['weekly for 10 occurrences', '19970902T090000', 'FREQ=WEEKLY;COUNT=10', 'weekly 1 tu from mo ×10'],
    [
      'weekly until 24 December',
      '19970902T090000',
      'FREQ=WEEKLY;UNTIL=19971224T000000Z',
      'weekly 1 tu from mo until 1997-12-23',
    ],
    ['every other week', '19970902T090000', 'FREQ=WEEKLY;INTERVAL=2;WKST=SU', 'weekly 2 tu from su'],
    [
      'weekly on Tuesday and Thursday for five weeks',
      '19970902T090000',
      'FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH',
      'weekly 1 tu th from su until 1997-10-06',
    ],
    ['the same by count', '19970902T090000', 'FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH', 'weekly 1 tu th from su ×10'],
    [
      'every other week on Monday, Wednesday and Friday until 24 December',
      '19970901T090000',
      'FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR',
      'weekly 2 mo we fr from su until 1997-12-23',
    ],
    [
      'every other week on Tuesday and Thursday, 8 occurrences',
      '19970902T090000',
      'FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH',
      'weekly 2 tu th from su ×8',
    ],
    [
      'monthly on the first Friday',
      '19970905T090000',
      'FREQ=MONTHLY;COUNT=10;BYDAY=1FR',
      'relativeMonthly 1 first fr ×10',
    ],
    [
      'the same until 24 December',
      '19970905T090000',
      'FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR',
      'relativeMonthly 1 first fr until 1997-12-23',
    ],
    [
      'every other month on the first and last Sunday',
      '19970907T090000',
      'FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU',
      'refused: BYDAY',
    ],
    ['monthly on the second-to-last Monday', '19970922T090000', 'FREQ=MONTHLY;COUNT=6;BYDAY=-2MO', 'refused: BYDAY'],
    ['monthly on the third-to-last day', '19970928T090000', 'FREQ=MONTHLY;BYMONTHDAY=-3', 'refused: BYMONTHDAY'],
    ['monthly on the 2nd and 15th', '19970902T090000', 'FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15', 'refused: BYMONTHDAY'],
    [
      'monthly on the first and last day',
      '19970930T090000',
      'FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1',
      'refused: BYMONTHDAY',
    ],
    [
      'every 18 months on the 10th to 15th',
      '19970910T090000',
      'FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15',
      'refused: BYMONTHDAY',
    ],
    ['every Tuesday, every other month', '19970902T090000', 'FREQ=MONTHLY;INTERVAL=2;BYDAY=TU', 'refused: BYDAY'],
    ['yearly in June and July', '19970610T090000', 'FREQ=YEARLY;COUNT=10;BYMONTH=6,7', 'refused: BYMONTH'],
    [
      'every other year in January, February and March',
      '19970310T090000',
      'FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3',
      'refused: BYMONTH',
    ],
    [
      'every third year on the 1st, 100th and 200th day',
      '19970101T090000',
      'FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200',
      'refused: BYYEARDAY',
    ],
    ['every 20th Monday of the year', '19970519T090000', 'FREQ=YEARLY;BYDAY=20MO', 'refused: BYDAY'],
    ['Monday of week number 20', '19970512T090000', 'FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO', 'refused: BYWEEKNO'],
    ['every Thursday in March', '19970313T090000', 'FREQ=YEARLY;BYMONTH=3;BYDAY=TH', 'refused: BYDAY'],
    ['every Thursday in the summer', '19970605T090000', 'FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8', 'refused: BYMONTH'],
    ['every Friday the 13th', '19970902T090000', 'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13', 'refused: BYMONTHDAY'],
    [
      'the first Saturday that follows the first Sunday',
      '19970913T090000',
      'FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13',
      'refused: BYMONTHDAY',
    ],
    [
      'U.S. presidential election day',
      '19961105T090000',
      'FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8',
      'refused: BYMONTHDAY',
    ],
    [
      'the third instance of Tuesday, Wednesday or Thursday',
      '19970904T090000',
      'FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3',
      'relativeMonthly 1 third tu we th ×3',
    ],
    [
      'the second-to-last weekday of the month',
      '19970929T090000',
      'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2',
      'refused: BYSETPOS',
    ],
    ['every 3 hours', '19970902T090000', 'FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z', 'refused: FREQ'],
    ['every 15 minutes', '19970902T090000', 'FREQ=MINUTELY;INTERVAL=15;COUNT=6', 'refused: FREQ'],
    [
      'every 20 minutes from 9 to 4:40 every day',
      '19970902T090000',
      'FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40',
      'refused: BYHOUR',
    ],
    ['the same, minutely', '19970902T090000', 'FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12', 'refused: BYHOUR'],
    [
      'weeks that begin on Monday',
      '19970805T090000',
      'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO',
      'weekly 2 tu su from mo ×4',
    ],
    [
      'weeks that begin on Sunday',
      '19970805T090000',
      'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU',
      'weekly 2 tu su from su ×4',
    ],
    ['the 15th and 30th', '20070115T090000', 'FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5', 'refused: BYMONTHDAY'],
  ])('%s', (_, start, rule, expected) => {
    const event = eventOf(start, `RRULE:${rule}`)
    expect(shortly(event)).toBe(expected)
    if (!expected.startsWith('refused')) expectExact(event, start, rule)
  })
})

describe('rules of calendar programs', () => {
  it.each([
    ['20260302T090000', 'FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR', 'weekly 1 mo tu we th fr from mo'],
    ['20260302T090000', 'FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR,SA,SU;INTERVAL=2', 'daily 2'],
    ['20260302T090000', 'FREQ=DAILY;INTERVAL=2;BYDAY=MO,WE', 'refused: BYDAY'],
    ['20260302T090000', 'FREQ=DAILY;BYMONTHDAY=2', 'refused: BYMONTHDAY'],
    ['20260302T090000', 'FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0', 'daily 1'],
    ['20260302T090000', 'FREQ=DAILY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12', 'daily 1'],
    ['20260302T090000', 'FREQ=WEEKLY;BYMONTH=3', 'refused: BYMONTH'],
    ['20260302T090000', 'FREQ=WEEKLY;BYDAY=MO,WE;BYSETPOS=1', 'refused: BYSETPOS'],
    ['20260302T090000', 'FREQ=WEEKLY;WKST=SA', 'weekly 1 mo from sa'],
    ['20260302T090000', 'FREQ=MONTHLY', 'absoluteMonthly 1 2'],
    ['20260302T090000', 'FREQ=MONTHLY;BYDAY=MO', 'weekly 1 mo from mo'],
    ['20260302T090000', 'FREQ=MONTHLY;BYDAY=1MO', 'relativeMonthly 1 first mo'],
    ['20260302T090000', 'FREQ=MONTHLY;BYDAY=+1MO', 'relativeMonthly 1 first mo'],
    ['20260302T090000', 'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1', 'relativeMonthly 1 first mo'],
    ['20260302T090000', 'FREQ=MONTHLY;BYDAY=1MO;BYSETPOS=1', 'relativeMonthly 1 first mo'],
    ['20260302T090000', 'FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1,2', 'refused: BYSETPOS'],
    ['20260302T090000', 'FREQ=MONTHLY;BYDAY=1MO,1TU', 'refused: BYDAY'],
    ['20260330T090000', 'FREQ=MONTHLY;BYDAY=5MO', 'refused: BYDAY'],
    ['20260302T090000', 'FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=1,2,3,4,5,6,7', 'relativeMonthly 1 first mo'],
    ['20260310T090000', 'FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=8,9,10,11,12,13,14', 'relativeMonthly 1 second tu'],
    ['20260327T090000', 'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=-7,-6,-5,-4,-3,-2,-1', 'relativeMonthly 1 last fr'],
    ['20260331T090000', 'FREQ=MONTHLY;BYMONTHDAY=-1', 'relativeMonthly 1 last day'],
    ['20260331T090000', 'FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1', 'absoluteMonthly 1 31'],
    ['20260330T090000', 'FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1', 'absoluteMonthly 1 30'],
    ['20260329T090000', 'FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1', 'absoluteMonthly 1 29'],
    ['20260331T090000', 'FREQ=MONTHLY;BYMONTHDAY=29,30,31;BYSETPOS=-1', 'refused: BYMONTHDAY'],
    ['20260331T090000', 'FREQ=MONTHLY;BYMONTHDAY=31', 'refused: BYMONTHDAY'],
    ['20260331T090000', 'FREQ=MONTHLY;BYMONTHDAY=31;BYSETPOS=-1', 'refused: BYMONTHDAY'],
    ['20240229T090000', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYSETPOS=1', 'refused: BYMONTHDAY'],
    ['20260331T090000', 'FREQ=MONTHLY', 'refused: BYMONTHDAY'],
    ['20260131T090000', 'FREQ=MONTHLY;INTERVAL=12', 'absoluteMonthly 12 31'],
    ['20260529T090000', 'FREQ=MONTHLY;COUNT=6', 'absoluteMonthly 1 29 ×6'],
    ['20260529T090000', 'FREQ=MONTHLY;UNTIL=20270315T000000Z', 'refused: BYMONTHDAY'],
    ['20260302T090000', 'FREQ=MONTHLY;BYMONTH=3', 'refused: BYMONTH'],
    ['20260302T090000', 'FREQ=YEARLY', 'absoluteYearly 1 2/3'],
    ['20260302T090000', 'FREQ=YEARLY;BYMONTH=3', 'absoluteYearly 1 2/3'],
    ['20260302T090000', 'FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=2', 'absoluteYearly 1 2/3'],
    ['20260302T090000', 'FREQ=YEARLY;BYMONTHDAY=2', 'absoluteMonthly 1 2'],
    ['20260102T090000', 'FREQ=YEARLY;BYMONTH=1,7', 'absoluteMonthly 6 2'],
    ['20260102T090000', 'FREQ=YEARLY;BYMONTH=1,4,7,10;BYDAY=1FR', 'relativeMonthly 3 first fr'],
    ['20260102T090000', 'FREQ=YEARLY;BYMONTH=1,3', 'refused: BYMONTH'],
    ['20260102T090000', 'FREQ=YEARLY;BYMONTH=1,7;INTERVAL=2', 'refused: BYMONTH'],
    ['20260302T090000', 'FREQ=YEARLY;BYMONTH=3;BYDAY=1MO', 'relativeYearly 1 first mo/3'],
    ['20261126T090000', 'FREQ=YEARLY;BYMONTH=11;BYDAY=TH;BYSETPOS=4', 'relativeYearly 1 fourth th/11'],
    ['20260105T090000', 'FREQ=YEARLY;BYDAY=1MO', 'relativeYearly 1 first mo/1'],
    ['20261228T090000', 'FREQ=YEARLY;BYDAY=-1MO', 'relativeYearly 1 last mo/12'],
    ['20261231T090000', 'FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1', 'relativeYearly 1 last day/12'],
    ['20240229T090000', 'FREQ=YEARLY', 'refused: BYMONTHDAY'],
    ['20240229T090000', 'FREQ=YEARLY;INTERVAL=4', 'absoluteYearly 4 29/2'],
    ['20240229T090000', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1', 'absoluteYearly 1 29/2'],
    ['20260303T090000', 'FREQ=WEEKLY;BYDAY=MO,WE', 'refused: DTSTART'],
    ['20260302T090000', 'FREQ=MONTHLY;BYMONTHDAY=15', 'refused: DTSTART'],
    ['20260302T090000', 'FREQ=DAILY;UNTIL=20260301T000000Z', 'refused: UNTIL'],
    ['20260302T090000', 'FREQ=DAILY;UNTIL=20260310', 'daily 1 until 2026-03-10'],
    ['20260302T210000', 'FREQ=DAILY;UNTIL=20260311T010000Z', 'daily 1 until 2026-03-10'],
    ['20260302T210000', 'FREQ=DAILY;UNTIL=20260311T005959Z', 'daily 1 until 2026-03-09'],
    ['20260302T210000', 'FREQ=DAILY;UNTIL=20260310T210000', 'daily 1 until 2026-03-10'],
    ['20260302', 'FREQ=DAILY;UNTIL=20260310', 'daily 1 until 2026-03-10'],
    ['20260302', 'FREQ=DAILY;UNTIL=20260310T000000Z', 'daily 1 until 2026-03-10'],
    ['20260302T090000', 'FREQ=DAILY;RSCALE=GREGORIAN', 'daily 1'],
    ['20260302T090000', 'FREQ=DAILY;RSCALE=HEBREW', 'refused: RRULE'],
  ])('%s %s is %s', (start, rule, expected) => {
    expect(shortly(eventOf(start, `RRULE:${rule}`))).toBe(expected)
  })

  it('further dates and rules of exceptions are refused, a further date that is the start is none', () => {
    expect(shortly(eventOf('20260302T090000Z', 'RDATE:20260302T090000Z'))).toBe('no recurrence')
    expect(shortly(eventOf('20260302T090000Z', 'RDATE:20260303T090000Z'))).toBe('refused: RDATE')
    expect(shortly(eventOf('20260302T090000Z', 'RRULE:FREQ=DAILY', 'EXRULE:FREQ=WEEKLY'))).toBe('refused: EXRULE')
    expect(shortly(eventOf('20260302T090000Z', 'RRULE:FREQ=DAILY', 'RRULE:FREQ=WEEKLY'))).toBe('refused: RRULE')
  })

  it('the refusal of a short month names what to say instead', () => {
    expect(() => convert(eventOf('20260331T090000', 'RRULE:FREQ=MONTHLY'))).toThrow(
      /BYMONTHDAY=28,29,30,31;BYSETPOS=-1/,
    )
  })
})
