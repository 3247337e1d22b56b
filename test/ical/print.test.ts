import ICAL from 'ical.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { colorName } from '../../src/ical/color.ts'
import { contentLine } from '../../src/ical/lines.ts'
import type { CalendarObject, Component, Property } from '../../src/ical/object.ts'
import { parseCalendar, parseObject } from '../../src/ical/parse.ts'
import { printEvents, printFeed, printObject } from '../../src/ical/print.ts'
import { orderedProperties } from '../../src/ical/property-order.ts'
import { component, eventsOf, property, textOf, textProperty } from '../../src/ical/text.ts'
import { timezoneComponent } from '../../src/ical/timezone.ts'
import { cpuMs } from './cpu.ts'
import { casesOf, objectOfCase, textOfCase } from './fixtures.ts'

const objectOf = (name: string): CalendarObject => objectOfCase('objects', name)

/** The properties of a component in printing order, all the way down. */
function ordered(component: Component): Component {
  return { ...component, properties: orderedProperties(component), components: component.components.map(ordered) }
}

function single(properties: readonly Property[], components: readonly Component[] = []): CalendarObject {
  const all = [textProperty('UID', 'single'), property('DTSTART', '20260301T090000Z'), ...properties]
  return { uid: 'single', master: component('VEVENT', all, components), overrides: [], zones: [] }
}

describe('objects as text', () => {
  it.each(casesOf('objects'))('%s is its golden text, byte for byte', (name) => {
    expect(printObject(objectOf(name))).toBe(textOfCase('objects', name))
  })

  it.each(casesOf('objects'))('%s is read back as it was', (name) => {
    const object = objectOf(name)
    const read = parseObject(textOfCase('objects', name))
    expect(eventsOf(read)).toEqual(eventsOf(object).map(ordered))
    expect(read.uid).toBe(object.uid)
  })

  it.each(casesOf('objects'))('%s means the same to ical.js', (name) => {
    const calendar = new ICAL.Component(ICAL.parse(textOfCase('objects', name)))
    const theirs = calendar.getAllSubcomponents('vevent').map((event) => ({
      names: event.getAllProperties().map((property) => property.name),
      summary: event.getFirstPropertyValue('summary'),
      description: event.getFirstPropertyValue('description'),
      start: event.getFirstPropertyValue('dtstart')?.toString().replace(/[-:]/g, ''),
    }))
    const ours = eventsOf(parseObject(textOfCase('objects', name))).map((event) => ({
      names: event.properties.map(({ name }) => name.toLowerCase()),
      summary: textOf(event, 'SUMMARY'),
      description: textOf(event, 'DESCRIPTION') ?? null,
      start: textOf(event, 'DTSTART'),
    }))
    expect(theirs).toEqual(ours)
  })

  it.each(casesOf('foreign'))('%s, as another program wrote it, goes through print and parse unchanged', (name) => {
    const read = parseObject(textOfCase('foreign', name))
    const again = parseObject(printObject(read))
    expect(eventsOf(again)).toEqual(eventsOf(read).map(ordered))
    expect(printObject(again)).toBe(printObject(read))
  })

  it('keep the rules of every byte: CRLF, 75 octets, one VTIMEZONE per TZID before the events, no METHOD', () => {
    for (const name of casesOf('objects')) {
      const text = textOfCase('objects', name)
      expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true)
      expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
      expect(Math.max(...text.split('\r\n').map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75)
      expect(text).not.toMatch(/^METHOD/m)
      expect(text).not.toMatch(/\r\n\r\n/)
      const defined = [...text.matchAll(/^TZID:(.*)\r$/gm)].map(([, tzid]) => tzid)
      expect(new Set(defined).size).toBe(defined.length)
      expect(text.lastIndexOf('END:VTIMEZONE')).toBeLessThan(text.indexOf('BEGIN:VEVENT'))
    }
  })

  it('equal objects are equal bytes, in whatever order their properties were put', () => {
    const object = single([textProperty('SUMMARY', 'x'), property('STATUS', 'CONFIRMED'), textProperty('X-A', '1')])
    const { master } = object
    if (!master) throw new Error('no master')
    const turned = { ...object, master: { ...master, properties: [...master.properties].reverse() } }
    expect(printObject(turned)).toBe(printObject(object))
  })

  it('what ical-generator says is what the content line says', () => {
    const values = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        '',
        '0',
        '1',
        '9',
        '10',
        '007',
        'CONFIRMED',
        'confirmed',
        'OOF',
        'PUBLIC',
        'OPAQUE',
        'a\\, b',
        'a\\:b',
        'FREQ=DAILY',
        'FREQ=DAILY ',
      ),
    )
    const names = fc.constantFrom(
      'UID',
      'SEQUENCE',
      'RRULE',
      'SUMMARY',
      'DESCRIPTION',
      'LOCATION',
      'CATEGORIES',
      'PRIORITY',
      'STATUS',
      'TRANSP',
      'CLASS',
      'X-MICROSOFT-CDO-BUSYSTATUS',
      'X-A',
      'X-B',
      'DTSTAMP',
      'COMMENT',
    )
    const properties = fc.array(fc.tuple(names, values, fc.boolean()), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(properties, (made) => {
        const event = component(
          'VEVENT',
          made.map(([name, value, raw]) => (raw ? property(name, value) : textProperty(name, value))),
        )
        const expected = orderedProperties(event).map(contentLine)
        const text = printEvents({ uid: '', master: event, overrides: [], zones: [] })
        expect(text.replaceAll('\r\n ', '').split('\r\n').slice(1, -2)).toEqual(expected)
      }),
      { numRuns: 1000 },
    )
  })

  it('no value, parameter or name of a stranger becomes a line of its own', () => {
    const evil = 'x\r\nBEGIN:VALARM\r\nX:1\n\u2028\u0085END:VEVENT'
    const raw = (name: string, parameters: Property['parameters'] = []): Property => ({ name, parameters, value: evil })
    const names = [
      'SUMMARY',
      'UID',
      'RRULE',
      'URL',
      'STATUS',
      'CATEGORIES',
      'SEQUENCE',
      'X-A',
      `X-${evil}`,
      evil,
      'BEGIN',
      'END',
      'be gin',
      '',
    ]
    const parameters = [{ name: evil, values: [evil, evil] }]
    const object = single(names.flatMap((name) => [raw(name), raw(name, parameters)]))
    const text = printObject({ ...object, overrides: [component('VALARM\r\nX:1', [])] })
    expect(text.match(/^(?:BEGIN|END):.*$/gm)).toEqual([
      'BEGIN:VCALENDAR',
      'BEGIN:VEVENT',
      'END:VEVENT',
      'BEGIN:VALARMX1',
      'END:VALARMX1',
      'END:VCALENDAR',
    ])
    expect(text.split('\r\n').filter((line) => line.startsWith('X:'))).toEqual([])
  })

  it('a TZID that means nothing is refused rather than left undefined', () => {
    const object = single([property('EXDATE', '20260301T090000', { TZID: 'Mars/Olympus' })])
    expect(() => printObject(object)).toThrow('no IANA zone')
  })
})

describe('feeds as text', () => {
  const zones = [timezoneComponent('Europe/Berlin', Date.UTC(2026, 0, 1), null)]
  const fragments = ['series', 'timed', 'all-day'].map((name) => printEvents(objectOf(name)))
  const head = {
    name: 'Work; all of it',
    description: 'Mara, mornings\nand more',
    color: '#3366cc',
    timeZone: 'Europe/Berlin',
  }

  it('begin with their head, in one order', () => {
    expect(printFeed(head, zones, fragments).split('BEGIN:VTIMEZONE')[0]?.split('\r\n')).toEqual([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//graphdav//graphdav//EN',
      'CALSCALE:GREGORIAN',
      'METHOD:PUBLISH',
      'NAME:Work\\; all of it',
      'X-WR-CALNAME:Work\\; all of it',
      'X-WR-CALDESC:Mara\\, mornings\\nand more',
      'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
      'X-PUBLISHED-TTL:PT1H',
      'X-APPLE-CALENDAR-COLOR:#3366CC',
      'X-WR-TIMEZONE:Europe/Berlin',
      'COLOR:royalblue',
      '',
    ])
  })

  it('hold the fragments as they are, after the zones', () => {
    const text = printFeed(head, zones, fragments)
    expect(text).toContain(`END:VTIMEZONE\r\n${fragments.join('')}END:VCALENDAR\r\n`)
    expect(parseCalendar(text).objects.map(({ uid }) => uid)).toEqual([
      'series@graphdav',
      'timed@graphdav',
      'all-day@graphdav',
    ])
  })

  it('do without description and colour, and leave out a colour that is none', () => {
    const text = printFeed({ name: 'x', timeZone: 'UTC', color: 'red\r\nX:1', refreshSeconds: 900 }, [], [])
    expect(text).not.toMatch(/COLOR|CALDESC|X:1/)
    expect(text).toContain('REFRESH-INTERVAL;VALUE=DURATION:PT15M\r\n')
  })

  it('a name of a stranger stays in its line, folded', () => {
    const text = printFeed({ name: `A${'ä'.repeat(100)}\r\nEND:VCALENDAR`, timeZone: 'UTC' }, [], [])
    expect(text.replaceAll('\r\n ', '').match(/END:VCALENDAR/g)).toHaveLength(3)
    expect(text.match(/^END:VCALENDAR/gm)).toHaveLength(1)
    expect(Math.max(...text.split('\r\n').map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75)
  })

  it('ten thousand events are printed in seconds', () => {
    const object = objectOf('series')
    const begun = cpuMs()
    for (let index = 0; index < 5_000; index += 1) printEvents(object)
    expect(cpuMs() - begun).toBeLessThan(4_000)
  })

  it('colours have the nearest CSS name', () => {
    expect(['#ff0000', '#0078D4', '#32cd30', '#fefefe'].map(colorName)).toEqual([
      'red',
      'dodgerblue',
      'limegreen',
      'white',
    ])
  })
})
