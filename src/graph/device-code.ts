// A person signs in with a code on another device (RFC 8628; Microsoft page "OAuth 2.0 device authorization grant"). msal would wait
// with timers that nobody can stop, give up when it is asked to slow down or when a connection breaks, and forget why the
// service refuses: so its requests pass through here, and the waiting is done here.
import type { Clock } from '../base/clock.ts'
import { GraphdavError } from '../base/errors.ts'
import { keptOf, type DelegatedSignIn } from './delegated-sign-in.ts'
import { numberOf, textOf } from './json.ts'
import type { KeptSignIn } from './kept-sign-in.ts'
import { busyError, isBusy, openPublic, signInError, tryAgain } from './msal.ts'
import { describeSignInError } from './sign-in-errors.ts'
import { networkTrusting, type SignInAnswer, type SignInNetwork, type SignInRequest } from './sign-in-network.ts'

/** What the person is told. */
export interface DevicePrompt {
  readonly url: string
  /** To type there. */
  readonly code: string
  readonly validMs: number
}

export interface DeviceCodeOptions {
  readonly clock: Clock
  /** Ends the waiting. */
  readonly signal: AbortSignal
  readonly network?: SignInNetwork | undefined
  readonly onPrompt: (prompt: DevicePrompt) => void
  /** Called again and again with how long the code is still good. */
  readonly onWaiting?: (leftMs: number) => void
}

/**
 * Waits until the person has signed in; the sign-in is not kept yet. Throws with code `sign-in` when it was declined, too late or
 * refused, `unavailable` when the service cannot be had, or the signal's reason.
 */
export async function signInByDeviceCode(signIn: DelegatedSignIn, options: DeviceCodeOptions): Promise<KeptSignIn> {
  const conversation = new Conversation(options.network ?? (await networkTrusting(signIn.caFile)), options)
  const application = await openPublic(signIn, (request) => conversation.send(request))
  try {
    const result = await application.acquireTokenByDeviceCode({
      scopes: [...signIn.scopes],
      deviceCodeCallback: ({ verificationUri, userCode, expiresIn }) =>
        options.onPrompt({ url: verificationUri, code: userCode, validMs: expiresIn * 1000 }),
    })
    return keptOf(application, result)
  } catch (error) {
    throw conversation.failure ?? (await signInError(error, tryAgain))
  }
}

/** RFC 8628 §3.2 and §3.5. */
const [usualIntervalMs, slowerMs] = [5_000, 5_000]

class Conversation {
  /** Why it ended; msal would tell less. */
  failure: unknown
  readonly #network: SignInNetwork
  readonly #options: DeviceCodeOptions
  #intervalMs = usualIntervalMs
  #endsAt = 0

  constructor(network: SignInNetwork, options: DeviceCodeOptions) {
    this.#network = network
    this.#options = options
  }

  async send(request: SignInRequest): Promise<SignInAnswer> {
    try {
      if (new URL(request.url).pathname.endsWith('/devicecode')) return await this.#begin(request)
      return request.body?.includes('device_code=') === true ? await this.#wait(request) : await this.#network(request)
    } catch (error) {
      if (error instanceof GraphdavError || this.#options.signal.aborted) this.failure = error
      throw error
    }
  }

  async #begin(request: SignInRequest): Promise<SignInAnswer> {
    const answer = await this.#network(request)
    const { body } = answer
    refuse(answer)
    const [url, code] = [textOf(body['verification_uri']) ?? '', textOf(body['user_code']) ?? '']
    // Both are shown on a terminal.
    if (!/^https:\/\/[\x21-\x7e]{1,300}$/.test(url) || !/^[\w-]{1,40}$/.test(code)) {
      throw new GraphdavError('sign-in', 'the sign-in service gave no code to enter; check `authority`')
    }
    this.#intervalMs = numberOf(body['interval'], usualIntervalMs / 1000) * 1000
    this.#endsAt = this.#options.clock.now() + numberOf(body['expires_in'], 900) * 1000
    return { ...answer, body: { ...body, interval: 0 } }
  }

  async #wait(request: SignInRequest): Promise<SignInAnswer> {
    const { clock, signal, onWaiting } = this.#options
    for (;;) {
      const leftMs = this.#endsAt - clock.now()
      if (leftMs <= 0) throw new GraphdavError('sign-in', describeSignInError('', 'expired_token'))
      onWaiting?.(leftMs)
      await clock.sleep(Math.min(this.#intervalMs, leftMs), signal)
      const answer = await this.#network(request).catch(() => undefined)
      const error = answer === undefined ? 'no answer' : textOf(answer.body['error'])
      if (error === 'authorization_pending') continue
      if (answer !== undefined && error !== 'slow_down' && !isLater(answer)) {
        refuse(answer)
        return answer
      }
      this.#intervalMs += slowerMs
    }
  }
}

function isLater({ status, body }: SignInAnswer): boolean {
  return status === 429 || status >= 500 || isBusy(textOf(body['error']) ?? 'none', '')
}

function refuse(answer: SignInAnswer): void {
  const error = textOf(answer.body['error'])
  if (isLater(answer)) throw busyError(tryAgain)
  if (error !== null) {
    throw new GraphdavError('sign-in', describeSignInError(textOf(answer.body['error_description']) ?? '', error))
  }
}
