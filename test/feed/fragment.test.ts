// One resource as one feed shows it: the text.
import { describe, expect, it } from 'vitest'
import { makeFragment } from '../../src/feed/fragment.ts'
import { event, object } from '../caldav/texts.ts'
import { plainProfile } from './plain-profile.ts'

const times = ['DTSTART:20260302T090000Z', 'DTEND:20260302T100000Z']
const secret = 'Secret\\, with words enough for a second line of the text, and ümläuts'
const address = 'data:text/html,%3Cp%3E%3Cb%3ESecret%3C%2Fb%3E%2C%20with%20words%20enough%20for%20a%20second%20line'

/** What a feed shows of a text. */
function shown(text: string): string {
  const resource = { uid: 'rich', name: 'rich.ics', etag: '1', size: text.length, lastModified: 0, text }
  return makeFragment(resource, 'work', plainProfile, []).text
}

describe('a description with HTML in a parameter', () => {
  const plain = object(...event('rich', ...times, `DESCRIPTION:${secret}`))
  const rich = object(...event('rich', ...times, `DESCRIPTION;ALTREP="${address}":${secret}`))

  it.each([
    ['in one line', rich],
    ['folded', rich.replace('%20words', '%20\r\n words').replace('b%3E%2C', 'b%\r\n 3E%2C')],
    ['beside another parameter', rich.replace('DESCRIPTION;', 'DESCRIPTION;X-A="a:b";')],
  ])('is shown as text only: %s', (_, text) => {
    expect(text).toContain('ALTREP')
    expect(shown(text).replaceAll('\r\n ', '').replace(';X-A="a:b"', '')).toBe(shown(plain).replaceAll('\r\n ', ''))
  })

  it('no line is longer than before', () => {
    expect(
      Math.max(
        ...shown(rich)
          .split('\r\n')
          .map((line) => Buffer.byteLength(line)),
      ),
    ).toBeLessThanOrEqual(75)
  })

  it('of a master and of an override', () => {
    const text = object(
      ...event('rich', ...times, 'RRULE:FREQ=DAILY;COUNT=3', `DESCRIPTION;ALTREP="${address}":${secret}`),
      ...event('rich', ...times, 'RECURRENCE-ID:20260302T090000Z', `DESCRIPTION;ALTREP="${address}":Other`),
    )
    expect(shown(text)).not.toContain('ALTREP')
    expect(shown(text)).toMatch(/DESCRIPTION:Secret[^]*DESCRIPTION:Other/)
  })
})
