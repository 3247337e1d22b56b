// The built program as a service manager and a person at a shell use it: processes, signals, exit codes, sentences.
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts'
import { type } from './type.ts'

const main = resolve(import.meta.dirname, '../../dist/cli/main.js')
const token = 'abcdefghijklmnopqrstuvwx'

let simulator: Simulator
let folder: string
let running: Program[] = []

beforeAll(async () => {
  if (!existsSync(main)) throw new Error('the program is not built: npm run build')
  simulator = await startSimulator()
})
afterAll(() => simulator.stop())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graphdav-program-'))
  await writeFile(join(folder, 'graphdav.yaml'), configuration())
})
afterEach(async () => {
  for (const program of running) program.process.kill('SIGKILL')
  running = []
  await rm(folder, { recursive: true, force: true })
})

function configuration(more = ''): string {
  return `
server: { listen: '127.0.0.1:0' }
accounts:
  tenant: { graphUrl: '${simulator.url}', auth: { kind: access-token, token: '${simulator.token}' } }
calendars:
  work: { account: tenant, source: default, feed: { token: ${token}, detail: full } }
  personal: { account: tenant, source: { name: Personal } }
users:
  alice: { password: a-plain-one }
${more}`
}

interface Program {
  readonly process: ChildProcess
  readonly ended: Promise<number | string | null>
  stdout(): string
  stderr(): string
  /** The first match in what has been printed, or will be. */
  find(pattern: RegExp): Promise<string>
}

function start(...args: readonly string[]): Program {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: { ...process.env, GRAPHDAV_CONFIG: 'graphdav.yaml', TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = { stdout: '', stderr: '' }
  const waiting: { readonly pattern: RegExp; readonly resolve: (text: string) => void }[] = []
  const look = (): void => {
    for (const { pattern, resolve } of waiting) {
      const [match] = pattern.exec(printed.stdout + printed.stderr) ?? []
      if (match !== undefined) resolve(match)
    }
  }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      printed[name] += chunk
      look()
    })
  }
  const ended = new Promise<number | string | null>((resolve) =>
    child.on('close', (code, signal) => resolve(code ?? signal)),
  )
  const program: Program = {
    process: child,
    ended,
    stdout: () => printed.stdout,
    stderr: () => printed.stderr,
    find: (pattern) =>
      new Promise((resolve, reject) => {
        waiting.push({ pattern, resolve })
        look()
        void ended.then(() => reject(new Error(`${pattern} was not printed:\n${printed.stdout}${printed.stderr}`)))
      }),
  }
  running.push(program)
  return program
}

async function serving(): Promise<{ readonly program: Program; readonly url: string }> {
  const program = start('serve')
  const url = (await program.find(/http:\/\/127\.0\.0\.1:\d+/)).trim()
  return { program, url }
}

describe('graphdav serve', () => {
  it('ends with exit code 0 within five seconds of SIGTERM, with a client in the middle of a request', async () => {
    const { program, url } = await serving()
    // The head of a request and never its end.
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write('PROPFIND /dav/ HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n')
    await fetch(`${url}/healthz`)
    const started = performance.now()
    program.process.kill('SIGTERM')
    expect(await program.ended).toBe(0)
    expect(performance.now() - started).toBeLessThan(5000)
    expect(existsSync(join(folder, 'data', 'control.sock'))).toBe(false)
    expect(existsSync(join(folder, 'data', 'lock'))).toBe(false)
  })

  it('reads the configuration again at SIGHUP; a wrong one changes nothing', async () => {
    const { program, url } = await serving()
    await writeFile(join(folder, 'graphdav.yaml'), 'nonsense: true\n')
    program.process.kill('SIGHUP')
    await program.find(/configuration is wrong; the old one stays/)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    const taken = configuration().replace('127.0.0.1:0', new URL(simulator.url).host)
    await writeFile(join(folder, 'graphdav.yaml'), taken)
    program.process.kill('SIGHUP')
    await program.find(/configuration cannot be served; the old one is back[^]*listening/)
    await writeFile(join(folder, 'graphdav.yaml'), configuration('  bob: { password: another-plain-one }\n'))
    program.process.kill('SIGHUP')
    await program.find(/listening[^]*listening[^]*listening/)
    const ports = [...(program.stdout() + program.stderr()).matchAll(/http:\/\/127\.0\.0\.1:\d+/g)].map(String)
    const authorization = `Basic ${Buffer.from('bob:another-plain-one').toString('base64')}`
    const answer = await fetch(`${ports.at(-1)}/dav/calendars/bob/`, { method: 'PROPFIND', headers: { authorization } })
    expect(answer.status).toBe(207)
    program.process.kill('SIGTERM')
    expect(await program.ended).toBe(0)
  })
})

describe('a running server', () => {
  it('answers the commands that need its store, and keeps others out', async () => {
    const { program, url } = await serving()
    const env = { GRAPHDAV_CONFIG: join(folder, 'graphdav.yaml') }
    const sync = await type('sync work --full', { env })
    expect(sync).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^work: .*\n$/) })
    const status = await type('status', { env })
    expect(status.stdout).toMatch(/^CALENDAR +STATE +AGE +EVENTS/)
    expect(status.stdout).toMatch(/^work +ok +\d+ s/m)
    expect((await type('export work', { env })).stdout).toMatch(/^BEGIN:VCALENDAR\r\n/)
    const second = await type('serve --log-level silent', { env })
    expect(second.exitCode).toBe(1)
    expect(second.stderr).toMatch(/^graphdav: another graphdav uses the data folder .*\n$/)

    await fetch(`${url}/feeds/${token}/work.ics`)
    program.process.kill('SIGTERM')
    await program.ended
    // Its log is JSON when piped, and tells no secret and no address.
    const lines = program.stderr().trim().split('\n')
    expect(lines.length).toBeGreaterThan(3)
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('msg')
    expect(program.stderr()).not.toMatch(new RegExp(`${token}|a-plain-one|${simulator.token}|@fabrikam`))
  })

  it('that was killed leaves the data folder to the next command', async () => {
    const { program } = await serving()
    const env = { GRAPHDAV_CONFIG: join(folder, 'graphdav.yaml') }
    await type('sync', { env })
    program.process.kill('SIGKILL')
    await program.ended
    expect(existsSync(join(folder, 'data', 'control.sock'))).toBe(true)
    const { exitCode, stdout } = await type('status', { env })
    expect([exitCode, /^work +ok/m.test(stdout)]).toEqual([0, true])
  })
})

describe('graphdav simulate', () => {
  it('prints where it is and its token, and ends at SIGTERM', async () => {
    const program = start('simulate', '--port', '0', '--seed', '7', '--events', '5')
    const url = await program.find(/http:\/\/127\.0\.0\.1:\d+/)
    const [, bearer] = /token +(\S+)/.exec(await program.find(/token +\S+\n/)) ?? []
    const answer = await fetch(`${url}/v1.0/me/events`, { headers: { authorization: `Bearer ${bearer}` } })
    expect(await answer.json()).toMatchObject({ value: expect.any(Array) })
    program.process.kill('SIGTERM')
    expect(await program.ended).toBe(0)
  })
})

describe('graphdav demo', () => {
  it('prints all addresses, serves them, and leaves nothing behind after Ctrl-C', async () => {
    await rm(join(folder, 'graphdav.yaml'))
    const program = start('demo', '--port', '0')
    await program.find(/Ctrl-C ends the demo/)
    const text = program.stdout()
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? []
    const [, user] = /user\W+([\w.@-]+)/i.exec(text) ?? []
    const [, password] = /password\W+(\S+)/i.exec(text) ?? []
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
    expect((await fetch(`${url}/dav/`, { method: 'PROPFIND', headers: { authorization } })).status).toBe(207)
    const feeds = text.match(/http:\S+\.ics/g) ?? []
    expect(feeds.length).toBeGreaterThanOrEqual(2)
    for (const feed of feeds) expect((await fetch(feed)).status).toBe(200)
    program.process.kill('SIGINT')
    expect(await program.ended).toBe(0)
    expect(program.stdout()).toContain('left nothing behind')
    expect(readdirSync(folder)).toEqual([])
  })
})
