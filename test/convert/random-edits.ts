// Random calendar objects as a client makes them, and what a person does to them: whole objects before and after.
import { expand, type Instance } from '../../src/ical/expand.ts'
import type { CalendarObject, Component, Property } from '../../src/ical/object.ts'
import { parseObject } from '../../src/ical/parse.ts'
import {
  component,
  firstProperty,
  property,
  propertiesOf,
  withProperties,
  withoutProperties,
} from '../../src/ical/text.ts'
import { addToWall, printTime, timeOf, timeProperty, timesOf, type IcalTime } from '../../src/ical/value.ts'
import { pick, type Random } from './random-series.ts'

const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'America/St_Johns',
  'Asia/Kathmandu',
  'UTC',
]

/** Rules whose first date is the start of the week, month or day that they say: `start` fits all of them. */
const rules: readonly (readonly [start: string, rule: string])[] = [
  ['20260105', 'FREQ=DAILY'],
  ['20260105', 'FREQ=DAILY;INTERVAL=3;COUNT=40'],
  ['20260105', 'FREQ=WEEKLY;BYDAY=MO,WE,FR'],
  ['20260105', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;WKST=SU'],
  ['20260105', 'FREQ=WEEKLY;UNTIL=20260630'],
  ['20260107', 'FREQ=MONTHLY;BYDAY=1WE'],
  ['20260130', 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1'],
  ['20260131', 'FREQ=MONTHLY;BYMONTHDAY=-1'],
  ['20260131', 'FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1'],
  ['20260115', 'FREQ=MONTHLY;COUNT=6'],
  ['20250215', 'FREQ=YEARLY'],
]

/** A new series as a client would PUT it. */
export function randomObject(random: Random): CalendarObject {
  const [day, rule] = pick(random, rules)
  const zone = pick(random, zones)
  const hour = pick(random, ['0030', '0645', '0930', '1500', '1830'])
  const isAllDay = random() < 0.25
  const until = isAllDay ? rule : rule.replace('UNTIL=20260630', 'UNTIL=20260630T235959Z')
  const tzid = zone === 'UTC' ? '' : `;TZID=${zone}`
  const time = (name: string, ms: number): string => {
    const text = new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '')
    if (isAllDay) return `${name};VALUE=DATE:${text.slice(0, 8)}`
    return `${name}${tzid}:${zone === 'UTC' ? text : text.slice(0, -1)}`
  }
  const midnight = Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6)))
  const begin = midnight + (isAllDay ? 0 : Number(hour.slice(0, 2)) * 60 + Number(hour.slice(2))) * 60_000
  const minutes = isAllDay ? 1440 : pick(random, [15, 60, 150])
  const [start, end] = [time('DTSTART', begin), time('DTEND', begin + minutes * 60_000)]
  const lines = [
    'UID:random@client.example',
    'DTSTAMP:20260101T000000Z',
    'SUMMARY:Series',
    start,
    end,
    `RRULE:${until}`,
  ]
  return parseObject(
    ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:x', 'BEGIN:VEVENT', ...lines, 'END:VEVENT', 'END:VCALENDAR', ''].join(
      '\r\n',
    ),
  )
}

type Edit = (object: CalendarObject, random: Random) => CalendarObject

/** What a person may do, by name. */
export const edits: Readonly<Record<string, Edit>> = {
  'renames the series': (object, random) => onMaster(object, retitled(random)),
  'renames a date': (object, random) => onInstance(object, random, retitled(random)),
  'moves a date': (object, random) =>
    onInstance(object, random, (event) => shifted(event, pick(random, [45, 90, 180]) * 60)),
  'cancels a date': cancelled,
  'puts a date back': (object) => ({ ...object, overrides: object.overrides.slice(1) }),
  'moves the series': (object) => movedSeries(object, 3600),
  'ends the series sooner': (object, random) =>
    withRule(object, (rule) => `${endless(rule)};COUNT=${pick(random, [5, 9, 14])}`),
  'never ends the series': (object) => withRule(object, endless),
  'sets an alarm': (object) =>
    onMaster(object, (event) => ({
      ...event,
      components: [
        component('VALARM', [
          property('ACTION', 'DISPLAY'),
          property('TRIGGER', '-PT5M'),
          property('DESCRIPTION', 'x'),
        ]),
      ],
    })),
  'notes something of its own': (object, random) =>
    onMaster(object, (event) => withProperties(event, [property('X-NOTE', String(random()))])),
}

function onMaster(object: CalendarObject, change: (event: Component) => Component): CalendarObject {
  return { ...object, master: object.master && change(object.master) }
}

function retitled(random: Random): (event: Component) => Component {
  const title = `Title ${Math.floor(random() * 1000)}`
  return (event) => withProperties(event, [property('SUMMARY', title)])
}

// A date that is not changed yet gets an override of its own.
function onInstance(object: CalendarObject, random: Random, change: (event: Component) => Component): CalendarObject {
  const instances = instancesOf(object)
  if (instances.length === 0) return object
  const { component: event, start } = pick(random, instances)
  if (event !== object.master) {
    return { ...object, overrides: object.overrides.map((other) => (other === event ? change(other) : other)) }
  }
  const own = instanceOf(event, start)
  return { ...object, overrides: [...object.overrides, change(own)] }
}

function instancesOf(object: CalendarObject): readonly Instance[] {
  const range = { start: Date.UTC(2026, 0, 1), end: Date.UTC(2026, 8, 1) }
  return expand(object, range, { floatingZone: 'UTC' })
}

/** The wall time of DTSTART at the day of an instance. */
function instanceOf(master: Component, start: number): Component {
  const [first, at] = [startOf(master), slotTime(master, start)]
  const seconds = (wall(at) - wall(first)) / 1000
  const event = shifted(withoutProperties(master, ['RRULE', 'EXDATE']), seconds)
  return withProperties(event, [timeProperty('RECURRENCE-ID', at)])
}

function slotTime(master: Component, start: number): IcalTime {
  const first = startOf(master)
  for (let days = 0; days < 1000; days += 1) {
    const time = { ...first, wall: addToWall(first.wall, { days, seconds: 0 }) }
    const text = timeProperty('DTSTART', time)
    const moved = withProperties(withoutProperties(master, ['RRULE', 'EXDATE']), [text])
    const [instance] = expand(
      { uid: 'x', master: moved, overrides: [], zones: [] },
      { start, end: start + 1 },
      { floatingZone: 'UTC' },
    )
    if (instance?.start === start) return time
  }
  throw new Error('no such slot')
}

function startOf(event: Component): IcalTime {
  const start = firstProperty(event, 'DTSTART')
  if (!start) throw new Error('no DTSTART')
  return timeOf(start)
}

function wall({ wall: { year, month, day, hour, minute, second } }: IcalTime): number {
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

function shifted(event: Component, seconds: number): Component {
  return mapTimes(event, ['DTSTART', 'DTEND'], (time) =>
    time.kind === 'date' && seconds % 86_400 !== 0
      ? time
      : { ...time, wall: addToWall(time.wall, { days: 0, seconds }) },
  )
}

function mapTimes(event: Component, names: readonly string[], change: (time: IcalTime) => IcalTime): Component {
  const changed = (line: Property): Property =>
    names.includes(line.name) ? { ...line, value: timesOf(line).map(change).map(printTime).join(',') } : line
  return { ...event, properties: event.properties.map(changed) }
}

function cancelled(object: CalendarObject, random: Random): CalendarObject {
  const { master } = object
  const instances = instancesOf(object)
  if (!master || instances.length < 3) return object
  const { component: event, start } = pick(random, instances)
  const id = firstProperty(event, 'RECURRENCE-ID')
  const time = id ? timeOf(id) : slotTime(master, start)
  const line = timeProperty('EXDATE', time)
  return {
    ...object,
    master: { ...master, properties: [...master.properties, line] },
    overrides: object.overrides.filter((other) => other !== event),
  }
}

function movedSeries(object: CalendarObject, seconds: number): CalendarObject {
  const move = (time: IcalTime): IcalTime =>
    time.kind === 'date' ? time : { ...time, wall: addToWall(time.wall, { days: 0, seconds }) }
  return {
    ...object,
    master: object.master && mapTimes(object.master, ['DTSTART', 'DTEND', 'EXDATE'], move),
    overrides: object.overrides.map((event) => mapTimes(event, ['RECURRENCE-ID'], move)),
  }
}

function endless(rule: string): string {
  return rule.replace(/;(?:COUNT|UNTIL)=[^;]*/g, '')
}

// A client takes away what lies beyond the new end.
function withRule(object: CalendarObject, change: (rule: string) => string): CalendarObject {
  const { master } = object
  const rule = master && firstProperty(master, 'RRULE')
  if (!master || !rule) return object
  const bare = withProperties(withoutProperties(master, ['EXDATE']), [{ ...rule, value: change(rule.value) }])
  const slots = new Set(instancesOf({ ...object, master: bare, overrides: [] }).map(({ start }) => start))
  const isLeft = (time: IcalTime): boolean => slots.has(instantOf(bare, time))
  return {
    ...object,
    master: {
      ...bare,
      properties: [...bare.properties, ...propertiesOf(master, 'EXDATE').filter((line) => timesOf(line).every(isLeft))],
    },
    overrides: object.overrides.filter((event) => isLeft(timeOf(firstProperty(event, 'RECURRENCE-ID') ?? rule))),
  }
}

function instantOf(master: Component, time: IcalTime): number {
  const single = withProperties(withoutProperties(master, ['RRULE', 'EXDATE', 'DTEND', 'DURATION']), [
    timeProperty('DTSTART', time),
  ])
  const range = { start: Date.UTC(2000, 0, 1), end: Date.UTC(2100, 0, 1) }
  const [instance] = expand({ uid: 'x', master: single, overrides: [], zones: [] }, range, { floatingZone: 'UTC' })
  return instance?.start ?? NaN
}
