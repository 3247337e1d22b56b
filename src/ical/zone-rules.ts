// The observances of an IANA zone: its offset changes as yearly rules where they are regular, as dates where not (RFC 5545
// §3.6.5). Rules have the few forms that every reader knows: nth or last weekday of a month, a weekday within a week of
// days, a fixed day.
import { transitionsOf, type WallTime, type ZoneTransition } from '../base/zones.ts'
import { plainRule, weekdays, type Rule, type Weekday } from './rule-text.ts'
import { dayMs, wallFromMs, wallMs } from './value.ts'

/** What changes when an observance begins. Offsets in whole minutes east of UTC. */
export interface Change {
  readonly kind: 'STANDARD' | 'DAYLIGHT'
  readonly offsetFrom: number
  readonly offsetTo: number
  readonly abbreviation: string
}

/** Onsets of one kind: instants in milliseconds, in order, never none. */
export interface Observance {
  readonly change: Change
  readonly onsets: readonly number[]
  /** The rule that gives exactly these onsets; undefined when they follow none. It has an end, or goes on for ever. */
  readonly rule: Rule | undefined
}

// Onsets are compared with a rule up to here; a rule that still holds then goes on for ever.
const lastYear = 2100

interface Onset {
  readonly change: Change
  readonly at: number
  readonly wall: number
  /** Of the wall. */
  readonly date: WallTime
}

// Found once per zone: the same input always gives the same observances, and there are some hundred zones.
const remembered = new Map<string, readonly Observance[]>()

/** The observances of an IANA zone through all its history; empty for a zone that never changed. */
export function observancesOf(zone: string): readonly Observance[] {
  const found = remembered.get(zone) ?? groupsOf(onsetsOf(zone)).flatMap(observancesOfGroup)
  remembered.set(zone, found)
  return found
}

// Onsets of one kind in one month of the year.
function groupsOf(onsets: readonly Onset[]): readonly (readonly Onset[])[] {
  const groups = new Map<string, Onset[]>()
  for (const onset of onsets) {
    const key = JSON.stringify([onset.change, onset.date.month])
    groups.set(key, [...(groups.get(key) ?? []), onset])
  }
  return [...groups.values()]
}

function onsetsOf(zone: string): readonly Onset[] {
  const transitions = transitionsOf(zone, -Infinity, Date.UTC(lastYear + 2, 0, 1))
  const onsets = transitions.map((transition, index) => {
    const offsetFrom = wholeMinutes(transition.offsetBefore)
    const change = {
      kind: kindOf(transition, transitions[index + 1]),
      offsetFrom,
      offsetTo: wholeMinutes(transition.offsetAfter),
      abbreviation: transition.abbreviation,
    }
    const wall = transition.at + offsetFrom * 60_000
    return { change, at: transition.at, wall, date: wallFromMs(wall) }
  })
  // The further year was read for what the last change goes back to.
  return onsets.filter(({ at }) => at < Date.UTC(lastYear + 1, 0, 1))
}

// Readers take no seconds; only offsets of long ago have them. Adding zero makes -0 a 0.
function wholeMinutes(offset: number): number {
  return Math.round(offset) + 0
}

// The data do not say which offset is summer time: it is the later one, for less than ten months.
function kindOf(transition: ZoneTransition, next: ZoneTransition | undefined): Change['kind'] {
  const lasts = (next?.at ?? Infinity) - transition.at
  return transition.offsetAfter > transition.offsetBefore && lasts < 300 * dayMs ? 'DAYLIGHT' : 'STANDARD'
}

// Fewer onsets are listed: a rule for them would say more than is known.
const fewestForRule = 3

// Takes the longest run that a rule describes, again and again; what no rule describes stays a date.
function observancesOfGroup(onsets: readonly Onset[]): readonly Observance[] {
  const found: Observance[] = []
  for (let index = 0; index < onsets.length;) {
    const rest = onsets.slice(index)
    const run = longestRun(rest)
    const length = run.length >= fewestForRule ? run.length : 1
    found.push(observanceOf(rest.slice(0, length), length === 1 ? undefined : run))
    index += length
  }
  return found
}

/** A rule form and the number of onsets, from the first on, that it describes; `goesOn`: as far as onsets are compared. */
interface Run {
  readonly form: Form
  readonly length: number
  readonly goesOn: boolean
}

function observanceOf(onsets: readonly Onset[], run: Run | undefined): Observance {
  const [first] = onsets
  const last = onsets.at(-1)
  if (!first || !last) throw new RangeError('an observance without an onset')
  return { change: first.change, onsets: onsets.map(({ at }) => at), rule: run && ruleOf(run, first, last) }
}

function ruleOf({ form, goesOn }: Run, first: Onset, last: Onset): Rule {
  const rule = { ...plainRule('YEARLY'), byMonth: [first.date.month], ...form.parts() }
  // A day later there is no onset either, and readers that take UNTIL for local time or for exclusive are right too.
  return goesOn ? rule : { ...rule, until: { kind: 'utc', wall: wallFromMs(last.at + dayMs) } }
}

/** A yearly rule within one month: its parts, and the day that it gives in a year (undefined: none). */
interface Form {
  parts(): Pick<Rule, 'byDay' | 'byMonthDay'>
  dayIn(year: number): number | undefined
}

function longestRun(onsets: readonly Onset[]): Run {
  const [first] = onsets
  if (!first) throw new RangeError('an observance without an onset')
  let best: Run | undefined
  for (const form of formsOf(first.date)) {
    const run = runOf(form, onsets, first)
    if (run.goesOn) return run
    if (best === undefined || run.length > best.length) best = run
  }
  if (!best) throw new RangeError('an onset without a form')
  return best
}

function runOf(form: Form, onsets: readonly Onset[], { date: start }: Onset): Run {
  let length = 0
  for (let year = start.year; year <= lastYear; year += 1) {
    const day = form.dayIn(year)
    const next = onsets[length]
    const nextYear = next?.date.year ?? Infinity
    if (day === undefined && nextYear > year) continue
    if (day === undefined || next?.wall !== wallMs({ ...start, year, day })) return { form, length, goesOn: false }
    length += 1
  }
  return { form, length, goesOn: true }
}

// The forms that give this onset, the most widely understood first.
function formsOf({ year, month, day }: WallTime): readonly Form[] {
  const weekday = weekdays[weekdayIndex(year, month, day)] ?? 'MO'
  const nth = Math.ceil(day / 7)
  const windows = Array.from({ length: 7 }, (_, index) => day - 6 + index)
  const forms: readonly Form[] = [
    {
      parts: () => ({ byDay: [{ weekday, ordinal: nth }], byMonthDay: [] }),
      dayIn: dayWithin(month, weekday, nth * 7 - 6),
    },
    { parts: () => ({ byDay: [{ weekday, ordinal: -1 }], byMonthDay: [] }), dayIn: lastDay(month, weekday) },
    ...windows.map((from) => windowForm(month, weekday, from)),
    { parts: () => ({ byDay: [], byMonthDay: [day] }), dayIn: () => day },
  ]
  return nth > 4 ? forms.slice(1) : forms
}

// A weekday on or after a day: Chile changes on the Sunday from the 2nd to the 8th. A window that leaves the month is cut
// at its end (Egypt: the Friday after the last Thursday of October); the other part is a rule of the next month.
function windowForm(month: number, weekday: Weekday, from: number): Form {
  return {
    parts: () => ({ byDay: [{ weekday, ordinal: 0 }], byMonthDay: daysFrom(from, month) }),
    dayIn: dayWithin(month, weekday, from),
  }
}

function daysFrom(from: number, month: number): readonly number[] {
  const days = Array.from({ length: 7 }, (_, index) => from + index)
  return days.filter((day) => day >= 1 && day <= (month === 2 ? 29 : daysIn(2000, month)))
}

function dayWithin(month: number, weekday: Weekday, from: number): (year: number) => number | undefined {
  return (year) => {
    const day = from + ((weekdays.indexOf(weekday) - weekdayIndex(year, month, from) + 7) % 7)
    return day >= 1 && day <= daysIn(year, month) ? day : undefined
  }
}

function lastDay(month: number, weekday: Weekday): (year: number) => number | undefined {
  return (year) => dayWithin(month, weekday, daysIn(year, month) - 6)(year)
}

const midnight = { hour: 0, minute: 0, second: 0 }

/** Monday is 0; the day may lie outside its month. */
function weekdayIndex(year: number, month: number, day: number): number {
  const days = Math.floor(wallMs({ year, month, day: 1, ...midnight }) / dayMs) + day - 1
  return (((days + 3) % 7) + 7) % 7
}

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function daysIn(year: number, month: number): number {
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month === 2 && isLeapYear ? 29 : (monthLengths[month - 1] ?? 31)
}
