// `graphdav login`: a person signs in with a code on another device. Only the kept sign-in is written, beside a running server,
// which is told of it.
import type { Clock } from '../base/clock.ts'
import { GraphdavError } from '../base/errors.ts'
import type { Configuration } from '../config/configuration.ts'
import { signInByDeviceCode, type DevicePrompt } from '../graph/device-code.ts'
import { keepSignIn, keptPerson, type Person } from '../graph/kept-sign-in.ts'
import { accountNamed } from './accounts.ts'
import { callControl } from './control.ts'
import { delegatedOf } from './delegated.ts'

export interface LoginOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onPrompt: (prompt: DevicePrompt) => void
  /** Called again and again with how long the code is still good. */
  readonly onWaiting: (leftMs: number) => void
}

export interface LoggedIn {
  readonly person: Person
  /** True when a running server reads the account's calendars with it now. */
  readonly isTakenUp: boolean
}

/**
 * Waits until somebody has signed in for the account, and keeps it. Throws with code `usage` for an account that signs in
 * otherwise, with `sign-in` when it was declined or is another person's.
 */
export async function login(configuration: Configuration, name: string, options: LoginOptions): Promise<LoggedIn> {
  const account = accountNamed(configuration, name)
  const { auth } = account
  if (!('flow' in auth)) {
    const how = 'credential' in auth ? 'it is an application that signs in by itself' : 'it is given an access token'
    throw new GraphdavError('usage', `nobody signs in for the account ${name}: ${how}; \`graphdav check\` tries it`)
  }
  const { flow, signIn, file } = delegatedOf(configuration, account, auth)
  if (flow === 'auth-code') {
    throw new GraphdavError(
      'usage',
      `the account ${name} signs in in the browser: open ${signIn.how}, while the server runs`,
    )
  }
  // What cannot be read or replaced is told before anybody types a code.
  await keptPerson(file)
  const kept = await signInByDeviceCode(signIn, options)
  await keepSignIn(file, kept)
  return { person: kept.person, isTakenUp: await tellServer(configuration, name, options.signal) }
}

// A server that cannot be told finds it by itself, a little later.
async function tellServer({ store }: Configuration, account: string, signal: AbortSignal): Promise<boolean> {
  try {
    return (await callControl(store.path, { command: 'sign-in', args: { account } }, { signal })).kind === 'result'
  } catch {
    return false
  }
}
