// The rights of every kind of configuration, against a file: a person who has consented once is never asked for more by a new
// version without somebody having decided so. `UPDATE=1` writes the file anew; such a change belongs into CHANGELOG.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { clouds } from '../../src/config/clouds.ts'
import { neededRights } from '../../src/graph/rights.ts'
import { scopesOn, type AccountUse, type CalendarUse } from '../../src/graph/scopes.ts'

const golden = join(import.meta.dirname, '../../fixtures/sign-in/rights.txt')

const sources: readonly (readonly [string, CalendarUse['source']])[] = [
  ['default', 'default'],
  ['id', { id: 'AAMk' }],
  ['name', { name: 'Team' }],
  ['calendar group', { calendarGroup: 'Mine', name: 'Team' }],
  ["another person's", { user: 'mara@contoso.example', name: 'Calendar' }],
  ['group', { group: '4f1c' }],
]
const accesses = ['read-only', 'read-write'] as const
const mailboxes = ['me', 'dana@contoso.example']

function uses(): readonly (readonly [string, AccountUse])[] {
  const singles = sources.flatMap(([name, source]) =>
    accesses.map((access) => [`${name} ${access}`, [{ source, access }]] as const),
  )
  const mixed: readonly (readonly [string, readonly CalendarUse[]])[] = [
    ['no calendar', []],
    ['default read-only, default read-write', accesses.map((access) => ({ source: 'default', access }))],
    ...accesses.flatMap((own) =>
      accesses.map(
        (other) =>
          [
            `default ${own}, another person's ${other}`,
            [
              { source: 'default', access: own },
              { source: { user: 'mara@contoso.example', id: 'AAMk' }, access: other },
            ],
          ] as const,
      ),
    ),
    ['every source read-write', sources.map(([, source]) => ({ source, access: 'read-write' }))],
  ]
  return mailboxes.flatMap((mailbox) =>
    [...singles, ...mixed].map(([name, calendars]) => [`mailbox ${mailbox}: ${name}`, { mailbox, calendars }] as const),
  )
}

function table(): string {
  const rows = uses().map(([name, use]) =>
    [name, ...(['person', 'application'] as const).map((who) => `  ${who}: ${neededRights(who, use).join(' ')}`)].join(
      '\n',
    ),
  )
  return `${rows.join('\n')}\n`
}

describe('the rights that a configuration asks for', () => {
  it('are those of the file', () => {
    if (process.env['UPDATE'] === '1') writeFileSync(golden, table())
    expect(table()).toBe(readFileSync(golden, 'utf8'))
  })

  it('are never of the kind that hides bodies, and never of a mail, a contact or a file', () => {
    const all = new Set(
      uses().flatMap(([, use]) => [...neededRights('person', use), ...neededRights('application', use)]),
    )
    expect([...all].toSorted()).toEqual([
      'Calendars.Read',
      'Calendars.Read.Shared',
      'Calendars.ReadWrite',
      'Calendars.ReadWrite.Shared',
      'Group.Read.All',
      'Group.ReadWrite.All',
      'User.Read',
      'offline_access',
    ])
  })

  it('write only where a calendar is to be written', () => {
    for (const [name, use] of uses()) {
      const isWritten = use.calendars.some(({ access }) => access === 'read-write')
      for (const who of ['person', 'application'] as const) {
        expect(
          neededRights(who, use).some((right) => right.includes('Write')),
          `${name}, ${who}`,
        ).toBe(isWritten)
      }
    }
  })

  it.each(Object.entries(clouds))('carry the host of %s', (_, { graph }) => {
    expect(scopesOn(graph, ['Calendars.Read', 'offline_access'])).toEqual([`${graph}/Calendars.Read`, 'offline_access'])
  })
})
