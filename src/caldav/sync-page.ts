// A sync report in pieces (RFC 6578 §3.6): which changes go into this answer, and the token that leads to the rest. Pure.
//
// The token of an unfinished answer remembers three things: the token that the whole began with, the one that was current
// then, and the last name given. The rest are the changes since the beginning whose names come later. The last piece ends
// with the token that was current at the first: what changed meanwhile is told by the next report.

/** Where a report begins. */
export interface SyncStart {
  /** The token to ask the backend with; '' for everything. */
  readonly since: string
  /** Set when this is not the first piece. */
  readonly resumed: { readonly after: string; readonly token: string } | undefined
}

/** One piece. */
export interface SyncPage<T extends { readonly name: string }> {
  readonly changed: readonly T[]
  readonly removed: readonly string[]
  readonly syncToken: string
  /** True when there is more than this. */
  readonly isTruncated: boolean
}

const separator = '?='

/** Reads a token that a client kept. */
export function parseSyncStart(token: string): SyncStart {
  const at = token.indexOf(separator)
  if (at < 0) return { since: token, resumed: undefined }
  const parameters = new URLSearchParams(token.slice(at + separator.length))
  return {
    since: parameters.get('since') ?? '',
    resumed: { after: parameters.get('after') ?? '', token: token.slice(0, at) },
  }
}

/** Cuts the changes to at most `limit` names; without a limit, or below it, nothing is cut. */
export function cutPage<T extends { readonly name: string }>(
  { since, resumed }: SyncStart,
  changes: { readonly changed: readonly T[]; readonly removed: readonly string[]; readonly syncToken: string },
  limit: number | undefined,
): SyncPage<T> {
  const syncToken = resumed?.token ?? changes.syncToken
  const rest = resumed === undefined ? changes : later(changes, resumed.after)
  if (limit === undefined || rest.changed.length + rest.removed.length <= limit) {
    return { changed: rest.changed, removed: rest.removed, syncToken, isTruncated: false }
  }
  const names = [...rest.changed.map(({ name }) => name), ...rest.removed].sort(byCodeUnits)
  const last = names[limit - 1] ?? ''
  return {
    changed: rest.changed.filter(({ name }) => name <= last),
    removed: rest.removed.filter((name) => name <= last),
    syncToken: `${syncToken}${separator}${new URLSearchParams({ after: last, since }).toString()}`,
    isTruncated: true,
  }
}

function later<T extends { readonly name: string }>(
  { changed, removed }: { readonly changed: readonly T[]; readonly removed: readonly string[] },
  after: string,
): { readonly changed: readonly T[]; readonly removed: readonly string[] } {
  return { changed: changed.filter(({ name }) => name > after), removed: removed.filter((name) => name > after) }
}

function byCodeUnits(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}
