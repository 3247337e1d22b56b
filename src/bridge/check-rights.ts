// What `graphdav check` says about the rights of an account: who signs in, what that needs, what was granted.
import type { AccountConfiguration } from '../config/configuration.ts'
import { clouds } from '../config/clouds.ts'
import { neededRights, rightsGap, type SignsInAs } from '../graph/rights.ts'
import type { AccountUse } from '../graph/scopes.ts'
import type { TokenClaims } from '../graph/token-claims.ts'

export interface Rights {
  readonly who: SignsInAs
  readonly needed: readonly string[]
  /** Undefined: nobody says. */
  readonly granted: readonly string[] | undefined
}

/** Rights of an account, from its configuration and what its token says of itself. */
export function rightsOf(
  auth: AccountConfiguration['auth'],
  use: AccountUse,
  { claims, granted }: { readonly claims: TokenClaims | undefined; readonly granted: readonly string[] | undefined },
): Rights {
  const who = 'credential' in auth || claims?.isApplication === true ? 'application' : 'person'
  return { who, needed: neededRights(who, use), granted: claims?.rights ?? granted }
}

/** A sentence about rights. */
export interface RightsRemark {
  readonly kind: 'note' | 'problem'
  readonly sentence: string
}

/**
 * What is missing and what is too much. `canRead`: whether all calendars of the account could be read. `how`: how a person signs
 * in, the end of a sentence; undefined: nobody does, or somebody else makes the token.
 */
export function remarksOn(
  { who, needed, granted }: Rights,
  { canRead, how }: { readonly canRead: boolean; readonly how: string | undefined },
): readonly RightsRemark[] {
  if (granted === undefined) return []
  const { missing, superfluous } = rightsGap(needed, granted)
  const remarks: RightsRemark[] = []
  if (missing.length > 0) {
    const isByExchange = who === 'application' && canRead && !granted.some((right) => right.startsWith('Calendars.'))
    remarks.push(
      isByExchange
        ? { kind: 'note', sentence: grantedByExchange(missing) }
        : { kind: 'problem', sentence: `missing: ${missing.join(', ')}; ${howToGrant(who, how)}` },
    )
  }
  if (superfluous.length > 0) {
    remarks.push({
      kind: 'note',
      sentence: `granted and not needed: ${superfluous.join(', ')}; remove it in Entra under API permissions`,
    })
  }
  return remarks
}

/** Whether a token is for another service or cloud than the one it is sent to: a sentence; undefined: no, or it does not say. */
export function audienceProblem(audience: string, graphUrl: string): string | undefined {
  const known: readonly string[] = Object.values(clouds).map(({ graph }) => graph)
  const asked = audience.replace(/\/+$/, '')
  // Graph's id is the same in every cloud.
  if (asked === '' || asked === '00000003-0000-0000-c000-000000000000') return undefined
  if (known.includes(graphUrl) ? asked === graphUrl : known.includes(asked)) return undefined
  const whose = /^[\w:/.-]{1,100}$/.test(asked) ? asked : 'something else'
  return `the token is for ${whose}, not for Microsoft Graph at ${graphUrl}; check \`cloud\`, and for whom the token is made`
}

function grantedByExchange(missing: readonly string[]): string {
  return `the token does not name ${missing.join(', ')}, and the calendars can be read: Exchange's access control for applications grants it; whether writing is granted too shows at the first write`
}

function howToGrant(who: SignsInAs, how: string | undefined): string {
  if (who === 'application') {
    return 'add it in Entra under API permissions as an Application permission, then Grant admin consent'
  }
  if (how === undefined) return 'whoever makes the token has to ask for it'
  return `sign in again (${how}) and accept it; what cannot be accepted there an administrator grants in Entra`
}
