import { describe, expect, it } from 'vitest'
import { GraphdavError, IcalError, UnsupportedError } from '../../src/base/errors.ts'
import { defaultParseLimits, parseCalendar, parseObject } from '../../src/ical/parse.ts'
import { textOf } from '../../src/ical/text.ts'
import { cpuMs } from './cpu.ts'
import { casesOf, jsonOfCase, textOfCase, written } from './fixtures.ts'

function errorOf(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}

/** What of an error a caller branches on. */
function facts(error: unknown): unknown {
  if (error instanceof IcalError) {
    const { code, line, property, message } = error
    return { code, line, property, message }
  }
  if (error instanceof UnsupportedError) return { code: error.code, property: error.property, message: error.message }
  return error instanceof GraphdavError ? { code: error.code, message: error.message } : error
}

const event = (lines: string): string => `BEGIN:VEVENT\r\nUID:a\r\nDTSTART:20260301T090000Z\r\n${lines}END:VEVENT\r\n`
const calendar = (content: string): string => `BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${content}END:VCALENDAR\r\n`

describe('texts of other programs', () => {
  it.each(casesOf('foreign'))('%s is read as written beside it', (name) => {
    expect(written(parseObject(textOfCase('foreign', name)))).toEqual(jsonOfCase('foreign', name))
  })
})

describe('broken texts', () => {
  it.each(casesOf('broken'))('%s is refused as written beside it', (name) => {
    expect(facts(errorOf(() => parseObject(textOfCase('broken', name))))).toEqual(jsonOfCase('broken', name))
  })

  it('the error does not hold what stands in the text', () => {
    const secret = 'Hush'
    const texts = [
      `${secret} hush`,
      `DTEND:${secret}`,
      `RRULE:${secret}`,
      `RRULE:FREQ=DAILY;${secret}=1`,
      `DURATION:${secret}`,
    ]
    for (const line of texts) {
      const error = errorOf(() => parseObject(calendar(event(`${line}\r\n`))))
      expect(error).toBeInstanceOf(IcalError)
      expect(JSON.stringify(facts(error)).toLowerCase()).not.toContain('hush')
    }
  })
})

describe('whole calendars', () => {
  it('objects are grouped by UID in the order of the text, others are kept apart', () => {
    const one = event('SUMMARY:one\r\n')
    const text = calendar(
      `METHOD:PUBLISH\r\n${one}${one.replace('UID:a', 'UID:b')}BEGIN:VTODO\r\nUID:t\r\nEND:VTODO\r\n${one.replace('DTSTART', 'RECURRENCE-ID:20260301T090000Z\r\nDTSTART')}`,
    )
    const { objects, others, properties } = parseCalendar(text)
    expect(objects.map(({ uid, overrides }) => [uid, overrides.length])).toEqual([
      ['a', 1],
      ['b', 0],
    ])
    expect(others.map(({ name }) => name)).toEqual(['VTODO'])
    expect(properties.map(({ name }) => name)).toEqual(['VERSION', 'METHOD'])
  })

  it('a UID is compared as the text that it means', () => {
    const text = calendar(event('').replace('UID:a', 'UID:a\\,b') + event('').replace('UID:a', 'UID:c'))
    expect(parseCalendar(text).objects.map(({ uid }) => uid)).toEqual(['a,b', 'c'])
  })

  it('a calendar without a version is one of version 2', () => {
    expect(parseCalendar(calendar(event('')).replace('VERSION:2.0\r\n', '')).objects).toHaveLength(1)
  })
})

describe('odd bytes', () => {
  it('control characters are dropped, line separators inside a value are spaces', () => {
    const { master } = parseObject(calendar(event('SUMMARY:a\u0000b\u0007\u2028c\rd\r\n')))
    expect(master && textOf(master, 'SUMMARY')).toBe('ab cd')
  })

  it('doubled carriage returns and a missing last line end are tolerated', () => {
    const text = calendar(event('SUMMARY:x\r\n')).replaceAll('\r\n', '\r\r\n').trimEnd()
    expect(parseObject(text).uid).toBe('a')
  })

  it('a value may hold anything behind the first colon', () => {
    const { master } = parseObject(calendar(event('URL:https://example.org/?a=1;b="2":3,4\r\n')))
    expect(master && textOf(master, 'URL')).toBe('https://example.org/?a=1;b="2":3,4')
  })
})

describe('limits', () => {
  const many = calendar(Array.from({ length: 40 }, (_, index) => event('').replace('UID:a', `UID:${index}`)).join(''))
  it.each([
    ['length', 1000],
    ['lines', 100],
    ['events', 39],
  ])('%s: one more than allowed is too large', (limit, most) => {
    const error = errorOf(() => parseCalendar(many, { ...defaultParseLimits, [limit]: most }))
    expect(facts(error)).toMatchObject({ code: 'too-large' })
    expect(parseCalendar(many, { ...defaultParseLimits, events: 40 }).objects).toHaveLength(40)
  })

  it('zones that have to be computed are few', () => {
    const zone = (tzid: string): string =>
      `BEGIN:VTIMEZONE\r\nTZID:${tzid}\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n`
    const names = Array.from({ length: 26 }, (_, index) => `Zone ${index}`)
    const dates = (count: number): string =>
      names
        .slice(0, count)
        .map((name) => `EXDATE;TZID=${name}:20260301T090000\r\n`)
        .join('')
    const text = (count: number): string =>
      calendar(names.map(zone).join('') + event(`RRULE:FREQ=DAILY\r\n${dates(count)}`))
    expect(parseObject(text(25)).zones).toHaveLength(25)
    expect(facts(errorOf(() => parseObject(text(26))))).toMatchObject({ code: 'too-large' })
  })

  it('a text of the largest size is read or refused in seconds', () => {
    const begun = cpuMs()
    const line = 'ATTENDEE;CN="x":mailto:x\r\n'
    const texts = [
      line.repeat(defaultParseLimits.length / line.length),
      calendar(event(line.repeat(90_000))),
      `${calendar('')}${' \r\n'.repeat(1_000_000)}`,
      `BEGIN:VCALENDAR\r\nX${';A=1'.repeat(1_000_000)}`,
      `BEGIN:VCALENDAR\r\nX:${'\\'.repeat(4_900_000)}`,
      calendar(event(`X${';A=1'.repeat(99)}:1\r\n`.repeat(10_000))),
      calendar(event(`X:${'\r'.repeat(4_000_000)}x`)),
      calendar(event(`EXDATE:${'20260301T090000Z,'.repeat(200_000)}20260301T090000Z\r\n`)),
    ]
    for (const text of texts) errorOf(() => parseObject(text.slice(0, defaultParseLimits.length)))
    expect(cpuMs() - begun).toBeLessThan(20_000)
  })
})
