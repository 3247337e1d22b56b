// The Graph clients of the configured accounts.
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { AccountConfiguration } from '../config/configuration.ts'
import { applicationTokenSource } from '../graph/application-sign-in.ts'
import { accessTokenSource, type TokenSource } from '../graph/auth.ts'
import { GraphClient, type ClientOptions, type Observation } from '../graph/client.ts'
import { MailboxLanes } from '../graph/lanes.ts'

/** Told about every exchange with Graph. */
type Observe = (observation: Observation) => void

interface ClientsOptions {
  readonly clock: Clock
  readonly log: Log
  readonly observe?: Observe
  /** Of accounts that somebody else asks for tokens too; else each client has its own. */
  readonly tokens?: ReadonlyMap<string, TokenSource>
}

/** One client per account, by its name. They share the queues of the mailboxes. */
export function createClients(
  accounts: ReadonlyMap<string, AccountConfiguration>,
  { clock, log, observe, tokens }: ClientsOptions,
): ReadonlyMap<string, GraphClient> {
  const lanes = new MailboxLanes({ clock })
  return new Map(
    [...accounts].map(([name, account]) => [
      name,
      createClient(account, {
        lanes,
        clock,
        log,
        tokens: tokens?.get(name) ?? createTokens(account),
        ...(observe && { observe }),
      }),
    ]),
  )
}

function createClient(
  { name, graphUrl }: AccountConfiguration,
  shared: Pick<ClientOptions, 'lanes' | 'clock' | 'log' | 'tokens' | 'observe'>,
): GraphClient {
  return new GraphClient({ ...shared, graphUrl: `${graphUrl}/v1.0`, log: shared.log.child({ account: name }) })
}

/** Where the tokens of an account come from. */
export function createTokens({ auth }: AccountConfiguration): TokenSource {
  if ('authority' in auth) return applicationTokenSource(auth)
  return accessTokenSource('token' in auth ? auth : { file: auth.tokenFile })
}
