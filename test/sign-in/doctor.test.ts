// `graphdav check` as the doctor of consent: what it finds in each state of an account, as a person reads it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { delegatedOf } from '../../src/bridge/delegated.ts'
import type { Configuration } from '../../src/config/configuration.ts'
import { loadConfiguration } from '../../src/config/load.ts'
import { signInByDeviceCode } from '../../src/graph/device-code.ts'
import { keepSignIn } from '../../src/graph/kept-sign-in.ts'
import { signInNetwork } from '../../src/graph/sign-in-network.ts'
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts'
import { type } from '../cli/type.ts'
import { startAnyToken, tokenOf, type AnyToken } from './any-token.ts'
import { HurriedClock } from './clocks.ts'
import { People } from './people.ts'
import { startSignInService, type SignInService } from './service.ts'

let simulator: Simulator
let graph: AnyToken
let service: SignInService
let given: SignInService['answer']
let folder: string
beforeAll(async () => {
  simulator = await startSimulator({ events: 0 })
  graph = await startAnyToken(simulator)
  service = await startSignInService()
  given = service.answer
  folder = await mkdtemp(join(tmpdir(), 'graphdav-doctor-'))
  await writeFile(join(folder, 'authority.pem'), service.ca)
})
afterAll(async () => {
  await graph.close()
  await service.close()
  await simulator.stop()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => {
  service.answer = given
  simulator.faults.clear()
})

interface Patient {
  /** The account's `auth` and further keys. */
  readonly account: string
  readonly calendars?: string
  readonly env?: Record<string, string>
  /** How long after now it is asked. */
  readonly daysLater?: number
}

const defaultCalendar = 'work: { account: home, source: default }'

async function configure({ account, calendars = defaultCalendar }: Patient): Promise<Configuration> {
  const file = join(folder, 'graphdav.yaml')
  await writeFile(file, `accounts: { home: { graphUrl: '${graph.url}', ${account} } }\ncalendars: { ${calendars} }\n`)
  return loadConfiguration(file, { env: {} })
}

async function check(patient: Patient) {
  const { file } = await configure(patient)
  const { env = {}, daysLater = 0 } = patient
  // Repeats do not wait.
  const clock = new HurriedClock()
  clock.shift(daysLater * 86_400_000)
  const { exitCode, stdout, stderr } = await type('check --log-level debug', {
    env: { ...env, GRAPHDAV_CONFIG: file },
    clock,
  })
  const said = stdout + stderr
  // The secret of every application here, and the end of every token.
  expect(said).not.toMatch(/hush|c2lnbmF0dXJl/)
  return { exitCode, lines: stdout.split('\n'), said }
}

/** An account with a token of somebody else. */
const holding = (claims: object, keys = ''): string => `${keys}auth: { kind: access-token, token: ${tokenOf(claims)} }`

/** An application with a secret, whose token has these roles. */
function application(roles: readonly string[]): string {
  service.answer = () => ({
    status: 200,
    body: { token_type: 'Bearer', expires_in: 3599, access_token: tokenOf({ idtyp: 'app', roles }) },
  })
  const auth = `kind: client-secret, authority: '${service.authority}', caFile: authority.pem, clientId: app, clientSecret: hush`
  return `mailbox: mara@fabrikam.example, auth: { ${auth} }`
}

describe('an account that is well', () => {
  it('is told by its mailbox, its rights, what it can reach, and each calendar', async () => {
    const { exitCode, lines } = await check({ account: holding({ scp: 'User.Read Calendars.Read' }) })
    expect(lines).toContain('ok    accounts.home: signed in for Mara Lindqvist <mara@fabrikam.example>')
    expect(lines).toContain('      rights needed: User.Read, Calendars.Read, offline_access')
    expect(lines).toContain('      rights granted: User.Read, Calendars.Read')
    expect(lines.find((line) => line.startsWith('      can reach: '))).toMatch(
      /^ {6}can reach: "Calendar" \(default, of mara@fabrikam\.example\), .*"Birthdays" \(of mara@fabrikam\.example, read-only\)/,
    )
    expect(lines).toContain('ok    calendars.work: "Calendar" of mara@fabrikam.example, may be edited')
    expect(lines.at(-2)).toBe('all accounts and calendars can be read')
    expect([exitCode, lines.filter((line) => /^(?:note|wrong)/.test(line))]).toEqual([0, []])
  })

  it('whose token is opaque is not said to lack anything', async () => {
    const { exitCode, lines } = await check({ account: 'auth: { kind: access-token, token: EwB4A8l6BAAU }' })
    expect(lines).toContain('      rights granted: not told')
    expect(exitCode).toBe(0)
  })

  it('shows no token, in no part', async () => {
    const claims = { scp: 'User.Read Calendars.Read', upn: 'mara@fabrikam.example' }
    const { said } = await check({ account: holding(claims) })
    for (const part of tokenOf(claims).split('.')) expect(said).not.toContain(part)
  })
})

describe('an account that a person signs in to', () => {
  const calendars = 'work: { account: home, source: default, access: read-write }'

  /** Signs the person in who is granted these scopes; their token is opaque, as those of personal accounts are. */
  async function signedIn(scope: string): Promise<string> {
    const people = new People()
    service.answer = (form, path) => {
      const given = people.answer(form, path)
      return given && { ...given, body: { ...given.body, scope } }
    }
    const auth = `kind: device-code, authority: '${service.authority}', caFile: authority.pem, clientId: app`
    const account = `auth: { ${auth} }`
    const configuration = await configure({ account, calendars })
    const home = configuration.accounts.get('home')
    if (home === undefined || !('flow' in home.auth)) throw new Error('nobody signs in to this account')
    const { signIn, file } = delegatedOf(configuration, home, home.auth)
    const { signal } = new AbortController()
    const network = signInNetwork(service.ca)
    const options = { clock: new HurriedClock(), signal, network, onPrompt: () => undefined }
    await keepSignIn(file, await signInByDeviceCode(signIn, options))
    return account
  }

  it('has the rights that the sign-in service says, however it writes them', async () => {
    const account = await signedIn('https://graph.microsoft.com/User.Read Calendars.ReadWrite openid profile')
    const { exitCode, lines } = await check({ account, calendars })
    expect(lines).toContain('      rights needed: User.Read, Calendars.ReadWrite, offline_access')
    expect(lines.find((line) => line.startsWith('      rights granted: '))).toMatch(/User\.Read, Calendars\.ReadWrite/)
    expect([exitCode, lines.filter((line) => /^(?:note|wrong)/.test(line))]).toEqual([0, []])
  })

  it('and accepted less is asked to sign in again', async () => {
    const account = await signedIn('User.Read Calendars.Read')
    const { exitCode, lines } = await check({ account, calendars })
    expect(lines.find((line) => line.startsWith('wrong accounts.home'))).toBe(
      'wrong accounts.home: missing: Calendars.ReadWrite; sign in again (`graphdav login home`) and accept it; what cannot be accepted there an administrator grants in Entra',
    )
    expect(exitCode).toBe(1)
  })

  it('and never has, is told how', async () => {
    const account = await signedIn('User.Read')
    await rm(join(folder, 'data'), { recursive: true })
    const { exitCode, lines } = await check({ account, calendars })
    expect(lines.filter((line) => line.startsWith('wrong'))).toEqual([
      expect.stringMatching(/^wrong accounts\.home: .*`graphdav login home`/),
    ])
    expect(exitCode).toBe(1)
  })
})

describe('rights', () => {
  it('of a person that are missing are named, with who has to ask for them', async () => {
    const { exitCode, lines } = await check({
      account: holding({ scp: 'User.Read Calendars.Read' }),
      calendars: 'work: { account: home, source: default, access: read-write }',
    })
    expect(lines).toContain(
      'wrong accounts.home: missing: Calendars.ReadWrite; whoever makes the token has to ask for it',
    )
    expect(exitCode).toBe(1)
  })

  it('that nothing needs are named, and are no fault', async () => {
    const { exitCode, lines } = await check({
      account: holding({ scp: 'Mail.Read User.Read Calendars.ReadWrite openid' }),
    })
    expect(lines).toContain(
      'note  accounts.home: granted and not needed: Mail.Read, Calendars.ReadWrite; remove it in Entra under API permissions',
    )
    expect(exitCode).toBe(0)
  })

  it('of an application come from its roles', async () => {
    const { exitCode, lines } = await check({ account: application(['Calendars.Read']) })
    expect(lines).toContain(
      'ok    accounts.home: signed in for Mara Lindqvist <mara@fabrikam.example>, as an application',
    )
    expect(lines).toContain('      rights needed: Calendars.Read')
    expect(exitCode).toBe(0)
  })

  it('of an application that are missing are granted by an administrator', async () => {
    const { exitCode, lines } = await check({
      account: application(['Calendars.Read']),
      calendars: 'work: { account: home, source: default, access: read-write }',
    })
    expect(lines).toContain(
      'wrong accounts.home: missing: Calendars.ReadWrite; add it in Entra under API permissions as an Application permission, then Grant admin consent',
    )
    expect(exitCode).toBe(1)
  })

  it('of an application that Exchange grants are in no token: reading shows them', async () => {
    const { exitCode, lines } = await check({ account: application([]) })
    expect(lines.find((line) => line.startsWith('note  accounts.home'))).toMatch(
      /does not name Calendars\.Read, and the calendars can be read: Exchange's access control/,
    )
    expect(exitCode).toBe(0)
    simulator.faults.add({ count: 0, path: 'calendar', effect: refusal(403, 'ErrorAccessDenied', '') })
    const denied = await check({ account: application([]) })
    expect(denied.lines.find((line) => line.startsWith('wrong accounts.home'))).toMatch(
      /missing: Calendars\.Read; add it/,
    )
  })

  it('for a group do not help an application', async () => {
    const { lines } = await check({
      account: application(['Calendars.Read']),
      calendars: 'team: { account: home, source: { group: 00000000-0000-0000-0000-000000000000 } }',
    })
    expect(lines.find((line) => line.startsWith('wrong calendars.team'))).toMatch(
      /shows no group's calendar to an application; use an account that signs in as a person/,
    )
  })
})

describe('a calendar that is to be written', () => {
  it('and cannot be edited in Outlook is spoken of', async () => {
    const { lines } = await check({
      account: holding({ scp: 'User.Read Calendars.ReadWrite' }),
      calendars: 'born: { account: home, source: { name: Birthdays }, access: read-write }',
    })
    expect(lines.find((line) => line.startsWith('note  calendars.born'))).toMatch(
      /read-write, .* may only read it; have it/,
    )
  })
})

describe('a token', () => {
  it('of an application for `me` is refused before anything is asked', async () => {
    const { exitCode, lines } = await check({ account: holding({ idtyp: 'app', roles: [] }) })
    expect(lines.find((line) => line.startsWith('wrong accounts.home'))).toMatch(/no `me`; set `mailbox`/)
    expect(exitCode).toBe(1)
  })

  it('for another service is named with what it is for', async () => {
    const { lines } = await check({ account: holding({ scp: 'User.Read', aud: 'https://outlook.office365.com/' }) })
    expect(lines.find((line) => line.startsWith('wrong accounts.home'))).toMatch(
      /the token is for https:\/\/outlook\.office365\.com, not for Microsoft Graph/,
    )
  })
})

function refusal(status: number, code: string, message: string) {
  return { kind: 'status', status, code, message, body: 'json' } as const
}

describe('what Graph refuses', () => {
  it.each([
    [403, 'ErrorAccessDenied', 'Access to OData is disabled.', /application access policy keeps this application out/],
    [404, 'MailboxNotEnabledForRESTAPI', '', /no mailbox in Exchange Online; check `mailbox`/],
    [403, 'ErrorQuotaExceeded', '', /the mailbox is full; make room/],
    [404, 'ErrorItemNotFound', '', /not in Outlook any more; check/],
  ])('%i %s is explained with its next step', async (status, code, message, sentence) => {
    simulator.faults.add({ count: 0, path: 'calendar', effect: refusal(status, code, message) })
    const { exitCode, lines } = await check({ account: holding({ scp: 'User.Read Calendars.Read' }) })
    expect(lines.find((line) => line.startsWith('wrong calendars.work'))).toMatch(sentence)
    expect(lines.find((line) => line.startsWith('note  accounts.home: its calendars cannot be listed'))).toMatch(
      sentence,
    )
    expect(exitCode).toBe(1)
  })

  it('without a calendar in the configuration is a fault of the account', async () => {
    simulator.faults.add({ count: 0, path: 'calendars', effect: refusal(403, 'ErrorAccessDenied', '') })
    const { exitCode, lines } = await check({ account: holding({ scp: 'User.Read Calendars.Read' }), calendars: '' })
    expect(lines.find((line) => line.startsWith('wrong accounts.home'))).toMatch(/no right to it/)
    expect(exitCode).toBe(1)
  })
})

describe('what cannot be reached', () => {
  it('is named by its host', async () => {
    simulator.faults.add({ count: 0, effect: { kind: 'drop' } })
    const { exitCode, lines } = await check({ account: holding({ scp: 'User.Read Calendars.Read' }) })
    expect(lines.filter((line) => line.startsWith('wrong'))).toEqual([
      expect.stringMatching(
        new RegExp(
          `^wrong accounts\\.home: .* did not answer: .* \\(this machine has to reach ${new URL(graph.url).host}\\)$`,
        ),
      ),
    ])
    expect(exitCode).toBe(1)
  })
})

describe('what a sign-in rests on', () => {
  it('a client secret that has ended is told by its refusal', async () => {
    const account = application([])
    service.answer = () => ({
      status: 401,
      body: {
        error: 'invalid_client',
        error_description: 'AADSTS7000222: The provided client secret keys are expired.',
      },
    })
    const { exitCode, lines } = await check({ account })
    expect(lines.find((line) => line.startsWith('wrong accounts.home'))).toMatch(
      /the client secret has expired; make a new one in Entra .*\(AADSTS7000222\)/,
    )
    expect(exitCode).toBe(1)
  })

  it('a certificate counts down', async () => {
    const end = Date.now() + 365.5 * 86_400_000
    const made = await generate([{ name: 'commonName', value: 'graphdav' }], { notAfterDate: new Date(end) })
    await writeFile(join(folder, 'app.pem'), made.cert)
    await writeFile(join(folder, 'key.pem'), made.private)
    const account = application(['Calendars.Read'])
      .replace('client-secret', 'client-certificate')
      .replace('clientSecret: hush', 'certificate: app.pem, privateKey: key.pem')
    const told = async (daysLater: number) => {
      const { exitCode, lines } = await check({ account, daysLater })
      return [exitCode, lines.find((one) => one.includes('auth.certificate'))]
    }
    const day = new Date(end).toISOString().slice(0, 10)
    const certificate = 'accounts.home.auth.certificate'
    const next = 'make the next one in Entra first, then put it into the configuration'
    expect(await told(0)).toEqual([0, `ok    ${certificate}: it ends on ${day}, in 365 days`])
    expect(await told(353)).toEqual([0, `note  ${certificate}: it ends on ${day}, in 12 days; ${next}`])
    expect(await told(366)).toEqual([1, `wrong ${certificate}: it ended on ${day}; ${next}`])
  })
})

describe('a client secret whose last day is in the configuration', () => {
  it('counts down', async () => {
    const account = application(['Calendars.Read']).replace('hush', 'hush, clientSecretExpires: 2999-12-31')
    const { exitCode, lines } = await check({ account })
    expect(lines.find((line) => line.includes('auth.clientSecret'))).toMatch(
      /^ok {4}accounts\.home\.auth\.clientSecret: it ends on 2999-12-31, in \d+ days$/,
    )
    expect(exitCode).toBe(0)
  })
})

describe('a proxy in the environment', () => {
  it('that is not used is spoken of, without its address', async () => {
    const { exitCode, said, lines } = await check({
      account: holding({ scp: 'User.Read Calendars.Read' }),
      env: { HTTPS_PROXY: 'http://someone:secret@proxy.example:3128' },
    })
    expect(lines.find((line) => line.startsWith('note  HTTPS_PROXY is set'))).toMatch(/NODE_USE_ENV_PROXY=1/)
    expect(said).not.toContain('secret')
    expect(exitCode).toBe(0)
  })
})
