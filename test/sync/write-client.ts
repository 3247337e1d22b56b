// What people do in a calendar program, and what their colleagues do in Outlook meanwhile.
import { parseObject } from '../../src/ical/parse.ts'
import { printObject } from '../../src/ical/print.ts'
import type { CalendarObject, Component, Property } from '../../src/ical/object.ts'
import { component, property, textProperty, withProperties, withoutProperties } from '../../src/ical/text.ts'
import type { Simulator } from '../../src/simulator/simulator.ts'
import { edits, randomObject } from '../convert/random-edits.ts'
import type { Chance } from './editor.ts'
import { seen } from './write-facts.ts'
import { ics } from './write-rig.ts'

const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'UTC'] as const

/** A new event of a calendar program, as its text. */
export function newText(uid: string, chance: Chance): string {
  const object = chance.is(0.4) ? single(chance) : randomObject(() => chance.next())
  const made = { ...object, uid, master: object.master && withProperties(object.master, [property('UID', uid)]) }
  const begun = chance.is(0.4) ? edited(made, chance).object : made
  return printed(begun)
}

/** The text after one or two edits of a person, and which they were. */
export function editedText(text: string, chance: Chance): { readonly text: string; readonly told: string } {
  const first = edited(parseObject(text), chance)
  if (chance.is(0.7)) return { text: printed(first.object), told: first.told }
  const second = edited(first.object, chance)
  // A program that marks texts up leaves none of its HTML beside other words: nobody could tell which of the two is meant.
  const isContradiction = first.told === 'marks a text up' && second.told === 'writes a text beside its old HTML'
  if (isContradiction) return { text: printed(first.object), told: first.told }
  return { text: printed(second.object), told: `${first.told}, ${second.told}` }
}

// With zones as they are known here: a client's own cover only the dates that it had.
function printed(object: CalendarObject): string {
  return printObject({ ...object, zones: [] })
}

function single(chance: Chance): CalendarObject {
  const day = `2026${chance.pick(['01', '03', '04', '06'])}${chance.between(10, 28)}`
  const zone = chance.pick(zones)
  const [tzid, z] = zone === 'UTC' ? ['', 'Z'] : [`;TZID=${zone}`, '']
  const [start, end] = chance.pick([
    ['0600', '0615'],
    ['0915', '1000'],
    ['1400', '2330'],
  ] as const)
  const times = chance.is(0.3)
    ? [`DTSTART;VALUE=DATE:${day}`, `DTEND;VALUE=DATE:${Number(day) + 1}`]
    : [`DTSTART${tzid}:${day}T${start}00${z}`, `DTEND${tzid}:${day}T${end}00${z}`]
  return parseObject(ics(['UID:single', 'SUMMARY:Single', ...times]))
}

type Edit = (object: CalendarObject, chance: Chance) => CalendarObject

const ofSeries: Readonly<Record<string, Edit>> = Object.fromEntries(
  Object.entries(edits).map(([name, edit]) => [name, (object, chance) => edit(object, () => chance.next())]),
)

const ofAll: Readonly<Record<string, Edit>> = {
  'names a place': (object, chance) => setText(object, 'LOCATION', `Room ${chance.between(1, 999)}`),
  'names the event': (object, chance) => setText(object, 'SUMMARY', `Name ${chance.between(1, 999)}`),
  'writes a text': (object, chance) => setText(object, 'DESCRIPTION', `Words ${chance.between(1, 999)}`),
  'writes a text beside its old HTML': (object, chance) => beside(object, `Words ${chance.between(1, 999)}`),
  'marks a text up': (object, chance) => markUp(object, chance.between(1, 999)),
  'sorts it': (object, chance) => set(object, 'CATEGORIES', chance.pick(['Red', 'Blue', 'Blue,Red'])),
  'hides it': (object, chance) => set(object, 'CLASS', chance.pick(['PRIVATE', 'PUBLIC'])),
  'notes something': (object, chance) => set(object, 'X-NOTE', `${chance.between(1, 999)}`),
  'sets an alarm': (object, chance) => alarm(object, chance.pick([5, 15, 30])),
  'sets none': (object) => onMaster(object, (event) => ({ ...event, components: [] })),
  'sees an alarm': (object) => onMaster(object, acknowledged),
}

function edited(object: CalendarObject, chance: Chance): { readonly object: CalendarObject; readonly told: string } {
  const isSeries = object.master?.properties.some(({ name }) => name === 'RRULE') === true
  const table = isSeries && chance.is(0.6) ? ofSeries : ofAll
  const told = chance.pick(Object.keys(table))
  return { object: table[told]?.(object, chance) ?? object, told }
}

function onMaster(object: CalendarObject, change: (event: Component) => Component): CalendarObject {
  return { ...object, master: object.master && change(object.master) }
}

function set(object: CalendarObject, name: string, value: string): CalendarObject {
  return onMaster(object, (event) => withProperties(event, [property(name, value)]))
}

// A program that knows plain text only drops the marked-up forms of what it changes.
function setText(object: CalendarObject, name: string, text: string): CalendarObject {
  return onMaster(object, (event) =>
    withProperties(withoutProperties(event, name === 'DESCRIPTION' ? [name, 'X-ALT-DESC'] : [name]), [
      textProperty(name, text),
    ]),
  )
}

// Others keep all that stands beside the text that they show.
function beside(object: CalendarObject, text: string): CalendarObject {
  const { value } = textProperty('DESCRIPTION', text)
  return onMaster(object, (event) => {
    const change = (one: Property): Property => (one.name === 'DESCRIPTION' ? { ...one, value } : one)
    return { ...event, properties: event.properties.map(change) }
  })
}

// As Thunderbird does it.
function markUp(object: CalendarObject, word: number): CalendarObject {
  const altRep = `data:text/html,${encodeURIComponent(`Marked <b>${word}</b>`)}`
  return onMaster(object, (event) =>
    withProperties(event, [textProperty('DESCRIPTION', `Marked ${word}`, { ALTREP: altRep })]),
  )
}

function alarm(object: CalendarObject, minutes: number): CalendarObject {
  const lines = [property('ACTION', 'DISPLAY'), property('TRIGGER', `-PT${minutes}M`), property('DESCRIPTION', 'x')]
  return onMaster(object, (event) => ({ ...event, components: [component('VALARM', lines)] }))
}

function acknowledged(event: Component): Component {
  const seen = property('ACKNOWLEDGED', '20260302T120000Z')
  return { ...event, components: event.components.map((one) => withProperties(one, [seen])) }
}

/** Somebody in Outlook changes an event of a calendar. Gives what they did; undefined when there was nothing to do. */
export function outlookEdit(tenant: Simulator, calendar: string, id: string, chance: Chance): string | undefined {
  const { control } = tenant
  const word = `${chance.between(1, 999)}`
  const changes: Readonly<Record<string, () => void>> = {
    title: () => void control.updateEvent(id, { subject: `Outlook ${word}` }),
    place: () => void control.updateEvent(id, { location: { displayName: `Hall ${word}` } }),
    body: () =>
      void control.updateEvent(id, { body: { contentType: 'html', content: `<p>Marked <b>${word}</b></p>` } }),
    categories: () => void control.updateEvent(id, { categories: [chance.pick(['Green', 'Red'])] }),
    reminder: () =>
      void control.updateEvent(id, { isReminderOn: true, reminderMinutesBeforeStart: chance.pick([5, 60]) }),
    'title of a date': () =>
      onDate(tenant, calendar, id, chance, (day) => control.updateInstance(id, day, { subject: `Date ${word}` })),
    'place of a date': () =>
      onDate(tenant, calendar, id, chance, (day) =>
        control.updateInstance(id, day, { location: { displayName: `Corner ${word}` } }),
      ),
    'cancels a date': () => onDate(tenant, calendar, id, chance, (day) => control.cancelInstance(id, day)),
    rule: () => shorten(tenant, calendar, id, chance),
  }
  const told = chance.pick(Object.keys(changes))
  try {
    changes[told]?.()
    return told
  } catch (error) {
    // What Graph would refuse is not done.
    if (error instanceof Error && error.constructor.name === 'Refusal') return undefined
    throw error
  }
}

type Json = Readonly<Record<string, unknown>>

function onDate(
  tenant: Simulator,
  calendar: string,
  id: string,
  chance: Chance,
  change: (day: string) => unknown,
): void {
  const { events, instances } = tenant.control.truth({ calendar }, seen)
  const master = events.find((event) => event['id'] === id)
  const dates = instances.filter((row) => row['seriesMasterId'] === id)
  if (master === undefined || dates.length < 2) return
  change(String(chance.pick(dates)['slotDate']))
}

function shorten(tenant: Simulator, calendar: string, id: string, chance: Chance): void {
  const { events } = tenant.control.truth({ calendar })
  const recurrence: unknown = events.find((event) => event['id'] === id)?.['recurrence']
  if (typeof recurrence !== 'object' || recurrence === null || !('range' in recurrence)) return
  const range = { ...(recurrence.range as Json), type: 'numbered', numberOfOccurrences: chance.pick([4, 8, 12]) }
  tenant.control.updateEvent(id, { recurrence: { ...recurrence, range } })
}
