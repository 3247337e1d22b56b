import { describe, expect, it } from 'vitest'
import { reachOf } from '../../src/sync/journal.ts'

describe('who hears of a write', () => {
  it.each([
    [[], 'silent'],
    [['create silent', 'patch silent'], 'silent'],
    [['patch silent', 'respond answers-organizer'], 'answer'],
    [['respond answers-organizer', 'cancel mails-attendees', 'patch silent'], 'mail'],
  ])('%j: %s', (steps, reach) => {
    expect(reachOf(steps)).toBe(reach)
  })
})
