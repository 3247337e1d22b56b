// The real msal-node signs a person in with a code on another device, against a sign-in service on loopback.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dana, refusals } from './people.ts'
import { SignInRig } from './rig.ts'

let rig: SignInRig
beforeAll(async () => {
  rig = await SignInRig.start()
})
beforeEach(() => rig.reset())
afterAll(() => rig.stop())

const failure = (signingIn: Promise<unknown>): Promise<unknown> => signingIn.catch((error: unknown) => error)

describe('a device code', () => {
  it('that waits and is then entered signs the person in', async () => {
    rig.people.polls = [refusals.pending, refusals.pending]
    const prompts: unknown[] = []
    const left: number[] = []
    const kept = await rig.device({ onPrompt: (prompt) => prompts.push(prompt), onWaiting: (ms) => left.push(ms) })
    expect(prompts).toEqual([{ url: 'https://login.example.test/device', code: 'ABCD-EFGH', validMs: 900_000 }])
    expect(kept.person.username).toBe(dana.username)
    expect(kept.person.id).toContain(dana.id)
    expect(rig.clock.waits).toEqual([5_000, 5_000, 5_000])
    expect(left.map((ms) => Math.round(ms / 1000))).toEqual([900, 895, 890])
    const asked = new Set(rig.asked.at(-1)?.get('scope')?.split(' '))
    expect(asked).toEqual(new Set([...rig.signIn.scopes, 'openid', 'profile']))
  })

  it('is asked about less often when the service says so, is busy or cannot be had', async () => {
    rig.people.polls = [refusals.slowDown, undefined, { error: 'temporarily_unavailable' }, refusals.pending]
    await rig.device()
    expect(rig.clock.waits).toEqual([5_000, 10_000, 15_000, 20_000, 20_000])
  })

  it.each([
    ['declined', refusals.declined, /declined/],
    ['too late for the service', refusals.expiredCode, /not entered in time/],
    ['of a person of another tenant', refusals.otherTenant, /not of that tenant/],
  ])('that is %s ends with its sentence, and nothing of the answer', async (_, refusal, sentence) => {
    rig.people.polls = [refusals.pending, refusal]
    const error = await failure(rig.device())
    expect(error).toMatchObject({ code: 'sign-in', message: expect.stringMatching(sentence) as unknown })
    expect(String(error)).not.toContain(refusal.error_description)
  })

  it('that nobody enters ends by itself', async () => {
    rig.people.polls = Array.from({ length: 1_000 }, () => refusals.pending)
    const began = rig.clock.now()
    expect(await failure(rig.device())).toMatchObject({ code: 'sign-in', message: expect.stringMatching(/in time/) })
    expect(Math.round((rig.clock.now() - began) / 1000)).toBe(900)
  })

  it('is not waited for any more when the person stops', async () => {
    rig.people.polls = [refusals.pending, refusals.pending]
    const [stopping, reason] = [new AbortController(), new Error('stopped')]
    const onWaiting = (): void => stopping.abort(reason)
    expect(await failure(rig.device({ signal: stopping.signal, onWaiting }))).toBe(reason)
    expect(rig.people.polls).toHaveLength(2)
  })

  it('that the service does not give is told with its reason', async () => {
    rig.people.refusal = refusals.noTenant
    expect(await failure(rig.device())).toMatchObject({
      code: 'sign-in',
      message: expect.stringMatching(/no such ten/),
    })
    rig.people.refusal = 'busy'
    expect(await failure(rig.device())).toMatchObject({ code: 'unavailable' })
    rig.people.refusal = 'lost'
    expect(await failure(rig.device())).toMatchObject({
      code: 'unavailable',
      message: 'the sign-in service does not answer; check the connection, then begin again',
    })
  })
})
