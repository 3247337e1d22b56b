// The states of calendars and accounts, as status --json and /readyz give them.
import { describe, expect, it } from 'vitest'
import { printCredentials, reasonNotReady, reportOf, type CalendarFacts } from '../../src/bridge/status.ts'
import type { AccountConfiguration } from '../../src/config/configuration.ts'
import type { LastError } from '../../src/sync/status.ts'

const now = Date.UTC(2026, 2, 1, 12, 0, 0)
const staleMs = 30 * 60_000
const well: CalendarFacts['status'] = {
  state: 'ok',
  lastInStep: now - 12_345,
  lastRoundAt: now - 12_345,
  events: 40,
  resources: 38,
  heldRemovals: 0,
  drift: 0,
  lastError: null,
}
const silence = 'Microsoft Graph does not answer.'
const failure: LastError = { code: 'graph', message: silence, reason: silence, at: now - 1000 }
const refusal = 'the access token was refused'
const signIn: LastError = { code: 'sign-in', message: refusal, reason: refusal, at: now - 1000 }

function look(changes: Partial<CalendarFacts['status']>) {
  const facts: CalendarFacts = { slug: 'work', account: 'home', status: { ...well, ...changes } }
  const report = reportOf([facts], [{ name: 'home', mailbox: 'mara@fabrikam.example' }], now)
  const { work } = report.calendars
  const { home } = report.accounts
  if (work === undefined || home === undefined) throw new Error('the report is not complete')
  return { work, home, reason: reasonNotReady(facts, now, staleMs) }
}

describe('the status of a calendar', () => {
  it('has exactly the keys of the contract', () => {
    expect(look({}).work).toEqual({
      state: 'ok',
      lastRound: '2026-03-01T11:59:47Z',
      ageSeconds: 12,
      events: 40,
      resources: 38,
      heldRemovals: 0,
      drift: 0,
      lastError: null,
    })
    expect(look({}).home).toEqual({ state: 'ok', mailbox: 'mara@fabrikam.example', lastError: null })
  })

  it('that was never read is not ready: never an empty one', () => {
    const { work, reason } = look({ state: 'first-round', lastInStep: undefined, lastRoundAt: undefined })
    expect(work).toMatchObject({ state: 'first-round', lastRound: null, ageSeconds: null })
    expect(reason).toMatch(/first round/)
  })

  it('after a restart shows when it was in step before', () => {
    expect(look({ lastRoundAt: undefined }).work.lastRound).toBe('2026-03-01T11:59:47Z')
  })

  it('whose first round fails says why', () => {
    const { work, home, reason } = look({ state: 'error', lastInStep: undefined, lastError: failure })
    expect(work.lastError).toEqual({ code: 'graph', message: failure.message, at: '2026-03-01T11:59:59Z' })
    expect(home.state).toBe('error')
    expect(reason).toContain(failure.message)
  })

  it('that failed just now is still ready while it is young', () => {
    const { work, reason } = look({ state: 'error', lastError: failure })
    expect(work.state).toBe('error')
    expect(reason).toBeUndefined()
  })

  it('tells a person the names of calendars, and /readyz, which anybody may ask, does not', () => {
    const lost: LastError = { code: 'not-found', message: 'there are: "Therapy"', reason: 'not there', at: now - 1000 }
    const { work, reason } = look({ state: 'error', lastInStep: undefined, lastError: lost })
    expect(work.lastError?.message).toContain('Therapy')
    expect(reason).toBe('its first round is not complete: not there')
  })

  it('older than sync.stale is not ready, to the millisecond', () => {
    expect(look({ lastInStep: now - staleMs + 1 }).reason).toBeUndefined()
    expect(look({ state: 'stale', lastInStep: now - staleMs, lastError: failure }).reason).toMatch(
      /1800 seconds ago.*does not answer/,
    )
  })

  it('with held removals is not ready, and says how they pass', () => {
    const { work, reason } = look({ state: 'held', heldRemovals: 30 })
    expect(work.heldRemovals).toBe(30)
    expect(reason).toContain('graphdav sync --accept work')
  })

  it('whose account needs a sign-in says so before anything else', () => {
    const { home, reason } = look({ state: 'sign-in', lastError: signIn, heldRemovals: 3, lastInStep: now - staleMs })
    expect(home).toMatchObject({ state: 'sign-in', lastError: { code: 'sign-in' } })
    expect(reason).toMatch(/sign-in/)
  })

  it('keeps its age at zero when the clock was set back', () => {
    expect(look({ lastInStep: now + 5000 }).work.ageSeconds).toBe(0)
  })
})

describe('the status of an account', () => {
  const account = [{ name: 'home', mailbox: 'me' }]
  const of = (name: string, changes: Partial<CalendarFacts['status']>, owner = 'home'): CalendarFacts => ({
    slug: name,
    account: owner,
    status: { ...well, ...changes },
  })
  const stateOf = (facts: readonly CalendarFacts[]) => reportOf(facts, account, now).accounts['home']

  it('is ok while one of its calendars is', () => {
    expect(stateOf([of('a', {}), of('b', { lastError: failure })])).toEqual({
      state: 'ok',
      mailbox: 'me',
      lastError: null,
    })
  })

  it('is ok without calendars, and not concerned by those of others', () => {
    expect(stateOf([of('a', { lastError: signIn }, 'elsewhere')])?.state).toBe('ok')
  })
})

describe('what accounts prove themselves with', () => {
  const account = (name: string, auth: AccountConfiguration['auth']): AccountConfiguration => {
    return { name, graphUrl: 'https://graph.microsoft.com', mailbox: 'dana@contoso.example', timeZone: undefined, auth }
  }
  const application = { authority: 'https://login.example.test/t', clientId: 'app', scope: '', caFile: undefined }
  const day = 86_400_000

  it('is told where its end is known, the last moment of a day included', () => {
    const secret = { ...application, credential: { clientSecret: 'hush' } }
    const accounts = [
      account('token', { token: 'abc' }),
      account('silent', { ...secret, secretEnds: undefined }),
      account('soon', { ...secret, secretEnds: Date.UTC(2026, 2, 4) }),
      account('over', { ...secret, secretEnds: now - day }),
      account('unreadable', {
        ...application,
        credential: { certificate: '/nowhere/app.pem', privateKey: '/nowhere/key.pem' },
        secretEnds: undefined,
      }),
    ]
    expect(printCredentials(accounts, now)).toEqual({
      soon: { kind: 'clientSecret', endsAt: '2026-03-03T23:59:59Z', daysLeft: 2 },
      over: { kind: 'clientSecret', endsAt: '2026-02-28T11:59:59Z', daysLeft: -2 },
    })
  })
})
