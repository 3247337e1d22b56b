// Random calendar objects from a seed, for comparing our expansion with another, and random damage to texts.
import type { CalendarObject, Component, Property } from '../../src/ical/object.ts'
import { slotStarts } from '../../src/ical/rule.ts'
import { plainRule, printRule, weekdays, type Rule } from '../../src/ical/rule-text.ts'
import { component, property, textProperty } from '../../src/ical/text.ts'
import { addToWall, timeProperty, wallFromMs, type IcalTime } from '../../src/ical/value.ts'
import { ianaZone, utc } from '../../src/ical/zone.ts'

/** Random numbers that a seed repeats (mulberry32). */
export interface Random {
  /** Whole number, 0 ≤ n < `below`. */
  below(below: number): number
  pick<T>(values: readonly [T, ...T[]]): T
  /** True once in `times`. */
  once(times: number): boolean
}

export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit)
  }
  return {
    below,
    pick: ([first, ...rest]) => [first, ...rest][below(rest.length + 1)] ?? first,
    once: (times) => below(times) === 0,
  }
}

/** SEED of the environment, else a fresh one. Whoever draws prints it with the failure. */
export function seedOfRun(): number {
  const given = process.env['SEED']
  return given === undefined ? Math.floor(performance.timeOrigin + performance.now()) % 1_000_000_000 : Number(given)
}

const oddZones = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Asia/Tehran',
  'Pacific/Apia',
  'America/St_Johns',
  'America/Vancouver',
  'Asia/Kathmandu',
  'Africa/Cairo',
  'America/Santiago',
  'Asia/Gaza',
] as const

type Kind = (wall: IcalTime['wall']) => IcalTime

/** One object: a single event or a series with cancelled dates and overrides, timed, in UTC or all-day. */
export function randomObject(random: Random): CalendarObject {
  const tzid = random.pick(oddZones)
  const isAllDay = random.once(4)
  const kind: Kind = isAllDay
    ? (wall) => ({ kind: 'date', wall })
    : random.once(6)
      ? (wall) => ({ kind: 'utc', wall })
      : (wall) => ({ kind: 'zoned', wall, tzid })
  const zone = kind(wallFromMs(0)).kind === 'zoned' ? ianaZone(tzid) : utc
  const anyStart = wallFromMs(Date.UTC(2004 + random.below(26), random.below(12), 1 + random.below(31)))
  const start = { ...anyStart, ...(isAllDay ? {} : { hour: random.below(24), minute: random.pick([0, 15, 30, 59]) }) }
  const rule = random.once(5) ? undefined : randomRule(random, start)
  const end = isAllDay
    ? { days: 1 + random.below(3), seconds: 0 }
    : { days: random.once(8) ? 1 : 0, seconds: random.below(12) * 900 }
  const uid = `random-${random.below(1_000_000_000)}`
  const event = (at: IcalTime['wall'], more: readonly Property[]): Component =>
    component('VEVENT', [
      textProperty('UID', uid),
      property('DTSTAMP', '20260101T000000Z'),
      timeProperty('DTSTART', kind(at)),
      timeProperty('DTEND', kind(addToWall(at, end))),
      ...more,
    ])
  if (rule === undefined) return { uid, master: event(start, []), overrides: [], zones: [] }
  const slots = slotStarts(
    { rule, start, zone },
    { start: null, end: Date.UTC(start.year + 3, 0, 1) },
    { slots: 5_000, days: 40_000 },
  )
  const touched = slots.filter(() => random.once(20)).slice(0, 12)
  const isCancelled = touched.map(() => random.once(2))
  return {
    uid,
    master: event(start, [
      property('RRULE', printRule(rule)),
      ...touched.filter((_, index) => isCancelled[index]).map((slot) => timeProperty('EXDATE', kind(slot))),
    ]),
    overrides: touched
      .filter((_, index) => isCancelled[index] !== true)
      .map((slot) =>
        event(addToWall(slot, { days: random.below(5) - 2, seconds: isAllDay ? 0 : random.below(9) * 1800 }), [
          timeProperty('RECURRENCE-ID', kind(slot)),
          textProperty('SUMMARY', 'moved'),
        ]),
      ),
    zones: [],
  }
}

function randomRule(random: Random, start: IcalTime['wall']): Rule {
  const weekday = () => random.pick(weekdays)
  const anyDay = { weekday: weekday(), ordinal: 0 }
  const someDays = weekdays.filter(() => random.once(3)).map((weekday) => ({ weekday, ordinal: 0 }))
  const days = someDays.length > 0 ? someDays : [anyDay]
  const position = random.pick([1, 2, 3, 4, -1, -2, 5, -5])
  const month = 1 + random.below(12)
  const monthDay = random.pick([1, 5, 13, 28, 29, 30, 31, -1, -3])
  const patterns: readonly [Rule, ...Rule[]] = [
    plainRule('DAILY'),
    { ...plainRule('DAILY'), byDay: days },
    { ...plainRule('WEEKLY'), byDay: days, wkst: weekday() },
    { ...plainRule('WEEKLY'), wkst: weekday() },
    { ...plainRule('MONTHLY'), byMonthDay: [monthDay] },
    { ...plainRule('MONTHLY'), byMonthDay: [28, 29, 30, 31], bySetPos: [-1] },
    { ...plainRule('MONTHLY'), byDay: [{ ...anyDay, ordinal: position }] },
    { ...plainRule('MONTHLY'), byDay: days, bySetPos: [position] },
    plainRule('MONTHLY'),
    plainRule('YEARLY'),
    { ...plainRule('YEARLY'), byMonth: [month], byMonthDay: [random.pick([1, 13, 28, -1, -28])] },
    { ...plainRule('YEARLY'), byMonth: [month], byDay: days, bySetPos: [random.pick([1, 2, 3, 4, -1, -2])] },
    { ...plainRule('YEARLY'), byMonth: [month], byDay: [{ ...anyDay, ordinal: random.pick([1, 2, 3, 4, -1]) }] },
  ]
  const rule = { ...random.pick(patterns), interval: random.pick([1, 1, 1, 2, 3, 5]) }
  const until = addToWall(start, { days: 1 + random.below(4000), seconds: random.below(86_400) })
  const ends: readonly [Partial<Rule>, ...Partial<Rule>[]] = [
    {},
    { count: 1 + random.below(60) },
    { until: { kind: 'utc', wall: until } },
    { until: { kind: 'date', wall: { ...until, hour: 0, minute: 0, second: 0 } } },
  ]
  return { ...rule, ...random.pick(ends) }
}

/** A text cut, spliced, doubled or with characters changed, several times. */
export function damaged(random: Random, texts: readonly [string, ...string[]]): string {
  let text = random.pick(texts)
  for (let times = 1 + random.below(5); times > 0; times -= 1) {
    const at = random.below(text.length + 1)
    const length = random.below(random.pick([4, 40, 400]))
    const other = random.pick(texts)
    const from = random.below(other.length)
    const piece = random.pick([
      '',
      other.slice(from, from + length),
      random.pick(shards),
      String.fromCharCode(random.below(0x10000)),
      text.slice(at, at + length).repeat(random.below(4)),
    ])
    text = text.slice(0, at) + piece + text.slice(at + (random.once(2) ? length : 0))
  }
  return text
}

const shards: readonly [string, ...string[]] = [
  '\r\n',
  '\n ',
  '\r',
  '"',
  ';',
  ':',
  '=',
  ',',
  '\\',
  '^',
  '\u0000',
  '\ud800',
  '99999999',
  '-1',
  '00000000T000000',
  'BEGIN:VEVENT\r\n',
  'END:VEVENT\r\n',
  'BEGIN:VTIMEZONE\r\n',
  'END:VCALENDAR\r\n',
  'RRULE:FREQ=SECONDLY\r\n',
  'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31;BYDAY=MO\r\n',
  'RRULE:FREQ=YEARLY;COUNT=9999999\r\n',
  'RDATE;VALUE=PERIOD:19970101T180000Z/PT5H30M\r\n',
  'EXDATE:20260101\r\n',
  'DTSTART;TZID=Mars:20260101T000000\r\n',
  'DURATION:-P99999999W\r\n',
  'TZID:Europe/Berlin\r\n',
  ';TZID=constructor',
  ';VALUE=DATE',
]
