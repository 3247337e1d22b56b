// The program as a person types it: the command line in, what is printed and the exit code out. In this process.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyPassword } from '../../src/server/password.ts'
import { type } from './type.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'graphdav-cli-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the command line', () => {
  it('shows a help with every command and global option, and exits 0', async () => {
    const { exitCode, stdout, stderr } = await type('--help')
    expect([exitCode, stderr]).toEqual([0, ''])
    for (const word of [
      'serve',
      'check',
      'login',
      'calendars',
      'sync',
      'status',
      'export',
      'explain',
      'backup',
      'restore',
      'simulate',
      'demo',
      'password',
      'token',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${word}\\b`, 'm'))
    }
    for (const option of ['--config', '--log-level', '--version', '--help']) expect(stdout).toContain(option)
  })

  it.each([
    'serve',
    'check',
    'login',
    'calendars',
    'sync',
    'status',
    'export',
    'explain',
    'backup',
    'restore',
    'simulate',
    'demo',
    'password',
    'token',
  ])('%s --help tells about itself and the global options', async (name) => {
    const { exitCode, stdout } = await type(`${name} --help`)
    expect(exitCode).toBe(0)
    expect(stdout).toContain(`Usage: graphdav ${name}`)
    expect(stdout).toContain('--config')
  })

  it.each(['--version', 'serve --version'])('%s prints the version', async (line) => {
    expect(await type(line)).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
  })

  it.each([
    ['', 'a command is missing'],
    ['tokn', "unknown command 'tokn' (Did you mean token?)"],
    ['token --nope', "unknown option '--nope'"],
    ['token extra', 'too many arguments'],
    ['token --log-level loud', 'Allowed choices are error, warn, info, debug, silent'],
    ['token --config', 'argument missing'],
    ['export', "missing required argument 'calendar'"],
    ['demo --port many', '--port'],
    ['simulate --events -3', '--events'],
  ])('%j is wrong: one sentence, what to do next, exit code 2', async (line, sentence) => {
    const { exitCode, stdout, stderr } = await type(line)
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toContain(sentence)
    expect(stderr).toMatch(/^graphdav: [^\n]*--help[^\n]*\n$/)
  })
})

describe('the configuration of a command', () => {
  it('that is wrong is told with every problem, a count, and exit code 2', async () => {
    const file = join(folder, 'wrong.yaml')
    writeFileSync(file, 'sync: { intervall: 60s }\nlog: { level: loud }\n')
    for (const command of ['serve', 'check', 'sync', 'status', 'export work']) {
      const { exitCode, stderr } = await type(`${command} --config ${file}`)
      expect(exitCode).toBe(2)
      expect(stderr).toContain(`${file}:1:9: sync.intervall: unknown key; did you mean interval?`)
      expect(stderr).toContain(`${file}:2:15: log.level: not a valid value`)
      expect(stderr).toContain('graphdav: the configuration has 2 problems.')
      expect(stderr).not.toMatch(/^\s+at /m)
    }
  })

  it('is named by --config, else by $GRAPHDAV_CONFIG, else config/graphdav.yaml', async () => {
    const env = { GRAPHDAV_CONFIG: '/nowhere/from-variable.yaml' }
    expect((await type('status --config /nowhere/from-option.yaml', { env })).stderr).toContain(
      '/nowhere/from-option.yaml',
    )
    expect((await type('--config /nowhere/before.yaml status')).stderr).toContain('/nowhere/before.yaml')
    expect((await type('status', { env })).stderr).toContain('/nowhere/from-variable.yaml')
    expect((await type('status')).stderr).toContain('config/graphdav.yaml')
  })

  it('with --log-level debug, an error shows where it came from', async () => {
    expect((await type('status --config /nowhere/x.yaml --log-level debug')).stderr).toMatch(/^\s+at /m)
  })
})

describe('graphdav token', () => {
  it('prints a new token that a feed may have', async () => {
    const [one, other] = [await type('token'), await type('token')]
    expect(one.stdout).toMatch(/^[A-Za-z0-9_-]{22,}\n$/)
    expect(other.stdout).not.toBe(one.stdout)
  })
})

describe('graphdav password', () => {
  it('reads standard input and prints a hash that the password opens', async () => {
    const { exitCode, stdout } = await type('password', { stdin: 'geheim: ü\r\nmore\n' })
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^scrypt\$15\$8\$1\$[\w-]+\$[\w-]+\n$/)
    expect(await verifyPassword('geheim: ü', stdout.trim())).toBe(true)
    expect(await verifyPassword('geheim', stdout.trim())).toBe(false)
  })

  it.each(['', '\n', 'x'.repeat(1025)])('refuses an empty or endless one (%#)', async (stdin) => {
    const { exitCode, stdout, stderr } = await type('password', { stdin })
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^graphdav: the password is /)
  })
})
