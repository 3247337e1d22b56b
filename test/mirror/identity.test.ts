// UIDs and names that a series asks for.
import { describe, expect, it } from 'vitest'
import { claimsOf, keptNameOf, nameOf, ownUid, uidOf } from '../../src/mirror/identity.ts'
import { seriesOf, type Wish } from './series.ts'

const constant = '040000008200E00074C5B7101A82E008'
const rest = '30A2B4C5D6E7DA01000000000000000010000000ABCDEF0123456789ABCDEF0123456789'
const own = '2c70e12b7a0646f92279f427c7b38e73@graphdav' // of the key `key`

describe('uidOf', () => {
  it.each<readonly [string, Wish, string]>([
    [
      'the client’s UID when it is kept',
      { kept: { uid: 'mine@client' }, iCalUId: `${constant}00000000${rest}` },
      'mine@client',
    ],
    ['else Graph’s', { iCalUId: `${constant}00000000${rest}` }, `${constant}00000000${rest}`],
    [
      'Graph’s for the series when Graph says that of an occurrence',
      { iCalUId: `${constant}07EA0302${rest}` },
      `${constant}00000000${rest}`,
    ],
    [
      'the same in small letters',
      { iCalUId: `${constant}07EA0302${rest}`.toLowerCase() },
      `${constant}00000000${rest}`.toLowerCase(),
    ],
    ['a foreign UID as it is', { iCalUId: '0400000082-abc@google.com' }, '0400000082-abc@google.com'],
    [
      'a UID that only begins like Graph’s as it is',
      { iCalUId: `${constant}07EA0302@example.org` },
      `${constant}07EA0302@example.org`,
    ],
    ['its own when Graph has none', { iCalUId: null }, own],
    ['its own when Graph’s is empty', { iCalUId: '' }, own],
    ['its own when Graph’s is blank', { iCalUId: '   ' }, own],
    ['not a kept one that would break a content line', { kept: { uid: 'a\r\nX-EVIL:1' }, iCalUId: 'good' }, 'good'],
    ['not one without end', { iCalUId: 'x'.repeat(1001) }, own],
  ])('%s', (_, wish, expected) => {
    expect(uidOf(seriesOf('key', wish))).toBe(expected)
  })

  it('the own UID is a hash of the id, which is case-sensitive', () => {
    expect(ownUid('key')).toBe(own)
    expect(ownUid('KEY')).not.toBe(own)
  })
})

describe('claimsOf', () => {
  it('shares Graph’s UID when it is that of an occurrence', () => {
    const uid = `${constant}00000000${rest}`
    expect(claimsOf(seriesOf('key', { iCalUId: `${constant}07EA0302${rest}` })).sharedUid).toBe(uid)
    expect(claimsOf(seriesOf('key', { iCalUId: 'x@y', type: 'exception' })).sharedUid).toBe('x@y')
    expect(claimsOf(seriesOf('key', { iCalUId: uid })).sharedUid).toBeNull()
    expect(claimsOf(seriesOf('key', { iCalUId: null })).sharedUid).toBeNull()
  })

  it('asks for the kept one first, then for Graph’s, each once', () => {
    expect(claimsOf(seriesOf('key', { iCalUId: 'graph', kept: { uid: 'kept' } })).claims).toEqual(['kept', 'graph'])
    expect(claimsOf(seriesOf('key', { iCalUId: 'same', kept: { uid: 'same' } })).claims).toEqual(['same'])
  })
})

describe('names', () => {
  it('are the first 32 hex digits of SHA-256(UID), ending .ics', () => {
    expect(nameOf('abc', null)).toBe('ba7816bf8f01cfea414140de5dae2223.ics')
  })

  it.each(['mine.ics', 'ünï cödé.ics', 'a.b.ics', `${'x'.repeat(251)}.ics`])('%s is kept', (name) => {
    expect(nameOf('uid', name)).toBe(name)
    expect(keptNameOf(seriesOf('key', { kept: { name } }))).toBe(name)
  })

  it.each(['mine', '.ics', 'a/b.ics', 'a\\b.ics', 'a\nb.ics', 'mine.ICS', `${'x'.repeat(252)}.ics`, ''])(
    '%j cannot be a name',
    (name) => {
      expect(nameOf('abc', name)).toBe('ba7816bf8f01cfea414140de5dae2223.ics')
      expect(keptNameOf(seriesOf('key', { kept: { name } }))).toBeNull()
    },
  )
})
