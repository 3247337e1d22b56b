// The real msal-node against a sign-in service on loopback: both proofs of an application, refusals, lost network, each cloud's host.
import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto'
import { generate } from 'selfsigned'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { applicationTokenSource, type ApplicationCredential } from '../../src/graph/application-sign-in.ts'
import type { TokenSource } from '../../src/graph/auth.ts'
import { signInNetwork } from '../../src/graph/sign-in-network.ts'
import { startSignInService, type SignInService } from './service.ts'

const clientId = '99999999-8888-7777-6666-555555555555'
const scope = 'https://graph.microsoft.com/.default'
const secret = 'the~very.secret~value'

let service: SignInService
let given: SignInService['answer']
beforeAll(async () => {
  service = await startSignInService()
  given = service.answer
})
afterAll(() => service.close())
beforeEach(() => {
  service.answer = given
})

function source(credential: ApplicationCredential = { clientSecret: secret }): TokenSource {
  const signIn = { authority: service.authority, clientId, scope, credential, caFile: undefined }
  return applicationTokenSource(signIn, signInNetwork(service.ca))
}

describe('an application that signs in', () => {
  it('with a secret asks for the default scope, once for all who ask, and again only after a refusal', async () => {
    const before = service.asked.length
    const tokens = source()
    const [first, second] = await Promise.all([tokens.token(), tokens.token()])
    expect([second, await tokens.token()]).toEqual([first, first])
    expect(service.asked.length).toBe(before + 1)
    const form = service.asked.at(-1)
    expect(form?.get('scope')?.split(' ')).toContain(scope)
    expect([form?.get('grant_type'), form?.get('client_id')]).toEqual(['client_credentials', clientId])
    expect(form?.get('client_secret')).toBe(secret)
    expect(await tokens.refresh(first)).not.toBe(first)
    expect(service.asked.length).toBe(before + 2)
  })

  it('with a certificate signs an assertion that its public key verifies and its thumbprint names', async () => {
    const made = await generate([{ name: 'commonName', value: 'graphdav' }])
    await source({ certificate: made.cert, privateKey: made.private }).token()
    const assertion = service.asked.at(-1)?.get('client_assertion') ?? ''
    const [head = '', claims = '', signature = ''] = assertion.split('.')
    const header: unknown = JSON.parse(Buffer.from(head, 'base64url').toString())
    const certificate = new X509Certificate(made.cert)
    expect(header).toMatchObject({
      alg: 'PS256',
      'x5t#S256': createHash('sha256').update(certificate.raw).digest('base64url'),
    })
    const key = createPublicKey(made.cert)
    const proof = { key, padding: 6, saltLength: 32 }
    expect(verify('sha256', Buffer.from(`${head}.${claims}`), proof, Buffer.from(signature, 'base64url'))).toBe(true)
  })

  it('with a key of another certificate is told so before anything is sent', async () => {
    const [one, other] = await Promise.all([generate([]), generate([])])
    const before = service.asked.length
    await expect(source({ certificate: one.cert, privateKey: other.private }).token()).rejects.toMatchObject({
      code: 'sign-in',
      message: 'privateKey does not belong to certificate',
    })
    expect(service.asked.length).toBe(before)
  })

  it('that is refused says what to do, without the secret, and works as soon as it is allowed', async () => {
    service.answer = () => ({
      status: 401,
      body: { error: 'invalid_client', error_description: `AADSTS7000215: Invalid client secret ${secret}.` },
    })
    const tokens = source()
    const error: unknown = await tokens.token().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'sign-in', message: expect.stringContaining('copy its value, not its id') })
    expect(error).not.toHaveProperty('cause', expect.anything())
    expect(String(error)).not.toContain(secret)
    service.answer = given
    expect(await tokens.token()).toMatch(/^token-\d+$/)
  })

  it('that cannot reach the service is not called refused', async () => {
    const signIn = { authority: service.authority, clientId, scope, credential: { clientSecret: secret } }
    const lost = applicationTokenSource({ ...signIn, caFile: undefined }, () => Promise.reject(new Error('no route')))
    await expect(lost.token()).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('does not believe a certificate that its authority has not signed', async () => {
    const signIn = { authority: service.authority, clientId, scope, credential: { clientSecret: secret } }
    const before = service.asked.length
    const wary = applicationTokenSource({ ...signIn, caFile: undefined })
    await expect(wary.token()).rejects.toMatchObject({ code: 'unavailable' })
    expect(service.asked.length).toBe(before)
  })
})
