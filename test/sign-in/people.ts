// The people of a sign-in service, as Microsoft's pages on the device code, authorization code and refresh flows describe its answers:
// what a test sets is what happens next. Every secret it gives out is remembered, so that a test can look for it.
import { createHash } from 'node:crypto'
import type { Answer } from './service.ts'

export interface TestPerson {
  readonly id: string
  readonly username: string
}

export const dana: TestPerson = { id: 'aaaaaaaa-0000-0000-0000-000000000001', username: 'dana@contoso.example' }
export const eli: TestPerson = { id: 'bbbbbbbb-0000-0000-0000-000000000002', username: 'eli@contoso.example' }

export type Refusal = { readonly error: string; readonly error_description?: string; readonly suberror?: string }

export const refusals = {
  pending: { error: 'authorization_pending', error_description: 'AADSTS70016: still waiting' },
  slowDown: { error: 'slow_down' },
  declined: { error: 'authorization_declined', error_description: 'the person said no' },
  expiredCode: { error: 'expired_token', error_description: 'too late' },
  expired: { error: 'invalid_grant', error_description: 'AADSTS700082: The refresh token has expired.' },
  revoked: { error: 'invalid_grant', error_description: 'AADSTS50173: revoked, says dana@contoso.example' },
  factor: {
    error: 'interaction_required',
    error_description: 'AADSTS50076: a second factor',
    suberror: 'basic_action',
  },
  consent: { error: 'invalid_grant', error_description: 'AADSTS65001: no consent', suberror: 'consent_required' },
  otherTenant: { error: 'invalid_grant', error_description: 'AADSTS50020: not of this tenant' },
  noTenant: { error: 'invalid_request', error_description: 'AADSTS90002: there is no such tenant' },
} satisfies Readonly<Record<string, Refusal>>

export class People {
  /** Who signs in next. */
  person: TestPerson = dana
  /** What the next polls of a device code get, one each; after them the person has signed in. `undefined` breaks the connection. */
  polls: (Refusal | undefined)[] = []
  /** What everybody who asks for tokens gets instead; `busy`: status 503; `lost`: the connection breaks. */
  refusal: Refusal | 'busy' | 'lost' | undefined
  /** A used refresh token is worth nothing any more. */
  rotates = true
  /** Whose people they are; personal accounts: 9188040d-6c67-4c5b-b112-36a304b66dad. */
  tenant = '11111111-2222-3333-4444-555555555555'
  /** Granted rights come without the host, as personal accounts get them. */
  saysShortScopes = false
  expiresIn = 3600
  intervalSeconds = 5
  /** The access tokens to give out, in turn; none: made up. */
  accessTokens: string[] = []
  /** Everything that must be in no log. */
  readonly secrets: string[] = []
  readonly #refreshTokens = new Map<string, TestPerson>()
  readonly #codes = new Map<string, { person: TestPerson; challenge: string; redirectUri: string; nonce: string }>()
  #count = 0

  readonly answer: Answer = (form, path) => {
    for (const key of ['client_secret', 'client_assertion', 'code_verifier', 'code', 'refresh_token', 'device_code']) {
      const value = form.get(key)
      if (value !== null) this.secrets.push(value)
    }
    if (this.refusal === 'lost') return undefined
    if (this.refusal === 'busy') return refuse({ error: 'temporarily_unavailable' }, 503)
    if (path === 'devicecode') return this.refusal ? refuse(this.refusal) : this.#deviceCode()
    const grant = form.get('grant_type') ?? ''
    if (grant.endsWith('device_code') && this.polls.length > 0) {
      const poll = this.polls.shift()
      return poll && refuse(poll)
    }
    if (this.refusal !== undefined) return refuse(this.refusal)
    if (grant.endsWith('device_code')) return this.#tokens(form, this.person, '')
    if (grant === 'refresh_token') return this.#renew(form)
    if (grant === 'authorization_code') return this.#exchange(form)
    return refuse({ error: 'unsupported_grant_type' })
  }

  /** What the browser does at the sign-in page: the URL it is sent back to. */
  signIn(authorizeUrl: string): string {
    const asked = new URL(authorizeUrl).searchParams
    const code = this.#secret('code')
    const [redirectUri, challenge] = [asked.get('redirect_uri') ?? '', asked.get('code_challenge') ?? '']
    this.#codes.set(code, { person: this.person, challenge, redirectUri, nonce: asked.get('nonce') ?? '' })
    return `${redirectUri}?${new URLSearchParams({ code, state: asked.get('state') ?? '' }).toString()}`
  }

  #deviceCode() {
    const body = {
      device_code: this.#secret('device'),
      user_code: 'ABCD-EFGH',
      verification_uri: 'https://login.example.test/device',
      expires_in: 900,
      interval: this.intervalSeconds,
      message: 'enter it there',
    }
    return { status: 200, body }
  }

  #renew(form: URLSearchParams) {
    const token = form.get('refresh_token') ?? ''
    const person = this.#refreshTokens.get(token)
    if (person === undefined) return refuse(refusals.revoked)
    if (this.rotates) this.#refreshTokens.delete(token)
    return this.#tokens(form, person, '')
  }

  #exchange(form: URLSearchParams) {
    const code = form.get('code') ?? ''
    const known = this.#codes.get(code)
    this.#codes.delete(code)
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (known === undefined || known.challenge !== challenge || known.redirectUri !== form.get('redirect_uri'))
      return refuse({ error: 'invalid_grant', error_description: 'AADSTS70008: the code does not hold' })
    return this.#tokens(form, known.person, known.nonce)
  }

  #tokens(form: URLSearchParams, { id, username }: TestPerson, nonce: string) {
    const refreshToken = this.#secret('refresh')
    this.#refreshTokens.set(refreshToken, { id, username })
    const claims = { oid: id, tid: this.tenant, sub: id, preferred_username: username, name: '', ver: '2.0', nonce }
    const accessToken = this.accessTokens.shift() ?? this.#secret('access')
    this.secrets.push(accessToken)
    const scope = form.get('scope') ?? ''
    const body = {
      token_type: 'Bearer',
      scope: this.saysShortScopes ? scope.replaceAll(/https:\/\/[^/ ]*\//g, '') : scope,
      expires_in: this.expiresIn,
      refresh_in: Math.floor(this.expiresIn / 2),
      access_token: accessToken,
      refresh_token: refreshToken,
      id_token: `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.x`,
      client_info: part({ uid: id, utid: this.tenant }),
    }
    return { status: 200, body }
  }

  #secret(kind: string): string {
    const made = `${kind}-${(this.#count += 1)}-${createHash('sha256').update(`${kind} ${this.#count}`).digest('hex')}`
    this.secrets.push(made)
    return made
  }
}

function refuse(body: Refusal, status = 400) {
  return { status, body }
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
