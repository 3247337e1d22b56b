// Under which UID and name a series is published: what it asks for, before anybody else is asked.
// Sources: Graph "event resource type" (iCalUId); MS-OXOCAL 2.2.1.27 (layout of the global object id).
import { sha256Hex } from '../base/hash.ts'
import type { GraphSeries } from '../graph/types.ts'

/** The UID that a series has by right when nobody else is there: the client's, else Graph's for the whole series, else its own. */
export function uidOf(series: GraphSeries): string {
  return claimsOf(series).claims[0] ?? ownUid(series.key)
}

/** The UID that no other series can have, made of its immutable id. */
export function ownUid(key: string): string {
  return `${sha256Hex(key).slice(0, 32)}@graphdav`
}

/** The name of a resource: the client's when it can be one, else made of the UID. */
export function nameOf(uid: string, kept: string | null): string {
  return isName(kept) ? kept : `${sha256Hex(uid).slice(0, 32)}.ics`
}

/** The UIDs a series asks for, the dearest first, and the one among them that it shares with occurrences of the same series. */
export function claimsOf(series: GraphSeries): {
  readonly claims: readonly string[]
  readonly sharedUid: string | null
} {
  const { iCalUId, type } = series.main
  const graphUid = isUid(iCalUId) ? seriesUid(iCalUId) : null
  const claims = [series.kept.uid, graphUid].filter(isUid)
  const isInstance = graphUid !== iCalUId || type === 'occurrence' || type === 'exception'
  return { claims: [...new Set(claims)], sharedUid: isInstance ? graphUid : null }
}

/** The kept name when it can be a name, else null. */
export function keptNameOf(series: GraphSeries): string | null {
  return isName(series.kept.name) ? series.kept.name : null
}

// The global object id in hex: a constant, four bytes with the date of the occurrence (zero: the series), and the rest.
const globalObjectId = /^(040000008200E00074C5B7101A82E008)[0-9A-F]{8}([0-9A-F]*)$/i

/** The UID of the whole series from that of one of its occurrences; any other UID is left as it is. */
function seriesUid(iCalUId: string): string {
  return iCalUId.replace(globalObjectId, '$100000000$2')
}

// A UID goes into a content line as it is, a name into a path; what breaks those is not taken.
function isUid(uid: string | null): uid is string {
  return uid !== null && /^[^\u0000-\u001f\u007f]{1,1000}$/.test(uid) && uid.trim() !== ''
}

function isName(name: string | null): name is string {
  return name !== null && /^[^\u0000-\u001f\u007f/\\]{1,251}\.ics$/.test(name)
}
