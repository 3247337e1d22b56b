import { describe, expect, it } from 'vitest'
import type { GraphError } from '../../src/base/errors.ts'
import { errorOfAnswer, errorWithoutAnswer, isItemGone } from '../../src/graph/errors.ts'

const body = (code: string, message = ''): string => JSON.stringify({ error: { code, message } })

function classified(status: number, text: string, isFollowedLink = false): GraphError {
  return errorOfAnswer({ status, body: text, requestId: 'r-1', retryAfterMs: undefined, isFollowedLink })
}

describe('a failed answer is classified once', () => {
  it.each([
    [400, body('ErrorInvalidRequest'), 'invalid'],
    [400, body('ErrorInvalidIdMalformed'), 'notFound'],
    [400, body('BadRequest', "Could not find a property named 'cancelledOccurrences'"), 'invalid'],
    [400, body('ErrorInvalidParameter', 'Badly formed token.'), 'gone'],
    [401, body('InvalidAuthenticationToken'), 'auth'],
    [401, '', 'auth'],
    [403, body('ErrorAccessDenied'), 'forbidden'],
    [403, body('ErrorQuotaExceeded'), 'forbidden'],
    [404, body('ErrorItemNotFound'), 'notFound'],
    [404, '<html>not here</html>', 'notFound'],
    [409, body('ErrorIrresolvableConflict'), 'conflict'],
    [410, body('SyncStateNotFound'), 'gone'],
    [410, '', 'gone'],
    [404, body('syncStateNotFound'), 'gone'],
    [400, body('RESYNCREQUIRED'), 'gone'],
    [412, body('ErrorIrresolvableConflict'), 'conflict'],
    [413, '', 'invalid'],
    [429, body('ApplicationThrottled'), 'throttled'],
    [500, body('ErrorInternalServerError'), 'unavailable'],
    [501, body('NotImplemented'), 'invalid'],
    [502, '<html>bad gateway</html>', 'unavailable'],
    [503, body('ErrorServerBusy'), 'unavailable'],
    [504, body('UnknownError', ''), 'unavailable'],
    [507, body('ErrorQuotaExceeded'), 'invalid'],
    [509, '', 'throttled'],
    [302, '', 'unavailable'],
  ])('%i %s is %s', (status, text, kind) => {
    expect(classified(status, text).kind).toBe(kind)
  })

  it('any 400 on a link means that its token is no good', () => {
    expect(classified(400, body('ErrorInvalidIdMalformed'), true).kind).toBe('gone')
    expect(classified(400, body('ErrorInvalidRequest'), true).kind).toBe('gone')
  })

  it.each([
    'The range between the start and end dates is greater than the allowed range. Maximum number of days: 1825',
    'Maximum number of days: 1825.',
  ])('a window that is too long is named: %s', (message) => {
    for (const isLink of [true, false]) {
      const error = classified(400, body('ErrorInvalidParameter', message), isLink)
      expect([error.kind, error.reason]).toEqual(['invalid', 'windowTooLong'])
    }
  })

  it('keeps status, code and request id, and what it says holds nothing of the body', () => {
    const error = classified(403, body('ErrorAccessDenied', "The mailbox of 'mara@fabrikam.example' is closed"))
    expect(error).toMatchObject({ status: 403, graphCode: 'ErrorAccessDenied', requestId: 'r-1', code: 'graph' })
    expect(error.message).toContain('r-1')
    expect(error.message).toContain('ErrorAccessDenied')
    expect(error.message).not.toContain('mara')
  })

  it('a code that is no word is not repeated', () => {
    expect(classified(400, body('<b>mara@fabrikam.example</b>')).graphCode).toBe('')
  })

  it('a refused sign-in has the code sign-in', () => {
    expect(classified(401, '').code).toBe('sign-in')
  })
})

describe('an item that is gone', () => {
  it.each([
    [404, 'ErrorItemNotFound', true],
    [404, 'erroritemnotfound', true],
    [400, 'ErrorInvalidIdMalformed', true],
    [404, 'ErrorFolderNotFound', false],
    [404, 'MailboxNotEnabledForRESTAPI', false],
    [404, 'ErrorInvalidUser', false],
    [403, 'ErrorAccessDenied', false],
    [410, 'SyncStateNotFound', false],
  ])('%i %s: %s', (status, code, expected) => {
    expect(isItemGone(classified(status, body(code)))).toBe(expected)
  })

  it('a page of a proxy says nothing about the item', () => {
    expect(isItemGone(classified(404, '<html>'))).toBe(false)
    expect(isItemGone(errorWithoutAnswer('the connection failed', ''))).toBe(false)
  })
})
