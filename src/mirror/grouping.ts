// Which series are published together, under which UID and name, after some series have changed.
import { byAge, settle, type Claimant } from './claims.ts'
import { nameOf, ownUid } from './identity.ts'
import type { Pause } from '../base/pauses.ts'
import type { Catalogue } from './catalogue.ts'
import type { StoredSeries } from '../store/store.ts'

/** Series under one UID, the oldest first. */
export interface Group {
  readonly uid: string
  readonly name: string
  readonly series: readonly StoredSeries[]
}

/** What changed: the new state of series, and keys of those that are gone. */
export interface SeriesChange {
  readonly upserts: ReadonlyMap<string, StoredSeries>
  readonly removals: ReadonlySet<string>
}

/** The groups that may be other than before (all that a change could reach), and UIDs that no series has any more. */
export interface Regrouping {
  readonly groups: readonly Group[]
  readonly goneUids: readonly string[]
}

/**
 * Works out anew who has which UID and name, among those that the change can reach. `pause` is awaited at each step: the change
 * may be a whole calendar. The catalogue must stay as it is meanwhile.
 */
export async function regroup(catalogue: Catalogue, change: SeriesChange, pause: Pause): Promise<Regrouping> {
  const seriesOf = (key: string): StoredSeries | undefined =>
    change.removals.has(key) ? undefined : (change.upserts.get(key) ?? catalogue.members.get(key)?.series)
  const keys = await contenders(catalogue, change, pause)
  const present = [...keys].flatMap((key) => seriesOf(key) ?? [])
  const members = gather(await settle(present.map(claimantOf), pause), present)
  const before = new Set([...keys].flatMap((key) => catalogue.members.get(key)?.uid ?? []))
  const goneUids = [...before].filter((uid) => !members.has(uid))
  return { groups: await named(catalogue, { members, goneUids }, pause), goneUids }
}

/** The changed series and, step by step, all that ask for a UID that one of them asks for or asked for. */
function contenders(
  catalogue: Catalogue,
  { upserts, removals }: SeriesChange,
  pause: Pause,
): Promise<ReadonlySet<string>> {
  const askers = new Map<string, string[]>()
  for (const { key, claims } of upserts.values()) {
    for (const claim of claims) askers.set(claim, [...(askers.get(claim) ?? []), key])
  }
  const claimsOf = (key: string): readonly string[] => [
    ...(catalogue.members.get(key)?.series.claims ?? []),
    ...(upserts.get(key)?.claims ?? []),
    ownUid(key),
  ]
  const next = (key: string): readonly string[] =>
    claimsOf(key).flatMap((claim) => [...catalogue.askersOf(claim), ...(askers.get(claim) ?? [])])
  return closure([...upserts.keys(), ...removals], next, pause)
}

/** Everything that can be reached from `start`. */
async function closure(
  start: readonly string[],
  next: (one: string) => readonly string[],
  pause: Pause,
): Promise<ReadonlySet<string>> {
  const seen = new Set(start)
  const queue = [...seen]
  for (let one = queue.pop(); one !== undefined; one = queue.pop()) {
    for (const other of next(one)) {
      if (seen.has(other)) continue
      seen.add(other)
      queue.push(other)
    }
    await pause()
  }
  return seen
}

function claimantOf({ key, claims, created, sharedUid }: StoredSeries): Claimant {
  return { id: key, claims, own: ownUid(key), created, shared: sharedUid }
}

/** Series by the UID they have got, the oldest first. */
function gather(
  held: ReadonlyMap<string, string>,
  series: readonly StoredSeries[],
): ReadonlyMap<string, readonly StoredSeries[]> {
  const members = new Map<string, StoredSeries[]>()
  const aged = series.map((one) => ({ one, id: one.key, created: one.created }))
  for (const { one } of aged.sort(byAge)) {
    const uid = held.get(one.key) ?? ownUid(one.key)
    members.set(uid, [...(members.get(uid) ?? []), one])
  }
  return members
}

interface Members {
  /** Series by the UID they have got. */
  readonly members: ReadonlyMap<string, readonly StoredSeries[]>
  readonly goneUids: readonly string[]
}

/** The groups with their names, and the groups whose name changes because of them. */
async function named(catalogue: Catalogue, { members, goneUids }: Members, pause: Pause): Promise<readonly Group[]> {
  const gone = new Set(goneUids)
  const before = (uid: string): readonly StoredSeries[] => catalogue.entries.get(uid)?.series ?? []
  const now = (uid: string): readonly StoredSeries[] => members.get(uid) ?? (gone.has(uid) ? [] : before(uid))
  const askers = new Map<string, string[]>()
  for (const [uid, series] of members) {
    for (const name of wishedNames(uid, series)) askers.set(name, [...(askers.get(name) ?? []), uid])
  }
  const next = (uid: string): readonly string[] => {
    const old = catalogue.entries.get(uid)?.resource?.name
    const names = [...wishedNames(uid, before(uid)), ...wishedNames(uid, now(uid)), nameOf(uid, null)]
    return [...names, ...(old === undefined ? [] : [old])].flatMap((name) => [
      ...catalogue.askersOfName(name),
      ...(askers.get(name) ?? []),
    ])
  }
  const reached = await closure([...members.keys(), ...gone], next, pause)
  const uids = [...reached].filter((uid) => now(uid).length > 0)
  const names = await settle(
    uids.map((uid) => nameClaimantOf(uid, now(uid))),
    pause,
  )
  return uids.map((uid) => ({ uid, name: names.get(uid) ?? nameOf(uid, null), series: now(uid) }))
}

/** A kept name counts with the UID that its series asks for first: a copy brings the name of its original along. */
function wishedNames(uid: string, series: readonly StoredSeries[]): readonly string[] {
  return series
    .flatMap(({ keptName, claims }) => (keptName !== null && claims[0] === uid ? [keptName] : []))
    .slice(0, 1)
}

function nameClaimantOf(uid: string, series: readonly StoredSeries[]): Claimant {
  const created = series[0]?.created ?? ''
  return { id: uid, claims: wishedNames(uid, series), own: nameOf(uid, null), created, shared: null }
}
