// The tokens and Graph clients of the configured accounts.
import type { Clock } from '../base/clock.ts'
import { GraphdavError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { AccountConfiguration, Configuration } from '../config/configuration.ts'
import { applicationTokenSource } from '../graph/application-sign-in.ts'
import { accessTokenSource, type TokenSource } from '../graph/auth.ts'
import { delegatedTokenSource } from '../graph/delegated-sign-in.ts'
import { GraphClient, type ClientOptions, type Observation } from '../graph/client.ts'
import { MailboxLanes } from '../graph/lanes.ts'
import type { SignInNetwork } from '../graph/sign-in-network.ts'
import { delegatedOf } from './delegated.ts'

/** Told about every exchange with Graph. */
type Observe = (observation: Observation) => void

interface TokensOptions {
  readonly clock: Clock
  readonly log: Log
  /** How the sign-in services are reached; undefined: through the machine's network. */
  readonly network?: SignInNetwork | undefined
}

interface ClientsOptions {
  readonly tokens: ReadonlyMap<string, TokenSource>
  readonly clock: Clock
  readonly log: Log
  readonly observe?: Observe
}

/** The account of this name. Throws with code `usage` when there is none. */
export function accountNamed({ accounts }: Configuration, name: string): AccountConfiguration {
  const account = accounts.get(name)
  if (account !== undefined) return account
  const names = accounts.size === 0 ? 'none is configured' : `configured: ${[...accounts.keys()].join(', ')}`
  throw new GraphdavError('usage', `there is no account ${name} (${names})`)
}

/** Where the tokens of each account come from, by its name. Nothing is asked for yet. */
export function createTokens(configuration: Configuration, options: TokensOptions): ReadonlyMap<string, TokenSource> {
  return new Map(
    [...configuration.accounts].map(([name, account]) => [name, tokensOf(configuration, account, options)]),
  )
}

/** One client per account, by its name. They share the queues of the mailboxes. */
export function createClients(
  accounts: ReadonlyMap<string, AccountConfiguration>,
  { tokens, ...options }: ClientsOptions,
): ReadonlyMap<string, GraphClient> {
  const shared = { ...options, lanes: new MailboxLanes(options) }
  return new Map(
    [...accounts].flatMap(([name, account]) => {
      const own = tokens.get(name)
      return own === undefined ? [] : [[name, createClient(account, { ...shared, tokens: own })]]
    }),
  )
}

function createClient(
  { name, graphUrl }: AccountConfiguration,
  shared: Pick<ClientOptions, 'lanes' | 'clock' | 'log' | 'tokens' | 'observe'>,
): GraphClient {
  return new GraphClient({ ...shared, graphUrl: `${graphUrl}/v1.0`, log: shared.log.child({ account: name }) })
}

function tokensOf(configuration: Configuration, account: AccountConfiguration, options: TokensOptions): TokenSource {
  const { auth, name } = account
  if ('flow' in auth) {
    const { signIn, file } = delegatedOf(configuration, account, auth)
    return delegatedTokenSource(signIn, file, { ...options, log: options.log.child({ account: name }) })
  }
  if ('credential' in auth) return applicationTokenSource(auth, options.network)
  return accessTokenSource('token' in auth ? auth : { file: auth.tokenFile })
}
