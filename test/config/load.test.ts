// Broken files: fixtures/config/broken/CASE.yaml with all its problems in CASE.txt, one a line, `{folder}` for its folder.
// The valid ones: what they mean.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ConfigurationError } from '../../src/base/errors.ts'
import { loadConfiguration } from '../../src/config/load.ts'

const folder = resolve(import.meta.dirname, '../../fixtures/config/broken')
const cases = readdirSync(folder).flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -5)] : []))

/** Reads a text as if it were the file /etc/graphdav/graphdav.yaml; `files` are those beside it. */
function load(text: string, env: Record<string, string> = {}, files: Record<string, string> = {}) {
  const readFile = (path: string): string => {
    const found = { '/etc/graphdav/graphdav.yaml': text, ...files }[path]
    if (found === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
    return found
  }
  return loadConfiguration('/etc/graphdav/graphdav.yaml', { env, readFile })
}

function problemsOf(run: () => unknown): ConfigurationError {
  try {
    run()
  } catch (error) {
    if (error instanceof ConfigurationError) return error
    throw error
  }
  throw new Error('the configuration was accepted')
}

const minimal = `
accounts:
  home: { auth: { kind: access-token, token: secret-access-token } }
calendars:
  work: { account: home, source: default }
`

describe('a broken configuration', () => {
  it('has at least thirty cases here', () => {
    expect(cases.length).toBeGreaterThanOrEqual(30)
  })

  it.each(cases)('says everything that is wrong with its place: %s', (name) => {
    const error = problemsOf(() => loadConfiguration(join(folder, `${name}.yaml`), { env: {} }))
    const lines = error.problems.map(({ line, column, key, message }) => `${line}:${column}: ${key}: ${message}`)
    const expected = readFileSync(join(folder, `${name}.txt`), 'utf8')
      .replaceAll('{folder}/..', resolve(folder, '..'))
      .replaceAll('{folder}', folder)
    expect(`${lines.join('\n')}\n`).toBe(expected)
  })

  it.each(cases)('never quotes a secret of the file: %s', (name) => {
    const error = problemsOf(() => loadConfiguration(join(folder, `${name}.yaml`), { env: {} }))
    expect(error.message).not.toMatch(/secret-access-token|geheim|abcdefghijklmnopqrstuv|1234567890123/)
  })

  it('names the file as it was given, line, column and key, like a compiler', () => {
    const error = problemsOf(() => load('log: { level: loud }'))
    expect(error.message).toBe(
      '/etc/graphdav/graphdav.yaml:1:15: log.level: not a valid value; allowed: error, warn, info, debug',
    )
    expect(error.code).toBe('configuration')
  })

  it('that is not there says where one is looked for', () => {
    const error = problemsOf(() => loadConfiguration('/nowhere/graphdav.yaml', { env: {} }))
    expect(error.message).toMatch(/^\/nowhere\/graphdav\.yaml: .*does not exist.*--config FILE/)
  })

  it('that is far too large is refused unread', () => {
    expect(problemsOf(() => load(`# ${'x'.repeat(1_000_001)}`)).message).toMatch(/larger than/)
  })

  it('with aliases that grow without end is refused quickly', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
    for (let n = 1; n < 20; n += 1)
      lines.push(
        `a${n}: &a${n} [${Array(10)
          .fill(`*a${n - 1}`)
          .join(', ')}]`,
      )
    const started = performance.now()
    expect(problemsOf(() => load(lines.join('\n'))).problems).toHaveLength(1)
    expect(performance.now() - started).toBeLessThan(2000)
  })

  it('with an alias inside its own anchor is refused', () => {
    expect(problemsOf(() => load('users: &u { alice: *u }')).message).toMatch(/deeply nested/)
  })

  it('shows the place of the key when a value comes from a variable', () => {
    const error = problemsOf(() => load('sync:\n  interval: ${EVERY}\n', { EVERY: 'secret-from-env' }))
    expect(error.problems[0]).toMatchObject({ line: 2, column: 13, key: 'sync.interval' })
    expect(error.message).not.toContain('secret-from-env')
  })
})

describe('a configuration', () => {
  it('has the defaults of the contract', () => {
    const { server, store, accounts, calendars, feeds, users, sync, log } = load(minimal)
    expect(server).toEqual({
      listen: { host: '127.0.0.1', port: 8800 },
      publicUrl: undefined,
      trustProxy: false,
      tls: undefined,
    })
    expect(store).toEqual({ kind: 'file', path: '/etc/graphdav/data' })
    expect(accounts.get('home')).toMatchObject({ graphUrl: 'https://graph.microsoft.com', mailbox: 'me' })
    expect(calendars.get('work')).toMatchObject({
      source: 'default',
      access: 'read-only',
      track: 'window',
      window: { kind: 'rolling', pastMs: 182.5 * 86_400_000, futureMs: 730 * 86_400_000 },
    })
    expect(feeds).toEqual([])
    expect(users.size).toBe(0)
    expect(sync).toEqual({
      intervalMs: 60_000,
      maxStalenessMs: 30_000,
      staleMs: 1_800_000,
      pageSize: 50,
      brake: { removals: 25, share: 0.2 },
    })
    expect(log).toEqual({ level: 'info', format: undefined })
  })

  it('puts variables into texts, and leaves $${ alone', () => {
    const { calendars, server } = load(
      `${minimal.replace('source: default', () => "source: default, name: 'A $${B} ${C}d'")}server: { listen: '127.0.0.1:\${PORT}' }`,
      { C: 'c', PORT: '1234' },
    )
    expect(calendars.get('work')?.name).toBe('A ${B} cd')
    expect(server.listen.port).toBe(1234)
  })

  it('does not look for variables inside what a variable brought', () => {
    const { users } = load('users: { alice: { password: "${P}" } }\n', { P: 'a${B}$${c' })
    expect(users.get('alice')?.password).toBe('a${B}$${c')
  })

  it('reads secrets from files beside it, without their last line break', () => {
    const { users, accounts, feeds } = load(
      `accounts: { home: { auth: { kind: access-token, tokenFile: token } } }
calendars: { work: { account: home, source: default, feed: { tokenFile: /run/feed } } }
users: { alice: { passwordFile: secrets/alice } }`,
      {},
      {
        '/etc/graphdav/token': 'an-access-token\n',
        '/etc/graphdav/secrets/alice': 'pass word\r\n',
        '/run/feed': 'abcdefghijklmnopqrstuv\n',
      },
    )
    expect(users.get('alice')?.password).toBe('pass word')
    // The access token is read again whenever it changes: its path is kept.
    expect(accounts.get('home')?.auth).toEqual({ tokenFile: '/etc/graphdav/token' })
    expect(feeds[0]?.token).toBe('abcdefghijklmnopqrstuv')
  })

  it('takes every form of a source', () => {
    const forms = [
      'default',
      '{ id: X }',
      '{ name: X }',
      '{ group: X }',
      '{ user: U, id: X }',
      '{ user: U, name: X }',
      '{ calendarGroup: G, name: X }',
    ]
    const text = forms.map((form, index) => `  c${index}: { account: home, source: ${form} }`).join('\n')
    const { calendars } = load(minimal.replace(/calendars:[^]*/, `calendars:\n${text}\n`))
    expect([...calendars.values()].map(({ source }) => source)).toEqual([
      'default',
      { id: 'X' },
      { name: 'X' },
      { group: 'X' },
      { user: 'U', id: 'X' },
      { user: 'U', name: 'X' },
      { calendarGroup: 'G', name: 'X' },
    ])
  })

  it('takes a fixed window as it is written, and the longest one', () => {
    const windows = ['{ from: 2016-12-01T00:00:00-08:00, to: 2016-12-30T00:00:00Z }', '{ past: 0s, future: 5y }']
    const [fixed, longest] = windows.map((window) =>
      load(minimal.replace('source: default', `source: default, window: ${window}`)).calendars.get('work'),
    )
    expect(fixed?.window).toEqual({ kind: 'fixed', from: '2016-12-01T00:00:00-08:00', to: '2016-12-30T00:00:00Z' })
    expect(longest?.window).toEqual({ kind: 'rolling', pastMs: 0, futureMs: 1825 * 86_400_000 })
  })

  it('gives a user all calendars, a list of them, or some with less access, in the order of the file', () => {
    const { users } = load(`
accounts: { home: { auth: { kind: access-token, token: secret-access-token } } }
calendars:
  work: { account: home, source: default }
  home: { account: home, source: { name: Home } }
users:
  everything: { password: geheim }
  all: { password: geheim, calendars: all }
  some: { password: geheim, calendars: [home] }
  narrowed: { password: geheim, calendars: { home: read-only, work: read-only } }
`)
    const slugs = Object.fromEntries(
      [...users].map(([name, { calendars }]) => [name, calendars.map(({ slug }) => slug).join(' ')]),
    )
    expect(slugs).toEqual({ everything: 'work home', all: 'work home', some: 'home', narrowed: 'work home' })
  })

  it('lists the feeds of calendars under their slugs, then the others', () => {
    const { feeds } = load(
      `${minimal.replace('source: default', 'source: default, feed: { token: abcdefghijklmnopqrstuv, detail: full, private: show }')}
feeds:
  family: { token: bbcdefghijklmnopqrstuv, calendars: [work], hide: { title: 'lunch|gym' }, expires: 2027-06-30 }
`,
    )
    expect(feeds.map(({ name, calendars, detail }) => [name, calendars, detail])).toEqual([
      ['work', ['work'], 'full'],
      ['family', ['work'], 'busy'],
    ])
    expect(feeds[0]?.hide).toEqual({ declined: false, free: false, categories: [], title: null })
    expect(feeds[1]?.hide.title?.test('Team LUNCH')).toBe(true)
    expect(feeds[1]?.expires).toBe(Date.UTC(2027, 6, 1))
  })

  it('warns of plain passwords, with their line and without the password', () => {
    const { warnings } = load(`${minimal}users:\n  alice: { password: geheim }\n`)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatchObject({ key: 'users.alice.password', line: 7 })
    expect(JSON.stringify(warnings)).not.toContain('geheim')
  })

  it('may be reached from elsewhere with a trusted proxy, or with TLS', () => {
    const files = { '/etc/graphdav/cert.pem': 'cert', '/etc/graphdav/key.pem': 'key' }
    expect(load(`${minimal}server: { listen: ':80', trustProxy: [10.0.0.0/8] }`).server).toMatchObject({
      listen: { host: '0.0.0.0', port: 80 },
      trustProxy: ['10.0.0.0/8'],
    })
    const { server } = load(
      `${minimal}server: { listen: '[::]:443', tls: { cert: cert.pem, key: key.pem } }`,
      {},
      files,
    )
    expect(server.tls).toEqual({ cert: '/etc/graphdav/cert.pem', key: '/etc/graphdav/key.pem' })
    expect(server.listen.host).toBe('::')
  })

  it('treats an empty top-level block as one that is not there', () => {
    expect(load('accounts:\ncalendars:\nsync:\n').sync.intervalMs).toBe(60_000)
    expect(load('').warnings.map(({ key }) => key)).toEqual(['calendars'])
  })

  it('keeps public addresses and Graph roots without a slash at the end', () => {
    const { server, accounts } = load(`
server: { publicUrl: 'https://cal.example.org/cal/' }
accounts: { home: { graphUrl: 'http://127.0.0.1:9100/', auth: { kind: access-token, token: secret-access-token } } }`)
    expect(server.publicUrl).toBe('https://cal.example.org/cal')
    expect(accounts.get('home')?.graphUrl).toBe('http://127.0.0.1:9100')
  })
})
