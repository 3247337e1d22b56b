// Generated tenants: random events of every kind, equal for equal seeds. Series of all patterns and ranges in many zones, with
// moved, edited and cancelled instances; single, all-day and multi-day events around the clock's today.
import { adding, type Adding } from './adding.ts'
import { cancelInstance, updateInstance } from './instance-changes.ts'
import { datePartsOf, type Day, daysInMonth, weekdayOf } from './days.ts'
import { allDay, at, between, guest, html, repeats, type Until } from './drafts.ts'
import type { StoredEvent } from './event.ts'
import { parseEventInput } from './event-input.ts'
import { instancesOf, type Item } from './instances.ts'
import type { JsonObject } from './json.ts'
import { createPeople, type People } from './people.ts'
import type { Place } from './place.ts'
import { type Random, seededRandom } from './random.ts'
import { weekdays } from './recurrence.ts'
import { Refusal } from './refusal.ts'
import type { Calendar } from './tenant.ts'
import { localTimeOf, msPerDay } from './zone-time.ts'

/** Zone labels as they are found in the field: Windows ids and IANA names, odd offsets, odd rules, no rules. */
export const generatedZones = [
  'W. Europe Standard Time',
  'GMT Standard Time',
  'Eastern Standard Time',
  'Pacific Standard Time',
  'India Standard Time',
  'Nepal Standard Time',
  'Newfoundland Standard Time',
  'Lord Howe Standard Time',
  'Chatham Islands Standard Time',
  'AUS Eastern Standard Time',
  'Tokyo Standard Time',
  'Morocco Standard Time',
  'Egypt Standard Time',
  'Samoa Standard Time',
  'E. South America Standard Time',
  'UTC',
  'America/New_York',
  'Europe/Kyiv',
  'Asia/Beirut',
  'Pacific/Kiritimati',
] as const

/** What to generate. */
export interface Generating {
  readonly count: number
  /** `series`: only series. Default: singles and series mixed. */
  readonly kind?: 'series' | 'mixed'
}

/** The people, and `count` events in the first person's default calendar. */
export function generateTenant(place: Place, count: number): People {
  const people = createPeople(place)
  generateEvents(place, people.work, { count })
  return people
}

/** Fills a calendar; which events they are depends on the tenant's seed only. */
export function generateEvents(place: Place, calendar: Calendar, { count, kind = 'mixed' }: Generating): void {
  const random = seededRandom(`${place.tenant.seed}/events/${calendar.key}`)
  const add = adding(place, calendar)
  for (let made = 0; made < count; made += 1) {
    if (kind === 'series' || random.chance(0.4)) generateSeries(place, add, random)
    else generateSingle(place, add, random)
  }
}

function generateSingle(place: Place, add: Adding, random: Random): void {
  const day = place.tenant.clock.today() + random.between(-500, 700)
  const zone = random.pick(generatedZones)
  const kind = random.next()
  if (kind < 0.25) add(content(random), allDay(day, random.chance(0.6) ? 1 : random.between(2, 14), zone))
  else if (kind < 0.35) add(content(random), between(day, quarter(random), random.between(1440, 5000), zone))
  else add(content(random), between(day, quarter(random), random.pick([0, 15, 30, 45, 60, 90, 120, 480]), zone))
}

/** One series, and for some of them changed and cancelled instances. Pieces that Graph refuses are drawn again. */
export function generateSeries(place: Place, add: Adding, random: Random): StoredEvent {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const series = attempted(() => drawSeries(place, add, random))
    if (series) return random.chance(0.6) ? changeInstances(place, series, random) : series
  }
  throw new Error('no series could be drawn in 20 attempts')
}

function drawSeries(place: Place, add: Adding, random: Random): StoredEvent {
  const from = place.tenant.clock.today() + random.between(-900, 300)
  const zone = random.pick(generatedZones)
  const pattern = drawPattern(random, from)
  const until = drawUntil(random, from)
  const isAllDay = random.chance(0.25)
  const times = isAllDay
    ? allDay(from, random.chance(0.8) ? 1 : random.between(2, 5), zone)
    : between(from, quarter(random), random.pick([15, 30, 60, 90, 240, 600]), zone)
  return add(content(random), times, repeats(pattern, from, until))
}

function drawPattern(random: Random, from: Day): JsonObject {
  const interval = random.pick([1, 1, 1, 2, 3, 4])
  const { year, month, day } = datePartsOf(from)
  const someDays = random.shuffled(weekdays).slice(0, random.between(1, 4))
  const index = random.pick(['first', 'second', 'third', 'fourth', 'last'])
  const daysOfWeek = random.chance(0.7) ? [random.pick(weekdays)] : random.pick([someDays, workdays, weekdays])
  const dayOfMonth = random.pick([day, day, random.between(1, 28), 29, 30, 31])
  const yearMonth = random.chance(0.7) ? month : random.between(1, 12)
  const yearDay = Math.min(dayOfMonth, daysInMonth(year % 4 === 0 ? year : 2024, yearMonth))
  return random.pick<JsonObject>([
    { type: 'daily', interval },
    { type: 'weekly', interval, daysOfWeek: someDays, firstDayOfWeek: random.pick(weekdays) },
    { type: 'weekly', interval, daysOfWeek: [weekdays[weekdayOf(from)]], firstDayOfWeek: 'monday' },
    { type: 'absoluteMonthly', interval, dayOfMonth },
    { type: 'relativeMonthly', interval, daysOfWeek, index },
    { type: 'absoluteYearly', interval: random.pick([1, 1, 2]), month: yearMonth, dayOfMonth: yearDay },
    { type: 'relativeYearly', interval: 1, month: yearMonth, daysOfWeek, index },
  ])
}

const workdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const

function drawUntil(random: Random, from: Day): Until {
  return random.pick<Until>(['forever', { date: from + random.between(0, 1200) }, { count: random.between(1, 60) }])
}

/** Some instances near today are edited, moved or cancelled; at least one slot stays. */
function changeInstances(place: Place, series: StoredEvent, random: Random): StoredEvent {
  const now = place.tenant.clock.now()
  const range = { start: now - 300 * msPerDay, end: now + 500 * msPerDay }
  const near = random.shuffled(instancesOf(series, range, place.switches)).slice(0, random.between(1, 6))
  return near.reduce((event, item) => {
    const mayCancel = event.cancelled.length + 1 < near.length
    return mayCancel && random.chance(0.45)
      ? (cancelInstance(place, event, item.slot ?? 0) ?? event)
      : (attempted(() => changeInstance(place, event, item, random)) ?? event)
  }, series)
}

function changeInstance(place: Place, event: StoredEvent, item: Item, random: Random): StoredEvent {
  const change = random.chance(0.35) ? content(random) : { ...movedTimes(event, item, random), ...edited(random) }
  return updateInstance(place, event, item.slot ?? 0, parseEventInput(change))
}

function edited(random: Random): JsonObject {
  return random.chance(0.5) ? { subject: `${random.pick(topics)} (moved)` } : {}
}

function movedTimes(event: StoredEvent, { when }: Item, random: Random): JsonObject {
  const days = random.pick([0, 0, 0, 1, -1, 2])
  if (when.isAllDay) return allDay(when.start + days, random.pick([when.end - when.start, 1]), event.startZone)
  const { day } = localTimeOf(when.start, event.recurrence?.zone ?? 'UTC')
  return between(day + days, quarter(random), random.pick([15, 30, 60, 90]), event.startZone)
}

/** Minutes after midnight; mostly in working hours, sometimes in the night when clocks change. */
function quarter(random: Random): number {
  return 15 * (random.chance(0.9) ? random.between(26, 84) : random.between(0, 95))
}

/** Undefined when Graph would refuse it. */
function attempted<Value>(make: () => Value): Value | undefined {
  try {
    return make()
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

const topics = [
  'Review',
  'Planning',
  'Harbour',
  'Contract',
  'Training',
  'Supplier',
  'Budget',
  'Design',
  'Audit',
] as const
const people = [
  { name: 'Noor Haddad', address: 'noor@fabrikam.example' },
  { name: 'Ivo Brandt', address: 'ivo@fabrikam.example' },
  { name: 'Oda Berg', address: 'oda@adatum.example' },
] as const

function content(random: Random): JsonObject {
  const isMeeting = random.chance(0.3)
  return {
    subject: random.chance(0.02) ? null : `${random.pick(topics)} ${random.between(1, 99)}`,
    showAs: random.pick(['busy', 'busy', 'busy', 'free', 'tentative', 'oof', 'workingElsewhere']),
    sensitivity: random.pick(['normal', 'normal', 'normal', 'private', 'personal', 'confidential']),
    importance: random.pick(['normal', 'normal', 'low', 'high']),
    categories: random.chance(0.3) ? [random.pick(['Blue category', 'Red category', 'Travel, external'])] : [],
    isReminderOn: random.chance(0.6),
    reminderMinutesBeforeStart: random.pick([0, 5, 15, 60, 1080]),
    ...(random.chance(0.4)
      ? at(random.pick(['Room 4', 'Quay 3', 'Café Nord; upstairs', 'https://meet.example/1']))
      : {}),
    ...(random.chance(0.4) ? html(`<p>Notes &amp; numbers, part ${random.between(1, 9)}</p><p>Ünïcode ✓</p>`) : {}),
    ...(isMeeting ? { attendees: people.map((one) => guest(one, random.pick(['none', 'accepted', 'declined']))) } : {}),
  }
}
