import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { printPart, parseCalendarData } from '../../src/caldav/calendar-data.ts'
import { forecast, matches, rangeOf } from '../../src/caldav/filter-match.ts'
import { parseFilter } from '../../src/caldav/filter.ts'
import { parseXml } from '../../src/caldav/xml.ts'
import { parseObject } from '../../src/ical/parse.ts'
import { event, object } from './texts.ts'

const namespace = 'xmlns="urn:ietf:params:xml:ns:caldav"'

function isMatch(filter: string, text: string, zone = 'Europe/Berlin'): boolean {
  return matches(parsed(filter), parseObject(text), zone)
}

function parsed(filter: string): ReturnType<typeof parseFilter> {
  return parseFilter(parseXml(`<filter ${namespace}><comp-filter name="VCALENDAR">${filter}</comp-filter></filter>`))
}

const inEvent = (inside: string): string => `<comp-filter name="VEVENT">${inside}</comp-filter>`
const range = (start: string, end: string): string =>
  `<time-range${start === '' ? '' : ` start="${start}"`}${end === '' ? '' : ` end="${end}"`}/>`

describe('the examples of RFC 4791 §7.8', () => {
  const text = (name: string): string =>
    readFileSync(join(import.meta.dirname, '../../fixtures/caldav/rfc4791', `${name}.ics`), 'utf8')
  const names = ['abcd1', 'abcd2', 'abcd3']
  const found = (filter: string): readonly string[] => names.filter((name) => isMatch(filter, text(name)))
  const part = (name: string, data: string): string => {
    const wanted = parseCalendarData(parseXml(`<calendar-data ${namespace}>${data}</calendar-data>`))
    return printPart(
      wanted,
      { name, uid: name, etag: name, size: 0, lastModified: 0, text: text(name) },
      parseObject(text(name)),
      'UTC',
    )
  }

  it('7.8.1: part of the properties in a range', () => {
    expect(found(inEvent(range('20060104T000000Z', '20060105T000000Z')))).toEqual(['abcd2', 'abcd3'])
    const given = part(
      'abcd2',
      '<comp name="VCALENDAR"><prop name="VERSION"/><comp name="VEVENT"><prop name="SUMMARY"/><prop name="UID"/><prop name="DTSTART"/><prop name="DTEND"/><prop name="DURATION"/><prop name="RRULE"/><prop name="RDATE"/><prop name="EXRULE"/><prop name="EXDATE"/><prop name="RECURRENCE-ID"/></comp><comp name="VTIMEZONE"/></comp>',
    )
    expect(given).toContain('BEGIN:VTIMEZONE\r\nLAST-MODIFIED:20040110T032845Z\r\n')
    expect(given).toContain('RRULE:FREQ=DAILY;COUNT=5')
    expect(given).not.toMatch(/DTSTAMP|PRODID/)
  })

  it('7.8.2: overrides of a range', () => {
    const given = part('abcd2', '<limit-recurrence-set start="20060103T000000Z" end="20060105T000000Z"/>')
    expect(given).toMatch(/Event #2 bis\r\n/)
    expect(given).not.toContain('bis bis')
  })

  it('7.8.3: instances of a range', () => {
    const given = part('abcd2', '<expand start="20060103T000000Z" end="20060105T000000Z"/>')
    expect(given.match(/^(?:DTSTART|RECURRENCE-ID|DTEND).*$/gm)?.map((line) => line.trim())).toEqual([
      'DTSTART:20060103T170000Z',
      'DTEND:20060103T180000Z',
      'RECURRENCE-ID:20060103T170000Z',
      'DTSTART:20060104T190000Z',
      'DTEND:20060104T200000Z',
      'RECURRENCE-ID:20060104T170000Z',
    ])
    expect(part('abcd3', '<expand start="20060103T000000Z" end="20060105T000000Z"/>')).not.toMatch(
      /RECURRENCE-ID|TZID|VTIMEZONE/,
    )
  })

  it('7.8.6: by UID', () => {
    expect(
      found(
        inEvent(
          '<prop-filter name="UID"><text-match collation="i;octet">DC6C50A017428C5216A2F1CD@example.com</text-match></prop-filter>',
        ),
      ),
    ).toEqual(['abcd3'])
  })

  it('7.8.7: by PARTSTAT', () => {
    expect(
      found(
        inEvent(
          '<prop-filter name="ATTENDEE"><text-match collation="i;ascii-casemap">mailto:lisa@example.com</text-match><param-filter name="PARTSTAT"><text-match collation="i;ascii-casemap">NEEDS-ACTION</text-match></param-filter></prop-filter>',
        ),
      ),
    ).toEqual(['abcd3'])
  })

  it('7.8.8: events only', () => {
    expect(found(inEvent(''))).toEqual(names)
  })
})

describe('a range at its edges (RFC 4791 §9.9)', () => {
  const at = (lines: readonly string[]): string => object(...event('x', ...lines))
  const hour = at(['DTSTART:20260302T100000Z', 'DTEND:20260302T110000Z'])
  const point = at(['DTSTART:20260302T100000Z'])
  const lasting = at(['DTSTART:20260302T100000Z', 'DURATION:PT1H'])
  const noTime = at(['DTSTART:20260302T100000Z', 'DURATION:PT0S'])
  const day = at(['DTSTART;VALUE=DATE:20260302'])
  const days = at(['DTSTART;VALUE=DATE:20260302', 'DTEND;VALUE=DATE:20260304'])
  const floating = at(['DTSTART:20260302T100000', 'DTEND:20260302T110000'])

  it.each([
    ['an hour', hour, '20260302T110000Z', '20260302T120000Z', false],
    ['an hour', hour, '20260302T105959Z', '20260302T120000Z', true],
    ['an hour', hour, '20260302T080000Z', '20260302T100000Z', false],
    ['an hour', hour, '20260302T080000Z', '20260302T100001Z', true],
    ['an hour', hour, '20260302T102000Z', '20260302T103000Z', true],
    ['a duration', lasting, '20260302T105959Z', '20260302T120000Z', true],
    ['a duration', lasting, '20260302T110000Z', '20260302T120000Z', false],
    ['no duration', noTime, '20260302T100000Z', '20260302T110000Z', true],
    ['a point', point, '20260302T100000Z', '20260302T110000Z', true],
    ['a point', point, '20260302T090000Z', '20260302T100000Z', false],
    ['a point', point, '20260302T100000Z', '', true],
    ['a point', point, '', '20260302T100000Z', false],
    ['a point', point, '', '20260302T100001Z', true],
    // Berlin's day begins an hour before UTC's.
    ['a day', day, '20260301T220000Z', '20260301T230000Z', false],
    ['a day', day, '20260301T220000Z', '20260301T230001Z', true],
    ['a day', day, '20260302T225959Z', '20260302T235900Z', true],
    ['a day', day, '20260302T230000Z', '20260302T235900Z', false],
    ['two days', days, '20260303T225959Z', '', true],
    ['two days', days, '20260303T230000Z', '', false],
    ['a floating time', floating, '20260302T090000Z', '20260302T090001Z', true],
    ['a floating time', floating, '20260302T100000Z', '', false],
  ])('%s', (_, text, start, end, expected) => {
    expect(isMatch(inEvent(range(start, end)), text)).toBe(expected)
  })

  const series = object(
    ...event('s', 'DTSTART:20260105T090000Z', 'DTEND:20260105T100000Z', 'RRULE:FREQ=WEEKLY', 'EXDATE:20260112T090000Z'),
    ...event(
      's',
      'RECURRENCE-ID:20260119T090000Z',
      'DTSTART:20260121T090000Z',
      'DTEND:20260121T100000Z',
      'SUMMARY:moved',
    ),
  )

  it.each([
    ['20260105T090000Z', '20260105T100000Z', true],
    ['20260112T000000Z', '20260113T000000Z', false],
    ['20260119T000000Z', '20260120T000000Z', false],
    ['20260121T000000Z', '20260122T000000Z', true],
    ['21000101T000000Z', '', true],
    ['', '20260105T090000Z', false],
    ['', '20260105T090001Z', true],
    ['20251201T000000Z', '20260105T090000Z', false],
  ])('a series from %s to %s: %s', (start, end, expected) => {
    expect(isMatch(inEvent(range(start, end)), series)).toBe(expected)
  })

  it('a series that has ended is not searched for ever', () => {
    const ended = object(...event('e', 'DTSTART:19900101T090000Z', 'RRULE:FREQ=DAILY;UNTIL=20200101T090000Z'))
    expect(isMatch(inEvent(range('20200101T090000Z', '')), ended)).toBe(true)
    expect(isMatch(inEvent(range('20200101T090001Z', '')), ended)).toBe(false)
    expect(isMatch(inEvent(range('', '19900101T090001Z')), ended)).toBe(true)
  })

  it('conditions are met by one and the same component', () => {
    const filter = `<prop-filter name="SUMMARY"><text-match>moved</text-match></prop-filter>${range('20260105T000000Z', '20260106T000000Z')}`
    expect(isMatch(inEvent(filter), series)).toBe(false)
    expect(isMatch(inEvent(filter.replace('0105', '0121').replace('0106', '0122')), series)).toBe(true)
  })
})

describe('alarms', () => {
  const text = object(
    ...event(
      'a',
      'DTSTART:20260302T100000Z',
      'DTEND:20260302T110000Z',
      'RRULE:FREQ=DAILY;COUNT=3',
      'BEGIN:VALARM',
      'ACTION:DISPLAY',
      'TRIGGER:-PT15M',
      'REPEAT:2',
      'DURATION:PT5M',
      'END:VALARM',
    ),
  )
  const alarmIn = (start: string, end: string, from = text): boolean =>
    isMatch(inEvent(`<comp-filter name="VALARM">${range(start, end)}</comp-filter>`), from)

  it.each([
    ['20260302T094500Z', '20260302T094501Z', true],
    ['20260302T094600Z', '20260302T095000Z', false],
    ['20260302T095000Z', '20260302T095001Z', true],
    ['20260302T095501Z', '20260303T094500Z', false],
    ['20260303T094500Z', '20260303T094501Z', true],
    ['20260305T000000Z', '', false],
  ])('go off in %s to %s: %s', (start, end, expected) => {
    expect(alarmIn(start, end)).toBe(expected)
  })

  it('may count from the end, or be at a time of their own', () => {
    const fromEnd = text.replace('TRIGGER:', 'TRIGGER;RELATED=END:')
    expect(alarmIn('20260302T104500Z', '20260302T104501Z', fromEnd)).toBe(true)
    const absolute = text.replace('TRIGGER:-PT15M', 'TRIGGER;VALUE=DATE-TIME:20260201T080000Z')
    expect(alarmIn('20260201T080000Z', '20260201T080001Z', absolute)).toBe(true)
    expect(alarmIn('20260302T094500Z', '20260302T094501Z', absolute)).toBe(false)
  })

  it('of one date of an endless series are looked for on that date, not in two centuries', () => {
    const alarm = ['BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-PT15M', 'END:VALARM']
    const moved = ['RECURRENCE-ID:20260303T100000Z', 'DTSTART:20260303T140000Z', 'DTEND:20260303T150000Z', ...alarm]
    const endless = object(
      ...event('e', 'DTSTART:20260302T100000Z', 'DTEND:20260302T110000Z', 'RRULE:FREQ=DAILY'),
      ...event('e', ...moved),
    )
    const began = performance.now()
    expect(alarmIn('20990101T000000Z', '', endless)).toBe(false)
    expect(alarmIn('20260303T130000Z', '', endless)).toBe(true)
    expect(performance.now() - began).toBeLessThan(250)
  })

  it('may be asked for or excluded as such', () => {
    expect(isMatch(inEvent('<comp-filter name="VALARM"/>'), text)).toBe(true)
    expect(isMatch(inEvent('<comp-filter name="VALARM"><is-not-defined/></comp-filter>'), text)).toBe(false)
  })
})

describe('properties', () => {
  const text = object(
    ...event(
      'p',
      'DTSTART;TZID=Europe/Berlin:20260302T100000',
      'SUMMARY:Äpfel\\, Birnen',
      'CATEGORIES:Rot,Blau',
      'CREATED:20260101T120000Z',
      'ATTENDEE;CN=Max;PARTSTAT=DECLINED:mailto:max@example.com',
      'ATTENDEE;PARTSTAT=ACCEPTED:mailto:eva@example.com',
    ),
  )
  const property = (name: string, inside: string): boolean =>
    isMatch(inEvent(`<prop-filter name="${name}">${inside}</prop-filter>`), text)

  it.each([
    ['SUMMARY', '', true],
    ['summary', '', true],
    ['LOCATION', '', false],
    ['LOCATION', '<is-not-defined/>', true],
    ['SUMMARY', '<is-not-defined/>', false],
    ['SUMMARY', '<text-match>birnen</text-match>', true],
    ['SUMMARY', '<text-match>, birnen</text-match>', true],
    ['SUMMARY', '<text-match>äpfel</text-match>', false],
    ['SUMMARY', '<text-match collation="i;unicode-casemap">äpfel</text-match>', true],
    ['SUMMARY', '<text-match collation="i;octet">birnen</text-match>', false],
    ['SUMMARY', '<text-match collation="i;octet">Birnen</text-match>', true],
    ['SUMMARY', '<text-match negate-condition="yes">birnen</text-match>', false],
    ['SUMMARY', '<text-match negate-condition="yes">kiwi</text-match>', true],
    ['LOCATION', '<text-match negate-condition="yes">kiwi</text-match>', false],
    ['CATEGORIES', '<text-match>blau</text-match>', true],
    ['ATTENDEE', '<text-match>MAX@</text-match>', true],
    ['ATTENDEE', '<text-match>eva</text-match><param-filter name="CN"/>', false],
    ['ATTENDEE', '<text-match>eva</text-match><param-filter name="CN"><is-not-defined/></param-filter>', true],
    [
      'ATTENDEE',
      '<text-match>max</text-match><param-filter name="partstat"><text-match>declined</text-match></param-filter>',
      true,
    ],
    [
      'ATTENDEE',
      '<text-match>eva</text-match><param-filter name="PARTSTAT"><text-match>declined</text-match></param-filter>',
      false,
    ],
    ['CREATED', '<time-range start="20260101T120000Z" end="20260101T120001Z"/>', true],
    ['CREATED', '<time-range start="20260101T120001Z"/>', false],
    ['DTSTART', '<time-range start="20260302T090000Z" end="20260302T090001Z"/>', true],
    ['SUMMARY', '<time-range start="20260101T000000Z"/>', false],
  ])('%s %s: %s', (name, inside, expected) => {
    expect(property(name, inside)).toBe(expected)
  })
})

describe('what is known without looking', () => {
  it.each([
    ['', 'all'],
    [inEvent(''), 'all'],
    ['<comp-filter name="VTODO"/>', 'none'],
    ['<comp-filter name="VTODO"><is-not-defined/></comp-filter>', 'all'],
    [inEvent('<is-not-defined/>'), 'none'],
    [inEvent(range('20260101T000000Z', '')), 'depends'],
    [inEvent('<prop-filter name="UID"/>'), 'depends'],
    ['<prop-filter name="VERSION"/>', 'depends'],
    ['<comp-filter name="VTIMEZONE"/>', 'depends'],
  ] as const)('%j: %s', (filter, expected) => {
    expect(forecast(parsed(filter))).toBe(expected)
  })

  it('agrees with a look', () => {
    const text = object(...event('x', 'DTSTART:20260302T100000Z'))
    for (const filter of [
      '',
      inEvent(''),
      '<comp-filter name="VTODO"/>',
      inEvent('<is-not-defined/>'),
      '<comp-filter name="VTODO"><is-not-defined/></comp-filter>',
    ]) {
      expect(isMatch(filter, text)).toBe(forecast(parsed(filter)) === 'all')
    }
  })

  it('the range that every match touches', () => {
    expect(rangeOf(parsed(inEvent(range('20260101T000000Z', ''))))).toEqual({ start: Date.UTC(2026, 0, 1), end: null })
    expect(rangeOf(parsed(inEvent('<prop-filter name="UID"/>')))).toBeUndefined()
    expect(
      rangeOf(parsed(inEvent(`<comp-filter name="VALARM">${range('20260101T000000Z', '')}</comp-filter>`))),
    ).toBeUndefined()
  })
})
