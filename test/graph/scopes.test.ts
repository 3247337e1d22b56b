// The table of rights. A change here asks every user for a new consent: it belongs into the changelog.
import { describe, expect, it } from 'vitest'
import { delegatedScopes, scopesOn, type AccountUse, type CalendarUse } from '../../src/graph/scopes.ts'

const read = (source: CalendarUse['source']): CalendarUse => ({ source, access: 'read-only' })
const write = (source: CalendarUse['source']): CalendarUse => ({ source, access: 'read-write' })
const boss = { user: 'boss@contoso.example', name: 'Calendar' }

const table: readonly [string, AccountUse['mailbox'], AccountUse['calendars'], string][] = [
  ['no calendar yet', 'me', [], 'Calendars.Read'],
  ['own, read', 'me', [read('default')], 'Calendars.Read'],
  ['own, written', 'me', [write('default')], 'Calendars.ReadWrite'],
  ['own, one read, one written', 'me', [read('default'), write({ id: 'AAMk' })], 'Calendars.ReadWrite'],
  ['own, in a calendar group', 'me', [read({ calendarGroup: 'Other calendars', name: 'x' })], 'Calendars.Read'],
  ["somebody else's, read", 'me', [read(boss)], 'Calendars.Read.Shared'],
  ["somebody else's, written", 'me', [write(boss)], 'Calendars.ReadWrite.Shared'],
  ["own written, another's read", 'me', [write('default'), read(boss)], 'Calendars.ReadWrite Calendars.Read.Shared'],
  ["own read, another's written", 'me', [read('default'), write(boss)], 'Calendars.Read Calendars.ReadWrite.Shared'],
  ['a shared mailbox, read', 'room@contoso.example', [read('default')], 'Calendars.Read.Shared'],
  ['a shared mailbox, written', 'room@contoso.example', [write({ name: 'x' })], 'Calendars.ReadWrite.Shared'],
  ['a shared mailbox, no calendar yet', 'room@contoso.example', [], 'Calendars.Read.Shared'],
  ['a group, read', 'me', [read({ group: '0f5c' })], 'Group.Read.All'],
  [
    'own read, a group written',
    'me',
    [read('default'), write({ group: '0f5c' })],
    'Calendars.Read Group.ReadWrite.All',
  ],
]

describe('the scopes asked for at sign-in', () => {
  it.each(table)('%s', (_, mailbox, calendars, expected) => {
    expect(delegatedScopes({ mailbox, calendars }).join(' ')).toBe(`User.Read ${expected} offline_access`)
  })

  it('carry the host of their cloud, except what is no right at Graph', () => {
    expect(scopesOn('https://graph.microsoft.us', ['User.Read', 'Calendars.Read', 'offline_access'])).toEqual([
      'https://graph.microsoft.us/User.Read',
      'https://graph.microsoft.us/Calendars.Read',
      'offline_access',
    ])
  })
})
