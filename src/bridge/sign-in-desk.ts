// Signing in in the browser, for the server's pages: which user may for which account, and what is done with what comes back.
import type { Log } from '../base/log.ts'
import type { Configuration } from '../config/configuration.ts'
import { beginAuthCode } from '../graph/auth-code.ts'
import { keepSignIn, keptPerson } from '../graph/kept-sign-in.ts'
import { describeSignInError } from '../graph/sign-in-errors.ts'
import type { SignInNetwork } from '../graph/sign-in-network.ts'
import type { BegunVisit, SignInBeginning, SignInDesk } from '../server/sign-in.ts'
import { delegatedOf, type Delegated } from './delegated.ts'

export interface DeskOptions {
  readonly network: SignInNetwork | undefined
  readonly log: Log
  /** Called when somebody has signed in for an account. */
  readonly onSignedIn: (account: string) => void
}

/** A user may sign in for the accounts that the user has calendars of, or may make some in. */
export function createSignInDesk(configuration: Configuration, options: DeskOptions): SignInDesk {
  const { accounts, calendars, users } = configuration
  return {
    find: (name, accountName) => {
      const [user, account] = [users.get(name), accounts.get(accountName)]
      const isOwn = user?.calendars.some(({ slug }) => calendars.get(slug)?.account === accountName) ?? false
      if (account === undefined || !(isOwn || user?.create === accountName)) return undefined
      const { auth } = account
      if (!('flow' in auth) || auth.flow !== 'auth-code') return undefined
      return (redirection) =>
        begin(accountName, delegatedOf(configuration, account, auth), { ...redirection, ...options })
    },
  }
}

async function begin(
  account: string,
  { signIn, file }: Delegated,
  { redirectUri, state, network, log, onSignedIn }: DeskOptions & Parameters<SignInBeginning>[0],
): Promise<BegunVisit> {
  const username = (await keptPerson(file))?.username
  const begun = await beginAuthCode(signIn, { redirectUri, state, username, network })
  return {
    url: begun.url,
    finish: async (code) => {
      const kept = await begun.redeem(code)
      await keepSignIn(file, kept)
      log.info('signed in', { account })
      onSignedIn(account)
      return kept.person.username
    },
    explain: (error, description) => describeSignInError(description, error),
  }
}
