// Kept values: what Graph cannot hold goes out of a PUT, through JSON, and back into what is served.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compareObjects } from '../../src/convert/compare.ts'
import { isDurableName, isVolatileName } from '../../src/convert/compare-lines.ts'
import { detailsOf } from '../../src/convert/compare-people.ts'
import { settledAlarms, alarmKey } from '../../src/convert/compare-alarms.ts'
import { isNothing, nothingKept, parseKept, printKept, type Kept } from '../../src/convert/kept.ts'
import { mergeKept } from '../../src/convert/kept-merge.ts'
import { collectKept } from '../../src/convert/kept-object.ts'
import { fitKept } from '../../src/convert/kept-size.ts'
import type { CalendarObject, Component } from '../../src/ical/object.ts'
import { parseObject } from '../../src/ical/parse.ts'
import { printObject } from '../../src/ical/print.ts'
import { eventsOf, property, propertiesOf } from '../../src/ical/text.ts'
import { printChanges } from './print-changes.ts'

const floatingZone = 'Europe/Berlin'
const context = { floatingZone, ownAddresses: ['mara@fabrikam.example'] }

/** A calendar object of these lines; BEGIN and END of the event and what every event has are added. */
function object(...events: readonly (readonly string[])[]): CalendarObject {
  const blocks = events.map((lines) => ['BEGIN:VEVENT', 'UID:a@b', 'DTSTAMP:20260101T000000Z', ...lines, 'END:VEVENT'])
  return parseObject(['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:x', ...blocks.flat(), 'END:VCALENDAR', ''].join('\r\n'))
}

const times = ['DTSTART;TZID=Europe/Berlin:20260303T100000', 'DTEND;TZID=Europe/Berlin:20260303T110000']
const carrier = 'X-MICROSOFT-CDO-BUSYSTATUS:BUSY'
const alarm = (...lines: readonly string[]): readonly string[] => [
  'BEGIN:VALARM',
  'ACTION:DISPLAY',
  ...lines,
  'END:VALARM',
]

function collect(
  put: CalendarObject,
  expected: CalendarObject,
  before: { readonly served?: CalendarObject; readonly durable?: Kept; readonly local?: Kept } = {},
): { readonly durable: Kept; readonly local: Kept; readonly moved: number } {
  return collectKept({
    put,
    expected,
    served: before.served,
    shown: before.served,
    durable: before.durable ?? nothingKept,
    local: before.local ?? nothingKept,
    floatingZone,
  })
}

/** Through JSON, as it is stored. */
function stored(kept: Kept): Kept {
  return parseKept(printKept(kept)).kept
}

function merged(
  shown: CalendarObject,
  { durable, local }: { readonly durable: Kept; readonly local: Kept },
): CalendarObject {
  return mergeKept(shown, { durable: [stored(durable)], local: stored(local) })
}

function lines(found: CalendarObject, name: string): readonly string[] {
  return eventsOf(found).flatMap((event) => propertiesOf(event, name).map(({ value }) => value))
}

describe('kept values of a single event', () => {
  it('give back properties that Graph has no place for', () => {
    const put = object([
      ...times,
      'SUMMARY:x',
      'X-APPLE-TRAVEL-DURATION;VALUE=DURATION:PT30M',
      'RELATED-TO:other',
      'URL:https://a.example',
    ])
    const graph = object([...times, 'SUMMARY:x', 'URL:https://outlook.example'])
    const kept = collect(put, graph)
    expect(printKept(kept.durable)).toBe(
      '{"v":1,"main":[{"line":"X-APPLE-TRAVEL-DURATION;VALUE=DURATION:PT30M"},{"line":"RELATED-TO:other"},{"line":"URL:https://a.example"}]}',
    )
    expect(isNothing(kept.local)).toBe(true)
    expect(lines(merged(graph, kept), 'URL')).toEqual(['https://a.example'])
    expect(lines(merged(graph, kept), 'RELATED-TO')).toEqual(['other'])
  })

  it('keep nothing of what Graph shows by itself', () => {
    const put = object([
      ...times,
      'URL;VALUE=URI:https://outlook.example',
      ...alarm('TRIGGER:-PT15M', 'DESCRIPTION:other'),
    ])
    const graph = object([...times, 'URL:https://outlook.example', ...alarm('TRIGGER:-PT15M', 'DESCRIPTION:x')])
    expect(isNothing(collect(put, graph).durable)).toBe(true)
  })

  it('give back all alarms while the reminder in Graph is the one that was chosen', () => {
    const put = object([
      ...times,
      ...alarm('TRIGGER:-PT15M'),
      ...alarm('TRIGGER:-P1D'),
      ...alarm('TRIGGER;RELATED=END:PT0S'),
    ])
    const graph = object([...times, ...alarm('TRIGGER:-PT15M')])
    const kept = collect(put, graph)
    const [back] = eventsOf(merged(graph, kept))
    expect(back && settledAlarms(back).map(alarmKey)).toEqual([
      'DISPLAY -900 START',
      'DISPLAY -86400 START',
      'DISPLAY 0 END',
    ])
    const changed = object([...times, ...alarm('TRIGGER:-PT30M')])
    const [other] = eventsOf(merged(changed, kept))
    expect(other && settledAlarms(other).map(alarmKey)).toEqual(['DISPLAY -1800 START'])
  })

  it('are dropped when the place they belong to changed in Graph', () => {
    const put = object([
      ...times,
      'LOCATION:Room 4',
      'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE=Room 4:geo:52.5,13.4',
    ])
    const kept = collect(put, object([...times, 'LOCATION:Room 4']))
    expect(lines(merged(object([...times, 'LOCATION:Room 4 ']), kept), 'X-APPLE-STRUCTURED-LOCATION')).toHaveLength(1)
    expect(lines(merged(object([...times, 'LOCATION:Room 5']), kept), 'X-APPLE-STRUCTURED-LOCATION')).toEqual([])
  })

  it('are not bound to a new place by a client that gives them back without knowing them', () => {
    const place = 'X-APPLE-STRUCTURED-LOCATION;VALUE=URI:geo:52.5,13.4'
    const served = object([...times, 'LOCATION:Room 4', place, carrier])
    const put = object([...times, 'LOCATION:Room 5', place, carrier])
    expect(isNothing(collect(put, object([...times, 'LOCATION:Room 5']), { served }).durable)).toBe(true)
  })

  it('stay when a client drops what it does not know, and go when one that knows them takes them out', () => {
    const served = object([...times, 'X-COLOR-OF-INK:blue', carrier])
    const graph = object([...times, carrier])
    const { durable } = collect(served, graph)
    const unaware = collect(object([...times]), graph, { served, durable })
    expect(printKept(unaware.durable)).toBe(printKept(durable))
    const aware = collect(object([...times, carrier]), graph, { served, durable })
    expect(isNothing(aware.durable)).toBe(true)
  })

  it('remember the digit of a priority as long as the importance is the same', () => {
    const kept = collect(object([...times, 'PRIORITY:3']), object([...times, 'PRIORITY:1']))
    expect(lines(merged(object([...times, 'PRIORITY:1']), kept), 'PRIORITY')).toEqual(['3'])
    expect(lines(merged(object([...times, 'PRIORITY:9']), kept), 'PRIORITY')).toEqual(['9'])
    expect(lines(merged(object(times), kept), 'PRIORITY')).toEqual([])
  })

  it('give parameters back to who is still invited', () => {
    const leo = 'mailto:leo@adatum.example'
    const put = object([
      ...times,
      `ORGANIZER:mailto:oda@adatum.example`,
      `ATTENDEE;ROLE=CHAIR;DELEGATED-FROM="mailto:a@b.example":${leo}`,
    ])
    const graph = object([...times, `ORGANIZER:mailto:oda@adatum.example`, `ATTENDEE;ROLE=REQ-PARTICIPANT:${leo}`])
    const kept = collect(put, graph)
    expect(printObject(merged(graph, kept))).toContain(
      'ATTENDEE;ROLE=CHAIR;DELEGATED-FROM="mailto:a@b.example":mailto:leo',
    )
    const optional = object([...times, `ORGANIZER:mailto:oda@adatum.example`, `ATTENDEE;ROLE=OPT-PARTICIPANT:${leo}`])
    expect(printObject(merged(optional, kept))).toContain('ATTENDEE;ROLE=OPT-PARTICIPANT;DELEGATED-FROM=')
    expect(printObject(merged(object(times), kept))).not.toContain('leo')
  })

  it('give the zone its own name back, but never move an instant', () => {
    const vienna = times.map((line) => line.replace('Berlin', 'Vienna'))
    const kept = collect(object(vienna), object(times))
    expect(printKept(kept.durable)).toBe('{"v":1,"main":[{"zone":["Europe/Berlin","Europe/Vienna"]}]}')
    expect(printObject(merged(object(times), kept))).toContain('DTSTART;TZID=Europe/Vienna:20260303T100000')
    const wrong: Kept = { main: [{ kind: 'zone', served: 'Europe/Berlin', own: 'Europe/London' }], slots: new Map() }
    expect(printObject(merged(object(times), { durable: wrong, local: nothingKept }))).not.toContain('London')
    const lagos: Kept = { main: [{ kind: 'zone', served: 'Europe/Berlin', own: 'Africa/Lagos' }], slots: new Map() }
    expect(
      printObject(merged(object([...times, 'RRULE:FREQ=DAILY']), { durable: lagos, local: nothingKept })),
    ).not.toContain('Lagos')
  })

  it('of reminders that were seen or put off stay in the local store', () => {
    const seen = alarm('UID:1', 'TRIGGER:-PT15M', 'ACKNOWLEDGED:20260303T084501Z')
    const later = alarm('UID:2', 'TRIGGER;VALUE=DATE-TIME:20260303T085001Z', 'RELATED-TO;RELTYPE=SNOOZE:1')
    const put = object([...times, 'X-MOZ-LASTACK:20260303T084501Z', ...seen, ...later])
    const graph = object([...times, ...alarm('UID:1', 'TRIGGER:-PT15M')])
    const kept = collect(put, graph)
    expect(isNothing(kept.durable)).toBe(true)
    expect(printChanges(compareObjects(put, merged(graph, kept), context))).toEqual({})
    const moved = object([times[0]!.replace('T10', 'T12'), times[1]!.replace('T11', 'T13'), ...alarm('TRIGGER:-PT15M')])
    expect(lines(merged(moved, kept), 'X-MOZ-LASTACK')).toEqual([])
  })

  it('of people whom the client mails itself stay in the local store', () => {
    const put = object([
      ...times,
      'ORGANIZER:mailto:mara@fabrikam.example',
      'ATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:sol@fabrikam.example',
    ])
    const kept = collect(put, object(times))
    expect(isNothing(kept.durable)).toBe(true)
    expect(lines(merged(object(times), kept), 'ATTENDEE')).toEqual(['mailto:sol@fabrikam.example'])
    expect(lines(merged(object(times), kept), 'ORGANIZER')).toEqual(['mailto:mara@fabrikam.example'])
  })
})

describe('kept values of instances', () => {
  const rule = 'RRULE:FREQ=WEEKLY;BYDAY=TU'
  const instance = (day: string, ...more: readonly string[]): readonly string[] => [
    `RECURRENCE-ID;TZID=Europe/Berlin:${day}T100000`,
    `DTSTART;TZID=Europe/Berlin:${day}T120000`,
    `DTEND;TZID=Europe/Berlin:${day}T130000`,
    ...more,
  ]

  it('are those of the series unless they have their own', () => {
    const put = object(
      [...times, rule, 'X-A:1', carrier],
      instance('20260310', 'X-A:1', carrier),
      instance('20260317', 'X-A:2', carrier),
      instance('20260324', carrier),
    )
    const graph = object([...times, rule], instance('20260310'), instance('20260317'), instance('20260324'))
    const kept = collect(put, graph)
    expect(printKept(kept.durable)).toBe(
      '{"v":1,"main":[{"line":"X-A:1"}],"slots":{"2026-03-17":[{"line":"X-A:2"}],"2026-03-24":[]}}',
    )
    expect(lines(merged(graph, kept), 'X-A')).toEqual(['1', '1', '2'])
    const more = object([...times, rule], instance('20260310'), instance('20260331'))
    expect(lines(merged(more, kept), 'X-A')).toEqual(['1', '1', '2', '1'])
  })

  it('make an override of a date that Graph shows as its series does, if the series still has that date', () => {
    const plain = [
      'RECURRENCE-ID;TZID=Europe/Berlin:20260310T100000',
      ...times.map((line) => line.replace('0303T', '0310T')),
    ]
    const kept = collect(
      object([...times, rule, 'SUMMARY:x'], [...plain, 'SUMMARY:x', 'X-A:2']),
      object([...times, rule, 'SUMMARY:x']),
    )
    const text = printObject(merged(object([...times, rule, 'SUMMARY:x']), kept))
    expect(text).toContain('RECURRENCE-ID;TZID=Europe/Berlin:20260310T100000')
    expect(text.match(/SUMMARY:x/g)).toHaveLength(2)
    const cancelled = object([...times, rule, 'EXDATE;TZID=Europe/Berlin:20260310T100000'])
    expect(merged(cancelled, kept).overrides).toEqual([])
    expect(merged(object([...times, 'RRULE:FREQ=WEEKLY;BYDAY=WE']), kept).overrides).toEqual([])
    expect(merged(object([...times, 'RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=1']), kept).overrides).toEqual([])
    expect(merged(object(times), kept).overrides).toEqual([])
  })

  it('work for all-day series', () => {
    const day = ['DTSTART;VALUE=DATE:20260303', 'RRULE:FREQ=WEEKLY;BYDAY=TU']
    const put = object(day, ['RECURRENCE-ID;VALUE=DATE:20260310', 'DTSTART;VALUE=DATE:20260310', 'X-A:2'])
    expect(printObject(merged(object(day), collect(put, object(day))))).toContain('RECURRENCE-ID;VALUE=DATE:20260310')
  })

  it('of overrides without a master are found by their dates, whichever series has them', () => {
    const put = object(instance('20260310', 'X-A:1'), instance('20260317', 'X-A:2'))
    const graph = object(instance('20260310'), instance('20260317'))
    const { durable } = collect(put, graph)
    const parts = [...durable.slots].map(([day, pieces]) => ({ main: [], slots: new Map([[day, pieces]]) }))
    expect(parts).toHaveLength(2)
    expect(lines(mergeKept(graph, { durable: parts, local: nothingKept }), 'X-A')).toEqual(['1', '2'])
  })
})

describe('the JSON of kept values', () => {
  it('is refused with a sentence when its version is another, and when it is no JSON', () => {
    expect(parseKept('{"v":2,"main":[{"line":"X-A:1"}]}')).toEqual({
      kept: nothingKept,
      loss: expect.stringContaining('another version'),
    })
    for (const text of ['x', '[]', '{}', 'null', '{"v":1'.repeat(3)]) {
      expect(parseKept(text).kept).toEqual(nothingKept)
      expect(parseKept(text).loss).toMatch(/is not shown$/)
    }
    expect(parseKept(null)).toEqual({ kept: nothingKept })
    expect(parseKept('')).toEqual({ kept: nothingKept })
  })

  it('leaves out pieces that are strange', () => {
    const pieces = [
      1,
      null,
      {},
      { line: 3 },
      { line: 'no colon' },
      { alarms: 'x' },
      { zone: ['a'] },
      { seen: 'x' },
      { line: 'X-A:1', tie: [1] },
    ]
    expect(
      printKept(parseKept(JSON.stringify({ v: 1, main: pieces, slots: { never: [], '2026-03-03': 7 } })).kept),
    ).toBe('{"v":1,"main":[{"line":"X-A:1"}],"slots":{"2026-03-03":[]}}')
  })

  it('cannot touch times, identity or the order of things', () => {
    const hostile = [
      'DTSTART:20300101T000000Z',
      'UID:other',
      'RRULE:FREQ=DAILY',
      'ATTENDEE:mailto:x@y',
      'SUMMARY:hacked',
      'END:VEVENT',
    ]
    const { kept } = parseKept(JSON.stringify({ v: 1, main: hostile.map((line) => ({ line })) }))
    const shown = object([...times, 'SUMMARY:x'])
    const text = printObject(mergeKept(shown, { durable: [kept], local: nothingKept }))
    expect(printChanges(compareObjects(shown, parseObject(text), context))).toEqual({})
    expect(text).not.toMatch(/hacked|other|2030|x@y/)
  })

  it('is at most 64 KB: the longest values stay in the local store', () => {
    const long = (name: string, length: number): string => `${name}:${'ü'.repeat(length)}`
    const put = object([...times, long('X-A', 20_000), long('X-B', 25_000), long('X-C', 10), long('X-D', 30_000)])
    const { durable, local, moved } = collect(put, object(times))
    expect(Buffer.byteLength(printKept(durable))).toBeLessThanOrEqual(65_536)
    expect([...durable.main, ...local.main].map((piece) => piece.kind === 'property' && piece.line.name)).toEqual([
      'X-A',
      'X-C',
      'X-B',
      'X-D',
    ])
    expect(moved).toBe(2)
    expect(printChanges(compareObjects(put, merged(object(times), { durable, local }), context))).toEqual({})
    expect(fitKept(durable, 10).durable).toEqual(nothingKept)
  })
})

describe('every text of fixtures/compare', () => {
  const folder = resolve(import.meta.dirname, '../../fixtures/compare')
  const texts = readdirSync(folder).flatMap((name) => ['served.ics', 'put.ics'].map((file) => join(name, file)))

  // What Graph would show of an event, as far as kept values matter.
  function graphOnly(event: Component): Component {
    const plain = settledAlarms(event).map(alarmKey)
    return {
      ...event,
      properties: event.properties
        .filter(({ name }) => !isDurableName(name) && !isVolatileName(name) && name !== 'PRIORITY')
        .filter(({ parameters }) => !parameters.some(({ values }) => values.includes('CLIENT')))
        .map((line) => ({
          ...line,
          parameters: line.parameters.filter(
            (parameter) => line.name !== 'ATTENDEE' || !detailsOf(line).includes(parameter),
          ),
        })),
      components: /^DISPLAY -\d+ START$/.test(plain.join())
        ? [
            {
              ...event.components[0]!,
              properties: event.components[0]!.properties.filter(({ name }) => name !== 'ACKNOWLEDGED'),
            },
          ]
        : [],
    }
  }

  it.each(texts)('%s comes back whole', (file) => {
    const put = parseObject(readFileSync(join(folder, file), 'utf8'))
    const graph = { ...put, master: put.master && graphOnly(put.master), overrides: put.overrides.map(graphOnly) }
    const kept = collect(put, graph)
    expect(printChanges(compareObjects(put, merged(graph, kept), context))).toEqual({})
    // Collected again from what was given back: the same values.
    const again = collect(merged(graph, kept), graph, { served: put, ...kept })
    expect(printKept(again.durable)).toBe(printKept(kept.durable))
    expect(printKept(again.local)).toBe(printKept(kept.local))
  })
})

it('a property made of a kept line keeps its value as it is', () => {
  const kept: Kept = {
    main: [{ kind: 'property', line: property('X-A', 'a\\, b;c', { Q: ['1', '2'] }) }],
    slots: new Map(),
  }
  expect(stored(kept)).toEqual(kept)
})
