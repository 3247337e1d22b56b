// The way back of the golden pairs: object.ics → graph.json, what creating its events would send (UPDATE=1 writes it anew, a
// person reads it). And the round trip: beside the event as Graph has it, the text says exactly that event again.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { GraphdavError } from '../../src/base/errors.ts'
import { eventToGraph } from '../../src/convert/event.ts'
import { calendarAddress } from '../../src/convert/people.ts'
import { dayOfGraph, instantOfGraph } from '../../src/convert/time.ts'
import { ianaOfLabel } from '../../src/convert/zones.ts'
import type { GraphDateTime, GraphEvent, GraphEventInput } from '../../src/graph/types.ts'
import { zonesOf } from '../../src/ical/instant.ts'
import type { CalendarObject, Component } from '../../src/ical/object.ts'
import { parseObject } from '../../src/ical/parse.ts'
import { graphSeries, type SeriesFields } from './graph-events.ts'
import { recurrenceMeaning } from './meaning.ts'

const fixtures = resolve(import.meta.dirname, '../../fixtures')

function foldersOf(name: string): readonly string[] {
  return readdirSync(join(fixtures, name), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(name, entry.name))
}

function read(...path: readonly string[]): string {
  const file = join(fixtures, ...path)
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

function toGraph(component: Component, object: CalendarObject, current?: GraphEvent): unknown {
  const losses: string[] = []
  const zones = zonesOf(object.zones, 'Europe/Berlin')
  try {
    const input = eventToGraph(component, { zones, current, onLoss: (sentence) => losses.push(sentence) })
    return losses.length === 0 ? input : { ...input, losses }
  } catch (error) {
    if (error instanceof GraphdavError)
      return { refused: error.message, ...('property' in error && { part: error.property }) }
    throw error
  }
}

describe('a text, as creating its events would send it', () => {
  it.each([...foldersOf('convert'), ...foldersOf('put')])('%s', (name) => {
    const object = parseObject(read(name, name.startsWith('put') ? 'put.ics' : 'object.ics'))
    const found = {
      ...(object.master && { master: toGraph(object.master, object) }),
      ...(object.overrides.length > 0 && { overrides: object.overrides.map((override) => toGraph(override, object)) }),
    }
    const text = `${JSON.stringify(found, null, 2)}\n`
    if (process.env['UPDATE'] === '1') writeFileSync(join(fixtures, name, 'graph.json'), text)
    expect(text).toBe(read(name, 'graph.json'))
  })
})

/** Cases whose text cannot mean the event exactly; each is a loss that is said or listed. */
const lossy: Readonly<Record<string, string>> = {
  'convert/all-day-no-length': 'an all-day event of no length is one day',
  'convert/attendees-twice': 'an address twice is one attendee',
  'convert/attendees-without-address': 'who has neither address nor name is left out',
  'convert/count-missing': 'a numbered range without a number is one date',
  'convert/override-without-time': 'a date without a time stays in its place',
  'convert/series-start-off-pattern': 'the series begins at its first date',
  'convert/series-unknown-zone-moved-start': 'the recurrence begins where the series does',
  'convert/series-without-dates': 'a series that ends before its first date is one date, cancelled',
  'convert/single-ends-before-start': 'an end before the start is no length',
  'convert/subject-special': 'characters that no calendar can carry',
  'convert/until-missing': 'an end date that is none',
  'convert/yearly-31-april': 'a day that the month never has is its last one',
}

describe('a text beside its event', () => {
  it.each(foldersOf('convert').filter((name) => !(name in lossy)))('%s says the same event', (name) => {
    const given = JSON.parse(read(name, 'events.json')) as { readonly series: readonly SeriesFields[] }
    const object = parseObject(read(name, 'object.ics'))
    const series = given.series.map(graphSeries)
    const [mains, exceptions] = [series.map(({ main }) => main), series.flatMap((one) => one.exceptions)]
    const replaced = object.master ? [...exceptions, ...mains.slice(1)] : mains
    const pairs = [
      ...(object.master && mains[0] ? [[object.master, mains[0]] as const] : []),
      ...(replaced.length === object.overrides.length ? zip(object.overrides, replaced.toSorted(bySlot)) : []),
    ]
    expect(pairs.length).toBeGreaterThan(0)
    for (const [component, event] of pairs) {
      const input = toGraph(component, object, event) as GraphEventInput
      expect(meaningOf(input, event)).toEqual(meaningOf(inputOf(event), event))
    }
  })
})

function zip<A, B>(ones: readonly A[], others: readonly B[]): readonly (readonly [A, B])[] {
  return ones.flatMap((one, index) => {
    const other = others[index]
    return other === undefined ? [] : [[one, other] as const]
  })
}

function bySlot(one: GraphEvent, other: GraphEvent): number {
  const slot = (event: GraphEvent): string => event.originalStart ?? event.start.dateTime
  return slot(one) < slot(other) ? -1 : 1
}

/** What an event would be sent as if Graph's own values were written back. */
function inputOf(event: GraphEvent): GraphEventInput {
  const { location, locations } = event
  const places = [...locations, ...(location ? [location] : [])]
  const coordinates = places.find(
    ({ latitude, longitude }) => latitude !== null && longitude !== null && latitude <= 90,
  )
  return {
    subject: event.subject ?? '',
    body: { contentType: event.bodyContentType, content: event.body },
    start: event.start,
    end: event.end,
    isAllDay: event.isAllDay,
    recurrence: event.recurrence,
    location: {
      displayName:
        location?.displayName ||
        locations
          .map(({ displayName }) => displayName)
          .filter((name) => name)
          .join('; '),
      ...(coordinates && {
        coordinates: { latitude: coordinates.latitude ?? 0, longitude: coordinates.longitude ?? 0 },
      }),
    },
    attendees: event.attendees.filter(({ emailAddress }) => calendarAddress(emailAddress) !== undefined),
    showAs: event.showAs,
    sensitivity: event.sensitivity,
    importance: event.importance,
    categories: event.categories.filter((name) => name !== ''),
    isReminderOn: event.isReminderOn,
    ...(event.isReminderOn && { reminderMinutesBeforeStart: event.reminderMinutesBeforeStart }),
    allowNewTimeProposals: event.allowNewTimeProposals,
  }
}

/** The same event in the same form: instants, days, zones under one name, coordinates of six decimals. */
function meaningOf(input: GraphEventInput, event: GraphEvent): unknown {
  const { start, end, isAllDay, recurrence, location, attendees, ...plain } = input
  const moment = (time: GraphDateTime | undefined): unknown =>
    time && (isAllDay ? dayOfGraph(time, event.originalStartTimeZone) : instantOfGraph(time))
  const coordinates = location?.coordinates
  return {
    ...plain,
    isAllDay,
    start: moment(start),
    end: moment(end),
    recurrence: recurrence && recurrenceMeaning(recurrence, start),
    location: location?.displayName,
    coordinates: coordinates && [coordinates.latitude, coordinates.longitude].map((degrees) => degrees.toFixed(5)),
    attendees: attendees?.map(({ type, emailAddress }) => ({ type, emailAddress })),
  }
}

describe('zones of the way back', () => {
  it('a series goes to Graph in the zone in which it repeats', () => {
    const object = parseObject(read('convert', 'series-lord-howe', 'object.ics'))
    const input = object.master && (toGraph(object.master, object) as GraphEventInput)
    expect(ianaOfLabel(input?.recurrence?.range.recurrenceTimeZone ?? '')).toBe('Australia/Lord_Howe')
    expect(input?.start?.timeZone).toBe('Lord Howe Standard Time')
  })
})
