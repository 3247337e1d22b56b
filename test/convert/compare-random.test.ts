// What programs do to a text without being asked, in any combination, is no change.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compareObjects } from '../../src/convert/compare.ts'
import type { CalendarObject, Component, Property } from '../../src/ical/object.ts'
import { parseObject } from '../../src/ical/parse.ts'
import { printObject } from '../../src/ical/print.ts'
import { property, withParameter, withProperties, withoutProperties } from '../../src/ical/text.ts'
import { printTime, timeOf, timesOf, wallMs } from '../../src/ical/value.ts'
import { ianaOfTzid, ianaZone, instantIn, utc, wallIn } from '../../src/ical/zone.ts'
import { printChanges } from './print-changes.ts'
import { pick, randomFrom, type Random } from './random-series.ts'

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
const count = Number(process.env['REWRITES'] ?? 250)
const context = { floatingZone: 'Europe/Berlin', ownAddresses: ['mara@fabrikam.example'] }

const fixtures = resolve(import.meta.dirname, '../../fixtures')
const texts = ['compare', 'write'].flatMap((folder) =>
  readdirSync(join(fixtures, folder)).map((name) => readFileSync(join(fixtures, folder, name, 'put.ics'), 'utf8')),
)

type Rewrite = (event: Component, random: Random) => Component

const mapLines =
  (names: readonly string[], change: (line: Property, random: Random) => Property): Rewrite =>
  (event, random) => ({
    ...event,
    properties: event.properties.map((line) => (names.includes(line.name) ? change(line, random) : line)),
  })

/** Each by its habit; none of them changes what the text means. */
const rewrites: Readonly<Record<string, Rewrite>> = {
  'other stamps': (event) =>
    withProperties(
      event,
      ['DTSTAMP', 'LAST-MODIFIED', 'CREATED'].map((name) => property(name, '20260401T000000Z')),
    ),
  'a sequence of its own': (event) => withProperties(event, [property('SEQUENCE', '3')]),
  'another order': (event, random) => ({ ...event, properties: shuffled(event.properties, random) }),
  'a duration for the end': durationForEnd,
  'zones by a path': mapLines(['DTSTART', 'DTEND', 'EXDATE', 'RECURRENCE-ID'], (line) => {
    const tzid = zoneOf(line)
    return tzid === undefined ? line : withParameter(line, 'TZID', `/mozilla.org/20050126_1/${tzid}`)
  }),
  'recurrence ids and exdates in UTC': mapLines(['RECURRENCE-ID', 'EXDATE'], inUtc),
  'defaults left out': (event) =>
    withoutProperties(event, ['STATUS', 'TRANSP', 'CLASS', 'X-MICROSOFT-CDO-INTENDEDSTATUS']),
  'defaults said': mapLines(['ATTENDEE'], (line) => {
    const typed = line.parameters.some(({ name }) => name === 'CUTYPE')
    return typed ? line : withParameter(line, 'CUTYPE', 'INDIVIDUAL')
  }),
  'shouted addresses': mapLines(['ATTENDEE', 'ORGANIZER'], (line) => ({
    ...line,
    value: line.value.replace(/^mailto:(.*)$/i, (_, address: string) => `MAILTO:${address.toUpperCase()}`),
  })),
  'names and requests of its own': mapLines(['ATTENDEE'], (line) =>
    withParameter(withParameter(line, 'CN', 'Somebody'), 'RSVP', 'FALSE'),
  ),
  'a rule in another order': mapLines(['RRULE'], (line, random) => {
    const parts = line.value.split(';')
    const said = parts.some((part) => part.startsWith('INTERVAL=')) ? parts : [...parts, 'INTERVAL=1']
    return { ...line, value: shuffled(said, random).join(';') }
  }),
  'spaces at the end': mapLines(['SUMMARY', 'LOCATION', 'DESCRIPTION'], (line) => ({
    ...line,
    value: `${line.value} `,
  })),
  'categories line by line': (event) => {
    const lines = event.properties.filter(({ name }) => name === 'CATEGORIES')
    const names = lines.flatMap(({ value }) => value.split(/(?<!\\),/))
    return withProperties(
      event,
      names.reverse().map((name) => property('CATEGORIES', name)),
    )
  },
  'alarms with names of its own': (event) => ({
    ...event,
    components: event.components.map((alarm) =>
      withProperties(alarm, [property('UID', 'own'), property('X-WR-ALARMUID', 'own')]),
    ),
  }),
}

function shuffled<Item>(items: readonly Item[], random: Random): readonly Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item)
}

function durationForEnd(event: Component): Component {
  const [start, end] = ['DTSTART', 'DTEND'].map((name) => event.properties.find((line) => line.name === name))
  if (!start || !end || zoneOf(start) !== zoneOf(end)) return event
  const [from, to] = [timeOf(start), timeOf(end)]
  const minutes = (wallMs(to.wall) - wallMs(from.wall)) / 60_000
  if (minutes < 0 || minutes >= 1440 || from.kind === 'date') return event
  const rest = withoutProperties(event, ['DTEND'])
  return { ...rest, properties: [...rest.properties, property('DURATION', `PT${minutes}M`)] }
}

function zoneOf(line: Property): string | undefined {
  const tzid = line.parameters.find(({ name }) => name === 'TZID')?.values[0]
  return tzid === undefined ? undefined : ianaOfTzid(tzid)
}

function inUtc(line: Property): Property {
  const zone = zoneOf(line)
  if (zone === undefined) return line
  const times = timesOf(line).map(
    ({ wall }) => ({ kind: 'utc', wall: wallIn(utc, instantIn(ianaZone(zone), wall)) }) as const,
  )
  return property(line.name, times.map(printTime).join(','))
}

function rewritten(object: CalendarObject, names: readonly string[], random: Random): CalendarObject {
  const change = (event: Component): Component =>
    names.reduce((changed, name) => rewrites[name]?.(changed, random) ?? changed, event)
  return { ...object, master: object.master && change(object.master), overrides: object.overrides.map(change) }
}

describe(`rewritten texts (seed ${seed})`, () => {
  it(`${count} of them say what they said`, () => {
    const random = randomFrom(seed)
    for (let run = 0; run < count; run += 1) {
      const object = parseObject(pick(random, texts))
      const names = Object.keys(rewrites).filter(() => random() < 0.4)
      const other = parseObject(printObject(rewritten(object, shuffled(names, random), random)))
      const changes = compareObjects(object, other, context)
      expect({ run, uid: object.uid, names, changes: printChanges(changes) }).toEqual({
        run,
        uid: object.uid,
        names,
        changes: {},
      })
    }
  })
})
