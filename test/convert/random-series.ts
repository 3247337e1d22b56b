// Random series for a simulated tenant: every pattern, range and kind of zone, with changed and cancelled dates.
import type { GraphPattern } from '../../src/graph/types.ts'
import type { Control } from '../../src/simulator/control.ts'

/** Two RFC 3339 texts. */
export interface Range {
  readonly from: string
  readonly to: string
}

export type Random = () => number

/** Windows ids and IANA names as Graph accepts them. */
const zones = [
  'W. Europe Standard Time',
  'Eastern Standard Time',
  'UTC',
  'Lord Howe Standard Time',
  'Morocco Standard Time',
  'Iran Standard Time',
  'Samoa Standard Time',
  'Newfoundland Standard Time',
  'Nepal Standard Time',
  'America/Vancouver',
]
const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const
const types = ['daily', 'weekly', 'absoluteMonthly', 'relativeMonthly', 'absoluteYearly', 'relativeYearly'] as const
const indexes = ['first', 'second', 'third', 'fourth', 'last'] as const
const dayMs = 86_400_000
const firstDay = Date.UTC(2024, 0, 1)

/** Fills the default calendar with `count` series and gives the range in which to look at them. */
export function fillWithSeries(
  control: Control,
  { seed, count }: { readonly seed: number; readonly count: number },
): Range {
  const random = randomFrom(seed)
  const range = { from: '2025-10-15T00:00:00Z', to: '2026-10-15T00:00:00Z' }
  for (let made = 0; made < count;) made += tryToMake(control, random) ? 1 : 0
  const masters = groupBy(control.truth({}, range).instances, (row) => String(row['seriesMasterId']))
  for (const [id, instances] of masters) {
    const chosen = instances.map((row) => String(row['slotDate'])).filter(() => random() < 4 / (instances.length + 4))
    for (const date of chosen) changeDate(control, random, id, date)
  }
  return range
}

function tryToMake(control: Control, random: Random): boolean {
  const isAllDay = random() < 0.2
  const zone = pick(random, zones)
  const anyDay = firstDay + Math.floor(random() * 900) * dayMs
  // Half past midnight and later: evening slots lie on another UTC day. Half past two is away or there twice in the nights
  // of clock changes; such a series begins in a summer month without any, or Graph would not tell its hour.
  const minute = isAllDay ? 0 : pick(random, [30, 45, 150, 240, 375, 540, 735, 1020, 1290, 1380, 1425])
  const day = minute === 150 ? Date.UTC(2025, 5, 10) + Math.floor(random() * 30) * dayMs : anyDay
  const length = isAllDay ? dayMs : pick(random, [0, 15, 45, 60]) * 60_000
  const time = (ms: number) => ({ dateTime: new Date(ms).toISOString().slice(0, 19), timeZone: zone })
  const start = day + minute * 60_000
  const event = {
    subject: 'Series',
    isAllDay,
    start: time(start),
    end: time(start + length),
    recurrence: { pattern: randomPattern(random), range: randomRange(random, day, zone) },
  }
  try {
    control.createEvent({}, event)
    return true
  } catch {
    // Refused as Graph would (it ends before its first date): another try.
    return false
  }
}

function randomPattern(random: Random): GraphPattern {
  const type = pick(random, types)
  return {
    type,
    // Few series of every day: they would be most of the instances.
    interval: 1 + Math.floor(random() * (type === 'daily' ? 20 : random() * 5)),
    month: 1 + Math.floor(random() * 12),
    dayOfMonth: random() < 0.3 ? 29 + Math.floor(random() * 3) : 1 + Math.floor(random() * 28),
    daysOfWeek: [...weekdays]
      .filter(() => random() < 0.3)
      .concat(pick(random, weekdays))
      .filter(isFirst),
    firstDayOfWeek: pick(random, weekdays),
    index: pick(random, indexes),
  }
}

function randomRange(random: Random, day: number, recurrenceTimeZone: string) {
  const startDate = new Date(day).toISOString().slice(0, 10)
  const endDate = new Date(day + Math.floor(random() * 900) * dayMs).toISOString().slice(0, 10)
  const common = { startDate, recurrenceTimeZone, endDate: '0001-01-01', numberOfOccurrences: 0 }
  switch (pick(random, ['noEnd', 'endDate', 'numbered'] as const)) {
    case 'noEnd':
      return { ...common, type: 'noEnd' }
    case 'endDate':
      return { ...common, type: 'endDate', endDate }
    case 'numbered':
      return { ...common, type: 'numbered', numberOfOccurrences: 1 + Math.floor(random() * 40) }
  }
}

// Cancelled, or moved within its day, made longer, renamed, or touched without a difference.
function changeDate(control: Control, random: Random, master: string, date: string): void {
  const hour = (value: number) => ({ dateTime: `${date}T${String(value).padStart(2, '0')}:30:00`, timeZone: 'UTC' })
  const start = Math.floor(random() * 20)
  const changes = [
    'cancel',
    { subject: 'Changed' },
    { start: hour(start), end: hour(start + 2), isAllDay: false, subject: 'Moved' },
    { importance: 'normal' },
  ] as const
  const change = pick(random, changes)
  try {
    if (change === 'cancel') control.cancelInstance(master, date)
    else control.updateInstance(master, date, change)
  } catch {
    // Graph does not move a date past its neighbours.
  }
}

export function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const value of values) {
    const group = groups.get(keyOf(value))
    if (group) group.push(value)
    else groups.set(keyOf(value), [value])
  }
  return groups
}

function isFirst<T>(value: T, index: number, all: readonly T[]): boolean {
  return all.indexOf(value) === index
}

export function pick<T>(random: Random, values: readonly T[]): T {
  const value = values[Math.floor(random() * values.length)]
  if (value === undefined) throw new Error('nothing to pick from')
  return value
}

/** Mulberry32: equal seeds, equal numbers from 0 to 1. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
