// Who may import whom: reads the import lines of src and compares them with the table. Downwards only, never within a
// rank, each package at home in one file.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const src = resolve(import.meta.dirname, '../src')

/** Folder → what it may import: folders, or single files of them. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  base: [],
  ical: ['base'],
  calendar: ['ical/object.ts'],
  graph: ['base'],
  store: ['base'],
  config: ['base'],
  convert: ['graph/types.ts', 'ical', 'base'],
  mirror: ['graph/types.ts', 'calendar', 'ical/object.ts', 'store', 'base'],
  caldav: ['calendar', 'ical', 'base'],
  feed: ['calendar', 'ical', 'base'],
  sync: ['graph', 'mirror', 'convert', 'ical', 'calendar', 'base'],
  server: ['caldav', 'feed', 'calendar', 'base'],
  simulator: ['graph/types.ts', 'base'],
  bridge: [
    'server',
    'sync',
    'caldav',
    'feed',
    'convert',
    'mirror',
    'calendar',
    'ical',
    'graph',
    'store',
    'config',
    'base',
  ],
  cli: ['bridge', 'server', 'simulator', 'config', 'base'],
}

/** Package → its one home (a file, or a folder where the package is the frame of the whole folder). */
const homes: Readonly<Record<string, readonly string[]>> = {
  'ical-generator': ['ical/print.ts'],
  rrule: ['ical/rule.ts'],
  ajv: ['simulator/schema.ts'],
  'ajv/dist/2020.js': ['simulator/schema.ts'],
  'moment-timezone': ['base/zones.ts'],
  pino: ['base/log.ts'],
  'pino-pretty': ['base/log.ts'],
  saxes: ['caldav/xml.ts'],
  ky: ['graph/http.ts'],
  'p-queue': ['graph/lanes.ts'],
  '@azure/msal-node': ['graph/msal.ts'],
  yaml: ['config/document.ts'],
  zod: ['config/fields.ts', 'config/schema.ts'],
  lowdb: ['store/file-database.ts'],
  'proper-lockfile': ['store/lock.ts'],
  commander: ['cli/parse.ts'],
  'html-to-text': ['convert/body.ts'],
  'basic-auth': ['server/auth.ts'],
  'rate-limiter-flexible': ['server/guard.ts'],
  'koa-helmet': ['server/app.ts'],
  'prom-client': ['server/metrics.ts'],
}

interface Import {
  readonly from: string
  readonly to: string
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
const imports: readonly Import[] = files.flatMap((file) =>
  [
    ...readFileSync(join(src, file), 'utf8').matchAll(
      /^(?:import|export)[^'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|import\('([^']+)'\)/gm,
    ),
  ].map((match) => ({ from: file, to: match[1] ?? match[2] ?? match[3] ?? '' })),
)
const own = imports
  .filter(({ to }) => to.startsWith('.'))
  .map(({ from, to }) => ({ from, to: relative(src, resolve(src, dirname(from), to)) }))

describe('import rules', () => {
  it('finds the sources', () => {
    expect(files.length).toBeGreaterThan(10)
    expect(own.length).toBeGreaterThan(10)
  })

  it('imports go downwards only', () => {
    const wrong = own.filter(({ from, to }) => {
      const [folder, target] = [from.split('/')[0] ?? '', to.split('/')[0] ?? '']
      return folder !== target && !(allowed[folder] ?? []).some((name) => name === target || name === to)
    })
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([])
  })

  it('no file takes part in a cycle', () => {
    const next = (file: string): readonly string[] => own.filter(({ from }) => from === file).map(({ to }) => to)
    const reaches = (start: string): boolean => {
      const seen = new Set<string>()
      const queue = [...next(start)]
      for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
        if (file === start) return true
        if (!seen.has(file)) queue.push(...next(file))
        seen.add(file)
      }
      return false
    }
    expect(files.filter(reaches)).toEqual([])
  })

  it('each package has one home', () => {
    const strangers = imports.filter(({ from, to }) => homes[to] !== undefined && !homes[to].includes(from))
    expect(strangers.map(({ from, to }) => `${from} imports ${to}`)).toEqual([])
  })
})
