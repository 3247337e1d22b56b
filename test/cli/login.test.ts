// `graphdav login` as it is typed, against a sign-in service on loopback and beside a running server on a simulated tenant.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock, type Clock } from '../../src/base/clock.ts'
import { GraphdavError } from '../../src/base/errors.ts'
import { feedToken, startWorld, type World } from '../http/program.ts'
import { dana, eli, refusals } from '../sign-in/people.ts'
import { SignInRig } from '../sign-in/rig.ts'
import { single } from '../sync/rig.ts'
import { type } from './type.ts'

let rig: SignInRig
let world: World | undefined
beforeAll(async () => {
  rig = await SignInRig.start()
})
beforeEach(async () => {
  await rig.reset()
  await writeFile(join(rig.folder, 'ca.pem'), rig.service.ca)
})
afterEach(async () => {
  await world?.stop()
  world = undefined
})
afterAll(() => rig.stop())

const auth = (kind: string): string =>
  `{ kind: ${kind}, clientId: app, authority: '${rig.service.authority}', caFile: '${join(rig.folder, 'ca.pem')}' }`

async function configured(calendars = ''): Promise<string> {
  const file = join(rig.folder, 'graphdav.yaml')
  const accounts = `accounts: { home: { auth: ${auth('device-code')} }, page: { auth: ${auth('auth-code')} }, given: { auth: { kind: access-token, token: x } } }`
  await writeFile(file, `${accounts}\n${calendars}\n`)
  return file
}

const typed = (line: string, more: { env?: Record<string, string> } = {}) => type(line, { clock: rig.clock, ...more })

describe('graphdav login', () => {
  it('shows where to enter which code, says who has signed in, and what is next', async () => {
    rig.people.polls = [refusals.pending]
    const file = await configured()
    const { exitCode, stdout, stderr } = await typed(`login home --config ${file}`)
    expect(exitCode).toBe(0)
    expect(stdout).toBe(
      `To sign in for the account home, open this page on any device:\n\n  https://login.example.test/device\n\nand enter this code: ABCD-EFGH\n\nsigned in as ${dana.username} for the account home\nnext: \`graphdav calendars home\` prints its calendars, to paste into the configuration\n`,
    )
    expect(stderr).toBe('waiting; the code is good for 15 minutes (Ctrl-C stops)\n')
    expect(rig.leaks(stdout, stderr)).toEqual([])
    const used = await configured('calendars: { work: { account: home, source: default } }')
    expect((await typed(`login home --config ${used}`)).stdout).toContain('next: `graphdav check`')
  })

  it.each([
    ['nobody', /there is no account nobody \(configured: home, page, given\)/],
    ['page', /signs in in the browser: open http:\/\/127\.0\.0\.1:8800\/auth\/page in a browser/],
    ['given', /nobody signs in for the account given: it is given an access token/],
  ])('%s is told why not, exit code 2', async (account, sentence) => {
    const { exitCode, stdout, stderr } = await typed(`login ${account} --config ${await configured()}`)
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(sentence)
  })

  it('that is declined, or another person’s, or not readable changes nothing', async () => {
    const line = `login home --config ${await configured()}`
    await typed(line, { env: { GRAPHDAV_SECRET: 'one' } })
    rig.people.person = eli
    const stranger = await typed(line, { env: { GRAPHDAV_SECRET: 'one' } })
    expect([stranger.exitCode, stranger.stderr]).toEqual([1, expect.stringMatching(/another person .* first\n$/)])
    const asked = rig.asked.length
    const wrongKey = await typed(line, { env: { GRAPHDAV_SECRET: 'two' } })
    expect([wrongKey.exitCode, wrongKey.stderr]).toEqual([1, expect.stringMatching(/another GRAPHDAV_SECRET/)])
    expect(rig.asked.length).toBe(asked)
    rig.people.polls = [refusals.declined]
    const declined = await typed(line, { env: { GRAPHDAV_SECRET: 'one' } })
    expect([declined.exitCode, declined.stderr]).toEqual([1, expect.stringMatching(/declined/)])
    rig.people.polls = [refusals.declined]
    const debugged = await typed(`${line} --log-level debug`, { env: { GRAPHDAV_SECRET: 'one' } })
    expect(debugged.stderr).toMatch(/declined[^]*\n +at /)
    expect(rig.leaks(declined.stderr, debugged.stdout, debugged.stderr)).toEqual([])
  })

  it('stops at Ctrl-C', async () => {
    rig.people.polls = [refusals.pending]
    const stopping = new AbortController()
    const clock: Clock = {
      now: () => Date.now(),
      sleep: (_, signal) => {
        stopping.abort(new GraphdavError('unavailable', 'stopped'))
        return systemClock.sleep(60_000, signal)
      },
    }
    const line = `login home --config ${await configured()}`
    const { exitCode, stderr } = await type(line, { clock, signal: stopping.signal })
    expect([exitCode, stderr.split('\n').at(-2)]).toEqual([1, 'graphdav: stopped'])
    expect(rig.people.polls).toHaveLength(1)
  })
})

describe('a running server', () => {
  it('serves what it has while nobody is signed in, says so, and takes a sign-in up without a restart', async () => {
    const { simulator, folder, open } = (world = await startWorld({ events: 0 }, (text) =>
      text.replace(/auth: \{[^}]*\}/, `auth: ${auth('device-code')}`),
    ))
    simulator.control.createEvent({}, single('Before', '2026-12-01T09:00:00'))
    const { bridge, url } = await open()
    const ready = async (): Promise<string> => (await fetch(`${url}/readyz`)).text()
    await expect(bridge.sync('work', {})).rejects.toMatchObject({ code: 'sign-in' })
    expect(await ready()).toMatch(/"work":"its account needs a sign-in: nobody has signed in .*graphdav login tenant/)

    rig.people.accessTokens = [simulator.token, simulator.token]
    const line = `login tenant --config ${join(folder, 'graphdav.yaml')}`
    expect((await typed(line)).stdout).toContain('the running server takes it up now')
    await bridge.sync('work', {})
    await bridge.sync('personal', {})
    expect([bridge.report().accounts['tenant']?.state, (await fetch(`${url}/readyz`)).status]).toEqual(['ok', 200])

    const listed = await typed(`calendars tenant --config ${join(folder, 'graphdav.yaml')}`)
    expect([listed.exitCode, listed.stdout]).toEqual([0, expect.stringContaining('source: default')])
    const checked = await typed(`check --config ${join(folder, 'graphdav.yaml')}`)
    expect(checked.stdout).toMatch(
      /ok +accounts\.tenant: signed in for .*\n.*rights needed: User\.Read, Calendars\.Read, offline_access/,
    )
    expect([checked.exitCode, rig.renewals]).toEqual([0, 0])

    simulator.faults.add({
      count: 0,
      effect: { kind: 'status', status: 401, code: 'InvalidAuthenticationToken', message: '', body: 'json' },
    })
    rig.people.refusal = refusals.revoked
    await expect(bridge.sync('work', {})).rejects.toMatchObject({ code: 'sign-in' })
    expect([bridge.report().accounts['tenant']?.state, rig.renewals]).toEqual(['sign-in', 1])
    expect(await ready()).toMatch(/needs a sign-in: the sign-in is refused: .*revoked/)
    const shown = await fetch(`${url}/feeds/${feedToken}/work.ics`)
    expect([shown.status, await shown.text()]).toEqual([200, expect.stringContaining('Before')])
    expect(shown.headers.get('data-age')).toMatch(/^\d+$/)

    simulator.faults.clear()
    rig.people.refusal = undefined
    await typed(line)
    await bridge.sync('work', {})
    expect(bridge.report().accounts['tenant']?.state).toBe('ok')
  })
})
