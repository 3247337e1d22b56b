// Each cloud has its own Graph host, and only `graphUrl` overrides it (Graph page "National cloud deployments").
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadConfiguration } from '../../src/config/load.ts'

const folder = mkdtempSync(join(tmpdir(), 'graphdav-clouds-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function authOf(cloud: string, more: string, tenant = 'contoso.example'): unknown {
  const file = join(folder, 'graphdav.yaml')
  const auth = `{ tenant: ${tenant}, clientId: app, ${more} }`
  writeFileSync(file, `accounts: { home: { cloud: ${cloud}, mailbox: dana@contoso.example, auth: ${auth} } }\n`)
  return loadConfiguration(file, { env: {} }).accounts.get('home')?.auth
}

function graphUrlOf(keys: string): string | undefined {
  const file = join(folder, 'graphdav.yaml')
  writeFileSync(file, `accounts: { home: { ${keys}auth: { kind: access-token, token: abc } } }\n`)
  return loadConfiguration(file, { env: {} }).accounts.get('home')?.graphUrl
}

describe('the cloud of an account', () => {
  it.each([
    ['', 'https://graph.microsoft.com'],
    ['cloud: global, ', 'https://graph.microsoft.com'],
    ['cloud: usgov, ', 'https://graph.microsoft.us'],
    ['cloud: usgov-dod, ', 'https://dod-graph.microsoft.us'],
    ['cloud: china, ', 'https://microsoftgraph.chinacloudapi.cn'],
    ['cloud: china, graphUrl: "http://127.0.0.1:9100/", ', 'http://127.0.0.1:9100'],
  ])('%j asks Graph at %s', (keys, graphUrl) => {
    expect(graphUrlOf(keys)).toBe(graphUrl)
  })
})

describe('an application', () => {
  it.each([
    ['global', 'https://login.microsoftonline.com', 'https://graph.microsoft.com'],
    ['usgov', 'https://login.microsoftonline.us', 'https://graph.microsoft.us'],
    ['usgov-dod', 'https://login.microsoftonline.us', 'https://dod-graph.microsoft.us'],
    ['china', 'https://login.chinacloudapi.cn', 'https://microsoftgraph.chinacloudapi.cn'],
  ])('of %s signs in at %s for %s', (cloud, login, graph) => {
    expect(authOf(cloud, 'kind: client-secret, clientSecret: hush')).toEqual({
      authority: `${login}/contoso.example`,
      clientId: 'app',
      scope: `${graph}/.default`,
      credential: { clientSecret: 'hush' },
      caFile: undefined,
    })
  })

  it('takes PEM as it is and paths from the folder of the configuration', () => {
    const more =
      'kind: client-certificate, certificate: app.pem, privateKey: "-----BEGIN PRIVATE KEY-----", caFile: ca.pem'
    expect(authOf('global', `${more}, authority: "https://login.example.test/t/"`)).toMatchObject({
      authority: 'https://login.example.test/t',
      credential: { certificate: join(folder, 'app.pem'), privateKey: '-----BEGIN PRIVATE KEY-----' },
      caFile: join(folder, 'ca.pem'),
    })
  })
})

describe('a person', () => {
  it.each([
    ['global', 'consumers', 'https://login.microsoftonline.com', 'https://graph.microsoft.com'],
    ['usgov', 'organizations', 'https://login.microsoftonline.us', 'https://graph.microsoft.us'],
    ['usgov-dod', 'common', 'https://login.microsoftonline.us', 'https://dod-graph.microsoft.us'],
    ['china', 'contoso.example', 'https://login.chinacloudapi.cn', 'https://microsoftgraph.chinacloudapi.cn'],
  ])('of %s and %s signs in at %s for %s', (cloud, tenant, login, resource) => {
    const common = { authority: `${login}/${tenant}`, clientId: 'app', caFile: undefined, resource }
    expect(authOf(cloud, 'kind: device-code', tenant)).toEqual({
      flow: 'device-code',
      clientSecret: undefined,
      ...common,
    })
    expect(authOf(cloud, 'kind: auth-code', tenant)).toEqual({ flow: 'auth-code', clientSecret: undefined, ...common })
  })

  it('may sign in through an application that has a secret, at another service', () => {
    const more = 'kind: auth-code, clientSecret: hush, caFile: ca.pem, authority: "https://login.example.test/t/"'
    expect(authOf('global', more)).toMatchObject({
      authority: 'https://login.example.test/t',
      clientSecret: 'hush',
      caFile: join(folder, 'ca.pem'),
    })
  })

  it('may have sign-ins encrypted with a secret from the environment; an empty one is none', () => {
    const file = join(folder, 'graphdav.yaml')
    writeFileSync(file, 'accounts: {}\n')
    const secretOf = (env: Record<string, string>): unknown => loadConfiguration(file, { env }).secret
    expect([secretOf({}), secretOf({ GRAPHDAV_SECRET: '' }), secretOf({ GRAPHDAV_SECRET: 'x' })]).toEqual([
      undefined,
      undefined,
      'x',
    ])
  })
})
