// Each cloud, each kind of sign-in: which hosts the requests go to that leave the program, what they ask for, and that the token goes
// to that cloud's Graph alone (Graph page "Microsoft Graph national cloud deployments"). The hosts are written down here again.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { createTokens } from '../../src/bridge/accounts.ts'
import { delegatedOf, type Delegated } from '../../src/bridge/delegated.ts'
import type { Configuration } from '../../src/config/configuration.ts'
import { loadConfiguration } from '../../src/config/load.ts'
import { beginAuthCode } from '../../src/graph/auth-code.ts'
import { GraphClient } from '../../src/graph/client.ts'
import { signInByDeviceCode } from '../../src/graph/device-code.ts'
import type { Exchange, RawAnswer } from '../../src/graph/http.ts'
import { keepSignIn } from '../../src/graph/kept-sign-in.ts'
import { MailboxLanes } from '../../src/graph/lanes.ts'
import { whoAmI } from '../../src/graph/mailbox.ts'
import type { SignInAnswer, SignInNetwork, SignInRequest } from '../../src/graph/sign-in-network.ts'
import { HurriedClock } from './clocks.ts'
import { People } from './people.ts'

const hosts = {
  global: ['login.microsoftonline.com', 'graph.microsoft.com'],
  usgov: ['login.microsoftonline.us', 'graph.microsoft.us'],
  'usgov-dod': ['login.microsoftonline.us', 'dod-graph.microsoft.us'],
  china: ['login.chinacloudapi.cn', 'microsoftgraph.chinacloudapi.cn'],
} as const
const tenant = '11111111-2222-3333-4444-555555555555'

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'graphdav-clouds-'))
  const made = await generate([{ name: 'commonName', value: 'graphdav' }])
  writeFileSync(join(folder, 'app.pem'), made.cert)
  writeFileSync(join(folder, 'key.pem'), made.private)
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function configurationOf(cloud: string, auth: string): Configuration {
  const file = join(folder, 'graphdav.yaml')
  const account = `home: { cloud: ${cloud}, mailbox: dana@contoso.example, auth: { ${auth} } }`
  writeFileSync(file, `store: { path: data-${cloud} }\naccounts: { ${account} }\n`)
  return loadConfiguration(file, { env: {} })
}

/** All that leaves the program, instead of the network; it answers as Microsoft's services would. */
class Wire {
  readonly signIns: SignInRequest[] = []
  readonly graph: Exchange[] = []
  readonly people = new People()

  readonly network: SignInNetwork = (request) => {
    this.signIns.push(request)
    return Promise.resolve(this.#answer(request))
  }

  readonly exchange = (request: Exchange): Promise<RawAnswer> => {
    this.graph.push(request)
    const body = JSON.stringify({ displayName: 'Dana', mail: 'dana@contoso.example' })
    return Promise.resolve({ status: 200, headers: new Headers(), body })
  }

  /** What was asked for at the token endpoint, without what only says who one is. */
  get scopes(): readonly string[] {
    const forms = this.signIns.map(({ body = '' }) => new URLSearchParams(body).get('scope') ?? '')
    return [...new Set(forms.join(' ').split(' '))]
      .filter((scope) => !['', 'openid', 'profile'].includes(scope))
      .toSorted()
  }

  #answer({ url, body = '' }: SignInRequest): SignInAnswer {
    const authority = url.replace(/(?:\/v2\.0\/\.well-known|\/oauth2).*$/, '')
    if (url.includes('/.well-known/openid-configuration')) {
      return answered({
        authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
        token_endpoint: `${authority}/oauth2/v2.0/token`,
        // China's names itself by its newer host.
        issuer: `${authority.replace('login.chinacloudapi.cn', 'login.partner.microsoftonline.cn')}/v2.0`,
        jwks_uri: `${authority}/discovery/v2.0/keys`,
      })
    }
    const form = new URLSearchParams(body)
    if (form.get('grant_type') === 'client_credentials') {
      return answered({ token_type: 'Bearer', expires_in: 3599, access_token: 'a-token' })
    }
    this.people.accessTokens = ['a-token']
    const answer = this.people.answer(form, url.split('/').at(-1) ?? '')
    return answered({ ...answer?.body })
  }
}

function answered(body: SignInAnswer['body']): SignInAnswer {
  return { status: 200, headers: {}, body }
}

/** Asks Graph who one is with the account of a configuration. */
async function whoIs(configuration: Configuration, { network, exchange }: Wire): Promise<void> {
  const shared = { clock: systemClock, log: silentLog }
  const account = configuration.accounts.get('home')
  const tokens = createTokens(configuration, { ...shared, network }).get('home')
  if (account === undefined || tokens === undefined) throw new Error('there is no account')
  const lanes = new MailboxLanes(shared)
  const client = new GraphClient({ ...shared, graphUrl: `${account.graphUrl}/v1.0`, tokens, lanes, exchange })
  expect(await whoAmI({ client }, account.mailbox)).toEqual({ name: 'Dana', address: 'dana@contoso.example' })
}

function delegated(configuration: Configuration): Delegated {
  const account = configuration.accounts.get('home')
  if (account === undefined || !('flow' in account.auth)) throw new Error('nobody signs in to this account')
  return delegatedOf(configuration, account, account.auth)
}

function hostsOf(requests: readonly { readonly url: string }[]): readonly string[] {
  return [...new Set(requests.map(({ url }) => new URL(url).host))]
}

describe.each(Object.entries(hosts))('%s', (cloud, [login, graph]) => {
  /** Both hosts and no other, the tenant's part of the sign-in service, and the token for Graph alone. */
  const expectHosts = ({ signIns, graph: asked }: Wire, token: string): void => {
    expect([hostsOf(signIns), hostsOf(asked)]).toEqual([signIns.length === 0 ? [] : [login], [graph]])
    for (const { url } of signIns) expect(url).toMatch(`https://${login}/${tenant}/`)
    expect(asked.map(({ headers }) => headers['authorization'])).toEqual([`Bearer ${token}`])
    expect(JSON.stringify(signIns)).not.toContain(token)
  }
  const person = [`https://${graph}/Calendars.Read.Shared`, `https://${graph}/User.Read`, 'offline_access']

  it.each([
    ['client-secret', 'clientSecret: hush'],
    ['client-certificate', 'certificate: app.pem, privateKey: key.pem'],
  ])('%s signs in and asks at its hosts, for its Graph', async (kind, proof) => {
    const wire = new Wire()
    await whoIs(configurationOf(cloud, `kind: ${kind}, tenant: ${tenant}, clientId: app, ${proof}`), wire)
    expectHosts(wire, 'a-token')
    expect(wire.scopes).toEqual([`https://${graph}/.default`])
  })

  it('device-code signs in, renews and asks at its hosts, for its Graph', async () => {
    const configuration = configurationOf(cloud, `kind: device-code, tenant: ${tenant}, clientId: app`)
    const [wire, { signIn, file }] = [new Wire(), delegated(configuration)]
    const { signal } = new AbortController()
    const options = { clock: new HurriedClock(), signal, network: wire.network, onPrompt: () => undefined }
    await keepSignIn(file, await signInByDeviceCode(signIn, options))
    await whoIs(configuration, wire)
    expectHosts(wire, 'a-token')
    expect(wire.scopes).toEqual(person)
    expect(wire.signIns.some(({ url }) => url.endsWith('/devicecode'))).toBe(true)
  })

  it.each(['', ', clientSecret: hush'])('auth-code%s does so, and sends the browser there', async (proof) => {
    const configuration = configurationOf(cloud, `kind: auth-code, tenant: ${tenant}, clientId: app${proof}`)
    const [wire, { signIn, file }] = [new Wire(), delegated(configuration)]
    const options = { redirectUri: 'https://cal.example.org/auth/home/callback', state: 's', username: undefined }
    const begun = await beginAuthCode(signIn, { ...options, network: wire.network })
    expect(begun.url).toMatch(`https://${login}/${tenant}/oauth2/v2.0/authorize?`)
    const code = new URL(wire.people.signIn(begun.url)).searchParams.get('code') ?? ''
    await keepSignIn(file, await begun.redeem(code))
    await whoIs(configuration, wire)
    expectHosts(wire, 'a-token')
    expect(wire.scopes).toEqual(person)
  })

  it('access-token asks its Graph and nobody else', async () => {
    const wire = new Wire()
    await whoIs(configurationOf(cloud, 'kind: access-token, token: of-somebody-else'), wire)
    expectHosts(wire, 'of-somebody-else')
    expect(wire.signIns).toEqual([])
  })
})
