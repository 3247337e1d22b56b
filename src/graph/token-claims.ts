// What a Graph access token says of itself (Microsoft page "Access token claims reference"). Read for advice only: nothing is
// decided by it, no signature is looked at, and the token itself is never shown. Tokens of personal accounts are opaque.
import { isObject } from './json.ts'

export interface TokenClaims {
  /** Whether an application signed in as itself; else a person. */
  readonly isApplication: boolean
  /** Short names of the granted rights, as in `Calendars.Read`. */
  readonly rights: readonly string[]
  /** Whom the token is for: a URL or an id; empty when it does not say. */
  readonly audience: string
}

const maxTokenLength = 32_768
const maxRights = 500

/** The claims of a token; undefined when it is opaque or says nothing of rights. */
export function claimsOf(token: string): TokenClaims | undefined {
  if (token.length > maxTokenLength) return undefined
  const [, payload, signature] = token.split('.')
  if (payload === undefined || signature === undefined) return undefined
  const claims = parse(payload)
  if (claims === undefined) return undefined
  const { scp, roles, idtyp, aud } = claims
  const isApplication = idtyp === 'app' || (idtyp === undefined && scp === undefined && Array.isArray(roles))
  const rights = isApplication
    ? Array.isArray(roles)
      ? roles
      : []
    : typeof scp === 'string'
      ? scp.split(' ')
      : undefined
  if (rights === undefined) return undefined
  return { isApplication, rights: shortRights(rights), audience: typeof aud === 'string' ? aud.slice(0, 200) : '' }
}

/** Rights as services write them, with or without the host, as short names without repeats. What is no word is left out. */
export function shortRights(rights: readonly unknown[]): readonly string[] {
  const short = rights
    .slice(0, maxRights)
    .map((right) => (typeof right === 'string' ? right.replace(/^https:\/\/[^/]+\//, '') : ''))
  return [...new Set(short)].filter((right) => /^[\w.-]{1,100}$/.test(right))
}

function parse(payload: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
