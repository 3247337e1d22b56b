// Somebody who edits a simulated calendar at random: every kind of change that people make in Outlook.
import type { Simulator } from '../../src/simulator/simulator.ts'
import { series, single } from './rig.ts'

type Json = Readonly<Record<string, unknown>>

/** Random numbers that a seed repeats (mulberry32). */
export class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  pick<T>(list: readonly T[]): T {
    const found = list[Math.floor(this.next() * list.length)]
    if (found === undefined) throw new Error('nothing to pick from')
    return found
  }

  is(probability: number): boolean {
    return this.next() < probability
  }
}

const zones = [
  'W. Europe Standard Time',
  'Eastern Standard Time',
  'India Standard Time',
  'UTC',
  'Tokyo Standard Time',
  'Pacific Standard Time',
]
const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const dayMs = 86_400_000

export class Editor {
  readonly #tenant: Simulator
  readonly #chance: Chance
  #count = 0

  constructor(tenant: Simulator, chance: Chance) {
    this.#tenant = tenant
    this.#chance = chance
  }

  /** Makes one change, and says which; what Graph would refuse is not done. */
  edit(): string {
    const [name, change] = this.#chance.pick(this.#changes)
    try {
      change()
      return name
    } catch (error) {
      // The tenant refuses what Graph would: a move over a neighbour, a pattern without dates.
      if (error instanceof Error && error.constructor.name === 'Refusal') return `${name} (refused)`
      throw error
    }
  }

  readonly #changes: readonly (readonly [string, () => void])[] = [
    ['new single', () => void this.#tenant.control.createEvent({}, this.#single())],
    ['new single', () => void this.#tenant.control.createEvent({}, this.#single())],
    ['new all-day', () => void this.#tenant.control.createEvent({}, this.#allDay())],
    ['new series', () => void this.#tenant.control.createEvent({}, this.#series())],
    ['new series', () => void this.#tenant.control.createEvent({}, this.#series())],
    ['title', () => this.#onEvent((id) => this.#tenant.control.updateEvent(id, { subject: this.#title('Renamed') }))],
    ['times', () => this.#onEvent((id, event) => this.#tenant.control.updateEvent(id, this.#movedTimes(event)))],
    ['delete', () => this.#onEvent((id) => this.#tenant.control.deleteEvent(id))],
    ['cancel date', () => this.#onInstance((id, date) => this.#tenant.control.cancelInstance(id, date))],
    ['cancel date', () => this.#onInstance((id, date) => this.#tenant.control.cancelInstance(id, date))],
    [
      'change date',
      () =>
        this.#onInstance((id, date) =>
          this.#tenant.control.updateInstance(id, date, { subject: this.#title('Changed') }),
        ),
    ],
    [
      'move date',
      () =>
        this.#onInstance((id, date, instance) =>
          this.#tenant.control.updateInstance(id, date, this.#movedTimes(instance, 1)),
        ),
    ],
    ['rule', () => this.#onEvent((id, event) => this.#changeRule(id, event))],
    ['to another calendar', () => this.#onEvent((id) => this.#tenant.control.moveEvent(id, { calendar: 'Personal' }))],
    [
      'there and back',
      () =>
        this.#onEvent((id) =>
          this.#tenant.control.moveEvent(this.#tenant.control.moveEvent(id, { calendar: 'Personal' }).id, {}),
        ),
    ],
    ['copy', () => this.#onEvent((id) => this.#tenant.control.copyEvent(id, {}))],
    [
      'called off',
      () =>
        this.#onEvent((id) =>
          this.#tenant.control.updateEvent(id, { isCancelled: true, subject: this.#title('Canceled') }),
        ),
    ],
  ]

  #title(word: string): string {
    this.#count += 1
    return `${word} ${this.#count}`
  }

  #start(): string {
    const now = this.#tenant.clock.now()
    // Now and then beyond the window, before it or after it.
    const far = this.#chance.is(0.1) ? this.#chance.pick([-400, 900]) : 0
    const at = now + (far + this.#chance.between(-150, 500)) * dayMs
    const time = `${String(this.#chance.between(0, 23)).padStart(2, '0')}:${this.#chance.pick(['00', '15', '30'])}:00`
    return `${new Date(at).toISOString().slice(0, 10)}T${time}`
  }

  #single(): Json {
    return single(this.#title('Single'), this.#start(), this.#chance.pick([0, 15, 60, 600, 3000]))
  }

  #allDay(): Json {
    const start = Date.parse(`${this.#start().slice(0, 10)}T00:00:00Z`)
    const end = start + this.#chance.between(1, 4) * dayMs
    const time = (ms: number): Json => ({
      dateTime: new Date(ms).toISOString().slice(0, 19),
      timeZone: 'W. Europe Standard Time',
    })
    return { subject: this.#title('All day'), isAllDay: true, start: time(start), end: time(end) }
  }

  #series(): Json {
    const start = this.#start()
    const interval = this.#chance.between(1, 3)
    const dayOfMonth = this.#chance.pick([Number(start.slice(8, 10)), 29, 30, 31])
    const month = Number(start.slice(5, 7))
    const pattern = this.#chance.pick<Json>([
      { type: 'daily', interval },
      {
        type: 'weekly',
        interval,
        daysOfWeek: [this.#chance.pick(days), this.#chance.pick(days)],
        firstDayOfWeek: this.#chance.pick(days),
      },
      { type: 'weekly', interval: 1, daysOfWeek: days.slice(0, 5), firstDayOfWeek: 'monday' },
      { type: 'absoluteMonthly', interval, dayOfMonth },
      {
        type: 'relativeMonthly',
        interval: 1,
        daysOfWeek: [this.#chance.pick(days)],
        index: this.#chance.pick(['first', 'second', 'last']),
      },
      { type: 'absoluteYearly', interval: 1, dayOfMonth: Math.min(28, dayOfMonth), month },
    ])
    const until = new Date(Date.parse(`${start}Z`) + this.#chance.between(0, 400) * dayMs).toISOString().slice(0, 10)
    const range = this.#chance.pick<Json>([
      { type: 'noEnd' },
      { type: 'endDate', endDate: until },
      { type: 'numbered', numberOfOccurrences: this.#chance.between(1, 30) },
    ])
    return series(this.#title('Series'), start, pattern, range, this.#chance.pick(zones))
  }

  #changeRule(id: string, event: Json): void {
    if (event['type'] !== 'seriesMaster') return
    const { recurrence, start, end } = this.#series()
    this.#tenant.control.updateEvent(id, this.#chance.is(0.2) ? { recurrence: null } : { recurrence, start, end })
  }

  #onEvent(change: (id: string, event: Json) => unknown): void {
    const { events } = this.#tenant.control.truth({})
    if (events.length === 0) return
    const event = this.#chance.pick(events)
    change(textOf(event['id']), event)
  }

  #onInstance(change: (masterId: string, date: string, instance: Json) => unknown): void {
    const now = this.#tenant.clock.now()
    const print = (ms: number): string => new Date(ms).toISOString()
    const { instances } = this.#tenant.control.truth({}, { from: print(now - 30 * dayMs), to: print(now + 60 * dayMs) })
    const parts = instances.filter((instance) => typeof instance['seriesMasterId'] === 'string')
    if (parts.length === 0) return
    const instance = this.#chance.pick(parts)
    const master = textOf(instance['seriesMasterId'])
    change(master, this.#slotDate(instance), instance)
  }

  // The local date of a slot: its original start in the zone of its series.
  #slotDate(instance: Json): string {
    const original = textOf(instance['originalStart'])
    const label = textOf(instance['originalStartTimeZone'])
    const zone = ianaZones[label] ?? 'UTC'
    if (instance['isAllDay'] === true) return original.slice(0, 10)
    return new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    }).format(new Date(original))
  }

  #movedTimes(event: Json, maxDays = 40): Json {
    const shift = this.#chance.between(-maxDays, maxDays) * dayMs
    const minutes = event['isAllDay'] === true ? 0 : this.#chance.pick([0, 30, 120]) * 60_000
    const moved = (value: unknown): Json => {
      const text = typeof value === 'object' && value !== null && 'dateTime' in value ? String(value.dateTime) : ''
      return {
        dateTime: new Date(Date.parse(`${text.slice(0, 19)}Z`) + shift + minutes).toISOString().slice(0, 19),
        timeZone: 'UTC',
      }
    }
    const { start, end } = { start: moved(event['start']), end: moved(event['end']) }
    // A series that starts elsewhere needs a rule that starts there.
    return event['type'] === 'seriesMaster' ? { subject: this.#title('Renamed') } : { start, end }
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

const ianaZones: Readonly<Record<string, string>> = {
  'W. Europe Standard Time': 'Europe/Berlin',
  'Eastern Standard Time': 'America/New_York',
  'India Standard Time': 'Asia/Kolkata',
  'Tokyo Standard Time': 'Asia/Tokyo',
  'Pacific Standard Time': 'America/Los_Angeles',
}
