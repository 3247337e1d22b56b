// The states of calendars and accounts, as status --json and /readyz give them.
import { describe, expect, it } from 'vitest'
import { reasonNotReady, reportOf, type CalendarFacts, type LastError } from '../../src/bridge/status.ts'

const now = Date.UTC(2026, 2, 1, 12, 0, 0)
const staleMs = 30 * 60_000
const well: CalendarFacts = {
  slug: 'work',
  account: 'home',
  isReady: true,
  lastInStep: now - 12_345,
  lastRound: now - 12_345,
  events: 40,
  resources: 38,
  heldRemovals: 0,
  drift: 0,
  lastError: null,
}
const failure: LastError = { code: 'graph', message: 'Microsoft Graph does not answer.', at: now - 1000 }
const signIn: LastError = { code: 'sign-in', message: 'the access token was refused', at: now - 1000 }

function look(changes: Partial<CalendarFacts>) {
  const facts = { ...well, ...changes }
  const report = reportOf([facts], [{ name: 'home', mailbox: 'mara@fabrikam.example' }], { now, staleMs })
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

  it('that was never read is first-round: never an empty one', () => {
    const { work, reason } = look({ isReady: false, lastInStep: undefined, lastRound: undefined })
    expect(work).toMatchObject({ state: 'first-round', lastRound: null, ageSeconds: null })
    expect(reason).toMatch(/first round/)
  })

  it('whose first round fails is an error, with the reason', () => {
    const { work, home, reason } = look({ isReady: false, lastInStep: undefined, lastError: failure })
    expect(work.state).toBe('error')
    expect(work.lastError).toEqual({ code: 'graph', message: failure.message, at: '2026-03-01T11:59:59Z' })
    expect(home.state).toBe('error')
    expect(reason).toContain(failure.message)
  })

  it('that failed just now is an error, and still ready while it is young', () => {
    const { work, reason } = look({ lastError: failure })
    expect(work.state).toBe('error')
    expect(reason).toBeUndefined()
  })

  it('older than sync.stale is stale, to the millisecond', () => {
    expect(look({ lastInStep: now - staleMs }).work.state).toBe('ok')
    const { work, reason } = look({ lastInStep: now - staleMs - 1, lastError: failure })
    expect(work.state).toBe('stale')
    expect(reason).toMatch(/1800 seconds ago.*does not answer/)
  })

  it('with held removals is held, and says how they pass', () => {
    const { work, reason } = look({ heldRemovals: 30 })
    expect(work).toMatchObject({ state: 'held', heldRemovals: 30 })
    expect(reason).toContain('graphdav sync --accept work')
  })

  it('whose account needs a sign-in says so before anything else', () => {
    const { work, home, reason } = look({ lastError: signIn, heldRemovals: 3, lastInStep: now - staleMs - 1 })
    expect([work.state, home.state]).toEqual(['sign-in', 'sign-in'])
    expect(home.lastError).toMatchObject({ code: 'sign-in' })
    expect(reason).toMatch(/sign-in/)
  })

  it('keeps its age at zero when the clock was set back', () => {
    expect(look({ lastInStep: now + 5000 }).work.ageSeconds).toBe(0)
  })
})

describe('the status of an account', () => {
  const account = [{ name: 'home', mailbox: 'me' }]
  const report = (facts: readonly CalendarFacts[]) => reportOf(facts, account, { now, staleMs }).accounts['home']

  it('is ok while one of its calendars is', () => {
    expect(report([well, { ...well, slug: 'other', lastError: failure }])).toEqual({
      state: 'ok',
      mailbox: 'me',
      lastError: null,
    })
  })

  it('is ok without calendars, and not concerned by those of others', () => {
    expect(report([{ ...well, account: 'elsewhere', lastError: signIn }])?.state).toBe('ok')
  })
})
