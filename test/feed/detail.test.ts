import { describe, expect, it } from 'vitest'
import { reduce, type DetailRules } from '../../src/feed/detail.ts'
import type { CalendarObject } from '../../src/ical/object.ts'
import { parseObject } from '../../src/ical/parse.ts'
import { printEvents } from '../../src/ical/print.ts'
import { event, object } from '../caldav/texts.ts'

const open: DetailRules = {
  detail: 'full',
  private: 'show',
  reminders: true,
  attendees: true,
  hide: { declined: false, free: false, categories: [], title: null },
}

const owner = ['Me@Example.com']

function shown(text: string, rules: Partial<DetailRules>): string {
  const reduced = reduce(parseObject(text), { ...open, ...rules }, owner)
  return reduced ? printEvents(reduced).replace(/\r\n /g, '') : ''
}

const rich = object(
  ...event(
    'rich',
    'DTSTART:20260302T090000Z',
    'DTEND:20260302T100000Z',
    'SUMMARY:Salary talk',
    'LOCATION:Room 4',
    'DESCRIPTION:Secret',
    'CATEGORIES:Red,Blue',
    'ORGANIZER:mailto:boss@example.com',
    'ATTENDEE;PARTSTAT=ACCEPTED:mailto:me@example.com',
    'TRANSP:OPAQUE',
    'X-MICROSOFT-CDO-BUSYSTATUS:BUSY',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'TRIGGER:-PT15M',
    'DESCRIPTION:Salary talk',
    'END:VALARM',
  ),
)

function withLine(line: string): string {
  return rich.replace('SUMMARY:', `${line}\r\nSUMMARY:`)
}

describe('how much a feed shows', () => {
  it('full shows everything', () => {
    const text = shown(rich, {})
    for (const word of ['Salary talk', 'Room 4', 'Secret', 'boss@', 'ATTENDEE', 'VALARM', 'CATEGORIES'])
      expect(text).toContain(word)
  })

  it('people and reminders are left out unless asked for', () => {
    const text = shown(rich, { attendees: false, reminders: false })
    expect(text).not.toMatch(/ATTENDEE|ORGANIZER|mailto|VALARM/)
    expect(text).toContain('Secret')
  })

  it('people are not named by other lines either', () => {
    const text = withLine('CONTACT:Jane Doe')
      .replace('ACTION:DISPLAY', 'ACTION:EMAIL')
      .replace('TRIGGER:', 'ATTENDEE:mailto:jane@example.com\r\nTRIGGER:')
    expect(shown(text, {})).toMatch(/Jane Doe[^]*jane@/)
    expect(shown(text, { attendees: false })).not.toMatch(/jane/i)
  })

  it('titles shows title, time and place', () => {
    const text = shown(rich, { detail: 'titles', reminders: false })
    expect(text).toContain('SUMMARY:Salary talk')
    expect(text).toContain('LOCATION:Room 4')
    expect(text).not.toMatch(/Secret|CATEGORIES|mailto|VALARM/)
  })

  it('busy shows when, and nothing of what, not even in a reminder', () => {
    const text = shown(rich, { detail: 'busy' })
    expect(text).toContain('SUMMARY:Busy')
    expect(text).toContain('DTSTART:20260302T090000Z')
    expect(text).toContain('TRIGGER:-PT15M')
    expect(text).not.toMatch(/Salary|Room|Secret|Red|mailto/)
  })

  it.each([
    ['TRANSP:TRANSPARENT', 'X-MICROSOFT-CDO-BUSYSTATUS:FREE', 'Free'],
    ['STATUS:TENTATIVE', 'X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE', 'Tentative'],
    ['TRANSP:OPAQUE', 'X-MICROSOFT-CDO-BUSYSTATUS:OOF', 'Away'],
  ])('busy names %s %s as %s', (one, other, word) => {
    const text = object(...event('x', 'DTSTART:20260302T090000Z', 'SUMMARY:Title', one, other))
    expect(shown(text, { detail: 'busy' })).toContain(`SUMMARY:${word}`)
  })
})

describe('private events', () => {
  it.each(['PRIVATE', 'CONFIDENTIAL', 'X-SOMETHING'])('%s is shown as busy, hidden or shown', (name) => {
    const text = withLine(`CLASS:${name}`)
    expect(shown(text, { private: 'busy' })).not.toContain('Salary')
    expect(shown(text, { private: 'busy' })).toContain('SUMMARY:Busy')
    expect(shown(text, { private: 'hide' })).toBe('')
    expect(shown(text, { private: 'show' })).toContain('Salary')
  })

  it('are never shown in a feed of titles', () => {
    expect(shown(withLine('CLASS:PRIVATE'), { private: 'show', detail: 'titles' })).not.toContain('Salary')
  })

  it('public ones are not touched', () => {
    expect(shown(withLine('CLASS:PUBLIC'), { private: 'hide' })).toContain('Salary')
  })
})

describe('what is left out', () => {
  it('cancelled events', () => {
    expect(shown(withLine('STATUS:CANCELLED'), {})).toBe('')
  })

  it('events that the owner declined, whoever else did', () => {
    const declined = rich.replace('PARTSTAT=ACCEPTED', 'PARTSTAT=DECLINED')
    const hide = { ...open.hide, declined: true }
    expect(shown(declined, { hide })).toBe('')
    expect(shown(declined, {})).not.toBe('')
    expect(
      shown(rich.replace('ATTENDEE;PARTSTAT=ACCEPTED:mailto:me@', 'ATTENDEE;PARTSTAT=DECLINED:mailto:you@'), { hide }),
    ).not.toBe('')
  })

  it('events shown as free', () => {
    expect(shown(rich.replace('TRANSP:OPAQUE', 'TRANSP:TRANSPARENT'), { hide: { ...open.hide, free: true } })).toBe('')
  })

  it('events of a category, or with a title', () => {
    expect(shown(rich, { hide: { ...open.hide, categories: ['Blue'] } })).toBe('')
    expect(shown(rich, { hide: { ...open.hide, categories: ['Blu'] } })).not.toBe('')
    expect(shown(rich, { hide: { ...open.hide, title: /^salary/i } })).toBe('')
    expect(shown(rich, { hide: { ...open.hide, title: /^talk/i } })).not.toBe('')
  })
})

describe('a series', () => {
  const master = event('s', 'DTSTART;VALUE=DATE:20260302', 'RRULE:FREQ=DAILY;COUNT=5', 'SUMMARY:Plain')
  const override = event('s', 'RECURRENCE-ID;VALUE=DATE:20260304', 'DTSTART;VALUE=DATE:20260304', 'SUMMARY:Special')
  const text = object(...master, ...override)

  it('a hidden override becomes an EXDATE of its slot, in the type of the slot', () => {
    const result = shown(text, { hide: { ...open.hide, title: /Special/ } })
    expect(result).toContain('EXDATE;VALUE=DATE:20260304')
    expect(result).not.toMatch(/Special|RECURRENCE-ID/)
  })

  it('a cancelled override too', () => {
    const result = shown(text.replace('SUMMARY:Special', 'SUMMARY:Special\r\nSTATUS:CANCELLED'), {})
    expect(result).toContain('EXDATE;VALUE=DATE:20260304')
  })

  it('the zone of the slot goes with it', () => {
    const zoned = object(
      ...event('z', 'DTSTART;TZID=Europe/Berlin:20260302T090000', 'RRULE:FREQ=DAILY;COUNT=5', 'SUMMARY:Plain'),
      ...event(
        'z',
        'RECURRENCE-ID;TZID=Europe/Berlin:20260303T090000',
        'DTSTART;TZID=Europe/Berlin:20260303T110000',
        'SUMMARY:Special',
      ),
    )
    expect(shown(zoned, { hide: { ...open.hide, title: /Special/ } })).toContain(
      'EXDATE;TZID=Europe/Berlin:20260303T090000',
    )
  })

  it('a hidden master leaves the overrides that are not hidden', () => {
    const result = shown(text, { hide: { ...open.hide, title: /Plain/ } })
    expect(result).toContain('Special')
    expect(result).not.toContain('RRULE')
  })

  it('of which nothing is shown is nothing', () => {
    expect(shown(text, { hide: { ...open.hide, title: /./ } })).toBe('')
  })

  it('is not changed in place', () => {
    const parsed: CalendarObject = parseObject(text)
    const before = JSON.stringify(parsed)
    reduce(parsed, { ...open, detail: 'busy', hide: { ...open.hide, title: /Special/ } }, owner)
    expect(JSON.stringify(parsed)).toBe(before)
  })
})
