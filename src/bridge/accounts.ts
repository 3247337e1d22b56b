// The Graph clients of the configured accounts.
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { AccountConfiguration } from '../config/configuration.ts'
import { applicationTokenSource } from '../graph/application-sign-in.ts'
import { accessTokenSource, type TokenSource } from '../graph/auth.ts'
import { GraphClient, type Observation } from '../graph/client.ts'
import { MailboxLanes } from '../graph/lanes.ts'

/** Told about every exchange with Graph. */
type Observe = (observation: Observation) => void

/** One client per account, by its name. They share the queues of the mailboxes. */
export function createClients(
  accounts: ReadonlyMap<string, AccountConfiguration>,
  { clock, log, observe }: { readonly clock: Clock; readonly log: Log; readonly observe?: Observe },
): ReadonlyMap<string, GraphClient> {
  const lanes = new MailboxLanes({ clock })
  return new Map(
    [...accounts].map(([name, account]) => [
      name,
      createClient(account, { lanes, clock, log, ...(observe && { observe }) }),
    ]),
  )
}

function createClient(
  { name, graphUrl, auth }: AccountConfiguration,
  shared: { readonly lanes: MailboxLanes; readonly clock: Clock; readonly log: Log; readonly observe?: Observe },
): GraphClient {
  const tokens = tokensOf(auth)
  return new GraphClient({ ...shared, graphUrl: `${graphUrl}/v1.0`, tokens, log: shared.log.child({ account: name }) })
}

function tokensOf(auth: AccountConfiguration['auth']): TokenSource {
  if ('authority' in auth) return applicationTokenSource(auth)
  return accessTokenSource('token' in auth ? auth : { file: auth.tokenFile })
}
