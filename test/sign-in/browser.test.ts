// `/auth/ACCOUNT` in a browser: the running bridge, the real msal-node, a sign-in service on loopback and a simulated tenant.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openBridge } from '../../src/bridge/compose.ts'
import { loadConfiguration } from '../../src/config/load.ts'
import type { Bridge } from '../../src/bridge/bridge.ts'
import { startWorld, type World } from '../http/program.ts'
import { ShiftedClock } from './clocks.ts'
import { eli } from './people.ts'
import { SignInRig } from './rig.ts'

let rig: SignInRig
let world: World
let bridge: Bridge
let url: string
let clock: ShiftedClock
const secret = 'the~very.secret~value'

beforeAll(async () => {
  rig = await SignInRig.start()
})
beforeEach(async () => {
  await rig.reset()
  const caFile = join(rig.folder, 'ca.pem')
  await writeFile(caFile, rig.service.ca)
  const page = `{ kind: auth-code, clientId: app, authority: '${rig.service.authority}', caFile: '${caFile}', clientSecret: '${secret}' }`
  world = await startWorld({ events: 3 }, (text) =>
    text
      .replace(/auth: \{[^}]*\}/, `auth: ${page}`)
      .replace(`listen: '127.0.0.1:0'`, `listen: '127.0.0.1:0', publicUrl: 'https://cal.example.org/cal'`)
      .replace(
        'users:',
        'users:\n  bob: { password: secret-of-bob, calendars: [] }\n  carl: { password: secret-of-carl }',
      ),
  )
  const configuration = loadConfiguration(join(world.folder, 'graphdav.yaml'), { env: {} })
  clock = new ShiftedClock()
  bridge = await openBridge(configuration, { clock, log: rig.log, version: '0' })
  url = await bridge.serve()
})
afterEach(async () => {
  await bridge.close()
  await world.stop()
})
afterAll(() => rig.stop())

const passwords = { alice: 'a plain one', bob: 'secret-of-bob', carl: 'secret-of-carl' }

/** Opens a page as a user; redirects are not followed. */
function browse(path: string, user?: keyof typeof passwords, method = 'GET'): Promise<Response> {
  const authorization = user && `Basic ${Buffer.from(`${user}:${passwords[user]}`).toString('base64')}`
  return fetch(`${url}${path}`, { method, redirect: 'manual', headers: authorization ? { authorization } : {} })
}

/** Goes to the sign-in service: where the browser was sent. */
async function begin(user: keyof typeof passwords = 'alice'): Promise<string> {
  const answer = await browse('/auth/tenant', user)
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([302, 'no-store'])
  return answer.headers.get('location') ?? ''
}

/** Path and query that the browser comes back to. */
function comeBack(authorizeUrl: string): string {
  const { pathname, search } = new URL(rig.people.signIn(authorizeUrl))
  return `${pathname.replace(/^\/cal/, '')}${search}`
}

async function page(answer: Response): Promise<string> {
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect([answer.headers.get('cache-control'), answer.headers.get('referrer-policy')]).toEqual([
    'no-store',
    'no-referrer',
  ])
  const text = await answer.text()
  expect(rig.leaks(text)).toEqual([])
  return `${answer.status} ${text}`
}

describe('signing in in the browser', () => {
  it('goes to the service with state and challenge, comes back, and the calendars are read at once', async () => {
    rig.people.accessTokens = [world.simulator.token]
    const authorizeUrl = await begin()
    const asked = new URL(authorizeUrl)
    expect(authorizeUrl.startsWith(`${rig.service.authority}/oauth2/v2.0/authorize?`)).toBe(true)
    expect(asked.searchParams.get('redirect_uri')).toBe('https://cal.example.org/cal/auth/tenant/callback')
    expect(asked.searchParams.get('code_challenge_method')).toBe('S256')
    expect(asked.searchParams.get('prompt')).toBe('select_account')
    expect(new Set(asked.searchParams.get('scope')?.split(' '))).toEqual(
      new Set([
        'https://graph.microsoft.com/User.Read',
        'https://graph.microsoft.com/Calendars.Read',
        'offline_access',
        'openid',
        'profile',
      ]),
    )
    expect((asked.searchParams.get('state') ?? '').length).toBeGreaterThanOrEqual(32)
    const done = await page(await browse(comeBack(authorizeUrl), 'alice'))
    expect(done).toMatch(/^200 [^]*<h1>Signed in for tenant<\/h1>[^]*dana@contoso\.example is signed in/)
    expect(rig.asked.at(-1)?.get('client_secret')).toBe(secret)
    await bridge.sync('work', {})
    expect(bridge.report().accounts['tenant']?.state).toBe('ok')

    const again = new URL(await begin())
    expect([again.searchParams.get('login_hint'), again.searchParams.get('prompt')]).toEqual([
      'dana@contoso.example',
      null,
    ])
  })

  it('is for users that have a calendar of the account, with GET', async () => {
    expect((await browse('/auth/tenant')).status).toBe(401)
    for (const [path, user] of [
      ['/auth/tenant', 'bob'],
      ['/auth/nobody', 'alice'],
      ['/auth/tenant/callback?state=x&code=y', 'bob'],
    ] as const) {
      expect((await browse(path, user)).status).toBe(404)
    }
    for (const method of ['HEAD', 'POST']) expect((await browse('/auth/tenant', 'alice', method)).status).toBe(405)
    expect(rig.asked).toEqual([])
  })

  it('believes a state once, from its user, for its account, and not for long', async () => {
    const unknown = /^400 [^]*was not begun here[^]*href="\/cal\/auth\/tenant"/
    expect(await page(await browse('/auth/tenant/callback?state=guessed&code=x', 'alice'))).toMatch(unknown)
    expect(await page(await browse('/auth/tenant/callback?code=x', 'alice'))).toMatch(unknown)
    expect(await page(await browse('/auth/tenant/callback?state=a&state=b&code=x', 'alice'))).toMatch(unknown)
    expect(await page(await browse(comeBack(await begin('carl')), 'alice'))).toMatch(unknown)

    const late = comeBack(await begin())
    clock.shift(11 * 60_000)
    expect(await page(await browse(late, 'alice'))).toMatch(unknown)

    const used = comeBack(await begin())
    expect(await page(await browse(used, 'alice'))).toMatch(/^200/)
    expect(await page(await browse(used, 'alice'))).toMatch(unknown)

    const many: string[] = []
    for (let index = 0; index < 11; index += 1) many.push(comeBack(await begin()))
    expect(await page(await browse(many[0] ?? '', 'alice'))).toMatch(unknown)
    expect(await page(await browse(many[10] ?? '', 'alice'))).toMatch(/^200/)
  })

  it.each([
    ['access_denied', 'AADSTS65004: User declined <b>', /was declined; start again|consent was declined/],
    ['consent_required', 'AADSTS90094: admin', /only an administrator may grant/],
    ['server_error<script>', '', /refused/],
  ])('that comes back with %s says why, escaped', async (error, description, sentence) => {
    const state = new URL(await begin()).searchParams.get('state') ?? ''
    const query = new URLSearchParams({ state, error, error_description: description }).toString()
    const text = await page(await browse(`/auth/tenant/callback?${query}`, 'alice'))
    expect(text).toMatch(/^400 /)
    expect(text).toMatch(sentence)
    expect(text).not.toMatch(/<b>|<script/)
  })

  it('with a code that does not hold, as another person, or without a service is told on a page', async () => {
    const comesBack = comeBack(await begin())
    expect(
      await page(await browse(comesBack.replace(/code=[^&]*/, 'code=a-code-of-nobody-0123456789'), 'alice')),
    ).toMatch(/^400 [^]*70008/)
    await browse(comeBack(await begin()), 'alice')
    rig.people.person = eli
    expect(await page(await browse(comeBack(await begin()), 'alice'))).toMatch(/^400 [^]*another person/)
    const lost = comeBack(await begin())
    rig.people.refusal = 'lost'
    expect(await page(await browse(lost, 'alice'))).toMatch(/^503 [^]*does not answer/)
  })

  it('leaves no query, code or state in the log', async () => {
    const authorizeUrl = await begin()
    const back = comeBack(authorizeUrl)
    await browse(back, 'alice')
    const log = rig.logged.join('')
    expect(log).toContain('/auth/:account/callback')
    const { searchParams } = new URL(authorizeUrl)
    for (const key of ['state', 'code_challenge', 'nonce']) expect(log).not.toContain(searchParams.get(key))
    expect(log).not.toContain(secret)
    expect(rig.leaks()).toEqual([])
  })
})
