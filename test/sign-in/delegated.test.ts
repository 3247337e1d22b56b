// The real msal-node renews a person's tokens, against a sign-in service on loopback: what is kept on disk, what ends a sign-in, and
// that a new one is taken up.
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { delegatedTokenSource } from '../../src/graph/delegated-sign-in.ts'
import { keepSignIn, keptPerson } from '../../src/graph/kept-sign-in.ts'
import { systemFiles, type FileSystem } from '../../src/store/file-system.ts'
import { TokenFile } from '../../src/store/token-file.ts'
import { eli, refusals } from './people.ts'
import { SignInRig } from './rig.ts'

let rig: SignInRig
beforeAll(async () => {
  rig = await SignInRig.start()
})
beforeEach(() => rig.reset())
afterAll(() => rig.stop())

const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error)
const signInError = (sentence: RegExp): object => ({ code: 'sign-in', message: expect.stringMatching(sentence) })

describe('a person’s tokens', () => {
  it('come from the kept sign-in, also in the next process, and are renewed before they end', async () => {
    await rig.login()
    const first = await rig.tokens().token()
    const tokens = rig.tokens()
    expect([await tokens.token(), await tokens.token(), rig.renewals]).toEqual([first, first, 0])
    expect(tokens.granted?.()).toEqual(expect.arrayContaining(['User.Read', 'Calendars.Read']))
    const asked = rig.asked.length
    rig.clock.shift(3_600_000 - 290_000)
    rig.people.expiresIn = 200
    await tokens.token()
    expect(rig.asked.length).toBe(asked)
  })

  it.each([
    ['common', false],
    ['organizations', false],
    ['consumers', true],
  ])('of %s are found again, renewed, and say what they may do', async (tenant, isPersonal) => {
    rig.tenant = tenant
    if (isPersonal) rig.people.tenant = '9188040d-6c67-4c5b-b112-36a304b66dad'
    rig.people.saysShortScopes = isPersonal
    await rig.login()
    const tokens = rig.tokens()
    const first = await tokens.token()
    expect(await tokens.token()).toBe(first)
    expect(await tokens.refresh(first)).not.toBe(first)
    expect(tokens.granted?.()).toEqual(expect.arrayContaining(['User.Read', 'Calendars.Read']))
    expect(await keptPerson(rig.file())).toMatchObject({ username: 'dana@contoso.example' })
  })

  it('are renewed with the newest refresh token, once for all who ask, and the newest is kept before it is used', async () => {
    rig.people.expiresIn = 200
    await rig.login()
    const tokens = rig.tokens()
    const both = await Promise.all([tokens.token(), tokens.token()])
    expect([new Set(both).size, rig.renewals]).toEqual([1, 1])
    const inOtherProcess = await rig.tokens().token()
    expect([inOtherProcess === both[0], rig.renewals]).toEqual([false, 2])
    expect(await tokens.token()).not.toBe(inOtherProcess)
    expect(rig.renewals).toBe(3)
  })

  it('that Graph refuses are renewed once for all whom it refused them', async () => {
    await rig.login()
    const tokens = rig.tokens()
    const refused = await tokens.token()
    const renewed = await Promise.all([tokens.refresh(refused), tokens.refresh(refused)])
    expect(await tokens.refresh(refused)).toBe(renewed[0])
    expect([renewed[0] === renewed[1], renewed[0] === refused, rig.renewals]).toEqual([true, false, 1])
  })

  it('are not there before anybody has signed in, and are as soon as somebody has', async () => {
    const tokens = rig.tokens()
    expect(await failure(tokens.token())).toMatchObject(signInError(/nobody has signed in.*`graphdav login home`$/))
    await rig.login()
    expect(await tokens.token()).toMatch(/^access-/)
  })

  it.each([
    ['has expired', refusals.expired, /not used for too long/],
    ['was revoked', refusals.revoked, /revoked/],
    ['needs a second factor', refusals.factor, /second factor/],
    ['lacks a consent', refusals.consent, /consented/],
  ])('of a sign-in that %s need a person, who is not asked for in vain', async (_, refusal, sentence) => {
    rig.people.expiresIn = 200
    await rig.login()
    const tokens = rig.tokens()
    rig.people.refusal = refusal
    const error = await failure(tokens.token())
    expect(error).toMatchObject(signInError(sentence))
    expect(String(error)).toContain('To sign in: `graphdav login home`')
    expect(String(error)).not.toContain('dana')
    expect([await failure(tokens.token()), rig.renewals]).toEqual([error, 1])

    rig.people.refusal = undefined
    await rig.login()
    expect(await tokens.token()).toMatch(/^access-/)
  })

  it('come again by themselves when what was refused is allowed later', async () => {
    rig.people.expiresIn = 200
    await rig.login()
    const tokens = rig.tokens()
    rig.people.refusal = refusals.consent
    await failure(tokens.token())
    rig.people.refusal = undefined
    rig.clock.shift(16 * 60_000)
    expect(await tokens.token()).toMatch(/^access-/)
  })

  it('that cannot be renewed now are not called refused', async () => {
    rig.people.expiresIn = 200
    await rig.login()
    const tokens = rig.tokens()
    for (const refusal of ['lost', 'busy'] as const) {
      rig.people.refusal = refusal
      expect(await failure(tokens.token())).toMatchObject({ code: 'unavailable' })
    }
    rig.people.refusal = undefined
    expect(await tokens.token()).toMatch(/^access-/)
  })

  it('are renewed when the machine’s clock is set ahead or back, msal’s too', async () => {
    await rig.login()
    const tokens = rig.tokens()
    const [first, hour] = [await tokens.token(), 3_600_000]
    try {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * hour })
      const ahead = await tokens.token()
      expect([ahead === first, rig.renewals]).toEqual([false, 1])
      vi.setSystemTime(Date.now() - 48 * hour)
      const back = await tokens.token()
      expect([back === ahead, rig.renewals]).toEqual([false, 2])
      expect(await tokens.token()).toBe(back)
    } finally {
      vi.useRealTimers()
    }
  })

  it('of somebody who signs in again with more rights are used at once', async () => {
    await rig.login()
    const tokens = rig.tokens()
    const before = await tokens.token()
    await rig.login()
    expect(await tokens.token()).not.toBe(before)
    expect(rig.renewals).toBe(0)
  })
})

describe('a kept sign-in', () => {
  it('is for its user only', async () => {
    await rig.login()
    const mode = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8)
    expect([await mode(rig.file().path), await mode(join(rig.folder, 'tokens'))]).toEqual(['600', '700'])
    expect(await readdir(join(rig.folder, 'tokens'))).toEqual(['home.json'])
  })

  it('is not given to another person', async () => {
    await rig.login()
    const before = await rig.kept()
    rig.people.person = eli
    const stranger = await rig.device()
    expect(await failure(keepSignIn(rig.file(), stranger))).toMatchObject(
      signInError(/another person.*home\.json first/),
    )
    expect(await rig.kept()).toBe(before)
    expect((await keptPerson(rig.file()))?.username).toBe('dana@contoso.example')
  })

  it('is encrypted with the secret, and cannot be read, lost or replaced with another one', async () => {
    await rig.login('one secret')
    const before = await rig.kept()
    expect(rig.leaks(before)).toEqual([])
    expect(before).not.toContain('dana')
    const read = await rig.tokens('one secret').token()
    for (const [secret, sentence] of [
      ['another', /another GRAPHDAV_SECRET/],
      [undefined, /GRAPHDAV_SECRET is not set/],
    ] as const) {
      expect(await failure(rig.tokens(secret).token())).toMatchObject(signInError(sentence))
      expect(await failure(rig.login(secret))).toMatchObject(signInError(sentence))
    }
    expect(await rig.kept()).toBe(before)
    expect(await rig.tokens('one secret').token()).toBe(read)
  })

  it('from before the secret is encrypted when it is read', async () => {
    await rig.login()
    const token = await rig.tokens().token()
    expect(await rig.tokens('late').token()).toBe(token)
    expect(rig.leaks(await rig.kept())).toEqual([])
    expect(await rig.tokens('late').token()).toBe(token)
  })

  it('cannot be put in the place of another account', async () => {
    await rig.login('one secret')
    const elsewhere = new TokenFile({ folder: rig.folder, account: 'work', secret: 'one secret' })
    await writeFile(elsewhere.path, await rig.kept())
    expect(await failure(keptPerson(elsewhere))).toMatchObject(signInError(/GRAPHDAV_SECRET/))
  })

  it.each([
    ['damaged', 'sign-in', '{"format":1,"te'],
    ['of something else', 'sign-in', '{"format":1,"text":"{}"}'],
    ['of a newer version', 'store-format', '{"format":2,"text":"{}"}'],
  ])('that is %s is told and stays', async (_, code, text) => {
    await mkdir(join(rig.folder, 'tokens'))
    await writeFile(rig.file().path, text)
    expect(await failure(rig.tokens().token())).toMatchObject({ code })
    expect(await failure(rig.login())).toMatchObject({ code })
    expect(await rig.kept()).toBe(text)
  })

  it('is there in its old or new state wherever the process dies while it is saved', async () => {
    rig.people.expiresIn = 200
    rig.people.rotates = false
    await rig.login()
    for (const step of ['write', 'flush', 'rename', 'flushFolder'] as const) {
      const dying: FileSystem = { ...systemFiles, [step]: () => Promise.reject(new Error('the process is gone')) }
      const file = new TokenFile({ folder: rig.folder, account: 'home', secret: undefined, files: dying })
      const { clock, log, network } = rig
      await failure(delegatedTokenSource(rig.signIn, file, { clock, log, network }).token())
      expect(await rig.tokens().token()).toMatch(/^access-/)
    }
  })

  it('that cannot be saved now is used and saved later: the old refresh token is worth nothing any more', async () => {
    rig.people.expiresIn = 200
    await rig.login()
    let isFull = true
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' })
    const write: FileSystem['write'] = (path, text) => (isFull ? Promise.reject(full) : systemFiles.write(path, text))
    const files = { ...systemFiles, write }
    const file = new TokenFile({ folder: rig.folder, account: 'home', secret: undefined, files })
    const { clock, log, network } = rig
    const tokens = delegatedTokenSource(rig.signIn, file, { clock, log, network })
    expect(await failure(tokens.token())).toMatchObject({ code: 'store-io' })
    isFull = false
    expect(await tokens.token()).toMatch(/^access-/)
    expect(await rig.tokens().token()).toMatch(/^access-/)
  })
})
