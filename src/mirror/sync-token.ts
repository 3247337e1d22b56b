// The sync token of a collection (RFC 6578 §3.2): which store, and how far in its change log.

/** `urn:graphdav:sync:<epoch>:<revision>`. */
export function printSyncToken(epoch: string, revision: number): string {
  return `urn:graphdav:sync:${epoch}:${revision}`
}

/** The parts of a token; undefined for anything that we cannot have made. */
export function parseSyncToken(token: string): { readonly epoch: string; readonly revision: number } | undefined {
  const match = /^urn:graphdav:sync:([0-9a-f]{24}):(0|[1-9][0-9]{0,14})$/.exec(token)
  const [, epoch, revision] = match ?? []
  return epoch === undefined || revision === undefined ? undefined : { epoch, revision: Number(revision) }
}
