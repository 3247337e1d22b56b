import { describe, expect, it } from 'vitest'
import {
  cleanText,
  cleanValue,
  component,
  componentsOf,
  escapeText,
  eventsOf,
  firstProperty,
  joinTexts,
  parameterOf,
  propertiesOf,
  property,
  splitTexts,
  textOf,
  textProperty,
  unescapeText,
  valueOf,
  withoutProperties,
  withParameter,
  withProperties,
} from '../../src/ical/text.ts'

describe('TEXT', () => {
  it.each([
    ['plain', 'plain'],
    ['a;b,c\\d', 'a\\;b\\,c\\\\d'],
    ['one\ntwo', 'one\\ntwo'],
    ['one\r\ntwo\rthree', 'one\\ntwo\\nthree'],
    ['"quotes" and: colons', '"quotes" and: colons'],
    ['back\\nslash', 'back\\\\nslash'],
    ['tab\tstays', 'tab\tstays'],
    ['line\u2028and\u2029paragraph', 'line\\nand\\nparagraph'],
    ['', ''],
  ])('%j is escaped as %j', (text, value) => {
    expect(escapeText(text)).toBe(value)
    expect(unescapeText(value)).toBe(text.replace(/\r\n?|[\u2028\u2029]/g, '\n'))
  })

  it('reads what other programs write: capital N, needless backslashes, one at the end', () => {
    expect(unescapeText('a\\Nb\\:c\\"d\\')).toBe('a\nb:c"d')
  })

  it('characters that neither iCalendar nor XML can carry are dropped, others stay', () => {
    expect(cleanText('a\u0000b\u0007c\u001bd\u007fe\u009ff\ufffeg')).toBe('abcdefg')
    expect(cleanText('lone \ud83d and \ude00 surrogates, 😀 and ünicode')).toBe('lone  and  surrogates, 😀 and ünicode')
    expect(escapeText('x\u0000\r\nATTENDEE:y')).toBe('x\\nATTENDEE:y')
  })

  it('a value cannot begin another line', () => {
    expect(cleanValue('a\r\nBEGIN:VALARM\n\rb')).toBe('aBEGIN:VALARMb')
    expect(cleanValue('a\u2028b')).toBe('a b')
    expect(property('URL', 'https://example.org/\r\nX:1').value).toBe('https://example.org/X:1')
  })

  it('lists are cut at commas without a backslash', () => {
    expect(splitTexts('Work,Family\\, friends,a\\\\,b')).toEqual(['Work', 'Family, friends', 'a\\', 'b'])
    expect(splitTexts('')).toEqual([])
    expect(joinTexts(['Work', 'Family, friends'])).toBe('Work,Family\\, friends')
    expect(splitTexts(joinTexts(['a;b', 'c\nd', 'e\\']))).toEqual(['a;b', 'c\nd', 'e\\'])
  })
})

describe('properties and components', () => {
  const event = component(
    'vevent',
    [
      textProperty('summary', 'One, two'),
      property('ATTENDEE', 'mailto:a@example.org', { cn: 'A "B"', 'delegated-to': ['x', 'y'], role: undefined }),
      property('ATTENDEE', 'mailto:b@example.org'),
    ],
    [component('VALARM', []), component('X-OTHER', [])],
  )

  it('names are upper-case, undefined parameters are left out', () => {
    expect(event.name).toBe('VEVENT')
    expect(event.properties[1]).toEqual({
      name: 'ATTENDEE',
      parameters: [
        { name: 'CN', values: ['A "B"'] },
        { name: 'DELEGATED-TO', values: ['x', 'y'] },
      ],
      value: 'mailto:a@example.org',
    })
  })

  it('are read by name', () => {
    expect(textOf(event, 'SUMMARY')).toBe('One, two')
    expect(valueOf(event, 'SUMMARY')).toBe('One\\, two')
    expect(textOf(event, 'LOCATION')).toBeUndefined()
    expect(propertiesOf(event, 'ATTENDEE')).toHaveLength(2)
    expect(componentsOf(event, 'VALARM')).toHaveLength(1)
    const attendee = firstProperty(event, 'ATTENDEE')
    expect(attendee && parameterOf(attendee, 'DELEGATED-TO')).toBe('x')
    expect(attendee && parameterOf(attendee, 'ROLE')).toBeUndefined()
  })

  it('are changed by making new ones', () => {
    const changed = withProperties(event, [textProperty('SUMMARY', 'New'), textProperty('LOCATION', 'Here')])
    expect(changed.properties.map(({ name }) => name)).toEqual(['ATTENDEE', 'ATTENDEE', 'SUMMARY', 'LOCATION'])
    expect(withoutProperties(event, ['ATTENDEE', 'SUMMARY']).properties).toEqual([])
    expect(textOf(event, 'SUMMARY')).toBe('One, two')
    const plain = property('X', 'y', { A: '1', B: '2' })
    expect(withParameter(plain, 'A', undefined).parameters).toEqual([{ name: 'B', values: ['2'] }])
    expect(withParameter(plain, 'b', '3').parameters).toEqual([
      { name: 'A', values: ['1'] },
      { name: 'B', values: ['3'] },
    ])
  })

  it('the master of an object comes before its overrides', () => {
    const override = component('VEVENT', [])
    expect(eventsOf({ uid: 'a', master: event, overrides: [override], zones: [] })).toEqual([event, override])
    expect(eventsOf({ uid: 'a', master: undefined, overrides: [override], zones: [] })).toEqual([override])
  })
})
