// Every code of the table: one sentence with its next step, and nothing of what the service wrote.
import { describe, expect, it } from 'vitest'
import {
  accessPolicySentence,
  graphErrors,
  graphErrorSentence,
  oauthErrors,
  signInErrors,
} from '../../src/graph/error-codes.ts'
import { errorOfAnswer } from '../../src/graph/errors.ts'
import { describeSignInError } from '../../src/graph/sign-in-errors.ts'

const nextStep =
  /[;,:] .*(check|sign in|ask|administrator|Entra|start again|clock|tries again|wait|set |make room|follow|have )/

function told(status: number, code: string, message: string): string {
  const body = JSON.stringify({ error: { code, message } })
  return errorOfAnswer({ status, body, requestId: 'r-1', retryAfterMs: undefined, isFollowedLink: false }).message
}

describe('the codes of the sign-in service', () => {
  it('are at least 25', () => {
    expect(signInErrors.size).toBeGreaterThanOrEqual(25)
  })

  it.each([...signInErrors])('AADSTS%s is explained with its next step', (code, sentence) => {
    expect(code).toMatch(/^\d{5,7}$/)
    expect(sentence).toMatch(nextStep)
    const said = describeSignInError(`AADSTS${code}: text that names dana@contoso.example`, 'invalid_grant')
    expect(said).toContain(sentence)
    expect(said).toContain(`(AADSTS${code})`)
    expect(said).not.toContain('dana')
  })

  it.each([...oauthErrors])('%s without a known code is explained with its next step', (word, sentence) => {
    expect(sentence).toMatch(nextStep)
    expect(describeSignInError('dana@contoso.example', word)).toBe(`the sign-in is refused: ${sentence} (${word})`)
    expect(describeSignInError('AADSTS99999999: dana@contoso.example', word)).toBe(
      `the sign-in is refused: ${sentence} (AADSTS99999999)`,
    )
  })

  it('that are unknown are named, nothing else of the answer is', () => {
    expect(describeSignInError('AADSTS99999999: dana@contoso.example', 'x')).toContain('(AADSTS99999999)')
    expect(describeSignInError('dana@contoso.example', 'odd_error<')).toMatch(/refused \(odd_error\); check/)
  })
})

describe('the codes of Graph', () => {
  it('are at least 25', () => {
    expect(Object.keys(graphErrors).length).toBeGreaterThanOrEqual(25)
  })

  it.each(Object.entries(graphErrors))('%s is explained with its next step, in any case', (code, sentence) => {
    expect(sentence).toMatch(nextStep)
    for (const written of [code, code.toLowerCase(), code.toUpperCase()]) {
      const said = told(403, written, 'The mailbox of dana@contoso.example is closed')
      expect(said).toBe(`${sentence} (HTTP 403, ${written}, request r-1).`)
    }
  })

  it('that are unknown are told by what their status means', () => {
    expect(graphErrorSentence('ErrorNobodyHasSeen')).toBeUndefined()
    expect(told(403, 'ErrorNobodyHasSeen', '')).toMatch(/^Microsoft Graph denies access; check .*ErrorNobodyHasSeen/)
  })

  it.each([
    'Access to OData is disabled.',
    'Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.',
    '[RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.',
  ])('a policy that keeps the application out is told from missing rights: %s', (message) => {
    expect(accessPolicySentence).toMatch(nextStep)
    expect(told(403, 'ErrorAccessDenied', message)).toBe(
      `${accessPolicySentence} (HTTP 403, ErrorAccessDenied, request r-1).`,
    )
  })
})
