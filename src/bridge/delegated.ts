// Accounts that a person signs in to: what is asked for, and where the sign-in is kept.
import { urlOf } from '../config/address.ts'
import type { AccountConfiguration, Configuration, DelegatedAuth } from '../config/configuration.ts'
import type { DelegatedSignIn } from '../graph/delegated-sign-in.ts'
import { delegatedScopes, scopesOn } from '../graph/scopes.ts'
import { TokenFile } from '../store/token-file.ts'
import { useOf } from './account-use.ts'

export interface Delegated {
  readonly flow: DelegatedAuth['flow']
  readonly signIn: DelegatedSignIn
  readonly file: TokenFile
}

/** `auth` is the account's own. */
export function delegatedOf(
  configuration: Configuration,
  account: AccountConfiguration,
  auth: DelegatedAuth,
): Delegated {
  const { name } = account
  const { flow, resource, ...application } = auth
  const scopes = scopesOn(resource, delegatedScopes(useOf(configuration, account)))
  const how = flow === 'device-code' ? `\`graphdav login ${name}\`` : `${signInPage(configuration, name)} in a browser`
  return {
    flow,
    signIn: { ...application, scopes, how },
    file: new TokenFile({ folder: configuration.store.path, account: name, secret: configuration.secret }),
  }
}

/** Where a person signs in in the browser. */
export function signInPage({ server: { publicUrl, listen, tls } }: Configuration, name: string): string {
  return `${publicUrl ?? urlOf(tls === undefined ? 'http' : 'https', listen)}/auth/${name}`
}
