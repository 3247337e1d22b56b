// The commands that need a tenant or the store, each run alone in this process.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts'
import { startSignInService } from '../sign-in/service.ts'
import { type } from './type.ts'

let simulator: Simulator
let folder: string
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.stop())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graphdav-commands-'))
  await configure()
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function configure(change: (text: string) => string = (text) => text): Promise<void> {
  const text = `
server: { listen: '127.0.0.1:0' }
accounts:
  tenant: { graphUrl: '${simulator.url}', auth: { kind: access-token, token: '${simulator.token}' } }
calendars:
  work: { account: tenant, source: default, feed: { token: abcdefghijklmnopqrstuvwx, detail: full } }
  personal: { account: tenant, source: { name: Personal } }
users:
  alice: { password: a-plain-one }
`
  await writeFile(join(folder, 'graphdav.yaml'), change(text))
}

const run = (line: string) => type(line, { env: { GRAPHDAV_CONFIG: join(folder, 'graphdav.yaml') } })

/** A port of the loopback address that is taken while `use` runs. */
async function withTakenPort(use: (port: number) => Promise<void>): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  try {
    await use(typeof address === 'object' && address !== null ? address.port : 0)
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
}

describe('without a running server', () => {
  it('sync, status and export do their work alone', async () => {
    const sync = await run('sync')
    expect(sync.exitCode).toBe(0)
    expect(sync.stdout).toMatch(/^work: \d+ events new or changed, 0 removed \(\d+ pages?, [\d.]+ s\)$/m)
    expect(sync.stdout).toMatch(/^personal: /m)

    const status = await run('status --json')
    expect(status.exitCode).toBe(0)
    const report: unknown = JSON.parse(status.stdout)
    expect(report).toEqual({
      calendars: { work: expect.anything(), personal: expect.anything() },
      accounts: { tenant: { state: 'ok', mailbox: 'mara@fabrikam.example', lastError: null } },
      writes: [],
      feeds: { work: { lastFetch: null, agent: '' } },
      credentials: {},
    })
    expect(report).toHaveProperty('calendars.work', {
      state: 'ok',
      lastRound: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      ageSeconds: expect.any(Number),
      events: expect.any(Number),
      resources: expect.any(Number),
      heldRemovals: 0,
      drift: 0,
      lastError: null,
    })

    const file = join(folder, 'work.ics')
    expect(await run(`export work -o ${file}`)).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    expect(readFileSync(file, 'utf8')).toMatch(/^BEGIN:VCALENDAR\r\n[^]*END:VCALENDAR\r\n$/)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect((await run('export work')).stdout).toBe(readFileSync(file, 'utf8'))
    expect(existsSync(join(folder, 'data', 'lock'))).toBe(false)
  })

  it('a calendar that was never read is said to be so, not shown as empty', async () => {
    expect((await run('status')).stdout).toMatch(/^work +first-round +never/m)
    const { exitCode, stdout, stderr } = await run('export work')
    expect([exitCode, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^graphdav: this calendar is being read for the first time/)
  })

  it('sync names each calendar that fails with its reason, exit code 1', async () => {
    await configure((text) => text.replace('name: Personal', 'name: Privat'))
    const { exitCode, stdout } = await run('sync')
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/^work: \d+ events/m)
    expect(stdout).toMatch(/^personal: failed: there is no calendar named "Privat"; there are: /m)
  })

  it.each(['sync wrok', 'export wrok'])('%s names what is configured, exit code 2', async (line) => {
    expect(await run(line)).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'graphdav: there is no calendar wrok (there are: work, personal)\n',
    })
  })

  it('export says when its file cannot be written', async () => {
    await run('sync work')
    const { exitCode, stderr } = await run(`export work -o ${folder}/nowhere/work.ics`)
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/^graphdav: .*work\.ics cannot be written \(ENOENT\); choose another file\n$/)
  })

  it('a data folder whose path is too long for its socket is refused in a sentence', async () => {
    await configure((text) => `${text}store: { path: '${'deep/'.repeat(30)}' }\n`)
    const { exitCode, stderr } = await run('status')
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^graphdav: the path of the data folder is too long .*\n$/)
  })
})

describe('graphdav check', () => {
  it('names the mailbox and each calendar, exit code 0, and writes nothing', async () => {
    const { exitCode, stdout } = await run('check')
    expect(exitCode).toBe(0)
    expect(stdout).toContain('graphdav.yaml is right: 1 account, 2 calendars, 1 feed, 1 user')
    expect(stdout).toContain('users.alice.password: a plain password')
    expect(stdout).toContain('accounts.tenant: signed in for Mara Lindqvist <mara@fabrikam.example>')
    expect(stdout).toContain('calendars.personal: "Personal" of mara@fabrikam.example')
    expect(existsSync(join(folder, 'data'))).toBe(false)
  })

  it('says what cannot be found and what there is instead, exit code 1', async () => {
    await configure((text) => text.replace('name: Personal', 'name: Privat'))
    const { exitCode, stdout } = await run('check')
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/^wrong calendars\.personal: there is no calendar named "Privat"; there are: .*"Personal"/m)
  })

  it('says when two slugs are one calendar', async () => {
    await configure((text) => text.replace('name: Personal', 'name: Calendar'))
    const { exitCode, stdout } = await run('check')
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/^wrong calendars\.personal: this is the same calendar as calendars\.work/m)
  })

  it('says once when the sign-in is refused', async () => {
    await configure((text) => text.replace(simulator.token, 'a-wrong-token'))
    const { exitCode, stdout } = await run('check')
    expect(exitCode).toBe(1)
    expect(stdout.match(/^wrong/gm)).toHaveLength(1)
    expect(stdout).toMatch(/^wrong accounts\.tenant: Microsoft Graph does not accept the sign-in/m)
    expect(stdout).not.toContain('a-wrong-token')
  })
})

describe('an application with a secret', () => {
  it('signs in over https at its own authority, and neither secret nor token is logged', async () => {
    const service = await startSignInService()
    try {
      service.answer = () => ({
        status: 200,
        body: { token_type: 'Bearer', expires_in: 3599, access_token: simulator.token },
      })
      await writeFile(join(folder, 'authority.pem'), service.ca)
      const auth = `kind: client-secret, authority: '${service.authority}', caFile: authority.pem, clientId: app`
      const keys = `mailbox: mara@fabrikam.example, auth: { ${auth}, clientSecret: hush-hush }`
      await configure((text) => text.replace(/auth: \{[^}]*\}/, keys))
      const { exitCode, stdout, stderr } = await run('check --log-level debug')
      expect(stdout).toContain('accounts.tenant: signed in for Mara Lindqvist <mara@fabrikam.example>')
      expect(exitCode).toBe(0)
      expect(service.asked).toHaveLength(1)
      expect(stderr).not.toBe('')
      expect(stdout + stderr).not.toContain('hush-hush')
      expect(stdout + stderr).not.toContain(simulator.token)
    } finally {
      await service.close()
    }
  })
})

describe('graphdav calendars', () => {
  it('prints YAML to paste, with slugs that are free', async () => {
    const { exitCode, stdout } = await run('calendars tenant')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^calendars:\n {2}[a-z0-9-]+: {2}# Calendar; of mara@fabrikam\.example; can be edited/)
    expect(stdout).toContain('\n    account: "tenant"\n    source: default\n')
    expect(stdout).toMatch(/^ {2}personal-2: {2}# Personal; /m)
  })

  it('prints the same as JSON', async () => {
    const { exitCode, stdout } = await run('calendars tenant --json')
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toContainEqual({
      name: 'Personal',
      id: expect.any(String),
      owner: { name: 'Mara Lindqvist', address: 'mara@fabrikam.example' },
      isDefault: false,
      canEdit: true,
    })
  })

  it('says which accounts there are, exit code 2', async () => {
    const { exitCode, stderr } = await run('calendars nobody')
    expect([exitCode, stderr]).toEqual([2, 'graphdav: there is no account nobody (configured: tenant)\n'])
  })
})

describe('a port that is taken', () => {
  it('stops serve with a sentence, and the data folder is given back', async () => {
    await withTakenPort(async (port) => {
      await configure((text) => text.replace('127.0.0.1:0', `127.0.0.1:${port}`))
      const { exitCode, stderr } = await run('serve --log-level silent')
      expect(exitCode).toBe(1)
      expect(stderr).toMatch(new RegExp(`^graphdav: 127\\.0\\.0\\.1:${port} is taken by another program; .*\\n$`))
      expect(existsSync(join(folder, 'data', 'lock'))).toBe(false)
    })
  })

  it('stops the demo with a sentence that names --port', async () => {
    await withTakenPort(async (port) => {
      const { exitCode, stderr } = await run(`demo --port ${port}`)
      expect(exitCode).toBe(1)
      expect(stderr).toMatch(/^graphdav: 127\.0\.0\.1:\d+ is taken by another program; .*--port.*$/m)
    })
  })

  it('stops the simulator with a sentence', async () => {
    await withTakenPort(async (port) => {
      const { exitCode, stderr } = await run(`simulate --port ${port}`)
      expect(exitCode).toBe(1)
      expect(stderr).toContain(String(port))
    })
  })
})
