import { describe, expect, it } from 'vitest'
import { claimsOf, shortRights } from '../../src/graph/token-claims.ts'

/** A token as the service writes it, without a signature anybody has made. */
function tokenOf(payload: unknown): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(payload)}.c2ln`
}

describe("a token's claims", () => {
  it('tell a person with scopes', () => {
    expect(
      claimsOf(tokenOf({ aud: 'https://graph.microsoft.com', scp: 'Calendars.Read User.Read', idtyp: 'user' })),
    ).toEqual({
      isApplication: false,
      rights: ['Calendars.Read', 'User.Read'],
      audience: 'https://graph.microsoft.com',
    })
  })

  it.each([
    ['with idtyp', { idtyp: 'app', roles: ['Calendars.ReadWrite'] }, ['Calendars.ReadWrite']],
    ['without idtyp', { roles: ['Calendars.ReadWrite'] }, ['Calendars.ReadWrite']],
    ['without any role', { idtyp: 'app' }, []],
  ])('tell an application %s', (_, payload, rights) => {
    expect(claimsOf(tokenOf(payload))).toEqual({ isApplication: true, rights, audience: '' })
  })

  it('of a person who has roles in the directory are still those of a person', () => {
    expect(claimsOf(tokenOf({ scp: 'User.Read', roles: ['Something'] }))).toMatchObject({
      isApplication: false,
      rights: ['User.Read'],
    })
  })

  it.each([
    ['an opaque one', 'EwB4A8l6BAAU'],
    ['one of two parts', 'a.b'],
    ['one whose middle is no JSON', 'a.####.c'],
    ['one whose middle is a list', tokenOf([1])],
    ['one that says nothing of rights', tokenOf({ aud: 'https://graph.microsoft.com' })],
    ['one that is longer than any token', tokenOf({ scp: 'User.Read', more: 'x'.repeat(40_000) })],
    ['nothing', ''],
  ])('are not those of %s', (_, token) => {
    expect(claimsOf(token)).toBeUndefined()
  })

  it('hold words only, each once', () => {
    const rights = ['Calendars.Read', 'https://graph.microsoft.us/Calendars.Read', '<b>', 'a'.repeat(200), 7, null, '']
    expect(shortRights(rights)).toEqual(['Calendars.Read'])
    expect(shortRights(Array.from({ length: 2000 }, (_, number) => `Right.${number}`))).toHaveLength(500)
  })
})
