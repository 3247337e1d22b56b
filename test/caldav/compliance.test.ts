// The tables of docs/caldav-compliance.md say what the code does.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Name } from '../../src/caldav/names.ts'
import { allRows } from '../../src/caldav/properties/lookup.ts'
import type { Session, Subject, SubjectKind } from '../../src/caldav/subject.ts'
import { reportsOn } from '../../src/caldav/supported-reports.ts'

const text = readFileSync(join(import.meta.dirname, '../../docs/caldav-compliance.md'), 'utf8')

/** The cells of the table below a heading. */
function table(heading: string): readonly (readonly string[])[] {
  const section = text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const lines = section.split('\n').filter((line) => line.startsWith('| '))
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

const prefixes: Readonly<Record<string, string>> = {
  'DAV:': 'DAV',
  'urn:ietf:params:xml:ns:caldav': 'C',
  'http://calendarserver.org/ns/': 'CS',
  'http://apple.com/ns/ical/': 'A',
}
const short = ({ namespace, local }: Name): string => `${prefixes[namespace]}:${local}`

const letters: readonly (readonly [SubjectKind, string])[] = [
  ['site', 'S'],
  ['root', 'R'],
  ['principals', 'P'],
  ['principal', 'p'],
  ['homes', 'C'],
  ['home', 'H'],
  ['inbox', 'I'],
  ['outbox', 'X'],
  ['collection', 'K'],
  ['resource', 'O'],
]

function places(isThere: (kind: SubjectKind) => boolean): string {
  const found = letters.filter(([kind]) => isThere(kind)).map(([, letter]) => letter)
  if (found.length === letters.length) return 'all'
  return found.length === 0 ? 'once set' : [...found].sort().join(' ')
}

const sorted = (cell: string): string => (/^(?:all|once set)$/.test(cell) ? cell : cell.split(' ').sort().join(' '))

const collection = {
  slug: 'work',
  displayName: 'Work',
  color: '#3366cc',
  access: 'read-only',
  isRemovable: false,
  state: 'ready',
  syncToken: 'urn:x:1',
  timeZone: 'Europe/Berlin',
  ownerAddresses: [],
  isShared: false,
  lastInStep: 0,
} as const
const resource = { name: 'x.ics', uid: 'x', etag: 'x', size: 1, lastModified: 0 }
const session: Session = {
  user: 'alice',
  prefix: '',
  principal: { user: 'alice', addresses: ['alice@example.com'], mayCreateCalendars: false },
  collections: [collection],
  stored: new Map(),
}

function subjectOf(kind: SubjectKind): Subject {
  if (kind === 'collection') return { kind, collection }
  return kind === 'resource' ? { kind, collection, resource } : { kind }
}

describe('the compliance table', () => {
  it('has every property with its section, its places and whether it may be set', () => {
    const listed = table('Properties').map(([name, section, where = '', set]) => [name, section, sorted(where), set])
    const real = allRows.map((row) => [
      short(row.name),
      row.section,
      places((kind) => row.read(subjectOf(kind), session) !== undefined),
      row.set === 'protected' ? '' : 'yes',
    ])
    expect(listed).toEqual(real)
  })

  it('has every report with its places', () => {
    const names = [...new Set(letters.flatMap(([kind]) => reportsOn(kind).map(short)))].sort()
    const real = names.map((name) => [name, places((kind) => reportsOn(kind).map(short).includes(name))])
    const listed = table('Reports').map(([name = '', , where = '']) => [name, sorted(where)])
    expect([...listed].sort(([one = ''], [other = '']) => (one < other ? -1 : 1))).toEqual(real)
  })

  it('leaves nothing without a word', () => {
    for (const line of text.split('\n').filter((one) => /^\| (?:RFC|§)/.test(one))) {
      expect(
        line
          .split('|')
          .slice(1, -1)
          .slice(0, 3)
          .every((cell) => cell.trim() !== ''),
      ).toBe(true)
    }
  })
})
