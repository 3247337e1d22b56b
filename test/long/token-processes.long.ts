// Real processes share one kept sign-in whose refresh tokens hold once: none ever uses one that another has used. Then processes are
// killed with SIGKILL while they work with it: what is kept stays readable, and the next one goes on.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SignInRig } from '../sign-in/rig.ts'

const isFull = process.env['FULL'] === '1'
const [processes, tokens, kills] = isFull ? [4, 50, 10] : [2, 4, 1]
const secret = 'of all processes'

let rig: SignInRig
beforeAll(async () => {
  rig = await SignInRig.start()
})
beforeEach(async () => {
  await rig.reset()
  // So short that every token has to be renewed.
  rig.people.expiresIn = 200
  await writeFile(join(rig.folder, 'ca.pem'), rig.service.ca)
})
afterAll(() => rig.stop())

function start(count: number) {
  const script = join(import.meta.dirname, 'token-child.ts')
  const args = [rig.folder, rig.service.authority, join(rig.folder, 'ca.pem'), String(count)]
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (piece: Buffer) => (text += piece.toString()))
  const ended = once(child, 'close').then(() => text.split('\n').filter((line) => line !== ''))
  return { child, ended }
}

describe('processes with one kept sign-in', () => {
  it(`${processes} of them and a login: each gets its tokens, no refresh token is used twice`, async () => {
    await rig.login(secret)
    const running = Array.from({ length: processes }, () => start(tokens).ended)
    await rig.login(secret)
    const said = await Promise.all(running)
    expect(said).toEqual(Array.from({ length: processes }, () => Array.from({ length: tokens }, () => 'token')))
    const used = rig.asked.map((form) => form.get('refresh_token')).filter((token) => token !== null)
    expect([used.length, new Set(used).size]).toEqual([processes * tokens, processes * tokens])
  })

  it('that are killed leave it as it was or as it is', async () => {
    // What a killed process was given is lost with it.
    rig.people.rotates = false
    await rig.login(secret)
    for (let kill = 0; kill < kills; kill += 1) {
      const { child, ended } = start(10_000)
      const before = rig.renewals
      while (child.exitCode === null && rig.renewals < before + 2 + kill)
        await Promise.race([ended, once(child.stdout, 'data')])
      child.kill('SIGKILL')
      expect(new Set(await ended)).toEqual(new Set(['token']))
      expect(await rig.tokens(secret).token()).toMatch(/^access-/)
    }
  })
})
