// The YAML that `graphdav calendars` prints: it loads, and each slug is one's own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { calendarsYaml } from '../../src/bridge/account-calendars.ts'
import { loadConfiguration } from '../../src/config/load.ts'
import type { GraphCalendar } from '../../src/graph/calendar-list.ts'

const calendar = (name: string, more: Partial<GraphCalendar> = {}): GraphCalendar => ({
  id: `id of ${name}`,
  name,
  owner: { name: 'Dana', address: 'dana@contoso.example' },
  color: undefined,
  canEdit: true,
  isDefault: false,
  ...more,
})

describe('calendarsYaml', () => {
  it('gives each calendar a slug that is allowed, free and alike its name', () => {
    const names = ['Calendar', 'Büro & Haus', 'Calendar', 'inbox', '日本', '--', 'work', 'x'.repeat(200)]
    const text = calendarsYaml(
      'home',
      names.map((name) => calendar(name)),
      ['work'],
    )
    const slugs = [...text.matchAll(/^ {2}(\S+):/gm)].map(([, slug]) => slug)
    expect(slugs).toEqual([
      'calendar',
      'buro-haus',
      'calendar-2',
      'inbox-2',
      'calendar-3',
      'calendar-4',
      'work-2',
      'x'.repeat(56),
    ])
  })

  it('prints what loads, whatever the names and ids hold', () => {
    const calendars = [
      calendar('Calendar', { isDefault: true }),
      calendar('a: "b"\n# c', { id: 'AA${X}="\\\'{}#: é' }),
      calendar('Ferien', { canEdit: false, owner: { name: '', address: '' } }),
    ]
    const folder = mkdtempSync(join(tmpdir(), 'graphdav-calendars-'))
    try {
      const file = join(folder, 'graphdav.yaml')
      const accounts = 'accounts: { home: { auth: { kind: access-token, token: abc } } }\n'
      writeFileSync(file, accounts + calendarsYaml('home', calendars, []))
      const loaded = loadConfiguration(file, { env: {} })
      expect([...loaded.calendars.values()].map(({ slug, account, source }) => ({ slug, account, source }))).toEqual([
        { slug: 'calendar', account: 'home', source: 'default' },
        { slug: 'a-b-c', account: 'home', source: { id: 'AA${X}="\\\'{}#: é' } },
        { slug: 'ferien', account: 'home', source: { id: 'id of Ferien' } },
      ])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('says so when there is none', () => {
    expect(calendarsYaml('home', [], [])).toBe('calendars: {}\n')
  })
})
